"""The server is killed in the middle of the runs and started again: the tenants end right."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support_demo import data_folder, environment, until

from keyturn.app.examples import examples_folder
from keyturn.cli.api import Api, ApiError
from keyturn.cli.demo.processes import Process, free_port
from keyturn.cli.demo.story import ENDED, Story
from keyturn.cli.demo.tenants import look
from keyturn.sandbox.client import SandboxClient, read_urls

pytestmark = pytest.mark.timeout(400)

TOKEN = "kt_test_token_of_the_killed_server"


class World:
    """Sandbox and server as processes of their own, and the story's clients."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        self._urls_file = data / "sandbox.json"
        sandbox = Process(["sandbox", "serve", "--urls", str(self._urls_file)], environment(data), data / "sandbox.log")
        stack.callback(sandbox.stop)
        until(self._urls_file.exists)
        urls = read_urls(self._urls_file)
        port = free_port(0)
        tenants = ",".join(fields["base_url"].split("//")[1] for fields in urls.values())
        settings = environment(
            data,
            KEYTURN_PORT=str(port),
            KEYTURN_ADMIN_TOKEN=TOKEN,
            KEYTURN_EGRESS_ALLOW=tenants,
            KEYTURN_PUBLIC_URL=f"http://127.0.0.1:{port}",
        )
        self.server = Process(["server"], settings, data / "server.log")
        stack.callback(self.server.stop)
        self.api = Api(f"http://127.0.0.1:{port}", TOKEN, seconds=5)
        self.sandbox = SandboxClient(urls)
        self.story = Story(self.api, self.sandbox, urls, lambda text: None, lambda runs: None, lambda: None)
        until(self.ready)
        self.story.prepare(examples_folder("offboarding"))

    def ready(self) -> bool:
        try:
            self.api.get("/flows", limit=1)
        except ApiError:
            return False
        return True

    def kill(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)
        until(lambda: not self.server.alive())

    def requests(self, login: str, part: str) -> list[dict[str, object]]:
        """What the tenants received from runs about somebody."""
        rows = [{**row} for row in self.sandbox.ledger() if row["run"]]
        return [row for row in rows if login in str(row["path"]) and part in str(row["path"])]

    def answered(self) -> int:
        """How many deliveries of events were taken."""
        return sum(row.get("status") == 200 for row in self.sandbox.deliveries())

    def ended(self, login: str) -> bool:
        runs = [run for run in self.api.rows("/runs", 50, roots_only=True) if run["about"] == login]
        return bool(runs) and all(run["status"] in ENDED for run in runs)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with data_folder() as data, ExitStack() as stack:
        yield World(data, stack)


def test_killed_while_an_app_is_asked_and_started_again(world: World) -> None:
    login = "tomas.lind@northwind.example"
    world.sandbox.set_fault("graph", "slowx1@revokeSignInSessions")
    world.sandbox.suspend(login)
    until(lambda: bool(world.requests(login, "revokeSignInSessions")))
    world.kill()
    assert not look(world.sandbox, login).google_suspended
    assert world.server.revive()
    until(world.ready)
    until(lambda: world.ended(login))
    assert look(world.sandbox, login).offboarded
    attempts = [row["attempt"] for row in world.requests(login, "revokeSignInSessions")]
    assert len(attempts) == len(set(attempts)) == 2
    disabled = [row for row in world.requests(login, "/users/") if row["method"] == "PATCH"]
    assert len(disabled) == 1, "what was recorded as done was sent again"


def test_an_event_that_was_answered_is_not_lost_when_the_server_dies_at_once(world: World) -> None:
    login = "eva.horvat@northwind.example"
    answered = world.answered()
    world.sandbox.suspend(login)
    until(lambda: world.answered() > answered)
    world.kill()
    assert world.server.revive()
    until(world.ready)
    until(lambda: world.ended(login))
    assert look(world.sandbox, login).offboarded

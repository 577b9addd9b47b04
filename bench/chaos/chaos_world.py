"""Sets up what the chaos falls upon: sandbox, Postgres, servers, workers, connections and flows."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from chaos_plan import SERVERS, WORKERS
from chaos_processes import Guard, Postgres, Program

from keyturn.app.examples import examples_folder
from keyturn.cli.api import Api, ApiError
from keyturn.cli.demo.processes import free_port
from keyturn.cli.demo.story import connections
from keyturn.sandbox.client import SandboxClient, Urls, read_urls

_READY_SECONDS = 90.0
_POLL_SECONDS = 0.1
_FLOWS = Path(__file__).with_name("flows")
_ENDPOINT = "chaos-form"


class NotReady(Exception):
    """Something did not come up; the log that says why is named."""


@dataclass(frozen=True, slots=True)
class World:
    """All that runs.

    Attributes:
        hooks: the address of Okta's event hook on each server.
        secret: what Okta shows there.
        people: logins of those whom events may concern.
        endpoints: the address of the endpoint on each server.
        client_token: what callers show there.
    """

    postgres: Postgres
    sandbox: SandboxClient
    servers: list[Program]
    workers: list[Program]
    api: Api
    hooks: list[str]
    secret: str
    people: list[str]
    endpoints: list[str]
    client_token: str = ""

    @property
    def programs(self) -> list[Program]:
        return [*self.servers, *self.workers]


def build(folder: Path, guard: Guard) -> World:
    """Start everything and publish the flows.

    Raises:
        NotReady: naming what did not come up.
    """
    logs = folder / "logs"
    logs.mkdir()
    postgres = Postgres(folder / "postgres")
    urls_file = folder / "sandbox.json"
    sandbox = Program("sandbox", ["sandbox", "serve", "--urls", str(urls_file)], _environment(folder), logs, guard)
    sandbox.start()
    _until(urls_file.exists, "sandbox", logs)
    urls = read_urls(urls_file)
    token, secret = f"kt_{secrets.token_hex(20)}", secrets.token_hex(20)
    shared = _environment(
        folder,
        KEYTURN_DATABASE_URL=postgres.url,
        KEYTURN_SECRET_KEY=secrets.token_hex(32),
        KEYTURN_ADMIN_TOKEN=token,
        KEYTURN_EGRESS_ALLOW=",".join(fields["base_url"].split("//")[1] for fields in urls.values()),
        KEYTURN_ANSWER_SECONDS="3",
    )
    ports = [free_port(0) for _ in range(SERVERS)]
    servers = [
        Program(f"server-{number}", ["server"], {**shared, "KEYTURN_PORT": str(port)}, logs, guard)
        for number, port in enumerate(ports)
    ]
    workers = [Program(f"worker-{number}", ["worker"], shared, logs, guard) for number in range(WORKERS)]
    client = SandboxClient(urls)
    api = Api(f"http://127.0.0.1:{ports[0]}", token, seconds=10)
    hooks = [f"http://127.0.0.1:{port}/hooks/okta/okta" for port in ports]
    endpoints = [f"http://127.0.0.1:{port}/endpoints/{_ENDPOINT}" for port in ports]
    world = World(postgres, client, servers, workers, api, hooks, secret, _people(client), endpoints)
    _start(world, ports, token, logs)
    _publish(api, urls, secret)
    made = cast("dict[str, str]", api.post(f"/endpoints/{_ENDPOINT}/token"))
    return replace(world, client_token=made["token"])


def _environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of Keyturn's but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    return {**kept, "KEYTURN_DATA": str(folder / "data"), **more}


def _people(sandbox: SandboxClient) -> list[str]:
    """Everybody but administrators, whose accounts an app may not disable."""
    logins = [str(user["login"]) for user in sandbox.users()]
    return [login for login in logins if not sandbox.state(login)["admin"]]


def _start(world: World, ports: list[int], token: str, logs: Path) -> None:
    """All at once; whichever is first makes the tables."""
    for program in world.programs:
        program.start()
    for program, port in zip(world.servers, ports, strict=True):
        api = Api(f"http://127.0.0.1:{port}", token, seconds=5)
        _until(lambda api=api: answers(api), program.name, logs)


def answers(api: Api) -> bool:
    """Whether the server does its work."""
    try:
        api.get("/flows", limit=1)
    except ApiError:
        return False
    return True


def _publish(api: Api, urls: Urls, secret: str) -> None:
    for connection_id, form in connections(urls).items():
        kept = form["secrets"]
        assert isinstance(kept, dict)
        if connection_id == "okta":
            kept = {**kept, "event_hook_secret": secret}
        api.put(f"/connections/{connection_id}", {**form, "secrets": kept})
    files = [*sorted(examples_folder("offboarding").glob("*.yaml")), *sorted(_FLOWS.glob("*.yaml"))]
    api.post("/flows", {"documents": [file.read_text(encoding="utf-8") for file in files]})


def _until(ready: Callable[[], bool], what: str, logs: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise NotReady(f"{what} did not come up. Its log: {(logs / f'{what}.log').read_text()[-2000:]}")
        time.sleep(_POLL_SECONDS)

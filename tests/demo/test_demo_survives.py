"""The demo itself goes on when its server or its sandbox is killed."""

from __future__ import annotations

import os
import re
import signal

import pytest
from support_demo import data_folder, running_demo

from keyturn.cli.api import Api, ApiError
from keyturn.sandbox.client import SandboxCallError

pytestmark = pytest.mark.timeout(500)

GONE = "The server was gone"
ACCESS = r"KEYTURN_URL=(\S+) KEYTURN_TOKEN=(\S+)"


def test_killed_in_a_run_the_demo_starts_the_server_again_and_ends_right() -> None:
    with data_folder() as data, running_demo(data, "--once", KEYTURN_FAULT="graph:429x2") as demo:
        demo.until(lambda: demo.answered(429))
        demo.kill("server")
        code, summary = demo.ended()
        assert (code, summary["ok"]) == (0, True), demo.output
        assert summary["tenants"] == {
            "okta": {"status": "SUSPENDED"},
            "graph": {"accountEnabled": False, "sessions": 0},
            "google": {"suspended": True, "sessions": 0},
        }
        assert GONE in demo.output


def test_killed_in_a_run_that_fails_anyway_the_rest_is_done() -> None:
    with data_folder() as data, running_demo(data, "--once", KEYTURN_FAULT="graph:500,google:429x2") as demo:
        demo.until(lambda: demo.answered(429))
        demo.kill("server")
        code, summary = demo.ended()
        assert (code, summary["ok"]) == (1, False), demo.output
        assert summary["tenants"]["google"] == {"suspended": True, "sessions": 0}  # type: ignore[index, call-overload]
        assert GONE in demo.output
        assert "What to do:" in demo.output


def test_killed_before_the_event_was_taken_somebody_is_suspended_once_more() -> None:
    with data_folder() as data, running_demo(data, "--once") as demo:
        demo.says("now sends its events")
        demo.kill("server")
        code, summary = demo.ended()
        assert (code, summary["ok"]) == (0, True), demo.output


def test_while_it_stays_up_what_ends_is_started_again() -> None:
    with data_folder() as data, running_demo(data) as demo:
        demo.says("sandbox suspend LOGIN")
        address, token = re.findall(ACCESS, demo.output)[0]
        users = demo.sandbox.users()
        demo.kill("server")
        demo.says(GONE)

        def answers() -> bool:
            try:
                return bool(Api(address, token, seconds=5).get("/runs"))
            except ApiError:
                return False

        demo.until(answers)
        demo.kill("sandbox")
        demo.says("The sandbox was gone")

        def same() -> bool:
            try:
                return demo.sandbox.users() == users
            except SandboxCallError:
                return False

        demo.until(same)
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(100) == 0, demo.output


def test_a_run_that_a_killed_demo_left_does_nothing_in_the_next_one() -> None:
    with data_folder() as data:
        with running_demo(data, KEYTURN_FAULT="graph:429x3") as former:
            former.until(lambda: former.answered(429))
            server, sandbox = former.child("server"), former.child("sandbox")
            former.process.kill()
            for pid in (server, sandbox):
                os.kill(pid, signal.SIGKILL)
        with running_demo(data) as demo:
            demo.says("sandbox suspend LOGIN")
            address, token = re.findall(ACCESS, demo.output)[0]
            roots = list(Api(address, token).rows("/runs", 50, roots_only=True))
            assert [run["status"] for run in roots] == ["succeeded"]
            asked = {row["run"] for row in demo.sandbox.ledger() if row["run"]}
            assert asked <= {run["id"] for run in Api(address, token).rows("/runs", 50)}

"""The demo as a person runs it, with and without faults."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console
from support_demo import RunningDemo, data_folder, run_demo, running_demo

from keyturn.cli.api import Api
from keyturn.cli.demo.story import Outcome, Story
from keyturn.cli.runs import print_run

pytestmark = pytest.mark.timeout(400)

HARD = "dana.wu_partner.example#EXT#@northwind.example"
GOOD = {
    "okta": {"status": "SUSPENDED"},
    "graph": {"accountEnabled": False, "sessions": 0},
    "google": {"suspended": True, "sessions": 0},
}


def statuses(summary: dict) -> dict[str, str]:  # type: ignore[type-arg]
    return {run["flow"]: run["status"] for run in summary["runs"]}


def test_a_suspended_user_is_offboarded() -> None:
    """Somebody whose name is hard to write in addresses; all such names: ``tests/app/test_app_names.py``."""
    with data_folder() as data:
        code, text, summary = run_demo(data, "--user", HARD)
    assert (code, summary["ok"], summary["tenants"]) == (0, True, GOOD)
    assert set(statuses(summary).values()) == {"succeeded"}
    assert [run["cards"] for run in summary["runs"]] == [5, 6, 3]  # type: ignore[index, union-attr]
    assert f"Suspended {HARD} in Okta" in text
    assert "Open http://127.0.0.1:" in text
    assert "History" in text


def test_a_fault_of_one_app_leaves_the_other_done_and_says_what_to_do() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_FAULT="graph:500")
    assert (code, summary["ok"]) == (1, False)
    assert statuses(summary) == {
        "offboard-suspended-user": "failed",
        "office-365-offboarding": "failed",
        "google-workspace-offboarding": "succeeded",
    }
    assert summary["tenants"]["google"] == {"suspended": True, "sessions": 0}  # type: ignore[index, call-overload]
    assert summary["tenants"]["graph"]["accountEnabled"] is True  # type: ignore[index, call-overload]
    for words in ("answered 500", "Why, likely:", "What to do:"):
        assert words in text
    assert "Traceback" not in text


def test_what_flows_may_reach_besides_is_kept() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_EGRESS_ALLOW="10.1.2.3:9000, *.corp.example")
        allowed = (data / "server.log").read_text() if (data / "server.log").exists() else ""
    assert (code, summary["ok"]) == (0, True), text + allowed
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_EGRESS_ALLOW="10.1.2.3:port")
    assert code != 0
    assert "10.1.2.3:port" in text


class Watched:
    """A demo that stays up: more people are suspended, and one looks at their runs as the demo shows them."""

    def __init__(self, demo: RunningDemo) -> None:
        self.demo = demo
        demo.says("sandbox suspend LOGIN")
        address, token = re.findall(r"KEYTURN_URL=(\S+) KEYTURN_TOKEN=(\S+)", demo.output)[0]
        self.api = Api(address, token)
        self.story = Story(self.api, demo.sandbox, demo.urls, lambda text: None, lambda runs: None, demo.process.poll)

    def suspend(self, login: str, fault: str) -> tuple[Outcome, str]:
        """Somebody is suspended while an app has a fault; what came of it, and the history of the runs."""
        self.demo.sandbox.set_faults(fault)
        try:
            outcome = self.story.play(f"{login}@northwind.example")
        finally:
            self.demo.sandbox.clear_faults()
        shown = io.StringIO()
        for run in outcome.runs:
            print_run(run, [*self.api.rows(f"/runs/{run['id']}/trace", 500)], Console(file=shown, width=200))
        return outcome, shown.getvalue()


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with data_folder() as data, running_demo(data, KEYTURN_ANSWER_SECONDS="1") as demo:
        yield Watched(demo)


@pytest.mark.parametrize(
    ("login", "fault", "words"),
    [
        ("eva.horvat", "graph:garbage", "announced as JSON and is not"),
        ("kofi.mensah", "graph:dropbefore", "gave no answer"),
    ],
)
def test_whatever_an_app_does_the_history_says_what_happened(
    watched: Watched, login: str, fault: str, words: str
) -> None:
    outcome, text = watched.suspend(login, fault)
    assert words in text
    assert "What to do:" in text
    assert "Traceback" not in text
    assert not outcome.ok
    assert statuses(outcome.summary())["offboard-suspended-user"] == "failed"


def test_a_limit_of_the_app_is_waited_for(watched: Watched) -> None:
    outcome, text = watched.suspend("rosa.gutierrez", "graph:429x2")
    assert (outcome.ok, outcome.after.to_json()) == (True, GOOD)
    assert "attempt 3" in text


def test_a_second_demo_says_that_another_is_up_and_leaves_it_alone(watched: Watched) -> None:
    code, text, summary = run_demo(watched.demo.data)
    assert (code, summary["ok"]) == (3, False)
    assert "Another program" in text
    assert "Stop it, or set KEYTURN_DATA to another folder." in text
    assert watched.demo.sandbox.users()
    assert "The server was gone" not in watched.demo.output


def test_an_unknown_fault_is_told() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_FAULT="potato")
    assert (code, summary["ok"]) == (3, False)
    assert "potato" in text
    assert "potato" in str(summary["error"])

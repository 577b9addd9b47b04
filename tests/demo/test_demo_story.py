"""The demo as a person runs it, with and without faults."""

from __future__ import annotations

import pytest
from support_demo import data_folder, run_demo

pytestmark = pytest.mark.timeout(400)

GOOD = {
    "okta": {"status": "SUSPENDED"},
    "graph": {"accountEnabled": False, "sessions": 0},
    "google": {"suspended": True, "sessions": 0},
}


def statuses(summary: dict) -> dict[str, str]:  # type: ignore[type-arg]
    return {run["flow"]: run["status"] for run in summary["runs"]}


def test_a_suspended_user_is_offboarded() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data)
    assert (code, summary["ok"], summary["tenants"]) == (0, True, GOOD)
    assert set(statuses(summary).values()) == {"succeeded"}
    assert [run["cards"] for run in summary["runs"]] == [5, 6, 3]  # type: ignore[index, union-attr]
    assert "Open http://127.0.0.1:" in text
    assert "History" in text


def test_a_name_that_is_hard_to_write_in_addresses_is_offboarded_too() -> None:
    """All such names are gone through by ``tests/app/test_app_names.py``, without a demo for each."""
    with data_folder() as data:
        code, _, summary = run_demo(data, "--user", "dana.wu_partner.example#EXT#@northwind.example")
    assert (code, summary["ok"], summary["tenants"]) == (0, True, GOOD)


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


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("graph:garbage", "announced as JSON and is not"),
        ("graph:dropbefore", "gave no answer"),
    ],
)
def test_whatever_an_app_does_the_history_says_what_happened(fault: str, words: str) -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_FAULT=fault, KEYTURN_ANSWER_SECONDS="1")
    assert words in text
    assert "What to do:" in text
    assert "Traceback" not in text
    assert code == (0 if summary["ok"] else 1)
    assert statuses(summary)["offboard-suspended-user"] == "failed"


def test_a_limit_of_the_app_is_waited_for() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_FAULT="graph:429x2")
    assert (code, summary["ok"]) == (0, True)
    assert "attempt 3" in text


def test_an_unknown_fault_is_told() -> None:
    with data_folder() as data:
        code, text, summary = run_demo(data, KEYTURN_FAULT="potato")
    assert (code, summary["ok"]) == (3, False)
    assert "potato" in text
    assert "potato" in str(summary["error"])

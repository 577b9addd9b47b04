"""The records of the engine."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from keyturn.engine.ports import Birth, Commit, Lease, Run, RunStatus
from keyturn.flows.json import Values

AT = datetime(2026, 11, 24, tzinfo=UTC)
STANDS = {
    "about": "ada",
    "cards": 7,
    "started_at": AT + timedelta(seconds=1),
    "ended_at": AT + timedelta(seconds=2),
    "wake_at": AT + timedelta(seconds=3),
    "outputs": {"a": 1},
    "shown": {"a": 2},
    "secret_outputs": frozenset({"a"}),
    "error": {"message": "no"},
    "answer": {"a": 3},
}


def test_a_run_that_went_on_is_the_same_in_all_else() -> None:
    """Every field has a value that is not its default, so that one that is left out shows."""
    given: Values = {"login": "ada"}
    run = Run(uuid4(), uuid4(), "flow", 3, RunStatus.QUEUED, given, uuid4(), "call", {}, {}, "eve", 1, 2, AT)
    run = replace(run, trigger="endpoint", rerun_of=uuid4(), settled=True, waits_for_turn=True, cancelling=True)
    run = replace(run, secret_event=frozenset({"login"}), **{**STANDS, "about": "eve"})
    unset = [one.name for one in fields(run) if getattr(run, one.name) == one.default]
    assert not unset
    assert run.standing(RunStatus.RUNNING, **STANDS) == replace(run, status=RunStatus.RUNNING, **STANDS)  # type: ignore[arg-type]


def test_a_commit_that_bears_a_run_is_the_same_in_all_else() -> None:
    run = Run(uuid4(), uuid4(), "flow", 3, RunStatus.QUEUED, {})
    commit = Commit(Lease(run.id, "worker", 1), [run], ["journal"], ["trace"], ["starts"], ["points"], ride="ride")  # type: ignore[arg-type,list-item]
    birth = Birth(timedelta(seconds=6))
    assert commit.bearing(birth) == replace(commit, birth=birth)

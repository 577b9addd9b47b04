"""What the command line shows of a run."""

from __future__ import annotations

import io

from rich.console import Console

from keyturn.cli.runs import print_run
from keyturn.flows.json import Values


def shown(run: Values, trace: list[Values]) -> str:
    into = io.StringIO()
    print_run(run, trace, Console(file=into, width=200))
    return into.getvalue()


def failed(path: str, card: str, message: str) -> Values:
    return {
        "path": path,
        "card": "acme.list",
        "status": "failed",
        "attempt": 1,
        "error": {"card": card, "message": message},
    }


def test_a_page_that_ended_the_run_is_not_said_to_have_gone_on() -> None:
    said = "Acme answered 503. That was page 3; all records before it, 6, have been worked on."
    run: Values = {"flow_id": "list", "status": "failed", "error": {"card": "each", "message": said}}
    trace = [failed("other", "other", "Acme is away."), failed("each@2", "each", "Acme answered 503.")]
    lines = shown(run, trace).splitlines()
    assert [line.strip() for line in lines if "went on" in line] == ["went on, although: Acme is away."]
    assert f"  What happened: {said}" in lines

"""Printing a run that was tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from keyturn.app.tryout import Tried
from keyturn.engine.ports import Run

from .output import print_json
from .runs import print_run

if TYPE_CHECKING:
    from keyturn.flows.json import JSON, Values


def print_tried(tried: Tried) -> None:
    """The runs with their cards, and what the flow gave."""
    console = Console(highlight=False)
    for run in sorted(tried.runs, key=lambda run: run.depth):
        entries: list[Values] = [
            {
                "path": e.path,
                "card": e.card,
                "status": e.status,
                "attempt": e.attempt,
                "error": e.error,
                "warnings": [*e.warnings],
            }
            for e in tried.trace
            if e.run_id == run.id
        ]
        print_run(_run(run), entries, console)
    if tried.run.shown:
        print_json(tried.run.shown)


def tried_json(tried: Tried) -> Values:
    """The same for programs."""
    trace: list[JSON] = [
        {
            "run_id": str(e.run_id),
            "path": e.path,
            "card": e.card,
            "status": e.status,
            "inputs": e.inputs,
            "outputs": e.outputs,
            "error": e.error,
            "exchanges": [*e.exchanges],
            "warnings": [*e.warnings],
        }
        for e in tried.trace
    ]
    return {"run": _run(tried.run), "runs": [_run(run) for run in tried.runs], "trace": trace}


def _run(run: Run) -> Values:
    return {
        "id": str(run.id),
        "flow_id": run.flow_id,
        "status": run.status.value,
        "depth": run.depth,
        "about": run.about,
        "cards": run.cards,
        "outputs": run.shown,
        "error": run.error,
    }

"""Flows that call one which is changed, and would not fit it any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from keyturn.flows.checker import FlowInterface, check
from keyturn.flows.document import Card, Flow
from keyturn.flows.interface import TableInterface
from keyturn.flows.problems import Problem, Severity
from keyturn.flows.spec import Catalogue

BREAKS_CALLERS = "breaks-callers"
# What is wrong with a call where the called flow is another than it was.
_OF_CALLS = ("unknown-flow", "not-a-helper", "unknown-input/flow", "not-returned")
# What a flow takes or calls besides is no loss to those who call it.
_HARMLESS = frozenset({"missing-input", "helper-circle"})


def loses(former: FlowInterface, new: FlowInterface) -> bool:
    """Whether somebody who calls a flow may use what it has no more."""
    kept = all(new.inputs.get(name) == kind for name, kind in former.inputs.items())
    return not kept or not former.outputs <= new.outputs or (former.callable and not new.callable)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a caller is checked against: other flows, and nothing of connections and tables."""

    interfaces: dict[str, FlowInterface]

    def flow(self, flow_id: str) -> FlowInterface | None:
        return self.interfaces.get(flow_id)

    def connection(self, connection_id: str) -> str | None:
        return None

    def knows_connections(self) -> bool:
        return False

    def table(self, table_id: str) -> TableInterface | None:
        return None

    def knows_tables(self) -> bool:
        return False


def broken_by(
    new: FlowInterface, caller: Flow, around: dict[str, FlowInterface], catalogue: Catalogue
) -> Iterator[Problem]:
    """What is wrong in a published flow once another one has a new interface, and was not before.

    Args:
        around: the published interfaces of the flows that the caller calls.

    Each problem is one of the flow that is changed, and names the caller and its card.
    """
    before = set(map(_place, check(caller, catalogue, Surroundings(around))))
    for problem in check(caller, catalogue, Surroundings({**around, new.id: new})):
        if problem.code not in _HARMLESS and _place(problem) not in before:
            yield _told(problem, new.id, caller, catalogue)


def misfits(caller: Flow, around: dict[str, FlowInterface], catalogue: Catalogue) -> int:
    """How many problems a flow has with those that it calls, as they are published."""
    problems = check(caller, catalogue, Surroundings(around))
    return sum(problem.said in _OF_CALLS for problem in problems)


def refused(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems, those of callers as errors."""
    return [replace(one, severity=Severity.ERROR) if one.code == BREAKS_CALLERS else one for one in problems]


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.card, problem.path, problem.what


def _told(problem: Problem, flow_id: str, caller: Flow, catalogue: Catalogue) -> Problem:
    card = next((_title(card, catalogue) for card in caller.walk() if card.id == problem.card), problem.card)
    return Problem(
        BREAKS_CALLERS,
        f"{caller.name!r} calls this flow and does not fit it any more ({card}): {problem.what}",
        "Keep the field, or change that flow as well, right after this one is published.",
        why="Who calls a flow is not changed with it: what it gives under another name would be lost without a word.",
        flow=flow_id,
        severity=Severity.WARNING,
        parts={"caller": caller.id, "at": problem.card or ""},
    )


def _title(card: Card, catalogue: Catalogue) -> str:
    spec = catalogue.get(card.card)
    return card.title or (spec.title if spec else card.id)

"""What a card that reports an error (Return Error) says of the errors that it was given: why they came about, and where
to look. Cards and flows are called as people see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from keyturn.flows.json import JSON

from .compile import PlanError
from .plan import Plan, walk_steps

PlanOf = Callable[[str], Awaitable[Plan | None]]

_MOST = 3
_NOWHERE = "The flow itself reports this; look at the cards before it."


@dataclass(frozen=True, slots=True)
class Said:
    """The likely cause, and what to do about it."""

    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class _Met:
    """An error that was met before."""

    card: str
    title: str | None
    flow: str
    why: str


async def said_of(given: JSON, own: Plan, plan_of: PlanOf) -> Said:
    """What is said of the errors among the values that a card of the flow ``own`` was given.

    Args:
        plan_of: gives the plan of another flow, None if there is none any more.
    """
    whys: list[str] = []
    places: list[str] = []
    for met in _errors(given):
        plan = own if met.flow == own.flow.id else await _known(plan_of, met.flow)
        card = f"“{_title(met, plan)}”"
        name = plan.flow.name if plan is not None else met.flow
        if met.why:
            whys.append(f"{card}: {met.why}" if plan is own else f"{card} in “{name}”: {met.why}")
        places.append(
            f"at {card}" if plan is own else f"at the run of the helper flow “{name}”, in which {card} failed"
        )
    shown = [*dict.fromkeys(places)][:_MOST]
    mend = f"The flow itself reports this. Look {', and '.join(shown)}." if shown else _NOWHERE
    return Said(" ".join(dict.fromkeys(whys)), mend)


async def _known(plan_of: PlanOf, flow_id: str) -> Plan | None:
    try:
        return await plan_of(flow_id)
    except PlanError:
        return None


def _title(met: _Met, plan: Plan | None) -> str:
    step = next((step for step in walk_steps(plan.steps) if step.id == met.card), None) if plan is not None else None
    return met.title or (step and (step.title or step.spec.title)) or met.card


def _errors(given: JSON) -> Iterator[_Met]:
    match given:
        case {"message": str(), "code": str(), "card": str(card), "flow": str(flow)}:
            title, why = given.get("title"), given.get("why")
            yield _Met(card, title if isinstance(title, str) else None, flow, why if isinstance(why, str) else "")
        case dict():
            for part in given.values():
                yield from _errors(part)
        case list():
            for part in given:
                yield from _errors(part)
        case _:
            pass

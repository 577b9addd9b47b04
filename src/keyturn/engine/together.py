"""Lanes at once: each runs to its own end, whatever becomes of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .context import Visit
from .plan import LanePlan
from .ports import CommitRefused
from .rounds import all_or_none, worst
from .signals import Signal

if TYPE_CHECKING:
    from .executor import Executor

Lane = Callable[["Executor", Visit, LanePlan, Values], Awaitable[tuple[Values, frozenset[str]]]]


@dataclass(slots=True)
class _Outcome:
    """What the lanes came to.

    Attributes:
        given: what they handed on.
        secret: names of it that are made from secrets.
        errors: of those that failed, by the names of the lanes.
        trouble: what keeps the run from going on.
    """

    given: Values = field(default_factory=dict[str, JSON])
    secret: frozenset[str] = frozenset()
    errors: dict[str, CardError] = field(default_factory=dict[str, CardError])
    trouble: list[Exception] = field(default_factory=list[Exception])


async def together(executor: Executor, visit: Visit, carry_out: Lane) -> Values:
    """Carry out all lanes at the same time; a failure in one is kept apart from the others.

    A lane that waits, or needs a person, does not keep the others from their ends; the run waits after that.

    Args:
        carry_out: one lane, with the values that it sees; gives what it hands on and which of it is secret.

    Raises:
        CardError: a lane failed, and the card's option says that it fails then.
    """
    outcome, lanes = _Outcome(), visit.step.lanes

    async def one(lane: LanePlan) -> None:
        try:
            given, secret = await carry_out(executor, visit, lane, {**visit.values})
        except CardError as error:
            outcome.errors[lane.name] = error
        except (Signal, CommitRefused) as trouble:
            outcome.trouble.append(trouble)
        else:
            outcome.given |= given
            outcome.secret |= secret

    visit.inputs = {"lanes": [lane.name for lane in lanes]}
    await all_or_none([asyncio.create_task(one(lane)) for lane in lanes])
    if outcome.trouble:
        raise worst(outcome.trouble)
    failed = [lane.name for lane in lanes if lane.name in outcome.errors]
    if failed and visit.step.options.get("failures") == "fail":
        raise outcome.errors[failed[0]]
    visit.secret = outcome.secret
    errors: Values = {
        lane.name: outcome.errors[lane.name].detail.to_flow() if lane.name in outcome.errors else None for lane in lanes
    }
    return {**outcome.given, "failed": len(failed), "errors": errors}

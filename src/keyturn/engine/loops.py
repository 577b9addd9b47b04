"""For Each: a helper flow, or cards in place, once for each item of a list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .context import Visit
from .signals import Leave, Parked, Signal

if TYPE_CHECKING:
    from .executor import Executor

_MOST_AT_ONCE = 200


async def for_each(executor: Executor, visit: Visit) -> Values:
    """Carry out the body for each item, ``at_once`` at a time; stops at the first error.

    Rounds that are under way when one fails are finished; further ones are not begun.
    """
    items = visit.given.get("list")
    if not isinstance(items, list):
        items = [] if items is None else [items]
    lanes = min(_at_once(visit), max(1, len(items)))
    rounds = iter(enumerate(items))
    trouble: list[Exception] = []
    if lanes == 1:
        await _lane(executor, visit, rounds, trouble)
    else:
        await asyncio.gather(*(_lane(executor, visit, rounds, trouble) for _ in range(lanes)))
    if trouble:
        raise _worst(trouble)
    return {"count": len(items)}


async def _lane(executor: Executor, visit: Visit, rounds: Iterator[tuple[int, JSON]], trouble: list[Exception]) -> None:
    for index, item in rounds:
        if trouble:
            return
        try:
            await _round(executor, visit, index, item)
            await executor.session.commit_if_much()
        except (CardError, Signal) as error:
            trouble.append(error)


async def _round(executor: Executor, visit: Visit, index: int, item: JSON) -> None:
    path = f"{visit.path}[{index}]"
    scope: Values = {**visit.values, "item": item, "index": index}
    call = visit.step.call
    if call is not None:
        await executor.helpers.call(visit.context, call.flow_id, call.with_.resolve(scope), path)
        return
    try:
        await executor.cards(visit.context, visit.step.body, scope, f"{path}/")
    except Leave as leave:
        if leave.whole_flow:
            raise


def _worst(trouble: list[Exception]) -> Exception:
    """What ends the loop: an error before a return, both before a mere wait (the earliest of several)."""
    parked = [error for error in trouble if isinstance(error, Parked)]
    others = [error for error in trouble if not isinstance(error, Parked)]
    if others:
        return next((error for error in others if isinstance(error, CardError)), others[0])
    return min(parked, key=lambda signal: signal.until)


def _at_once(visit: Visit) -> int:
    value = visit.given.get("at_once")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MOST_AT_ONCE:
        raise CardError.bad_input(
            "at_once",
            f"{value!r} is no number of rounds.",
            f"Give a number from 1 to {_MOST_AT_ONCE}.",
        )
    return max(1, int(value))

"""Loops: a helper flow, or cards in place, once for each item of a list or each record of a stream.

A round that has ended well is passed by a checkpoint and never entered again, so that a run with a million
rounds goes on at once after a crash, and keeps in memory only what is under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .context import Visit
from .ports import CommitRefused
from .secrets import WHOLE
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
    at_once = _at_once(visit)
    await _Rounds(executor, visit, "item").carry_out(items, 0, at_once)
    return {"count": len(items)}


async def for_each_record(executor: Executor, visit: Visit) -> Values:
    """Carry out the body for each record of an action that reads page after page.

    A record whose helper flow fails is counted and does not stop the others.

    A page is in the journal before any of its records is worked on: a run that is resumed works on the same
    records, whatever the app would answer by then.
    """
    rounds = _Rounds(executor, visit, "record", stops=False)
    progress = rounds.progress
    while True:
        first = _number(progress.state.get("first"))
        page = await executor.page(visit, progress.page, progress.state.get("token"))
        records = page.get("records")
        records = records if isinstance(records, list) else []
        await rounds.carry_out(records, first, 1)
        token = page.get("next")
        if token is None:
            return {"count": first + len(records), "failed": progress.failed}
        executor.session.forget_path(visit.context.run.id, f"{visit.path}@{progress.page}")
        progress.turn({"first": first + len(records), "token": token})


class _Rounds:
    """The rounds of one loop card.

    Args:
        name: by which name the body sees its item.
        stops: whether a round that fails ends the loop; else it is counted.
    """

    def __init__(self, executor: Executor, visit: Visit, name: str, *, stops: bool = True) -> None:
        self._executor = executor
        self._visit = visit
        self._name = name
        self._stops = stops
        self._trouble: list[Exception] = []
        if visit.step.inputs.made_from(visit.context.secrets):
            visit.context.secrets.add(name, (WHOLE,))
        self.progress = executor.session.progress(visit.context.run.id, visit.path)

    async def carry_out(self, items: Sequence[JSON], first: int, at_once: int) -> None:
        """Carry out the rounds of these items that have not ended yet; the first one has the number ``first``."""
        rounds = self._due(items, first)
        lanes = min(at_once, max(1, len(items)))
        if lanes == 1:
            await self._lane(rounds)
        else:
            await _all_or_none([asyncio.create_task(self._lane(rounds)) for _ in range(lanes)])
        if self._trouble:
            raise _worst(self._trouble)

    def _due(self, items: Sequence[JSON], first: int) -> Iterator[tuple[int, JSON]]:
        """Rounds that were begun and not ended, then those that never began."""
        numbers: list[Iterable[int]] = [
            sorted(self.progress.open),
            range(max(first, self.progress.next), first + len(items)),
        ]
        return ((number, items[number - first]) for some in numbers for number in some)

    async def _lane(self, rounds: Iterator[tuple[int, JSON]]) -> None:
        session = self._executor.session
        for number, item in rounds:
            try:
                await session.safe_point()
                self.progress.enter(number)
                await self._round(number, item)
                await session.commit_if_much()
            except (CardError, Signal, CommitRefused) as error:
                self._trouble.append(error)
            if self._trouble:
                return

    async def _round(self, number: int, item: JSON) -> None:
        executor, visit = self._executor, self._visit
        path = f"{visit.path}[{number}]"
        scope: Values = {**visit.values, self._name: item, "index": number}
        call = visit.step.call
        if call is not None:
            failed = await self._counted(executor.helpers.call(visit, call, call.with_.resolve(scope), path))
        else:
            failed = await self._counted(self._body(scope, path))
        self.progress.finish(number, failed=failed)
        executor.session.forget_round(visit.context.run.id, path)

    async def _counted(self, work: Awaitable[object]) -> bool:
        """Whether the round failed, where that does not end the loop."""
        try:
            await work
        except CardError:
            if self._stops:
                raise
            return True
        return False

    async def _body(self, scope: Values, path: str) -> None:
        try:
            await self._executor.cards(self._visit.context, self._visit.step.body, scope, f"{path}/")
        except Leave as leave:
            if leave.whole_flow:
                raise


async def _all_or_none(lanes: Sequence[asyncio.Task[None]]) -> None:
    """Wait for all lanes. When one finds that the run is in other hands, none may go on with it."""
    try:
        await asyncio.gather(*lanes)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


def _worst(trouble: list[Exception]) -> Exception:
    """What ends the loop: a commit that was refused, before an error, before a return, before a mere wait (the
    earliest of several)."""
    parked = [error for error in trouble if isinstance(error, Parked)]
    others = [error for error in trouble if not isinstance(error, Parked)]
    if others:
        ranked = [error for kind in (CommitRefused, CardError) for error in others if isinstance(error, kind)]
        return ranked[0] if ranked else others[0]
    return min(parked, key=lambda signal: signal.until)


def _number(value: JSON) -> int:
    return value if isinstance(value, int) else 0


def _at_once(visit: Visit) -> int:
    value = visit.given.get("at_once")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MOST_AT_ONCE:
        raise CardError.bad_input(
            "at_once",
            f"{value!r} is no number of rounds.",
            f"Give a number from 1 to {_MOST_AT_ONCE}.",
        )
    return max(1, int(value))

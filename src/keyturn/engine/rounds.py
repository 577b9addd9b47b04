"""The rounds of a loop: a helper flow, or cards in place, once for each item.

A round that has ended well is passed by a checkpoint and never entered again, so that a run with a million
rounds goes on at once after a crash, and keeps in memory only what is under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .context import Visit
from .inputs import NO_NAMES
from .ports import CommitRefused, RunStatus
from .secrets import WHOLE
from .signals import Leave, Parked, Signal

if TYPE_CHECKING:
    from .executor import Executor


@dataclass(frozen=True, slots=True)
class Given:
    """What a round gave: the fields that its helper flow returned, or its body by Return.

    Attributes:
        secret: something of it is made from secrets.
    """

    values: Values = field(default_factory=dict[str, JSON])
    secret: bool = False

    @property
    def single(self) -> JSON:
        """As one value: of one field its value, of several an object of them, of none null."""
        match len(self.values):
            case 0:
                return None
            case 1:
                return next(iter(self.values.values()))
            case _:
                return {**self.values}


class Rounds:
    """The rounds of one loop card.

    Args:
        name: by which name a round sees its item; empty where there are none.
        stops: whether a round that fails ends the loop; else it is counted.
        keep: told what a round gave, right before the round counts as ended. It raises CardError where the loop
            cannot use it.
        extra: what a round sees besides.
    """

    def __init__(
        self,
        executor: Executor,
        visit: Visit,
        name: str = "item",
        *,
        stops: bool = True,
        keep: Callable[[int, Given], None] | None = None,
        extra: Callable[[], Values] | None = None,
    ) -> None:
        self._executor = executor
        self._visit = visit
        self._name = name
        self._stops = stops
        self._keep = keep
        self._extra = extra
        self._trouble: list[Exception] = []
        self._found = False
        if name and visit.step.inputs.made_from(visit.context.secrets):
            visit.context.secrets.add(name, (WHOLE,))
        self.progress = executor.session.progress(visit.context.run.id, visit.path)

    def found(self) -> None:
        """What is looked for is there: no further rounds begin, and those under way come to their end."""
        self._found = True

    async def carry_out(self, items: Sequence[JSON], first: int = 0, at_once: int = 1) -> None:
        """Carry out the rounds of these items that have not ended yet; the first one has the number ``first``."""
        rounds = self._due(items, first)
        lanes = min(at_once, max(1, len(items)))
        if lanes == 1:
            await self._lane(rounds)
        else:
            await all_or_none([asyncio.create_task(self._lane(rounds)) for _ in range(lanes)])
        if self._trouble:
            raise worst(self._trouble)

    def _due(self, items: Sequence[JSON], first: int) -> Iterator[tuple[int, JSON]]:
        """Rounds that were begun and not ended, then those that never began.

        A round is entered as it is taken: another lane may write how far the loop is before this one really begins.
        """
        for number in sorted(self.progress.open):
            yield number, items[number - first]
        for number in range(max(first, self.progress.next), first + len(items)):
            if self._found:
                return
            self.progress.enter(number)
            yield number, items[number - first]

    async def _lane(self, rounds: Iterator[tuple[int, JSON]]) -> None:
        session = self._executor.session
        for number, item in rounds:
            try:
                await session.safe_point()
                await self._round(number, item)
                await session.commit_if_much()
            except (CardError, Signal, CommitRefused) as error:
                self._trouble.append(error)
            if self._trouble:
                return

    async def _round(self, number: int, item: JSON) -> None:
        visit = self._visit
        path = f"{visit.path}[{number}]"
        scope: Values = {**visit.values, "index": number}
        if self._name:
            scope[self._name] = item
        if self._extra is not None:
            scope |= self._extra()
        failed = False
        try:
            given = await self._given(scope, path)
            if self._keep is not None:
                self._keep(number, given)
        except CardError:
            if self._stops:
                raise
            failed = True
        self.progress.finish(number, failed=failed)
        self._executor.session.forget_round(visit.context.run.id, path)

    async def _given(self, scope: Values, path: str) -> Given:
        call = self._visit.step.call
        if call is None:
            return await self._body(scope, path)
        run = await self._executor.helpers.ended(self._visit.context, call, call.with_.resolve(scope), path)
        return _given(run.outputs or {}, run.status is RunStatus.STOPPED, run.secret_outputs)

    async def _body(self, scope: Values, path: str) -> Given:
        try:
            await self._executor.cards(self._visit.context, self._visit.step.body, scope, f"{path}/")
        except Leave as leave:
            if leave.whole_flow:
                raise
            return _given(leave.outputs, leave.stopped, leave.secret)
        return Given()


def pairs_of(found: Values) -> list[JSON]:
    """What the rounds over an object see as their items."""
    return [{"key": key, "value": value} for key, value in found.items()]


def _given(outputs: Values, stopped: bool, secret: frozenset[str]) -> Given:
    """What a round gave. One that Continue If ended without a message gave nothing."""
    if stopped and outputs.get("message") is None:
        return Given()
    return Given(outputs, secret != NO_NAMES)


async def all_or_none(lanes: Sequence[asyncio.Task[None]]) -> None:
    """Wait for all lanes. When one finds that the run is in other hands, none may go on with it."""
    try:
        await asyncio.gather(*lanes)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


def worst(trouble: Iterable[Exception]) -> Exception:
    """What ends the loop: a commit that was refused, before an error, before a return, before a mere wait (the
    earliest of several)."""
    every = list(trouble)
    parked = [error for error in every if isinstance(error, Parked)]
    others = [error for error in every if not isinstance(error, Parked)]
    if others:
        ranked = [error for kind in (CommitRefused, CardError) for error in others if isinstance(error, kind)]
        return ranked[0] if ranked else others[0]
    return min(parked, key=lambda signal: signal.until)


def at_once_of(visit: Visit) -> int:
    """How many rounds go at the same time; 0 counts as 1, as exports have it."""
    return max(1, int(visit.number("at_once")))

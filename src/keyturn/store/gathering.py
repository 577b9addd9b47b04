"""Calls that come while a statement is under way go to the database together, as the next one.

Many small statements that each wait for a connection, a round trip and perhaps a sync become few; a call that comes
alone is sent at once. What a call gets was read or written after it was made, never before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from keyturn.engine.ports import StoreUnavailable

from .errors import Burdened

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_EVERYBODY = 3  # so many calls in a row that are too much by themselves are nobody's own fault


@dataclass(slots=True)
class _Call(Generic[Asked, Answer]):
    asked: Asked
    done: asyncio.Future[Answer]


def _one(_: object) -> int:
    return 1


class Gatherer(Generic[Asked, Answer]):
    """Makes one piece of work of the calls that wait.

    Args:
        work: answers several calls, in their order, or raises. It must be harmless if done twice: when it raises
            for several calls, it is done again for each of them alone, unless the database is away.
        most: how much goes together; a call that weighs more goes alone.
        weight: what a call weighs.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        most: int = 256,
        weight: Callable[[Asked], int] = _one,
    ) -> None:
        self._work = work
        self._most = most
        self._weight = weight
        self._waiting: deque[_Call[Asked, Answer]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """The answer to one call. Raises what the work raises."""
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(asked, done))
        if self._worker is None:
            self._worker = asyncio.create_task(self._until_idle())
        return await done

    async def _until_idle(self) -> None:
        calls: list[_Call[Asked, Answer]] = []
        try:
            while self._waiting:
                calls = self._take()
                await self._answer(calls)
        finally:
            self._worker = None
            rest = [*calls, *self._waiting]  # none is left, unless this task was ended from outside
            self._waiting.clear()
            for call in rest:
                _fail(call, StoreUnavailable("The program stopped before the database had answered."))

    def _take(self) -> list[_Call[Asked, Answer]]:
        taken = [self._waiting.popleft()]
        weight = self._weight(taken[0].asked)
        while self._waiting and (weight := weight + self._weight(self._waiting[0].asked)) <= self._most:
            taken.append(self._waiting.popleft())
        return taken

    async def _answer(self, calls: Sequence[_Call[Asked, Answer]]) -> None:
        calls = [call for call in calls if not call.done.done()]  # whoever was cancelled wants nothing any more
        if not calls:
            return
        try:
            answers = await self._work([call.asked for call in calls])
        except Burdened as error:
            await self._answer_apart(calls, error)
        except StoreUnavailable as error:
            _fail_all(calls, error)
        except Exception as error:  # noqa: BLE001  it is the callers'
            if len(calls) == 1:
                _fail(calls[0], error)
                return
            for call in calls:
                await self._answer([call])
        else:
            for call, answer in zip(calls, answers, strict=True):
                if not call.done.done():
                    call.done.set_result(answer)

    async def _answer_apart(self, calls: Sequence[_Call[Asked, Answer]], error: Burdened) -> None:
        """Together they were too much for the database: one of them may be the reason, or everybody is hit."""
        if len(calls) == 1:
            _fail(calls[0], error)
            return
        in_a_row = 0
        for number, call in enumerate(calls):
            await self._answer([call])
            burdened = not call.done.cancelled() and isinstance(call.done.exception(), Burdened)
            in_a_row = in_a_row + 1 if burdened else 0
            if in_a_row == _EVERYBODY:
                _fail_all(calls[number + 1 :], error)
                return


def _fail_all(calls: Sequence[_Call[Asked, Answer]], error: StoreUnavailable) -> None:
    for call in calls:
        _fail(call, type(error)(str(error)))


def _fail(call: _Call[Asked, Answer], error: Exception) -> None:
    if not call.done.done():
        call.done.set_exception(error)

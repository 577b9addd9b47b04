"""Keeps a crowd from taking every place: runs of flows that have fewer in hand go past it.

Turns alone do not help a run while all places are taken by runs that take minutes. So some places are for flows other
than the one that has most in hand, those with the fewest first. The queue is asked for their runs only while all other
places are taken; the lease decides who carries one out, and the job that is left of it goes as other needless ones do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from keyturn.engine.ports import StoreUnavailable

from .database import Database
from .sql import admission as sql

_log = structlog.get_logger(__name__)
_SHARE = 8  # one of so many places is kept


def places_kept(at_once: int) -> int:
    """How many of a worker's places are kept for flows that are not the crowd; none of less than eight."""
    return at_once // _SHARE


class Overtaking:
    """Hands out such runs.

    Args:
        crowded: whether all other places are taken.
        handle: carries a root run as far as it goes; raises nothing.
        places: how many runs at once.
        every: seconds between two looks while it is crowded.
    """

    def __init__(
        self,
        database: Database,
        crowded: Callable[[], bool],
        handle: Callable[[UUID], Awaitable[None]],
        places: int,
        every: float,
    ) -> None:
        self._database = database
        self._crowded = crowded
        self._handle = handle
        self._places = places
        self._every = every
        self._in_hand: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(self._every)
            free = self._places - len(self._in_hand)
            if free > 0 and self._crowded():
                try:
                    await self._take(free)
                except StoreUnavailable as error:
                    _log.warning("queue.not_overtaken", error=str(error))
                except Exception:  # noqa: BLE001  the boundary: whatever it was, the next look may be better
                    _log.exception("queue.overtaking_failed")

    async def rest(self) -> None:
        """Wait for what is in hand."""
        if self._in_hand:
            await asyncio.wait([*self._in_hand.values()])

    async def _take(self, free: int) -> None:
        for row in await self._database.read(sql.OVERTAKING, free):
            root_id: UUID = row["id"]
            if root_id not in self._in_hand:
                task = asyncio.create_task(self._carry_out(root_id), name="overtaking")
                self._in_hand[root_id] = task

    async def _carry_out(self, root_id: UUID) -> None:
        try:
            await self._handle(root_id)
        finally:
            del self._in_hand[root_id]

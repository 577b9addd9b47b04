"""Admits waiting runs to the queue (``workers.admission`` chooses them).

Most runs never wait: the statement that makes a run gives it its turn and its job at once where no limit has to
be looked at. All else happens here, one process at a time, so that limits are exact.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import StoreUnavailable
from keyturn.workers.admission import AdmissionRules, Taken, WaitingFlow, in_turns

from .database import Database
from .driver import Link
from .sql import admission as sql

log = structlog.get_logger(__name__)

_LOCK = 0x6B657974_75726E04  # "keyturn", 4
_MOST_OF_A_FLOW = 64
_REST = 4  # times as long as it took: it never takes more than a fifth of the time, however many runs wait


@dataclass(frozen=True, slots=True)
class FlowWaiting:
    """How many runs of a flow wait for their turn, and since when the oldest does."""

    id: str
    runs: int
    since: datetime


class PostgresAdmission:
    """Admission on Postgres.

    Args:
        points: told of each admission.
    """

    def __init__(self, database: Database, points: Points | None = None) -> None:
        self._database = database
        self._points = points or Points()
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    async def set_rules(self, rules: AdmissionRules) -> None:
        """Set what holds for the whole installation.

        Raises:
            StoreUnavailable: the database is away.
        """
        await self._database.read(sql.SET_RULES, rules.flow_at_once, rules.ahead)

    def call(self) -> None:
        """Have runs admitted soon, without waiting for it. What goes wrong is left to the sweep."""
        self._wanted = True
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="admission")

    async def admit(self) -> Sequence[UUID]:
        """Admit the runs whose turn it is now; gives them.

        Raises:
            StoreUnavailable: the database is away; what was begun is undone, or done whole.
        """
        row = await self._database.read_one(sql.SOMEBODY_WAITS)
        if row is None or not row["waits"]:
            return []
        return await self._points.around(Point.ADMITTED, lambda: self._database.repeating(self._admit))

    async def waiting(self, most: int) -> list[FlowWaiting]:
        """The flows of which most runs wait for their turn, as many as wanted."""
        rows = await self._database.read(sql.COUNT_WAITING, most)
        return [FlowWaiting(row["id"], row["runs"], row["since"]) for row in rows]

    async def close(self) -> None:
        """End what goes on in the background."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._wanted:
                self._wanted = False
                began = loop.time()
                await self.admit()
                await asyncio.sleep((loop.time() - began) * _REST)
        except StoreUnavailable as error:
            log.warning("runs wait for the sweep to be admitted", why=str(error))
        finally:
            self._task = None

    async def _admit(self) -> list[UUID]:
        async with self._database.transaction() as link:
            await link.fetchval(sql.LOCK, _LOCK)  # what follows sees what the one before admitted
            flows = [
                WaitingFlow(
                    row["id"], row["next"], row["served"], row["at_once"], tuple(row["limited"]), tuple(row["runs"])
                )
                for row in await link.fetch(sql.WAITING, _MOST_OF_A_FLOW)
            ]
            limited = any(flow.limited for flow in flows)
            taken = await _taken(link) if limited else Taken({}, {})
            limits = {row["id"]: row["at_once"] for row in await link.fetch(sql.CONNECTION_LIMITS)} if limited else {}
            turns = in_turns(flows, taken, limits)
            if not turns:
                return []
            rows = await link.fetch(sql.ADMIT, [turn.run_id for turn in turns], [turn.turn for turn in turns])
            last_first = dict.fromkeys(turn.flow_id for turn in reversed(turns))
            await link.execute(sql.NOTE_SERVED, list(reversed(last_first)))
        most = Counter(turn.flow_id for turn in turns).most_common(1)[0][1]
        self._wanted = self._wanted or most == _MOST_OF_A_FLOW  # there may be more of it
        return [row["id"] for row in rows]


async def _taken(link: Link) -> Taken:
    flows: dict[str, int] = {}
    connections: Counter[str] = Counter()
    for row in await link.fetch(sql.TAKEN_BY_FLOW):
        flows[row["id"]] = row["taken"]
        for name in row["uses"]:
            connections[name] += row["taken"]
    return Taken(flows, connections)

"""How long the runs of a worker that was killed rest until another worker has them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from chaos_processes import Postgres
from chaos_records import HELD, PROGRESS, Records

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Watched:
    killed_at: float
    epoch: int
    records: int


@dataclass(slots=True)
class Resumes:
    """Watches runs that lost their worker.

    Resumed is a run when another worker has claimed it, which is a write of its status and epoch; ``wrote`` is
    when the first journal record, trace or end after that was there (a run may have been about to wait). Times
    in which there was no database do not count: nobody could have claimed it.
    """

    records: Records
    postgres: Postgres
    resumed: list[float] = field(default_factory=list[float])
    wrote: list[float] = field(default_factory=list[float])
    _watched: dict[UUID, _Watched] = field(default_factory=dict[UUID, _Watched])
    _writing: dict[UUID, _Watched] = field(default_factory=dict[UUID, _Watched])

    async def killed(self, pid: int, at: float) -> int:
        """A process was killed at ``at`` (monotonic): watch the runs that it held; gives their number."""
        held = [row["id"] for row in await self.records.fetch(HELD, str(pid))]
        for row in await self.records.fetch(PROGRESS, held):
            self._watched[row["id"]] = _Watched(at, row["epoch"], row["records"])
            self._writing[row["id"]] = self._watched[row["id"]]
        return len(held)

    @property
    def open(self) -> int:
        """Runs that nobody has taken yet."""
        return len(self._watched)

    async def watch(self) -> None:
        """Look until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Look once."""
        ids = list(self._watched.keys() | self._writing.keys())
        rows = await self.records.fetch(PROGRESS, ids) if ids else []
        now = time.monotonic()
        for row in rows:
            run_id = row["id"]
            over = row["status"] not in ("queued", "running")
            waiting = self._watched.get(run_id)
            if waiting and (row["epoch"] > waiting.epoch or over):
                self.resumed.append(self._seconds(self._watched.pop(run_id), now))
            writing = self._writing.get(run_id)
            if writing and row["epoch"] >= writing.epoch and (row["records"] > writing.records or over):
                self.wrote.append(self._seconds(self._writing.pop(run_id), now))

    def _seconds(self, watched: _Watched, now: float) -> float:
        return now - watched.killed_at - self.postgres.away(watched.killed_at, now)

    def figures(self) -> dict[str, float | int]:
        """Median and worst, in seconds."""
        return {
            "runs_of_killed_workers": len(self.resumed),
            "resumed_median_s": round(median(self.resumed), 2) if self.resumed else 0.0,
            "resumed_worst_s": round(max(self.resumed, default=0.0), 2),
            "next_record_median_s": round(median(self.wrote), 2) if self.wrote else 0.0,
            "next_record_worst_s": round(max(self.wrote, default=0.0), 2),
        }

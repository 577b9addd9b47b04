"""Hands out root runs by PgQueuer (``workers.ports.Queue``).

A job is the id of a root run. It is done when its handler returns, well or not: the run's own state says what
is left to do, and the sweeper brings back what needs it. Jobs of a process that died are handed out again when
their heartbeat is old; the lease decides who has the run.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job

from keyturn.engine.ports import StoreUnavailable
from keyturn.workers.ports import Handle

from .database import Database
from .overtaking import Overtaking, places_kept
from .queue_driver import QueueDriver
from .queue_settings import CHANNEL, ENTRYPOINT, queries_by

_log = structlog.get_logger(__name__)
_LARGEST_BATCH = 32


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How jobs are looked for.

    Attributes:
        look: the queue is looked at this often even if nothing was notified.
        heartbeat: a job whose process gave no sign for this long is handed out again.
        overtake: how often runs that may go past a crowd are looked for while there is one.
    """

    look: timedelta = timedelta(seconds=2)
    heartbeat: timedelta = timedelta(seconds=10)
    overtake: timedelta = timedelta(seconds=0.5)


class PgQueue:
    """Queue on PgQueuer; ``run`` once per instance."""

    def __init__(self, database: Database, settings: QueueSettings | None = None) -> None:
        self._settings = settings or QueueSettings()
        self._database = database
        self._driver = QueueDriver(database)
        self._looking: asyncio.Task[None] | None = None
        self._manager = QueueManager(queries_by(self._driver), channel=CHANNEL)

    async def run(self, handle: Handle, *, at_once: int) -> None:
        """Hand out root runs until ``stop``; returns when those in hand are done.

        Args:
            handle: carries a root run as far as it goes; what it raises is logged.
            at_once: runs in hand at most, from 1. Some places are for flows other than the one with most of them
                (``overtaking``).

        Raises:
            ValueError: ``at_once`` is below 1.
        """
        if at_once < 1:
            raise ValueError("at_once must be 1 or more.")
        kept = places_kept(at_once)
        places = asyncio.Semaphore(at_once - kept)  # PgQueuer takes 2 jobs at least

        async def carry_out(job: Job) -> None:
            async with places:
                await _handled(handle, job)

        self._manager.entrypoint(ENTRYPOINT)(carry_out)
        every = self._settings.overtake.total_seconds()
        overtaking = Overtaking(self._database, places.locked, partial(_carried_out, handle), kept, every)
        if kept:
            self._looking = asyncio.create_task(overtaking.run(), name="overtaking")
        try:
            await self._hand_out(at_once - kept)
        finally:
            if self._looking is not None:
                self._looking.cancel()
                await asyncio.gather(self._looking, return_exceptions=True)
            await overtaking.rest()

    async def _hand_out(self, at_once: int) -> None:
        try:
            await self._manager.run(
                dequeue_timeout=self._settings.look,
                batch_size=max(1, min(at_once // 2, _LARGEST_BATCH)),
                max_concurrent_tasks=max(2, at_once),
                heartbeat_timeout=self._settings.heartbeat,
                log_aggregation_interval=timedelta(0),
            )
        except StoreUnavailable as error:
            if not self._driver.shutdown.is_set():
                raise
            _log.warning("queue.stopped_without_database", error=str(error))

    def stop(self) -> None:
        """Take no more jobs; ``run`` returns when those in hand are done."""
        self._manager.shutdown.set()
        self._driver.shutdown.set()
        if self._looking is not None:
            self._looking.cancel()


async def _handled(handle: Handle, job: Job) -> None:
    if job.payload is None or len(job.payload) != 16:
        _log.error("queue.strange_job", job=job.id)
        return
    await _carried_out(handle, UUID(bytes=job.payload))


async def _carried_out(handle: Handle, root_id: UUID) -> None:
    try:
        await handle(root_id)
    except Exception:  # noqa: BLE001  the boundary: whatever it was, the sweeper brings the run back
        _log.exception("queue.handler_failed", root_id=str(root_id))

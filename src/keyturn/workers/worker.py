"""The worker: takes root runs from the queue and has the engine carry them out, under a lease."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import Lease, LeaseLost, RunStatus, StoreUnavailable
from keyturn.flows.functions import Clock

from .guard import LeaseGuard
from .ports import LeaseStore, Queue
from .stopping import Stopping

log = structlog.get_logger(__name__)

_MARGIN_SECONDS = 2.0


class RunsLeases(Protocol):
    """The engine, as a worker sees it."""

    async def execute(self, lease: Lease) -> RunStatus:
        """Carry a claimed root run as far as it goes."""
        ...


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker works.

    Attributes:
        at_once: root runs carried out at the same time.
        lease_seconds: how long a lease lasts without renewal.
        stop_seconds: how long a stopping worker waits for its runs to reach a safe point.
    """

    at_once: int = 64
    lease_seconds: float = 6.0
    stop_seconds: float = 20.0

    @property
    def margin_seconds(self) -> float:
        """How long before its end a lease is no longer counted on; a short lease must leave time to work."""
        return min(_MARGIN_SECONDS, self.lease_seconds / 4)


def new_owner() -> str:
    """A name for a worker that no other one has: host, process, random."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """Takes runs from the queue until it is stopped.

    Args:
        owner: this worker's name, from ``new_owner``.
        guard: told of each lease and its renewals; the engine asks it before anything is sent.
        stopping: asked by the engine at each safe point.
        points: told of each lease that is taken or given back.
    """

    def __init__(
        self,
        *,
        owner: str,
        engine: RunsLeases,
        leases: LeaseStore,
        queue: Queue,
        clock: Clock,
        guard: LeaseGuard,
        settings: WorkerSettings,
        stopping: Stopping,
        points: Points | None = None,
    ) -> None:
        self._owner = owner
        self._engine = engine
        self._leases = leases
        self._queue = queue
        self._clock = clock
        self._guard = guard
        self._settings = settings
        self._ttl = timedelta(seconds=settings.lease_seconds)
        self._stopping = stopping
        self._points = points or Points()
        self._held: set[Lease] = set()

    @property
    def stop_seconds(self) -> float:
        """How long a stopping worker waits for its runs to reach a safe point."""
        return self._settings.stop_seconds

    def stop(self) -> None:
        """Take no more jobs and hand back what can be handed back."""
        self._stopping.ask()
        self._queue.stop()

    async def run(self) -> None:
        """Work until ``stop``; returns when the runs in hand are ended or handed back."""
        renewing = asyncio.create_task(self._renew_forever())
        try:
            await self._queue.run(self._handle, at_once=self._settings.at_once)
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
            await self._release_rest()

    async def _handle(self, root_id: UUID) -> None:
        asked_at = self._clock.monotonic()
        lease = await self._points.around(Point.CLAIMED, lambda: self._leases.claim(root_id, self._owner, self._ttl))
        if lease is None:
            return
        self._guard.taken(lease, asked_at)
        self._held.add(lease)
        try:
            status = await self._engine.execute(lease)
        except LeaseLost:
            log.warning("lease lost", run=str(root_id))
        except StoreUnavailable as error:
            log.warning("database away; the run goes on when its lease has ended", run=str(root_id), why=str(error))
        else:
            if status is RunStatus.QUEUED:
                await self._release(lease)
            log.info("run", run=str(root_id), status=status.value)
        finally:
            self._held.discard(lease)
            self._guard.given_up(lease)

    async def _renew_forever(self) -> None:
        while True:
            asked_at = self._clock.monotonic()
            try:
                # of what is in hand, and nothing else: a run that was let go must go on elsewhere
                for lease in await self._leases.renew(list(self._held), self._ttl):
                    self._guard.renewed(lease, asked_at)
            except StoreUnavailable as error:
                log.warning("leases not renewed", why=str(error))
            await self._clock.sleep(self._settings.lease_seconds / 4)

    async def _release_rest(self) -> None:
        for lease in list(self._held):
            await self._release(lease)

    async def _release(self, lease: Lease) -> None:
        try:
            await self._points.around(Point.RELEASED, lambda: self._leases.release(lease))
        except (StoreUnavailable, LeaseLost) as error:
            log.warning("run not handed back; it goes on when its lease ends", run=str(lease.root_id), why=str(error))

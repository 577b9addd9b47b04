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

from keyturn.engine.ports import Lease, LeaseLost, RunStatus, StoreUnavailable
from keyturn.flows.functions import Clock

from .guard import LeaseGuard
from .ports import LeaseStore, Queue
from .stopping import Stopping

log = structlog.get_logger(__name__)


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
        margin_seconds: how long before its end a lease is no longer counted on.
        stop_seconds: how long a stopping worker waits for its runs to reach a safe point.
    """

    at_once: int = 64
    lease_seconds: float = 8.0
    margin_seconds: float = 2.0
    stop_seconds: float = 20.0


def new_owner() -> str:
    """A name for a worker that no other one has: host, process, random."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """Takes runs from the queue until it is stopped.

    Args:
        owner: this worker's name, from ``new_owner``.
        guard: told of each renewal; the engine asks it before anything is sent.
        stopping: asked by the engine at each safe point.
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
        self._held: dict[UUID, Lease] = {}

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
        lease = await self._leases.claim(root_id, self._owner, self._ttl)
        if lease is None:
            return
        if not self._held:
            self._guard.renewed(asked_at)
        self._held[root_id] = lease
        left = False
        try:
            status = await self._engine.execute(lease)
            left = True
        except LeaseLost:
            log.warning("lease lost", run=str(root_id))
        except StoreUnavailable as error:
            log.warning("database away; the run goes on when its lease has ended", run=str(root_id), why=str(error))
        else:
            if status is RunStatus.QUEUED:
                await self._release(lease)
            log.info("run", run=str(root_id), status=status.value)
        finally:
            self._held.pop(root_id, None)
            if not left:
                self._leases.give_up(lease)

    async def _renew_forever(self) -> None:
        while True:
            asked_at = self._clock.monotonic()
            try:
                await self._leases.renew(self._owner, self._ttl)
                self._guard.renewed(asked_at)
            except StoreUnavailable as error:
                log.warning("leases not renewed", why=str(error))
            await self._clock.sleep(self._settings.lease_seconds / 4)

    async def _release_rest(self) -> None:
        for lease in list(self._held.values()):
            await self._release(lease)

    async def _release(self, lease: Lease) -> None:
        try:
            await self._leases.release(lease)
        except (StoreUnavailable, LeaseLost) as error:
            log.warning("run not handed back; it goes on when its lease ends", run=str(lease.root_id), why=str(error))

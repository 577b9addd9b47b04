"""Runs that begin in the process that was asked for them, with no queue in between.

Nothing of such a run is stored before its first commit, which inserts the run together with its lease: right before
its first effect, or at its end. A process that dies before has promised nothing. From then on the run is like any
other: its lease is renewed here, and when this process dies a worker goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import (
    Birth,
    Busy,
    Commit,
    JournalRecord,
    Lease,
    LeaseLost,
    Run,
    RunStatus,
    RunStore,
    RunTree,
    StartKey,
    StoreUnavailable,
)
from keyturn.flows.functions import Clock
from keyturn.flows.json import Values

from .stopping import Stopping
from .worker import WorkerSettings

log = structlog.get_logger(__name__)

_WAITING_FOR_EACH_PLACE = 10


class RunsInPlace(Protocol):
    """The engine, as seen from here."""

    async def execute(self, lease: Lease, store: RunStore, guard: Callable[[], None]) -> RunStatus:
        """Carry a run in hand as far as it goes."""
        ...


class Leases(Protocol):
    """The store's leases, as seen from here."""

    async def renew(self, leases: Collection[Lease], ttl: timedelta) -> Sequence[Lease]:
        """Make these leases last ``ttl`` from now; gives those that hold still."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give a run back unfinished: queued, with a job, for any worker."""
        ...


class Newborn:
    """The store, as one run sees it that begins here. It notes how the run stands and how long its lease holds.

    Attributes:
        run: as it was last committed.
        begun: it has a place and is carried out.
        stored: its first commit was taken.
        closed: the answer that the run has given to its caller while it goes on, or None.
        waiting: called when it has given one.

    Args:
        length: seconds that a lease is counted on after it was asked for.
        points: told of the first commit.
    """

    def __init__(
        self, run: Run, lease: Lease, birth: Birth, store: RunStore, clock: Clock, length: float, points: Points
    ) -> None:
        self.run = run
        self.lease = lease
        self.begun = False
        self.stored = False
        self.closed: Values | None = None
        self.waiting: set[Callable[[], None]] = set()
        self._birth = birth
        self._store = store
        self._clock = clock
        self._length = length
        self._points = points
        self._until = 0.0
        self._bearing = asyncio.Lock()

    async def load(self, root_id: UUID) -> RunTree:
        """The run alone: nothing of it is stored."""
        return RunTree(self.run, {self.run.id: self.run}, ())

    async def commit(self, commit: Commit) -> JournalRecord | None:
        """As RunStore.commit; the first one that is taken inserts the run. Others wait for it."""
        if not self.stored:
            async with self._bearing:
                if not self.stored:
                    return await self._bear(commit)
        rode = await self._store.commit(commit)
        self._note(commit)
        return rode

    async def keep(self) -> None:
        """Have the run stored now. Raises as ``commit``."""
        if not self.stored:
            async with self._bearing:
                if not self.stored:
                    await self._bear(Commit(self.lease))

    async def cancel_requested(self, root_id: UUID) -> bool:
        """Nobody knows of a run that is not stored."""
        return self.stored and await self._store.cancel_requested(root_id)

    def ensure(self) -> None:
        """Raise LeaseLost if this run may be in other hands. One that is not stored is in nobody else's."""
        if self.stored and self._clock.monotonic() >= self._until:
            raise LeaseLost("the lease was not renewed in time")

    def renewed(self, asked_at: float) -> None:
        """The lease was renewed; ``asked_at`` is the monotonic time at which that was asked for."""
        self._until = max(self._until, asked_at + self._length)

    async def _bear(self, commit: Commit) -> JournalRecord | None:
        if not any(run.id == self.run.id for run in commit.runs):
            started = replace(self.run, status=RunStatus.RUNNING, started_at=self._clock.now())
            commit = replace(commit, runs=[started, *commit.runs])
        asked_at = self._clock.monotonic()
        born = commit.bearing(self._birth)
        rode = await self._points.around(Point.BORN, lambda: self._store.commit(born))
        self.renewed(asked_at)
        self.stored = True
        self._note(commit)
        return rode

    def _note(self, commit: Commit) -> None:
        self.run = next((run for run in reversed(commit.runs) if run.id == self.run.id), self.run)
        if self.run.answer is not None and not self.run.status.ended:
            self.closed = self.run.answer
            for tell in self.waiting:
                tell()


class Work:
    """A run that was begun here, for those who wait for it."""

    def __init__(self, newborn: Newborn, carry_out: Callable[[Newborn], asyncio.Task[Exception | None]]) -> None:
        self._newborn = newborn
        self._task = carry_out(newborn)

    @property
    def run(self) -> Run:
        """As it was last committed; before the first commit as it was begun."""
        return self._newborn.run

    @property
    def closed(self) -> Values | None:
        """The answer that the run has given to its caller while it goes on, or None."""
        return self._newborn.closed

    async def wait(self, seconds: float) -> bool:
        """Wait for it to come to rest, or to answer its caller; whether it did.

        Raises:
            Busy: no place was free meanwhile; nothing was begun.
            LeaseLost, StoreUnavailable: as RunStore.commit.
        """
        if not await _is_done(self._task, seconds, self._newborn):
            return False
        if not self._task.done():
            return True
        if self._task.cancelled():
            raise Busy("no place was free in time")
        trouble = self._task.result()
        if trouble is not None:
            raise trouble
        return True

    async def keep(self) -> None:
        """Have it stored now, so that others may be told of it; one that still waits for a place is given up.

        Raises:
            Busy: it was given up; nothing was begun.
            LeaseLost, StoreUnavailable: as RunStore.commit.
        """
        if not self._newborn.begun:
            self._task.cancel()
            raise Busy("no place was free in time")
        await self._newborn.keep()


async def _is_done(task: asyncio.Task[Exception | None], seconds: float, newborn: Newborn) -> bool:
    """Wait for a task, or for its run's answer, without cancelling it. As ``asyncio.wait``, at half its cost: every
    call of an endpoint waits."""
    if task.done() or newborn.closed is not None:
        return True
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def end(_: object = None) -> None:
        if not over.done():
            over.set_result(None)

    task.add_done_callback(end)
    newborn.waiting.add(end)
    timer = loop.call_later(seconds, end)
    try:
        await over
    finally:
        timer.cancel()
        task.remove_done_callback(end)
        newborn.waiting.discard(end)
    return task.done() or newborn.closed is not None


class InPlace:
    """Begins runs in this process, under leases of its own.

    Args:
        owner: a name that no other has, from ``new_owner``; not the worker's.
        stopping: asked by the engine at each safe point.
        points: told of each run's first commit, and of leases given back.
    """

    def __init__(
        self,
        *,
        owner: str,
        engine: RunsInPlace,
        runs: RunStore,
        leases: Leases,
        clock: Clock,
        settings: WorkerSettings,
        stopping: Stopping,
        points: Points | None = None,
    ) -> None:
        self._owner = owner
        self._engine = engine
        self._runs = runs
        self._leases = leases
        self._clock = clock
        self._settings = settings
        self._ttl = timedelta(seconds=settings.lease_seconds)
        self._stopping = stopping
        self._points = points or Points()
        self._places = asyncio.Semaphore(settings.at_once)
        self._waiting = 0
        self._held: dict[UUID, Newborn] = {}
        self._tasks: set[asyncio.Task[Exception | None]] = set()

    def begin(self, run: Run, key: StartKey | None, patience: float) -> Work:
        """Begin a root run; it waits for a free place, in the order of the calls, for ``patience`` seconds.

        Raises:
            Busy: too many wait already, or the process stops; nothing was begun.
        """
        if self._stopping.asked() or self._waiting >= self._settings.at_once * _WAITING_FOR_EACH_PLACE:
            raise Busy("too many runs wait for a place" if not self._stopping.asked() else "the process stops")
        length = self._settings.lease_seconds - self._settings.margin_seconds
        lease = Lease(run.id, self._owner, 1)
        newborn = Newborn(run, lease, Birth(self._ttl, key), self._runs, self._clock, length, self._points)
        return Work(newborn, lambda begun: self._task(begun, patience))

    async def run(self) -> None:
        """Renew leases for ever; a database that is away is waited for."""
        while True:
            await self._clock.sleep(self._settings.lease_seconds / 4)
            try:
                await self._renew()
            except StoreUnavailable as error:
                log.warning("leases not renewed", why=str(error))

    async def stop(self) -> None:
        """Begin nothing more, have runs handed back at their next safe point, and wait for that."""
        self._stopping.ask()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=self._settings.stop_seconds)
        for newborn in list(self._held.values()):
            if newborn.stored:
                await self._release(newborn.lease)

    def _task(self, newborn: Newborn, patience: float) -> asyncio.Task[Exception | None]:
        task = asyncio.create_task(self._carry_out(newborn, patience))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _carry_out(self, newborn: Newborn, patience: float) -> Exception | None:
        """Carry a run out; gives what went wrong, as nobody may be waiting any more."""
        if not await self._place(patience):
            return Busy("no place was free in time")
        newborn.begun = True
        self._held[newborn.run.id] = newborn
        try:
            status = await self._engine.execute(newborn.lease, newborn, newborn.ensure)
            if status is RunStatus.QUEUED:
                await self._release(newborn.lease)
        except (LeaseLost, StoreUnavailable) as error:
            log.warning("run not finished here", run=str(newborn.run.id), why=str(error))
            return error
        except Exception as error:
            log.exception("run broken off", run=str(newborn.run.id))
            return error
        finally:
            self._held.pop(newborn.run.id, None)
            self._places.release()
        return None

    async def _place(self, patience: float) -> bool:
        if not self._places.locked():
            return await self._places.acquire()
        self._waiting += 1
        try:
            return await asyncio.wait_for(self._places.acquire(), patience)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1

    async def _renew(self) -> None:
        stored = [newborn.lease for newborn in self._held.values() if newborn.stored]
        if not stored:
            return
        asked_at = self._clock.monotonic()
        for lease in await self._leases.renew(stored, self._ttl):
            newborn = self._held.get(lease.root_id)
            if newborn is not None:
                newborn.renewed(asked_at)

    async def _release(self, lease: Lease) -> None:
        try:
            await self._points.around(Point.RELEASED, lambda: self._leases.release(lease))
        except (StoreUnavailable, LeaseLost) as error:
            log.warning("run not handed back; it goes on when its lease ends", run=str(lease.root_id), why=str(error))

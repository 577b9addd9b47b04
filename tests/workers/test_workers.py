"""Workers, their leases, and the reconciler."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from keyturn.engine.ports import Lease, LeaseLost, RunStatus, StoreUnavailable
from keyturn.workers.guard import LeaseGuard
from keyturn.workers.ports import Handle, Swept
from keyturn.workers.reconciler import Reconciler
from keyturn.workers.stopping import Stopping
from keyturn.workers.worker import Worker, WorkerSettings, new_owner


class Clock:
    """Moves only by hand; a sleep lasts until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._moved = asyncio.Condition()

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        until = self.seconds + seconds
        async with self._moved:
            await self._moved.wait_for(lambda: self.seconds >= until)

    async def move(self, seconds: float) -> None:
        async with self._moved:
            self.seconds += seconds
            self._moved.notify_all()


class Leases:
    def __init__(self, *, away: bool = False) -> None:
        self.claimed: list[UUID] = []
        self.released: list[UUID] = []
        self.given_up: list[UUID] = []
        self.renewals = asyncio.Queue[str]()
        self.sweeps = asyncio.Queue[int]()
        self.away = away
        self.free = True

    async def claim(self, root_id: UUID, owner: str, ttl: timedelta) -> Lease | None:
        self.claimed.append(root_id)
        return Lease(root_id, owner, 1) if self.free else None

    async def renew(self, owner: str, ttl: timedelta) -> None:
        self.renewals.put_nowait(owner)
        if self.away:
            raise StoreUnavailable("away")

    def give_up(self, lease: Lease) -> None:
        self.given_up.append(lease.root_id)

    async def release(self, lease: Lease) -> None:
        self.released.append(lease.root_id)

    async def sweep(self) -> Swept:
        self.sweeps.put_nowait(1)
        if self.away:
            raise StoreUnavailable("away")
        return Swept(due=[uuid4()])


class Queue:
    """Hands out what it is given, then waits for ``stop``."""

    def __init__(self, *roots: UUID) -> None:
        self._roots = roots
        self._stop = asyncio.Event()
        self.served = asyncio.Event()

    async def run(self, handle: Handle, *, at_once: int) -> None:
        await asyncio.gather(*(handle(root) for root in self._roots))
        self.served.set()
        await self._stop.wait()

    def stop(self) -> None:
        self._stop.set()


class Engine:
    def __init__(self, outcome: RunStatus | Exception = RunStatus.SUCCEEDED) -> None:
        self.outcome = outcome
        self.ran: list[UUID] = []

    async def execute(self, lease: Lease) -> RunStatus:
        self.ran.append(lease.root_id)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def worker(engine: Engine, leases: Leases, queue: Queue, clock: Clock, guard: LeaseGuard | None = None) -> Worker:
    return Worker(
        owner="me",
        engine=engine,
        leases=leases,
        queue=queue,
        clock=clock,
        guard=guard or LeaseGuard(clock, 8, 2),
        settings=WorkerSettings(),
        stopping=Stopping(),
    )


async def served(made: Worker, queue: Queue) -> None:
    task = asyncio.create_task(made.run())
    await asyncio.wait_for(queue.served.wait(), 5)
    made.stop()
    await asyncio.wait_for(task, 5)


async def test_a_claimed_run_is_carried_out() -> None:
    root, clock = uuid4(), Clock()
    engine, leases, queue = Engine(), Leases(), Queue(root)
    await served(worker(engine, leases, queue, clock), queue)
    assert (engine.ran, leases.released) == ([root], [])


async def test_a_run_that_another_holds_is_left_alone() -> None:
    engine, leases, queue = Engine(), Leases(), Queue(uuid4())
    leases.free = False
    await served(worker(engine, leases, queue, Clock()), queue)
    assert engine.ran == []


async def test_a_run_that_was_handed_back_is_released() -> None:
    root = uuid4()
    engine, leases, queue = Engine(RunStatus.QUEUED), Leases(), Queue(root)
    await served(worker(engine, leases, queue, Clock()), queue)
    assert leases.released == [root]


@pytest.mark.parametrize("error", [LeaseLost("gone"), StoreUnavailable("away")])
async def test_trouble_in_one_run_does_not_end_the_worker(error: Exception) -> None:
    engine, queue = Engine(error), Queue(uuid4(), uuid4())
    await served(worker(engine, Leases(), queue, Clock()), queue)
    assert len(engine.ran) == 2


async def test_leases_are_renewed_while_it_works_also_after_an_outage() -> None:
    clock, leases, queue = Clock(), Leases(away=True), Queue()
    guard = LeaseGuard(clock, 8, 2)
    made = worker(Engine(), leases, queue, clock, guard)
    task = asyncio.create_task(made.run())
    assert await asyncio.wait_for(leases.renewals.get(), 5) == "me"
    with pytest.raises(LeaseLost):
        guard.ensure()
    leases.away = False
    while leases.renewals.empty():
        await clock.move(1)
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    guard.ensure()
    made.stop()
    await asyncio.wait_for(task, 5)


async def test_a_stalled_process_no_longer_counts_on_its_lease() -> None:
    clock = Clock()
    guard = LeaseGuard(clock, 8, 2)
    guard.renewed(clock.monotonic())
    await clock.move(5.9)
    guard.ensure()
    await clock.move(0.2)
    with pytest.raises(LeaseLost):
        guard.ensure()


async def test_the_reconciler_goes_on_sweeping_through_an_outage() -> None:
    clock, leases = Clock(), Leases(away=True)
    task = asyncio.create_task(Reconciler(leases, clock, every=1).run())
    await asyncio.wait_for(leases.sweeps.get(), 5)
    leases.away = False
    while leases.sweeps.empty():
        await clock.move(1)
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_no_two_workers_have_one_name() -> None:
    assert len({new_owner() for _ in range(100)}) == 100

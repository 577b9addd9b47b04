"""Runs that begin in the process that was asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from test_workers import Clock

from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import (
    Busy,
    Commit,
    Lease,
    LeaseLost,
    Run,
    RunStatus,
    RunStore,
    StartKey,
    StoreUnavailable,
)
from keyturn.workers.in_place import InPlace
from keyturn.workers.stopping import Stopping
from keyturn.workers.worker import WorkerSettings


class Engine:
    """Waits to be let go, then commits an end; or does what it is told."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.began: list[UUID] = []
        self.commit_first = False
        self.trouble: Exception | None = None
        self.status = RunStatus.SUCCEEDED
        self.guards: list[Callable[[], None]] = []

    async def execute(self, lease: Lease, store: RunStore, guard: Callable[[], None]) -> RunStatus:
        self.began.append(lease.root_id)
        self.guards.append(guard)
        run = (await store.load(lease.root_id)).root
        if self.commit_first:
            await store.commit(Commit(lease, [replace(run, status=RunStatus.RUNNING)]))
        await self.go.wait()
        if self.trouble is not None:
            raise self.trouble
        await store.commit(Commit(lease, [replace(run, status=self.status)]))
        return self.status


class Leases:
    def __init__(self) -> None:
        self.kept: list[list[UUID]] = []
        self.lost = False
        self.released: list[UUID] = []

    async def renew(self, leases: Collection[Lease], ttl: timedelta) -> Sequence[Lease]:
        self.kept.append([lease.root_id for lease in leases])
        return [] if self.lost else list(leases)

    async def release(self, lease: Lease) -> None:
        self.released.append(lease.root_id)


class Place:
    """Runs in place with all that they need."""

    def __init__(self, at_once: int = 4) -> None:
        self.engine, self.leases, self.store, self.clock = Engine(), Leases(), MemoryRunStore(), Clock()
        self.runs = InPlace(
            owner="me",
            engine=self.engine,
            runs=self.store,
            leases=self.leases,
            clock=self.clock,
            settings=WorkerSettings(at_once=at_once, lease_seconds=8, stop_seconds=5),
            stopping=Stopping(),
        )


def new() -> Run:
    run_id = uuid4()
    return Run(run_id, run_id, "f", 1, RunStatus.QUEUED, {"a": 1}, trigger="endpoint")


async def turn(times: int = 5) -> None:
    """Let other tasks go on."""
    for _ in range(times):
        await asyncio.sleep(0)


async def test_nothing_is_stored_before_the_first_commit() -> None:
    place = Place()
    work = place.runs.begin(new(), None, 5)
    await turn()
    assert (len(place.engine.began), place.store.commits) == (1, 0)
    place.engine.go.set()
    assert await work.wait(5)
    assert (place.store.commits, work.run.status, place.store.runs[work.run.id].event) == (
        1,
        RunStatus.SUCCEEDED,
        {"a": 1},
    )


async def test_who_has_waited_long_enough_has_the_run_stored() -> None:
    place = Place()
    work = place.runs.begin(new(), None, 5)
    assert not await work.wait(0)
    await work.keep()
    await work.keep()
    assert (place.store.commits, place.store.runs[work.run.id].status) == (1, RunStatus.RUNNING)
    place.engine.go.set()
    assert await work.wait(5)
    assert place.store.commits == 2


async def test_a_run_whose_key_is_taken_is_dropped() -> None:
    place = Place()
    place.engine.go.set()
    first, second = (place.runs.begin(new(), StartKey("k", digest), 5) for digest in ("a", "b"))
    assert await first.wait(5)
    with pytest.raises(LeaseLost):
        await second.wait(5)
    assert list(place.store.runs) == [first.run.id]


async def test_leases_of_stored_runs_are_renewed_and_others_need_none() -> None:
    place = Place()
    renewing = asyncio.create_task(place.runs.run())
    await turn()
    place.runs.begin(new(), None, 5)
    await turn()
    await place.clock.move(2)
    await turn()
    assert place.leases.kept == []
    await place.clock.move(100)
    place.engine.guards[0]()  # in nobody else's hands, however long it takes
    place.engine.commit_first = True
    stored = place.runs.begin(new(), None, 5)
    await turn()
    while not place.leases.kept:
        await place.clock.move(1)
        await turn()
    assert place.leases.kept[0] == [stored.run.id]
    guard = place.engine.guards[1]
    guard()
    place.leases.lost = True
    await place.clock.move(6.5)
    with pytest.raises(LeaseLost):
        guard()
    renewing.cancel()


async def test_a_run_waits_for_a_place_in_its_turn() -> None:
    place = Place(at_once=1)
    works = [place.runs.begin(new(), None, 5) for _ in range(3)]
    await turn()
    assert place.engine.began == [works[0].run.id]
    place.engine.go.set()
    assert all([await work.wait(5) for work in works])
    assert place.engine.began == [work.run.id for work in works]


async def test_too_many_are_refused_and_nothing_of_them_is_begun() -> None:
    place = Place(at_once=1)
    works = [place.runs.begin(new(), None, 0.05) for _ in range(2)]
    await turn()
    with pytest.raises(Busy):
        await works[1].keep()
    with pytest.raises(Busy):
        await works[1].wait(5)
    late = place.runs.begin(new(), None, 0.01)
    with pytest.raises(Busy):
        await late.wait(5)
    waiting = [place.runs.begin(new(), None, 5) for _ in range(10)]
    await turn()
    with pytest.raises(Busy):
        place.runs.begin(new(), None, 5)
    place.engine.go.set()
    assert all([await work.wait(5) for work in waiting])
    assert late.run.id not in place.engine.began


@pytest.mark.parametrize("trouble", [StoreUnavailable("away"), LeaseLost("gone"), ValueError("a bug")])
async def test_trouble_is_told_to_who_waits_and_frees_the_place(trouble: Exception) -> None:
    place = Place(at_once=1)
    place.engine.go.set()
    place.engine.trouble = trouble
    with pytest.raises(type(trouble)):
        await place.runs.begin(new(), None, 5).wait(5)
    place.engine.trouble = None
    assert await place.runs.begin(new(), None, 5).wait(5)


async def test_a_stopping_process_begins_nothing_and_hands_back() -> None:
    place = Place()
    place.engine.status = RunStatus.QUEUED
    work = place.runs.begin(new(), None, 5)
    await turn()
    stopping = asyncio.create_task(place.runs.stop())
    await turn()
    with pytest.raises(Busy):
        place.runs.begin(new(), None, 5)
    place.engine.go.set()
    await asyncio.wait_for(stopping, 10)
    assert place.leases.released == [work.run.id]

"""Calls that are made at the same time go together, and each gets what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from store_records import TTL, count, queued

from keyturn.engine.ports import StoreUnavailable
from keyturn.store import Store
from keyturn.store.gathering import Gatherer
from keyturn.triggers.ports import IncomingEvent


class Work:
    """Answers each call with its double; waits where it is told to, and refuses what is negative."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.begun = asyncio.Event()
        self.free = asyncio.Event()
        self.away = False

    async def __call__(self, asked: Sequence[int]) -> list[int]:
        self.rounds.append(list(asked))
        self.begun.set()
        await self.free.wait()
        if self.away:
            raise StoreUnavailable("away")
        if any(number < 0 for number in asked):
            raise ValueError("a negative number")
        return [number * 2 for number in asked]


async def test_what_comes_meanwhile_goes_together() -> None:
    work = Work()
    gatherer = Gatherer(work)
    calls = [asyncio.create_task(gatherer.ask(number)) for number in range(5)]
    await work.begun.wait()
    late = asyncio.create_task(gatherer.ask(5))
    await asyncio.sleep(0)
    work.free.set()
    assert await asyncio.gather(*calls, late) == [0, 2, 4, 6, 8, 10]
    assert [len(numbers) for numbers in work.rounds] == [5, 1]
    assert await gatherer.ask(7) == 14


async def test_one_that_is_refused_keeps_nobody_out() -> None:
    work = Work()
    work.free.set()
    gatherer = Gatherer(work)
    answers = await asyncio.gather(*(gatherer.ask(number) for number in (1, -1, 2)), return_exceptions=True)
    assert answers[0] == 2
    assert isinstance(answers[1], ValueError)
    assert answers[2] == 4


async def test_a_database_that_is_away_is_not_asked_for_each_of_them() -> None:
    work = Work()
    work.away = True
    work.free.set()
    gatherer = Gatherer(work)
    answers = await asyncio.gather(*(gatherer.ask(number) for number in range(3)), return_exceptions=True)
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
    assert len(work.rounds) == 1


async def test_the_weight_bounds_a_round() -> None:
    work = Work()
    work.free.set()
    gatherer = Gatherer(work, most=10, weight=lambda number: number)
    await asyncio.gather(*(gatherer.ask(number) for number in (50, 4, 5, 3, 10)))
    assert work.rounds == [[50], [4, 5], [3], [10]]


async def test_a_caller_that_gave_up_gets_nothing() -> None:
    work = Work()
    gatherer = Gatherer(work)
    first = asyncio.create_task(gatherer.ask(1))
    await work.begun.wait()
    second, third = asyncio.create_task(gatherer.ask(2)), asyncio.create_task(gatherer.ask(3))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    work.free.set()
    assert await asyncio.gather(first, third) == [2, 6]
    assert work.rounds == [[1], [3]]


async def test_deliveries_at_the_same_time_are_each_told_what_was_new_in_them(store: Store) -> None:
    shared, alone = queued(), queued()
    first = [IncomingEvent("okta", "e1", "t", {}, [shared])]
    second = [IncomingEvent("okta", "e1", "t", {}, [queued()]), IncomingEvent("okta", "e2", "t", {}, [alone])]
    third = [IncomingEvent("okta", "e2", "t", {}, [queued()])]
    answers = await asyncio.gather(*(store.events.accept(events) for events in (first, second, third, [])))
    assert [(answer.new_events, answer.known_events, answer.runs) for answer in answers] == [
        (1, 0, [shared.id]),
        (1, 1, [alone.id]),
        (0, 1, []),
        (0, 0, []),
    ]
    assert await count(store, "runs") == await count(store, "pgqueuer") == 2


async def test_claims_at_the_same_time_are_each_told_whether_they_have_the_run(store: Store) -> None:
    runs = [queued() for _ in range(3)]
    for run in runs:
        await store.starts.start(run)
    wanted = [*((run.id, "w1") for run in runs), (runs[0].id, "w2"), (queued().id, "w1")]
    leases = await asyncio.gather(*(store.leases.claim(run_id, owner, TTL) for run_id, owner in wanted))
    held = [lease for lease in leases if lease is not None]
    assert sorted(lease.root_id for lease in held) == sorted(run.id for run in runs)
    assert all(lease.epoch == 1 and lease.fresh is not None for lease in held)
    assert {(lease.root_id, lease.owner) for lease in held} <= set(wanted)

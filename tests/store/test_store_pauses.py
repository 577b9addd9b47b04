"""Pauses in Postgres: the first word counts, nobody waits for what was said, and what is over stays over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from store_records import TTL, claimed, park, queued

from keyturn.engine.pauses import Pause, Resumed, ResumePlace, ResumeState
from keyturn.engine.ports import Lease, LeaseLost, Run, RunStatus
from keyturn.flows.paging import PageRequest
from keyturn.store import Store

FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


def pause_of(run: Run, path: str = "rest", place: UUID | None = None) -> Pause:
    return Pause(run.id, path, place or uuid4(), FUTURE)


async def pausing(store: Store) -> tuple[Run, Lease, Pause, ResumePlace]:
    """A run in hand that has come to its pause."""
    run, lease = await claimed(store)
    pause = pause_of(run)
    assert await store.pauses.look(lease, pause, over=False) is False
    return run, lease, pause, ResumePlace(pause.place, run.id)


async def status_of(store: Store, run: Run) -> RunStatus:
    found = await store.history.get(run.id)
    assert found is not None
    return found.status


async def test_a_run_that_waits_is_queued_with_its_job(store: Store) -> None:
    run, lease, pause, place = await pausing(store)
    await park(store, run, lease, RunStatus.WAITING, FUTURE)
    await store.database.fetch("DELETE FROM pgqueuer")
    resumption = await store.pauses.resume(place, {"a": 1}, "ada")
    assert resumption.state is ResumeState.RESUMED
    assert await status_of(store, run) is RunStatus.QUEUED
    assert len(await store.database.fetch("SELECT FROM pgqueuer WHERE payload = uuid_send($1)", run.id)) == 1
    again = await store.leases.claim(run.id, "w2", TTL)
    assert again is not None
    said = await store.pauses.look(again, pause, over=True)
    assert isinstance(said, Resumed)
    assert (said.body, said.by, said.at) == ({"a": 1}, "ada", resumption.at)
    assert await store.pauses.look(again, pause, over=True) == said, "asked again it is told the same"


async def test_a_run_in_hand_is_queued_once_it_waits(store: Store) -> None:
    run, lease, _, place = await pausing(store)
    await store.pauses.resume(place, None, "ada")
    assert await status_of(store, run) is RunStatus.RUNNING
    await park(store, run, lease, RunStatus.WAITING, FUTURE)
    await store.leases.sweep()
    assert await status_of(store, run) is RunStatus.QUEUED


async def test_of_many_at_once_one_counts(store: Store) -> None:
    *_, place = await pausing(store)
    found = await asyncio.gather(*(store.pauses.resume(place, number, "ada") for number in range(8)))
    states = [one.state for one in found]
    assert sorted(states) == [ResumeState.RESUMED] + [ResumeState.BEFORE] * 7
    assert len({one.at for one in found}) == 1


async def test_nobody_misses_what_is_said_while_a_run_begins_to_pause(store: Store) -> None:
    for _ in range(10):
        run, lease = await claimed(store)
        pause = pause_of(run)
        looked, said = await asyncio.gather(
            store.pauses.look(lease, pause, over=False),
            store.pauses.resume(ResumePlace(pause.place, run.id), 7, "ada"),
        )
        assert said.state is ResumeState.RESUMED
        if looked is False:
            await park(store, run, lease, RunStatus.WAITING, FUTURE)
            await store.leases.sweep()
            assert await status_of(store, run) is RunStatus.QUEUED
        else:
            assert isinstance(looked, Resumed)


async def test_the_end_of_the_time_and_a_word_come_one_after_the_other(store: Store) -> None:
    for _ in range(10):
        _, lease, pause, place = await pausing(store)
        looked, said = await asyncio.gather(
            store.pauses.look(lease, pause, over=True), store.pauses.resume(place, 7, "ada")
        )
        assert (looked is True) == (said.state is ResumeState.OVER)
        assert isinstance(looked, Resumed) == (said.state is ResumeState.RESUMED)
        assert await store.pauses.look(lease, pause, over=False) == looked, "what is over stays over"


async def test_what_is_said_before_the_pause_is_kept(store: Store) -> None:
    run, lease = await claimed(store)
    pause = pause_of(run)
    assert (await store.pauses.resume(ResumePlace(pause.place, run.id), [1], "ada")).state is ResumeState.RESUMED
    said = await store.pauses.look(lease, pause, over=False)
    assert isinstance(said, Resumed)
    assert said.body == [1]


async def test_a_run_that_has_ended_is_not_resumed(store: Store) -> None:
    run, lease, _, place = await pausing(store)
    await park(store, run, lease, RunStatus.FAILED)
    assert (await store.pauses.resume(place, None, "ada")).state is ResumeState.OVER
    assert (await store.pauses.resume(ResumePlace(uuid4(), uuid4()), None, "ada")).state is ResumeState.OVER
    assert await store.pauses.open(run.id) == []


async def test_a_run_that_is_run_again_waits_for_the_address_that_was_sent(store: Store) -> None:
    run, lease, pause, place = await pausing(store)
    await store.pauses.look(lease, pause, over=True)
    await park(store, run, lease, RunStatus.FAILED)
    assert (await store.pauses.resume(place, None, "ada")).state is ResumeState.OVER
    again = queued(rerun_of=run.id, trigger="rerun")
    await store.control.start_rerun(again, [], [], [])
    assert (await store.pauses.resume(place, 1, "ada")).state is ResumeState.RESUMED, "it has not come to its pause yet"
    held = await store.leases.claim(again.id, "w2", TTL)
    assert held is not None
    said = await store.pauses.look(held, replace(pause, run_id=again.id), over=False)
    assert isinstance(said, Resumed)


async def test_all_that_wait_for_one_address_go_on(store: Store) -> None:
    first, _, pause, place = await pausing(store)
    other, lease = await claimed(store)
    await store.pauses.look(lease, pause_of(other, place=pause.place), over=False)
    await park(store, other, lease, RunStatus.WAITING, FUTURE)
    await store.pauses.resume(place, None, "ada")
    assert await status_of(store, other) is RunStatus.QUEUED
    assert await status_of(store, first) is RunStatus.RUNNING


async def test_only_who_holds_the_run_pauses_it(store: Store) -> None:
    run, lease, pause, _ = await pausing(store)
    for wrong in (replace(lease, epoch=lease.epoch - 1), replace(lease, owner="w9"), replace(lease, root_id=uuid4())):
        with pytest.raises(LeaseLost):
            await store.pauses.look(wrong, pause, over=True)
    assert await store.pauses.look(lease, pause, over=False) is False
    await park(store, run, lease, RunStatus.WAITING, FUTURE)
    with pytest.raises(LeaseLost):
        await store.pauses.look(lease, pause, over=False)


async def test_open_pauses_are_listed_until_somebody_speaks(store: Store) -> None:
    run, lease, pause, place = await pausing(store)
    second = pause_of(run, "each[3]/rest")
    await store.pauses.look(lease, second, over=False)
    found = await store.pauses.open(run.id)
    assert [one.pause for one in found] == [pause, second]
    assert {one.root_id for one in found} == {run.id}
    first = await store.history.all_pauses(PageRequest(1))
    rest = await store.history.all_pauses(PageRequest(1, first.next))
    assert [one.open.pause for one in (*first.rows, *rest.rows)] == [pause, second]
    assert (first.rows[0].flow_id, rest.next) == (run.flow_id, None)
    await store.pauses.resume(place, None, "ada")
    assert [one.pause for one in await store.pauses.open(run.id)] == [second]
    await store.pauses.look(lease, second, over=True)
    assert await store.pauses.open(run.id) == []
    assert (await store.history.all_pauses(PageRequest())).rows == []


async def test_what_only_bytes_can_hold_comes_back(store: Store) -> None:
    _, lease, pause, place = await pausing(store)
    body = {"nul": "a\x00b", "half": "\ud800", "big": 10**30}
    await store.pauses.resume(place, body, "a\x00da")
    said = await store.pauses.look(lease, pause, over=False)
    assert isinstance(said, Resumed)
    assert (said.body, said.by) == (body, "a\ufffdda")

"""Leases: one worker for one run, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from store_records import TTL, claimed, count, expire, helper_of, line, park, queued

from keyturn.engine.ports import Commit, JournalState, LeaseLost, Run, RunStatus
from keyturn.store import Store
from keyturn.workers.ports import Swept

PAST = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
PARKED = [RunStatus.WAITING, RunStatus.NEEDS_ATTENTION]
ENDED = [status for status in RunStatus if status.ended]


async def status_of(store: Store, run: Run) -> RunStatus:
    found = await store.history.get(run.id)
    assert found is not None
    return found.status


async def jobs_of(store: Store, run: Run) -> int:
    return await count(store, "pgqueuer WHERE payload = uuid_send($1)", run.id)


async def forget_jobs(store: Store) -> None:
    await store.database.fetch("DELETE FROM pgqueuer")


async def test_many_claimers_one_lease(store: Store) -> None:
    run = queued()
    await store.starts.start(run)
    leases = await asyncio.gather(*(store.leases.claim(run.id, f"w{n}", TTL) for n in range(40)))
    (lease,) = [lease for lease in leases if lease is not None]
    assert lease.epoch == 1
    assert await status_of(store, run) is RunStatus.RUNNING


async def test_a_claim_raises_the_epoch_and_fences_the_one_before(store: Store) -> None:
    run, first = await claimed(store)
    await expire(store, run)
    second = await store.leases.claim(run.id, "w2", TTL)
    assert second is not None
    assert second.epoch == first.epoch + 1
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(first, [run]))
    await store.runs.commit(Commit(second, [run]))


async def test_the_same_owner_does_not_get_a_run_twice(store: Store) -> None:
    run, _ = await claimed(store)
    assert await store.leases.claim(run.id, "w1", TTL) is None


@pytest.mark.parametrize("status", [*PARKED, *ENDED])
async def test_what_waits_for_something_else_or_has_ended_is_not_claimed(store: Store, status: RunStatus) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, status, FUTURE if status is RunStatus.WAITING else None)
    assert await store.leases.claim(run.id, "w2", TTL) is None


async def test_a_due_run_is_claimed(store: Store) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, RunStatus.WAITING, PAST)
    again = await store.leases.claim(run.id, "w2", TTL)
    assert again is not None
    found = await store.history.get(run.id)
    assert found is not None
    assert (found.status, found.wake_at) == (RunStatus.RUNNING, None)


async def test_helper_runs_and_unknown_runs_are_not_claimed(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run, status=RunStatus.QUEUED)
    await store.runs.commit(Commit(lease, [helper]))
    assert await store.leases.claim(helper.id, "w2", TTL) is None
    assert await store.leases.claim(queued().id, "w2", TTL) is None


async def test_renew_makes_leases_last_that_still_hold_and_no_other(store: Store) -> None:
    mine = [await claimed(store) for _ in range(3)]
    other, _ = await claimed(store, owner="w2")
    for run, _ in mine:
        await expire(store, run)
    await expire(store, other)
    let_go, _ = await claimed(store)
    await expire(store, let_go)
    wanted = [lease for _, lease in mine]
    lost = replace(wanted[0], epoch=0)
    assert {*await store.leases.renew([*wanted, lost], TTL)} == {*wanted}
    assert await store.leases.renew([], TTL) == []
    for run, _ in mine:
        assert await store.leases.claim(run.id, "w3", TTL) is None
    assert await store.leases.claim(other.id, "w3", TTL) is not None
    assert (await store.leases.sweep()).abandoned == [let_go.id]
    assert await count(store, "runs WHERE lease_until > now() + interval '25 seconds'") == 4


async def test_renewing_and_committing_at_once_do_not_block_each_other(store: Store) -> None:
    work = [await claimed(store) for _ in range(20)]
    leases = [lease for _, lease in work]
    for step in range(10):
        await asyncio.gather(
            store.leases.renew(leases, TTL),
            *(store.runs.commit(Commit(lease, [replace(run, cards=step)])) for run, lease in work),
            store.leases.sweep(),
            store.leases.renew(leases, TTL),
        )
    assert await count(store, "runs WHERE cards = 9") == 20


async def test_release_gives_the_run_back_with_a_job(store: Store) -> None:
    run, lease = await claimed(store)
    await store.leases.release(lease)
    await store.leases.release(lease)
    assert await status_of(store, run) is RunStatus.QUEUED
    assert await count(store, "pgqueuer WHERE dedupe_key = $1", f"{run.id}:1") == 1
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [run]))
    assert await store.leases.claim(run.id, "w2", TTL) is not None


async def test_a_lost_lease_releases_nothing(store: Store) -> None:
    run, lease = await claimed(store)
    await expire(store, run)
    await store.leases.claim(run.id, "w2", TTL)
    await store.leases.release(lease)
    assert await status_of(store, run) is RunStatus.RUNNING


async def test_sweep_finds_nothing_where_nothing_is_wrong(store: Store) -> None:
    await claimed(store)
    await store.starts.start(queued())
    waiting, lease = await claimed(store)
    await park(store, waiting, lease, RunStatus.WAITING, FUTURE)
    await forget_jobs(store)
    await store.leases.sweep()
    assert (await store.leases.sweep()).total == 0


async def test_sweep_hands_out_what_a_dead_worker_had(store: Store) -> None:
    run, lease = await claimed(store)
    await forget_jobs(store)
    await expire(store, run)
    assert await store.leases.sweep() == Swept(abandoned=[run.id])
    assert await jobs_of(store, run) == 1
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [run]))
    assert (await store.leases.sweep()).total == 0


async def test_a_job_in_the_hands_of_a_dead_process_keeps_no_new_one_out(store: Store) -> None:
    run, _ = await claimed(store)
    await store.database.fetch("UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid()")
    await expire(store, run)
    await store.leases.sweep()
    assert await count(store, "pgqueuer WHERE status = 'queued' AND dedupe_key = $1", f"{run.id}:1") == 1


async def test_sweep_hands_out_due_runs(store: Store) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, RunStatus.WAITING, PAST)
    await forget_jobs(store)
    assert await store.leases.sweep() == Swept(due=[run.id])
    assert await jobs_of(store, run) == 1
    assert await store.leases.claim(run.id, "w2", TTL) is not None


async def test_sweep_gives_jobless_runs_a_job(store: Store) -> None:
    run = queued()
    await store.starts.start(run)
    await forget_jobs(store)
    assert await store.leases.sweep() == Swept(jobless=[run.id])
    assert await jobs_of(store, run) == 1


async def test_sweep_removes_jobs_of_runs_that_need_none(store: Store) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, RunStatus.SUCCEEDED)
    assert await store.leases.sweep() == Swept(jobs=[run.id])
    assert await jobs_of(store, run) == 0


async def test_many_sweepers_make_one_job(store: Store) -> None:
    runs = [queued() for _ in range(5)]
    for run in runs:
        await store.starts.start(run)
    await forget_jobs(store)
    swept = await asyncio.gather(*(store.leases.sweep() for _ in range(8)))
    assert sorted(run_id for one in swept for run_id in one.jobless) == sorted(run.id for run in runs)
    assert await count(store, "pgqueuer") == 5


async def test_sweep_ends_a_run_that_was_to_be_cancelled_when_its_worker_died(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run)
    await store.runs.commit(Commit(lease, [helper]))
    await store.control.request_cancel(run.id)
    await expire(store, run)
    assert await store.leases.claim(run.id, "w2", TTL) is None
    await store.leases.sweep()
    assert await status_of(store, run) is RunStatus.CANCELLED
    assert await status_of(store, helper) is RunStatus.CANCELLED


async def test_a_decision_that_comes_while_a_worker_has_the_run_is_not_lost(store: Store) -> None:
    run, lease = await claimed(store)
    unknown = line(run.id, state=JournalState.UNKNOWN)
    await store.runs.commit(Commit(lease, [run], [unknown]))
    assert await store.control.decide(replace(unknown, state=JournalState.DECIDED), run.id)
    await park(store, run, lease, RunStatus.NEEDS_ATTENTION)
    assert (await store.leases.sweep()).due == [run.id]
    assert await store.leases.claim(run.id, "w2", TTL) is not None


async def test_times_are_the_database_s(store: Store) -> None:
    run = queued()
    await store.starts.start(run)
    await store.leases.claim(run.id, "w1", timedelta(seconds=7))
    near = "runs WHERE lease_until BETWEEN now() + interval '5 seconds' AND now() + interval '7 seconds'"
    assert await count(store, near) == 1


async def test_a_first_claim_brings_the_run_along_and_later_ones_do_not(store: Store) -> None:
    run = queued()
    await store.starts.start(run)
    lease = await store.leases.claim(run.id, "w1", TTL)
    assert lease is not None
    assert lease.fresh == (await store.runs.load(run.id)).root
    await expire(store, run)
    await store.leases.sweep()
    again = await store.leases.claim(run.id, "w2", TTL)
    assert again is not None
    assert again.fresh is None


async def test_a_rerun_is_loaded_with_what_was_copied_for_it(store: Store) -> None:
    old, new = queued(), queued(trigger="rerun")
    await store.starts.start(old)
    await store.control.start_rerun(replace(new, rerun_of=old.id), [], [], [])
    lease = await store.leases.claim(new.id, "w1", TTL)
    assert lease is not None
    assert lease.fresh is None

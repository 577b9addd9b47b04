"""Admission on a real Postgres: turns between flows, limits that hold, and nobody forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from store_records import TTL, count, expire, line, park, queued, until

from keyturn.connections.model import AuthKind, Connection
from keyturn.engine.ports import Commit, JournalState, Lease, Run, RunStatus, StartRun
from keyturn.library.ports import NewVersion
from keyturn.store import QueueSettings, Store, open_store
from keyturn.triggers.ports import IncomingEvent
from keyturn.workers.admission import AdmissionRules

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
QUICK = QueueSettings(look=timedelta(milliseconds=100))


async def flow(
    store: Store, name: str, at_once: int | None = None, connections: tuple[str, ...] = (), calls: tuple[str, ...] = ()
) -> None:
    """A published flow with limits."""
    document = {"id": name, "at_once": at_once, "connections": [*connections], "calls": [*calls]}
    new = NewVersion(name, name, document, repr(document), "manual", None, {}, at_once, connections, calls)
    await store.flows.publish([new], [], "test")


async def connection(store: Store, name: str, at_once: int | None) -> None:
    made = Connection(name, "okta", name, AuthKind.BEARER, "https://x.example", {}, b"", NOW, NOW, at_once)
    await store.connections.put(made)


async def start(store: Store, name: str, number: int = 1) -> list[Run]:
    """Runs of a flow, one after the other."""
    runs = [queued(name) for _ in range(number)]
    for run in runs:
        await store.starts.start(run)
    return runs


async def many(store: Store, name: str, number: int) -> list[Run]:
    """A great many runs of a flow, by deliveries."""
    runs = [queued(name) for _ in range(number)]
    for first in range(0, number, 1000):
        part = runs[first : first + 1000]
        await store.events.accept([IncomingEvent("okta", str(run.id), "t", {}, [run]) for run in part])
    return runs


async def jobs(store: Store) -> list[str]:
    """The flows of the jobs, in the order in which they are handed out."""
    rows = await store.database.fetch(
        "SELECT run.flow_id FROM pgqueuer job JOIN runs run ON uuid_send(run.id) = job.payload "
        "WHERE job.status = 'queued' ORDER BY job.priority DESC, job.id"
    )
    return [row["flow_id"] for row in rows]


async def waiting(store: Store) -> int:
    return await count(store, "runs WHERE status = 'queued' AND turn IS NULL")


async def take(store: Store, run: Run) -> Lease:
    """A worker takes a run: it is claimed and its job is gone."""
    lease = await store.leases.claim(run.id, "w1", TTL)
    assert lease is not None
    await store.database.fetch("DELETE FROM pgqueuer WHERE payload = uuid_send($1)", run.id)
    return lease


async def end(store: Store, run: Run, lease: Lease) -> None:
    await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED)]))


async def admitted(store: Store) -> set[UUID]:
    """Runs that have a place now: in the queue or in somebody's hands."""
    rows = await store.database.fetch(
        "SELECT id FROM runs WHERE status = 'running' OR (status = 'queued' AND turn IS NOT NULL)"
    )
    return {row["id"] for row in rows}


async def test_where_nothing_limits_every_run_has_its_job_at_once(store: Store) -> None:
    await flow(store, "alpha", connections=("okta",))
    await connection(store, "okta", None)
    await start(store, "alpha", 5)
    await start(store, "unpublished", 5)
    assert await waiting(store) == 0
    assert len(await jobs(store)) == 10


async def test_a_flow_with_ten_thousand_waiting_runs_does_not_delay_another(store: Store) -> None:
    """Measured in hand-outs: those before the other flow's run."""
    crowd = {run.id for run in await many(store, "crowd", 10_000)}
    assert 0 < len(await jobs(store)) <= 1_256, "the rest waits outside of the queue"
    taken: list[UUID] = []
    quick: list[int] = []
    mine: list[UUID] = []
    done = asyncio.Event()

    async def handle(root_id: UUID) -> None:
        taken.append(root_id)
        if root_id in mine:
            quick.append(len(taken) - mine_at[-1])
            if len(quick) == 5:
                done.set()
                return
        if root_id in mine or len(taken) == 50:
            run = queued("quick")
            mine.append(run.id)
            mine_at.append(len(taken))
            await store.starts.start(run)
        lease = await store.leases.claim(root_id, "w1", TTL)
        assert lease is not None
        await store.runs.commit(
            Commit(lease, [replace(queued("crowd"), id=root_id, root_id=root_id, status=RunStatus.SUCCEEDED)])
        )

    mine_at: list[int] = []
    queue = store.queue(QUICK)
    task = asyncio.create_task(queue.run(handle, at_once=8))
    async with asyncio.timeout(90):
        await done.wait()
    queue.stop()
    await task
    # PgQueuer takes jobs in small batches: those taken before it came are handed out before it.
    assert max(quick) <= 20
    assert len(crowd & set(taken)) > 40
    assert await waiting(store) > 5_000


async def test_jobs_are_handed_out_in_turns(store: Store) -> None:
    await start(store, "a", 6)
    await start(store, "b", 2)
    await start(store, "c", 1)
    assert await jobs(store) == [*"abcab", *"aaaa"]


async def test_a_flow_that_comes_late_does_not_keep_the_others_waiting(store: Store) -> None:
    runs = await start(store, "a", 4)
    for run in runs[:3]:
        await take(store, run)
    await start(store, "b", 3)
    assert await jobs(store) == [*"abbb"], "b begins where a is, not where a began"


async def test_what_one_flow_may_have_ahead_is_kept_and_refilled_in_order(store: Store) -> None:
    await store.admission.set_rules(AdmissionRules(ahead=3))
    runs = await start(store, "a", 10)
    assert len(await jobs(store)) == 3
    for run in runs:
        await end(store, run, await take(store, run))
        await store.admission.admit()
        assert await count(store, "runs WHERE status = 'queued' AND turn IS NOT NULL") <= 3
    assert await count(store, "runs WHERE status = 'succeeded'") == 10


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_flow_s_limit_holds_while_everybody_starts_and_ends_runs(
    store: Store, database_url: str, at_once: int
) -> None:
    other = await open_store(database_url)
    await flow(store, "narrow", at_once)
    runs = [queued("narrow") for _ in range(30)]
    await asyncio.gather(*((store, other)[n % 2].starts.start(run) for n, run in enumerate(runs)))
    left = {run.id: run for run in runs}

    async def carry_out(by: Store, run: Run) -> None:
        await end(by, run, await take(by, run))

    async def some_have_a_place() -> bool:
        return bool(await admitted(store))

    while left:
        await until(some_have_a_place)
        now = await admitted(store)
        assert len(now) <= at_once
        ready = [left.pop(run_id) for run_id in now]
        await asyncio.gather(*(carry_out((store, other)[n % 2], run) for n, run in enumerate(ready)))
    await other.close()


async def test_the_place_of_a_run_that_ends_goes_to_the_next_without_a_sweep(store: Store) -> None:
    await flow(store, "narrow", 1)
    first, second = await start(store, "narrow", 2)

    async def has_place(run: Run) -> bool:
        return run.id in await admitted(store)

    await until(lambda: has_place(first))
    assert not await has_place(second)
    await end(store, first, await take(store, first))
    await until(lambda: has_place(second))
    assert await jobs(store) == ["narrow"]


@pytest.mark.parametrize("status", [RunStatus.WAITING, RunStatus.NEEDS_ATTENTION])
async def test_a_parked_run_gives_its_place_back_and_comes_before_younger_ones(store: Store, status: RunStatus) -> None:
    await flow(store, "narrow", 1)
    first, second, third = await start(store, "narrow", 3)
    await store.admission.admit()
    lease = await take(store, first)
    unknown = line(first.id, state=JournalState.UNKNOWN)
    await store.runs.commit(Commit(lease, [replace(first, status=RunStatus.RUNNING)], [unknown]))
    await park(store, first, lease, status, PAST if status is RunStatus.WAITING else None)
    await store.admission.admit()
    assert await admitted(store) == {second.id}
    if status is RunStatus.WAITING:
        await store.leases.sweep()
    else:
        assert await store.control.decide(replace(unknown, state=JournalState.DECIDED), first.id)
    assert await admitted(store) == {second.id}
    await end(store, second, await take(store, second))
    await store.admission.admit()
    assert await admitted(store) == {first.id}
    assert third.id not in await admitted(store)


async def test_a_connection_s_limit_counts_runs_of_all_flows_that_reach_it(store: Store) -> None:
    await connection(store, "okta", 2)
    await flow(store, "one", connections=("okta",))
    await flow(store, "caller", calls=("middle",))
    await flow(store, "middle", calls=("one", "caller"))
    await flow(store, "free")
    await start(store, "caller", 3)
    await start(store, "one", 3)
    await start(store, "free", 3)
    await store.admission.admit()
    assert len(await admitted(store)) == 2 + 3
    # Which of the two flows has the places depends on whether admission came between the starts.
    assert sorted("okta" if name != "free" else name for name in await jobs(store)) == ["free"] * 3 + ["okta"] * 2


async def test_a_scarce_place_goes_round(store: Store) -> None:
    await connection(store, "okta", 1)
    for name in "abc":
        await flow(store, name, connections=("okta",))
    runs = {run.id: run for name in "abc" for run in await start(store, name, 3)}
    served: list[str] = []
    while len(served) < 9:
        await store.admission.admit()
        (run_id,) = await admitted(store)
        served.append(runs[run_id].flow_id)
        await end(store, runs[run_id], await take(store, runs[run_id]))
    assert served == [*"abcabcabc"]


async def test_publishing_a_helper_changes_what_its_callers_use(store: Store) -> None:
    await connection(store, "okta", 1)
    await flow(store, "caller", calls=("helper",))
    await flow(store, "helper")
    await start(store, "caller", 2)
    assert await waiting(store) == 0
    await flow(store, "helper", connections=("okta",))
    await start(store, "caller")
    assert await waiting(store) == 1


async def test_the_installation_s_limit_holds_for_flows_without_one(store: Store) -> None:
    await store.admission.set_rules(AdmissionRules(flow_at_once=2))
    await flow(store, "wide", 5)
    await start(store, "wide", 8)
    await start(store, "plain", 8)
    await store.admission.admit()
    assert sorted(await jobs(store)) == ["plain"] * 2 + ["wide"] * 5


async def test_a_run_carried_out_without_the_queue_counts(store: Store) -> None:
    """As an endpoint call does that waits for its answer."""
    await flow(store, "narrow", 1)
    run = queued("narrow")
    await store.starts.start(run)
    assert await store.leases.claim(run.id, "server", TTL) is not None
    (second,) = await start(store, "narrow")
    await store.admission.admit()
    assert second.id not in await admitted(store)


async def test_a_run_left_by_a_dead_worker_keeps_its_place_and_one_job(store: Store) -> None:
    await flow(store, "narrow", 1)
    first, second = await start(store, "narrow", 2)
    await store.admission.admit()
    await take(store, first)
    await expire(store, first)
    assert (await store.leases.sweep()).abandoned == [first.id]
    assert await admitted(store) == {first.id}
    assert await count(store, "pgqueuer") == 1
    assert second.id not in await admitted(store)


async def test_async_helpers_are_admitted_like_all_others(store: Store) -> None:
    await flow(store, "narrow", 1)
    (parent,) = await start(store, "parent")
    lease = await take(store, parent)
    children = [queued("narrow") for _ in range(3)]
    await store.runs.commit(
        Commit(lease, [replace(parent, status=RunStatus.RUNNING)], starts=[StartRun(c) for c in children])
    )

    async def one_has_a_place() -> bool:
        return len(await admitted(store)) == 2  # and the parent

    await until(one_has_a_place)
    assert await waiting(store) == 2


async def test_history_says_who_waits_for_a_turn(store: Store) -> None:
    await flow(store, "narrow", 1)
    first, second = await start(store, "narrow", 2)
    await store.admission.admit()
    found = {run.id: await store.history.get(run.id) for run in (first, second)}
    assert [run.waits_for_turn for run in found.values() if run] == [False, True]
    (flows,) = await store.admission.waiting(10)
    assert (flows.id, flows.runs) == ("narrow", 1)


async def test_a_cancelled_run_that_waited_is_not_admitted(store: Store) -> None:
    await flow(store, "narrow", 1)
    _, second, third = await start(store, "narrow", 3)
    await store.admission.admit()
    await store.control.request_cancel(second.id)
    assert await waiting(store) == 1
    assert third.id not in await admitted(store)


async def test_what_a_crash_left_unadmitted_is_admitted_by_the_sweep(store: Store) -> None:
    (run,) = await start(store, "alpha")
    await store.database.fetch("UPDATE runs SET turn = NULL")  # as an older program leaves it, with its job
    await store.leases.sweep()
    assert await waiting(store) == 0
    assert await count(store, "pgqueuer WHERE payload = uuid_send($1)", run.id) == 1


async def test_the_last_turn_of_all_is_no_overflow(store: Store) -> None:
    await start(store, "a")
    await store.database.fetch("UPDATE runs SET turn = 2147483647")
    await store.database.fetch("UPDATE pgqueuer SET priority = -2147483647")
    await start(store, "a", 2)
    await many(store, "b", 2)
    await store.leases.sweep()
    assert await waiting(store) + len(await jobs(store)) == 5

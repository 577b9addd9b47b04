"""The hand-out of runs by PgQueuer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from store_records import claimed, count, queued, time_limit, until

from keyturn.engine.ports import Commit, StartRun
from keyturn.store import Database, DatabaseSettings, QueueSettings, Store
from keyturn.triggers.ports import IncomingEvent
from keyturn.workers.ports import Handle

SLOW_LOOK = QueueSettings(look=timedelta(seconds=60))  # so that only a notification can be the reason
QUICK = QueueSettings(look=timedelta(milliseconds=200), heartbeat=timedelta(seconds=1))


@asynccontextmanager
async def working(
    store: Store, handle: Handle, at_once: int = 10, how: QueueSettings = SLOW_LOOK
) -> AsyncIterator[None]:
    """A queue that runs for the time of the block."""
    queue = store.queue(how)
    task = asyncio.create_task(queue.run(handle, at_once=at_once))
    try:
        yield
    finally:
        queue.stop()
        async with asyncio.timeout(20):
            await task


async def listening(store: Store) -> None:
    """Wait until a listener is there."""

    async def there() -> bool:
        return await count(store, "pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()") > 0

    await until(there)


def collector() -> tuple[list[UUID], Handle, Callable[[int], asyncio.Future[None]]]:
    """A handler that takes note, its notes, and a wait for a number of them."""
    taken: list[UUID] = []
    changed = asyncio.Condition()

    async def handle(root_id: UUID) -> None:
        async with changed:
            taken.append(root_id)
            changed.notify_all()

    async def wait_for(number: int) -> None:
        async with asyncio.timeout(20), changed:
            await changed.wait_for(lambda: len(taken) >= number)

    return taken, handle, lambda number: asyncio.ensure_future(wait_for(number))


async def test_each_run_is_handed_out_once_and_its_job_is_gone(store: Store) -> None:
    runs = [queued() for _ in range(60)]
    await store.events.accept([IncomingEvent("okta", "e1", "t", {}, [run]) for run in runs[:1]])
    for run in runs[1:]:
        await store.starts.start(run)
    taken, handle, number = collector()
    async with working(store, handle):
        await number(60)
    assert Counter(taken) == Counter(run.id for run in runs)
    assert await count(store, "pgqueuer") == 0


async def test_what_arrives_is_handed_out_promptly(store: Store) -> None:
    _, handle, number = collector()
    async with working(store, handle):
        await listening(store)
        for n in range(1, 6):
            with time_limit(2):  # the queue looks by itself every 60 seconds only
                await store.events.accept([IncomingEvent("okta", f"e{n}", "t", {}, [queued()])])
                await number(n)


async def test_runs_started_by_a_commit_are_handed_out_promptly(store: Store) -> None:
    run, lease = await claimed(store)
    child = queued("child")
    await store.database.fetch("DELETE FROM pgqueuer")
    taken, handle, number = collector()
    async with working(store, handle):
        await listening(store)
        with time_limit(2):
            await store.runs.commit(Commit(lease, [run], starts=[StartRun(child)]))
            await number(1)
    assert taken == [child.id]


async def test_a_commit_without_starts_does_not_wake_the_listeners(store: Store) -> None:
    run, lease = await claimed(store)
    heard: list[object] = []
    link = await store.database.connect()
    await link.add_listener("ch_pgqueuer", lambda *event: heard.append(event[3]))
    await store.runs.commit(Commit(lease, [run]))
    await store.starts.start(queued())

    async def one_heard() -> bool:
        return bool(heard)

    await until(one_heard)
    assert len(heard) == 1
    await link.close()


@pytest.mark.parametrize("at_once", [1, 2, 5])
async def test_at_once_is_kept(store: Store, at_once: int) -> None:
    for _ in range(20):
        await store.starts.start(queued())
    now = most = done = 0

    async def others_are_picked() -> bool:
        """PgQueuer has taken as many jobs as it may: 2 at least, even for one at once."""
        picked = await count(store, "pgqueuer WHERE status = 'picked'")
        return picked >= min(max(2, at_once), await count(store, "pgqueuer"))

    async def handle(_: UUID) -> None:
        nonlocal now, most, done
        now += 1
        most = max(most, now)
        await until(others_are_picked)
        now -= 1
        done += 1

    async def all_done() -> bool:
        return done == 20

    async with working(store, handle, at_once, QUICK):
        await until(all_done, 20)
    assert most == at_once


async def test_a_crowd_that_takes_every_place_is_gone_past_by_flows_that_have_none_in_hand(store: Store) -> None:
    for _ in range(30):
        await store.starts.start(queued("crowd"))
    in_hand: list[str] = []
    go_on = asyncio.Event()

    async def handle(root_id: UUID) -> None:
        lease = await store.leases.claim(root_id, "me", timedelta(seconds=60))
        if lease is None:  # a job that is left of a run that somebody has taken past it
            return
        assert lease.fresh is not None
        in_hand.append(lease.fresh.flow_id)
        await go_on.wait()

    async def taken(number: int) -> None:
        async def so_many() -> bool:
            return len(in_hand) >= number

        await until(so_many)

    quick = QueueSettings(look=timedelta(milliseconds=200), overtake=timedelta(milliseconds=20))
    async with working(store, handle, 16, quick):
        await taken(14)
        await store.starts.start(queued("urgent"))
        await store.starts.start(queued("other"))
        await taken(16)
        await store.starts.start(queued("urgent"))
        await store.starts.start(queued("third"))
        first = list(in_hand)
        go_on.set()  # before anything is judged: the queue stops once what is in hand has ended
        await taken(34)
    assert first[:14] == ["crowd"] * 14
    assert sorted(first[14:16]) == ["other", "urgent"], "one look may take both, and they race for their leases"
    assert Counter(in_hand) == {"crowd": 30, "urgent": 2, "other": 1, "third": 1}


async def test_a_flow_that_has_runs_in_hand_goes_past_a_crowd_too_until_the_queue_stops(store: Store) -> None:
    for _ in range(30):
        await store.starts.start(queued("crowd"))
    in_hand: list[str] = []
    go_on = asyncio.Event()

    async def handle(root_id: UUID) -> None:
        lease = await store.leases.claim(root_id, "me", timedelta(seconds=60))
        if lease is not None and lease.fresh is not None:
            in_hand.append(lease.fresh.flow_id)
            await go_on.wait()

    async def so_many(number: int) -> None:
        async def there() -> bool:
            return len(in_hand) >= number

        await until(there)

    quick = QueueSettings(look=timedelta(milliseconds=200), overtake=timedelta(milliseconds=20))
    queue = store.queue(quick)
    task = asyncio.create_task(queue.run(handle, at_once=24))
    await so_many(21)
    await store.starts.start(queued("urgent"))
    await so_many(22)
    await store.starts.start(queued("urgent"))
    await so_many(23)
    assert in_hand == ["crowd"] * 21 + ["urgent"] * 2
    queue.stop()
    await store.starts.start(queued("late"))
    assert queue._looking is not None  # type: ignore[attr-defined]
    await asyncio.wait([queue._looking], timeout=20)  # type: ignore[attr-defined]
    go_on.set()
    async with asyncio.timeout(20):
        await task
    assert len(in_hand) == 23, "a queue that stops takes no more"


async def test_at_once_below_one_is_refused(store: Store) -> None:
    _, handle, _ = collector()
    with pytest.raises(ValueError, match="at_once"):
        await store.queue().run(handle, at_once=0)


async def test_a_handler_that_fails_ends_its_job_and_no_other(store: Store) -> None:
    bad, good = queued(), queued()
    taken, note, number = collector()

    async def handle(root_id: UUID) -> None:
        await note(root_id)
        if root_id == bad.id:
            raise RuntimeError("boom")

    await store.starts.start(bad)
    async with working(store, handle):
        await number(1)
        await store.starts.start(good)
        await number(2)
    assert taken == [bad.id, good.id]
    assert await count(store, "pgqueuer") == 0
    assert (await store.leases.sweep()).jobless  # the sweeper brings them back


async def test_stop_waits_for_what_is_in_hand(store: Store) -> None:
    await store.starts.start(queued())
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(_: UUID) -> None:
        begun.set()
        await go_on.wait()
        ended.set()

    queue = store.queue(QUICK)
    task = asyncio.create_task(queue.run(handle, at_once=4))
    await begun.wait()
    queue.stop()
    assert not task.done()
    go_on.set()
    async with asyncio.timeout(10):
        await task
    assert ended.is_set()


async def test_two_workers_share_and_double_nothing(store: Store, database_url: str) -> None:
    taken, handle, number = collector()
    async with working(store, handle, 4), working(store, handle, 4):
        for _ in range(40):
            await store.starts.start(queued())
        await number(40)
    assert max(Counter(taken).values()) == 1


async def test_a_job_of_a_dead_process_is_handed_out_again(store: Store) -> None:
    run = queued()
    await store.starts.start(run)
    await store.database.fetch(
        "UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(), "
        "heartbeat = now() - interval '2 seconds'"
    )
    taken, handle, number = collector()
    async with working(store, handle, how=QUICK):
        await number(1)
    assert taken == [run.id]


async def test_the_queue_goes_on_after_all_connections_were_cut(store: Store, database_url: str) -> None:
    axe = Database(database_url, DatabaseSettings(application_name="axe"))
    await axe.open()
    taken, handle, number = collector()
    async with working(store, handle):
        for n in range(1, 4):
            await listening(store)
            await axe.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'keyturn'"
            )
            await store.starts.start(queued())
            await number(n)
    assert len(taken) >= 3
    await axe.close()


async def test_stop_does_not_wait_for_a_database_that_is_away(store: Store) -> None:
    _, handle, _ = collector()
    queue = store.queue(QUICK)
    task = asyncio.create_task(queue.run(handle, at_once=4))
    await listening(store)
    await store.database.close()
    queue.stop()
    async with asyncio.timeout(15):
        await task

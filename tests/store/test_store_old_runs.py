"""Runs that ended long ago go with all that is theirs; what lives, waits or needs somebody stays, however old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_records import TTL, claimed, count, helper_of, line, park, queued, seen

from keyturn.engine.ports import Commit, Run, RunStatus
from keyturn.store import Store
from keyturn.triggers.ports import IncomingEvent
from keyturn.workers.retention import Retention

FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
THEIRS = ("journal", "trace", "checkpoints", "event_runs", "firings", "endpoint_answers", "start_keys")


class Clock:
    """Nobody waits."""

    def __init__(self) -> None:
        self.slept = 0

    def now(self) -> datetime:
        return FUTURE

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += 1


async def ended(store: Store, status: RunStatus = RunStatus.SUCCEEDED) -> Run:
    """A run that has ended, with a helper run, journal and history."""
    run, lease = await claimed(store)
    helper = helper_of(run, status=RunStatus.SUCCEEDED)
    entries = [seen(run.id, "a"), seen(helper.id, "b")]
    await store.runs.commit(Commit(lease, [run, helper], [line(run.id), line(helper.id)], entries))
    await park(store, replace(run, ended_at=datetime.now(UTC)), lease, status)
    return run


async def age(store: Store, days: int, *runs: Run) -> None:
    """Let these runs, and their trees, have been made and ended so long ago."""
    moved = ", ".join(f"{name} = {name} - $1::int * interval '1 day'" for name in ("created_at", "ended_at"))
    roots = [run.id for run in runs]
    await store.database.fetch(f"UPDATE runs SET {moved} WHERE root_id = ANY($2::uuid[])", days, roots)


async def there(store: Store, run: Run) -> bool:
    return await store.history.get(run.id) is not None


def keeping(store: Store, days: int) -> Retention:
    return Retention(store.old_runs, Clock(), days)


async def test_what_ended_longer_ago_goes_with_all_that_is_its_own(store: Store) -> None:
    old, young = await ended(store, RunStatus.FAILED), await ended(store)
    await age(store, 91, old)
    await age(store, 89, young)
    await store.database.fetch("INSERT INTO checkpoints VALUES ($1, 'each', $1, 0, '', 0, 0)", old.id)
    await store.database.fetch("INSERT INTO firings VALUES ('offboard', now(), $1, 0, now())", old.id)
    await store.database.fetch("INSERT INTO endpoint_answers VALUES ($1, 'x')", old.id)
    await store.database.fetch("INSERT INTO start_keys (key, run_id) VALUES ('k', $1)", old.id)
    assert await keeping(store, 90).once() == 1
    assert (await there(store, old), await there(store, young)) == (False, True)
    assert await count(store, "runs") == 2, "the young run and its helper run"
    left = {table: await count(store, table) for table in THEIRS}
    assert left == dict.fromkeys(THEIRS, 0) | {"journal": 2, "trace": left["trace"]}
    assert await count(store, "trace WHERE root_id = $1", old.id) == 0
    assert await keeping(store, 90).once() == 0


@pytest.mark.parametrize("status", [RunStatus.WAITING, RunStatus.NEEDS_ATTENTION, RunStatus.RUNNING])
async def test_what_lives_or_needs_somebody_is_never_removed(store: Store, status: RunStatus) -> None:
    run, lease = await claimed(store)
    if status is not RunStatus.RUNNING:
        await park(store, run, lease, status, FUTURE if status is RunStatus.WAITING else None)
    fresh = queued()
    await store.starts.start(fresh)
    await age(store, 1000, run, fresh)
    assert await keeping(store, 1).once() == 0
    assert await there(store, run)
    assert await there(store, fresh)


async def test_what_was_made_long_ago_and_ended_lately_stays(store: Store) -> None:
    run = await ended(store)
    await store.database.fetch("UPDATE runs SET created_at = created_at - interval '1 year'")
    assert await keeping(store, 90).once() == 0
    assert await there(store, run)


async def test_nothing_is_removed_where_everything_is_kept(store: Store) -> None:
    await age(store, 5000, await ended(store))
    assert await keeping(store, 0).once() == 0
    assert await count(store, "runs") == 2
    assert "All runs are kept" in await keeping(store, 0).told()


async def test_events_go_with_their_runs_and_are_known_for_a_month(store: Store) -> None:
    run = queued()
    await store.events.accept([IncomingEvent("okta", "e1", "t", {}, [run])])
    await store.events.accept([IncomingEvent("okta", "e2", "t", {}, [])])
    lease = await store.leases.claim(run.id, "w1", TTL)
    assert lease is not None
    await park(store, replace(run, status=RunStatus.RUNNING, ended_at=datetime.now(UTC)), lease, RunStatus.SUCCEEDED)
    await age(store, 20, run)
    await store.database.fetch("UPDATE events SET received_at = received_at - interval '20 days'")
    assert await keeping(store, 10).once() == 1
    assert (await count(store, "event_runs"), await count(store, "events")) == (0, 2)
    again = queued()
    await store.events.accept([IncomingEvent("okta", "e1", "t", {}, [again])])
    assert not await there(store, again), "the event came before"
    await store.database.fetch("UPDATE events SET received_at = received_at - interval '20 days'")
    await keeping(store, 10).once()
    assert await count(store, "events") == 0


async def test_many_go_piece_by_piece(store: Store) -> None:
    await store.database.fetch(
        "INSERT INTO runs (id, root_id, flow_id, version, status, event, trigger, created_at, ended_at) "
        "SELECT id, id, 'offboard', 1, 'succeeded', '{}', 'manual', at, at FROM (SELECT gen_random_uuid() AS id, "
        "now() - interval '1 year' AS at FROM generate_series(1, 450)) AS made"
    )
    assert await store.old_runs.oldest() is not None
    clock = Clock()
    assert await Retention(store.old_runs, clock, 90).once() == 450
    assert clock.slept == 3
    assert await count(store, "runs") == 0
    assert "There is none yet" in await keeping(store, 90).told()

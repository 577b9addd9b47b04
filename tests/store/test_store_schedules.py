"""Schedules in the database: each due time once, whoever looks and however often; switched, changed, mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from store_records import count

from keyturn.app.ids import new_id
from keyturn.engine.history import RunFilter
from keyturn.engine.ports import Run, StoreUnavailable
from keyturn.flows.json import Values
from keyturn.flows.paging import PageRequest
from keyturn.library.ports import NewVersion
from keyturn.store import Database, DatabaseSettings, Store, open_store
from keyturn.store.driver import Link
from keyturn.store.schedules import PostgresSchedules
from keyturn.triggers.ports import ScheduleRecord, ScheduleStore
from keyturn.triggers.schedules import Scheduler

HOURLY: Values = {"cron": "0 * * * *"}


class WrongClock:
    """The clock of a process, hours off; nothing sleeps."""

    def __init__(self, hours: int = 0) -> None:
        self._off = timedelta(hours=hours)

    def now(self) -> datetime:
        return datetime.now().astimezone() + self._off

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a look at schedules never sleeps")


def scheduler(store: ScheduleStore, hours: int = 0, batch: int = 200) -> Scheduler:
    return Scheduler(store, WrongClock(hours), new_id, batch=batch)


async def publish(store: Store, options: Values | None, *flow_ids: str, card: str = "schedule", note: str = "") -> None:
    document: Values = {
        "id": "f",
        "name": "F",
        "note": note,
        "event": {"card": card, "options": options or {}},
    }
    new = [NewVersion(name, name, {**document, "id": name}, f"{options}{card}{note}", card, None, {}, schedule=options)
           for name in flow_ids]  # fmt: skip
    await store.flows.publish(new, [], "test")


async def make_due(store: Store, ago: str = "1 second", *flow_ids: str) -> None:
    """Plan, and let the next due time have come."""
    await scheduler(store.schedules).once()
    statement = "UPDATE schedules SET next_due = now() - $1::text::interval WHERE $2 OR flow_id = ANY($3::text[])"
    await store.database.fetch(statement, ago, not flow_ids, list(flow_ids))


async def record_of(store: Store, flow_id: str = "f") -> ScheduleRecord:
    record = await store.schedules.get(flow_id)
    assert record is not None
    return record


async def started(store: Store) -> Sequence[Run]:
    return (await store.history.list(RunFilter(), PageRequest(200))).rows


async def test_a_due_time_fires_once_with_run_job_and_next_due_time(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    due = (await record_of(store)).next_due
    assert due is not None
    runs = await scheduler(store.schedules).once()
    assert await scheduler(store.schedules).once() == []
    [run] = await started(store)
    assert ([run.id], run.flow_id, run.version, run.trigger) == (runs, "f", 1, "schedule")
    assert run.event["execution_id"] == str(run.id)
    assert datetime.fromisoformat(str(run.event["due_time"])) == due.replace(microsecond=due.microsecond // 1000 * 1000)
    assert run.event["skipped"] == 0
    assert await count(store, "pgqueuer WHERE dedupe_key = $1", f"{run.id}:0") == 1
    after = await record_of(store)
    assert (after.last_due, after.last_run, after.last_skipped) == (due, run.id, 0)
    assert after.next_due is not None
    assert after.next_due > after.now
    assert (after.next_due.minute, after.next_due.second) == (0, 0)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_process_whose_clock_jumps_an_hour_fires_neither_early_nor_twice(store: Store, hours: int) -> None:
    await publish(store, HOURLY, "f")
    assert await scheduler(store.schedules, hours).once() == []
    await make_due(store)
    assert len(await scheduler(store.schedules, hours).once()) == 1
    assert await scheduler(store.schedules, hours).once() == await scheduler(store.schedules).once() == []
    record, [run] = await record_of(store), await started(store)
    assert record.next_due is not None
    assert record.now < record.next_due <= record.now + timedelta(hours=1)
    assert run.created_at is not None
    assert abs(run.created_at - record.now) < timedelta(minutes=1)


async def test_a_database_whose_clock_jumps_back_does_not_fire_again(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    before = await record_of(store)
    assert len(await scheduler(store.schedules).once()) == 1
    # the same due time once more, as if the clock and the plan had gone back
    await store.database.fetch("UPDATE schedules SET next_due = $1", before.next_due)
    assert await scheduler(store.schedules).once() == []
    after = await record_of(store)
    assert after.last_due == before.next_due
    assert after.next_due is not None
    assert after.next_due > after.now
    assert await count(store, "runs") == await count(store, "pgqueuer") == await count(store, "firings") == 1


async def test_a_thousand_due_at_once_with_three_workers_fire_once_each(store: Store, database_url: str) -> None:
    names = [f"flow-{number:04}" for number in range(1000)]
    await publish(store, HOURLY, *names)
    await make_due(store)
    others = [await open_store(database_url, DatabaseSettings(pool_size=2), migrate=False) for _ in range(3)]
    try:
        fired = await asyncio.gather(*(scheduler(other.schedules, batch=50).once() for other in others))
    finally:
        for other in others:
            await other.close()
    # a schedule that another had in hand was passed over; it fired there
    assert len({run for runs in fired for run in runs}) == sum(map(len, fired)) == 1000
    assert sum(1 for runs in fired if runs) > 1, "one worker did it all"
    assert await count(store, "firings") == await count(store, "runs") == await count(store, "pgqueuer") == 1000
    assert await count(store, "schedules WHERE next_due > now()") == 1000


async def test_missed_due_times_fire_the_latest_once_and_are_counted(store: Store) -> None:
    await publish(store, {"unit": "minutes", "every": 10}, "f")
    await make_due(store, "3 hours")
    assert len(await scheduler(store.schedules).once()) == 1
    [run], record = await started(store), await record_of(store)
    assert record.last_due is not None
    assert record.now - record.last_due < timedelta(minutes=10)
    assert run.event["skipped"] == record.last_skipped
    assert record.last_skipped in (17, 18)


async def test_a_flow_that_is_off_does_not_fire_and_goes_on_from_when_it_is_on(store: Store) -> None:
    await publish(store, HOURLY, "f", "other")
    await make_due(store)
    assert await store.flows.set_active("f", False)
    assert [run.flow_id for run in await started_by(store)] == ["other"]
    assert (await record_of(store)).next_due is None
    assert await store.flows.set_active("f", True)
    assert await scheduler(store.schedules).once() == []
    record = await record_of(store)
    assert record.next_due is not None
    assert record.next_due > record.now


async def started_by(store: Store) -> Sequence[Run]:
    await scheduler(store.schedules).once()
    return await started(store)


async def test_switching_on_what_is_on_keeps_the_place(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    assert await store.flows.set_active("f", True)
    assert len(await scheduler(store.schedules).once()) == 1


async def test_a_new_version_keeps_the_place_if_the_schedule_did_not_change(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    await publish(store, HOURLY, "f", note="another text")
    [run] = await started_by(store)
    assert run.version == 2


async def test_a_new_version_with_another_schedule_is_planned_anew(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    await publish(store, {"unit": "days", "at": "03:30"}, "f")
    assert await started_by(store) == []
    record = await record_of(store)
    assert record.next_due is not None
    assert record.next_due.strftime("%H:%M") == "03:30"


async def test_a_flow_that_something_else_starts_has_no_schedule_any_more(store: Store) -> None:
    await publish(store, HOURLY, "f")
    await make_due(store)
    await publish(store, None, "f", card="manual")
    assert await store.schedules.get("f") is None
    assert await started_by(store) == []


async def test_a_schedule_that_is_over_ends(store: Store) -> None:
    end = datetime.now().astimezone() + timedelta(minutes=90)
    await publish(store, {**HOURLY, "end": end.isoformat()}, "f")
    await make_due(store)
    statement = "UPDATE schedules SET definition = convert_to($1, 'UTF8')"
    await store.database.fetch(statement, '{"cron":"0 * * * *","end":"2020-01-01"}')
    assert len(await scheduler(store.schedules).once()) == 1
    record = await record_of(store)
    assert (record.next_due, record.plan_after) == (None, None)
    assert await store.schedules.until_next() is None


async def test_a_schedule_that_cannot_be_read_any_more_ends_and_holds_up_nobody(store: Store) -> None:
    await publish(store, HOURLY, "broken", "fine")
    await make_due(store)
    spoil = "UPDATE schedules SET definition = convert_to($1, 'UTF8') WHERE flow_id = 'broken'"
    await store.database.fetch(spoil, '{"unit":"days","zone":"Europe/Nowhere"}')
    assert [run.flow_id for run in await started_by(store)] == ["fine"]
    assert (await record_of(store, "broken")).next_due is None


async def test_how_long_until_something_is_to_be_done(store: Store) -> None:
    assert await store.schedules.until_next() is None
    await publish(store, HOURLY, "f")
    due_in = await store.schedules.until_next()
    assert due_in is not None
    assert due_in <= 0  # it is to be planned
    await scheduler(store.schedules).once()
    due_in = await store.schedules.until_next()
    assert due_in is not None
    assert 0 < due_in <= 3600


async def test_what_an_older_program_left_behind_is_mended(store: Store) -> None:
    names = ("gone", "stale", "off", "on", "other", "fine")
    await publish(store, HOURLY, *names)
    await scheduler(store.schedules).once()
    await store.flows.set_active("on", False)
    for statement in (
        "DELETE FROM schedules WHERE flow_id = 'gone'",
        "UPDATE schedules SET version = 0, definition = '{}' WHERE flow_id = 'stale'",
        "UPDATE flows SET active = false WHERE id = 'off'",
        "UPDATE flows SET active = true WHERE id = 'on'",
        "UPDATE flows SET event_card = 'manual' WHERE id = 'other'",
        "UPDATE schedules SET next_due = now() - interval '2 minutes' WHERE flow_id = 'fine'",
    ):
        await store.database.fetch(statement)
    mends = await scheduler(store.schedules).mend()
    assert sorted(mends.missing) == ["gone", "stale"]
    assert list(mends.orphaned) == ["other"]
    assert sorted(mends.misled) == ["off", "on"]
    assert list(mends.overdue) == ["fine"]
    assert [run.flow_id for run in await started_by(store)] == ["fine"]
    assert (await scheduler(store.schedules).mend()).total == 0
    states = {name: await store.schedules.get(name) for name in names}
    assert states["other"] is None
    planned = {name for name, record in states.items() if record and record.next_due}
    assert planned == {"gone", "stale", "on", "fine"}


async def test_schedules_are_listed_in_pages(store: Store) -> None:
    await publish(store, HOURLY, "a", "b", "c")
    first = await store.schedules.list(PageRequest(2))
    rest = await store.schedules.list(PageRequest(2, first.next))
    assert [record.flow_id for record in (*first.rows, *rest.rows)] == ["a", "b", "c"]
    assert rest.next is None
    assert first.rows[0].definition == HOURLY


class CommitLost(Database):
    """A database whose answer to COMMIT is lost on the way, as often as ``left`` says."""

    left = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Link]:
        async with super().transaction() as link:
            yield link
        if self.left > 0:
            self.left -= 1
            raise StoreUnavailable("the answer was lost")


async def test_a_lost_answer_of_the_commit_is_harmless(store: Store, database_url: str) -> None:
    await publish(store, HOURLY, "f", "g")
    database = CommitLost(database_url, DatabaseSettings(pool_size=2))
    await database.open()
    try:
        database.left = 1
        assert await scheduler(PostgresSchedules(database)).once() == []
        await make_due(store)
        database.left = 3
        await scheduler(PostgresSchedules(database)).once()
        assert database.left == 0
    finally:
        await database.close()
    assert await count(store, "firings") == await count(store, "runs") == await count(store, "pgqueuer") == 2
    assert await scheduler(store.schedules).once() == []

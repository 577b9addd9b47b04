"""What the database refuses leaves nothing half made, keeps nobody else out, and is made whole by the next try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import orjson
import pytest
from store_records import count, queued

from keyturn.app.ids import new_id
from keyturn.connectors.events import EventMapper
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.json import Values
from keyturn.library.ports import NewVersion
from keyturn.store import CommitRefused, Store
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.triggers.ports import IncomingEvent
from keyturn.triggers.schedules import Scheduler

SECRET = "right-secret"
SUSPENDED = "okta.user_suspended"
FLOWS = ("alpha", "beta", "gamma")
YEARLY: Values = {"cron": "0 0 29 2 *"}

# After the rows, so that all that the statement writes is there when it fails.
REFUSE = """
CREATE FUNCTION refuse_beta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'pgqueuer' THEN
        IF NOT EXISTS (SELECT FROM runs WHERE flow_id = 'beta' AND uuid_send(id) = NEW.payload) THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.flow_id <> 'beta' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'nothing of beta in %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$
"""


class Secrets:
    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        return ("okta", SECRET)


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


async def publish(store: Store, card: str, connection: str | None, schedule: Values | None = None) -> None:
    document: Values = {"name": "F", "event": {"card": card, "options": schedule or {}}}
    new = [
        NewVersion(flow, flow, {**document, "id": flow}, flow, card, connection, {}, schedule=schedule)
        for flow in FLOWS
    ]
    await store.flows.publish(new, [], "test")


async def everything(store: Store) -> Mapping[str, Sequence[str]]:
    """All rows of all tables."""
    tables = await store.database.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    names = sorted(str(table["name"]) for table in tables)
    rows = {name: await store.database.fetch(f'SELECT t::text AS row FROM "{name}" t ORDER BY 1') for name in names}
    return {name: [row["row"] for row in found] for name, found in rows.items()}


async def refuse(store: Store, table: str, code: str = "check_violation") -> None:
    """From now on the database refuses what belongs to the second flow in this table."""
    await store.database.fetch(REFUSE.replace("check_violation", code))
    await store.database.fetch(
        f"CREATE TRIGGER refuse_beta AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_beta()"
    )


async def take_again(store: Store, table: str) -> None:
    """Until now."""
    await store.database.fetch(f"DROP TRIGGER refuse_beta ON {table}")


@asynccontextmanager
async def refusing(store: Store, table: str) -> AsyncIterator[None]:
    """Meanwhile it is refused, and nothing is written."""
    await refuse(store, table)
    before = await everything(store)
    yield
    assert await everything(store) == before
    await take_again(store, table)


def delivery() -> bytes:
    person: Values = {"id": "00u1", "type": "User", "alternateId": "ada@example.com", "displayName": "Ada"}
    event: Values = {
        "eventType": "user.lifecycle.suspend",
        "published": "2026-11-24T12:00:00.000Z",
        "target": [person],
        "outcome": {"result": "SUCCESS"},
    }
    events: list[Values] = [{**event, "uuid": "first"}, {**event, "uuid": "second"}]
    return orjson.dumps({"eventType": "com.okta.event_hook", "eventId": "d1", "data": {"events": events}})


@pytest.mark.parametrize("table", ["event_runs", "runs", "pgqueuer"])
async def test_a_delivery_is_taken_whole_or_not_at_all(store: Store, table: str) -> None:
    await publish(store, SUSPENDED, "okta")
    hook = OktaEventHook(
        events=store.events,
        flows=store.flows,
        mapping=EventMapper(ConnectorRegistry()),
        secrets=Secrets(),
        clock=Clock(),
        new_id=new_id,
    )
    async with refusing(store, table):
        with pytest.raises(CommitRefused, match=f"nothing of beta in {table}"):
            await hook.receive("okta", SECRET, delivery())
    accepted = await hook.receive("okta", SECRET, delivery())
    assert (accepted.new_events, accepted.known_events, len(accepted.runs)) == (2, 0, 6)
    for rows in ("event_runs", "runs", "pgqueuer"):
        assert await count(store, rows) == 6
    assert await count(store, "events") == 2


@pytest.mark.parametrize("code", ["check_violation", "query_canceled", "disk_full"])
@pytest.mark.parametrize("table", ["firings", "runs", "pgqueuer", "schedules"])
async def test_a_schedule_fires_whole_or_not_at_all_and_keeps_no_other_from_it(
    store: Store, table: str, code: str
) -> None:
    await publish(store, "schedule", None, YEARLY)
    scheduler = Scheduler(store.schedules, Clock(), new_id)
    await scheduler.once()
    await store.database.fetch("UPDATE schedules SET next_due = now() - interval '1 second'")
    await refuse(store, table, code)
    assert len(await scheduler.once()) == 2
    assert await scheduler.once() == []
    for rows in ("firings", "runs", "pgqueuer", "schedules WHERE next_due > now()"):
        assert await count(store, rows) == 2
    await take_again(store, table)
    assert len(await scheduler.once()) == 1
    for rows in ("firings", "runs", "pgqueuer", "schedules WHERE next_due > now()"):
        assert await count(store, rows) == 3
    assert await scheduler.once() == []


@pytest.mark.parametrize("code", ["check_violation", "query_canceled", "disk_full"])
async def test_a_delivery_that_is_refused_keeps_no_other_out(store: Store, code: str) -> None:
    """Those that come at the same time share a statement."""
    await refuse(store, "runs", code)
    flows = ["alpha", "beta", "gamma", "alpha", "gamma"]
    sent = [[IncomingEvent("okta", str(number), "t", {}, [queued(flow)])] for number, flow in enumerate(flows)]
    came = await asyncio.gather(*(store.events.accept(one) for one in sent), return_exceptions=True)
    assert [isinstance(one, Exception) for one in came] == [False, True, False, False, False]
    assert await count(store, "runs") == await count(store, "events") == 4

"""Corpses of every kind: planted in a real Postgres, found, told and mended; the living are left alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from store_records import TTL, claimed, helper_of, line, park, queued

from keyturn.app.clock import SystemClock
from keyturn.connections.model import AuthKind, Connection
from keyturn.engine.ports import Commit, JournalState, Lease, Run, RunStatus
from keyturn.library.ports import Manifest, NewVersion
from keyturn.store import Store
from keyturn.triggers.ports import IncomingEvent
from keyturn.workers import corpses
from keyturn.workers.corpses import KINDS, Found, Kind
from keyturn.workers.reconciler import Reconciler

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Living:
    """Rows that are as they should be."""

    queued: Run
    running: Run
    lease: Lease
    waiting: Run
    asking: Run
    ended: Run
    helper: Run


@pytest.fixture
async def living(store: Store) -> Living:
    okta = Connection("okta", "okta", "Okta", AuthKind.BEARER, "https://x.example", {}, b"", NOW, NOW)
    await store.connections.put(okta)
    manifests = [Manifest("m1", "okta", "content")]
    for flow in ("offboard", "helper"):
        new = NewVersion(flow, flow, {"id": flow}, flow, "okta.user_suspended", "okta", {"okta": "m1"}, None, ("okta",))
        await store.flows.publish([new], manifests, "test")
    waiting, asking, ended = [await claimed(store) for _ in range(3)]
    await park(store, *waiting, RunStatus.WAITING, FUTURE)
    unknown = line(asking[0].id, state=JournalState.UNKNOWN)
    await store.runs.commit(Commit(asking[1], [replace(asking[0], status=RunStatus.NEEDS_ATTENTION)], [unknown]))
    await park(store, *ended, RunStatus.SUCCEEDED)
    await store.database.fetch("DELETE FROM pgqueuer")
    running, lease = await claimed(store)
    helper = helper_of(running)
    await store.runs.commit(Commit(lease, [running, helper]))
    await store.database.fetch("UPDATE pgqueuer SET status = 'picked', heartbeat = now()")
    fresh = queued()
    await store.starts.start(fresh, "key")
    await store.events.accept([IncomingEvent("okta", "e1", "t", {}, [queued()])])
    await store.database.fetch("INSERT INTO tokens VALUES ('operator', 'd', '{*}', now())")
    return Living(fresh, running, lease, waiting[0], asking[0], ended[0], helper)


async def everything(store: Store) -> list[object]:
    """What must not change where all is well."""
    runs = "SELECT id, status, owner, epoch, turn, wake_at, decided, ended_at, cancel_requested FROM runs ORDER BY id"
    found: list[object] = []
    for statement in (runs, "SELECT id, status, payload FROM pgqueuer ORDER BY id", "SELECT * FROM start_keys"):
        found += [tuple(row.values()) for row in await store.database.fetch(statement)]
    return found


async def look(store: Store) -> dict[Kind, Found]:
    found = await Reconciler(store.leases, SystemClock(), store.corpses).thoroughly()
    return {one.kind: one for one in found}


async def run_sql(store: Store, statement: str, *values: object) -> None:
    await store.database.fetch(statement, *values)


async def status_of(store: Store, run: Run) -> RunStatus:
    found = await store.history.get(run.id)
    assert found is not None
    return found.status


Plant = Callable[[Store, Living], Awaitable[str]]


def by_sql(who: str, statement: str, rest: str = "") -> Plant:
    """Plants by one statement on a run; gives the name it must be found by."""

    async def plant(store: Store, living: Living) -> str:
        run: Run = getattr(living, who)
        await run_sql(store, statement, run.id)
        return f"{run.id}{rest}"

    return plant


def named(name: str, *statements: str) -> Plant:
    async def plant(store: Store, living: Living) -> str:
        for statement in statements:
            await run_sql(store, statement)
        return name

    return plant


async def job_of_an_ended_run(store: Store, living: Living) -> str:
    job = "INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status) "
    await run_sql(store, job + "VALUES (0, 'run', uuid_send($1::uuid), 'x', 'queued')", living.ended.id)
    return str(living.ended.id)


async def job_that_a_dead_worker_took(store: Store, living: Living) -> str:
    dead = (
        "UPDATE pgqueuer SET status = 'picked', heartbeat = now() - interval '2 minutes' "
        "WHERE payload = uuid_send($1) RETURNING id"
    )
    row = await store.database.fetch_one(dead, living.queued.id)
    assert row is not None
    return str(row["id"])


async def key_of_a_lost_run(store: Store, living: Living) -> str:
    lost = uuid4()
    await run_sql(store, "INSERT INTO start_keys (key, run_id) VALUES ('lost', $1)", lost)
    return str(lost)


async def resumed_and_not_woken(store: Store, living: Living) -> str:
    run = living.waiting
    await run_sql(store, "INSERT INTO pauses VALUES ($1, 'rest', $1, $1, now() + interval '1 day')", run.id)
    await run_sql(store, "INSERT INTO resumes VALUES ($1, $1, $1, 'null', 'ada')", run.id)
    return str(run.id)


FILE_OF = (
    "'00000000-0000-0000-0000-0000000000{0}', 'a', 'text/plain', 1, 'c', '00000000-0000-0000-0000-0000000000{0}', 'x'"
)
ALIVE = "runs SET status = 'running', owner = 'dead', lease_until = now() - interval '1 second'"
PLANTS: Mapping[Kind, Plant] = {
    corpses.ABANDONED: by_sql("running", f"UPDATE {ALIVE} WHERE id = $1"),
    corpses.DUE: by_sql("waiting", "UPDATE runs SET wake_at = now() - interval '1 second' WHERE id = $1"),
    corpses.JOBLESS: by_sql("queued", "DELETE FROM pgqueuer WHERE payload = uuid_send($1)"),
    corpses.NEEDLESS: job_of_an_ended_run,
    corpses.UNSERVED: by_sql("waiting", "UPDATE runs SET cancel_requested = true WHERE id = $1"),
    corpses.FORGOTTEN: by_sql("waiting", "UPDATE runs SET wake_at = NULL WHERE id = $1"),
    corpses.UNASKED: by_sql("asking", "DELETE FROM journal WHERE root_id = $1"),
    corpses.ORPHANS: by_sql(
        "helper", "UPDATE runs SET status = 'failed' WHERE id = (SELECT root_id FROM runs WHERE id = $1)"
    ),
    corpses.LEASED: by_sql("ended", "UPDATE runs SET owner = 'dead', lease_until = now() WHERE id = $1"),
    corpses.ENDLESS_LEASES: by_sql("running", "UPDATE runs SET lease_until = now() + interval '1 hour' WHERE id = $1"),
    corpses.ENDLESS_HOLDS: named(
        "okta",
        "INSERT INTO connection_tokens (connection_id, holder, held_until) "
        "VALUES ('okta', 'dead', now() + interval '1 hour')",
    ),
    corpses.DEAD_JOBS: job_that_a_dead_worker_took,
    corpses.LOST_KEYS: key_of_a_lost_run,
    corpses.LOST_CALLS: named(
        "00000000-0000-0000-0000-00000000000b",
        "INSERT INTO endpoint_keys VALUES ('f', 'k', 'd', '00000000-0000-0000-0000-00000000000b')",
    ),
    corpses.LOST_EVENT_RUNS: named(
        "okta e1", "DELETE FROM runs WHERE id IN (SELECT run_id FROM event_runs)", "DELETE FROM pgqueuer"
    ),
    corpses.LOST_FIRINGS: named(
        "offboard 2026-03-01T08:00:00Z",
        "INSERT INTO firings VALUES ('offboard', '2026-03-01 08:00Z', gen_random_uuid(), 0, now())",
    ),
    corpses.LOST_CHECKPOINTS: named(
        "00000000-0000-0000-0000-00000000000a",
        "INSERT INTO checkpoints SELECT id, 'each', id, 0, '', 0, 0 "
        "FROM (VALUES ('00000000-0000-0000-0000-00000000000a'::uuid)) AS lost (id)",
    ),
    corpses.IDLE_ENDPOINT_TOKENS: named("offboard", "INSERT INTO endpoint_tokens VALUES ('offboard', 'd', 'a')"),
    corpses.LOST_VERSIONS: named("offboard version 1", "DELETE FROM flow_versions WHERE flow_id = 'offboard'"),
    corpses.LOST_MANIFESTS: named("helper version 1: okta", "DELETE FROM manifests"),
    corpses.DEAF_FLOWS: named("helper: okta", "DELETE FROM connections"),
    corpses.OLD_SESSIONS: named(
        "abcdef01",
        "INSERT INTO sessions VALUES ('abcdef0123', 'a', '{*}', now(), now(), now() - interval '1 second')",
        "INSERT INTO sessions VALUES ('living', 'a', '{*}', now(), now(), now() + interval '1 hour')",
    ),
    corpses.UNWOKEN: resumed_and_not_woken,
    corpses.OLD_PAUSES: by_sql("ended", "INSERT INTO pauses VALUES ($1, 'rest', $1, $1, now())", " rest"),
    corpses.OLD_RESUMES: by_sql(
        "ended", "INSERT INTO resumes VALUES ($1, $1, $1, 'null', 'ada', now() - interval '32 days')"
    ),
    corpses.OLD_LINKS: named(
        "abcdef01",
        "INSERT INTO sign_in_links VALUES ('abcdef0123', 'a', '{*}', now() - interval '1 second')",
        "INSERT INTO sign_in_links VALUES ('living', 'a', '{*}', now() + interval '1 hour')",
    ),
    corpses.OLD_FILES: named(
        "00000000-0000-0000-0000-00000000000f",
        f"INSERT INTO files VALUES ({FILE_OF.format('0f')}, now(), now() - interval '1 second')",
        f"INSERT INTO files VALUES ({FILE_OF.format('0e')}, now(), now() + interval '1 hour')",
    ),
    corpses.EMPTY_TOKENS: named("idle", "INSERT INTO tokens VALUES ('idle', 'i', '{}', now())"),
}


def test_every_kind_has_its_corpse_and_its_words() -> None:
    assert set(PLANTS) == set(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.what.endswith(".") and kind.mend.endswith(".") for kind in KINDS)


async def test_the_living_are_left_alone(store: Store, living: Living) -> None:
    before = await everything(store)
    found = await look(store)
    assert {kind: one.names for kind, one in found.items() if one.names} == {}
    assert set(found) == set(KINDS)
    assert await everything(store) == before


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_corpse_is_found_told_and_mended(store: Store, living: Living, kind: Kind) -> None:
    name = await PLANTS[kind](store, living)
    found = (await look(store))[kind]
    assert name in found.names
    assert found.good is not kind.person
    again = (await look(store))[kind]
    assert (name in again.names) is kind.person, "what can be mended is mended by the first look"


@pytest.mark.parametrize(
    ("kind", "who", "status"),
    [
        (corpses.ABANDONED, "running", RunStatus.QUEUED),
        (corpses.DUE, "waiting", RunStatus.QUEUED),
        (corpses.JOBLESS, "queued", RunStatus.QUEUED),
        (corpses.UNSERVED, "waiting", RunStatus.CANCELLED),
        (corpses.FORGOTTEN, "waiting", RunStatus.QUEUED),
        (corpses.UNASKED, "asking", RunStatus.QUEUED),
        (corpses.UNWOKEN, "waiting", RunStatus.QUEUED),
        (corpses.ORPHANS, "helper", RunStatus.CANCELLED),
        (corpses.LEASED, "ended", RunStatus.SUCCEEDED),
        (corpses.DEAD_JOBS, "queued", RunStatus.QUEUED),
    ],
    ids=lambda value: value.name if isinstance(value, Kind) else "",
)
async def test_what_is_queued_again_can_be_taken(
    store: Store, living: Living, kind: Kind, who: str, status: RunStatus
) -> None:
    await PLANTS[kind](store, living)
    await look(store)
    run: Run = getattr(living, who)
    assert await status_of(store, run) is status
    rows = await store.database.fetch("SELECT status FROM pgqueuer WHERE payload = uuid_send($1)", run.id)
    if status is RunStatus.QUEUED:
        assert await store.leases.claim(run.id, "w2", TTL) is not None
        assert [row["status"] for row in rows].count("queued") == 1
    else:
        assert [row["status"] for row in rows if row["status"] == "queued"] == []


async def test_the_key_of_an_endpoint_s_lost_run_is_told_and_stays(store: Store, living: Living) -> None:
    lost, there = uuid4(), living.ended.id
    put = "INSERT INTO endpoint_keys (flow_id, key, digest, run_id) VALUES ('f', $1, 'd', $2)"
    for key, run_id in (("lost", lost), ("there", there)):
        await run_sql(store, put, key, run_id)
    assert (await look(store))[corpses.LOST_CALLS].names == [str(lost)]
    kept = await store.database.fetch("SELECT key FROM endpoint_keys ORDER BY key")
    assert [row["key"] for row in kept] == ["lost", "there"], "whoever calls again is told, and starts no second run"

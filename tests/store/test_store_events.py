"""Events and starts: once, whole, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from store_records import claimed, count, queued

from keyturn.flows.paging import PageRequest
from keyturn.library.ports import NewVersion
from keyturn.store import CommitRefused, Store
from keyturn.store.errors import is_away
from keyturn.triggers.ports import Accepted, IncomingEvent


def event(event_id: str, *flows: str, connection: str = "okta") -> IncomingEvent:
    return IncomingEvent(
        connection, event_id, "user.lifecycle.suspend", {"id": event_id}, [queued(flow) for flow in flows]
    )


async def test_an_event_starts_its_flows_with_their_jobs(store: Store) -> None:
    incoming = event("e1", "alpha", "beta")
    accepted = await store.events.accept([incoming])
    assert (accepted.new_events, accepted.known_events) == (1, 0)
    assert set(accepted.runs) == {run.id for run in incoming.runs}
    assert await count(store, "pgqueuer") == 2
    (record,) = (await store.events.list(PageRequest())).rows
    assert (record.connection_id, record.event_id, record.type) == ("okta", "e1", "user.lifecycle.suspend")
    assert {run.id for run in record.started} == set(accepted.runs)
    told = [(run.flow_id, run.flow_name, run.status) for run in record.started]
    assert told == [("alpha", "alpha", "queued"), ("beta", "beta", "queued")]
    assert record.payload == {"id": "e1"}


async def test_an_event_tells_its_flows_by_name_and_how_their_runs_stand(store: Store) -> None:
    named = NewVersion("alpha", "Leaving", {"id": "alpha"}, "d1", "okta.user_suspended", "okta", {})
    await store.flows.publish([named], [], "ada")
    (run_id,) = (await store.events.accept([event("e1", "alpha")])).runs
    assert await store.leases.claim(run_id, "w1", timedelta(seconds=30))
    (record,) = (await store.events.list(PageRequest())).rows
    assert [(run.id, run.flow_name, run.status) for run in record.started] == [(run_id, "Leaving", "running")]


async def test_32_deliveries_at_once_start_each_flow_once(store: Store) -> None:
    random = Random(7)

    def delivery() -> list[IncomingEvent]:
        events = [event(f"e{n}", "alpha", "beta") for n in range(10)]
        random.shuffle(events)
        return events

    results = await asyncio.gather(*(store.events.accept(delivery()) for _ in range(32)))
    assert sum(result.new_events for result in results) == 10
    assert sum(result.known_events for result in results) == 31 * 10
    assert sum(len(result.runs) for result in results) == 20
    for table in ("runs", "pgqueuer", "event_runs"):
        assert await count(store, table) == 20
    assert await count(store, "events") == 10


async def test_the_same_event_twice_in_one_delivery_counts_once(store: Store) -> None:
    accepted = await store.events.accept([event("e1", "alpha"), event("e1", "alpha"), event("e2")])
    assert (accepted.new_events, accepted.known_events, len(accepted.runs)) == (2, 1, 1)


async def test_the_same_flow_twice_for_one_event_starts_once(store: Store) -> None:
    accepted = await store.events.accept([event("e1", "alpha", "alpha")])
    assert len(accepted.runs) == 1
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1


async def test_the_same_id_of_another_connection_is_another_event(store: Store) -> None:
    await store.events.accept([event("e1", "alpha"), event("e1", "alpha", connection="other")])
    assert await count(store, "runs") == 2


async def test_an_event_that_starts_nothing_is_kept_with_its_note(store: Store) -> None:
    quiet = replace(event("e1"), note="No flow listens to it.\x00")
    assert await store.events.accept([quiet]) == Accepted(1, 0, [])
    assert await store.events.accept([quiet]) == Accepted(0, 1, [])
    (record,) = (await store.events.list(PageRequest())).rows
    assert record.note == "No flow listens to it.\ufffd"


async def test_an_empty_delivery_is_nothing(store: Store) -> None:
    assert await store.events.accept([]) == Accepted(0, 0, [])


@pytest.mark.parametrize("event_id", ["x" * 100_000, "a\x00b", "\ud800", ""])
async def test_strange_ids_are_deduplicated_too(store: Store, event_id: str) -> None:
    first = await store.events.accept([event(event_id, "alpha")])
    second = await store.events.accept([event(event_id, "alpha")])
    assert (first.new_events, second.new_events) == (1, 0)
    assert await count(store, "runs") == 1


async def test_an_accept_that_fails_leaves_nothing(store: Store) -> None:
    taken, _ = await claimed(store)
    clash = replace(event("e2"), runs=[queued("beta", id=taken.id, root_id=taken.id)])
    with pytest.raises(CommitRefused):
        await store.events.accept([event("e1", "alpha"), clash])
    assert await count(store, "events") == await count(store, "event_runs") == 0
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1  # the one taken
    assert (await store.events.accept([event("e1", "alpha")])).new_events == 1


async def test_events_are_listed_newest_first_in_pages(store: Store) -> None:
    for n in range(7):
        await store.events.accept([event(f"e{n}")])
    first = await store.events.list(PageRequest(4))
    second = await store.events.list(PageRequest(4, first.next))
    assert [record.event_id for record in [*first.rows, *second.rows]] == [f"e{n}" for n in range(6, -1, -1)]
    assert second.next is None


async def test_a_start_inserts_run_and_job_and_again_changes_nothing(store: Store) -> None:
    run = queued()
    assert await store.starts.start(run) == run.id
    assert await store.starts.start(run) == run.id
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1


async def test_one_key_starts_one_run_however_many_ask_at_once(store: Store) -> None:
    started = await asyncio.gather(*(store.starts.start(queued(), "key\x00" * 100) for _ in range(24)))
    assert len(set(started)) == 1
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1
    assert await store.starts.start(queued(), "another") not in started


def test_what_counts_as_away() -> None:
    assert is_away(ConnectionResetError())
    assert is_away(TimeoutError())
    assert not is_away(ValueError("a wrong argument"))

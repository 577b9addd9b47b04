"""Events, committed together with what they start (``triggers.ports.EventStore``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.ports import Accepted, EventRecord, IncomingEvent, StartedRun

from . import rows
from .admission import PostgresAdmission
from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Row
from .gathering import Gatherer
from .keys import short_key
from .payloads import clean, pack, unpack
from .sql import events as sql

_Key: TypeAlias = tuple[str, str]  # connection, key of the event
_EVENTS_AT_ONCE = 200


def _weight(events: Sequence[IncomingEvent]) -> int:
    return max(1, len(events))


def _new_in(events: Sequence[IncomingEvent], known: set[_Key]) -> dict[_Key, IncomingEvent]:
    """The events that are not known yet, the first of each; they are known then."""
    found: dict[_Key, IncomingEvent] = {}
    for event in events:
        key = clean(event.connection_id), short_key(event.event_id)
        if key not in known:
            known.add(key)
            found[key] = event
    return found


def _accepted(
    events: Sequence[IncomingEvent], new: Mapping[_Key, IncomingEvent], fresh: Collection[_Key], put: Collection[UUID]
) -> Accepted:
    runs = [run.id for event in new.values() for run in event.runs if run.id in put]
    count = sum(key in fresh for key in new)
    return Accepted(count, len(events) - count, runs)


def _record(row: Row) -> EventRecord:
    payload = unpack(row["payload"])
    return EventRecord(
        **{name: value for name, value in dict(row).items() if name not in ("payload", "started")},
        payload=payload if isinstance(payload, dict) else {},
        started=[StartedRun(*started) for started in row["started"]],
    )


class PostgresEvents:
    """EventStore on Postgres."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)
        self._deliveries = Gatherer(self._accept, most=_EVENTS_AT_ONCE, weight=_weight)

    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        """Commit events, runs and jobs in one transaction; an event that is there starts nothing again.

        Deliveries that come at the same time share a transaction; one that is refused does not keep others out. A
        run that has to wait for its turn gets its job when that comes.

        Raises:
            StoreUnavailable: nothing is known to be committed; the sender must be told to try again.
        """
        return await self._deliveries.ask(events)

    async def _accept(self, deliveries: Sequence[Sequence[IncomingEvent]]) -> list[Accepted]:
        """Of an event that several deliveries bring, the first one's counts."""
        known: set[_Key] = set()
        brought = [_new_in(delivery, known) for delivery in deliveries]
        given = [
            (*key, clean(event.event_id), clean(event.type), pack(event.payload), clean(event.note))
            for delivery in brought
            for key, event in delivery.items()
        ]
        started = [
            (*rows.run_row(run), *key) for delivery in brought for key, event in delivery.items() for run in event.runs
        ]
        values = rows.arrays(given, 6)
        if started:
            values += rows.arrays(started, rows.RUN_WIDTH + 2)
        statement = sql.ACCEPT_WITH_RUNS if started else sql.ACCEPT
        row = await self._database.repeating(lambda: self._database.fetch_one(statement, *values), burdens=False)
        assert row is not None, "the statement gives one row"
        if row["waits"]:
            self._admission.call()
        fresh, put = set(zip(row["connections"], row["keys"], strict=True)), set(row["runs"])
        return [_accepted(all_of, new, fresh, put) for all_of, new in zip(deliveries, brought, strict=True)]

    async def list(self, page: PageRequest) -> Page[EventRecord]:
        """Events, newest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        before = place(page.after, int)[0] if page.after is not None else None
        found = await self._database.read(sql.LIST_EVENTS, size + 1, before)
        records = [_record(row) for row in found]
        return page_of(records, size, lambda record: mark(record.id))

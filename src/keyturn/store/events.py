"""Events, committed together with what they start (``triggers.ports.EventStore``)."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.ports import Accepted, EventRecord, IncomingEvent

from . import rows
from .admission import PostgresAdmission
from .cursors import mark, page_of, page_size, place
from .database import Database
from .keys import short_key
from .payloads import clean, pack
from .sql import events as sql


class PostgresEvents:
    """EventStore on Postgres."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)

    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        """Commit events, runs and jobs in one transaction; an event that is there starts nothing again.

        A run that has to wait for its turn gets its job when that comes.

        Raises:
            StoreUnavailable: nothing is known to be committed; the sender must be told to try again.
        """
        by_key = {(clean(e.connection_id), short_key(e.event_id)): e for e in reversed(events)}
        given = [
            (connection, key, clean(event.event_id), clean(event.type), pack(event.payload), clean(event.note))
            for (connection, key), event in by_key.items()
        ]
        started = [(*rows.run_row(run), *key) for key, event in by_key.items() for run in event.runs]
        values = rows.arrays(given, 6)
        if started:
            values += rows.arrays(started, rows.RUN_WIDTH + 2)
        row = await self._database.read_one(sql.ACCEPT_WITH_RUNS if started else sql.ACCEPT, *values)
        assert row is not None, "the statement gives one row"
        if row["waits"]:
            self._admission.call()
        return Accepted(row["fresh"], len(events) - row["fresh"], row["runs"])

    async def list(self, page: PageRequest) -> Page[EventRecord]:
        """Events, newest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        before = place(page.after, int)[0] if page.after is not None else None
        found = await self._database.read(sql.LIST_EVENTS, size + 1, before)
        records = [EventRecord(**dict(row)) for row in found]
        return page_of(records, size, lambda record: mark(record.id))

"""Endpoints (``triggers.endpoint.ports.EndpointStore``): tokens, keys, and answers that history does not show."""

from __future__ import annotations

from typing import Protocol, cast
from uuid import UUID

from keyturn.engine.ports import Run, StartKey
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.endpoint.ports import EndpointRecord, StartedBefore

from . import rows
from .admission import PostgresAdmission
from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Row
from .keys import short_key
from .payloads import clean, pack, unpack
from .sql import endpoints as sql
from .sql import runs as runs_sql


class Sealer(Protocol):
    """Seals bytes, bound to a context."""

    def seal(self, plain: bytes, context: str) -> bytes: ...

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed for the same context."""
        ...


def seal_answer(sealer: Sealer, run_id: UUID, answer: Values) -> bytes:
    """An answer as it is stored."""
    return sealer.seal(pack(answer), _context(run_id))


class PostgresEndpoints:
    """EndpointStore on Postgres."""

    def __init__(self, database: Database, sealer: Sealer | None, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)
        self._sealer = sealer

    async def find(self, flow_id: str) -> EndpointRecord | None:
        """The endpoint of a flow; None if there is no such flow, or another event starts it.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.FIND_ENDPOINT, clean(flow_id))
        return None if row is None else _endpoint(row)

    async def list(self, page: PageRequest) -> Page[EndpointRecord]:
        """Endpoints by the id of their flow.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        found = await self._database.read(sql.LIST_ENDPOINTS, size + 1, after)
        return page_of([_endpoint(row) for row in found], size, lambda record: mark(record.flow_id))

    async def set_token(self, flow_id: str, digest: str, author: str) -> bool:
        """Have an endpoint take this token and no other; False if the flow has no endpoint.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.SET_TOKEN, clean(flow_id), clean(digest), clean(author))
        return row is not None

    async def started(self, flow_id: str, key: str) -> StartedBefore | None:
        """The run that a key started, or None.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.FIND_KEY, clean(flow_id), short_key(key))
        return None if row is None else StartedBefore(row["run_id"], row["digest"])

    async def start(self, run: Run, key: StartKey | None) -> StartedBefore:
        """Insert a queued root run and its job; with a key that was used before, give the run that it started.

        Raises:
            StoreUnavailable: the database is away.
        """
        values = rows.arrays([rows.run_row(run)], rows.RUN_WIDTH)
        if key is None:
            row = await self._database.read_one(runs_sql.START, *values)
        else:
            row = await self._database.read_one(sql.START_WITH_KEY, *values, short_key(key.key), key.digest)
        assert row is not None, "the statement gives a row for the row it is given"
        if row["waits"]:
            self._admission.call()
        return StartedBefore(row["run_id"], row["digest"]) if key else StartedBefore(run.id, "")

    async def answer(self, run_id: UUID) -> Values | None:
        """What a run gave, where its outputs do not say so; None if there is nothing kept.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.GET_ANSWER, run_id) if self._sealer else None
        if row is None or self._sealer is None:
            return None
        return cast("Values", unpack(self._sealer.open(row["sealed"], _context(run_id))))


def _context(run_id: UUID) -> str:
    return f"endpoint answer {run_id}"


def _endpoint(row: Row) -> EndpointRecord:
    return EndpointRecord(**dict(row))

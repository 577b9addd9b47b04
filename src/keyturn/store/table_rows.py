"""Rows of tables (``data.ports.RowStore``): searches, changes, many at once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

import orjson

from keyturn.data.cells import Cell, cells_of, new_row_cells, to_json
from keyturn.data.changes import (
    ClearTable,
    CreateRow,
    DeleteRow,
    RowChange,
    UpdateRow,
    UpsertRow,
    read_row_id,
    read_upsert,
)
from keyturn.data.errors import NoSuchRow, NoSuchTable, NotUnique, TableChanged
from keyturn.data.model import Column, Row, Table
from keyturn.data.ports import Chunk, Put
from keyturn.data.search import Condition, Order, System, read_where
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import BadCursor, Page
from keyturn.flows.types import Kind

from .database import Database
from .driver import Link, code_of
from .driver import Row as Found
from .sql import table_rows as sql
from .sql import tables
from .sql.tables import column_name
from .tables import table_of

_NOT_UNIQUE, _NO_TABLE, _NO_COLUMN = "23505", "42P01", "42703"


class PostgresRows:
    """RowStore on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, table: Table, row_id: UUID) -> Row | None:
        """A row, or None."""
        found = await self._read(table, sql.get(table), row_id)
        return _row(table, found[0]) if found else None

    async def search(
        self, table: Table, where: Condition | None, order: Order, limit: int, offset: int = 0
    ) -> Sequence[Row]:
        """Rows in an order, from a number on."""
        made = sql.search(table, where, order, limit, offset)
        return [_row(table, found) for found in await self._read(table, made.text, *made.values)]

    async def page(
        self, table: Table, where: Condition | None, order: Order, limit: int, after: str | None
    ) -> Page[Row]:
        """Rows in an order, page by page.

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        begin = _place(order, after) if after is not None else None
        found: list[Found] = []
        for made in sql.following(table, where, order, limit + 1, begin):
            found += await self._read(table, made.text, *made.values)
            if len(found) > limit:
                break
        shown = found[:limit]
        more = len(found) > limit
        return Page([_row(table, row) for row in shown], _mark(shown[-1]) if more else None)

    async def count(self, table: Table, where: Condition | None) -> int:
        """How many rows there are."""
        made = sql.count(table, where)
        found = await self._read(table, made.text, *made.values)
        return int(found[0]["rows"])

    async def apply(self, change: RowChange) -> Values:
        """Carry out a change in a transaction of its own; gives its outputs.

        Raises:
            DataError: it cannot be carried out; nothing changed.
        """
        async with self._database.transaction() as link:
            known = await keep_tables(link, [change.table])
            return await carry_out(link, known, change)

    async def look_over(self, table: Table) -> None:
        """Have Postgres know anew how values are spread; by itself it does so within minutes."""
        await self._read(table, sql.look_over(table))

    async def put(self, table: Table, chunk: Chunk) -> Put:
        """Put rows in, in one transaction; where several share a unique value the first one goes in."""
        async with self._database.transaction() as link:
            known = (await keep_tables(link, [table.id])).get(table.id)
            if known is None or known.revision != table.revision:
                raise NoSuchTable(table.id) if known is None else TableChanged(table.id)
            if chunk.match is None:
                return await _put_new(link, table, chunk)
            try:
                async with link.transaction():
                    return await _put_matching(link, table, chunk, chunk.match)
            except Exception as error:
                if code_of(error) != _NOT_UNIQUE:
                    raise
            return await _put_one_by_one(link, table, chunk, chunk.match)

    async def _read(self, table: Table, statement: str, *values: object) -> Sequence[Found]:
        try:
            return await self._database.read(statement, *values)
        except Exception as error:
            if code_of(error) == _NO_TABLE:
                raise NoSuchTable(table.id) from error
            if code_of(error) == _NO_COLUMN:
                raise TableChanged(table.id) from error
            raise


async def keep_tables(link: Link, table_ids: Collection[str]) -> Mapping[str, Table]:
    """These tables, which nobody changes until the transaction ends."""
    wanted = sorted({table_id for table_id in table_ids if "\x00" not in table_id})
    return {row["id"]: table_of(row) for row in await link.fetch(tables.KEEP_TABLES, wanted)}


async def carry_out(link: Link, known: Mapping[str, Table], change: RowChange) -> Values:
    """Carry out a change within a transaction; gives its outputs.

    Raises:
        DataError: it cannot be carried out; nothing changed, and the transaction can go on.
    """
    table = known.get(change.table)
    if table is None:
        raise NoSuchTable(change.table)
    match change:
        case CreateRow():
            return await _create(link, table, change)
        case UpdateRow():
            return await _update(link, table, change)
        case UpsertRow():
            return await _upsert(link, table, change)
        case DeleteRow():
            found = await link.fetchrow(sql.delete(table), read_row_id(change.row_id))
            return {"deleted": found is not None}
        case ClearTable():
            await link.execute(sql.lock(table))
            counted = sql.count(table, None)
            cleared = await link.fetchval(counted.text, *counted.values)
            await link.execute(sql.clear(table))
            return {"cleared": cast("int", cleared)}


async def _create(link: Link, table: Table, change: CreateRow) -> Values:
    cells = new_row_cells(table, change.values)
    made = sql.insert(table, change.row_id, cells)
    if await link.fetchrow(made.text, *made.values) is None:
        there = await link.fetchrow(sql.get(table), change.row_id)
        if there is None or not change.again:
            raise await _not_unique(link, table, cells)
    return {"row_id": str(change.row_id)}


async def _update(link: Link, table: Table, change: UpdateRow) -> Values:
    row_id, cells = read_row_id(change.row_id), cells_of(table, change.values)
    made = sql.update(table, row_id, cells, read_where(table, change.only_if, "only_if"))
    try:
        async with link.transaction():
            updated = await link.fetchrow(made.text, *made.values)
    except Exception as error:
        if code_of(error) == _NOT_UNIQUE:
            raise await _not_unique(link, table, cells) from error
        raise
    if updated is None and await link.fetchrow(sql.get(table), row_id) is None:
        raise NoSuchRow(change.row_id)
    return {"updated": updated is not None}


async def _upsert(link: Link, table: Table, change: UpsertRow) -> Values:
    read = read_upsert(table, change.match, change.values)
    made = sql.upsert(table, change.row_id, read.column, read.new, read.set)
    try:
        async with link.transaction():
            put = await link.fetchrow(made.text, *made.values)
    except Exception as error:
        if code_of(error) == _NOT_UNIQUE:
            raise await _not_unique(link, table, read.new, but=read.column) from error
        raise
    assert put is not None
    return {"row_id": str(put["id"]), "created": bool(put["created"])}


async def _not_unique(link: Link, table: Table, cells: Mapping[int, Cell], but: Column | None = None) -> NotUnique:
    """Which unique value is there already."""
    for column in table.unique_columns:
        value = cells.get(column.number)
        if value not in (None, "") and column != but:
            made = sql.find_same(table, column, value)
            found = await link.fetchrow(made.text, *made.values)
            if found is not None:
                return NotUnique(column.name, str(found["id"]))
    return NotUnique(", ".join(column.name for column in table.unique_columns))


async def _put_new(link: Link, table: Table, chunk: Chunk) -> Put:
    made = sql.insert_many(table, chunk.columns, _flat(chunk))
    there = {row["id"] for row in await link.fetch(made.text, *made.values)}
    if len(there) < len(chunk.rows):  # some may be there from the same import, carried out before
        ids = [row_id for row_id, _ in chunk.rows if row_id not in there]
        there |= {row["id"] for row in await link.fetch(sql.present(table), ids)}
    refused: dict[int, str] = {}
    for number, (row_id, cells) in enumerate(chunk.rows):
        if row_id not in there:
            given = {column.number: cell for column, cell in zip(chunk.columns, cells, strict=True)}
            refused[number] = str(await _not_unique(link, table, given))
    return Put(len(there), 0, refused)


async def _put_matching(link: Link, table: Table, chunk: Chunk, match: Column) -> Put:
    """Of rows with one value in ``match`` the last one counts: a statement cannot touch a row twice."""
    at = list(chunk.columns).index(match)
    last = {cells[at]: (row_id, cells) for row_id, cells in chunk.rows}
    made = sql.upsert_many(
        table, chunk.columns, [(row_id, *cells) for row_id, cells in last.values()], match, chunk.given
    )
    put = await link.fetch(made.text, *made.values)
    created = sum(1 for row in put if row["created"])
    return Put(created, len(chunk.rows) - created)


async def _put_one_by_one(link: Link, table: Table, chunk: Chunk, match: Column) -> Put:
    """Where another unique column refuses a row: each by itself, to find which."""
    created = updated = 0
    refused: dict[int, str] = {}
    for number, (row_id, cells) in enumerate(chunk.rows):
        one = Chunk(chunk.columns, [(row_id, cells)], match, chunk.given)
        try:
            async with link.transaction():
                put = await _put_matching(link, table, one, match)
        except Exception as error:
            if code_of(error) != _NOT_UNIQUE:
                raise
            given = {column.number: cell for column, cell in zip(chunk.columns, cells, strict=True)}
            refused[number] = str(await _not_unique(link, table, given, but=match))
            continue
        created, updated = created + put.created, updated + put.updated
    return Put(created, updated, refused)


def _flat(chunk: Chunk) -> list[tuple[object, ...]]:
    return [(row_id, *cells) for row_id, cells in chunk.rows]


def _row(table: Table, found: Found) -> Row:
    values: dict[str, JSON] = {column.name: to_json(column, found[column_name(column)]) for column in table.columns}
    return Row(found["id"], values, found["created"], found["updated"])


def _mark(found: Found) -> str:
    """The place of a row, for the caller: its key in the order, and its id."""
    key = found["sort_key"]
    written = str(key) if isinstance(key, Decimal) else key.isoformat() if isinstance(key, datetime) else key
    return base64.urlsafe_b64encode(orjson.dumps([written, str(found["id"])])).rstrip(b"=").decode()


def _place(order: Order, after: str) -> sql.Place:
    try:
        key, row_id = orjson.loads(base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)))
        return sql.Place(_key(order, key), UUID(row_id))
    except (binascii.Error, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise BadCursor from error


def _key(order: Order, key: object) -> Cell:
    if key is None or order.subject is None:
        return None
    kind = Kind.DATETIME if isinstance(order.subject, System) else order.subject.type.kind
    match kind:
        case Kind.NUMBER:
            return Decimal(str(key))
        case Kind.DATETIME:
            return datetime.fromisoformat(str(key))
        case Kind.BOOLEAN if isinstance(key, bool):
            return key
        case Kind.TEXT if isinstance(key, str):
            return key
        case _:
            raise ValueError(key)

"""Tables that people make (``data.ports.TableStore``): their list, and the database tables that hold their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from keyturn.data.cells import to_cell
from keyturn.data.errors import NotUnique
from keyturn.data.model import Column, Table
from keyturn.data.ports import NewTable, TableChange
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.types import Type

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Link, Row, code_of
from .payloads import clean, pack, unpack
from .sql import tables as sql

_NOT_UNIQUE = "23505"


class PostgresTables:
    """TableStore on Postgres. Each change of a table is one transaction, its database table included."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, page: PageRequest) -> Page[Table]:
        """Tables by id.

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        found = await self._database.read(sql.LIST_TABLES, size + 1, after)
        return page_of([table_of(row) for row in found], size, lambda table: mark(table.id))

    async def get(self, table_id: str) -> Table | None:
        """A table, or None."""
        row = await self._database.read_one(sql.GET_TABLE, clean(table_id))
        return None if row is None else table_of(row)

    async def create(self, new: NewTable) -> Table | None:
        """Make a table; None if its id is taken."""
        following = max((column.number for column in new.columns), default=0) + 1
        values = (new.id, clean(new.name), clean(new.about), _packed(new.columns), following)
        async with self._database.transaction() as link:
            row = await link.fetchrow(sql.PUT_TABLE, *values)
            if row is None:
                return None
            table = table_of(row)
            for statement in sql.make_rows(table.number, table.columns):
                await link.execute(statement)
            return table

    async def change(self, table_id: str, revision: int, change: TableChange) -> Table | None:
        """Change a table that still has this revision; else None.

        Raises:
            NotUnique: a column that is to be unique holds a value twice.
        """
        async with self._database.transaction() as link:
            row = await link.fetchrow(sql.TAKE_TABLE, clean(table_id))
            known = table_of(row) if row is not None else None
            if known is None or known.revision != revision:
                return None
            await self._reshape(link, known, change)
            following = max([known.next_column, *(column.number + 1 for column in change.columns)])
            values = (known.id, clean(change.name), clean(change.about), _packed(change.columns), following)
            changed = await link.fetchrow(sql.CHANGE_TABLE, *values)
            return None if changed is None else table_of(changed)

    async def _reshape(self, link: Link, known: Table, change: TableChange) -> None:
        kept = {column.number for column in change.columns}
        there = {column.number for column in known.columns}
        for column in known.columns:
            if column.number not in kept:
                await link.execute(sql.drop_column(known.number, column))
        for column in change.columns:
            if column.number not in there:
                await link.execute(sql.add_column(known.number, column))
                if column.default is not None:
                    await link.execute(sql.fill_column(known.number, column), to_cell(column, column.default))
            for statement in (*sql.drop_indexes(known.number, column), *sql.make_indexes(known.number, column)):
                try:
                    await link.execute(statement)
                except Exception as error:
                    if code_of(error) == _NOT_UNIQUE:
                        raise NotUnique(column.name) from error
                    raise

    async def delete(self, table_id: str) -> bool:
        """Remove a table with its rows; whether it was there."""
        async with self._database.transaction() as link:
            row = await link.fetchrow(sql.TAKE_TABLE, clean(table_id))
            if row is None:
                return False
            await link.execute(sql.drop_rows(row["number"]))
            await link.execute(sql.DELETE_TABLE, row["id"])
            return True


def table_of(row: Row) -> Table:
    """The table in a row."""
    return Table(
        id=row["id"],
        name=row["name"],
        about=row["about"],
        number=row["number"],
        columns=tuple(_column(one) for one in cast("list[Values]", unpack(row["columns"]))),
        next_column=row["next_column"],
        revision=row["revision"],
        created=row["created"],
        updated=row["updated"],
    )


def _column(raw: Values) -> Column:
    return Column(
        name=str(raw["name"]),
        type=Type.parse(str(raw["type"])),
        number=cast("int", raw["number"]),
        unique=bool(raw["unique"]),
        indexed=bool(raw["indexed"]),
        default=raw["default"],
    )


def _packed(columns: Sequence[Column]) -> bytes:
    rows: list[JSON] = [
        {
            "name": column.name,
            "type": str(column.type),
            "number": column.number,
            "unique": column.unique,
            "indexed": column.indexed,
            "default": column.default,
        }
        for column in columns
    ]
    return pack(rows)

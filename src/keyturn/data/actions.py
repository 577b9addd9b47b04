"""Carries out the table cards: reads at once, changes by the commit that records them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from keyturn.flows.actions import ActionCall, Done, Failed, Ready
from keyturn.flows.conversion import format_datetime, to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import BadCursor

from .changes import ClearTable, CreateRow, DeleteRow, RowChange, UpdateRow, UpsertRow, read_row_id
from .errors import BadSearch, DataError, NoSuchRow, NoSuchTable
from .model import Row, Table
from .ports import RowStore, TableStore
from .search import read_order, read_where

PREFIX = "table."
MOST_ROWS = 10_000
STREAMED_AT_ONCE = 200


class TableActions:
    """Implements ``flows.actions.Actions`` for the table cards.

    Args:
        new_id: makes ids of rows that sort by time.
    """

    def __init__(self, tables: TableStore, rows: RowStore, new_id: Callable[[], UUID]) -> None:
        self._tables = tables
        self._rows = rows
        self._new_id = new_id
        self._reads: dict[str, Callable[[ActionCall, Table], Awaitable[Values]]] = {
            "search_rows": self._search,
            "read_row": self._read,
            "count_rows": self._count,
            "read_table": self._schema,
        }

    async def perform(self, call: ActionCall) -> Done | Failed | Ready:
        """One attempt. Raises StoreUnavailable where the database is away."""
        name = call.card.removeprefix(PREFIX)
        try:
            read = self._reads.get(name)
            if read is None:
                return Ready(self._change(name, call))
            table = await self._tables.get(_text(call, "table"))
            if table is None:
                raise NoSuchTable(_text(call, "table"))
            return Done(await read(call, table))
        except DataError as error:
            return Failed(error.detail, not_sent=True)
        except CardError as error:
            return Failed(error.detail, not_sent=True)
        except BadCursor as error:
            return Failed(ErrorDetail(str(error), code="bad-cursor"), not_sent=True)

    def _change(self, name: str, call: ActionCall) -> RowChange:
        table, fields = _text(call, "table"), _object(call, "fields")
        match name:
            case "create_row":
                return CreateRow(table, self._new_id(), fields)
            case "update_row":
                if call.options.get("update_empty") is not True:
                    fields = {column: value for column, value in fields.items() if value not in (None, "", [], {})}
                return UpdateRow(table, _text(call, "row_id"), fields, call.inputs.get("only_if"))
            case "upsert_row":
                return UpsertRow(table, self._new_id(), _text(call, "match"), fields)
            case "delete_row":
                return DeleteRow(table, _text(call, "row_id"))
            case "clear_table":
                return ClearTable(table)
            case _:
                detail = ErrorDetail(f"There is no card {call.card!r}.", code="unknown-card", mend="Publish anew.")
                raise CardError(detail)

    async def _search(self, call: ActionCall, table: Table) -> Values:
        inputs = call.inputs
        where = read_where(table, inputs.get("where"))
        order = read_order(table, inputs.get("sort"), inputs.get("direction"))
        if call.page is not None:
            page = await self._rows.page(table, where, order, STREAMED_AT_ONCE, call.page.token)
            return {"records": [row.flat() for row in page.rows], "next": page.next}
        offset = whole(inputs, "offset")
        if call.options.get("results") == "one":
            found = await self._rows.search(table, where, order, 1, offset)
            return _first(found[0] if found else None)
        limit = min(whole(inputs, "limit") or MOST_ROWS, MOST_ROWS)
        found = await self._rows.search(table, where, order, limit + 1, offset)
        return {"rows": [row.flat() for row in found[:limit]], "more": len(found) > limit}

    async def _read(self, call: ActionCall, table: Table) -> Values:
        text = _text(call, "row_id")
        row = await self._rows.get(table, read_row_id(text))
        if row is None:
            raise NoSuchRow(text)
        return _shown(row)

    async def _count(self, call: ActionCall, table: Table) -> Values:
        return {"count": await self._rows.count(table, read_where(table, call.inputs.get("where")))}

    async def _schema(self, call: ActionCall, table: Table) -> Values:
        columns: list[JSON] = [
            {"name": column.name, "type": str(column.type), "default": column.default, "unique": column.unique}
            for column in table.columns
        ]
        return {"columns": columns}


def _first(row: Row | None) -> Values:
    if row is None:
        return {"found": False, "row_id": None, "fields": None, "created": None, "updated": None}
    return {"found": True, "row_id": str(row.id), **_shown(row)}


def _shown(row: Row) -> Values:
    return {
        "fields": dict(row.values),
        "created": format_datetime(row.created),
        "updated": format_datetime(row.updated),
    }


def given_table(call: ActionCall) -> str:
    """The id of the table that a card is given. Raises CardError."""
    return _text(call, "table")


def _text(call: ActionCall, name: str) -> str:
    text = to_text(call.inputs.get(name)).strip()
    if not text:
        raise CardError.bad_input(name, f"The input {name!r} is empty.", "Check what the card is given.")
    return text


def _object(call: ActionCall, name: str) -> Values:
    value = call.inputs.get(name)
    return value if isinstance(value, dict) else {}


def whole(inputs: Values, name: str) -> int:
    """A number of rows; 0 where nothing is given. Raises BadSearch."""
    value = inputs.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise BadSearch(f"{value!r} is no number of rows.", "Give 0 or more.", name)
    return min(int(value), 2**62)

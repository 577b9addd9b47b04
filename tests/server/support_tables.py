"""Tables in memory, for tests of the server: rows are kept as they are given. Conditions of searches are read and not
judged; those of a change are, as far as they ask whether a column equals a value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from support_stores import Switch, page_of

from keyturn.data.cells import cells_of, new_row_cells, to_json
from keyturn.data.changes import ClearTable, CreateRow, DeleteRow, RowChange, UpdateRow, read_row_id
from keyturn.data.errors import NoSuchRow, NoSuchTable
from keyturn.data.model import Column, Row, Table
from keyturn.data.ports import Chunk, NewTable, Put, TableChange
from keyturn.data.search import Comparison, Condition, Operator, Order, read_where
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class MemoryTables:
    """TableStore and, as ``rows``, RowStore."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self.known: dict[str, Table] = {}
        self.rows = MemoryRows(self)

    async def list(self, page: PageRequest) -> Page[Table]:
        self._switch.check()
        return page_of([self.known[name] for name in sorted(self.known)], page)

    async def get(self, table_id: str) -> Table | None:
        self._switch.check()
        return self.known.get(table_id)

    async def create(self, new: NewTable) -> Table | None:
        if new.id in self.known:
            return None
        number = len(self.known) + 1
        made = Table(new.id, new.name, new.about, number, new.columns, len(new.columns) + 1, 1, MADE, MADE)
        return self._put(made)

    async def change(self, table_id: str, revision: int, change: TableChange) -> Table | None:
        known = self.known.get(table_id)
        if known is None or known.revision != revision:
            return None
        following = max(known.next_column, *(column.number + 1 for column in change.columns))
        changed = Table(
            known.id, change.name, change.about, known.number, change.columns, following, revision + 1, MADE, MADE
        )
        return self._put(changed)

    async def delete(self, table_id: str) -> bool:
        return self.known.pop(table_id, None) is not None

    def _put(self, table: Table) -> Table:
        self.known[table.id] = table
        self.rows.of.setdefault(table.id, {})
        return table


class MemoryRows:
    """Rows by table and id."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables
        self.of: dict[str, dict[UUID, Row]] = {}

    async def get(self, table: Table, row_id: UUID) -> Row | None:
        return self.of[table.id].get(row_id)

    async def search(
        self, table: Table, where: Condition | None, order: Order, limit: int, offset: int = 0
    ) -> Sequence[Row]:
        return list(self.of[table.id].values())[offset : offset + limit]

    async def page(
        self, table: Table, where: Condition | None, order: Order, limit: int, after: str | None
    ) -> Page[Row]:
        return page_of(list(self.of[table.id].values()), PageRequest(limit, after))

    async def count(self, table: Table, where: Condition | None) -> int:
        return len(self.of[table.id])

    async def apply(self, change: RowChange) -> Values:
        table = self._tables.known.get(change.table)
        if table is None:
            raise NoSuchTable(change.table)
        rows = self.of[table.id]
        match change:
            case CreateRow():
                rows[change.row_id] = self._row(table, change.row_id, new_row_cells(table, change.values))
                return {"row_id": str(change.row_id)}
            case UpdateRow():
                row_id = read_row_id(change.row_id)
                if row_id not in rows:
                    raise NoSuchRow(change.row_id)
                if not _meets(rows[row_id], read_where(table, change.only_if, "only_if")):
                    return {"updated": False}
                changed = self._row(table, row_id, cells_of(table, change.values))
                named = {name: changed.values[name] for name in change.values}
                rows[row_id] = Row(row_id, {**rows[row_id].values, **named}, MADE, MADE)
                return {"updated": True}
            case DeleteRow():
                return {"deleted": rows.pop(read_row_id(change.row_id), None) is not None}
            case ClearTable():
                number = len(rows)
                rows.clear()
                return {"cleared": number}
            case _:
                raise AssertionError(change)

    async def look_over(self, table: Table) -> None:
        """In memory there are no indexes."""

    async def put(self, table: Table, chunk: Chunk) -> Put:
        for row_id, cells in chunk.rows:
            given = {column.number: cell for column, cell in zip(chunk.columns, cells, strict=True)}
            self.of[table.id][row_id] = self._row(table, row_id, given)
        return Put(len(chunk.rows), 0)

    def _row(self, table: Table, row_id: UUID, cells: dict[int, object]) -> Row:  # type: ignore[type-arg]
        values = {column.name: to_json(column, cells.get(column.number)) for column in table.columns}  # type: ignore[arg-type]
        return Row(row_id, values, MADE, MADE)


def _meets(row: Row, wanted: Condition | None) -> bool:
    if wanted is None:
        return True
    assert isinstance(wanted, Comparison), wanted
    assert isinstance(wanted.subject, Column), wanted
    assert wanted.operator is Operator.EQUAL, wanted
    return row.values[wanted.subject.name] == to_json(wanted.subject, wanted.value)

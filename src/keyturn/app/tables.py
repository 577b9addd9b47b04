"""Tables as people make, change and look at them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from uuid import UUID

from keyturn.data.changes import ClearTable, CreateRow, DeleteRow, UpdateRow, read_row_id
from keyturn.data.csv_text import check_delimiter
from keyturn.data.definition import TableForm, read_change, read_new
from keyturn.data.errors import NoSuchRow, NoSuchTable, TableChanged
from keyturn.data.model import RESERVED, Row, Table
from keyturn.data.ports import RowStore, TableStore
from keyturn.data.search import read_order, read_where
from keyturn.data.transfer import CsvExport, CsvImport
from keyturn.flows.interface import TableInterface
from keyturn.flows.json import JSON
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest
from keyturn.library.columns import Loss

_TRIES = 3


def interface_of(table: Table) -> TableInterface:
    """A table as the checker sees it."""
    names = frozenset(column.name for column in table.columns)
    return TableInterface(table.id, names | frozenset(RESERVED), frozenset(one.name for one in table.unique_columns))


class TableDesk:
    """Lists, makes, changes and removes tables and their rows. All raise NoSuchTable for one that is not there.

    Args:
        new_id: makes ids of rows that sort by time.
    """

    def __init__(self, tables: TableStore, rows: RowStore, new_id: Callable[[], UUID]) -> None:
        self._tables = tables
        self._rows = rows
        self._new_id = new_id

    async def list(self, page: PageRequest) -> Page[Table]:
        """Tables by id."""
        return await self._tables.list(page)

    async def get(self, table_id: str) -> Table:
        """A table."""
        table = await self._tables.get(table_id)
        if table is None:
            raise NoSuchTable(table_id)
        return table

    async def interface(self, table_id: str) -> TableInterface | None:
        """What cards must know of a table, or None if there is no such table."""
        table = await self._tables.get(table_id)
        return None if table is None else interface_of(table)

    async def put(self, table_id: str, form: TableForm) -> Table:
        """Make a table, or change it to be so; doing it again changes nothing.

        Raises:
            ProblemError: everything that is wrong with it.
            NotUnique: a column that is to be unique holds a value twice.
            TableChanged: others change it at the same time.
        """
        for _ in range(_TRIES):
            known = await self._tables.get(table_id)
            if known is None:
                made = await self._tables.create(read_new(table_id, form))
            else:
                change = read_change(known, form)
                if (change.name, change.about, change.columns) == (known.name, known.about, known.columns):
                    return known
                made = await self._tables.change(table_id, known.revision, change)
            if made is not None:
                return made
        raise TableChanged(table_id)

    async def losses(self, table_id: str, form: TableForm) -> Sequence[Loss]:
        """What cards may use of a table and would not find any more; nothing of a table that is not there.

        A name that another column is to have is lost, too: who uses it would get other values.

        Raises:
            ProblemError: everything that is wrong with the form.
        """
        known = await self._tables.get(table_id)
        if known is None:
            return ()
        change, interface = read_change(known, form), interface_of(known)
        kept = {column.name: column for column in change.columns}
        found: list[Loss] = []
        for column in known.columns:
            now = kept.get(column.name)
            gone = now is None or now.number != column.number
            if gone or (column.unique and now is not None and not now.unique):
                found.append(Loss(interface, column.name, gone))
        return found

    async def delete(self, table_id: str) -> None:
        """Remove a table with all its rows."""
        if not await self._tables.delete(table_id):
            raise NoSuchTable(table_id)

    async def search(self, table_id: str, where: JSON, sort: str | None, falling: bool, page: PageRequest) -> Page[Row]:
        """Rows that meet a condition, sorted, page by page.

        Raises:
            BadSearch, BadValue: the condition cannot be used.
            BadCursor: ``after`` is not of this listing.
        """
        table = await self.get(table_id)
        order = read_order(table, sort, "desc" if falling else "asc")
        limit = max(1, min(page.limit, MAX_PAGE))
        return await self._rows.page(table, read_where(table, where), order, limit, page.after)

    async def search_from(
        self, table_id: str, where: JSON, sort: str | None, falling: bool, limit: int, skip: int
    ) -> Sequence[Row]:
        """As ``search``, from a number of rows on. What goes through all rows reads pages instead: they cost the same.

        Raises:
            BadSearch, BadValue: the condition cannot be used.
        """
        table = await self.get(table_id)
        order = read_order(table, sort, "desc" if falling else "asc")
        return await self._rows.search(table, read_where(table, where), order, max(1, min(limit, MAX_PAGE)), skip)

    async def count(self, table_id: str, where: JSON) -> int:
        """How many rows meet a condition. Raises BadSearch, BadValue."""
        table = await self.get(table_id)
        return await self._rows.count(table, read_where(table, where))

    async def row(self, table_id: str, row_id: str) -> Row:
        """A row. Raises NoSuchRow."""
        table = await self.get(table_id)
        row = await self._rows.get(table, read_row_id(row_id))
        if row is None:
            raise NoSuchRow(row_id)
        return row

    async def put_row(self, table_id: str, row_id: str, values: Mapping[str, JSON]) -> Row:
        """Change the columns that are given of the row with this id, or make it; doing it again changes nothing more.

        Raises:
            BadValue, NotUnique: the values cannot be stored.
        """
        known = read_row_id(row_id)
        try:
            await self._rows.apply(UpdateRow(table_id, row_id, values))
        except NoSuchRow:
            await self._rows.apply(CreateRow(table_id, known, values, again=True))
        return await self.row(table_id, row_id)

    async def change_row(self, table_id: str, row_id: str, values: Mapping[str, JSON], only_if: JSON) -> bool:
        """Change columns of a row that meets a condition; whether it did.

        Raises:
            NoSuchRow, BadSearch, BadValue, NotUnique: it cannot be changed so.
        """
        outputs = await self._rows.apply(UpdateRow(table_id, row_id, values, only_if))
        return outputs["updated"] is True

    async def delete_row(self, table_id: str, row_id: str) -> bool:
        """Remove a row; whether it was there."""
        outputs = await self._rows.apply(DeleteRow(table_id, row_id))
        return outputs["deleted"] is True

    async def clear(self, table_id: str) -> int:
        """Remove all rows; gives their number."""
        cleared = (await self._rows.apply(ClearTable(table_id)))["cleared"]
        return cleared if isinstance(cleared, int) else 0

    async def importing(
        self, table_id: str, pieces: AsyncIterator[bytes], match: str | None, delimiter: str
    ) -> CsvImport:
        """An import that knows its columns; its ``run`` puts the rows in.

        Raises:
            BadCsv, BadValue: the file does not fit the table.
        """
        made = CsvImport(self._rows, await self.get(table_id), self._new_id, match, delimiter)
        await made.begin(pieces)
        return made

    async def exporting(
        self,
        table_id: str,
        columns: Sequence[str] = (),
        where: JSON = None,
        sort: str | None = None,
        falling: bool = False,
        delimiter: str = ",",
    ) -> CsvExport:
        """An export whose ``pieces`` are the file.

        Raises:
            BadSearch, BadValue, BadCsv: it cannot be written so.
        """
        table = await self.get(table_id)
        order = read_order(table, sort, "desc" if falling else "asc")
        made = CsvExport(self._rows, table, columns, read_where(table, where), order, check_delimiter(delimiter))
        made.names()
        return made

"""Rows in and out as CSV: streamed, in pieces that are transactions of their own, with all problems row by row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from keyturn.flows.json import JSON

from .cells import Cell, cell_maker, to_cell, unknown_column
from .csv_text import BadCsv, CsvReader, Record, write_record
from .errors import BadValue
from .model import RESERVED, Column, Row, Table
from .ports import Chunk, RowStore
from .search import Condition, Order

PIECE = 1000  # rows
_MANY = 5000  # rows of an import after which the database looks over the table
MOST_TOLD = 1000  # problems of one import that are told; all are counted


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of a file was not taken.

    Attributes:
        line: of the file, from 1.
        column: the column concerned, or None.
    """

    line: int
    what: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come.

    Attributes:
        read: rows of the file so far; each was created, updated or refused.
        problems: of the rows since the last one, as far as they are told.
        stopped: why the file was not read to its end, or None.
        done: it has come to its end.
    """

    read: int
    created: int
    updated: int
    refused: int
    problems: Sequence[RowProblem] = ()
    stopped: BadCsv | None = None
    done: bool = False


@dataclass(slots=True)
class _Sum:
    read: int = 0
    created: int = 0
    updated: int = 0
    refused: int = 0
    told: int = 0
    problems: list[RowProblem] = field(default_factory=list[RowProblem])

    def refuse(self, problem: RowProblem) -> None:
        self.refused += 1
        if self.told < MOST_TOLD:
            self.told += 1
            self.problems.append(problem)

    def progress(self, *, stopped: BadCsv | None = None, done: bool = False) -> Progress:
        problems, self.problems = self.problems, []
        return Progress(self.read, self.created, self.updated, self.refused, problems, stopped, done)


class CsvImport:
    """Puts the rows of a file into a table.

    The first record names columns; of names that every row has (Row ID, Created, Updated) nothing is taken. An empty
    value is an empty cell; columns that the file has not have their defaults in new rows.

    Args:
        match: name of a unique column by which rows of the file are taken for rows that are there; None: all are new.
    """

    def __init__(
        self,
        rows: RowStore,
        table: Table,
        new_id: Callable[[], UUID],
        match: str | None = None,
        delimiter: str = ",",
    ) -> None:
        self._rows = rows
        self._table = table
        self._new_id = new_id
        self._last_id = 0
        self._match_name = match
        self._match: Column | None = None
        self._reader = CsvReader(delimiter)
        self._columns: list[Column | None] = []
        self._makers: list[tuple[Column | None, Callable[[JSON], Cell]]] = []
        self._chosen: list[Column] = []
        self._defaults: list[tuple[Column, Cell]] = []
        self._sum = _Sum()
        self._waiting: list[tuple[int, UUID, tuple[Cell, ...]]] = []
        self._begun: list[Record] = []
        self._broken: BadCsv | None = None

    async def begin(self, pieces: AsyncIterator[bytes]) -> None:
        """Read so many pieces that the names of the columns are known.

        Raises:
            BadCsv: there are none, or they cannot be read.
            BadValue: a name is no column of the table, or ``match`` is none that can be used.
        """
        async for piece in pieces:
            self._first(self._reader.feed(piece))
            if self._begun or self._broken:
                break
        else:
            self._first(self._reader.end())
        if not self._begun:
            raise self._broken or BadCsv("The file is empty.", "Its first line names the columns.")
        self._read_names(self._begun.pop(0))

    def _first(self, records: Iterator[Record]) -> None:
        """The first records; what is wrong after them is told when they are in."""
        try:
            for record in records:
                self._begun.append(record)
        except BadCsv as error:
            self._broken = error

    async def run(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[Progress]:
        """Put all rows in; tells how far it is after each piece. After ``begin``, with the same pieces.

        Raises:
            NoSuchTable, TableChanged: the table is another one by now; what was told is there.
        """
        try:
            for record in self._begun:
                async for progress in self._take(record):
                    yield progress
            if self._broken:
                raise self._broken
            async for piece in pieces:
                for record in self._reader.feed(piece):
                    async for progress in self._take(record):
                        yield progress
            for record in self._reader.end():
                async for progress in self._take(record):
                    yield progress
        except BadCsv as error:
            await self._put()
            yield self._sum.progress(stopped=error)
            return
        await self._put()
        if self._sum.created + self._sum.updated >= _MANY:
            await self._rows.look_over(self._table)
        yield self._sum.progress(done=True)

    def _read_names(self, names: Record) -> None:
        by_name = {column.name.casefold(): column for column in self._table.columns}
        passed_over = {name.casefold() for name in RESERVED}
        for name in names.cells:
            folded = name.strip().casefold()
            column = by_name.get(folded)
            if column is None and folded not in passed_over:
                raise unknown_column(self._table, name, "columns")
            if column is not None and column in self._columns:
                raise BadCsv(f"The column {column.name!r} comes twice.", "Take one away.", "columns")
            self._columns.append(column)
        self._makers = [(column, cell_maker(column) if column else _no_cell) for column in self._columns]
        self._chosen = [column for column in self._columns if column is not None]
        if not self._chosen:
            raise BadCsv("The first line names no column of the table.", "Its first line names the columns.")
        self._read_match()
        others = [column for column in self._table.columns if column not in self._chosen]
        self._defaults = [(one, to_cell(one, one.default)) for one in others if one.default is not None]

    def _read_match(self) -> None:
        if self._match_name is None:
            return
        self._match = self._table.column(self._match_name)
        if self._match is None:
            raise unknown_column(self._table, self._match_name, "match")
        if not self._match.unique or self._match not in self._chosen:
            what = f"Rows cannot be matched by {self._match_name!r}: it is not unique, or the file does not have it."
            raise BadValue(what, "Match by a unique column that the file names.", "match")

    async def _take(self, record: Record) -> AsyncIterator[Progress]:
        self._sum.read += 1
        try:
            self._waiting.append((record.line, self._next_id(), self._cells(record)))
        except BadValue as error:
            self._sum.refuse(RowProblem(record.line, f"{error} {error.mend}", error.field))
        if self._sum.read % PIECE == 0:
            await self._put()
            yield self._sum.progress()

    def _next_id(self) -> UUID:
        """A new id that is above the one before, so that rows stay in the order of the file (RFC 9562 section 6.2)."""
        self._last_id = max(self._new_id().int, self._last_id + 1)
        return UUID(int=self._last_id)

    def _cells(self, record: Record) -> tuple[Cell, ...]:
        if len(record.cells) != len(self._columns):
            what = f"The row has {len(record.cells)} values, and the first line names {len(self._columns)} columns."
            raise BadValue(what, "Check delimiter and quotes.")
        given = [
            make(text or None if column.searchable else _parsed(text))
            for (column, make), text in zip(self._makers, record.cells, strict=True)
            if column is not None
        ]
        if self._match is not None and given[self._chosen.index(self._match)] is None:
            raise BadValue(
                f"No value is given for {self._match.name!r}.", "It tells which row is meant.", self._match.name
            )
        return (*given, *(cell for _, cell in self._defaults))

    async def _put(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        columns = [*self._chosen, *(column for column, _ in self._defaults)]
        rows = [(row_id, cells) for _, row_id, cells in waiting]
        put = await self._rows.put(self._table, Chunk(columns, rows, self._match, self._chosen))
        self._sum.created += put.created
        self._sum.updated += put.updated
        for place, what in sorted(put.refused.items()):
            self._sum.refuse(RowProblem(waiting[place][0], what))


@dataclass(frozen=True, slots=True)
class CsvExport:
    """Rows of a table as CSV.

    Attributes:
        columns: names, in their order; Row ID, Created and Updated may be among them. Empty for all columns.
        limit: rows at most; None for all.
        offset: how many rows are passed over.
    """

    rows: RowStore
    table: Table
    columns: Sequence[str] = ()
    where: Condition | None = None
    order: Order = field(default_factory=Order)
    delimiter: str = ","
    limit: int | None = None
    offset: int = 0

    def names(self) -> list[str]:
        """The columns that are written. Raises BadValue for one that is not there."""
        for name in self.columns:
            if name not in RESERVED and self.table.column(name) is None:
                raise unknown_column(self.table, name, "columns")
        return list(self.columns) or [column.name for column in self.table.columns]

    async def pieces(self) -> AsyncIterator[str]:
        """The file, piece by piece, the names of the columns first. Rows that change meanwhile may be in it or not."""
        names, left, skipped, after = self.names(), self.limit, self.offset, None
        yield write_record([*names], self.delimiter)
        while left is None or left > 0:
            size = PIECE if left is None else min(PIECE, left + skipped)
            page = await self.rows.page(self.table, self.where, self.order, size, after)
            rows, skipped = page.rows[skipped:], max(0, skipped - len(page.rows))
            if rows:
                yield "".join(write_record(_chosen(row, names), self.delimiter) for row in rows)
            left = None if left is None else left - len(rows)
            after = page.next
            if after is None:
                return


def _no_cell(value: JSON) -> Cell:
    return None


def _parsed(text: str) -> JSON:
    """An object or a list in a file, where they are written as JSON."""
    if not text:
        return None
    try:
        parsed: JSON = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return parsed if isinstance(parsed, dict | list) else text


def _chosen(row: Row, names: Sequence[str]) -> list[JSON]:
    flat = row.flat()
    return [flat[name] for name in names]

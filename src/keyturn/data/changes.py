"""Changes of rows, as cards and people ask for them, and of what flows keep. The store carries them out against what is
there then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from keyturn.flows.json import JSON

from .cells import Cell, cells_of, new_row_cells, unknown_column
from .errors import BadValue, NoSuchRow
from .model import Column, Table


@dataclass(frozen=True, slots=True)
class CreateRow:
    """A new row; outputs ``row_id``.

    Attributes:
        again: the row may be there already, from the same request sent before; then nothing happens.
    """

    table: str
    row_id: UUID
    values: Mapping[str, JSON]
    again: bool = False


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """New values for some columns of a row; outputs ``updated``.

    Attributes:
        only_if: a condition that the row must meet; if it does not, nothing changes.
    """

    table: str
    row_id: str
    values: Mapping[str, JSON]
    only_if: JSON = None


@dataclass(frozen=True, slots=True)
class UpsertRow:
    """New values for the row with this value in a unique column, or a new row; outputs ``row_id`` and ``created``.

    Attributes:
        row_id: of the row, if it is new.
        match: name of the unique column; its value is among ``values``.
    """

    table: str
    row_id: UUID
    match: str
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class DeleteRow:
    """Removes a row; outputs ``deleted``, false if there was none."""

    table: str
    row_id: str


@dataclass(frozen=True, slots=True)
class ClearTable:
    """Removes all rows; outputs ``cleared``, their number."""

    table: str


@dataclass(frozen=True, slots=True)
class KeepCursor:
    """What a flow keeps for its next run; outputs ``cursor``, what was kept before.

    Attributes:
        value: null only to be told what is kept.
    """

    flow_id: str
    value: JSON


RowChange: TypeAlias = CreateRow | UpdateRow | UpsertRow | DeleteRow | ClearTable
DataChange: TypeAlias = RowChange | KeepCursor
ROW_CHANGES = (CreateRow, UpdateRow, UpsertRow, DeleteRow, ClearTable)
DATA_CHANGES = (*ROW_CHANGES, KeepCursor)


@dataclass(frozen=True, slots=True)
class Upsert:
    """An upsert, read against its table.

    Attributes:
        column: the unique column.
        new: all cells of the row if it is new.
        set: the cells that were given.
    """

    column: Column
    new: Mapping[int, Cell]
    set: Mapping[int, Cell]


def read_upsert(table: Table, match: str, values: Mapping[str, JSON]) -> Upsert:
    """Read an upsert.

    Raises:
        BadValue: the column is not there or not unique, its value is empty, or a value does not fit.
    """
    column = table.column(match)
    if column is None:
        raise unknown_column(table, match, "match")
    if not column.unique:
        names = ", ".join(repr(one.name) for one in table.unique_columns)
        mend = f"Unique are: {names}." if names else "Make a column of the table unique."
        raise BadValue(f"The column {match!r} is not unique, so it cannot tell which row is meant.", mend, "match")
    given = cells_of(table, values)
    if given.get(column.number) in (None, ""):
        raise BadValue(f"No value is given for {match!r}, by which the row is found.", "Give one.", "fields")
    return Upsert(column, new_row_cells(table, values), given)


def read_row_id(text: str) -> UUID:
    """The id of a row.

    Raises:
        NoSuchRow: it cannot be one.
    """
    try:
        return UUID(text.strip())
    except ValueError:
        raise NoSuchRow(text) from None

"""Values of cells: from what is given to what is stored, and back to JSON.

Stored are text as text, numbers as exact decimals, datetimes as instants, objects and lists as JSON. A null is a null
in any column, and so is an empty text in all but text columns. Conversions are those of ``flows.conversion``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

import orjson

from keyturn.flows.conversion import ConversionError, converter, dump_json, format_datetime
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import TEXT, Kind

from .errors import BadValue
from .model import LONGEST_UNIQUE, Column, Table

Cell: TypeAlias = str | Decimal | bool | datetime | None
"""A value as the database takes it; objects and lists are their JSON text."""

LONGEST_CELL = 1_000_000  # characters of a text, or of the JSON of an object or list


def to_cell(column: Column, value: JSON) -> Cell:
    """A value for a column.

    Raises:
        BadValue: it cannot be converted, is too long, or is no value that a database can hold.
    """
    return cell_maker(column)(value)


def cell_maker(column: Column) -> Callable[[JSON], Cell]:
    """As ``to_cell``, for many values of one column."""
    convert, store = converter(column.type), _storer(column)
    empty = None if column.type == TEXT else ""

    def make(value: JSON) -> Cell:
        if value is None or value == empty:
            return None
        try:
            converted = value if convert is None else convert(value)
            return None if converted is None else store(converted)
        except ConversionError as error:
            mend = f"Column {column.name!r} holds values of type {column.type}."
            raise BadValue(f"The value of {column.name!r} cannot be used: {error}.", mend, column.name) from error

    return make


def _storer(column: Column) -> Callable[[JSON], Cell]:
    if not column.searchable:
        return lambda value: _checked(column, dump_json(value))
    match column.type.kind:
        case Kind.NUMBER:
            return lambda value: Decimal(repr(value))
        case Kind.DATETIME:
            return lambda value: datetime.fromisoformat(str(value))
        case Kind.BOOLEAN:
            return bool
        case _:
            return lambda value: _checked(column, str(value))


def _checked(column: Column, text: str) -> str:
    longest = LONGEST_UNIQUE if column.unique else LONGEST_CELL
    if len(text) > longest:
        what = f"The value of {column.name!r} has {len(text):,} characters; {longest:,} is the most."
        raise BadValue(what, "Keep what is long elsewhere, and its address here.", column.name)
    bad = "\\u0000" if not column.searchable else "\x00"
    if bad in text:
        what = f"The value of {column.name!r} holds a NUL character."
        raise BadValue(what, "Take the character out.", column.name)
    try:
        text.encode()
    except UnicodeEncodeError:
        what = f"The value of {column.name!r} holds half of a character (a lone surrogate)."
        raise BadValue(what, "Check how the text was made.", column.name) from None
    return text


def to_json(column: Column, cell: Cell) -> JSON:
    """The value in a cell."""
    match cell:
        case Decimal():
            whole = -(2**63) <= cell < 2**64 and cell == cell.to_integral_value()
            return int(cell) if whole else float(cell)
        case datetime():
            return format_datetime(cell)
        case str() if not column.searchable:
            return orjson.loads(cell)
        case _:
            return cell


def cells_of(table: Table, values: Mapping[str, JSON], field: str = "fields") -> dict[int, Cell]:
    """Values by column name as cells by column number.

    Raises:
        BadValue: there is no such column, or a value does not fit.
    """
    cells: dict[int, Cell] = {}
    for name, value in values.items():
        column = table.column(name)
        if column is None:
            raise unknown_column(table, name, field)
        cells[column.number] = to_cell(column, value)
    return cells


def new_row_cells(table: Table, values: Mapping[str, JSON]) -> dict[int, Cell]:
    """As ``cells_of``, with the defaults of columns that are not given."""
    defaults: Values = {column.name: column.default for column in table.columns if column.default is not None}
    return cells_of(table, {**defaults, **values})


def unknown_column(table: Table, name: str, field: str) -> BadValue:
    """The error for a column that is not there."""
    names = ", ".join(repr(column.name) for column in table.columns[:20])
    more = ", ..." if len(table.columns) > 20 else ""
    return BadValue(f"The table {table.id!r} has no column {name[:80]!r}.", f"It has: {names}{more}.", field)

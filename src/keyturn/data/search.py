"""Searches: conditions on columns, an order, and where to begin.

A condition is ``{column, is, b}`` or a group ``{all: [...]}``, ``{any: [...]}``, ``{none: [...]}``, nested at will: a
structure and not text, so that there is nothing to parse and nothing to inject. Text compares by code points, upper
and lower case apart. Empty cells (null, and empty text) equal an empty value and come before all others in order; no
``greater`` or ``less`` holds for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from keyturn.flows.conditions import GROUPS, MOST_LEVELS
from keyturn.flows.json import JSON
from keyturn.flows.types import DATETIME, TEXT

from .cells import Cell, to_cell, unknown_column
from .errors import BadSearch
from .model import CREATED, ROW_ID, UPDATED, Column, Table


class Operator(StrEnum):
    """The comparisons that a search knows, by the words of conditions in flows, and some for texts."""

    EQUAL = "equal to"
    NOT_EQUAL = "not equal to"
    GREATER = "greater than"
    LESS = "less than"
    GREATER_OR_EQUAL = "greater than or equal to"
    LESS_OR_EQUAL = "less than or equal to"
    IN = "in"
    NOT_IN = "not in"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"
    STARTS = "starts with"
    ENDS = "ends with"
    CONTAINS = "contains"


OKTA_SYMBOLS = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "!=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
}
_BY_NAME = {str(operator): operator for operator in Operator} | {sign: op for op, sign in OKTA_SYMBOLS.items()}
_EMPTINESS = frozenset({Operator.EMPTY, Operator.NOT_EMPTY})
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_TEXTS = frozenset({Operator.STARTS, Operator.ENDS, Operator.CONTAINS})
_MOST_PARTS = 500


class System(StrEnum):
    """What every row has and rows can be compared and sorted by."""

    CREATED = CREATED
    UPDATED = UPDATED


Subject: TypeAlias = Column | System


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison.

    Attributes:
        value: what it is compared with, converted to the column's type; None for empty.
        values: of ``in`` and ``not in``, without empty ones.
        or_empty: of ``in`` and ``not in``: an empty value is in the list.
    """

    subject: Subject
    operator: Operator
    value: Cell = None
    values: tuple[Cell, ...] = ()
    or_empty: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Comparisons and groups of which all, any or none hold."""

    kind: str
    parts: tuple[Condition, ...]


Condition: TypeAlias = Comparison | Group


@dataclass(frozen=True, slots=True)
class Order:
    """By what rows are sorted; rows with equal values by their id, which is by when they were made.

    Attributes:
        subject: None for the order in which rows were made.
    """

    subject: Subject | None = None
    falling: bool = False


def read_where(table: Table, where: JSON, field: str = "where") -> Condition | None:
    """A condition on the rows of a table; None for no condition.

    Raises:
        BadSearch: it is none.
        BadValue: a column is not there, or a value does not fit it.
    """
    if where is None or where in ({}, ""):
        return None
    return _Reader(table, field).read(where, 0)


class _Reader:
    def __init__(self, table: Table, field: str) -> None:
        self._table = table
        self._field = field
        self._parts = 0

    def read(self, raw: JSON, level: int) -> Condition:
        self._parts += 1
        if not isinstance(raw, dict):
            raise self._wrong("a condition is an object")
        if level > MOST_LEVELS:
            raise self._wrong(f"it is nested over {MOST_LEVELS} levels deep")
        if self._parts > _MOST_PARTS:
            raise self._wrong(f"it has over {_MOST_PARTS} parts")
        groups = [name for name in GROUPS if name in raw]
        if not groups:
            return self._comparison(raw)
        parts = raw[groups[0]]
        if len(raw) > 1 or not isinstance(parts, list) or not parts:
            raise self._wrong(f"{groups[0]} stands alone and holds a list of conditions")
        return Group(groups[0], tuple(self.read(part, level + 1) for part in parts))

    def _comparison(self, raw: dict[str, JSON]) -> Comparison:
        name, said = raw.get("column"), raw.get("is")
        if not isinstance(name, str) or not isinstance(said, str) or raw.keys() - {"column", "is", "b"}:
            raise self._wrong("a comparison has column, is and b")
        operator = _BY_NAME.get(said)
        if operator is None:
            raise self._wrong(f"{said[:40]!r} is no comparison; there are: {', '.join(Operator)}")
        subject = subject_of(self._table, name, self._field)
        if isinstance(subject, Column) and not subject.searchable and operator not in _EMPTINESS:
            raise self._wrong(f"of {name!r}, a {subject.type}, only 'is empty' and 'is not empty' can be asked")
        if operator in _TEXTS and (not isinstance(subject, Column) or subject.type != TEXT):
            raise self._wrong(f"{said!r} is for text columns, and {name!r} is none")
        if operator in _LISTS:
            return self._listed(subject, operator, raw.get("b"))
        value = None if operator in _EMPTINESS else _cell(subject, raw.get("b"))
        if operator in _TEXTS and not value:
            raise self._wrong(f"{said!r} needs a text")
        return Comparison(subject, operator, value)

    @staticmethod
    def _listed(subject: Subject, operator: Operator, raw: JSON) -> Comparison:
        items = raw if isinstance(raw, list) else [raw]
        cells = [_cell(subject, item) for item in items]
        given = tuple(cell for cell in cells if cell is not None)
        return Comparison(subject, operator, values=given, or_empty=len(given) < len(cells))

    def _wrong(self, what: str) -> BadSearch:
        mend = "Write {column, is, b}, or a group: all, any or none with a list of them."
        return BadSearch(f"The condition cannot be used: {what}.", mend, self._field)


def _cell(subject: Subject, value: JSON) -> Cell:
    """The value as the column has it; an empty text is no value."""
    column = subject if isinstance(subject, Column) else Column(subject.value, DATETIME, 0)
    cell = to_cell(column, value)
    return None if cell == "" else cell


def subject_of(table: Table, name: str, field: str) -> Subject:
    """A column, or what every row has, by name.

    Raises:
        BadValue: there is no such column.
    """
    if name in (CREATED, UPDATED):
        return System(name)
    column = table.column(name)
    if column is None:
        raise unknown_column(table, name, field)
    return column


def read_order(table: Table, sort: JSON, direction: JSON) -> Order:
    """An order by a column's name and ``asc`` or ``desc``.

    Raises:
        BadSearch: rows cannot be sorted so.
        BadValue: there is no such column.
    """
    if direction not in (None, "", "asc", "desc"):
        raise BadSearch(f"{direction!r} is no direction.", "Use asc or desc.", "direction")
    falling = direction == "desc"
    if sort in (None, "", ROW_ID):
        return Order(None, falling)
    subject = subject_of(table, str(sort), "sort")
    if isinstance(subject, Column) and not subject.searchable:
        mend = "Sort by a column of texts, numbers, true/false or dates."
        raise BadSearch(f"Rows cannot be sorted by {sort!r}, a {subject.type}.", mend, "sort")
    return Order(subject, falling)

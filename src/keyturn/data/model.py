"""Tables: columns with types, rows with an id and two times.

A row's id is a UUID that sorts by the time at which it was made. ``created`` and ``updated`` are the database's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from keyturn.flows.conversion import format_datetime
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import Kind, Type

# The names of what every row has, as Okta Workflows shows it; no column may be called so.
ROW_ID, CREATED, UPDATED = "Row ID", "Created", "Updated"
RESERVED = (ROW_ID, CREATED, UPDATED)
MOST_COLUMNS = 200
MOST_INDEXED = 32
LONGEST_UNIQUE = 500  # characters; what is longer does not fit an index
SEARCHABLE = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME})
STORABLE = SEARCHABLE | {Kind.OBJECT}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        number: its place in the database; never given to another column of the table.
        unique: no two rows have the same value; null and empty text do not count.
        indexed: searches and sorting by it look into an index.
        default: what a new row has where nothing is given.
    """

    name: str
    type: Type
    number: int
    unique: bool = False
    indexed: bool = False
    default: JSON = None

    @property
    def searchable(self) -> bool:
        """Whether rows can be compared and sorted by it; else only empty or not empty is known."""
        return self.type.kind in SEARCHABLE and not self.type.is_list


@dataclass(frozen=True, slots=True)
class Table:
    """A table, without its rows.

    Attributes:
        number: its place in the database.
        columns: in the order in which they are shown.
        next_column: the number that the next new column gets.
        revision: raised by each change of the table itself.
    """

    id: str
    name: str
    about: str
    number: int
    columns: tuple[Column, ...]
    next_column: int
    revision: int
    created: datetime
    updated: datetime

    def column(self, name: str) -> Column | None:
        """A column by its name, as it is written."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def unique_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.unique)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; every column of the table has a value, null where there is nothing."""

    id: UUID
    values: Mapping[str, JSON]
    created: datetime
    updated: datetime

    def flat(self) -> Values:
        """The columns and what every row has in one object, as searches give rows."""
        return {
            **self.values,
            ROW_ID: str(self.id),
            CREATED: format_datetime(self.created),
            UPDATED: format_datetime(self.updated),
        }

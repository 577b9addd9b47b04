"""What tables need from outside, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

from .cells import Cell
from .changes import RowChange
from .model import Column, Row, Table
from .search import Condition, Order


@dataclass(frozen=True, slots=True)
class NewTable:
    """A table that is to be made; its columns are numbered from 1."""

    id: str
    name: str
    about: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table as it is to be.

    Attributes:
        columns: all of them; those that are new have the next numbers.
    """

    name: str
    about: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are put in together.

    Attributes:
        columns: the columns whose cells ``rows`` have.
        rows: id and cells of each.
        match: the unique column by which a row is taken for one that is there; None where all are new.
        given: the columns that a row that is there gets anew.
    """

    columns: Sequence[Column]
    rows: Sequence[tuple[UUID, tuple[Cell, ...]]]
    match: Column | None = None
    given: Sequence[Column] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What came of a chunk.

    Attributes:
        created, updated: how many rows.
        refused: the column whose unique value was there already, by the place of the row in the chunk.
    """

    created: int
    updated: int
    refused: dict[int, str] = field(default_factory=dict[int, str])


class TableStore(Protocol):
    """Where tables live. All raise StoreUnavailable where the database is away."""

    async def list(self, page: PageRequest) -> Page[Table]:
        """Tables by id. Raises BadCursor."""
        ...

    async def get(self, table_id: str) -> Table | None:
        """A table, or None."""
        ...

    async def create(self, new: NewTable) -> Table | None:
        """Make a table; None if its id is taken."""
        ...

    async def change(self, table_id: str, revision: int, change: TableChange) -> Table | None:
        """Change a table that still has this revision; else None.

        Raises:
            NotUnique: a column that is to be unique holds a value twice.
        """
        ...

    async def delete(self, table_id: str) -> bool:
        """Remove a table with its rows; whether it was there."""
        ...


class RowStore(Protocol):
    """Where rows live. All raise StoreUnavailable where the database is away, and NoSuchTable."""

    async def get(self, table: Table, row_id: UUID) -> Row | None:
        """A row, or None."""
        ...

    async def search(
        self, table: Table, where: Condition | None, order: Order, limit: int, offset: int = 0
    ) -> Sequence[Row]:
        """Rows in an order, from a number on."""
        ...

    async def page(
        self, table: Table, where: Condition | None, order: Order, limit: int, after: str | None
    ) -> Page[Row]:
        """Rows in an order, page by page, each a range of an index. Raises BadCursor."""
        ...

    async def count(self, table: Table, where: Condition | None) -> int:
        """How many rows there are."""
        ...

    async def apply(self, change: RowChange) -> Values:
        """Carry out a change; gives its outputs. Raises DataError."""
        ...

    async def look_over(self, table: Table) -> None:
        """Many rows were put in: have searches go on choosing the right indexes at once."""
        ...

    async def put(self, table: Table, chunk: Chunk) -> Put:
        """Put rows in, in one transaction."""
        ...

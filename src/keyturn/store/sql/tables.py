"""Tables that people make: the list of them, and the database tables that hold their rows.

The rows of table number 7 are in ``table_rows_7``, its column number 3 is ``c3``: names that are made of numbers
only, so that nothing that a person writes is ever a part of a statement. A text column is indexed by its first
characters, since an index takes no long values; what looks for a text asks for its beginning and for the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.data.model import Column
from keyturn.flows.types import TEXT, Kind

PREFIX = 200  # characters of a text that are in its index
_TYPES = {Kind.TEXT: 'text COLLATE "C"', Kind.NUMBER: "numeric", Kind.BOOLEAN: "boolean", Kind.DATETIME: "timestamptz"}

_TIMES = ("created", "updated")  # migration 0015 has given their indexes to older tables

_SHOWN = "id, number, name, about, columns, next_column, revision, created, updated"

LIST_TABLES = f"SELECT {_SHOWN} FROM tables WHERE $2::text IS NULL OR id > $2 ORDER BY id LIMIT $1"

GET_TABLE = f"SELECT {_SHOWN} FROM tables WHERE id = $1"

# The table is as it is until the end of the transaction.
KEEP_TABLES = f"SELECT {_SHOWN} FROM tables WHERE id = ANY($1::text[]) ORDER BY id FOR KEY SHARE"

TAKE_TABLE = f"SELECT {_SHOWN} FROM tables WHERE id = $1 FOR UPDATE"

PUT_TABLE = f"""
INSERT INTO tables (id, name, about, columns, next_column) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING {_SHOWN}
"""

CHANGE_TABLE = f"""
UPDATE tables SET name = $2, about = $3, columns = $4, next_column = $5, revision = revision + 1, updated = now()
WHERE id = $1 RETURNING {_SHOWN}
"""

DELETE_TABLE = "DELETE FROM tables WHERE id = $1"


def rows_name(table: int) -> str:
    """The database table that holds the rows of a table."""
    return f"table_rows_{table:d}"


def column_name(column: Column | int) -> str:
    """The database's name for a column."""
    return f"c{column if isinstance(column, int) else column.number:d}"


def column_type(column: Column) -> str:
    """The database's type for a column; objects and lists are kept as the text of their JSON."""
    return "text" if not column.searchable else _TYPES[column.type.kind]


def indexed(column: Column) -> str:
    """What the index of a column holds."""
    name = column_name(column)
    return f"left({name}, {PREFIX})" if column.type == TEXT else name


def make_rows(table: int, columns: Sequence[Column]) -> list[str]:
    """The statements that make the database table of a new table."""
    declared = "".join(f", {column_name(column)} {column_type(column)}" for column in columns)
    return [
        f"CREATE TABLE {rows_name(table)} (id uuid PRIMARY KEY, created timestamptz NOT NULL, "
        f"updated timestamptz NOT NULL{declared})",
        *(f"CREATE INDEX {rows_name(table)}_{name} ON {rows_name(table)} ({name} NULLS FIRST, id)" for name in _TIMES),
        *(statement for column in columns for statement in make_indexes(table, column)),
    ]


def make_indexes(table: int, column: Column) -> list[str]:
    """The statements that make the indexes that a column asks for."""
    rows, name = rows_name(table), column_name(column)
    made: list[str] = []
    if column.indexed:
        made.append(f"CREATE INDEX IF NOT EXISTS {rows}_{name} ON {rows} ({indexed(column)} NULLS FIRST, id)")
    if column.unique:
        where = unique_where(column)
        made.append(f"CREATE UNIQUE INDEX IF NOT EXISTS {rows}_{name}_unique ON {rows} ({name}){where}")
    return made


def unique_where(column: Column) -> str:
    """Which values a unique index holds: nulls never count, nor do empty texts."""
    return f" WHERE {column_name(column)} <> ''" if column.type == TEXT else ""


def drop_indexes(table: int, column: Column) -> list[str]:
    """The statements that remove the indexes that a column does not ask for any more."""
    index = f"{rows_name(table)}_{column_name(column)}"
    dropped = [] if column.indexed else [f"DROP INDEX IF EXISTS {index}"]
    return dropped if column.unique else [*dropped, f"DROP INDEX IF EXISTS {index}_unique"]


def add_column(table: int, column: Column) -> str:
    return f"ALTER TABLE {rows_name(table)} ADD COLUMN {column_name(column)} {column_type(column)}"


def drop_column(table: int, column: Column) -> str:
    return f"ALTER TABLE {rows_name(table)} DROP COLUMN {column_name(column)}"


def fill_column(table: int, column: Column) -> str:
    """Gives the rows that are there a new column's default."""
    return f"UPDATE {rows_name(table)} SET {column_name(column)} = $1"


def drop_rows(table: int) -> str:
    return f"DROP TABLE IF EXISTS {rows_name(table)}"

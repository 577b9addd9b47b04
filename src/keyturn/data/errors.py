"""What can be wrong with a request about tables.

::

    DataError              what happened, how to mend it, which field or column it concerns
      NoSuchTable
      NoSuchRow
      BadValue             a value does not fit its column; an unknown column
      BadSearch            a condition or an order that cannot be used
      NotUnique            another row has the value already
      TableChanged         the table was changed meanwhile
      BadCsv               (csv_text) a file that cannot be read
"""

from __future__ import annotations

from keyturn.flows.errors import ErrorDetail


class DataError(Exception):
    """Something is wrong with a request about tables.

    Attributes:
        code: stable short name.
        mend: what to do about it.
        field: the input concerned, or None.
    """

    code = "bad-data"

    def __init__(self, message: str, mend: str, field: str | None = None) -> None:
        self.mend = mend
        self.field = field
        super().__init__(message)

    @property
    def detail(self) -> ErrorDetail:
        """As the error of a card."""
        return ErrorDetail(str(self), code=self.code, mend=self.mend, field=self.field)


class NoSuchTable(DataError):
    code = "unknown-table"

    def __init__(self, table_id: str) -> None:
        super().__init__(f"There is no table {table_id!r}.", "List the tables: keyturn tables list.", "table")


class NoSuchRow(DataError):
    code = "unknown-row"

    def __init__(self, row_id: str) -> None:
        super().__init__(
            f"There is no row {row_id[:60]!r}.", "Use the id that a search or the making of the row gave.", "row_id"
        )


class BadValue(DataError):
    code = "bad-input"


class BadSearch(DataError):
    code = "bad-input"


class NotUnique(DataError):
    code = "not-unique"

    def __init__(self, column: str, row_id: str | None = None) -> None:
        where = f" in row {row_id}" if row_id else ""
        super().__init__(
            f"The value of the unique column {column!r} is there already{where}.",
            "Update that row, or use Upsert Row.",
            column,
        )


class TableChanged(DataError):
    code = "table-changed"

    def __init__(self, table_id: str) -> None:
        super().__init__(f"The table {table_id!r} was changed meanwhile.", "Look at it, and do it again.", "table")

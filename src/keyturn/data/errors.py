"""What can be wrong with a request about tables and files.

::

    DataError              what happened, how to mend it, which field or column it concerns
      NoSuchTable
      NoSuchRow
      BadValue             a value does not fit its column; an unknown column
      BadSearch            a condition or an order that cannot be used
      NotUnique            another row has the value already
      TableChanged         the table was changed meanwhile
      BadCsv               (csv_text) a file that cannot be read
      NoSuchFile           it is not there, or not any more
      NoFile               a value that is no file
      FileTaken            another file has the id
      FileTooLarge
      FileLost             its row is there, and its contents are not
      FileDamaged          its contents are not as they were written
      FilesUnavailable     the disk does not take or give them
"""

from __future__ import annotations

from keyturn.flows.errors import ErrorDetail


class DataError(Exception):
    """Something is wrong with a request about tables or files.

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


class NoSuchFile(DataError):
    code = "unknown-file"

    def __init__(self, file_id: str, field: str = "file") -> None:
        mend = "Files are kept for a time only (KEYTURN_FILE_DAYS); make it anew."
        super().__init__(f"There is no file {file_id[:60]!r}.", mend, field)


class NoFile(DataError):
    """A value that should be a file is none."""

    code = "bad-input"

    def __init__(self, field: str = "file") -> None:
        super().__init__("The value is no file.", "Give it the file that another card made.", field)


class FileTooLarge(DataError):
    code = "file-too-large"

    def __init__(self, largest: int) -> None:
        mend = "Have less in it, or have the operator raise KEYTURN_LARGEST_FILE."
        super().__init__(f"The file has over {largest:,} bytes, the most that are taken.", mend, "file")


class FileLost(DataError):
    code = "file-lost"

    def __init__(self, name: str) -> None:
        mend = "All servers share one folder of files: look at KEYTURN_FILES of each."
        super().__init__(f"The contents of {name!r} are not where they should be.", mend, "file")


class FileDamaged(DataError):
    code = "file-damaged"

    def __init__(self, name: str) -> None:
        mend = "Look at the disk, and make the file anew."
        super().__init__(f"The contents of {name!r} are not as they were written.", mend, "file")


class FilesUnavailable(DataError):
    code = "files-unavailable"

    def __init__(self, why: str) -> None:
        mend = "Look at the folder of files (KEYTURN_FILES): its rights, and the space that is left."
        super().__init__(f"The disk does not take or give files: {why}.", mend, "file")


class FileTaken(DataError):
    code = "file-taken"

    def __init__(self, file_id: str) -> None:
        super().__init__(f"Another file has the id {file_id!r}.", "Give this one an id of its own.", "file_id")

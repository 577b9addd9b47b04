"""Tables as people define and change them: everything that is wrong with a definition at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from keyturn.flows.json import JSON
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.types import Type, TypeSyntaxError

from .cells import to_cell
from .errors import BadValue
from .model import MOST_COLUMNS, MOST_INDEXED, RESERVED, STORABLE, Column, Table
from .ports import NewTable, TableChange

_ID = re.compile(r"[a-z][a-z0-9_-]{0,79}")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """A column as it is wanted.

    Attributes:
        type: text, number, boolean, datetime, object, or a list of one of them.
        indexed: None for: if it can be compared, as long as the table has not too many.
        was: the column's name until now, where it gets another one.
    """

    name: str
    type: str = "text"
    unique: bool = False
    indexed: bool | None = None
    default: JSON = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table as it is wanted.

    Attributes:
        remove_columns: columns that are not named any more go, with all their values; else that is a problem.
    """

    columns: Sequence[ColumnForm]
    name: str = ""
    about: str = ""
    remove_columns: bool = False


def read_new(table_id: str, form: TableForm) -> NewTable:
    """A new table.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    return NewTable(table_id, form.name or table_id, form.about, _Reader(table_id, form, None).columns())


def read_change(table: Table, form: TableForm) -> TableChange:
    """What becomes of a table.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    return TableChange(form.name or table.name, form.about, _Reader(table.id, form, table).columns())


class _Reader:
    def __init__(self, table_id: str, form: TableForm, known: Table | None) -> None:
        self._id = table_id
        self._form = form
        self._known = known
        self._next = known.next_column if known else 1

    def columns(self) -> tuple[Column, ...]:
        problems = [*self._problems_of_all()]
        columns: list[Column] = []
        for number, form in enumerate(self._form.columns):
            try:
                columns.append(self._column(form))
            except ProblemError as error:
                problems += [replace(problem, path=("columns", number)) for problem in error.problems]
        if problems:
            raise ProblemError(problems)
        return _with_indexes(columns, self._form.columns)

    def _problems_of_all(self) -> Iterator[Problem]:
        forms = self._form.columns
        if not _ID.fullmatch(self._id):
            yield _problem("id", f"{self._id!r} is no id.", "Use lower-case letters, digits, _ and -.")
        if len(self._form.name) > _LONGEST_NAME:
            yield _problem("name", "The name is too long.", f"{_LONGEST_NAME} characters are the most.")
        if not forms or len(forms) > MOST_COLUMNS:
            yield _problem(
                "columns", f"A table has 1 to {MOST_COLUMNS} columns, not {len(forms)}.", "Name its columns."
            )
        if sum(form.indexed or False for form in forms) > MOST_INDEXED:
            what = f"Over {MOST_INDEXED} columns are to be indexed."
            yield _problem("columns", what, "Index the columns by which rows are searched.")
        seen: set[str] = set()
        for form in forms:
            if form.name.casefold() in seen:
                what = f"Two columns are called {form.name!r}."
                yield _problem("columns", what, "Names of columns differ in more than upper and lower case.")
            seen.add(form.name.casefold())
        yield from self._removed()

    def _removed(self) -> Iterator[Problem]:
        kept = {form.was or form.name for form in self._form.columns}
        gone = [column.name for column in self._known.columns if column.name not in kept] if self._known else []
        if gone and not self._form.remove_columns:
            what = f"The columns {', '.join(map(repr, gone))} are not named any more."
            yield _problem("columns", what, "Name them, or say remove_columns to remove them with all their values.")

    def _column(self, form: ColumnForm) -> Column:
        kind = _type_of(form)
        known = self._known.column(form.was or form.name) if self._known else None
        if form.was is not None and known is None:
            raise ProblemError([_problem("was", f"There is no column {form.was!r}.", "Give its name until now.")])
        if known is not None and known.type != kind:
            what = f"The column {known.name!r} holds {known.type}, and its type cannot change to {kind}."
            raise ProblemError([_problem("type", what, "Make a new column, and copy the values by a flow.")])
        number = known.number if known else self._next
        self._next += known is None
        column = Column(form.name, kind, number, form.unique, False, form.default)
        problems = [*_column_problems(column, form)]
        if problems:
            raise ProblemError(problems)
        return column


def _column_problems(column: Column, form: ColumnForm) -> Iterator[Problem]:
    name = column.name
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        yield _problem("name", f"{name!r} is no name of a column.", "Use 1 to 120 characters on one line.")
    if name.casefold() in {reserved.casefold() for reserved in RESERVED}:
        yield _problem("name", f"{name!r} is what every row has.", "Choose another name.")
    if (form.unique or form.indexed) and not column.searchable:
        what = f"{name!r} holds {column.type}, which cannot be unique or indexed."
        yield _problem("unique" if form.unique else "indexed", what, "Use text, number, boolean or datetime.")
    try:
        to_cell(column, column.default)
    except BadValue as error:
        yield _problem("default", str(error), error.mend)


def _type_of(form: ColumnForm) -> Type:
    try:
        kind = Type.parse(form.type)
    except TypeSyntaxError as error:
        raise ProblemError([_problem("type", f"{error}.", "Use text, number, boolean, datetime or object.")]) from error
    if kind.kind not in STORABLE:
        what = f"Tables hold no values of type {kind}."
        raise ProblemError([_problem("type", what, "Use text, number, boolean, datetime, object, or a list of one.")])
    return kind


def _with_indexes(columns: Sequence[Column], forms: Sequence[ColumnForm]) -> tuple[Column, ...]:
    """Columns with an index where one is asked for, and where nothing is said as long as there are not too many."""
    left = MOST_INDEXED - sum(form.indexed or False for form in forms)
    made: list[Column] = []
    for column, form in zip(columns, forms, strict=True):
        by_itself = form.indexed is None and column.searchable and left > 0
        left -= by_itself
        made.append(replace(column, indexed=bool(form.indexed) or by_itself))
    return tuple(made)


def _problem(field: str, what: str, mend: str) -> Problem:
    return Problem("bad-table", what, mend, field=field)

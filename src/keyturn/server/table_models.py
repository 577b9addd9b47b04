"""The shapes of the API's requests and answers about tables. All times are in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field, model_validator

from keyturn.data.definition import ColumnForm, TableForm
from keyturn.data.model import Column, Row, Table
from keyturn.data.transfer import Progress, RowProblem
from keyturn.flows.json import JSON, Values

from .models import PageModel
from .problems import ProblemModel, data_problem, to_model


class ColumnModel(BaseModel):
    """A column of a table."""

    name: str
    type: str
    unique: bool
    indexed: bool = Field(description="Whether searches and sorting by it look into an index.")
    default: JSON

    @classmethod
    def of(cls, column: Column) -> ColumnModel:
        return cls(
            name=column.name,
            type=str(column.type),
            unique=column.unique,
            indexed=column.indexed,
            default=column.default,
        )


class TableModel(BaseModel):
    """A table, without its rows."""

    id: str
    name: str
    about: str
    columns: list[ColumnModel]
    revision: int
    created: datetime
    updated: datetime

    @classmethod
    def of(cls, table: Table) -> TableModel:
        return cls(
            id=table.id,
            name=table.name,
            about=table.about,
            columns=[ColumnModel.of(column) for column in table.columns],
            revision=table.revision,
            created=table.created,
            updated=table.updated,
        )


class TablePage(PageModel):
    rows: list[TableModel]


class ColumnRequest(BaseModel):
    """A column as it is wanted."""

    name: str = Field(max_length=500)
    type: str = Field(default="text", max_length=100, description="text, number, boolean, datetime, object; list of...")
    unique: bool = Field(default=False, description="No two rows have the same value; empty ones do not count.")
    indexed: bool | None = Field(default=None, description="Null: as long as there are not too many indexes.")
    default: JSON = None
    was: str | None = Field(default=None, max_length=500, description="Its name until now, to give it another one.")


class TableRequest(BaseModel):
    """A table as it is wanted."""

    name: str = Field(default="", max_length=500)
    about: str = Field(default="", max_length=5000)
    columns: list[ColumnRequest] = Field(max_length=1000)
    remove_columns: bool = Field(default=False, description="Columns that are not named go, with all their values.")

    def form(self) -> TableForm:
        columns = [ColumnForm(**column.model_dump()) for column in self.columns]
        return TableForm(columns, self.name, self.about, self.remove_columns)


class RowModel(BaseModel):
    """A row: every column of the table has a value, null where there is nothing."""

    id: str
    values: Values
    created: datetime
    updated: datetime

    @classmethod
    def of(cls, row: Row) -> RowModel:
        return cls(id=str(row.id), values=dict(row.values), created=row.created, updated=row.updated)


class RowPage(PageModel):
    rows: list[RowModel]


class RowRequest(BaseModel):
    """Columns of a row and their values."""

    values: Values


class RowChange(RowRequest):
    """New values for columns of a row."""

    only_if: JSON = Field(default=None, description="A condition that the row must meet, or nothing is changed.")


class RowChanged(BaseModel):
    updated: bool


class RowDeleted(BaseModel):
    deleted: bool


class Cleared(BaseModel):
    cleared: int


class Counted(BaseModel):
    count: int


class CountRequest(BaseModel):
    """Which rows: ``{column, is, b}``, or a group ``all``, ``any`` or ``none`` of such; null for every row."""

    where: JSON = None


class SearchRequest(CountRequest):
    """Which rows, and in which order."""

    sort: str | None = Field(default=None, max_length=500, description="A column; null for as they were made.")
    falling: bool = False
    limit: int = Field(default=50, ge=1, le=200)
    after: str | None = Field(default=None, max_length=10_000, description="The next of the page before.")
    skip: int = Field(
        default=0, ge=0, le=1_000_000, description="Begin behind so many rows, as a grid does. Not with 'after'."
    )

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """Refuse two beginnings."""
        if self.skip and self.after is not None:
            raise ValueError("give after or skip, not both")
        return self


class RowProblemModel(BaseModel):
    """Why a row of a file was not taken."""

    line: int
    what: str
    column: str | None

    @classmethod
    def of(cls, problem: RowProblem) -> RowProblemModel:
        return cls(line=problem.line, what=problem.what, column=problem.column)


class ImportProgress(BaseModel):
    """A line of the answer to an import: how far it is. The last one is done, or says why it stopped."""

    read: int
    created: int
    updated: int
    refused: int
    problems: list[RowProblemModel] = Field(description="Of the rows since the line before; 1000 of a file are told.")
    stopped: ProblemModel | None
    done: bool

    @classmethod
    def of(cls, progress: Progress) -> ImportProgress:
        return cls(
            read=progress.read,
            created=progress.created,
            updated=progress.updated,
            refused=progress.refused,
            problems=[RowProblemModel.of(problem) for problem in progress.problems],
            stopped=to_model(data_problem(progress.stopped)) if progress.stopped else None,
            done=progress.done,
        )

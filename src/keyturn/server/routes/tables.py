"""Tables: what they are, their rows, and CSV in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, cast

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from keyturn.access.permissions import Permission
from keyturn.data.errors import BadSearch, DataError
from keyturn.data.transfer import CsvImport
from keyturn.flows.json import JSON
from keyturn.flows.paging import PageRequest

from ..access import GuardedRoute, Using, needs
from ..models import page_request
from ..problems import ERRORS, data_problem, to_model
from ..table_models import (
    Cleared,
    Counted,
    CountRequest,
    ImportProgress,
    RowChange,
    RowChanged,
    RowDeleted,
    RowModel,
    RowPage,
    RowRequest,
    SearchRequest,
    TableModel,
    TablePage,
    TableRequest,
)
from ..use_models import ChangeIfUsed, EvenIfUsed

router = APIRouter(prefix="/tables", tags=["tables"], responses=ERRORS, route_class=GuardedRoute)

TableId = Annotated[str, Path(max_length=120)]
RowId = Annotated[str, Path(max_length=120)]
Delimiter = Annotated[str, Query(min_length=1, max_length=1, description="What stands between values.")]
_READ, _WRITE = [needs(Permission.TABLES_READ)], [needs(Permission.TABLES_WRITE)]


@router.get("", dependencies=_READ)
async def list_tables(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> TablePage:
    """Tables by id."""
    found = await using.tables.list(page)
    return TablePage(rows=[TableModel.of(table) for table in found.rows], next=found.next)


@router.get("/{table_id}", dependencies=_READ)
async def read_table(using: Using, table_id: TableId) -> TableModel:
    """A table and its columns."""
    return TableModel.of(await using.tables.get(table_id))


@router.put("/{table_id}", dependencies=_WRITE)
async def put_table(
    using: Using, table_id: TableId, body: TableRequest, even_if_used: ChangeIfUsed = False
) -> TableModel:
    """Make a table, or change it to be so. Columns that cards of published flows use keep their names."""
    form = body.form()
    if not even_if_used:
        await using.uses.check_columns(await using.tables.losses(table_id, form))
    return TableModel.of(await using.tables.put(table_id, form))


@router.delete("/{table_id}", status_code=204, dependencies=_WRITE)
async def delete_table(using: Using, table_id: TableId, even_if_used: EvenIfUsed = False) -> Response:
    """Remove a table that no flow uses, with all its rows; or one that is used, whose cards then fail."""
    if not even_if_used:
        await using.uses.check_table(table_id)
    await using.tables.delete(table_id)
    return Response(status_code=204)


@router.get("/{table_id}/rows", dependencies=_READ)
async def list_rows(using: Using, table_id: TableId, page: Annotated[PageRequest, Depends(page_request)]) -> RowPage:
    """Rows as they were made."""
    found = await using.tables.search(table_id, None, None, False, page)
    return RowPage(rows=[RowModel.of(row) for row in found.rows], next=found.next)


@router.post("/{table_id}/search", dependencies=_READ)
async def search_rows(using: Using, table_id: TableId, body: SearchRequest) -> RowPage:
    """Rows that meet a condition, sorted: page by page, or from a number on, which costs more the larger it is."""
    if body.skip:
        rows = await using.tables.search_from(table_id, body.where, body.sort, body.falling, body.limit, body.skip)
        return RowPage(rows=[RowModel.of(row) for row in rows])
    page = PageRequest(body.limit, body.after)
    found = await using.tables.search(table_id, body.where, body.sort, body.falling, page)
    return RowPage(rows=[RowModel.of(row) for row in found.rows], next=found.next)


@router.post("/{table_id}/count", dependencies=_READ)
async def count_rows(using: Using, table_id: TableId, body: CountRequest) -> Counted:
    """How many rows meet a condition."""
    return Counted(count=await using.tables.count(table_id, body.where))


@router.post("/{table_id}/clear", dependencies=_WRITE)
async def clear_table(using: Using, table_id: TableId) -> Cleared:
    """Remove all rows."""
    return Cleared(cleared=await using.tables.clear(table_id))


@router.get("/{table_id}/rows/{row_id}", dependencies=_READ)
async def read_row(using: Using, table_id: TableId, row_id: RowId) -> RowModel:
    """One row."""
    return RowModel.of(await using.tables.row(table_id, row_id))


@router.put("/{table_id}/rows/{row_id}", dependencies=_WRITE)
async def put_row(using: Using, table_id: TableId, row_id: RowId, body: RowRequest) -> RowModel:
    """Make the row with this id, a UUID of your own, or change the columns that are given."""
    return RowModel.of(await using.tables.put_row(table_id, row_id, body.values))


@router.patch("/{table_id}/rows/{row_id}", dependencies=_WRITE)
async def change_row(using: Using, table_id: TableId, row_id: RowId, body: RowChange) -> RowChanged:
    """Change columns of a row, if it meets a condition."""
    return RowChanged(updated=await using.tables.change_row(table_id, row_id, body.values, body.only_if))


@router.delete("/{table_id}/rows/{row_id}", dependencies=_WRITE)
async def delete_row(using: Using, table_id: TableId, row_id: RowId) -> RowDeleted:
    """Remove a row; it is no error if it is not there."""
    return RowDeleted(deleted=await using.tables.delete_row(table_id, row_id))


@router.post(
    "/{table_id}/import",
    dependencies=_WRITE,
    response_class=StreamingResponse,
    responses={200: {"model": ImportProgress, "description": "A line of JSON for each step (application/x-ndjson)."}},
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def import_rows(
    using: Using,
    request: Request,
    table_id: TableId,
    match: Annotated[
        str | None, Query(max_length=500, description="Unique column by which rows are found; null: all are new.")
    ] = None,
    delimiter: Delimiter = ",",
) -> StreamingResponse:
    """Put the rows of a CSV file in, UTF-8, its first line naming columns; rows that cannot be stored are told.

    With ``match`` the same file may be sent again. What was read is stored, also if the sending breaks off.
    """
    pieces = request.stream()
    try:
        started = await using.tables.importing(table_id, pieces, match, delimiter)
    except DataError:
        await _pass_over(pieces)
        raise
    return _WhileRead(_told(started, pieces), media_type="application/x-ndjson")


class _WhileRead(StreamingResponse):
    """An answer that is written while its request is still read. Starlette's own watches meanwhile whether the caller
    goes, by reading the request, and what it reads is lost; here whoever reads the pieces is told that."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.stream_response(send)


async def _told(started: CsvImport, pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    try:
        async for progress in started.run(pieces):
            yield f"{ImportProgress.of(progress).model_dump_json()}\n"
    except DataError as error:
        stopped = ImportProgress(
            read=0, created=0, updated=0, refused=0, problems=[], stopped=to_model(data_problem(error)), done=False
        )
        yield f"{stopped.model_dump_json()}\n"
    await _pass_over(pieces)


async def _pass_over(pieces: AsyncIterator[bytes]) -> None:
    """Read what still comes: many a client sends all of a file before it looks at the answer."""
    async for _ in pieces:
        pass


def _condition(where: str | None) -> JSON:
    """The condition of an address; no condition where it is empty."""
    if not where:
        return None
    try:
        return cast(JSON, orjson.loads(where))
    except orjson.JSONDecodeError as error:
        raise BadSearch("The condition is no JSON.", "Write {column, is, b}, or a group of such.", "where") from error


@router.get(
    "/{table_id}/export",
    dependencies=_READ,
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file, UTF-8."}},
)
async def export_rows(
    using: Using,
    table_id: TableId,
    column: Annotated[list[str] | None, Query(max_length=200, description="Columns; all if none is named.")] = None,
    sort: Annotated[str | None, Query(max_length=500)] = None,
    falling: bool = False,
    delimiter: Delimiter = ",",
    where: Annotated[str | None, Query(max_length=10_000, description="Which rows: a condition as JSON.")] = None,
) -> StreamingResponse:
    """The rows, or those that meet a condition, as a CSV file."""
    made = await using.tables.exporting(table_id, column or [], _condition(where), sort, falling, delimiter)
    headers = {"Content-Disposition": f'attachment; filename="{made.table.id}.csv"'}
    return StreamingResponse(made.pieces(), media_type="text/csv; charset=utf-8", headers=headers)

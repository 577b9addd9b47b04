"""Files: what there are, what is in them, and new ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from keyturn.access.permissions import Permission
from keyturn.flows.file_values import PLAIN_TYPE
from keyturn.flows.paging import PageRequest

from ..access import Caller, GuardedRoute, Using, needs
from ..file_models import FileModel, FilePage
from ..models import page_request
from ..problems import ERRORS

router = APIRouter(prefix="/files", tags=["files"], responses=ERRORS, route_class=GuardedRoute)

_READ, _WRITE = [needs(Permission.FILES_READ)], [needs(Permission.FILES_WRITE)]
_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.get("", dependencies=_READ)
async def list_files(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> FilePage:
    """Files, the newest first."""
    found = await using.files.list(page)
    return FilePage(rows=[FileModel.of(file) for file in found.rows], next=found.next)


@router.get("/{file_id}", dependencies=_READ)
async def read_file(using: Using, file_id: UUID) -> FileModel:
    """What is known of a file."""
    return FileModel.of(await using.files.get(file_id))


@router.get(
    "/{file_id}/content",
    dependencies=_READ,
    response_class=StreamingResponse,
    responses={200: {"content": {"*/*": _BYTES}, "description": "What is in it; whole only if all of it comes."}},
)
async def read_content(using: Using, file_id: UUID) -> StreamingResponse:
    """What is in a file, with its name and its checksum (``ETag``). One that is damaged breaks off before its end."""
    file = await using.files.get(file_id)
    pieces = using.files.contents(file)
    first = await anext(pieces, b"")  # what is not there is told as such
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(file.name)}",
        "Content-Length": str(file.size),
        "ETag": f'"{file.sha256}"',
    }
    return StreamingResponse(_from(first, pieces), media_type=file.type, headers=headers)


@router.put(
    "/{file_id}",
    dependencies=_WRITE,
    openapi_extra={"requestBody": {"required": True, "content": {PLAIN_TYPE: _BYTES}}},
)
async def put_file(
    using: Using,
    caller: Caller,
    request: Request,
    file_id: UUID,
    name: Annotated[str, Query(max_length=500, description="Its name.")] = "file",
) -> FileModel:
    """Make a file of the body, under a UUID of your own; sent again it changes nothing. Content-Type is its type."""
    media_type = request.headers.get("Content-Type", PLAIN_TYPE)
    return FileModel.of(await using.files.put(file_id, name, media_type, request.stream(), caller))


@router.delete("/{file_id}", status_code=204, dependencies=_WRITE)
async def delete_file(using: Using, file_id: UUID) -> Response:
    """Remove a file before its time; one that is not there is no error."""
    await using.files.delete(file_id)
    return Response(status_code=204)


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece

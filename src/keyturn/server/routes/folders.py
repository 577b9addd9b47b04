"""Folders of flows, and moving flows between them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response, StreamingResponse

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest
from keyturn.library.exports import folder_pieces

from ..access import GuardedRoute, Using, needs
from ..folder_models import FolderChoice, FolderModel, FolderPage, FolderRequest
from ..models import FlowModel, page_request
from ..problems import ERRORS, NotThere

router = APIRouter(tags=["folders"], responses=ERRORS, route_class=GuardedRoute)

FolderId = Annotated[str, Path(max_length=120)]
FlowId = Annotated[str, Path(max_length=120)]
_READ, _WRITE = [needs(Permission.FLOWS_READ)], [needs(Permission.FLOWS_WRITE)]


@router.get("/folders", dependencies=_READ)
async def list_folders(
    using: Using,
    page: Annotated[PageRequest, Depends(page_request)],
    parent: Annotated[str | None, Query(max_length=120, description="Only folders in it; empty: at the top.")] = None,
) -> FolderPage:
    """Folders by id; all of them make the tree."""
    found = await using.folders.list(page, parent)
    return FolderPage(rows=[FolderModel.of(folder) for folder in found.rows], next=found.next)


@router.get("/folders/{folder_id}", dependencies=_READ)
async def read_folder(using: Using, folder_id: FolderId) -> FolderModel:
    """A folder."""
    return FolderModel.of(await using.folders.get(folder_id))


@router.put("/folders/{folder_id}", dependencies=_WRITE)
async def put_folder(using: Using, folder_id: FolderId, body: FolderRequest) -> FolderModel:
    """Make a folder, or change it to be so; with another ``parent`` it moves with all that is in it."""
    return FolderModel.of(await using.folders.put(body.new(folder_id)))


@router.delete("/folders/{folder_id}", status_code=204, dependencies=_WRITE)
async def delete_folder(using: Using, folder_id: FolderId) -> Response:
    """Remove a folder that is empty; one that is not there is no error."""
    await using.folders.delete(folder_id)
    return Response(status_code=204)


@router.get(
    "/folders/{folder_id}/export",
    dependencies=_READ,
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "The file."}},
)
async def export_folder(using: Using, folder_id: FolderId) -> StreamingResponse:
    """A folder with all that is in it: ``folders``, parents first, and ``flows``, their documents as published."""
    await using.folders.get(folder_id)
    pieces = folder_pieces(using.library, using.folders, folder_id, 2)
    headers = {"Content-Disposition": f'attachment; filename="{folder_id}.json"'}
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


@router.put("/flows/{flow_id}/folder", dependencies=_WRITE)
async def move_flow(using: Using, flow_id: FlowId, body: FolderChoice) -> FlowModel:
    """Put a flow into a folder. This makes no version; publishing moves it only where ``folder`` in it changes."""
    record = await using.library.move(flow_id, body.folder)
    if record is None:
        raise NotThere(f"There is no flow {flow_id!r}.", "List the flows, or publish this one.")
    return FlowModel.of(record)

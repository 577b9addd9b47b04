"""Where things are used: what one wants to know before one deletes them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import GuardedRoute, Using, needs
from ..models import page_request
from ..problems import ERRORS
from ..use_models import UsePage

router = APIRouter(tags=["uses"], responses=ERRORS, route_class=GuardedRoute)

Name = Annotated[str, Path(max_length=120)]
Asked = Annotated[PageRequest, Depends(page_request)]


@router.get("/connections/{name}/uses", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def read_uses_of_connection(using: Using, name: Name, page: Asked) -> UsePage:
    """The flows whose own cards or event use a connection; drafts among them."""
    await using.connections.get(name)
    return UsePage.of(await using.uses.of_connection(name), page)


@router.get("/connectors/{name}/uses", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def read_uses_of_connector(using: Using, name: Name, page: Asked) -> UsePage:
    """The flows that a connector is needed for, drafts among them, and its connections."""
    await using.connectors.get(name)
    return UsePage.of(await using.uses.of_connector(name), page)


@router.get("/flows/{name}/uses", dependencies=[needs(Permission.FLOWS_READ)])
async def read_uses_of_flow(using: Using, name: Name, page: Asked) -> UsePage:
    """The other flows that call a flow; drafts among them."""
    return UsePage.of(await using.uses.of_flow(name), page)


@router.get("/folders/{name}/uses", dependencies=[needs(Permission.FLOWS_READ)])
async def read_uses_of_folder(using: Using, name: Name, page: Asked) -> UsePage:
    """The folders and flows that are in a folder, those deeper down left out."""
    await using.folders.get(name)
    return UsePage.of(await using.uses.of_folder(name), page)


@router.get("/tables/{name}/uses", dependencies=[needs(Permission.TABLES_READ)])
async def read_uses_of_table(using: Using, name: Name, page: Asked) -> UsePage:
    """The flows whose cards name a table; drafts among them."""
    await using.tables.get(name)
    return UsePage.of(await using.uses.of_table(name), page)

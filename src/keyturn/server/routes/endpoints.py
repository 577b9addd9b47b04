"""Endpoints for those who run them: which there are, and their client tokens. They are called elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import Caller, GuardedRoute, Using, needs
from ..models import ClientToken, EndpointModel, EndpointPage, page_request
from ..problems import ERRORS

router = APIRouter(prefix="/endpoints", tags=["endpoints"], responses=ERRORS, route_class=GuardedRoute)


@router.get("", dependencies=[needs(Permission.FLOWS_READ)])
async def list_endpoints(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> EndpointPage:
    """Flows that have an address of their own, by id."""
    desk = using.endpoint_desk
    found = await desk.list(page)
    rows = [EndpointModel.of(record, desk.address_of(record.flow_id)) for record in found.rows]
    return EndpointPage(rows=rows, next=found.next)


@router.post("/{flow_id}/token", dependencies=[needs(Permission.FLOWS_WRITE)])
async def make_client_token(using: Using, caller: Caller, flow_id: Annotated[str, Path(max_length=120)]) -> ClientToken:
    """Make the client token of an endpoint, shown only this once; the one before stops working within a second."""
    made = await using.endpoint_desk.make_token(flow_id, caller)
    return ClientToken.model_validate(made, from_attributes=True)

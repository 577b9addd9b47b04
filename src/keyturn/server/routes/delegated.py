"""Delegated flows: for those who may run some flows and need not see anything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from pydantic import BaseModel, Field

from keyturn.access.permissions import Permission
from keyturn.flows.json_format import from_json
from keyturn.flows.paging import PageRequest
from keyturn.library.ports import FlowFilter, FlowRecord
from keyturn.triggers.manual import DELEGATED

from ..access import Caller, GuardedRoute, Using, needs
from ..models import PageModel, Start, Started, page_request
from ..problems import ERRORS

router = APIRouter(prefix="/delegated-flows", tags=["delegated"], responses=ERRORS, route_class=GuardedRoute)


class DelegatedModel(BaseModel):
    """A flow that may be run, and what it asks for."""

    id: str
    name: str
    note: str
    active: bool
    inputs: dict[str, str] = Field(description="Names, and the types of their values.")


class DelegatedPage(PageModel):
    rows: list[DelegatedModel]


@router.get("", dependencies=[needs(Permission.DELEGATED_READ)])
async def list_delegated(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> DelegatedPage:
    """Flows whose event is Delegated Flow, by id."""
    found = await using.library.list(page, FlowFilter(event=DELEGATED))
    return DelegatedPage(rows=[await _model(using, record) for record in found.rows], next=found.next)


@router.post("/{flow_id}/runs", status_code=202, dependencies=[needs(Permission.DELEGATED_RUN)])
async def run_delegated(
    using: Using,
    caller: Caller,
    flow_id: Annotated[str, Path(max_length=120)],
    body: Start,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Started:
    """Queue a run of such a flow; it sees who runs it. With an Idempotency-Key sent again, nothing new is started."""
    return Started(id=str(await using.manual.delegate(flow_id, body.inputs, caller, idempotency_key)))


async def _model(using: Using, record: FlowRecord) -> DelegatedModel:
    version = await using.library.version(record.id, record.version)
    flow = from_json(version.document).flow if version else None
    return DelegatedModel(
        id=record.id,
        name=record.name,
        note=(flow.note if flow else None) or "",
        active=record.active,
        inputs=dict(flow.event.outputs) if flow else {},
    )

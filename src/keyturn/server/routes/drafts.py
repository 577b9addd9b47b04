"""Drafts of flows: kept, thrown away, tried and published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.responses import Response

from keyturn.access.permissions import Permission, allows
from keyturn.access.tokens import NotPermitted
from keyturn.flows.paging import PageRequest
from keyturn.library.stand_ins import StandIns

from ..access import Caller, GuardedRoute, Held, Using, needs
from ..draft_models import (
    Against,
    CardTrialStart,
    DraftChange,
    DraftHeadModel,
    DraftModel,
    DraftPage,
    EditingModel,
    Publishing,
    TrialStart,
    TrialStarted,
)
from ..models import Difference, FlowModel, Published, VersionModel, page_request
from ..problems import ERRORS, to_model

router = APIRouter(tags=["flows"], responses=ERRORS, route_class=GuardedRoute)

FlowId = Annotated[str, Path(max_length=120)]
Asked = Annotated[PageRequest, Depends(page_request)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]
Revision = Annotated[int | None, Query(ge=1, le=9_007_199_254_740_991, description="Only this revision of it.")]


@router.get("/drafts", dependencies=[needs(Permission.FLOWS_READ)])
async def list_drafts(using: Using, page: Asked, search: Annotated[str, Query(max_length=200)] = "") -> DraftPage:
    """Drafts that change something, by the id of their flow; ``search`` as for flows."""
    found = await using.drafts.list(page, search)
    return DraftPage(rows=[DraftHeadModel.of(draft) for draft in found.rows], next=found.next)


@router.get("/flows/{flow_id}/editing", dependencies=[needs(Permission.FLOWS_READ)])
async def read_editing(using: Using, flow_id: FlowId) -> EditingModel:
    """What an editor opens with: the flow, its current version and its draft, each null where there is none."""
    flow = await using.library.get(flow_id)
    version = await using.library.version(flow_id) if flow else None
    draft = await using.drafts.find(flow_id)
    return EditingModel(
        flow=FlowModel.of(flow) if flow else None,
        published=VersionModel.of(version) if version else None,
        draft=DraftModel.of_record(draft) if draft else None,
    )


@router.get("/flows/{flow_id}/draft", dependencies=[needs(Permission.FLOWS_READ)])
async def read_draft(using: Using, flow_id: FlowId) -> DraftModel:
    """The draft of a flow."""
    return DraftModel.of_record(await using.drafts.get(flow_id))


@router.get("/flows/{flow_id}/draft/difference", dependencies=[needs(Permission.FLOWS_READ)])
async def compare_draft(using: Using, flow_id: FlowId) -> Difference:
    """What the draft of a flow changes in what is published, in words."""
    return Difference(lines=await using.drafts.changes(flow_id))


@router.put("/flows/{flow_id}/draft", dependencies=[needs(Permission.FLOWS_WRITE)])
async def put_draft(using: Using, caller: Caller, flow_id: FlowId, body: DraftChange) -> DraftModel:
    """Keep a draft; refused if the stored one is not the revision that it follows. It may have problems."""
    draft = await using.drafts.put(
        flow_id, body.document, follows=body.follows, base_version=body.base_version, author=caller
    )
    return DraftModel.of_record(draft)


@router.delete("/flows/{flow_id}/draft", status_code=204, dependencies=[needs(Permission.FLOWS_WRITE)])
async def delete_draft(using: Using, flow_id: FlowId, revision: Revision = None) -> Response:
    """Throw a draft away; what is published stays. One that is not there is no error."""
    await using.drafts.delete(flow_id, revision)
    return Response(status_code=204)


@router.post("/flows/{flow_id}/draft/publish", dependencies=[needs(Permission.FLOWS_WRITE)])
async def publish_draft(using: Using, caller: Caller, flow_id: FlowId, body: Publishing) -> Published:
    """Publish a draft and throw it away; refused if another version was published since it was begun."""
    published = await using.drafts.publish(flow_id, body.revision, caller, breaks_callers=body.breaks_callers)
    warnings = [to_model(problem) for problem in published.warnings]
    return Published(versions=[VersionModel.of(version) for version in published.versions], warnings=warnings)


@router.post(
    "/flows/{flow_id}/draft/runs",
    status_code=202,
    dependencies=[needs(Permission.RUNS_START)],
)
async def try_draft(
    using: Using, caller: Caller, held: Held, flow_id: FlowId, body: TrialStart, idempotency_key: IdempotencyKey = None
) -> TrialStarted:
    """Queue a run that tries a draft, for real or against the sandbox; what is published stays as it is.

    It takes the permission to change flows as well.
    """
    _may_try(held)
    stand_ins = await _stand_ins(using, body.against)
    version = await using.drafts.try_out(flow_id, body.revision, caller, stand_ins)
    run = await using.manual.start(flow_id, body.inputs, idempotency_key, version=version.version)
    return TrialStarted(id=str(run), version=version.version)


@router.post(
    "/flows/{flow_id}/draft/cards/{card_id}/runs",
    status_code=202,
    dependencies=[needs(Permission.RUNS_START)],
)
async def try_card(
    using: Using,
    caller: Caller,
    held: Held,
    flow_id: FlowId,
    card_id: Annotated[str, Path(max_length=120)],
    body: CardTrialStart,
    idempotency_key: IdempotencyKey = None,
) -> TrialStarted:
    """Queue a run that tries one card of a draft alone; one that acts on the world for real wants ``confirm``.

    It takes the permission to change flows as well.
    """
    _may_try(held)
    stand_ins = await _stand_ins(using, body.against)
    version = await using.drafts.try_card(flow_id, body.revision, body.trial(card_id), caller, stand_ins)
    run = await using.manual.start(flow_id, {}, idempotency_key, version=version.version)
    return TrialStarted(id=str(run), version=version.version)


async def _stand_ins(using: Using, against: Against) -> StandIns | None:
    return await using.stand_ins.find() if against is Against.SANDBOX else None


def _may_try(held: Held) -> None:
    if not allows(held, Permission.FLOWS_WRITE):
        raise NotPermitted(Permission.FLOWS_WRITE)

"""What lists and maps of flows show besides the flows: which calls which, and how the last runs went."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import GuardedRoute, Using, needs
from ..draft_models import FlowCallsModel, FlowCallsPage, RecentRunModel, RecentRuns
from ..models import page_request
from ..problems import ERRORS

router = APIRouter(tags=["flows"], responses=ERRORS, route_class=GuardedRoute)


@router.get("/flow-calls", dependencies=[needs(Permission.FLOWS_READ)])
async def list_calls(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> FlowCallsPage:
    """Which flow calls which, as published, by flow id."""
    found = await using.library.calls(page)
    return FlowCallsPage(rows=[FlowCallsModel.of(record) for record in found.rows], next=found.next)


@router.get("/recent-runs", dependencies=[needs(Permission.RUNS_READ)])
async def recent_runs(
    using: Using,
    flow: Annotated[list[str], Query(min_length=1, max_length=100, description="Ids of flows.")],
    each: Annotated[int, Query(ge=1, le=50, description="Runs of each flow at most.")] = 12,
) -> RecentRuns:
    """The last runs of some flows, newest first; those of a helper flow are in the runs of its callers."""
    found = await using.library.recent_runs(sorted(set(flow)), each)
    return RecentRuns(flows={name: [RecentRunModel.of(run) for run in runs] for name, runs in found.items()})

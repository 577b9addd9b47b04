"""Schedules: when flows are due next, and were last; what one means that is being made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import GuardedRoute, Using, needs
from ..models import page_request
from ..problems import ERRORS
from ..schedule_models import ScheduleAsked, ScheduleModel, SchedulePage, SchedulePreview, ScheduleTimes

router = APIRouter(prefix="/schedules", tags=["schedules"], responses=ERRORS, route_class=GuardedRoute)


@router.get("", dependencies=[needs(Permission.FLOWS_READ)])
async def list_schedules(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> SchedulePage:
    """Schedules by the id of their flow, with the next due time of each."""
    found = await using.schedules.list(page)
    return SchedulePage(rows=[ScheduleModel.of(view) for view in found.rows], next=found.next)


@router.post("/preview", dependencies=[needs(Permission.FLOWS_READ)])
async def preview_schedule(using: Using, body: ScheduleAsked) -> SchedulePreview:
    """What the options of a schedule mean, and their next due times; nothing is kept."""
    return SchedulePreview.of(using.schedules.preview(body.options, body.times))


@router.get("/{flow_id}", dependencies=[needs(Permission.FLOWS_READ)])
async def read_schedule(
    using: Using,
    flow_id: Annotated[str, Path(max_length=120)],
    times: Annotated[int, Query(ge=1, le=100, description="How many due times to come are told.")] = 5,
) -> ScheduleTimes:
    """The schedule of a flow, and its due times to come."""
    return ScheduleTimes.told(await using.schedules.get(flow_id, times))

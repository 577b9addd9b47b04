"""Templates: flows that come along, taken over with connections of one's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import Caller, GuardedRoute, Using, needs
from ..models import VersionModel, page_request
from ..problems import ERRORS, to_model
from ..template_models import HookUp, TakenOverModel, TemplateModel, TemplatePage

router = APIRouter(prefix="/templates", tags=["flows"], responses=ERRORS, route_class=GuardedRoute)

TemplateId = Annotated[str, Path(max_length=120)]


@router.get("", dependencies=[needs(Permission.FLOWS_READ)])
async def list_templates(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> TemplatePage:
    """Templates by id."""
    found = using.templates.list(page)
    ids = {flow.id for template in found.rows for flow in template.flows}
    there = set(await using.library.names(ids))
    return TemplatePage(rows=[TemplateModel.of(template, there) for template in found.rows], next=found.next)


@router.get("/{template_id}", dependencies=[needs(Permission.FLOWS_READ)])
async def read_template(using: Using, template_id: TemplateId) -> TemplateModel:
    """One template."""
    template = using.templates.get(template_id)
    return TemplateModel.of(template, set(await using.library.names({flow.id for flow in template.flows})))


@router.post("/{template_id}/flows", dependencies=[needs(Permission.FLOWS_WRITE)])
async def take_over(using: Using, caller: Caller, template_id: TemplateId, body: HookUp) -> TakenOverModel:
    """Publish the flows of a template together, with these connections; doing it again changes nothing.

    Flows that begin by themselves are switched off at first.
    """
    made = await using.templates.take_over(template_id, body.connections, caller)
    return TakenOverModel(
        versions=[VersionModel.of(version) for version in made.published.versions],
        warnings=[to_model(problem) for problem in made.published.warnings],
        resting=list(made.resting),
    )

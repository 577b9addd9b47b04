"""Flows: listing, reading, checking, publishing, versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.responses import JSONResponse, Response

from keyturn.access.permissions import Permission
from keyturn.flows.checker import Retyped
from keyturn.flows.document import Flow
from keyturn.flows.json_format import from_json, to_json
from keyturn.flows.paging import PageRequest
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.yaml_format import Loaded, dump, load, locate_all, patch
from keyturn.library.callers import refused
from keyturn.library.difference import difference
from keyturn.library.library import OF_OTHERS
from keyturn.library.ports import FlowFilter, VersionRecord

from ..access import Caller, GuardedRoute, Using, needs
from ..draft_models import Checked, Conversion, Converted, RetypedModel
from ..models import (
    Difference,
    Documents,
    FlowModel,
    FlowPage,
    Publication,
    Published,
    Switch,
    VersionModel,
    VersionPage,
    page_request,
)
from ..problems import ERRORS, NotThere, to_model

router = APIRouter(prefix="/flows", tags=["flows"], responses=ERRORS, route_class=GuardedRoute)

FlowId = Annotated[str, Path(max_length=120)]
_YAML = "application/yaml"
Number = Annotated[int, Path(ge=1, le=2_000_000_000)]
Asked = Annotated[PageRequest, Depends(page_request)]


@router.get("", dependencies=[needs(Permission.FLOWS_READ)])
async def list_flows(
    using: Using,
    page: Asked,
    search: Annotated[str, Query(max_length=200)] = "",
    connection: Annotated[str | None, Query(max_length=120, description="Only flows that use it themselves.")] = None,
    folder: Annotated[str | None, Query(max_length=120, description="Only flows in it; empty: at the top.")] = None,
    unfit: Annotated[bool, Query(description="Only flows that are on and do not fit what they call any more.")] = False,
) -> FlowPage:
    """Flows by id; all words of ``search`` stand in id, name, texts, or titles and synonyms of cards and their apps."""
    found = await using.library.list(page, FlowFilter(search, connection, folder, unfit=unfit))
    return FlowPage(rows=[FlowModel.of(record) for record in found.rows], next=found.next)


@router.post("", dependencies=[needs(Permission.FLOWS_WRITE)])
async def publish_flows(using: Using, caller: Caller, body: Publication) -> Published:
    """Check flows together and publish them in one transaction; the same document makes no new version."""
    documents = _read_all(body)
    flows = [flow for _, loaded in documents if (flow := loaded.flow)]
    if len(flows) < len(documents):
        raise ProblemError(await _problems(using, documents))
    try:
        published = await using.library.publish(flows, caller, breaks_callers=body.breaks_callers)
    except ProblemError as error:
        of_others = [problem for problem in error.problems if problem.code == OF_OTHERS]
        found = await _problems(using, documents)
        raise ProblemError([*(found if body.breaks_callers else refused(found)), *of_others]) from error
    warnings = [to_model(problem) for problem in published.warnings]
    return Published(versions=[VersionModel.of(version) for version in published.versions], warnings=warnings)


@router.post("/check", dependencies=[needs(Permission.FLOWS_READ)])
async def check_flows(using: Using, caller: Caller, body: Documents) -> Checked:
    """All problems of flows, without publishing them; and which values become another type when they are used."""
    retyped: list[RetypedModel] = []
    problems = await _problems(using, _read_all(body), lambda one: retyped.append(RetypedModel.of(one)), caller)
    return Checked(problems=[to_model(problem) for problem in problems], conversions=retyped)


@router.get(
    "/{flow_id}",
    dependencies=[needs(Permission.FLOWS_READ)],
    response_model=VersionModel,
    responses={200: {"content": {_YAML: {"schema": {"type": "object"}}}}},
)
async def read_flow(
    using: Using,
    flow_id: FlowId,
    format: Annotated[Literal["json", "yaml"] | None, Query(description="Goes before the header Accept.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """The current version of a flow; with ``format=yaml`` or ``Accept: application/yaml`` its document as YAML."""
    record = _found(await using.library.version(flow_id), flow_id)
    if format == "yaml" or (format is None and _YAML in accept):
        return Response(dump(_flow(record)), media_type=_YAML)
    return JSONResponse(VersionModel.of(record).model_dump(mode="json"))


@router.delete("/{flow_id}", status_code=204, dependencies=[needs(Permission.FLOWS_WRITE)])
async def delete_flow(using: Using, flow_id: FlowId) -> Response:
    """Delete a flow that no other calls, and its draft; one that is not there is no error. Its runs stay in history."""
    await using.library.delete(flow_id)
    await using.drafts.delete(flow_id)
    return Response(status_code=204)


@router.put("/{flow_id}/active", dependencies=[needs(Permission.FLOWS_WRITE)])
async def switch_flow(using: Using, flow_id: FlowId, body: Switch) -> FlowModel:
    """Switch a flow on or off; runs that have begun go on."""
    record = await using.library.set_active(flow_id, body.active)
    if record is None:
        raise _no_flow(flow_id)
    return FlowModel.of(record)


@router.get("/{flow_id}/versions", dependencies=[needs(Permission.FLOWS_READ)])
async def list_versions(using: Using, flow_id: FlowId, page: Asked) -> VersionPage:
    """Versions of a flow, newest first."""
    found = await using.library.versions(flow_id, page)
    return VersionPage(rows=[VersionModel.of(record) for record in found.rows], next=found.next)


@router.get("/{flow_id}/versions/{version}", dependencies=[needs(Permission.FLOWS_READ)])
async def read_version(using: Using, flow_id: FlowId, version: Number) -> VersionModel:
    """One version of a flow."""
    return VersionModel.of(_found(await using.library.version(flow_id, version), flow_id, version))


@router.get("/{flow_id}/versions/{version}/difference/{other}", dependencies=[needs(Permission.FLOWS_READ)])
async def compare_versions(using: Using, flow_id: FlowId, version: Number, other: Number) -> Difference:
    """What changed from ``version`` to ``other``, in words."""
    old = _flow(_found(await using.library.version(flow_id, version), flow_id, version))
    new = _flow(_found(await using.library.version(flow_id, other), flow_id, other))
    return Difference(lines=difference(old, new))


@router.post("/convert", dependencies=[needs(Permission.FLOWS_READ)])
async def convert_flow(using: Using, body: Conversion) -> Converted:
    """A flow as YAML and as JSON, whichever it was given as; its problems are told, those of YAML with their lines.

    With ``onto``, a YAML text of the same flow, that text is changed where it differs and keeps its comments.
    """
    documents = _read_all(Documents(documents=[body.document]))
    problems = [to_model(problem) for problem in await _problems(using, documents)]
    flow = documents[0][1].flow
    if flow is None:
        return Converted(document=None, yaml=None, problems=problems)
    onto = body.onto
    text = patch(onto, flow) if onto is not None and load(onto).flow is not None else dump(flow)
    return Converted(document=to_json(flow), yaml=text, problems=problems)


def _found(record: VersionRecord | None, flow_id: str, version: int | None = None) -> VersionRecord:
    if record is None and version is not None:
        raise NotThere(f"There is no version {version} of {flow_id!r}.", "List its versions.")
    if record is None:
        raise _no_flow(flow_id)
    return record


def _no_flow(flow_id: str) -> NotThere:
    return NotThere(f"There is no flow {flow_id!r}.", "List the flows, or publish this one.")


def _flow(record: VersionRecord) -> Flow:
    loaded = from_json(record.document)
    if loaded.flow is None:
        raise ProblemError(loaded.problems)
    return loaded.flow


def _read_all(body: Documents) -> list[tuple[str | None, Loaded]]:
    """The documents of a request, with their texts where they are texts."""
    return [
        (document, load(document, _name(number))) if isinstance(document, str) else (None, from_json(document))
        for number, document in enumerate(body.documents)
    ]


async def _problems(
    using: Using,
    documents: list[tuple[str | None, Loaded]],
    retyped: Callable[[Retyped], None] | None = None,
    author: str | None = None,
) -> list[Problem]:
    """All problems of all documents; those of texts with their lines."""
    found = await using.library.check_documents([loaded for _, loaded in documents], retyped=retyped, author=author)
    problems: list[Problem] = []
    for number, ((text, loaded), more) in enumerate(zip(documents, found, strict=True)):
        problems += loaded.problems
        problems += more if text is None else locate_all(text, more, _name(number))
    return problems


def _name(number: int) -> str:
    return f"document {number + 1}"

"""Connectors: what they can do; made, changed, tried and taken away."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import Response

from keyturn.access.permissions import Permission, allows
from keyturn.access.tokens import NotPermitted
from keyturn.app.taught import teach
from keyturn.connectors.own import read_own
from keyturn.flows.problems import ProblemError
from keyturn.library.alone import ActionTrial

from ..access import Caller, GuardedRoute, Held, Using, needs
from ..connector_models import (
    ActionTrialStart,
    ConnectorBegin,
    ConnectorChange,
    ConnectorChecked,
    ConnectorDetailModel,
    ConnectorSource,
    OperationList,
)
from ..draft_models import TrialStarted
from ..problems import ERRORS, to_model

router = APIRouter(prefix="/connectors", tags=["connectors"], responses=ERRORS, route_class=GuardedRoute)

Name = Annotated[str, Path(max_length=120)]
DESCRIPTION = "openapi.json"
FileName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^/\\\x00-\x1f]+$",
        description="The description's file name: its operations are named by it, and `keyturn connectors check "
        "--specs` looks for it.",
    ),
]
_READ, _WRITE = [needs(Permission.CONNECTIONS_READ)], [needs(Permission.CONNECTIONS_WRITE)]
_FILE = {
    "requestBody": {
        "required": True,
        "description": "An OpenAPI 3 description, JSON or YAML.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/check", dependencies=_READ)
async def check_connector(body: ConnectorSource) -> ConnectorChecked:
    """All problems of a manifest, with lines, and the actions that it has; nothing is kept."""
    try:
        return ConnectorChecked.good(await asyncio.to_thread(read_own, body.source))
    except ProblemError as error:
        return ConnectorChecked(problems=[to_model(problem) for problem in error.problems])


@router.post("/begin", dependencies=_READ)
async def begin_connector(body: ConnectorBegin) -> ConnectorSource:
    """A manifest to go on with, of what one says about an app; nothing is kept."""
    return ConnectorSource(source=body.text())


@router.post("/openapi", dependencies=_READ, openapi_extra=_FILE)
async def read_description(using: Using, request: Request, file: FileName = DESCRIPTION) -> OperationList:
    """What an OpenAPI description offers; nothing is kept."""
    return OperationList.of(await using.connectors.described(await request.body(), file))


@router.post("/openapi/manifest", dependencies=_READ, openapi_extra=_FILE)
async def begin_from_description(
    using: Using,
    request: Request,
    connector: Annotated[str, Query(min_length=1, max_length=120)],
    operation: Annotated[list[str], Query(min_length=1, max_length=300, description="Ids of operations, or tags.")],
    title: Annotated[str, Query(max_length=200)] = "",
    file: FileName = DESCRIPTION,
) -> ConnectorSource:
    """A manifest to go on with, of some operations of an OpenAPI description; nothing is kept."""
    content = await request.body()
    return ConnectorSource(source=await using.connectors.from_openapi(content, file, connector, title, operation))


@router.get("/{connector}", dependencies=_READ)
async def read_connector(using: Using, connector: Name) -> ConnectorDetailModel:
    """A connector with its actions and events."""
    return ConnectorDetailModel.of(await using.connectors.get(connector))


@router.put("/{connector}", dependencies=_WRITE)
async def put_connector(using: Using, caller: Caller, connector: Name, body: ConnectorChange) -> ConnectorDetailModel:
    """Make a connector, or change one that was made here; flows keep what they were published with."""
    made = await using.connectors.put(connector, body.source, caller, body.follows)
    await teach(using.connectors, using.sandbox, connector)
    return ConnectorDetailModel.of(made)


@router.delete("/{connector}", status_code=204, dependencies=_WRITE)
async def delete_connector(using: Using, connector: Name) -> Response:
    """Take away a connector that was made here and that no flow and no connection needs."""
    await using.connectors.delete(connector)
    return Response(status_code=204)


@router.post("/{connector}/actions/{action}/runs", status_code=202, dependencies=[needs(Permission.RUNS_START)])
async def try_action(
    using: Using,
    caller: Caller,
    held: Held,
    connector: Name,
    action: Annotated[str, Path(max_length=120)],
    body: ActionTrialStart,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> TrialStarted:
    """Queue a run that tries an action by a connection; one that acts on the world wants ``confirm``.

    It takes the permission to change flows as well.
    """
    if not allows(held, Permission.FLOWS_WRITE):
        raise NotPermitted(Permission.FLOWS_WRITE)
    trial = ActionTrial(f"{connector}.{action}", body.connection, body.inputs, body.options, body.confirm)
    version = await using.library.try_action(trial, caller)
    run = await using.manual.start(version.flow_id, {}, idempotency_key, version=version.version)
    return TrialStarted(id=str(run), version=version.version)

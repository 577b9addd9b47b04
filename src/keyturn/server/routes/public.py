"""Public routes: event hooks and health. ``access.PUBLIC`` lists them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from starlette.responses import JSONResponse, Response

from ..access import Using
from ..models import Health
from ..problems import ERROR_WITH_SCHEMA, ERRORS, BadRequest

_STATUSES: tuple[int, ...] = (400, 401, 413, 422)
router = APIRouter(responses={503: ERROR_WITH_SCHEMA, **{status: ERRORS[status] for status in _STATUSES}})

ConnectionId = Annotated[str, Path(max_length=120)]


@router.get("/healthz", tags=["health"])
async def health() -> Health:
    """The process lives."""
    return Health(status="alive")


@router.get("/readyz", tags=["health"])
async def readiness(using: Using) -> Health:
    """The database answers."""
    await using.ready()
    return Health(status="ready")


@router.get("/hooks/okta/{connection_id}", tags=["hooks"], response_model=dict[str, str])
async def verify_okta_hook(
    using: Using,
    connection_id: ConnectionId,
    challenge: Annotated[str | None, Header(alias="x-okta-verification-challenge", max_length=2000)] = None,
) -> Response:
    """Okta's one-time verification: answers the challenge."""
    if not challenge:
        raise BadRequest(
            "The header x-okta-verification-challenge is missing.",
            "Okta sends it once when it verifies the event hook; events come by POST.",
        )
    return JSONResponse(using.okta_hook.verify(challenge))


@router.post("/hooks/okta/{connection_id}", tags=["hooks"], response_model=None)
async def receive_okta_hook(using: Using, connection_id: ConnectionId, request: Request) -> Response:
    """A delivery of an event hook; 200 means that events and runs are committed."""
    body = await request.body()
    await using.okta_hook.receive(connection_id, request.headers.get("Authorization"), body)
    return Response(status_code=200)

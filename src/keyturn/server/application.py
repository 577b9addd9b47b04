"""The application: routers, error shape, body limits, security headers."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

import keyturn
from keyturn.app.services import Services

from .endpoints import EndpointDoor
from .hooks import HookDoor
from .limits import BodyLimit
from .middleware import AccessLog, PlainAddress, SecurityHeaders
from .problems import answer_to, install
from .routes import (
    choices,
    connections,
    connectors,
    delegated,
    drafts,
    endpoints,
    files,
    flow_lists,
    flows,
    folders,
    oauth,
    other,
    public,
    resume,
    runs,
    sandbox,
    schedules,
    session,
    tables,
    templates,
    tokens,
    uses,
)
from .web_app import BUILT, WebApp

_API = "/api/v1"


def create_server(services: Services, web: Path = BUILT) -> FastAPI:
    """The application over these services; any number of them may live in one process.

    Args:
        web: the folder of the built web app.
    """
    app = _with_routes()
    app.state.services = services
    install(app)
    # the last one added is the outermost; what stands in front of all of them is below
    app.add_middleware(BodyLimit)
    app.add_middleware(PlainAddress)
    app.add_middleware(WebApp, built=web)
    hooks = HookDoor(app.answer, services.okta_hook, partial(answer_to, app.exception_handlers))
    app.front = AccessLog(EndpointDoor(SecurityHeaders(hooks), services.endpoints), services.clock)
    return app


def describe_api() -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), which needs no services."""
    return _with_routes().openapi()


class _Application(FastAPI):
    """FastAPI behind a front.

    Attributes:
        front: what sees each request first. Calls of endpoints and deliveries of event hooks are answered there: they
            are the hottest addresses, and what stands behind it takes longer than they do.
    """

    front: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.front or self.answer)(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by routes, within the middleware."""
        await super().__call__(scope, receive, send)


def _with_routes() -> _Application:
    return _Application(
        title="Keyturn",
        version=keyturn.__version__,
        summary="Self-hosted, no-code automation for identity work.",
        docs_url=None,
        redoc_url=None,
        routes=_routes(),
    )


@cache
def _routes() -> list[BaseRoute]:
    """All routes. They hold nothing of an application, and FastAPI works out what they take and give for each router
    that includes them: once in a process.
    """
    everything = APIRouter()
    everything.include_router(public.router)
    everything.include_router(session.router)
    everything.include_router(oauth.router)
    everything.include_router(resume.addresses)
    routers = (
        flow_lists,
        flows,
        folders,
        drafts,
        templates,
        runs,
        resume,
        delegated,
        schedules,
        choices,
        connections,
        connectors,
        endpoints,
        tables,
        tokens,
        files,
        uses,
        sandbox,
        other,
    )
    for router in (*(room.router for room in routers), connections.apps, session.links):
        everything.include_router(router, prefix=_API)
    return everything.routes

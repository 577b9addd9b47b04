"""The application: routers, error shape, body limits, security headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI

import keyturn
from keyturn.app.services import Services

from .endpoints import EndpointDoor
from .limits import BodyLimit
from .middleware import AccessLog, PlainAddress, SecurityHeaders
from .problems import install
from .routes import connections, drafts, endpoints, flow_lists, flows, other, public, runs, schedules, session
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
    # the last one added is the outermost
    app.add_middleware(BodyLimit)
    app.add_middleware(PlainAddress)
    app.add_middleware(WebApp, built=web)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(EndpointDoor, endpoints=services.endpoints)
    app.add_middleware(AccessLog, clock=services.clock)
    return app


def describe_api() -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), which needs no services."""
    return _with_routes().openapi()


def _with_routes() -> FastAPI:
    app = FastAPI(
        title="Keyturn",
        version=keyturn.__version__,
        summary="Self-hosted, no-code automation for identity work.",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(public.router)
    app.include_router(session.router)
    routers = (flow_lists, flows, drafts, runs, schedules, connections, endpoints, other)
    for router in (*(room.router for room in routers), session.links):
        app.include_router(router, prefix=_API)
    return app

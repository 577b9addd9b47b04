"""The application: routers, error shape, body limits, security headers."""

from __future__ import annotations

from fastapi import FastAPI

import keyturn
from keyturn.app.services import Services

from .endpoints import EndpointDoor
from .limits import BodyLimit
from .middleware import AccessLog, PlainAddress, SecurityHeaders
from .problems import install
from .routes import connections, endpoints, flows, other, public, runs, schedules

_API = "/api/v1"


def create_server(services: Services) -> FastAPI:
    """The application over these services; any number of them may live in one process."""
    app = FastAPI(
        title="Keyturn",
        version=keyturn.__version__,
        summary="Self-hosted, no-code automation for identity work.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    app.include_router(public.router)
    routers = (flows.router, runs.router, schedules.router, connections.router, endpoints.router, other.router)
    for router in routers:
        app.include_router(router, prefix=_API)
    install(app)
    # the last one added is the outermost
    app.add_middleware(BodyLimit)
    app.add_middleware(PlainAddress)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(EndpointDoor, endpoints=services.endpoints)
    app.add_middleware(AccessLog, clock=services.clock)
    return app

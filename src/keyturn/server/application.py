"""The application: routers, error shape, body limits, security headers."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import keyturn
from keyturn.app.services import Services

from .limits import BodyLimit
from .problems import install
from .routes import connections, flows, other, public, runs

_API = "/api/v1"
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]


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
    for router in (flows.router, runs.router, connections.router, other.router):
        app.include_router(router, prefix=_API)
    install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


class SecurityHeaders:
    """Adds headers that keep browsers from doing what a page of ours never asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_SECURITY]}
            await send(message)

        await self._app(scope, receive, guarded)

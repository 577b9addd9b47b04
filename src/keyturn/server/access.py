"""Who may call a route: each route of the API declares the permission that it needs; public ones are a list.

Endpoints are no routes: each is opened by its flow's client token (``endpoints.EndpointDoor``).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, params
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from starlette.responses import Response
from starlette.routing import BaseRoute

from keyturn.access.permissions import Permission
from keyturn.access.ports import SessionRecord, TokenRecord
from keyturn.app.services import Services

from .requests import StrictRequest

PUBLIC = frozenset(
    {
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/session",
        "/oauth/start",
        "/oauth/callback",
        "/hooks/okta/{connection_id}",
        "/resume/{token}",
    }
)
CSRF_HEADER = "Keyturn-CSRF"
_READS = frozenset({"GET", "HEAD"})


class NoPermissionDeclared(Exception):
    """A route of the API says nothing about who may call it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The route {path} declares no permission. Give it dependencies=[needs(Permission...)].")


class Needs(SecurityBase):
    """The dependency that checks a caller for one permission, and tells OpenAPI that a token is needed.

    A caller shows a token in the header ``Authorization``, or the cookie of a session.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        self.model = _bearer()
        self.scheme_name = "token"

    async def __call__(self, request: Request) -> None:
        """Let the caller pass. Raises NotAuthenticated or NotPermitted."""
        if getattr(request.state, "caller", None) is None:
            record = await self._known(request)
            request.state.caller = record.name
            request.state.held = record.permissions

    async def _known(self, request: Request) -> TokenRecord | SessionRecord:
        services, header = services_of(request), request.headers.get("Authorization")
        secret = request.cookies.get(cookie_name(services.settings.address))
        if header is None and secret:
            writes, csrf = request.method not in _READS, request.headers.get(CSRF_HEADER)
            return await services.sessions.check(secret, self.permission, csrf, writes=writes)
        scheme, _, token = (header or "").partition(" ")
        found = token.strip() if scheme.lower() == "bearer" else None
        return await services.tokens.check(found, self.permission)


class GuardedRoute(APIRoute):
    """A route that looks at the caller's token before it reads anything else of the request.

    Raises:
        NoPermissionDeclared: when it is made without ``needs``.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        needed = declared_in(self.dependencies)
        if needed is None:
            raise NoPermissionDeclared(self.path)

        async def guarded(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            await needed(strict)
            return await handle(strict)

        return guarded


def needs(permission: Permission) -> params.Depends:
    """Declare the permission of a route: ``dependencies=[needs(Permission.FLOWS_READ)]``."""
    return Depends(Needs(permission))


def declared_in(dependencies: list[params.Depends]) -> Needs | None:
    """The declaration among a route's dependencies."""
    return next((d.dependency for d in dependencies if isinstance(d.dependency, Needs)), None)


def permission_of(route: BaseRoute) -> Permission | None:
    """The permission that a route declares, or None."""
    declared = declared_in(route.dependencies) if isinstance(route, APIRoute) else None
    return declared.permission if declared else None


def services_of(request: Request) -> Services:
    """The services that this server was made with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


async def _using(request: Request) -> Services:
    """As ``services_of``; asynchronous, since FastAPI carries out other dependencies in threads."""
    return services_of(request)


async def caller_of(request: Request) -> str:
    """The name of the token or session that the caller showed."""
    return str(request.state.caller)


async def held_by(request: Request) -> frozenset[str]:
    """The permissions of the caller."""
    return frozenset[str](request.state.held)


def cookie_name(address: str) -> str:
    """The name of the session's cookie. Browsers share cookies between the ports of a host, so it names the port."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"keyturn_session_{port}"


def _bearer() -> Any:
    from fastapi.openapi.models import HTTPBearer

    return HTTPBearer(
        description="A token of this installation; the first one is printed at the first start. Pages of the web app "
        "show the cookie of their session instead, and the header Keyturn-CSRF when they write."
    )


Using = Annotated[Services, Depends(_using)]
Caller = Annotated[str, Depends(caller_of)]
Held = Annotated[frozenset[str], Depends(held_by)]

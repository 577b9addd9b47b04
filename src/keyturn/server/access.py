"""Who may call a route: each route of the API declares the permission that it needs; public ones are a list.

Endpoints are no routes: each is opened by its flow's client token (``endpoints.EndpointDoor``).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, params
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from starlette.responses import Response
from starlette.routing import BaseRoute

from keyturn.access.permissions import Permission
from keyturn.app.services import Services

from .requests import StrictRequest

PUBLIC = frozenset({"/", "/healthz", "/readyz", "/openapi.json", "/hooks/okta/{connection_id}"})


class NoPermissionDeclared(Exception):
    """A route of the API says nothing about who may call it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The route {path} declares no permission. Give it dependencies=[needs(Permission...)].")


class Needs(SecurityBase):
    """The dependency that checks a caller's token for one permission, and tells OpenAPI that a token is needed."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        self.model = _bearer()
        self.scheme_name = "token"

    async def __call__(self, request: Request) -> None:
        """Let the caller pass. Raises NotAuthenticated or NotPermitted."""
        if getattr(request.state, "caller", None) is None:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            found = token.strip() if scheme.lower() == "bearer" else None
            record = await services_of(request).tokens.check(found, self.permission)
            request.state.caller = record.name


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
    """The name of the token that the caller showed."""
    return str(request.state.caller)


def _bearer() -> Any:
    from fastapi.openapi.models import HTTPBearer

    return HTTPBearer(description="A token of this installation; the first one is printed at the first start.")


Using = Annotated[Services, Depends(_using)]
Caller = Annotated[str, Depends(caller_of)]

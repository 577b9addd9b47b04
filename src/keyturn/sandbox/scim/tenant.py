"""The pretend application with a SCIM 2.0 interface (RFC 7643, RFC 7644) at the gate: who may come in."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.values import JsonObject, Tenant
from keyturn.sandbox.wire import JsonAnswer, bearer

_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_MEDIA = "application/scim+json"
# The configuration says how to prove oneself, so it needs no proof (RFC 7643 section 5).
_OPEN = ("/ServiceProviderConfig",)
_DETAILS = {
    401: "Authorization failure. The authorization header is invalid or missing.",
    403: "Operation is not permitted based on the supplied authorization.",
    404: "Specified resource or endpoint does not exist.",
    413: "The request is too large.",
    429: "Too many requests.",
    500: "An internal error.",
    503: "The service is unavailable.",
}
_ROOT = "/scim/v2"
_BEGINNINGS = (_ROOT, "/v2")
_METHODS = {
    "/Users": ("GET", "POST"),
    "/Users/{id}": ("DELETE", "GET", "PATCH", "PUT"),
    "/Groups": ("GET", "POST"),
    "/Groups/{id}": ("DELETE", "GET", "PATCH", "PUT"),
    "/.search": ("POST",),
    "/Users/.search": ("POST",),
    "/Groups/.search": ("POST",),
    "/Bulk": ("POST",),
    "/ServiceProviderConfig": ("GET",),
    "/ResourceTypes": ("GET",),
    "/Schemas": ("GET",),
}
_OPERATIONS = tuple(f"{method} {_ROOT}{path}" for path, methods in _METHODS.items() for method in methods)


class ScimTenant:
    """The application as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "scim"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._protocol: ASGIApp | None = None
        self.app: ASGIApp = self._serve

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._protocol is None:
            self._protocol = await asyncio.to_thread(_protocol, self._core)
        await self._protocol(scope, receive, send)

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What it can do."""
        return _OPERATIONS

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return _operation(method, raw)

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token."""
        if str(request.scope["path"]).endswith(_OPEN):
            return None
        if hmac.compare_digest(bearer(request).encode(), self._core.world.tokens["scim"].encode()):
            return None
        return self.failure(401)

    def failure(self, status: int, wait: int = 1) -> Response:
        """SCIM's error with this status."""
        headers = {
            401: {"WWW-Authenticate": 'Bearer realm="SCIM"'},
            429: {"Retry-After": str(wait)},
            503: {"Retry-After": str(wait)},
        }
        body: JsonObject = {"schemas": [_ERROR], "status": str(status), "detail": _DETAILS[status]}
        return JsonAnswer(body, status, headers.get(status), _MEDIA)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """None."""
        return {}

    def is_token_path(self, path: str) -> bool:
        """It has a static token only."""
        return False


def beginning(path: str) -> str:
    """What stands before the operations in a path: `/scim/v2`, `/v2` or nothing."""
    return next((each for each in _BEGINNINGS if path.startswith(f"{each}/")), "")


def _operation(method: str, raw: str) -> str:
    """The operation of a path, which may also begin with `/v2` or at once."""
    path = raw.removeprefix(beginning(raw))
    of_one = path if path in _METHODS else f"{path.rpartition('/')[0]}/{{id}}"
    named = f"{'GET' if method == 'HEAD' else method} {_ROOT}{of_one}"
    return named if named in _OPERATIONS else ""


def _protocol(core: Core) -> ASGIApp:
    """In a thread of its own: the import takes a second."""
    from keyturn.sandbox.scim.protocol import ScimProtocol

    return ScimProtocol(core)

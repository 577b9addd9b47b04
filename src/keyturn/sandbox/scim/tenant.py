"""The pretend application with a SCIM 2.0 interface (RFC 7643, RFC 7644), as its users' directories write into it.

The protocol is scim2-server's; here is where its resources are kept, so that they survive a restart and a reset.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from scim2_models import EnterpriseUser, Group, Resource, ResourceType, ScimProvider, User
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.utils import load_default_service_provider_config
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.values import JsonObject, Tenant, to_json
from keyturn.sandbox.wire import JsonAnswer, bearer

_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_MEDIA = "application/scim+json"
_KINDS = ("User", "Group")
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


class _Kept(InMemoryStorage):
    """scim2-server's storage in memory, with every change on the sandbox's shelves as well."""

    def __init__(self, core: Core) -> None:
        super().__init__(clock=core.clock)
        self._core = core
        self._loaded: list[dict[str, JsonObject]] = []

    def load(self) -> None:
        """Read the shelves, if they are others than those that were read last (a reset makes new ones)."""
        shelves = [self._core.shelf(f"scim.{kind}") for kind in _KINDS]
        if len(self._loaded) == len(shelves) and all(
            one is other for one, other in zip(self._loaded, shelves, strict=True)
        ):
            return
        self._loaded = shelves
        models: dict[str, type[Resource[Any]]] = {"User": User[EnterpriseUser], "Group": Group}
        self.resources = [
            models[kind].model_validate(row)
            for kind, shelf in zip(_KINDS, shelves, strict=True)
            for row in shelf.values()
        ]

    def generate_id(self, resource_type: ResourceType, resource: Resource[Any]) -> str:
        """A UUID of the sandbox's own source."""
        return self._core.ids.uuid()

    def next_version(self) -> str:
        """A version that no other write has, over restarts as well."""
        return f'W/"{self._core.ids.word(10)}"'

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Store a new resource."""
        return self._kept(resource_type, super().create(resource_type, resource))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """Replace a stored resource."""
        found = super().update(resource_type, resource, expected_version=expected_version)
        return self._kept(resource_type, found)

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """Delete a resource."""
        super().delete(resource_type, resource_id, expected_version=expected_version)
        self._core.shelf(f"scim.{resource_type.name}").pop(resource_id, None)
        self._core.changed()

    def _kept(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        row = to_json(resource.model_dump())
        if isinstance(row, dict):
            self._core.shelf(f"scim.{resource_type.name}")[str(resource.id)] = row
        self._core.changed()
        return resource


class ScimTenant:
    """The application as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "scim"

    def __init__(self, core: Core) -> None:
        self._core = core
        provider = _provider()
        self._storage = _Kept(core)
        self._protocol = ASGIApplication(AsyncInMemoryStorage(self._storage), provider)
        self.app: ASGIApp = self._serve

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Below `/scim/v2`, `/v2` or nothing: clients are told all three."""
        self._storage.load()
        path = str(scope["path"])
        root = "/scim" if path.startswith("/scim/") else ""
        await cast("ASGIApp", self._protocol)({**scope, "root_path": root}, receive, send)

    # what the gate asks

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token."""
        if str(request.scope["path"]).endswith(_OPEN):
            return None
        if hmac.compare_digest(bearer(request).encode(), self._core.world.tokens["scim"].encode()):
            return None
        return self.failure(401)

    def failure(self, status: int) -> Response:
        """SCIM's error with this status."""
        headers = {
            401: {"WWW-Authenticate": 'Bearer realm="SCIM"'},
            429: {"Retry-After": "1"},
            503: {"Retry-After": "1"},
        }
        body: JsonObject = {"schemas": [_ERROR], "status": str(status), "detail": _DETAILS[status]}
        return JsonAnswer(body, status, headers.get(status), _MEDIA)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """None."""
        return {}

    def is_token_path(self, path: str) -> bool:
        """It has a static token only."""
        return False


@cache
def _provider() -> ScimProvider:
    """Models and their description: read only, and slow to make."""
    return ScimProvider(
        models=[User, EnterpriseUser, Group],
        resource_types=[ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)],
        config=load_default_service_provider_config(),
    )

"""SCIM as scim2-server speaks it, with its resources on the sandbox's shelves, where a restart and a reset find them.

It takes a second to import, so it is imported when the first request comes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from scim2_models import EnterpriseUser, Group, InvalidValueException, Resource, ResourceType, ScimProvider, User
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.utils import load_default_service_provider_config
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.scim.dialects import in_words_of_the_standard
from keyturn.sandbox.scim.references import named
from keyturn.sandbox.values import JsonObject, to_json
from keyturn.sandbox.wire import collect

_KINDS = ("User", "Group")


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
        """Store a new resource. Raises InvalidValueException: it names one that is not there."""
        self._check(resource_type, resource)
        return self._kept(resource_type, super().create(resource_type, resource))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """Replace a stored resource. Raises InvalidValueException: it names one that is not there."""
        self._check(resource_type, resource)
        found = super().update(resource_type, resource, expected_version=expected_version)
        return self._kept(resource_type, found)

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """Delete a resource."""
        super().delete(resource_type, resource_id, expected_version=expected_version)
        self._core.shelf(f"scim.{resource_type.name}").pop(resource_id, None)
        self._core.changed()

    def _check(self, resource_type: ResourceType, resource: Resource[Any]) -> None:
        """Refuse references to what is not there; those that it had before stay, as what they name may have gone."""
        row = to_json(resource.model_dump())
        before = self._core.shelf(f"scim.{resource_type.name}").get(str(resource.id), {})
        known = set(named(before))
        for attribute, key in named(row) if isinstance(row, dict) else ():
            kinds = _KINDS if attribute == "members" else ("User",)
            if (attribute, key) not in known and not any(key in self._core.shelf(f"scim.{kind}") for kind in kinds):
                what = f"{attribute}: there is no {' and no '.join(kinds)} {key!r}"
                raise InvalidValueException(attribute=attribute, detail=what)

    def _kept(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        row = to_json(resource.model_dump())
        if isinstance(row, dict):
            self._core.shelf(f"scim.{resource_type.name}")[str(resource.id)] = row
        self._core.changed()
        return resource


class ScimProtocol:
    """The operations, below `/scim/v2`, `/v2` or nothing: clients are told all three."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._storage = _Kept(core)
        self._app = cast("ASGIApp", ASGIApplication(AsyncInMemoryStorage(self._storage), _provider()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._storage.load()
        root = "/scim" if str(scope["path"]).startswith("/scim/") else ""
        if scope["type"] == "http" and scope["method"] == "PATCH":
            kind, _, key = str(scope["path"]).rpartition("/")
            row = self._core.shelf(f"scim.{kind.rpartition('/')[2].removesuffix('s')}").get(key, {})
            body = in_words_of_the_standard(await Request(scope, receive).body(), row)
            if body is None:
                await Response(status_code=204)(scope, receive, send)
                return
            whole = await collect(self._app, {**_sized(scope, len(body)), "root_path": root}, body)
            await send({"type": "http.response.start", "status": whole.status or 500, "headers": whole.headers})
            await send({"type": "http.response.body", "body": whole.body})
            return
        await self._app({**scope, "root_path": root}, receive, send)


def _sized(scope: Scope, size: int) -> Scope:
    """A request whose body has this length."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(size).encode())]}


@cache
def _provider() -> ScimProvider:
    """Models and their description: read only, and slow to make."""
    return ScimProvider(
        models=[User, EnterpriseUser, Group],
        resource_types=[ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)],
        config=load_default_service_provider_config(),
    )

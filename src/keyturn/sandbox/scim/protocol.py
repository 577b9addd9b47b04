"""SCIM as scim2-server speaks it, with its resources on the sandbox's shelves, where a restart and a reset find them.

It takes a second to import, so it is imported when the first request comes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from scim2_models import (
    AuthenticationScheme,
    ComplexAttribute,
    External,
    Group,
    GroupMember,
    GroupMembership,
    InvalidValueException,
    Reference,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    User,
)
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.applications.base import VERSION_PREFIX
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.utils import load_default_service_provider_config
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.scim.dialects import in_words_of_the_standard
from keyturn.sandbox.scim.models import EnterpriseUser, Manager
from keyturn.sandbox.scim.references import id_at, led_by, named
from keyturn.sandbox.scim.refusals import PlainService
from keyturn.sandbox.scim.tenant import beginning
from keyturn.sandbox.values import JsonObject, as_object, as_text, to_json
from keyturn.sandbox.wire import collect

_KINDS = ("User", "Group")
_GROUPS = ResourceType.from_resource(Group)
_USERS = ResourceType.from_resource(User[EnterpriseUser])


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
        self._link()

    def generate_id(self, resource_type: ResourceType, resource: Resource[Any]) -> str:
        """A UUID of the sandbox's own source."""
        return self._core.ids.uuid()

    def next_version(self) -> str:
        """A version that no other write has, over restarts as well."""
        return f'W/"{self._core.ids.word(10)}"'

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Store a new resource. Raises InvalidValueException: it names one that is not there."""
        self._settle(resource_type, resource)
        return self._kept(resource_type, super().create(resource_type, resource))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """Replace a stored resource. Raises InvalidValueException: it names one that is not there."""
        self._settle(resource_type, resource)
        before = self.get(resource_type, str(resource.id))
        found = super().update(resource_type, resource, expected_version=expected_version)
        self._rename(str(resource.id), _shown(before), _shown(found))
        return self._kept(resource_type, found)

    def _rename(self, key: str, before: str | None, after: str | None) -> None:
        """Have people show a manager's new name, and groups a member's, unless they were given another one."""
        for user in self.resources:
            if isinstance(user, User) and (manager := _manager(user)) is not None and manager.value == key:
                manager.display_name = manager.display_name and after
                self._save(_USERS, user)
        for group in self._groups():
            for member in group.members or []:
                if member.value == key and member.display == before != after:
                    member.display = after
                    self._save(_GROUPS, group)

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """Delete a resource, and take it out of the groups that it is in."""
        super().delete(resource_type, resource_id, expected_version=expected_version)
        self._core.shelf(f"scim.{resource_type.name}").pop(resource_id, None)
        for group in self._groups():
            left = [member for member in group.members or [] if member.value != resource_id]
            if len(left) < len(group.members or []):
                without = group.model_copy(update={"members": left or None}, deep=True)
                self._kept(_GROUPS, super().update(_GROUPS, without))
        self._link()
        self._core.changed()

    def _settle(self, resource_type: ResourceType, resource: Resource[Any]) -> None:
        """Find out whom a resource names before it is kept. Raises InvalidValueException: it is not there."""
        before = self._core.shelf(f"scim.{resource_type.name}").get(str(resource.id), {})
        if isinstance(resource, User) and (manager := _manager(resource)) is not None:
            manager.value = led_by(before, manager.value, _address_in(manager))
            if ("manager", str(manager.value)) not in list(named(before)):
                manager.display_name = None  # that of the former one
        for member in (resource.members or []) if isinstance(resource, Group) else []:
            member.value = member.value or id_at(_address_in(member))
        self._check(resource_type, resource)
        _once(resource)
        if isinstance(resource, User):
            self._lead(resource, {str(each.id): each for each in self.resources})

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
        self._save(resource_type, resource)
        self._core.changed()
        self._link()
        return self.get(resource_type, str(resource.id))

    def _save(self, resource_type: ResourceType, resource: Resource[Any]) -> None:
        row = to_json(resource.model_dump())
        if isinstance(row, dict):
            row.pop("groups", None)  # which the groups say
            self._core.shelf(f"scim.{resource_type.name}")[str(resource.id)] = row

    # what resources say of one another

    def _groups(self) -> list[Group]:
        return [each for each in self.resources if isinstance(each, Group)]

    def _link(self) -> None:
        """Have members and managers say who they are, and users which groups they are in (RFC 7643, 4.1.2 to 4.3)."""
        known = {str(each.id): each for each in self.resources}
        inside: dict[str, list[str]] = {}
        for group in self._groups():
            for member in group.members or []:
                inside.setdefault(str(member.value), []).append(str(group.id))
                if (named := known.get(str(member.value))) is not None:
                    self._describe(member, named)
        for user in known.values():
            if isinstance(user, User):
                user.groups = [self._membership(known, *each) for each in _around(str(user.id), inside)] or None
                self._lead(user, known)

    def _lead(self, user: User[Any], known: dict[str, Resource[Any]]) -> None:
        """Have a manager's address, and the name if one is shown, be those of the account that the id says."""
        manager = _manager(user)
        if manager is not None and (leader := known.get(str(manager.value))) is not None:
            manager.ref = Reference(_address("User", leader))
            manager.display_name = manager.display_name and _shown(leader)

    def _describe(self, member: GroupMember, named: Resource[Any]) -> None:
        kind = "Group" if isinstance(named, Group) else "User"
        member.type, member.display = member.type or kind, member.display or _shown(named)
        member.ref = Reference(_address(kind, named))

    def _membership(self, known: dict[str, Resource[Any]], key: str, kind: str) -> GroupMembership:
        group = known[key]
        place: Reference[Group] = Reference(_address("Group", group))
        return GroupMembership(value=key, ref=place, display=_shown(group), type=kind)


def _address(kind: str, named: Resource[Any]) -> str:
    """Where something is below the address that the client of a request uses: the service puts that before it."""
    return f"{kind}s/{named.id}"


def _manager(user: User[Any]) -> Manager | None:
    """Who leads somebody, as the account says it."""
    extension = user[EnterpriseUser]
    return extension.manager if extension is not None else None


def _address_in(reference: ComplexAttribute) -> str:
    return as_text(as_object(to_json(reference.model_dump())).get("$ref"))


def _once(resource: Resource[Any]) -> None:
    """Have a member of a group in it once, however often it is added."""
    if isinstance(resource, Group) and resource.members:
        resource.members = list({str(member.value): member for member in resource.members}.values())


def _shown(named: Resource[Any]) -> str | None:
    return named.display_name or named.user_name if isinstance(named, User) else cast("Group", named).display_name


def _around(key: str, inside: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The groups that somebody is in, directly, and by way of these indirectly; each once."""
    found = dict.fromkeys(inside.get(key, []), "direct")
    left = list(found)
    while left:
        for outer in inside.get(left.pop(0), []):
            if outer not in found:
                found[outer] = "indirect"
                left.append(outer)
    return list(found.items())


class _Application(ASGIApplication):
    """Links lead to where the client is."""

    @staticmethod
    def get_base_url(scope: dict[str, Any]) -> str:
        """Scheme, host and beginning of the path of a request."""
        plain = ASGIApplication.get_base_url({**scope, "root_path": ""}).removesuffix(VERSION_PREFIX)
        return f"{plain}{beginning(str(scope['path']))}"


class ScimProtocol:
    """The operations, below `/scim/v2`, `/v2` or nothing: clients are told all three."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._storage = _Kept(core)
        self._app = cast(
            "ASGIApp", _Application(AsyncInMemoryStorage(self._storage), _provider(), PlainService(_provider()))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._storage.load()
        root = beginning(str(scope["path"])).removesuffix(VERSION_PREFIX)
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
        resource_types=[_USERS, ResourceType.from_resource(Group)],
        config=_config(),
    )


def _config() -> ServiceProviderConfig:
    """What is supported, and how one proves oneself (RFC 7643, section 5)."""
    bearer = AuthenticationScheme(
        type=AuthenticationScheme.Type.oauthbearertoken,
        name="Bearer token",
        description="The token of the application, in the Authorization header.",
        spec_uri=Reference[External]("https://www.rfc-editor.org/info/rfc6750"),
        primary=True,
    )
    return load_default_service_provider_config().model_copy(update={"authentication_schemes": [bearer]})

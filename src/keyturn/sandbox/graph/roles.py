"""Directory roles of the pretend Microsoft 365 tenant, in both of the ways that Graph offers.

Source: https://learn.microsoft.com/en-us/graph/api/resources/directoryrole and .../api/resources/rbacapplication.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity
from keyturn.sandbox.graph.directory import GraphDirectory, Kind, Link
from keyturn.sandbox.graph.groups import OBJECT, ROLE, GroupDesk
from keyturn.sandbox.graph.seed import ROLES
from keyturn.sandbox.holdings import uuid_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text
from keyturn.sandbox.wire import json_object

_TEMPLATE = Kind("directoryRoleTemplate", "directoryRoleTemplates", ROLE.names)
_DEFINITION = Kind(
    "unifiedRoleDefinition",
    "roleManagement/directory/roleDefinitions",
    frozenset(
        {"id", "description", "displayName", "isBuiltIn", "isEnabled", "templateId", "version", "resourceScopes"}
    ),
)
_ASSIGNMENT = Kind(
    "unifiedRoleAssignment",
    "roleManagement/directory/roleAssignments",
    frozenset({"id", "principalId", "roleDefinitionId", "directoryScopeId"}),
    links=frozenset({"principal", "roleDefinition"}),
)


class RoleDesk:
    """Answers `/directoryRoles`, `/directoryRoleTemplates` and `/roleManagement/directory`."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups
        directory.deltas["directoryRoles"] = ROLE, self._with_changes

    def routes(self) -> list[Route]:
        """The operations."""
        role, managed = "/v1.0/directoryRoles/{key}", "/v1.0/roleManagement/directory"
        return [
            Route("/v1.0/directoryRoles", self._list),
            Route("/v1.0/directoryRoles", self._activate, ["POST"]),
            Route(role, self._get),
            Route(role + "/members", self._members),
            Route(role + "/members/$ref", self._add, ["POST"]),
            Route(role + "/members/{id}/$ref", self._remove, ["DELETE"]),
            Route("/v1.0/directoryRoleTemplates", self._templates),
            Route("/v1.0/directoryRoleTemplates/{key}", self._template),
            Route(managed + "/roleDefinitions", self._definitions),
            Route(managed + "/roleDefinitions/{key}", self._definition),
            Route(managed + "/roleAssignments", self._assignments),
            Route(managed + "/roleAssignments", self._assign, ["POST"]),
            Route(managed + "/roleAssignments/{key}", self._assignment),
            Route(managed + "/roleAssignments/{key}", self._unassign, ["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        roles = self._directory.core.shelf("graph.roles").values()
        return self._directory.listed(request, [self._with_members(request, role) for role in roles], ROLE)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._with_members(request, self._role(request)), ROLE)

    def _with_changes(self) -> list[JsonObject]:
        """The roles, each with who has it, as delta queries tell."""
        rows: list[JsonObject] = []
        for key, role in self._directory.core.shelf("graph.roles").items():
            held = self._groups.objects("graph.role_members", key)
            members: list[Json] = [{"@odata.type": row["@odata.type"], "id": row["id"]} for row in held]
            rows.append({**role, "members@delta": members})
        return rows

    def _with_members(self, request: Request, role: JsonObject) -> JsonObject:
        members: Link = (OBJECT, lambda row: self._groups.objects("graph.role_members", row["id"]))
        return self._directory.followed(role, self._directory.expanded(request, ROLE), {"members": members})

    def _role(self, request: Request) -> JsonObject:
        """By id or, as `roleTemplateId=...`, by its template."""
        key = str(request.path_params["key"]).removeprefix("roleTemplateId=").strip("'")
        for role in self._directory.core.shelf("graph.roles").values():
            if key in (role["id"], role["roleTemplateId"]):
                return role
        raise self._directory.words.not_found(key)

    async def _activate(self, request: Request) -> Response:
        template = as_text((await json_object(request)).get("roleTemplateId"))
        role = self._activated(template)
        return self._directory.one(request, role, ROLE, 201)

    def _activated(self, template: str) -> JsonObject:
        name = next((each for each, template_id in ROLES.items() if template_id == template), None)
        if name is None:
            raise self._directory.words.not_found(template)
        shelf = self._directory.core.shelf("graph.roles")
        key = uuid_of(f"graph/role/{name}")
        if key not in shelf:
            shelf[key] = {
                "id": key,
                "deletedDateTime": None,
                "description": f"Members have the rights of the {name}.",
                "displayName": name,
                "roleTemplateId": template,
            }
            self._directory.changed("directoryRoles", key, "created")
        return shelf[key]

    async def _members(self, request: Request) -> Response:
        rows = self._groups.objects("graph.role_members", self._role(request)["id"])
        return self._directory.listed(request, rows, OBJECT)

    async def _add(self, request: Request) -> Response:
        role = self._role(request)
        key = as_text(self._groups.directory_object(await self._directory.reference(request))["id"])
        held = self._directory.members("graph.role_members", role["id"])
        if key in held:
            text = "One or more added object references already exist for the following modified properties"
            raise self._directory.words.bad_request(f"{text}: 'members'.")
        held[key] = True
        self._mark(role, key, given=True)
        return Response(status_code=204)

    async def _remove(self, request: Request) -> Response:
        role = self._role(request)
        key = str(request.path_params["id"])
        if self._directory.members("graph.role_members", role["id"]).pop(key, None) is None:
            raise self._directory.words.not_found(key)
        self._mark(role, key, given=False)
        return Response(status_code=204)

    def _mark(self, role: JsonObject, key: str, *, given: bool) -> None:
        """Whoever has a role other than to read may not be disabled by an app."""
        account = self._directory.core.world.accounts.find_graph(key)
        if account is not None:
            roles = self._directory.core.shelf("graph.roles")
            held = self._directory.core.shelf("graph.role_members")
            names = [as_text(role["displayName"]) for role_id, role in roles.items() if key in held.get(role_id, {})]
            account.admin = any(name.endswith("Administrator") for name in names)
            self._directory.changed("users", key, done=[])
        name = "Add member to role" if given else "Remove member from role"
        done = Activity(name, ("", key), ("directoryRoles", as_text(role["id"])))
        self._directory.changed("directoryRoles", as_text(role["id"]), done=[done])

    # templates and definitions

    async def _templates(self, request: Request) -> Response:
        return self._directory.listed(request, list(_templates()), _TEMPLATE)

    async def _template(self, request: Request) -> Response:
        return self._directory.one(request, self._of(request, list(_templates())), _TEMPLATE)

    async def _definitions(self, request: Request) -> Response:
        return self._directory.listed(request, list(_definitions()), _DEFINITION)

    async def _definition(self, request: Request) -> Response:
        return self._directory.one(request, self._of(request, list(_definitions())), _DEFINITION)

    def _of(self, request: Request, rows: list[JsonObject]) -> JsonObject:
        key = str(request.path_params["key"])
        found = next((row for row in rows if row["id"] == key), None)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    # assignments

    def assigned(self) -> list[JsonObject]:
        """Who has which role."""
        roles = self._directory.core.shelf("graph.roles")
        return [
            {
                "id": _assignment_id(as_text(role["roleTemplateId"]), principal),
                "principalId": principal,
                "roleDefinitionId": role["roleTemplateId"],
                "directoryScopeId": "/",
            }
            for key, role in roles.items()
            for principal in self._directory.core.shelf("graph.role_members").get(key, {})
        ]

    async def _assignments(self, request: Request) -> Response:
        rows = [self._with_ends(request, row) for row in self.assigned()]
        return self._directory.listed(request, rows, _ASSIGNMENT)

    async def _assignment(self, request: Request) -> Response:
        return self._directory.one(request, self._with_ends(request, self._of(request, self.assigned())), _ASSIGNMENT)

    def _with_ends(self, request: Request, assignment: JsonObject) -> JsonObject:
        """With who has the role, and which it is, if that is asked for."""
        definitions = {row["id"]: row for row in _definitions()}
        links: dict[str, Link] = {
            "principal": (OBJECT, lambda row: self._groups.directory_object(as_text(row["principalId"]))),
            "roleDefinition": (_DEFINITION, lambda row: definitions[row["roleDefinitionId"]]),
        }
        return self._directory.followed(assignment, self._directory.expanded(request, _ASSIGNMENT), links)

    async def _assign(self, request: Request) -> Response:
        body = await json_object(request)
        wanted = self.give(as_text(body.get("principalId")), as_text(body.get("roleDefinitionId")))
        row = next(each for each in self.assigned() if each["id"] == wanted)
        return self._directory.one(request, row, _ASSIGNMENT, 201)

    def principal(self, key: str) -> str:
        """The id of who may have a role. Raises Refused (404)."""
        return as_text(self._groups.directory_object(key)["id"])

    def definition(self, key: str) -> JsonObject:
        """A role by the id of its definition, whether anybody has it or not. Raises Refused (404)."""
        return self._activated(key)

    def give(self, key: str, definition: str) -> str:
        """Give somebody a role; the id of the assignment. Raises Refused."""
        principal, role = self.principal(key), self._activated(definition)
        held = self._directory.members("graph.role_members", role["id"])
        if principal in held:
            raise self._directory.words.bad_request(
                "A conflicting object with one or more of the specified property values is present in the directory."
            )
        held[principal] = True
        self._mark(role, principal, given=True)
        return _assignment_id(as_text(role["roleTemplateId"]), principal)

    def take(self, key: str, definition: str) -> None:
        """Take a role from somebody. Raises Refused (404) if they have it not."""
        principal, role = self.principal(key), self._activated(definition)
        if self._directory.members("graph.role_members", role["id"]).pop(principal, None) is None:
            raise self._directory.words.not_found(principal)
        self._mark(role, principal, given=False)

    async def _unassign(self, request: Request) -> Response:
        row = self._of(request, self.assigned())
        self.take(as_text(row["principalId"]), as_text(row["roleDefinitionId"]))
        return Response(status_code=204)


def _assignment_id(template: str, principal: str) -> str:
    return f"{uuid_of(f'graph/assignment/{template}/{principal}')}-1"


def _templates() -> Iterator[JsonObject]:
    for name, template in ROLES.items():
        about = f"Members have the rights of the {name}."
        yield {"id": template, "deletedDateTime": None, "description": about, "displayName": name}


def _definitions() -> Iterator[JsonObject]:
    for name, template in ROLES.items():
        yield {
            "id": template,
            "description": f"Members have the rights of the {name}.",
            "displayName": name,
            "isBuiltIn": True,
            "isEnabled": True,
            "templateId": template,
            "version": "1",
            "resourceScopes": ["/"],
        }

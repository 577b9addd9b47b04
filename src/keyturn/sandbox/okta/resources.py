"""Custom administrators of the pretend Okta org: permissions of custom roles, resource sets, who has a role on them.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleCResourceSet/,
.../RoleDResourceSetBinding/ and .../RoleECustomPermission/.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.permissions import strange_permissions, strange_resources
from keyturn.sandbox.okta.roles import RoleDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, json_object


class ResourceDesk:
    """Answers `/iam/roles/{role}/permissions` and `/iam/resource-sets`."""

    def __init__(self, org: OktaOrg, roles: RoleDesk) -> None:
        self._org = org
        self._roles = roles

    def routes(self) -> list[Route]:
        """The operations."""
        permissions, sets = "/api/v1/iam/roles/{role}/permissions", "/api/v1/iam/resource-sets"
        one = sets + "/{set}"
        resources, bindings = one + "/resources", one + "/bindings"
        members = bindings + "/{role}/members"
        return [
            Route(permissions, self._permissions),
            Route(permissions + "/{permission}", self._permission),
            Route(permissions + "/{permission}", self._permit, ["POST", "PUT"]),
            Route(permissions + "/{permission}", self._forbid, ["DELETE"]),
            Route(sets, self._sets),
            Route(sets, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._replace, ["PUT"]),
            Route(one, self._delete, ["DELETE"]),
            Route(resources, self._resources),
            Route(resources, self._add_resource, ["POST"]),
            Route(resources, self._add_resources, ["PATCH"]),
            Route(resources + "/{resource}", self._resource),
            Route(resources + "/{resource}", self._limit_resource, ["PUT"]),
            Route(resources + "/{resource}", self._remove_resource, ["DELETE"]),
            Route(bindings, self._bindings),
            Route(bindings, self._bind, ["POST"]),
            Route(bindings + "/{role}", self._binding),
            Route(bindings + "/{role}", self._unbind, ["DELETE"]),
            Route(members, self._members),
            Route(members, self._add_members, ["PATCH"]),
            Route(members + "/{member}", self._member),
            Route(members + "/{member}", self._remove_member, ["DELETE"]),
        ]

    # permissions of custom roles

    async def _permissions(self, request: Request) -> Response:
        role = self._roles.custom_role(request)
        return JsonAnswer({"permissions": [self._as_permission(role, name) for name in texts(role["permissions"])]})

    async def _permission(self, request: Request) -> Response:
        role, name = self._roles.custom_role(request), str(request.path_params["permission"])
        if name not in texts(role["permissions"]):
            raise self._org.words.not_found(name, "Permission")
        return JsonAnswer(self._as_permission(role, name))

    async def _permit(self, request: Request) -> Response:
        role, name = self._roles.custom_role(request), str(request.path_params["permission"])
        if any(strange_permissions([name])):
            raise self._org.words.validation("permission", f"permission: {name} is no permission")
        if name not in texts(role["permissions"]):
            role["permissions"] = [*texts(role["permissions"]), name]
        self._org.core.changed()
        return JsonAnswer(self._as_permission(role, name)) if request.method == "PUT" else Response(status_code=204)

    async def _forbid(self, request: Request) -> Response:
        role, name = self._roles.custom_role(request), str(request.path_params["permission"])
        role["permissions"] = [each for each in texts(role["permissions"]) if each != name]
        self._org.core.changed()
        return Response(status_code=204)

    def _as_permission(self, role: JsonObject, name: str) -> JsonObject:
        own = self._org.url(f"/iam/roles/{role['id']}")
        links: JsonObject = {"role": {"href": own}, "self": {"href": f"{own}/permissions/{name}"}}
        return {"label": name, "created": role["created"], "lastUpdated": role["lastUpdated"], "_links": links}

    # resource sets

    def _set(self, request: Request) -> JsonObject:
        key = str(request.path_params["set"])
        rows = self._org.core.shelf("okta.resource_sets").values()
        found = next((row for row in rows if key in (row["id"], row["label"])), None)
        if found is None:
            raise self._org.words.not_found(key, "ResourceSet")
        return found

    async def _sets(self, request: Request) -> Response:
        rows: list[Json] = [self._shown(row) for row in self._org.core.shelf("okta.resource_sets").values()]
        return JsonAnswer({"resource-sets": rows, "_links": {}})

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        label, resources = as_text(body.get("label")), texts(body.get("resources"))
        shelf = self._org.core.shelf("okta.resource_sets")
        if not label.strip() or any(row["label"] == label for row in shelf.values()):
            raise self._org.words.validation("label", "label: The field cannot be blank, nor the label of another set")
        if not resources:
            raise self._org.words.validation("resources", "resources: at least one is needed")
        self._check_resources("resources", resources)
        now = self._org.core.now()
        row: JsonObject = {
            "id": self._org.new_id("iam"),
            "label": label,
            "description": body.get("description"),
            "created": now,
            "lastUpdated": now,
            "resources": {},
            "bindings": {},
        }
        for name in resources:
            self._put_resource(row, name)
        shelf[as_text(row["id"])] = row
        self._org.core.changed()
        return JsonAnswer(self._shown(row))

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._set(request)))

    async def _replace(self, request: Request) -> Response:
        row, body = self._set(request), await json_object(request)
        row.update({"label": body.get("label") or row["label"], "description": body.get("description")})
        return self._changed(row)

    async def _delete(self, request: Request) -> Response:
        del self._org.core.shelf("okta.resource_sets")[as_text(self._set(request)["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    def _changed(self, row: JsonObject) -> Response:
        row["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown(row))

    def _shown(self, row: JsonObject) -> JsonObject:
        own = self._org.url(f"/iam/resource-sets/{row['id']}")
        links: JsonObject = {
            "self": {"href": own},
            "resources": {"href": f"{own}/resources"},
            "bindings": {"href": f"{own}/bindings"},
        }
        kept: JsonObject = {name: value for name, value in row.items() if name not in ("resources", "bindings")}
        return {**kept, "_links": links}

    # what is in a set

    def _check_resources(self, field: str, names: Sequence[str]) -> None:
        if strange := list(strange_resources(self._org, names)):
            raise self._org.words.validation(field, f"{field}: {', '.join(strange)}: there is no such resource")

    def _put_resource(self, row: JsonObject, name: str) -> JsonObject:
        now, held = self._org.core.now(), as_object(row["resources"])
        made: JsonObject = {"id": self._org.new_id("ire"), "orn": name, "created": now, "lastUpdated": now}
        held[as_text(made["id"])] = made
        return made

    async def _resources(self, request: Request) -> Response:
        row = self._set(request)
        return JsonAnswer({"resources": list(as_object(row["resources"]).values()), "_links": {}})

    async def _add_resource(self, request: Request) -> Response:
        row, name = self._set(request), as_text((await json_object(request)).get("resourceOrnOrUrl"))
        if not name:
            raise self._org.words.validation("resourceOrnOrUrl", "resourceOrnOrUrl: The field cannot be left blank")
        self._check_resources("resourceOrnOrUrl", [name])
        made = self._put_resource(row, name)
        self._org.core.changed()
        return JsonAnswer(made)

    async def _add_resources(self, request: Request) -> Response:
        row = self._set(request)
        names = texts((await json_object(request)).get("additions"))
        self._check_resources("additions", names)
        for name in names:
            self._put_resource(row, name)
        return self._changed(row)

    def _found_resource(self, request: Request) -> tuple[JsonObject, JsonObject]:
        held, key = as_object(self._set(request)["resources"]), str(request.path_params["resource"])
        found = held.get(key)
        if not isinstance(found, dict):
            raise self._org.words.not_found(key, "ResourceSetResource")
        return held, found

    async def _resource(self, request: Request) -> Response:
        return JsonAnswer(self._found_resource(request)[1])

    async def _limit_resource(self, request: Request) -> Response:
        """Leave some of what the resource stands for out, by conditions."""
        _, found = self._found_resource(request)
        conditions = as_object((await json_object(request)).get("conditions"))
        if not as_object(conditions.get("Exclude")):
            raise self._org.words.validation("conditions", "conditions: Exclude must name what is left out")
        found["conditions"], found["lastUpdated"] = conditions, self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(found)

    async def _remove_resource(self, request: Request) -> Response:
        held, found = self._found_resource(request)
        del held[as_text(found["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    # who has a role on a set

    def _bound(self, request: Request, *, must: bool = True) -> tuple[JsonObject, JsonObject, str]:
        """The set, the members of a role on it, and the role's id."""
        row = self._set(request)
        role = str(request.path_params["role"])
        custom = self._org.core.shelf("okta.custom_roles")
        role = next((as_text(one["id"]) for one in custom.values() if role in (one["id"], one["label"])), role)
        held = as_object(row["bindings"])
        if must and role not in held:
            raise self._org.words.not_found(role, "ResourceSetBinding")
        return row, as_object(held.get(role)), role

    async def _bindings(self, request: Request) -> Response:
        row = self._set(request)
        own = self._org.url(f"/iam/resource-sets/{row['id']}/bindings")
        rows: list[Json] = [
            {"id": role, "_links": {"self": {"href": f"{own}/{role}"}, "members": {"href": f"{own}/{role}/members"}}}
            for role in as_object(row["bindings"])
        ]
        return JsonAnswer({"roles": rows, "_links": {}})

    async def _bind(self, request: Request) -> Response:
        row, body = self._set(request), await json_object(request)
        role = as_text(body.get("role"))
        if role not in self._org.core.shelf("okta.custom_roles"):
            raise self._org.words.not_found(role, "CustomRole")
        as_object(row["bindings"])[role] = {}
        self._put_members(as_object(as_object(row["bindings"])[role]), texts(body.get("members")))
        return self._binding_of(row, role)

    def _put_members(self, held: JsonObject, members: list[str]) -> None:
        now = self._org.core.now()
        for link in members:
            key = self._org.new_id("irb")
            own: JsonObject = {"self": {"href": link}}
            held[key] = {"id": key, "created": now, "lastUpdated": now, "_links": own}
        self._org.core.changed()

    def _binding_of(self, row: JsonObject, role: str) -> Response:
        own = self._org.url(f"/iam/resource-sets/{row['id']}")
        self_: JsonObject = {"href": f"{own}/bindings/{role}"}
        return JsonAnswer({"id": role, "_links": {"self": self_, "resource-set": {"href": own}}})

    async def _binding(self, request: Request) -> Response:
        row, _, role = self._bound(request)
        return self._binding_of(row, role)

    async def _unbind(self, request: Request) -> Response:
        row, _, role = self._bound(request)
        del as_object(row["bindings"])[role]
        self._org.core.changed()
        return Response(status_code=204)

    async def _members(self, request: Request) -> Response:
        _, held, _ = self._bound(request)
        return JsonAnswer({"members": list(held.values()), "_links": {}})

    async def _add_members(self, request: Request) -> Response:
        row, held, role = self._bound(request)
        self._put_members(held, texts((await json_object(request)).get("additions")))
        return self._binding_of(row, role)

    def _found_member(self, request: Request) -> tuple[JsonObject, JsonObject]:
        _, held, _ = self._bound(request)
        key = str(request.path_params["member"])
        found = held.get(key)
        if not isinstance(found, dict):
            raise self._org.words.not_found(key, "ResourceSetBindingMember")
        return held, found

    async def _member(self, request: Request) -> Response:
        return JsonAnswer(self._found_member(request)[1])

    async def _remove_member(self, request: Request) -> Response:
        held, found = self._found_member(request)
        del held[as_text(found["id"])]
        self._org.core.changed()
        return Response(status_code=204)

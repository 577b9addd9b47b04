"""Admin roles of the pretend Okta org: who has which, with which targets.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/ and
.../RoleAssignmentBGroup/, .../RoleECustom/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.log import app_target, group_target, user_target
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.permissions import strange_permissions
from keyturn.sandbox.okta.seed import ORG
from keyturn.sandbox.okta.users import group_shown
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, json_object

CUSTOM = "CUSTOM"
LABELS = {
    "SUPER_ADMIN": "Super Administrator",
    "ORG_ADMIN": "Organization Administrator",
    "APP_ADMIN": "Application Administrator",
    "USER_ADMIN": "Group Administrator",
    "GROUP_MEMBERSHIP_ADMIN": "Group Membership Administrator",
    "HELP_DESK_ADMIN": "Help Desk Administrator",
    "READ_ONLY_ADMIN": "Read-only Administrator",
    "REPORT_ADMIN": "Report Administrator",
    "API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator",
}


class RoleDesk:
    """Answers `/users/{user}/roles`, `/groups/{group}/roles` and `/iam`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        routes = [
            Route("/api/v1/iam/assignees/users", self._assignees),
            Route("/api/v1/iam/roles", self._custom_roles),
            Route("/api/v1/iam/roles", self._create_role, ["POST"]),
            Route("/api/v1/iam/roles/{role}", self._custom_role),
            Route("/api/v1/iam/roles/{role}", self._replace_role, ["PUT"]),
            Route("/api/v1/iam/roles/{role}", self._delete_role, ["DELETE"]),
        ]
        governed = "/api/v1/users/{key}/roles/{role}/governance"
        routes += [
            Route(governed, self._governance),
            Route(governed + "/{grant}", self._no_grant),
            Route(governed + "/{grant}/resources", self._no_grant),
        ]
        for base in ("/api/v1/users/{key}/roles", "/api/v1/groups/{group}/roles", "/oauth2/v1/clients/{client}/roles"):
            routes += [
                Route(base, self._list),
                Route(base, self._assign, ["POST"]),
                Route(base + "/{role}", self._get),
                Route(base + "/{role}", self._unassign, ["DELETE"]),
                Route(base + "/{role}/targets", self._any_targets),
                Route(base + "/{role}/targets/groups", self._targets),
                Route(base + "/{role}/targets/groups/{target}", self._add_target, ["PUT"]),
                Route(base + "/{role}/targets/groups/{target}", self._remove_target, ["DELETE"]),
                Route(base + "/{role}/targets/catalog/apps", self._apps),
                Route(base + "/{role}/targets/catalog/apps", self._all_apps, ["PUT"]),
                Route(base + "/{role}/targets/catalog/apps/{name}", self._add_app, ["PUT"]),
                Route(base + "/{role}/targets/catalog/apps/{name}", self._remove_app, ["DELETE"]),
                Route(base + "/{role}/targets/catalog/apps/{name}/{app}", self._add_app, ["PUT"]),
                Route(base + "/{role}/targets/catalog/apps/{name}/{app}", self._remove_app, ["DELETE"]),
            ]
        return routes

    def _held(self, request: Request) -> tuple[JsonObject, JsonObject]:
        """Whose roles they are, as a target of events, and the roles by id."""
        if "group" in request.path_params:
            group = self._org.group(request)
            return group_target(group), self._org.core.shelf("okta.group_roles").setdefault(as_text(group["id"]), {})
        if "client" in request.path_params:
            app = self._org.document(request, "client", "okta.apps", "PublicClientApp")
            return app_target(app), self._org.core.shelf("okta.client_roles").setdefault(as_text(app["id"]), {})
        account = self._org.user(request)
        return user_target(account), self._org.core.shelf("okta.roles").setdefault(account.id, {})

    async def _list(self, request: Request) -> Response:
        _, held = self._held(request)
        rows: list[Json] = [_shown(as_object(role)) for role in held.values()]
        return JsonAnswer(rows)

    async def _assign(self, request: Request) -> Response:
        owner, held = self._held(request)
        body = await json_object(request)
        kind = as_text(body.get("type"))
        if kind not in (*LABELS, CUSTOM):
            raise self._org.words.validation("type", f"type: must be one of {', '.join((*LABELS, CUSTOM))}")
        own: JsonObject = self._own(body) if kind == CUSTOM else {"label": LABELS[kind]}
        if any(_same(as_object(role), kind, own) for role in held.values()):
            raise self._org.words.refuse("E0000090")
        now = self._org.core.now()
        whose = next((name for name in ("group", "client") if name in request.path_params), "user")
        role: JsonObject = {
            "id": self._org.new_id("gra" if whose == "group" else "ra1"),
            **own,
            "type": kind,
            "status": "ACTIVE",
            "created": now,
            "lastUpdated": now,
            "assignmentType": whose.upper(),
        }
        held[as_text(role["id"])] = role
        self._mark_admin(request)
        self._org.happened(request, _event(request, "grant"), owner)
        return JsonAnswer(_shown(role), 201)

    async def _governance(self, request: Request) -> Response:
        """Roles here are assigned by hand, so that no grant of Okta Identity Governance stands behind one."""
        role, whose = self._role(request), self._org.url(f"/users/{self._org.user(request).id}")
        own = f"{whose}/roles/{role['id']}/governance"
        return JsonAnswer({"grants": [], "_links": {"self": {"href": own}, "assignee": {"href": whose}}})

    async def _no_grant(self, request: Request) -> Response:
        self._role(request)
        raise self._org.words.not_found(str(request.path_params["grant"]), "GovernanceGrant")

    def _own(self, body: JsonObject) -> JsonObject:
        """What an assignment of a role of the org's own says: which, and on which resources. Raises Refused."""
        role = self._org.find(as_text(body.get("role")), "okta.custom_roles", "CustomRole")
        resources = self._org.find(as_text(body.get("resource-set")), "okta.resource_sets", "ResourceSet")
        return {"label": role["label"], "role": role["id"], "resource-set": resources["id"]}

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(_shown(self._role(request)))

    def _role(self, request: Request) -> JsonObject:
        _, held = self._held(request)
        role_id = str(request.path_params["role"])
        found = held.get(role_id)
        if not isinstance(found, dict):
            raise self._org.words.not_found(role_id, "Role")
        return found

    async def _unassign(self, request: Request) -> Response:
        owner, held = self._held(request)
        del held[as_text(self._role(request)["id"])]
        self._mark_admin(request)
        self._org.happened(request, _event(request, "revoke"), owner)
        return Response(status_code=204)

    def _mark_admin(self, request: Request) -> None:
        if "key" in request.path_params:
            account = self._org.user(request)
            account.admin = bool(self._org.core.shelf("okta.roles").get(account.id))

    async def _targets(self, request: Request) -> Response:
        groups = self._org.core.shelf("okta.groups")
        chosen = texts(self._role(request).get("targets"))
        return self._org.page(
            request, [group_shown(self._org, groups[key]) for key in chosen if key in groups], 200, 20
        )

    async def _any_targets(self, request: Request) -> Response:
        """Groups and apps by their names as resources of Okta."""
        role, prefix = self._role(request), "orn:okta"
        apps = (chosen.replace("/", ":") for chosen in texts(role.get("apps")))
        names = [f"{prefix}:directory:{ORG}:groups:{key}" for key in texts(role.get("targets"))]
        names += [f"{prefix}:idp:{ORG}:apps:{name}" for name in apps]
        whose = role["assignmentType"]
        return JsonAnswer([{"assignmentType": whose, "orn": name, "_links": {}} for name in names])

    async def _add_target(self, request: Request) -> Response:
        role = self._role(request)
        target = self._org.document(request, "target", "okta.groups", "UserGroup")
        chosen = texts(role.get("targets"))
        role["targets"] = [*chosen, *([] if target["id"] in chosen else [target["id"]])]
        self._org.core.changed()
        return Response(status_code=204)

    async def _remove_target(self, request: Request) -> Response:
        role = self._role(request)
        target = str(request.path_params["target"])
        chosen = texts(role.get("targets"))
        if chosen == [target]:
            text = "The last target of a role cannot be removed: remove the role."
            raise self._org.words.validation("target", text)
        role["targets"] = [key for key in chosen if key != target]
        self._org.core.changed()
        return Response(status_code=204)

    # apps that a role is for

    async def _apps(self, request: Request) -> Response:
        """The apps of the catalogue, and single ones of the org as `name/id`."""
        apps = self._org.core.shelf("okta.apps")
        rows: list[JsonObject] = []
        for chosen in texts(self._role(request).get("apps")):
            name, _, app_id = chosen.partition("/")
            label = apps[app_id]["label"] if app_id in apps else name
            own = self._org.url(f"/catalog/apps/{name}")
            rows.append({"name": name, "displayName": label, "status": "ACTIVE", "_links": {"self": {"href": own}}})
            if app_id:
                rows[-1]["id"] = app_id
        return self._org.page(request, rows, 200, 20)

    def _app_name(self, request: Request) -> str:
        name = str(request.path_params["name"])
        known = self._org.core.shelf("okta.apps").values()
        if "app" in request.path_params:
            return f"{name}/{self._org.app(request)['id']}"
        if not any(app["name"] == name for app in known):
            raise self._org.words.not_found(name, "App")
        return name

    async def _all_apps(self, request: Request) -> Response:
        self._role(request)["apps"] = []
        self._org.core.changed()
        return Response(status_code=200)

    async def _add_app(self, request: Request) -> Response:
        role, name = self._role(request), self._app_name(request)
        role["apps"] = [*(each for each in texts(role.get("apps")) if each != name), name]
        self._org.core.changed()
        return Response(status_code=204)

    async def _remove_app(self, request: Request) -> Response:
        role, name = self._role(request), self._app_name(request)
        if texts(role.get("apps")) == [name]:
            text = "The last target of a role cannot be removed: remove the role."
            raise self._org.words.validation("target", text)
        role["apps"] = [each for each in texts(role.get("apps")) if each != name]
        self._org.core.changed()
        return Response(status_code=204)

    # the org's roles

    async def _assignees(self, request: Request) -> Response:
        rows: list[Json] = []
        for user_id, roles in self._org.core.shelf("okta.roles").items():
            if roles:
                own = self._org.url(f"/users/{user_id}")
                links: JsonObject = {"self": {"href": own}, "roles": {"href": f"{own}/roles"}}
                rows.append({"id": user_id, "orn": f"orn:okta:directory:00o:users:{user_id}", "_links": links})
        return JsonAnswer({"value": rows, "_links": {}})

    async def _custom_roles(self, request: Request) -> Response:
        rows: list[Json] = [self._custom(role) for role in self._org.core.shelf("okta.custom_roles").values()]
        return JsonAnswer({"roles": rows, "_links": {}})

    async def _create_role(self, request: Request) -> Response:
        body = await json_object(request)
        label = as_text(body.get("label"))
        shelf = self._org.core.shelf("okta.custom_roles")
        if not label.strip() or any(role["label"] == label for role in shelf.values()):
            raise self._org.words.validation("label", "label: The field cannot be blank, nor the label of another role")
        permissions = texts(body.get("permissions"))
        if not permissions:
            raise self._org.words.validation("permissions", "permissions: The field cannot be left blank")
        if strange := list(strange_permissions(permissions)):
            text = f"permissions: {', '.join(strange)}: there is no such permission"
            raise self._org.words.validation("permissions", text)
        now = self._org.core.now()
        role: JsonObject = {
            "id": self._org.new_id("cr0"),
            "label": label,
            "description": body.get("description"),
            "permissions": list(permissions),
            "created": now,
            "lastUpdated": now,
        }
        shelf[as_text(role["id"])] = role
        self._org.core.changed()
        return JsonAnswer(self._custom(role))

    def custom_role(self, request: Request) -> JsonObject:
        """The custom role that a path names by id or label. Raises Refused (404)."""
        key = str(request.path_params["role"])
        shelf = self._org.core.shelf("okta.custom_roles")
        found = next((role for role in shelf.values() if key in (role["id"], role["label"])), None)
        if found is None:
            raise self._org.words.not_found(key, "CustomRole")
        return found

    async def _custom_role(self, request: Request) -> Response:
        return JsonAnswer(self._custom(self.custom_role(request)))

    async def _replace_role(self, request: Request) -> Response:
        role = self.custom_role(request)
        body = await json_object(request)
        role.update({"label": body.get("label") or role["label"], "description": body.get("description")})
        role["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._custom(role))

    async def _delete_role(self, request: Request) -> Response:
        del self._org.core.shelf("okta.custom_roles")[as_text(self.custom_role(request)["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    def _custom(self, role: JsonObject) -> JsonObject:
        own = self._org.url(f"/iam/roles/{role['id']}")
        shown = {name: value for name, value in role.items() if name != "permissions"}
        return {**shown, "_links": {"self": {"href": own}, "permissions": {"href": f"{own}/permissions"}}}


def _event(request: Request, verb: str) -> str:
    if "client" in request.path_params:
        return f"app.oauth2.client.privilege.{verb}"
    return f"{'group' if 'group' in request.path_params else 'user.account'}.privilege.{verb}"


def _same(role: JsonObject, kind: str, own: JsonObject) -> bool:
    """Whether it is assigned already: a role of the org's own once on each set of resources."""
    return role["type"] == kind and all(role.get(name) == value for name, value in own.items())


def _shown(role: JsonObject) -> JsonObject:
    return {name: value for name, value in role.items() if name not in ("targets", "apps")}

"""How the pretend Google Workspace account is organised: units, roles of admins, domains, the customer, own fields.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/orgunits, .../roles,
.../roleAssignments, .../customers, .../domains and .../schemas.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.own_fields import check_fields
from keyturn.sandbox.google.seed import google_id
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer

_ROLES = {
    "_SEED_ADMIN_ROLE": "Super Admin",
    "_GROUPS_ADMIN_ROLE": "Groups Admin",
    "_USER_MANAGEMENT_ADMIN_ROLE": "User Management Admin",
    "_HELP_DESK_ADMIN_ROLE": "Help Desk Admin",
}
_ROOT_ID = f"id:{word_of('google/unit/', 15).lower()}"
_ROOT: JsonObject = {
    "kind": "admin#directory#orgUnit",
    "name": COMPANY,
    "description": "",
    "orgUnitPath": "/",
    "orgUnitId": _ROOT_ID,
    "blockInheritance": False,
}


class UnitDesk:
    """Answers what is below `/customer/{customer}` and is no device."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        customer = "/admin/directory/v1/customer/{customer}"
        units, roles, schemas = f"{customer}/orgunits", f"{customer}/roleassignments", f"{customer}/schemas"
        return [
            Route(units, self._list),
            Route(units, self._insert, ["POST"]),
            Route(units + "/{path*}", self._get),
            Route(units + "/{path*}", self._update, ["PUT", "PATCH"]),
            Route(units + "/{path*}", self._delete, ["DELETE"]),
            Route(customer + "/roles", self._roles),
            Route(customer + "/roles/{role}", self._role),
            Route(roles, self._assignments),
            Route(roles, self._assign, ["POST"]),
            Route(roles + "/{assignment}", self._assignment),
            Route(roles + "/{assignment}", self._unassign, ["DELETE"]),
            Route(schemas, self._schemas),
            Route(schemas, self._add_schema, ["POST"]),
            Route(schemas + "/{schema}", self._schema),
            Route(schemas + "/{schema}", self._change_schema, ["PUT", "PATCH"]),
            Route(schemas + "/{schema}", self._remove_schema, ["DELETE"]),
        ]

    def _check(self, request: Request) -> None:
        self._workspace.check_customer(str(request.path_params["customer"]))

    # units

    async def _list(self, request: Request) -> Response:
        """Units below a path: its children, or with `type=all` everything."""
        self._check(request)
        top = self._unit_of(request.query_params.get("orgUnitPath", "/"))
        under = as_text(top["orgUnitPath"])
        kind = request.query_params.get("type", "children")
        units = self._workspace.core.shelf("google.units").values()
        prefix = under.rstrip("/") + "/"
        rows: list[Json] = [
            _unit(unit)
            for unit in units
            if as_text(unit["orgUnitPath"]).startswith(prefix)
            and (kind != "children" or as_text(unit["parentOrgUnitPath"]) == under)
        ]
        if kind == "allIncludingParent":
            rows.insert(0, _unit(top))
        answer: JsonObject = {"kind": "admin#directory#orgUnits", "etag": f'"{len(rows)}"'}
        if rows:
            answer["organizationUnits"] = rows
        return JsonAnswer(answer)

    def _found(self, request: Request) -> JsonObject:
        """By path, with or without the first slash, or by `id:...`."""
        self._check(request)
        return self._unit_of(str(request.path_params["path"]))

    def _unit_of(self, key: str) -> JsonObject:
        if key.strip("/") == "" or key == _ROOT_ID:
            return dict(_ROOT)
        for path, unit in self._workspace.core.shelf("google.units").items():
            if key.strip("/") == path.strip("/") or key == unit["orgUnitId"]:
                return unit
        raise words.refuse(404, "notFound", "Org unit not found")

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(_unit(self._found(request)))

    async def _insert(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        name = as_text(body.get("name"))
        if not name or "/" in name:
            raise words.invalid("name: Invalid Ou Name")
        parent = self._parent(body)
        path = f"{parent.rstrip('/')}/{name}"
        units = self._workspace.core.shelf("google.units")
        if path in units:
            raise words.duplicate("Invalid Ou Id")
        units[path] = {
            "kind": "admin#directory#orgUnit",
            "name": name,
            "description": as_text(body.get("description")),
            "orgUnitPath": path,
            "orgUnitId": f"id:{self._workspace.core.ids.word(15).lower()}",
            "parentOrgUnitPath": parent,
            "parentOrgUnitId": units[parent]["orgUnitId"] if parent in units else _ROOT_ID,
            "blockInheritance": body.get("blockInheritance") is True,
        }
        self._workspace.did("CREATE_ORG_UNIT", {"ORG_UNIT_NAME": path}, "ORG_SETTINGS")
        return JsonAnswer(_unit(units[path]))

    def _parent(self, body: JsonObject) -> str:
        units = self._workspace.core.shelf("google.units")
        parent_id = body.get("parentOrgUnitId")
        if parent_id is not None and parent_id != _ROOT_ID:
            found = next((path for path, unit in units.items() if unit["orgUnitId"] == parent_id), None)
            if found is None:
                raise words.invalid("parentOrgUnitId: Invalid Parent Orgunit Id")
            return found
        parent = "/" + as_text(body.get("parentOrgUnitPath")).strip("/")
        if parent != "/" and parent not in units:
            raise words.invalid("parentOrgUnitPath: Invalid Parent Orgunit Id")
        return parent

    async def _update(self, request: Request) -> Response:
        unit = self._found(request)
        if unit["orgUnitPath"] == "/":
            raise words.invalid("orgUnitPath: INVALID_OU_ID")
        body = await json_object(request)
        parent = as_text(unit["parentOrgUnitPath"])
        if body.get("parentOrgUnitPath") is not None or body.get("parentOrgUnitId") is not None:
            parent = self._parent(body)
        path = f"{parent.rstrip('/')}/{as_text(body.get('name')) or as_text(unit['name'])}"
        if path != unit["orgUnitPath"]:
            self._move(unit, path)
        if "description" in body:
            unit["description"] = as_text(body["description"])
        if isinstance(body.get("blockInheritance"), bool):
            unit["blockInheritance"] = body["blockInheritance"]
        self._workspace.did("EDIT_ORG_UNIT", {"ORG_UNIT_NAME": as_text(unit["orgUnitPath"])}, "ORG_SETTINGS")
        return JsonAnswer(_unit(unit))

    def _move(self, unit: JsonObject, new: str) -> None:
        """Whoever and whatever is in the unit goes along."""
        units = self._workspace.core.shelf("google.units")
        old = as_text(unit["orgUnitPath"])
        parent, _, unit_name = new.rpartition("/")
        if new in units:
            raise words.duplicate("Invalid Ou Id")
        if f"{parent}/".startswith(f"{old}/"):
            raise words.invalid("parentOrgUnitPath: Invalid Parent Orgunit Id")
        unit["name"] = unit_name
        unit["parentOrgUnitId"] = units[parent]["orgUnitId"] if parent in units else _ROOT_ID
        for each in list(units.values()):
            path = as_text(each["orgUnitPath"])
            if path == old or path.startswith(old + "/"):
                del units[path]
                each["orgUnitPath"] = new + path.removeprefix(old)
                each["parentOrgUnitPath"] = as_text(each["orgUnitPath"]).rpartition("/")[0] or "/"
                units[as_text(each["orgUnitPath"])] = each
        held = [account.profile for account in self._workspace.core.world.accounts.google]
        for row in (*held, *self._workspace.core.shelf("google.chromeos").values()):
            path = as_text(row.get("orgUnitPath"))
            if path == old or path.startswith(old + "/"):
                row["orgUnitPath"] = new + path.removeprefix(old)

    async def _delete(self, request: Request) -> Response:
        unit = self._found(request)
        path = as_text(unit["orgUnitPath"])
        units = self._workspace.core.shelf("google.units")
        people = self._workspace.core.world.accounts.google
        if path == "/":
            raise words.invalid("orgUnitPath: INVALID_OU_ID")
        if any(account.profile.get("orgUnitPath") == path for account in people) or any(
            as_text(each["parentOrgUnitPath"]) == path for each in units.values()
        ):
            raise words.refuse(412, "conditionNotMet", "Organization unit is not empty.")
        del units[path]
        self._workspace.did("REMOVE_ORG_UNIT", {"ORG_UNIT_NAME": path}, "ORG_SETTINGS")
        return Response(status_code=204)

    # roles

    def _role_rows(self) -> list[JsonObject]:
        """Google's own roles, and those that were made since."""
        rows: list[JsonObject] = [
            {
                "kind": "admin#directory#role",
                "etag": f'"{name}"',
                "roleId": google_id(f"role/{name}")[-17:],
                "roleName": name,
                "roleDescription": about,
                "isSystemRole": True,
                "isSuperAdminRole": name == "_SEED_ADMIN_ROLE",
            }
            for name, about in _ROLES.items()
        ]
        return [*rows, *self._workspace.core.shelf("google.roles").values()]

    async def _roles(self, request: Request) -> Response:
        self._check(request)
        frame: JsonObject = {"kind": "admin#directory#roles"}
        return self._workspace.page(request, self._role_rows(), frame, "items", 100, key="roleId")

    async def _role(self, request: Request) -> Response:
        self._check(request)
        key = str(request.path_params["role"])
        found = next((role for role in self._role_rows() if role["roleId"] == key), None)
        if found is None:
            raise words.not_found("roleId")
        return JsonAnswer(found)

    def _assigned(self) -> list[JsonObject]:
        """Super administrators, and the roles that were given since."""
        super_role = self._role_rows()[0]["roleId"]
        rows: list[JsonObject] = [
            _assignment(f"9{account.id[1:18]}", account.id, super_role)
            for account in self._workspace.core.world.accounts.google
            if account.admin
        ]
        return rows + list(self._workspace.core.shelf("google.role_assignments").values())

    async def _assignments(self, request: Request) -> Response:
        self._check(request)
        rows = self._assigned()
        params = request.query_params
        if "userKey" in params:
            wanted = {self._workspace.find_user(params["userKey"]).id}
            if params.get("includeIndirectRoleAssignments", "false").lower() == "true":
                members = self._workspace.core.shelf("google.members").items()
                wanted |= {group for group, held in members if wanted & held.keys()}
            rows = [row for row in rows if as_text(row["assignedTo"]) in wanted]
        if "roleId" in params:
            rows = [row for row in rows if row["roleId"] == params["roleId"]]
        frame: JsonObject = {"kind": "admin#directory#roleAssignments"}
        return self._workspace.page(request, rows, frame, "items", 200, key="roleAssignmentId")

    async def _assign(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        to = str(body.get("assignedTo") or "")
        group = self._workspace.core.shelf("google.groups").get(to)
        account = None if group is not None else self._workspace.find_user(to)
        to = to if account is None else account.id
        role = str(body.get("roleId") or "")
        if all(row["roleId"] != role for row in self._role_rows()):
            raise words.not_found("roleId")
        if any(row["assignedTo"] == to and row["roleId"] == role for row in self._assigned()):
            raise words.duplicate()
        key = f"7{int(self._workspace.core.ids.uuid().replace('-', ''), 16) % 10**17:017d}"
        row = {**_assignment(key, to, role, "group" if account is None else "user"), **self._reach(body)}
        if role == self._role_rows()[0]["roleId"]:
            if account is None:
                raise words.invalid("roleId")
            account.admin = True
            self._workspace.core.changed()
            return JsonAnswer(_assignment(f"9{account.id[1:18]}", account.id, role))
        self._workspace.core.shelf("google.role_assignments")[key] = row
        self._workspace.did(
            "ASSIGN_ROLE", {"USER_EMAIL": to if account is None else account.login}, "DELEGATED_ADMIN_SETTINGS"
        )
        return JsonAnswer(row)

    def _reach(self, body: JsonObject) -> JsonObject:
        """Where a role holds: everywhere, or in one unit, whose id has no `id:` here. Raises Refused (400)."""
        kind, unit = as_text(body.get("scopeType")) or "CUSTOMER", as_text(body.get("orgUnitId"))
        if kind == "CUSTOMER":
            return {"scopeType": kind}
        units = self._workspace.core.shelf("google.units").values()
        if kind != "ORG_UNIT" or all(row["orgUnitId"] != f"id:{unit.removeprefix('id:')}" for row in units):
            raise words.invalid("scopeType" if kind != "ORG_UNIT" else "orgUnitId")
        return {"scopeType": kind, "orgUnitId": unit.removeprefix("id:")}

    def _given(self, request: Request) -> JsonObject:
        self._check(request)
        key = str(request.path_params["assignment"])
        found = next((row for row in self._assigned() if row["roleAssignmentId"] == key), None)
        if found is None:
            raise words.not_found("roleAssignmentId")
        return found

    async def _assignment(self, request: Request) -> Response:
        return JsonAnswer(self._given(request))

    async def _unassign(self, request: Request) -> Response:
        row = self._given(request)
        shelf = self._workspace.core.shelf("google.role_assignments")
        if shelf.pop(as_text(row["roleAssignmentId"]), None) is None:
            self._workspace.find_user(as_text(row["assignedTo"])).admin = False
        self._workspace.did("UNASSIGN_ROLE", {"USER_EMAIL": as_text(row["assignedTo"])}, "DELEGATED_ADMIN_SETTINGS")
        return Response(status_code=204)

    # own fields

    async def _schemas(self, request: Request) -> Response:
        self._check(request)
        rows: list[Json] = list(self._workspace.core.shelf("google.schemas").values())
        answer: JsonObject = {"kind": "admin#directory#schemas", "etag": f'"{len(rows)}"'}
        return JsonAnswer({**answer, "schemas": rows} if rows else answer)

    def _schema_row(self, request: Request) -> JsonObject:
        self._check(request)
        key = str(request.path_params["schema"])
        shelf = self._workspace.core.shelf("google.schemas").values()
        found = next((row for row in shelf if key in (row["schemaId"], row["schemaName"])), None)
        if found is None:
            raise words.not_found("schemaKey")
        return found

    async def _schema(self, request: Request) -> Response:
        return JsonAnswer(self._schema_row(request))

    async def _add_schema(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        name = as_text(body.get("schemaName"))
        shelf = self._workspace.core.shelf("google.schemas")
        if not name or not isinstance(body.get("fields"), list):
            raise words.required("schemaName" if not name else "fields")
        check_fields(body["fields"])
        if any(row["schemaName"] == name for row in shelf.values()):
            raise words.duplicate()
        key = self._workspace.core.ids.word(22)
        row: JsonObject = {"kind": "admin#directory#schema", "schemaId": key, "etag": f'"{key}"', **body}
        shelf[key] = row
        self._workspace.core.changed()
        return JsonAnswer(row)

    async def _change_schema(self, request: Request) -> Response:
        row = self._schema_row(request)
        body = await json_object(request)
        check_fields(body.get("fields"))
        row.update({name: value for name, value in body.items() if name in ("displayName", "fields")})
        self._workspace.core.changed()
        return JsonAnswer(row)

    async def _remove_schema(self, request: Request) -> Response:
        del self._workspace.core.shelf("google.schemas")[as_text(self._schema_row(request)["schemaId"])]
        self._workspace.core.changed()
        return Response(status_code=204)


def _assignment(key: str, to: str, role: Json, kind: str = "user") -> JsonObject:
    return {
        "kind": "admin#directory#roleAssignment",
        "etag": f'"{key}"',
        "roleAssignmentId": key,
        "assignedTo": to,
        "assigneeType": kind,
        "roleId": role,
        "scopeType": "CUSTOMER",
    }


def _unit(unit: JsonObject) -> JsonObject:
    return {**unit, "etag": f'"{unit["orgUnitId"]}"'}

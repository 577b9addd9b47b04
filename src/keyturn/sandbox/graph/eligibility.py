"""Privileged Identity Management of the pretend Microsoft 365 tenant: who has a role for a time, who may take one.

Source: https://learn.microsoft.com/en-us/graph/api/resources/privilegedidentitymanagementv3-overview. Requests of
administrators are carried out at once; times are kept and not waited for.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity
from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.roles import RoleDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_REQUESTS, _ELIGIBLE = "graph.role_requests", "graph.eligible"
_NAMES = frozenset(
    {"id", "principalId", "roleDefinitionId", "directoryScopeId", "action", "status", "justification", "scheduleInfo"}
    | {"createdDateTime", "targetScheduleId", "memberType", "assignmentType", "startDateTime", "endDateTime"}
    | {"appScopeId", "isValidationOnly", "ticketInfo", "completedDateTime"}
)
_GIVING = ("adminAssign", "adminUpdate", "adminExtend", "adminRenew", "selfActivate")
_TAKING = ("adminRemove", "selfDeactivate")


class EligibilityDesk:
    """Answers schedules, instances and requests below `/roleManagement/directory`."""

    def __init__(self, directory: GraphDirectory, roles: RoleDesk) -> None:
        self._directory = directory
        self._roles = roles

    def routes(self) -> list[Route]:
        """The operations."""
        root = "/v1.0/roleManagement/directory"
        routes: list[Route] = []
        for name, rows in (("roleAssignment", self._active), ("roleEligibility", self._eligible)):
            for end in ("Schedules", "ScheduleInstances"):
                routes.append(Route(f"{root}/{name}{end}", rows))
            requests = f"{root}/{name}ScheduleRequests"
            routes.append(Route(requests, self._requests))
            routes.append(Route(requests, self._request, ["POST"]))
            routes.append(Route(requests + "/{key}", self._one))
        return routes

    def _listed(self, request: Request, name: str, rows: list[JsonObject]) -> Response:
        return self._directory.listed(request, rows, Kind(name, "roleManagement/directory", _NAMES))

    async def _active(self, request: Request) -> Response:
        kept: JsonObject = {"memberType": "Direct", "assignmentType": "Assigned", "status": "Provisioned"}
        rows = [{**row, **kept} for row in self._roles.assigned()]
        return self._listed(request, "unifiedRoleAssignmentSchedule", rows)

    async def _eligible(self, request: Request) -> Response:
        rows = list(self._directory.core.shelf(_ELIGIBLE).values())
        return self._listed(request, "unifiedRoleEligibilitySchedule", rows)

    def _kind(self, request: Request) -> str:
        return "assignment" if "/roleassignment" in str(request.scope["path"]).lower() else "eligibility"

    async def _requests(self, request: Request) -> Response:
        rows = [row for row in self._directory.core.shelf(_REQUESTS).values() if row["kind"] == self._kind(request)]
        return self._listed(request, "unifiedRoleScheduleRequest", [_shown(row) for row in rows])

    async def _one(self, request: Request) -> Response:
        row = self._directory.document(request, _REQUESTS)
        return self._directory.one(request, _shown(row), Kind("unifiedRoleScheduleRequest", "requests", _NAMES))

    async def _request(self, request: Request) -> Response:
        body, kind = plain(await json_object(request)), self._kind(request)
        action = as_text(body.get("action"))
        if action not in (*_GIVING, *_TAKING):
            raise self._directory.words.bad_request(f"The action '{action}' is not supported.")
        principal, role = as_text(body.get("principalId")), as_text(body.get("roleDefinitionId"))
        if kind == "assignment":
            (self._roles.give if action in _GIVING else self._roles.take)(principal, role)
        else:
            self._change(principal, role, body, gives=action in _GIVING)
        key = self._directory.core.ids.uuid()
        scope = as_text(body.get("directoryScopeId")) or "/"
        row: JsonObject = {"id": key, "kind": kind, "status": "Provisioned" if action in _GIVING else "Revoked"}
        row.update({"createdDateTime": self._directory.now(), "action": action, "principalId": principal})
        row.update({"roleDefinitionId": role, "directoryScopeId": scope, "justification": body.get("justification")})
        row.update({"scheduleInfo": body.get("scheduleInfo"), "targetScheduleId": key})
        self._directory.core.shelf(_REQUESTS)[key] = row
        self._directory.core.changed()
        shown = Kind("unifiedRoleScheduleRequest", "requests", _NAMES)
        return self._directory.one(request, _shown(row), shown, 201)

    def _change(self, principal: str, role: str, body: JsonObject, *, gives: bool) -> None:
        """Let somebody take a role, or no longer. Raises Refused."""
        principal = self._roles.principal(principal)
        definition = as_text(self._roles.definition(role)["id"])
        held, key = self._directory.core.shelf(_ELIGIBLE), f"{role}-{principal}"
        if gives is (key in held):
            code = "RoleAssignmentExists" if gives else "RoleAssignmentDoesNotExist"
            text = "The Role assignment already exists." if gives else "The Role assignment does not exist."
            raise self._directory.words.refuse(400, code, text)
        name = "Add eligible member to role" if gives else "Remove eligible member from role"
        self._directory.did(Activity(name, ("", principal), ("directoryRoles", definition)))
        if not gives:
            del held[key]
            return
        info = as_object(body.get("scheduleInfo"))
        expiration: Json = as_object(info.get("expiration")).get("endDateTime")
        row: JsonObject = {"id": key, "principalId": principal, "roleDefinitionId": role, "directoryScopeId": "/"}
        row.update({"memberType": "Direct", "status": "Provisioned", "createdDateTime": self._directory.now()})
        held[key] = {**row, "startDateTime": info.get("startDateTime"), "endDateTime": expiration}


def _shown(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "kind"}

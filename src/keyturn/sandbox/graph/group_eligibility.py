"""Privileged Identity Management of groups of the pretend Microsoft 365 tenant: who is in a group for a time, who may
come in by themselves.

Source: https://learn.microsoft.com/en-us/graph/api/resources/privilegedidentitymanagement-for-groups-api-overview.
Requests of administrators are carried out at once; times are kept and not waited for. Lists have to name a group or a
person.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.dynamic_groups import is_dynamic
from keyturn.sandbox.graph.groups import GroupDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_ELIGIBLE, _REQUESTS = "graph.group_eligible", "graph.group_requests"
_ROOT = "identityGovernance/privilegedAccess/group"
_NAMES = frozenset(
    {"id", "groupId", "principalId", "accessId", "memberType", "status", "action", "justification", "scheduleInfo"}
    | {"createdDateTime", "startDateTime", "endDateTime", "assignmentType", "targetScheduleId"}
)
_ACCESS = {"member": "members", "owner": "owners"}
_GIVING, _TAKING = ("adminAssign", "adminUpdate", "adminExtend", "adminRenew"), ("adminRemove",)


class GroupEligibilityDesk:
    """Answers schedules, instances and requests below `/identityGovernance/privilegedAccess/group`."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups

    def routes(self) -> list[Route]:
        """The operations."""
        routes: list[Route] = []
        for name, rows in (("assignment", self._active), ("eligibility", self._eligible)):
            root = f"/v1.0/{_ROOT}/{name}"
            for end in ("Schedules", "ScheduleInstances"):
                routes.append(Route(root + end, rows))
            routes.append(Route(f"{root}ScheduleRequests", self._requests))
            routes.append(Route(f"{root}ScheduleRequests", self._request, ["POST"]))
            routes.append(Route(f"{root}ScheduleRequests/{{key}}", self._one))
        return routes

    def _listed(self, request: Request, name: str, rows: list[JsonObject]) -> Response:
        asked = request.query_params.get("$filter", "").lower()
        if "groupid" not in asked and "principalid" not in asked:
            text = "The required filters are missing: groupId or principalId."
            raise self._directory.words.refuse(400, "MissingParameters", text)
        return self._directory.listed(request, rows, Kind(name, _ROOT, _NAMES))

    async def _active(self, request: Request) -> Response:
        rows: list[JsonObject] = []
        for access, relation in _ACCESS.items():
            for group, held in self._directory.core.shelf(f"graph.{relation}").items():
                kept: JsonObject = {"memberType": "direct", "assignmentType": "assigned", "status": "Provisioned"}
                for person in held:
                    who: JsonObject = {"groupId": group, "principalId": person, "accessId": access}
                    rows.append({"id": f"{group}_{access}_{person}", **who, **kept})
        return self._listed(request, "privilegedAccessGroupAssignmentSchedule", rows)

    async def _eligible(self, request: Request) -> Response:
        rows = list(self._directory.core.shelf(_ELIGIBLE).values())
        return self._listed(request, "privilegedAccessGroupEligibilitySchedule", rows)

    def _kind(self, request: Request) -> str:
        return "assignment" if "/group/assignment" in str(request.scope["path"]).lower() else "eligibility"

    async def _requests(self, request: Request) -> Response:
        rows = [row for row in self._directory.core.shelf(_REQUESTS).values() if row["kind"] == self._kind(request)]
        return self._listed(request, "privilegedAccessScheduleRequest", [_shown(row) for row in rows])

    async def _one(self, request: Request) -> Response:
        row = self._directory.document(request, _REQUESTS)
        return self._directory.one(request, _shown(row), Kind("privilegedAccessScheduleRequest", _ROOT, _NAMES))

    async def _request(self, request: Request) -> Response:
        body, kind = plain(await json_object(request)), self._kind(request)
        action, access = as_text(body.get("action")), as_text(body.get("accessId"))
        if action not in (*_GIVING, *_TAKING) or access not in _ACCESS:
            raise self._directory.words.bad_request(f"The action '{action}' for '{access}' is not supported.")
        found = self._groups.group(as_text(body.get("groupId")))
        if access == "member" and is_dynamic(found):
            text = "Membership of a group with dynamic membership cannot be managed by PIM."
            raise self._directory.words.bad_request(text)
        group = as_text(found["id"])
        person = as_text(self._groups.directory_object(as_text(body.get("principalId")))["id"])
        if kind == "assignment":
            self._put_in(group, person, access, gives=action in _GIVING)
        else:
            self._let(group, person, access, body, gives=action in _GIVING)
        key = self._directory.core.ids.uuid()
        row: JsonObject = {"id": key, "kind": kind, "status": "Provisioned" if action in _GIVING else "Revoked"}
        row.update({"createdDateTime": self._directory.now(), "action": action, "principalId": person})
        row.update({"groupId": group, "accessId": access, "justification": body.get("justification")})
        row.update({"scheduleInfo": body.get("scheduleInfo"), "targetScheduleId": f"{group}_{access}_{person}"})
        self._directory.core.shelf(_REQUESTS)[key] = row
        self._directory.core.changed()
        shown = Kind("privilegedAccessScheduleRequest", _ROOT, _NAMES)
        return self._directory.one(request, _shown(row), shown, 201)

    def _put_in(self, group: str, person: str, access: str, *, gives: bool) -> None:
        held = self._directory.members(f"graph.{_ACCESS[access]}", group)
        self._refuse_again(person in held, gives=gives)
        self._directory.belong(group, _ACCESS[access], come=[person] if gives else [], go=[] if gives else [person])

    def _let(self, group: str, person: str, access: str, body: JsonObject, *, gives: bool) -> None:
        held, key = self._directory.core.shelf(_ELIGIBLE), f"{group}_{access}_{person}"
        self._refuse_again(key in held, gives=gives)
        if not gives:
            del held[key]
            return
        info = as_object(body.get("scheduleInfo"))
        row: JsonObject = {"id": key, "groupId": group, "principalId": person, "accessId": access}
        row.update({"memberType": "direct", "status": "Provisioned", "createdDateTime": self._directory.now()})
        held[key] = {**row, "scheduleInfo": info}

    def _refuse_again(self, there: bool, *, gives: bool) -> None:
        if gives is there:
            code = "RoleAssignmentExists" if gives else "RoleAssignmentDoesNotExist"
            text = "The Role assignment already exists." if gives else "The Role assignment does not exist."
            raise self._directory.words.refuse(400, code, text)


def _shown(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "kind"}

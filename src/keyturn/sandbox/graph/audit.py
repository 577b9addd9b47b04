"""What happened in the pretend Microsoft 365 tenant: changes of the directory, and sign-ins.

Source: https://learn.microsoft.com/en-us/graph/api/resources/azure-ad-auditlog-overview. What was done is named in
`activities.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import NOUNS, Activity, Modified, linked
from keyturn.sandbox.graph.directory import GraphDirectory, Kind
from keyturn.sandbox.graph.registrations import APPS, MADE
from keyturn.sandbox.holdings import uuid_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text, texts

_AUDIT = Kind(
    "directoryAudit",
    "auditLogs/directoryAudits",
    frozenset(
        {"id", "activityDateTime", "activityDisplayName", "category", "correlationId", "initiatedBy", "loggedByService"}
        | {"operationType", "result", "resultReason", "targetResources", "additionalDetails"}
    ),
)
_SIGN_IN = Kind(
    "signIn",
    "auditLogs/signIns",
    frozenset(
        {"id", "createdDateTime", "userDisplayName", "userPrincipalName", "userId", "appDisplayName", "appId", "status"}
        | {"clientAppUsed", "ipAddress", "isInteractive", "conditionalAccessStatus", "riskState"}
    ),
)
# sets of directory objects, in the order in which an id is looked for: the shelves they stand on
_SHELVES = {
    "groups": ("graph.groups",),
    "devices": ("graph.devices",),
    "servicePrincipals": (APPS,),
    "applications": (MADE, APPS),
    "directoryRoles": ("graph.roles",),
    "administrativeUnits": ("graph.units",),
}
_KEPT = 400
_SHELF = "graph.audits"


class AuditDesk:
    """Answers `/auditLogs`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        directory.auditors.append(self._log)

    def routes(self) -> list[Route]:
        """The operations."""
        audits, sign_ins = "/v1.0/auditLogs/directoryAudits", "/v1.0/auditLogs/signIns"
        return [
            Route(audits, self._list_audits),
            Route(audits + "/{key}", self._audit),
            Route(sign_ins, self._list_sign_ins),
            Route(sign_ins + "/{key}", self._sign_in),
        ]

    def _log(self, activities: Sequence[Activity]) -> None:
        """Each is an entry of its own; what one request has done goes together by its correlation id."""
        correlation, shelf = self._directory.core.ids.uuid(), self._directory.core.shelf(_SHELF)
        for activity in activities:
            key = self._directory.core.ids.uuid()
            targets: list[Json] = [*self._targets(activity)]
            shelf[key] = {
                "id": key,
                "category": activity.category,
                "correlationId": correlation,
                "result": "success",
                "resultReason": activity.reason,
                "activityDisplayName": activity.name,
                "activityDateTime": self._directory.now(),
                "loggedByService": activity.service,
                "operationType": activity.operation,
                "initiatedBy": {"user": None, "app": self._initiator()},
                "targetResources": targets,
                "additionalDetails": [],
            }
        for old in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[old]

    def _initiator(self) -> JsonObject:
        client = self._directory.core.world.secrets.client_id
        app: JsonObject = {"displayName": "Keyturn", "appId": client, "servicePrincipalName": None}
        return {**app, "servicePrincipalId": uuid_of(f"graph/service-principal/{client}")}

    def _targets(self, activity: Activity) -> Iterator[JsonObject]:
        modified = activity.modified
        if activity.other is None:
            yield self._target(*activity.about, modified, activity.was)
            return
        kind, row = self._found(*activity.other)
        if not modified:
            modified = linked(kind, row, comes=activity.operation == "Assign")
        yield self._target(*activity.about, modified, activity.was)
        yield self._target(*activity.other)

    def _target(
        self, kind: str, key: str, modified: Sequence[Modified] = (), was: JsonObject | None = None
    ) -> JsonObject:
        found, row = (kind, was) if was is not None else self._found(kind, key)
        changes: list[Json] = [
            {"displayName": each.name, "oldValue": each.old, "newValue": each.new} for each in modified
        ]
        noun = NOUNS.get(found, "other")
        unified = "Unified" in texts(row.get("groupTypes"))
        return {
            "id": key,
            "displayName": row.get("displayName"),
            "type": "".join(word.capitalize() for word in noun.split()),
            "userPrincipalName": row.get("userPrincipalName"),
            "groupType": ("unifiedGroups" if unified else "azureAD") if found == "groups" else None,
            "modifiedProperties": changes,
        }

    def _found(self, kind: str, key: str) -> tuple[str, JsonObject]:
        """The set that an object is in, and itself: where nothing says which, every set is looked at."""
        core = self._directory.core
        account = core.world.accounts.find_graph(key) if kind in ("users", "") else None
        if account is not None:
            named: JsonObject = {"displayName": account.profile.get("displayName")}
            return "users", {**named, "userPrincipalName": account.login}
        for each in [kind] if kind else _SHELVES:
            for shelf in _SHELVES.get(each, ()):
                if (row := core.shelf(shelf).get(key)) is not None:
                    return each, row
        return kind, {}

    async def _list_audits(self, request: Request) -> Response:
        """Newest first."""
        rows = list(reversed(list(self._directory.core.shelf(_SHELF).values())))
        return self._directory.listed(request, rows, _AUDIT, 1000)

    async def _audit(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, _SHELF), _AUDIT)

    def _rows(self) -> list[JsonObject]:
        """The last sign-in of everybody."""
        status: JsonObject = {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None}
        rows: list[JsonObject] = [
            {
                "id": uuid_of(f"graph/sign-in/{account.id}/{account.last_sign_in}"),
                "createdDateTime": account.last_sign_in,
                "userDisplayName": account.profile.get("displayName"),
                "userPrincipalName": account.login,
                "userId": account.id,
                "appId": uuid_of("graph/app-id/Office 365"),
                "appDisplayName": "Office 365",
                "ipAddress": "127.0.0.1",
                "clientAppUsed": "Browser",
                "isInteractive": True,
                "conditionalAccessStatus": "success",
                "riskState": "none",
                "status": status,
            }
            for account in self._directory.core.world.accounts.graph
            if account.last_sign_in is not None
        ]
        rows.sort(key=lambda row: as_text(row["createdDateTime"]), reverse=True)
        return rows

    async def _list_sign_ins(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(), _SIGN_IN, 1000)

    async def _sign_in(self, request: Request) -> Response:
        key: Json = str(request.path_params["key"])
        found = next((row for row in self._rows() if row["id"] == key), None)
        if found is None:
            raise self._directory.words.not_found(str(key))
        return self._directory.one(request, found, _SIGN_IN)

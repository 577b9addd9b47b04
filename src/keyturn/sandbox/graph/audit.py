"""What happened in the pretend Microsoft 365 tenant: changes of the directory, and sign-ins.

Source: https://learn.microsoft.com/en-us/graph/api/resources/azure-ad-auditlog-overview.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import Change, GraphDirectory, Kind
from keyturn.sandbox.holdings import uuid_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text

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
# set of what has changed, in small letters: type and category
_KINDS = {
    "users": ("User", "UserManagement"),
    "groups": ("Group", "GroupManagement"),
    "devices": ("Device", "Device"),
    "applications": ("Application", "ApplicationManagement"),
    "serviceprincipals": ("ServicePrincipal", "ApplicationManagement"),
    "directoryroles": ("Role", "RoleManagement"),
}
_VERBS = {"created": "Add", "updated": "Update", "deleted": "Delete", "purged": "Hard Delete"}
_KEPT = 200


class AuditDesk:
    """Answers `/auditLogs`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        directory.watchers.append(self._happened)

    def routes(self) -> list[Route]:
        """The operations."""
        audits, sign_ins = "/v1.0/auditLogs/directoryAudits", "/v1.0/auditLogs/signIns"
        return [
            Route(audits, self._list_audits),
            Route(audits + "/{key}", self._audit),
            Route(sign_ins, self._list_sign_ins),
            Route(sign_ins + "/{key}", self._sign_in),
        ]

    def _happened(self, change: Change) -> None:
        kind, category = _KINDS[change.kind.lower()]
        app: JsonObject = {"displayName": "Keyturn", "appId": self._directory.core.world.secrets.client_id}
        target: JsonObject = {"id": change.id, "type": kind, "displayName": None, "modifiedProperties": []}
        account = self._directory.core.world.accounts.find_graph(change.id) if change.kind == "users" else None
        if account is not None:
            target["userPrincipalName"] = account.login
        key = self._directory.core.ids.uuid()
        shelf = self._directory.core.shelf("graph.audits")
        shelf[key] = {
            "id": key,
            "category": category,
            "correlationId": self._directory.core.ids.uuid(),
            "result": "success",
            "resultReason": "",
            "activityDisplayName": f"{_VERBS[change.change]} {kind.lower()}",
            "activityDateTime": self._directory.now(),
            "loggedByService": "Core Directory",
            "operationType": _VERBS[change.change].removeprefix("Hard "),
            "initiatedBy": {"user": None, "app": app},
            "targetResources": [target],
            "additionalDetails": [],
        }
        for old in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[old]

    async def _list_audits(self, request: Request) -> Response:
        """Newest first."""
        rows = list(reversed(list(self._directory.core.shelf("graph.audits").values())))
        return self._directory.listed(request, rows, _AUDIT, 1000)

    async def _audit(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, "graph.audits"), _AUDIT)

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

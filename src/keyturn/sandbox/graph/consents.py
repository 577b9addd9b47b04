"""What people and administrators have let applications do on somebody's behalf: delegated permissions.

Source: https://learn.microsoft.com/en-us/graph/api/resources/oauth2permissiongrant.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity, Modified, written
from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text
from keyturn.sandbox.wire import json_object

CONSENTS = "graph.consents"
_CONSENT = Kind(
    "oAuth2PermissionGrant",
    "oauth2PermissionGrants",
    frozenset({"id", "clientId", "consentType", "principalId", "resourceId", "scope"}),
)


class ConsentDesk:
    """Answers `/oauth2PermissionGrants`, and those of users and service principals."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        consents = "/v1.0/oauth2PermissionGrants"
        one = consents + "/{key}"
        return [
            Route(consents, self._list),
            Route(consents, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._change, ["PATCH"]),
            Route(one, self._delete, ["DELETE"]),
            Route("/v1.0/users/{key}/oauth2PermissionGrants", self._of_user),
            Route("/v1.0/servicePrincipals/{key}/oauth2PermissionGrants", self._of_app),
        ]

    def _rows(self) -> list[JsonObject]:
        return list(self._directory.core.shelf(CONSENTS).values())

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(), _CONSENT)

    async def _of_user(self, request: Request) -> Response:
        account = self._directory.user(request)
        rows = [row for row in self._rows() if row["principalId"] == account.id]
        return self._directory.listed(request, rows, _CONSENT)

    async def _of_app(self, request: Request) -> Response:
        app = self._directory.document(request, "graph.apps")
        rows = [row for row in self._rows() if row["clientId"] == app["id"]]
        return self._directory.listed(request, rows, _CONSENT)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, CONSENTS), _CONSENT)

    async def _create(self, request: Request) -> Response:
        body = plain(await json_object(request))
        kind, principal = as_text(body.get("consentType")), as_text(body.get("principalId"))
        if kind not in ("AllPrincipals", "Principal") or (kind == "Principal") is not bool(principal):
            text = "consentType is AllPrincipals, or Principal with a principalId."
            raise self._directory.words.bad_request(text)
        if principal:
            principal = self._directory.find_user(principal).id
        for name in ("clientId", "resourceId"):
            if as_text(body.get(name)) not in self._directory.core.shelf("graph.apps"):
                raise self._directory.words.not_found(as_text(body.get(name)))
        row: JsonObject = {
            "id": self._directory.core.ids.word(43),
            "clientId": body["clientId"],
            "consentType": kind,
            "principalId": principal or None,
            "resourceId": body["resourceId"],
            "scope": as_text(body.get("scope")),
        }
        whose = ("clientId", "principalId", "resourceId")
        if any(all(each[name] == row[name] for name in whose) for each in self._rows()):
            text = "Permission entry already exists."
            raise self._directory.words.refuse(409, "Request_MultipleObjectsWithSameKeyValue", text)
        self._directory.core.shelf(CONSENTS)[as_text(row["id"])] = row
        self._directory.did(_activity(row, None, row["scope"]))
        return self._directory.one(request, row, _CONSENT, 201)

    async def _change(self, request: Request) -> Response:
        row, body = self._directory.document(request, CONSENTS), plain(await json_object(request))
        before, row["scope"] = row["scope"], as_text(body.get("scope"))
        self._directory.did(_activity(row, before, row["scope"]))
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        row = self._directory.document(request, CONSENTS)
        del self._directory.core.shelf(CONSENTS)[as_text(row["id"])]
        self._directory.did(_activity(row, row["scope"], None))
        return Response(status_code=204)


def _activity(row: JsonObject, before: Json, after: Json) -> Activity:
    """What the audit log says of permissions: those of the app that is asked, and whose they are."""
    name = "Remove delegated permission grant" if after is None else "Add delegated permission grant"
    changes = [Modified("DelegatedPermissionGrant.Scope", written(before), written(after))]
    for part, value in (
        ("DelegatedPermissionGrant.ConsentType", row["consentType"]),
        ("ServicePrincipal.ObjectID", row["clientId"]),
        *([("User.ObjectID", row["principalId"])] if row["principalId"] else []),
    ):
        text = written(value)
        changes.append(Modified(part, old=text) if after is None else Modified(part, new=text))
    client, resource = (("servicePrincipals", as_text(row[end])) for end in ("clientId", "resourceId"))
    return Activity(name, resource, client, tuple(changes))

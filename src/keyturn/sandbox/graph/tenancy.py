"""The rest of the pretend Microsoft 365 tenant: organization, domains, applications, risk.

Source: https://learn.microsoft.com/en-us/graph/api/overview.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.activities import NOUNS, Activity, Modified, Place, written
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain, typed
from keyturn.sandbox.graph.groups import GROUP, GroupDesk
from keyturn.sandbox.graph.registrations import APP_OWNERS, APPLICATION, MADE, PRINCIPAL, by_app_id
from keyturn.sandbox.graph.seed import SEEDED_AT
from keyturn.sandbox.graph.users import USER, UserDesk
from keyturn.sandbox.people import COMPANY, DOMAIN
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_GRANT = Kind(
    "appRoleAssignment",
    "appRoleAssignments",
    frozenset(
        {"id", "deletedDateTime", "appRoleId", "createdDateTime", "principalDisplayName", "principalId"}
        | {"principalType", "resourceDisplayName", "resourceId"}
    ),
)
_OWNED = Kind("directoryObject", "directoryObjects", GROUP.names)
_DOMAIN: JsonObject = {
    "id": DOMAIN,
    "authenticationType": "Managed",
    "isAdminManaged": True,
    "isDefault": True,
    "isInitial": True,
    "isRoot": True,
    "isVerified": True,
    "supportedServices": ["Email", "OfficeCommunicationsOnline"],
}
_RISKY = Kind(
    "riskyUser",
    "identityProtection/riskyUsers",
    frozenset(
        {"id", "isDeleted", "isProcessing", "riskLevel", "riskState", "riskDetail", "riskLastUpdatedDateTime"}
        | {"userDisplayName", "userPrincipalName"}
    ),
)
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# to whom applications are assigned
_ASSIGNED = ("user", "group", "servicePrincipal")
_NO_ROLE = "00000000-0000-0000-0000-000000000000"


class TenancyDesk:
    """Answers what is about the tenant, and what little is left about its users."""

    def __init__(self, directory: GraphDirectory, users: UserDesk, groups: GroupDesk) -> None:
        self._directory = directory
        self._users = users
        self._groups = groups
        for kind in (USER, GROUP, PRINCIPAL):
            directory.lead(kind, appRoleAssignments=(_GRANT, self._grants))
        directory.lead(USER, ownedObjects=(_OWNED, self._owned_by))
        directory.lead(PRINCIPAL, appRoleAssignedTo=(_GRANT, self._grants_to))

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        return [
            Route("/v1.0/organization", self._organization),
            Route("/v1.0/domains", self._domains),
            Route("/v1.0/domains/{key}", self._one_domain),
            Route("/v1.0/servicePrincipals", self._apps),
            Route("/v1.0/servicePrincipals/$count", self._count_apps),
            Route("/v1.0/servicePrincipals/{key}", self._app),
            Route("/v1.0/servicePrincipals/{key}/appRoleAssignedTo", self._assigned_to),
            Route(user + "/ownedObjects", self._owned),
            Route(user + "/ownedObjects/$count", self._count_owned),
            Route(user + "/ownedObjects/graph.group", self._owned_groups),
            Route(user + "/ownedObjects/graph.application", self._owned_apps),
            Route(user + "/joinedTeams", self._teams_of),
            *self._of_principals(),
            Route("/v1.0/identityProtection/riskDetections", self._no_detections),
            Route("/v1.0/identityProtection/riskyUsers", self._risky),
            Route("/v1.0/identityProtection/riskyUsers/{key}", self._one_risky),
            Route("/v1.0/identityProtection/riskyUsers/{key}/history", self._risk_history),
            Route(
                "/v1.0/identityProtection/riskyUsers/dismiss",
                self._rate("none", "adminDismissedAllRiskForUser"),
                ["POST"],
            ),
            Route(
                "/v1.0/identityProtection/riskyUsers/confirmCompromised",
                self._rate("high", "adminConfirmedUserCompromised"),
                ["POST"],
            ),
        ]

    def _of_principals(self) -> list[Route]:
        """Applications are assigned to users, groups and other applications."""
        routes: list[Route] = []
        for whose in ("users", "groups", "servicePrincipals"):
            grants = f"/v1.0/{whose}/{{key}}/appRoleAssignments"
            routes.append(Route(grants, self._grants_of))
            routes.append(Route(grants, self.grant, ["POST"]))
            routes.append(Route(grants + "/{grant}", self._revoke_grant, ["DELETE"]))
        return routes

    def _principal(self, request: Request) -> tuple[str, Json, str]:
        """Id, name and type of who a path names. Raises Refused (404)."""
        key = str(request.path_params["key"])
        found = self._groups.directory_object(key)
        kind = as_text(found["@odata.type"]).rpartition(".")[2]
        if kind not in _ASSIGNED:
            raise self._directory.words.not_found(key)
        return as_text(found["id"]), found.get("displayName"), kind[:1].upper() + kind[1:]

    async def _organization(self, request: Request) -> Response:
        domain: JsonObject = {"name": DOMAIN, "isDefault": True, "isInitial": True, "type": "Managed"}
        row: JsonObject = {
            "id": self._directory.core.world.secrets.tenant_id,
            "displayName": COMPANY,
            "createdDateTime": SEEDED_AT,
            "city": "Seattle",
            "state": "WA",
            "countryLetterCode": "US",
            "preferredLanguage": "en",
            "tenantType": "AAD",
            "onPremisesSyncEnabled": None,
            "verifiedDomains": [domain],
        }
        return self._directory.listed(request, [row], Kind("organization", "organization", frozenset(row)))

    async def _domains(self, request: Request) -> Response:
        return self._directory.listed(request, [_DOMAIN], Kind("domain", "domains", frozenset(_DOMAIN)))

    async def _one_domain(self, request: Request) -> Response:
        key = str(request.path_params["key"])
        if key.lower() != DOMAIN:
            raise self._directory.words.not_found(key)
        return self._directory.one(request, _DOMAIN, Kind("domain", "domains", frozenset(_DOMAIN)))

    # applications

    async def _apps(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf("graph.apps").values()), PRINCIPAL)

    async def _count_apps(self, request: Request) -> Response:
        return self._directory.counted(request, list(self._directory.core.shelf("graph.apps").values()), PRINCIPAL)

    async def _app(self, request: Request) -> Response:
        return self._directory.one(request, by_app_id(self._directory, request), PRINCIPAL)

    async def _assigned_to(self, request: Request) -> Response:
        app = self._directory.document(request, "graph.apps")
        return self._directory.listed(request, self._grants_to(app), _GRANT)

    def _grants_to(self, app: JsonObject) -> list[JsonObject]:
        held = self._directory.core.shelf("graph.grants").values()
        rows = [as_object(row) for grants in held for row in grants.values()]
        return [row for row in rows if row["resourceId"] == app["id"]]

    async def _grants_of(self, request: Request) -> Response:
        key, _, _ = self._principal(request)
        return self._directory.listed(request, self._grants({"id": key}), _GRANT)

    def _grants(self, principal: JsonObject) -> list[JsonObject]:
        return [as_object(row) for row in self._directory.members("graph.grants", principal["id"]).values()]

    async def grant(self, request: Request) -> Response:
        """Assign an application to the user, group or application that the path names. Raises Refused."""
        principal, name, kind = self._principal(request)
        body = plain(await json_object(request))
        resource = as_text(body.get("resourceId"))
        app = self._directory.core.shelf("graph.apps").get(resource)
        if app is None or body.get("principalId") != principal:
            raise self._directory.words.not_found(resource if app is None else as_text(body.get("principalId")))
        held = self._directory.members("graph.grants", principal)
        role = as_text(body.get("appRoleId")) or _NO_ROLE
        if any(
            as_object(row)["resourceId"] == resource and as_object(row)["appRoleId"] == role for row in held.values()
        ):
            raise self._directory.words.bad_request("Permission being assigned already exists on the object")
        row: JsonObject = {
            "id": self._directory.core.ids.word(43),
            "deletedDateTime": None,
            "appRoleId": role,
            "createdDateTime": self._directory.now(),
            "principalDisplayName": name,
            "principalId": principal,
            "principalType": kind,
            "resourceDisplayName": app["displayName"],
            "resourceId": resource,
        }
        held[as_text(row["id"])] = row
        self._directory.changed(*_place(kind, principal), done=[_granted(row, given=True)])
        return self._directory.one(request, row, _GRANT, 201)

    async def _revoke_grant(self, request: Request) -> Response:
        principal, _, _ = self._principal(request)
        self.take_back(principal, str(request.path_params["grant"]))
        return Response(status_code=204)

    def take_back(self, principal: str, grant: str) -> None:
        """Take an application back from somebody. Raises Refused (404)."""
        row = as_object(self._directory.members("graph.grants", principal).pop(grant, None))
        if not row:
            raise self._directory.words.not_found(grant)
        place = _place(as_text(row["principalType"]), principal)
        self._directory.changed(*place, done=[_granted(row, given=False)])

    async def _owned(self, request: Request) -> Response:
        rows = self._owned_by({"id": self._directory.user(request).id})
        return self._directory.listed(request, rows, _OWNED)

    async def _count_owned(self, request: Request) -> Response:
        rows = self._owned_by({"id": self._directory.user(request).id})
        return self._directory.counted(request, rows, _OWNED)

    def _owned_by(self, user: JsonObject) -> list[JsonObject]:
        key = as_text(user["id"])
        return [*typed(self._owned_groups_of(key), "group"), *typed(self._owned_apps_of(key), "application")]

    def _owned_groups_of(self, user_id: str) -> list[JsonObject]:
        held = self._directory.core.shelf("graph.owners")
        groups = self._directory.core.shelf("graph.groups")
        return [row for key, row in groups.items() if user_id in held.get(key, {})]

    async def _owned_groups(self, request: Request) -> Response:
        return self._directory.listed(request, self._owned_groups_of(self._directory.user(request).id), GROUP)

    def _owned_apps_of(self, user_id: str) -> list[JsonObject]:
        held, made = self._directory.core.shelf(APP_OWNERS), self._directory.core.shelf(MADE)
        return [row for key, row in made.items() if user_id in held.get(key, {})]

    async def _owned_apps(self, request: Request) -> Response:
        return self._directory.listed(request, self._owned_apps_of(self._directory.user(request).id), APPLICATION)

    async def _teams_of(self, request: Request) -> Response:
        """Each group of Microsoft 365 has a team."""
        account = self._directory.user(request)
        rows = [
            row
            for row in self._users.memberships(account.id)
            if row["@odata.type"] == "#microsoft.graph.group" and "Unified" in texts(row["groupTypes"])
        ]
        teams: list[JsonObject] = [
            {"id": row["id"], "displayName": row["displayName"], "description": row["description"], "isArchived": False}
            for row in rows
        ]
        names = frozenset({"id", "displayName", "description", "isArchived"})
        return self._directory.listed(request, teams, Kind("team", "teams", names))

    # risk

    async def _risky(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf("graph.risky").values()), _RISKY, 500)

    async def _one_risky(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, "graph.risky"), _RISKY)

    async def _risk_history(self, request: Request) -> Response:
        """As it is now: what was before is not kept."""
        row = self._directory.document(request, "graph.risky")
        return self._directory.listed(request, [row], _RISKY, 500)

    async def _no_detections(self, request: Request) -> Response:
        return odata({"@odata.context": f"{CONTEXT}#identityProtection/riskDetections", "value": []})

    def _by_id(self, key: str) -> GraphAccount:
        """A user by the id of the object alone: a userPrincipalName is none. Raises Refused."""
        if not _OBJECT_ID.fullmatch(key):
            raise self._directory.words.refuse(400, "BadRequest", f"'{key}' is not a valid user id.")
        return self._directory.find_user(key)

    def _rate(self, level: str, detail: str) -> Endpoint:
        async def rate(request: Request) -> Response:
            ids = texts((await json_object(request)).get("userIds"))
            if not 0 < len(ids) <= 60:
                raise self._directory.words.bad_request("userIds must have 1 to 60 ids.")
            for account in [self._by_id(key) for key in ids]:
                self._directory.core.shelf("graph.risky")[account.id] = {
                    "id": account.id,
                    "isDeleted": False,
                    "isProcessing": False,
                    "riskLevel": level,
                    "riskState": "confirmedCompromised" if level == "high" else "dismissed",
                    "riskDetail": detail,
                    "riskLastUpdatedDateTime": self._directory.now(),
                    "userDisplayName": account.profile.get("displayName"),
                    "userPrincipalName": account.login,
                }
            self._directory.core.changed()
            return Response(status_code=204)

        return rate


def _place(kind: str, key: str) -> Place:
    return f"{kind[:1].lower()}{kind[1:]}s", key


def _granted(row: JsonObject, *, given: bool) -> Activity:
    """An application was assigned, or no longer: it is changed, and it is said to whom."""
    kind, principal = as_text(row["principalType"]), _place(as_text(row["principalType"]), as_text(row["principalId"]))
    noun = NOUNS[principal[0]]
    name = f"Remove app role assignment from {noun}"
    if given:
        name = f"Add app role assignment {'grant ' if noun == 'user' else ''}to {noun}"
    values: list[tuple[str, Json]] = [
        ("AppRole.Id", row["appRoleId"]),
        ("AppRoleAssignment.CreatedDateTime", row["createdDateTime"]),
        (f"{kind}.ObjectID", row["principalId"]),
        (f"{kind}.DisplayName", row["principalDisplayName"]),
    ]
    said = [(each, written(value)) for each, value in values]
    changes = tuple(Modified(each, new=text) if given else Modified(each, old=text) for each, text in said)
    return Activity(name, ("servicePrincipals", as_text(row["resourceId"])), principal, changes)

"""What belongs to the authorization servers of the pretend Okta org: scopes, claims, policies with their rules.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/,
.../AuthorizationServerClaims/, .../AuthorizationServerPolicies/ and .../AuthorizationServerRules/. They are kept as
they are given, and change nothing of the tokens that the org issues.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.objects import ObjectDesk, Sort
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.seed import SEEDED_AT, okta_id
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer

_SHELF, _SERVERS = "okta.server_parts", "authorizationServers"
_SERVER = f"{_SERVERS}/{{server}}"
_POLICY = f"{_SERVER}/policies/{{policy}}"
_SORTS = (
    Sort(f"{_SERVER}/scopes", "scp", "OAuth2Scope", switched=False),
    Sort(f"{_SERVER}/claims", "ocl", "OAuth2Claim", ("name", "value"), switched=False),
    Sort(f"{_SERVER}/policies", "00p", "AuthorizationServerPolicy", ("name", "conditions")),
    Sort(f"{_POLICY}/rules", "0pr", "AuthorizationServerPolicyRule", ("name", "conditions")),
)
_SCOPES = ("openid", "profile", "email", "address", "phone", "offline_access")
_TIMES = ("created", "lastUpdated")
_SUBJECT: JsonObject = {
    "name": "sub",
    "status": "ACTIVE",
    "claimType": "RESOURCE",
    "valueType": "EXPRESSION",
    "value": "(appuser != null) ? appuser.userName : app.clientId",
    "conditions": {"scopes": []},
    "alwaysIncludeInToken": True,
}
_ALL: JsonObject = {"clients": {"include": ["ALL_CLIENTS"]}}
_ANYBODY: JsonObject = {
    "people": {"users": {"include": [], "exclude": []}, "groups": {"include": ["EVERYONE"], "exclude": []}},
    "grantTypes": {"include": ["authorization_code", "client_credentials"]},
    "scopes": {"include": ["*"]},
}
_LIFE: JsonObject = {
    "token": {"accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10_080}
}


class ServerPartDesk(ObjectDesk):
    """Answers the operations of one sort of them."""

    def _place(self, request: Request) -> tuple[str, JsonObject]:
        """Where the rows of a path stand, and what stands there from the first. Raises Refused (404) if what they
        belong to is not there."""
        server = self._org.document(request, "server", f"okta.{_SERVERS}", "AuthorizationServer")
        part, held = self._sort.path.rpartition("/")[2], self._org.core.shelf(_SHELF)
        if part != "rules":
            usual = dict(_row(part, as_text(server["id"]), each) for each in _usual(part, server))
            return f"{server['id']}/{part}", usual
        policy = str(request.path_params["policy"])
        policies = held.get(f"{server['id']}/policies", {})
        usual = dict(_row("policies", as_text(server["id"]), each) for each in _usual("policies", server))
        if policy not in (policies or usual):
            raise self._org.words.not_found(policy, "AuthorizationServerPolicy")
        rules = _usual("rules", server) if as_object((policies or usual)[policy]).get("system") is True else []
        return f"{policy}/rules", dict(_row("rules", policy, each) for each in rules)

    def _held(self, request: Request) -> JsonObject:
        """The rows of a path, to be changed."""
        key, usual = self._place(request)
        return self._org.core.shelf(_SHELF).setdefault(key, usual)

    async def _create(self, request: Request) -> Response:
        made = await super()._create(request)
        made.status_code = 201
        return made

    def _rows(self, request: Request) -> dict[str, JsonObject]:
        key, usual = self._place(request)
        held = self._org.core.shelf(_SHELF).get(key, usual)
        return {key: as_object(row) for key, row in held.items()}

    def _keep(self, request: Request, row: JsonObject) -> None:
        self._held(request)[as_text(row["id"])] = row
        self._org.core.changed()

    def _drop(self, request: Request, key: str) -> None:
        self._held(request).pop(key, None)
        self._org.core.changed()

    def _shown(self, request: Request, row: JsonObject) -> JsonObject:
        shown = super()._shown(request, row)
        return shown if self._sort.switched else {name: each for name, each in shown.items() if name not in _TIMES}

    def _address(self, request: Request) -> str:
        names = {name: str(value) for name, value in request.path_params.items() if name != "object"}
        return self._org.url(f"/{self._sort.path.format(**names)}")


class ServerClientDesk:
    """Answers which clients have tokens of a server; the org keeps none of these."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        return [Route(f"/api/v1/{_SERVER}/clients", self._list)]

    async def _list(self, request: Request) -> Response:
        self._org.document(request, "server", f"okta.{_SERVERS}", "AuthorizationServer")
        return JsonAnswer([])


def server_desks(org: OktaOrg) -> list[ServerPartDesk | ServerClientDesk]:
    """A desk for each sort."""
    return [*(ServerPartDesk(org, sort) for sort in _SORTS), ServerClientDesk(org)]


def _usual(part: str, server: JsonObject) -> list[JsonObject]:
    """What every server has by itself; policies the first one only."""
    match part:
        case "scopes":
            more: JsonObject = {"consent": "IMPLICIT", "default": False, "metadataPublish": "ALL_CLIENTS"}
            return [{"name": name, **more, "system": True} for name in _SCOPES]
        case "claims":
            return [{**_SUBJECT, "system": True}]
        case "policies" if server["name"] == "default":
            about: JsonObject = {"type": "OAUTH_AUTHORIZATION_POLICY", "name": "Default Policy", "priority": 1}
            about["description"] = "For all clients."
            return [{**about, "status": "ACTIVE", "system": True, "conditions": _ALL}]
        case "rules":
            rule: JsonObject = {"type": "RESOURCE_ACCESS", "name": "Default Policy Rule", "priority": 1}
            return [{**rule, "status": "ACTIVE", "system": True, "conditions": _ANYBODY, "actions": _LIFE}]
        case _:
            return []


def _row(part: str, owner: str, values: JsonObject) -> tuple[str, Json]:
    prefix = next(sort.prefix for sort in _SORTS if sort.path.endswith(f"/{part}"))
    key = okta_id(prefix, f"{owner}/{part}/{values['name']}")
    return key, {"id": key, **values, "created": SEEDED_AT, "lastUpdated": SEEDED_AT}

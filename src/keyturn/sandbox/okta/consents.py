"""What users of the pretend Okta org have let apps do: grants, and the clients that have them.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserGrant/ and .../UserOAuth/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer

_SHELF = "okta.user_grants"


class ConsentDesk:
    """Answers `/users/{user}/grants` and `/users/{user}/clients`. No client holds a refresh token here."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        grants, clients = "/api/v1/users/{key}/grants", "/api/v1/users/{key}/clients"
        of_client, tokens = clients + "/{client}/grants", clients + "/{client}/tokens"
        return [
            Route(grants, self._list),
            Route(grants, self._revoke_all, ["DELETE"]),
            Route(grants + "/{id}", self._get),
            Route(grants + "/{id}", self._revoke, ["DELETE"]),
            Route(clients, self._clients),
            Route(of_client, self._list),
            Route(of_client, self._revoke_all, ["DELETE"]),
            Route(of_client + "/{id}", self._get),
            Route(of_client + "/{id}", self._revoke, ["DELETE"]),
            Route(tokens, self._no_tokens),
            Route(tokens, self._no_tokens_left, ["DELETE"]),
            Route(tokens + "/{id}", self._no_token, ["GET", "DELETE"]),
        ]

    def _held(self, request: Request) -> JsonObject:
        """The grants of a user, by id."""
        return self._org.core.shelf(_SHELF).setdefault(self._org.user(request).id, {})

    def _named(self, request: Request) -> dict[str, JsonObject]:
        """Those of the client that the path names, if it names one."""
        client = request.path_params.get("client")
        rows = {key: as_object(row) for key, row in self._held(request).items()}
        return {key: row for key, row in rows.items() if client in (None, row["clientId"])}

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["id"])
        found = self._named(request).get(key)
        if found is None:
            raise self._org.words.not_found(key, "OAuth2ScopeConsentGrant")
        return found

    def _shown(self, row: JsonObject) -> JsonObject:
        user, app = self._org.url(f"/users/{row['userId']}"), self._org.url(f"/apps/{row['clientId']}")
        links: JsonObject = {
            "self": {"href": f"{user}/grants/{row['id']}"},
            "user": {"href": user},
            "app": {"href": app},
        }
        return {**row, "issuer": self._org.core.base("okta"), "_links": links}

    async def _list(self, request: Request) -> Response:
        return self._org.page(request, [self._shown(row) for row in self._named(request).values()])

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._one(request)))

    async def _revoke(self, request: Request) -> Response:
        del self._held(request)[as_text(self._one(request)["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    async def _revoke_all(self, request: Request) -> Response:
        held = self._held(request)
        for key in self._named(request):
            del held[key]
        self._org.core.changed()
        return Response(status_code=204)

    async def _clients(self, request: Request) -> Response:
        used = {as_text(row["clientId"]) for row in self._named(request).values()}
        apps = [row for key, row in self._org.core.shelf("okta.apps").items() if key in used]
        return JsonAnswer([{"client_id": row["id"], "client_name": row["label"]} for row in apps])

    # tokens

    async def _no_tokens(self, request: Request) -> Response:
        self._org.user(request)
        return JsonAnswer([])

    async def _no_tokens_left(self, request: Request) -> Response:
        self._org.user(request)
        return Response(status_code=204)

    async def _no_token(self, request: Request) -> Response:
        self._org.user(request)
        raise self._org.words.not_found(str(request.path_params["id"]), "OAuth2Token")

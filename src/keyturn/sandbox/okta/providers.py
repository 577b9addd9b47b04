"""Identity providers of the pretend Okta org, and who is linked to them.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/IdentityProvider/ and
.../IdentityProviderUsers/. Nobody signs in by one.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.objects import ObjectDesk, Sort
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.users import PROVIDER_USERS, UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, normal
from keyturn.sandbox.wire import JsonAnswer, json_object


class ProviderDesk(ObjectDesk):
    """Answers `/api/v1/idps`, and `/users/{user}/idps`."""

    def __init__(self, org: OktaOrg, users: UserDesk) -> None:
        super().__init__(org, Sort("idps", "0oa", "IdentityProvider", ("name", "type", "protocol")))
        self._users = users

    def routes(self) -> list[Route]:
        """The operations."""
        linked = "/api/v1/idps/{object}/users"
        return [
            *super().routes(),
            Route(linked, self._list_linked),
            Route(linked + "/{key}", self._get_linked),
            Route(linked + "/{key}", self._link, ["POST"]),
            Route(linked + "/{key}", self._unlink, ["DELETE"]),
            Route("/api/v1/users/{key}/idps", self._of_user),
        ]

    def _drop(self, request: Request, key: str) -> None:
        self._org.core.shelf(PROVIDER_USERS).pop(key, None)
        super()._drop(request, key)

    def _linked(self, request: Request) -> JsonObject:
        """By the id of a user, how the user is known at the provider."""
        return self._org.core.shelf(PROVIDER_USERS).setdefault(as_text(self._one(request)["id"]), {})

    async def _list_linked(self, request: Request) -> Response:
        query, rows = normal(request.query_params.get("q", "")), list[JsonObject]()
        for key, row in self._linked(request).items():
            account = self._org.find_user(key)
            names = (account.login, *(account.profile.get(name) for name in ("firstName", "lastName", "email")))
            if any(normal(as_text(name)).startswith(query) for name in names):
                shown = self._link_shown(request, as_object(row))
                if request.query_params.get("expand") == "user":
                    shown["_embedded"] = {"user": self._users.shown(account)}
                rows.append(shown)
        return self._org.page(request, rows)

    def _found(self, request: Request) -> JsonObject:
        account = self._org.user(request)
        row = self._linked(request).get(account.id)
        if not isinstance(row, dict):
            raise self._org.words.not_found(account.id, "IdentityProviderApplicationUser")
        return row

    async def _get_linked(self, request: Request) -> Response:
        return JsonAnswer(self._link_shown(request, self._found(request)))

    async def _link(self, request: Request) -> Response:
        """A name at the provider is that of one user."""
        held, account = self._linked(request), self._org.user(request)
        external = as_text((await json_object(request)).get("externalId"))
        if self._one(request)["type"] == "SAML2":
            raise self._org.words.validation("idp", "Users cannot be linked to an identity provider of type SAML2.")
        if not external:
            raise self._org.words.validation("externalId", "externalId: The field cannot be left blank")
        if any(key != account.id and as_object(row)["externalId"] == external for key, row in held.items()):
            raise self._org.words.validation("externalId", "externalId: Another user is linked by it already")
        now = self._org.core.now()
        since = as_object(held.get(account.id)).get("created", now)
        row: JsonObject = {"id": account.id, "externalId": external, "created": since, "lastUpdated": now}
        held[account.id] = {**row, "profile": {}}  # what the provider says of somebody comes with a sign-in
        self._org.core.changed()
        return JsonAnswer(self._link_shown(request, as_object(held[account.id])))

    async def _unlink(self, request: Request) -> Response:
        self._linked(request).pop(as_text(self._found(request)["id"]))
        self._org.core.changed()
        return Response(status_code=204)

    async def _of_user(self, request: Request) -> Response:
        account, held = self._org.user(request), self._org.core.shelf(PROVIDER_USERS)
        rows = [row for key, row in self._rows(request).items() if account.id in held.get(key, {})]
        return JsonAnswer([self._shown(request, row) for row in rows])

    def _link_shown(self, request: Request, row: JsonObject) -> JsonObject:
        provider = f"{self._address(request)}/{request.path_params['object']}"
        links: JsonObject = {
            "self": {"href": f"{provider}/users/{row['id']}", "hints": {"allow": ["GET", "DELETE"]}},
            "idp": {"href": provider},
            "user": {"href": self._org.url(f"/users/{row['id']}"), "hints": {"allow": ["GET"]}},
        }
        return {**row, "_links": links}

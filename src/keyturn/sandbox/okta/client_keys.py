"""What OAuth clients of the pretend Okta org prove themselves with: their public keys and their secrets.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOPublicKeys/. Keys are
those of the app's `settings.oauthClient.jwks`, by which the token endpoint checks assertions.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.seed import okta_id
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

SECRETS = "okta.client_secrets"
_MOST_SECRETS = 2
# RFC 7518, 6: what a public key consists of
_PARTS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}
_STATES = {"activate": "ACTIVE", "deactivate": "INACTIVE"}


class ClientKeyDesk:
    """Answers `/apps/{app}/credentials/jwks` and `/apps/{app}/credentials/secrets`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        keys, secrets = (f"/api/v1/apps/{{app}}/credentials/{name}" for name in ("jwks", "secrets"))
        routes = [
            Route(keys, self._list_keys),
            Route(keys, self._add_key, ["POST"]),
            Route(keys + "/{id}", self._get_key),
            Route(keys + "/{id}", self._remove_key, ["DELETE"]),
            Route(secrets, self._list_secrets),
            Route(secrets, self._add_secret, ["POST"]),
            Route(secrets + "/{id}", self._get_secret),
            Route(secrets + "/{id}", self._remove_secret, ["DELETE"]),
        ]
        for verb, status in _STATES.items():
            routes.append(Route(f"{keys}/{{id}}/lifecycle/{verb}", self._switch_key(status), ["POST"]))
            routes.append(Route(f"{secrets}/{{id}}/lifecycle/{verb}", self._switch_secret(status), ["POST"]))
        return routes

    def _client(self, request: Request) -> JsonObject:
        """The app that a path names, which is an OAuth client. Raises Refused."""
        app = self._org.app(request)
        if app["signOnMode"] != "OPENID_CONNECT":
            raise self._org.words.validation("app", "The application is not an OpenID Connect client.")
        return app

    # public keys

    @staticmethod
    def _given(app: JsonObject) -> list[Json]:
        """The keys of an app, of which what was given with the app may not be complete."""
        client = as_object(as_object(app.get("settings")).get("oauthClient"))
        return as_list(as_object(client.get("jwks")).get("keys"))

    def _keys(self, app: JsonObject) -> list[Json]:
        """The keys of an app as they are kept, each with what Okta adds to it."""
        settings = as_object(app.setdefault("settings", {}))
        jwks = as_object(as_object(settings.setdefault("oauthClient", {})).setdefault("jwks", {}))
        kept = as_list(jwks.setdefault("keys", []))
        for place, key in enumerate(map(as_object, kept)):
            named = as_text(key.get("kid")) or str(place)
            key.setdefault("id", okta_id("pks", f"{app['id']}/{named}"))
            key.setdefault("status", "ACTIVE")
            for name in ("created", "lastUpdated"):
                key.setdefault(name, app["lastUpdated"])
        return kept

    def _key(self, request: Request) -> tuple[list[Json], JsonObject]:
        client, wanted = self._client(request), str(request.path_params["id"])
        kept = self._keys(client) if self._given(client) else []
        found = next((key for key in map(as_object, kept) if key["id"] == wanted), None)
        if found is None:
            raise self._org.words.not_found(wanted, "OAuth2ClientJsonWebKey")
        return kept, found

    async def _list_keys(self, request: Request) -> Response:
        return JsonAnswer([self._shown(request, as_object(key)) for key in self._keys(self._client(request))])

    async def _get_key(self, request: Request) -> Response:
        return JsonAnswer(self._shown(request, self._key(request)[1]))

    async def _add_key(self, request: Request) -> Response:
        client, body = self._client(request), await json_object(request)
        kid, now = as_text(body.get("kid")), self._org.core.now()
        parts = _PARTS.get(as_text(body.get("kty")))
        if parts is None:
            raise self._org.words.validation("kty", f"kty: must be one of {', '.join(_PARTS)}")
        for name in parts:
            if not as_text(body.get(name)):
                raise self._org.words.validation(name, f"{name}: The field cannot be left blank")
        if not kid or any(as_object(key).get("kid") == kid for key in self._given(client)):
            raise self._org.words.validation("kid", "kid: a name is needed that no other key of the client has")
        key: JsonObject = {"use": "sig", "status": "ACTIVE", **body, "id": self._org.new_id("pks")}
        kept = self._keys(client)
        kept.append({**key, "created": now, "lastUpdated": now})
        self._org.core.changed()
        return JsonAnswer(self._shown(request, as_object(kept[-1])), 201)

    async def _remove_key(self, request: Request) -> Response:
        kept, key = self._key(request)
        self._rests(key)
        kept.remove(key)
        self._org.core.changed()
        return Response(status_code=204)

    def _switch_key(self, status: str) -> Endpoint:
        async def switch(request: Request) -> Response:
            kept, key = self._key(request)
            return self._switched(request, [as_object(each) for each in kept], key, status)

        return switch

    # secrets

    def _secrets(self, app: JsonObject) -> JsonObject:
        """The secrets of an app, by id: a client without a key has one from its first day."""
        key = as_text(app["id"])
        held = self._org.core.shelf(SECRETS).setdefault(key, {})
        client = as_object(as_object(app["credentials"]).get("oauthClient"))
        if not held and client.get("token_endpoint_auth_method") != "private_key_jwt":
            first = as_text(client.get("client_secret")) or okta_id("", f"secret/{key}")
            self._hold(held, okta_id("ocs", key), first, as_text(app["created"]), "ACTIVE")
        return held

    @staticmethod
    def _hold(held: JsonObject, key: str, secret: str, at: str, status: str) -> JsonObject:
        digest = urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")
        row: JsonObject = {"id": key, "client_secret": secret, "secret_hash": digest, "status": status}
        held[key] = row = {**row, "created": at, "lastUpdated": at}
        return row

    def _secret(self, request: Request) -> tuple[JsonObject, JsonObject]:
        held, wanted = self._secrets(self._client(request)), str(request.path_params["id"])
        if wanted not in held:
            raise self._org.words.not_found(wanted, "OAuth2ClientSecret")
        return held, as_object(held[wanted])

    async def _list_secrets(self, request: Request) -> Response:
        held = self._secrets(self._client(request))
        return JsonAnswer([self._shown(request, as_object(row)) for row in held.values()])

    async def _get_secret(self, request: Request) -> Response:
        return JsonAnswer(self._shown(request, self._secret(request)[1]))

    async def _add_secret(self, request: Request) -> Response:
        held = self._secrets(self._client(request))
        body = await json_object(request) if await request.body() else {}
        if len(held) >= _MOST_SECRETS:
            text = f"client_secret: a client has {_MOST_SECRETS} secrets at most"
            raise self._org.words.validation("client_secret", text)
        status = "INACTIVE" if body.get("status") == "INACTIVE" else "ACTIVE"
        secret = as_text(body.get("client_secret")) or self._org.core.ids.word(40)
        row = self._hold(held, self._org.new_id("ocs"), secret, self._org.core.now(), status)
        self._org.core.changed()
        return JsonAnswer(self._shown(request, row), 201)

    async def _remove_secret(self, request: Request) -> Response:
        held, row = self._secret(request)
        self._rests(row)
        del held[as_text(row["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    def _switch_secret(self, status: str) -> Endpoint:
        async def switch(request: Request) -> Response:
            held, row = self._secret(request)
            return self._switched(request, [as_object(each) for each in held.values()], row, status)

        return switch

    # both

    def _rests(self, row: JsonObject) -> None:
        if row["status"] == "ACTIVE":
            raise self._org.words.validation("status", "An active one cannot be deleted: deactivate it first.")

    def _switched(self, request: Request, rows: list[JsonObject], row: JsonObject, status: str) -> Response:
        """The last that is active stays so."""
        left = [each for each in rows if each is not row and each["status"] == "ACTIVE"]
        if status == "INACTIVE" and not left:
            raise self._org.words.validation("status", "The last active one of a client cannot be deactivated.")
        row["status"], row["lastUpdated"] = status, self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown(request, row))

    def _shown(self, request: Request, row: JsonObject) -> JsonObject:
        what = "secrets" if "secret_hash" in row else "jwks"
        own = self._org.url(f"/apps/{request.path_params['app']}/credentials/{what}/{row['id']}")
        links: JsonObject = {}
        if row["status"] == "ACTIVE":
            links["deactivate"] = {"href": f"{own}/lifecycle/deactivate", "hints": {"allow": ["POST"]}}
        else:
            links["activate"] = {"href": f"{own}/lifecycle/activate", "hints": {"allow": ["POST"]}}
            links["delete"] = {"href": own, "hints": {"allow": ["DELETE"]}}
        return {**row, "_links": links}

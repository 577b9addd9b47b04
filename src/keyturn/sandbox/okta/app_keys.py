"""What apps of the pretend Okta org sign with and how they are provisioned: key credentials, the default connection.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialKey/ and
.../ApplicationConnections/. Nothing is signed and nobody is provisioned here.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, millis, texts
from keyturn.sandbox.wire import JsonAnswer, json_object, whole_number

KEYS, CONNECTIONS = "okta.app_keys", "okta.app_connections"
_SCHEMES = ("TOKEN", "OAUTH2")
_FIRST_YEARS, _MOST_YEARS = 10, 100
_PROVISIONS = frozenset(
    {"PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "PUSH_USER_DEACTIVATION", "IMPORT_NEW_USERS", "GROUP_PUSH"}
)
_STATES = {"activate": "ENABLED", "deactivate": "DISABLED"}


class AppKeyDesk:
    """Answers `/apps/{app}/credentials/keys` and `/apps/{app}/connections/default`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        keys, connection = "/api/v1/apps/{app}/credentials/keys", "/api/v1/apps/{app}/connections/default"
        return [
            Route(keys, self._list),
            Route(keys + "/generate", self._generate, ["POST"]),
            Route(keys + "/{kid}", self._get),
            Route(keys + "/{kid}/clone", self._clone, ["POST"]),
            Route(connection, self._connection),
            Route(connection, self._connect, ["POST"]),
            *(
                Route(f"{connection}/lifecycle/{verb}", self._switch(status), ["POST"])
                for verb, status in _STATES.items()
            ),
        ]

    # keys

    def _keys(self, app: JsonObject) -> JsonObject:
        """The keys of an app by `kid`: it has the one that its `credentials.signing` names from the first."""
        held = self._org.core.shelf(KEYS).setdefault(as_text(app["id"]), {})
        kid = as_text(as_object(as_object(app["credentials"]).get("signing")).get("kid"))
        if kid and not held:
            held[kid] = self._made(kid, _FIRST_YEARS)
            self._org.core.changed()
        return held

    def _made(self, kid: str, years: int) -> JsonObject:
        now = self._org.core.clock()
        ends = now + timedelta(days=365 * years)
        row: JsonObject = {"kid": kid, "created": millis(now), "lastUpdated": millis(now), "expiresAt": millis(ends)}
        return {**row, **_public_key(now, ends)}

    async def _list(self, request: Request) -> Response:
        return JsonAnswer(list(self._keys(self._org.app(request)).values()))

    def _one(self, request: Request) -> JsonObject:
        kid = str(request.path_params["kid"])
        found = as_object(self._keys(self._org.app(request)).get(kid))
        if not found:
            raise self._org.words.not_found(kid, "AppKey")
        return found

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._one(request))

    async def _generate(self, request: Request) -> Response:
        app = self._org.app(request)
        years = whole_number(request.query_params.get("validityYears"), 0, 2, _MOST_YEARS)
        if not years:
            raise self._org.words.validation(
                "validityYears", f"validityYears: must be a number from 2 to {_MOST_YEARS}"
            )
        held, kid = self._keys(app), self._org.core.ids.word(43)
        held[kid] = self._made(kid, years)
        self._org.core.changed()
        return JsonAnswer(held[kid], 201)

    async def _clone(self, request: Request) -> Response:
        """The same key for another app: they share its certificate."""
        found = self._one(request)
        other = self._org.find(request.query_params.get("targetAid", ""), "okta.apps", "AppInstance")
        self._keys(other)[as_text(found["kid"])] = dict(found)
        self._org.core.changed()
        return JsonAnswer(found, 201)

    # the connection that people are provisioned by

    async def _connection(self, request: Request) -> Response:
        app = self._org.app(request)
        return JsonAnswer(self._shown(app, connection_of(self._org, app)))

    async def _connect(self, request: Request) -> Response:
        """The token goes in and is not shown again."""
        app, body = self._org.app(request), await json_object(request)
        given = as_object(body.get("profile"))
        scheme = as_text(given.get("authScheme"))
        if scheme not in _SCHEMES:
            raise self._org.words.validation("authScheme", f"authScheme: must be one of {', '.join(_SCHEMES)}")
        if scheme == "TOKEN" and not given.get("token"):
            raise self._org.words.validation("token", "token: The field cannot be left blank")
        active = request.query_params.get("activate", "").lower() == "true"
        row: JsonObject = {"profile": {"authScheme": scheme}, "status": "ENABLED" if active else "DISABLED"}
        if scheme == "TOKEN":
            row["authScheme"] = scheme
        if body.get("baseUrl"):
            row["baseUrl"] = body["baseUrl"]
        self._org.core.shelf(CONNECTIONS)[as_text(app["id"])] = row
        self._org.core.changed()
        return JsonAnswer(self._shown(app, row))

    def _switch(self, status: str) -> Endpoint:
        async def switch(request: Request) -> Response:
            app = self._org.app(request)
            row = dict(connection_of(self._org, app))
            if row["status"] == "UNKNOWN":
                raise self._org.words.validation("connection", "The application has no provisioning connection.")
            self._org.core.shelf(CONNECTIONS)[as_text(app["id"])] = {**row, "status": status}
            self._org.core.changed()
            return Response(status_code=204)

        return switch

    def _shown(self, app: JsonObject, row: JsonObject) -> JsonObject:
        own = self._org.url(f"/apps/{app['id']}/connections/default")
        links: JsonObject = {"self": {"href": own, "hints": {"allow": ["GET", "POST"]}}}
        if row["status"] != "UNKNOWN":
            verb = "deactivate" if row["status"] == "ENABLED" else "activate"
            links[verb] = {"href": f"{own}/lifecycle/{verb}", "hints": {"allow": ["POST"]}}
        return {**row, "_links": links}


def connection_of(org: OktaOrg, app: JsonObject) -> JsonObject:
    """The connection that an application is provisioned by; of the first day those have one that provision."""
    usual: JsonObject = {"profile": {"authScheme": "UNKNOWN"}, "status": "UNKNOWN"}
    if _PROVISIONS & set(texts(app.get("features"))):
        usual = {"authScheme": "TOKEN", "profile": {"authScheme": "TOKEN"}, "status": "ENABLED"}
    return org.core.shelf(CONNECTIONS).get(as_text(app["id"]), usual)


def _public_key(since: datetime, until: datetime) -> JsonObject:
    """A fresh key that has signed itself, as RFC 7517 writes the public half and its certificate."""
    # here, as few need it and it is slow to import
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "northwind")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), since, until)
    raw = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    public = key.public_key().public_numbers()
    chain: list[Json] = [b64encode(raw).decode()]
    return {
        "kty": "RSA",
        "use": "sig",
        "e": _unsigned(public.e),
        "n": _unsigned(public.n),
        "x5c": chain,
        "x5t#S256": urlsafe_b64encode(sha256(raw).digest()).decode().rstrip("="),
    }


def _unsigned(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    return urlsafe_b64encode(raw).decode().rstrip("=")

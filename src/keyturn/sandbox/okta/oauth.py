"""The org authorization server of the pretend Okta org: client credentials by a signed assertion, and the code that a
person's consent gives.

Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/ and RFC 7523. An app's registered
keys (`settings.oauthClient.jwks`) are held to; for the app of the first day, which has none, the signature is not
checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.consent import USUAL, Consents, ScopeWords
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.scopes.demands import is_scope
from keyturn.sandbox.state import Issued
from keyturn.sandbox.tokens import IssuedTokens, claims_of, client_of, form_fields
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer, Refused

OKTA_WEB_CLIENT = "0oaSandboxWebApp0000"  # a web app, which people sign in to
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_OF_PEOPLE = frozenset({"address", "phone", "groups", "device_sso"})  # besides those that every vendor has
# https://support.okta.com/help/s/article/error-one-or-more-scopes-are-not-configured-for-the-authorization-server-resource
_STRANGE = "One or more scopes are not configured for the authorization server resource."
_NO_SCOPE = "The authorization server resource requires at least one scope."
_LIFETIME = 3_600
_LONGEST = 3_600
_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]


class OAuthDesk:
    """Answers `/oauth2/v1`."""

    def __init__(self, org: OktaOrg, tokens: IssuedTokens) -> None:
        self._org = org
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            *self._consents().routes(),
            Route("/oauth2/v1/token", self._token, ["POST"]),
            Route("/oauth2/v1/introspect", self._introspect, ["POST"]),
            Route("/oauth2/v1/revoke", self._revoke, ["POST"]),
            Route("/.well-known/oauth-authorization-server", self._discovery),
            Route("/.well-known/openid-configuration", self._discovery),
        ]

    def _consents(self) -> Consents:
        return Consents(
            "Okta",
            "/oauth2/v1/authorize",
            self._tokens,
            lambda client: client == OKTA_WEB_CLIENT,
            lambda scope: scope in _OF_PEOPLE or is_scope("okta", scope),
            ScopeWords(("invalid_scope", _NO_SCOPE), _STRANGE),
        )

    async def _token(self, request: Request) -> Response:
        form = await form_fields(request)
        match form.get("grant_type", ""):
            case "client_credentials":
                return self._to_service(form)
            case "authorization_code":
                client = self._web_client(request, form)
                verifier = form.get("code_verifier", "")
                found = self._tokens.redeem(form.get("code", ""), client, form.get("redirect_uri", ""), verifier)
                return self._to_person(found, "The authorization code is invalid or has expired.")
            case "refresh_token":
                found = self._tokens.renewed(form.get("refresh_token", ""), self._web_client(request, form))
                return self._to_person(found, "The refresh token is invalid or expired.")
            case grant:
                text = f"The authorization grant type '{grant}' is not supported."
                raise _refusal(400, "unsupported_grant_type", text)

    def _web_client(self, request: Request, form: dict[str, str]) -> str:
        """The web app; one that shows no secret is proven by its code's verifier alone."""
        client, secret = client_of(request, form)
        if client != OKTA_WEB_CLIENT or secret not in ("", self._org.core.world.secrets.client_secret):
            raise _refusal(401, "invalid_client", "The client secret supplied for a confidential client is invalid.")
        return client

    def _to_person(self, found: Issued | None, otherwise: str) -> Response:
        if found is None:
            raise _refusal(400, "invalid_grant", otherwise)
        answer = self._given(found.scopes, found.consent)
        if "offline_access" in found.scopes:
            answer["refresh_token"] = self._tokens.refresh(found.scopes, found.client, found.consent)
        return _uncached(answer)

    def _to_service(self, form: dict[str, str]) -> Response:
        if form.get("client_assertion_type") != _ASSERTION:
            text = "The client_assertion_type is invalid or missing."
            raise _refusal(401, "invalid_client", text)
        self._check(form.get("client_assertion", ""))
        scopes = form.get("scope", "").split()
        if not scopes:
            raise _refusal(400, "invalid_scope", _NO_SCOPE)
        people = [scope for scope in scopes if scope in USUAL | _OF_PEOPLE]
        if people:
            text = f"Cannot request '{' '.join(people)}' scopes using client credentials."
            raise _refusal(400, "invalid_scope", text)
        if not all(is_scope("okta", scope) for scope in scopes):
            raise _refusal(400, "invalid_scope", _STRANGE)
        allowed = self._tokens.allowed(scopes)
        if not allowed:
            raise _refusal(400, "consent_required", "You are not allowed any of the requested scopes.")
        return _uncached(self._given(allowed))

    def _given(self, scopes: list[str], consent: str = "") -> JsonObject:
        token = self._tokens.issue(scopes, _LIFETIME, consent=consent)
        return {"token_type": "Bearer", "expires_in": _LIFETIME, "access_token": token, "scope": " ".join(scopes)}

    def _check(self, assertion: str) -> None:
        claims = claims_of(assertion)
        if claims is None:
            raise _refusal(401, "invalid_client", "The parsing of the client_assertion failed.")
        client = as_text(claims.get("sub"))
        app = next((each for each in self._services() if client in _client_ids(each)), None)
        if app is None or claims.get("iss") != client:
            text = "Invalid value for 'client_id' parameter: 'iss' and 'sub' must be the id of a client of this org."
            raise _refusal(401, "invalid_client", text)
        address = f"{self._org.core.base('okta')}/oauth2/v1/token"
        if claims.get("aud") != address:
            raise _refusal(401, "invalid_client", f"The audience claim for client_assertion must be '{address}'.")
        if not _lasts(claims.get("exp"), self._org.core.clock()):
            text = "The client_assertion token is expired, or lasts for more than 1 hour."
            raise _refusal(401, "invalid_client", text)
        jwks = as_object(as_object(as_object(app.get("settings")).get("oauthClient")).get("jwks"))
        keys = [key for key in map(as_object, as_list(jwks.get("keys"))) if key.get("status") != "INACTIVE"]
        if jwks.get("keys") and not _is_signed(assertion, {"keys": list(keys)}):
            raise _refusal(401, "invalid_client", "The client_assertion signature is invalid.")

    def _services(self) -> Iterator[JsonObject]:
        for app in self._org.core.shelf("okta.apps").values():
            if app["signOnMode"] == "OPENID_CONNECT" and app["status"] == "ACTIVE":
                yield app

    async def _introspect(self, request: Request) -> Response:
        form = await form_fields(request)
        found = self._tokens.find(form.get("token", ""))
        if found is None:
            return JsonAnswer({"active": False})
        issuer, scope = self._org.core.base("okta"), " ".join(found.scopes)
        return JsonAnswer(
            {"active": True, "token_type": "Bearer", "exp": int(found.ends), "iss": issuer, "scope": scope}
        )

    async def _revoke(self, request: Request) -> Response:
        """RFC 7009: 200 whatever the token was."""
        self._tokens.revoke((await form_fields(request)).get("token", ""))
        return Response(status_code=200)

    async def _discovery(self, request: Request) -> Response:
        base = self._org.core.base("okta")
        methods: list[Json] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
        return JsonAnswer(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/oauth2/v1/authorize",
                "token_endpoint": f"{base}/oauth2/v1/token",
                "introspection_endpoint": f"{base}/oauth2/v1/introspect",
                "revocation_endpoint": f"{base}/oauth2/v1/revoke",
                "jwks_uri": f"{base}/oauth2/v1/keys",
                "response_types_supported": ["code", "token"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["public"],
                "token_endpoint_auth_methods_supported": methods,
                "token_endpoint_auth_signing_alg_values_supported": list(_ALGORITHMS),
            }
        )


def _uncached(answer: JsonObject) -> Response:
    return JsonAnswer(answer, headers={"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"})


def _client_ids(app: JsonObject) -> tuple[str, str]:
    client = as_object(as_object(app.get("credentials")).get("oauthClient"))
    return as_text(app["id"]), as_text(client.get("client_id"))


def _lasts(ends: Json, now: datetime) -> bool:
    seconds = now.timestamp()
    return isinstance(ends, int | float) and seconds < ends <= seconds + _LONGEST + 60


def _is_signed(assertion: str, keys: JsonObject) -> bool:
    from joserfc import jws  # here, as few need it and it is slow to import
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        known = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        jws.deserialize_compact(assertion.encode(), known, algorithms=_ALGORITHMS)
    except (JoseError, ValueError):
        return False
    return True


def _refusal(status: int, error: str, description: str) -> Refused:
    return Refused(status, {"error": error, "error_description": description})

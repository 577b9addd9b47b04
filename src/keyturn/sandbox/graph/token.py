"""The token service in front of the pretend Microsoft 365 tenant, login.microsoftonline.com in the real world.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
v2-oauth2-auth-code-flow. The sandbox holds no certificates of its clients: what a signed assertion claims is checked,
its signature is not. Access tokens are JWTs that tell their permissions, as the real ones are; nobody can check them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.consent import USUAL, Consents, NotTogether, ScopeWords
from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.words import GraphWords
from keyturn.sandbox.people import COMPANY, DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.scopes.demands import demands_of, is_scope, scopes_of
from keyturn.sandbox.state import Issued
from keyturn.sandbox.tokens import LIFETIME, IssuedTokens, claims_of, client_of, form_fields, head_of
from keyturn.sandbox.values import JsonObject
from keyturn.sandbox.wire import JsonAnswer

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RESOURCE = "https://graph.microsoft.com"
_NAMES = (f"{_RESOURCE}/", "00000003-0000-0000-c000-000000000000/")
_DEFAULT = ".default"
_STRANGE = (
    "AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope {scopes} is not valid."
)
_ALONE = f"{_STRANGE} .default scope can't be combined with resource-specific scopes."
_NO_SCOPE = "The request body must contain the following parameter: 'scope'."
_NOT_THERE = (
    "This can happen if the application has not been installed by the administrator of the tenant or consented to by "
    "any user in the tenant. You may have sent your authentication request to the wrong tenant."
)
_BAD_SECRET = (
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
    "client secret ID, for a secret added to app"
)
_AUTHENTICATION = ("client_secret_post", "private_key_jwt", "client_secret_basic")
_OPEN = (
    "/oauth2/v2.0/token",
    "/oauth2/v2.0/authorize",
    "/.well-known/openid-configuration",
    "/discovery/v2.0/keys",
    "/discovery/instance",
)


class TokenDesk:
    """Issues tokens to the tenant's application."""

    def __init__(self, core: Core, words: GraphWords, tokens: IssuedTokens) -> None:
        self._core = core
        self._words = words
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            *self._consents().routes(),
            Route("/{directory}/oauth2/v2.0/token", self._token, ["POST"]),
            Route("/{directory}/v2.0/.well-known/openid-configuration", self._discovery),
            Route("/{directory}/discovery/v2.0/keys", self._keys),
        ]

    @staticmethod
    def is_open(path: str) -> bool:
        """Whether a path needs no token."""
        return path.endswith(_OPEN)

    async def _token(self, request: Request) -> Response:
        form = await form_fields(request)
        self._check_directory(str(request.path_params["directory"]))
        known = self._core.world.secrets.client_id
        client, secret = client_of(request, form)
        form |= {"client_id": client, **({"client_secret": secret} if secret else {})}
        if client != known:
            text = f"Application with identifier '{client}' was not found in the directory '{COMPANY}'. {_NOT_THERE}"
            raise self._words.token_error(400, "unauthorized_client", 700016, text)
        match form.get("grant_type", ""):
            case "client_credentials":
                return self._to_service(form)
            case "authorization_code":
                self._check_client(form, public=True)
                verifier = form.get("code_verifier", "")
                found = self._tokens.redeem(form.get("code", ""), known, form.get("redirect_uri", ""), verifier)
                text = "The provided authorization code or refresh token has expired or is invalid."
                return self._to_person(found, 70008, text)
            case "refresh_token":
                self._check_client(form, public=True)
                found = self._tokens.renewed(form.get("refresh_token", ""), known)
                return self._to_person(found, 50173, "The provided grant has expired due to it being revoked.")
            case grant:
                text = f"The app requested an unsupported grant type '{grant}'."
                raise self._words.token_error(400, "unsupported_grant_type", 70003, text)

    def _consents(self) -> Consents:
        return Consents(
            "Microsoft",
            "/{directory}/oauth2/v2.0/authorize",
            self._tokens,
            lambda client: client == self._core.world.secrets.client_id,
            lambda scope: is_scope("graph", scope),
            ScopeWords(("invalid_request", f"AADSTS900144: {_NO_SCOPE}"), _STRANGE),
            self._meant,
        )

    def _meant(self, scopes: Sequence[str]) -> list[str]:
        """Scopes as Microsoft calls them; for its default all that the app has been allowed, as its registration says
        (https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc#the-default-scope)."""
        plain = [_plain(scope) for scope in scopes]
        if _DEFAULT not in plain:
            return plain
        usual = [scope for scope in plain if scope in USUAL]
        if not {*plain} <= {_DEFAULT, *USUAL}:
            raise NotTogether(_ALONE.format(scopes=" ".join(scopes)))
        return [*self._of_the_app(), *usual]

    def _of_the_app(self) -> list[str]:
        """What an administrator has allowed the app."""
        return self._tokens.allowed(sorted(demands_of("graph").known))

    def _to_service(self, form: dict[str, str]) -> Response:
        """What an administrator has allowed the app, whatever it asks for: application permissions."""
        if not form.get("scope", "").strip():
            raise self._words.token_error(400, "invalid_request", 900144, _NO_SCOPE)
        if not form.get("scope", "").endswith("/.default"):
            text = "The input parameter 'scope' is not valid: it must end in /.default."
            raise self._words.token_error(400, "invalid_scope", 1002012, text)
        self._check_client(form)
        roles = self._of_the_app()
        token = self._tokens.issue(roles, text=self._jwt({"roles": [*roles]}))
        answer: JsonObject = {"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME}
        return JsonAnswer({**answer, "access_token": token})

    def _to_person(self, found: Issued | None, number: int, otherwise: str) -> Response:
        if found is None:
            raise self._words.token_error(400, "invalid_grant", number, otherwise)
        scope = " ".join(one for one in found.scopes if one not in USUAL)
        token = self._tokens.issue(found.scopes, consent=found.consent, text=self._jwt({"scp": scope}))
        answer: JsonObject = {"token_type": "Bearer", "expires_in": LIFETIME, "scope": scope, "access_token": token}
        if "offline_access" in found.scopes:
            answer["refresh_token"] = self._tokens.refresh(found.scopes, found.client, found.consent)
        return JsonAnswer(answer)

    def _jwt(self, claims: JsonObject) -> str:
        secrets, now = self._core.world.secrets, int(self._core.clock().timestamp())
        issuer = f"https://sts.windows.net/{secrets.tenant_id}/"
        named: JsonObject = {"aud": _RESOURCE, "iss": issuer, "iat": now, "exp": now + LIFETIME}
        body: JsonObject = {**named, "appid": secrets.client_id, "tid": secrets.tenant_id, **claims}
        parts: Sequence[JsonObject] = ({"typ": "JWT", "alg": "RS256"}, body)
        encoded = [base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in parts]
        return ".".join([*encoded, self._core.ids.word(60)])

    def _check_client(self, form: dict[str, str], *, public: bool = False) -> None:
        """Secret or assertion of the client; public: one that a code's verifier proves may show neither."""
        if "client_assertion" in form:
            self._check_assertion(form)
        elif public and "client_secret" not in form:
            return
        elif form.get("client_secret") != self._core.world.secrets.client_secret:
            text = f"{_BAD_SECRET} '{self._core.world.secrets.client_id}'."
            raise self._words.token_error(401, "invalid_client", 7000215, text)

    def _check_directory(self, directory: str) -> None:
        if directory not in (self._core.world.secrets.tenant_id, DOMAIN):
            raise self._words.token_error(400, "invalid_request", 90002, f"Tenant '{directory}' not found.")

    def _check_assertion(self, form: dict[str, str]) -> None:
        claims = claims_of(form["client_assertion"])
        if form.get("client_assertion_type") != _ASSERTION or claims is None:
            raise self._words.token_error(401, "invalid_client", 50027, "JWT token is invalid or malformed.")
        head = head_of(form["client_assertion"]) or {}
        if not any(head.get(name) for name in ("x5t", "x5t#S256", "kid")):
            text = "Invalid JWT token. No certificate thumbprint and keyId specified in token header."
            raise self._words.token_error(401, "invalid_client", 50027, text)
        known = self._core.world.secrets.client_id
        if claims.get("iss") != known or claims.get("sub") != known:
            text = "Client assertion contains an invalid issuer or subject."
            raise self._words.token_error(401, "invalid_client", 700021, text)
        ends, now = claims.get("exp"), self._core.clock().timestamp()
        if not isinstance(ends, int | float) or ends <= now:
            text = "Client assertion is not within its valid time range."
            raise self._words.token_error(401, "invalid_client", 700024, text)
        if not str(claims.get("aud", "")).endswith(("/oauth2/v2.0/token", "/v2.0")):
            text = "Client assertion audience claim does not match Realm issuer."
            raise self._words.token_error(401, "invalid_client", 700023, text)

    async def _discovery(self, request: Request) -> Response:
        directory = str(request.path_params["directory"])
        self._check_directory(directory)
        base = f"{self._core.base('graph')}/{directory}"
        return JsonAnswer(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "token_endpoint_auth_methods_supported": [*_AUTHENTICATION],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, request: Request) -> Response:
        """No id tokens are issued here, so there are no keys to check them by."""
        self._check_directory(str(request.path_params["directory"]))
        return JsonAnswer({"keys": []})


def _plain(scope: str) -> str:
    """A scope as Microsoft calls it: its resource may stand before it, and capitals do not count."""
    bare = scope.lower()
    for name in _NAMES:
        bare = bare.removeprefix(name)
    return _by_small_letters().get(bare, scope)


@lru_cache
def _by_small_letters() -> dict[str, str]:
    return {known.lower(): known for known in scopes_of("graph") | USUAL | {_DEFAULT}}

"""How an app comes to a token of the pretend Slack workspace: a person installs it.

Source: https://docs.slack.dev/authentication/installing-with-oauth/ and using-token-rotation. The sandbox's app has
token rotation on: its tokens end after twelve hours, and a refresh token is good once.
"""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.consent import Consents, ScopeWords
from keyturn.sandbox.core import Core
from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.scopes.demands import is_scope
from keyturn.sandbox.slack.seed import BOT, TEAM
from keyturn.sandbox.slack.workspace import arguments, done, failed
from keyturn.sandbox.state import Issued
from keyturn.sandbox.tokens import IssuedTokens, client_of
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import bearer

SLACK_CLIENT = "1234567890.0987654321"
CONSENT = "/oauth/v2/authorize"
ACCESS = "/api/oauth.v2.access"
REVOKE = "/api/auth.revoke"
_LIFETIME = 43_200


class OAuthDesk:
    """Answers `/oauth/v2/authorize`, `oauth.v2.access` and `auth.revoke`."""

    def __init__(self, core: Core, tokens: IssuedTokens) -> None:
        self._core = core
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """The page on which a person installs the app."""
        return Consents(
            "Slack",
            CONSENT,
            self._tokens,
            lambda client: client == SLACK_CLIENT,
            lambda scope: is_scope("slack", scope),
            ScopeWords(("invalid_scope", "No scopes requested.")),
        ).routes()

    def methods(self) -> dict[str, Endpoint]:
        """The methods."""
        return {"oauth.v2.access": self._access, "auth.revoke": self._revoke}

    async def _access(self, request: Request) -> Response:
        given = {name: as_text(value) for name, value in (await arguments(request)).items()}
        client, secret = client_of(request, given)
        if client != SLACK_CLIENT:
            raise failed("invalid_client_id")
        if secret != self._core.world.secrets.client_secret:
            raise failed("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            return self._given(self._tokens.renewed(given.get("refresh_token", ""), client), "invalid_refresh_token")
        code, where, verifier = (given.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
        return self._given(self._tokens.redeem(code, client, where, verifier), "invalid_code")

    def _given(self, found: Issued | None, otherwise: str) -> Response:
        if found is None:
            raise failed(otherwise)
        answer: JsonObject = {
            "access_token": self._tokens.issue(found.scopes, _LIFETIME, consent=found.consent),
            "token_type": "bot",
            "scope": ",".join(found.scopes),
            "bot_user_id": BOT,
            "app_id": "A0SANDBOX01",
            "expires_in": _LIFETIME,
            "refresh_token": self._tokens.refresh(found.scopes, found.client, found.consent),
            "team": {"id": TEAM, "name": COMPANY},
            "enterprise": None,
        }
        return done(answer)

    async def _revoke(self, request: Request) -> Response:
        """Ends the token that is shown; the static one is nobody's to end."""
        given = await arguments(request)
        token = bearer(request) or as_text(given.get("token"))
        if as_text(given.get("test")) in ("1", "true"):
            return done({"revoked": False})
        if hmac.compare_digest(token.encode(), self._core.world.tokens["slack"].encode()):
            raise failed("token_not_revocable")
        found = self._tokens.find(token)
        if found is None:
            raise failed("invalid_auth" if token else "not_authed")
        self._tokens.end(found.consent)
        return done({"revoked": True})

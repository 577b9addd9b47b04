"""The token service in front of the pretend Google Workspace account, oauth2.googleapis.com in the real world.

Source: https://developers.google.com/identity/protocols/oauth2/service-account. The sandbox holds no keys of service
accounts: what an assertion claims is checked, its signature is not.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.core import Core
from keyturn.sandbox.routing import Route
from keyturn.sandbox.tokens import LIFETIME, IssuedTokens, claims_of, form_fields
from keyturn.sandbox.values import as_text
from keyturn.sandbox.wire import JsonAnswer, Refused

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class TokenDesk:
    """Issues tokens to service accounts that act for an administrator."""

    def __init__(self, core: Core, tokens: IssuedTokens) -> None:
        self._core = core
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """The operations."""
        return [Route("/token", self._token, ["POST"]), Route("/revoke", self._revoke, ["POST"])]

    async def _token(self, request: Request) -> Response:
        form = await form_fields(request)
        if form.get("grant_type") != _JWT_BEARER:
            raise _refusal("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        claims = claims_of(form.get("assertion", ""))
        if claims is None:
            raise _refusal("invalid_grant", "Bad Request")
        ends, now = claims.get("exp"), self._core.clock().timestamp()
        if not isinstance(ends, int) or not now < ends <= now + 3_660:
            raise _refusal("invalid_grant", "Invalid JWT: Token must be a short-lived token.")
        impersonated = self._core.world.accounts.find_google(as_text(claims.get("sub")))
        if not as_text(claims.get("scope")) or impersonated is None or not impersonated.admin:
            text = "Client is unauthorized to retrieve access tokens using this method."
            raise _refusal("unauthorized_client", text, 401)
        token = self._tokens.issue()
        return JsonAnswer({"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"})

    async def _revoke(self, request: Request) -> Response:
        form = await form_fields(request)
        token = form.get("token") or request.query_params.get("token", "")
        if not self._tokens.is_good(token):
            raise _refusal("invalid_token", "Token expired or revoked")
        self._tokens.revoke(token)
        return JsonAnswer({})


def _refusal(error: str, description: str, status: int = 400) -> Refused:
    return Refused(status, {"error": error, "error_description": description})

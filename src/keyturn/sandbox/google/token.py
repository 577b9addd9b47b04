"""The token service in front of the pretend Google Workspace account, oauth2.googleapis.com and accounts.google.com in
the real world.

Source: https://developers.google.com/identity/protocols/oauth2/service-account and web-server. The sandbox holds no
keys of service accounts: what an assertion claims is checked, its signature is not.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.consent import USUAL, Consents, ScopeWords
from keyturn.sandbox.core import Core
from keyturn.sandbox.routing import Route
from keyturn.sandbox.scopes.demands import is_scope
from keyturn.sandbox.tokens import LIFETIME, IssuedTokens, claims_of, client_of, form_fields
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer, Refused, note

GOOGLE_CLIENT = "sandbox.apps.googleusercontent.com"  # a web app, which people sign in to
CONSENT = "/o/oauth2/v2/auth"
_NO_SCOPE = "Empty or missing scope not allowed."
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class TokenDesk:
    """Issues tokens to service accounts that act for an administrator."""

    def __init__(self, core: Core, tokens: IssuedTokens) -> None:
        self._core = core
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """The operations."""
        page = Consents(
            "Google",
            CONSENT,
            self._tokens,
            lambda client: client == GOOGLE_CLIENT,
            lambda scope: is_scope("google", scope),
            ScopeWords(("invalid_scope", _NO_SCOPE)),
            usual=USUAL - {"offline_access"},  # a refresh token is asked for by access_type
        )
        token = Route("/token", self._token, ["POST"])
        return [*page.routes(), token, Route("/revoke", self._revoke, ["POST"])]

    async def _token(self, request: Request) -> Response:
        form = await form_fields(request)
        match form.get("grant_type", ""):
            case grant if grant == _JWT_BEARER:
                return self._to_service(request, form)
            case "authorization_code":
                self._check_client(request, form)
                code, where, verifier = (form.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
                found = self._tokens.redeem(code, GOOGLE_CLIENT, where, verifier)
                if found is None:
                    raise _refusal("invalid_grant", "Bad Request")
                answer = self._given([one for one in found.scopes if one != "offline_access"], found.consent)
                if "offline_access" in found.scopes:  # Google's access_type=offline
                    answer["refresh_token"] = self._tokens.refresh(found.scopes, GOOGLE_CLIENT, found.consent)
                return JsonAnswer(answer)
            case "refresh_token":
                self._check_client(request, form)
                found = self._tokens.renewed(form.get("refresh_token", ""), GOOGLE_CLIENT, rotates=False)
                if found is None:
                    raise _refusal("invalid_grant", "Token has been expired or revoked.")
                return JsonAnswer(self._given([one for one in found.scopes if one != "offline_access"], found.consent))
            case grant:
                raise _refusal("unsupported_grant_type", f"Invalid grant_type: {grant}")

    def _check_client(self, request: Request, form: dict[str, str]) -> None:
        client, secret = client_of(request, form)
        if client != GOOGLE_CLIENT:
            raise _refusal("invalid_client", "The OAuth client was not found.", 401)
        if secret != self._core.world.secrets.client_secret:
            raise _refusal("invalid_client", "Unauthorized", 401)

    def _to_service(self, request: Request, form: dict[str, str]) -> Response:
        claims = claims_of(form.get("assertion", ""))
        if claims is None:
            raise _refusal("invalid_grant", "Bad Request")
        ends, now = claims.get("exp"), self._core.clock().timestamp()
        if not isinstance(ends, int) or not now < ends <= now + 3_660:
            raise _refusal("invalid_grant", "Invalid JWT: Token must be a short-lived token.")
        subject = as_text(claims.get("sub"))
        impersonated = self._core.world.accounts.find_google(subject)
        scopes = as_text(claims.get("scope")).split()
        if not scopes:
            raise _refusal("invalid_scope", _NO_SCOPE)
        # domain-wide delegation: each scope must be among those that the administrator has listed, so one that there
        # is not is none of them
        strange = [scope for scope in scopes if not is_scope("google", scope)]
        if strange:
            note(request, f"Google has no scope {', '.join(strange)}, as far as is known here.")
        delegated = not strange and self._tokens.allowed(scopes) == scopes
        if not delegated or not subject:
            text = "Client is unauthorized to retrieve access tokens using this method."
            if not delegated:
                text = f"{text[:-1]}, or client not authorized for any of the scopes requested."
            raise _refusal("unauthorized_client", text, 401)
        if impersonated is None:
            raise _refusal("invalid_grant", "Invalid email or User ID")
        # for anybody of the company: what they may, the API says
        return JsonAnswer(self._given(scopes, subject=impersonated.id, told=False))

    def _given(self, scopes: list[str], consent: str = "", *, subject: str = "", told: bool = True) -> JsonObject:
        token = self._tokens.issue(scopes, consent=consent, subject=subject)
        answer: JsonObject = {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}
        return {**answer, "scope": " ".join(scopes)} if told else answer

    async def _revoke(self, request: Request) -> Response:
        form = await form_fields(request)
        token = form.get("token") or request.query_params.get("token", "")
        if not self._tokens.revoke(token):
            raise _refusal("invalid_token", "Token expired or revoked")
        return JsonAnswer({})


def _refusal(error: str, description: str, status: int = 400) -> Refused:
    return Refused(status, {"error": error, "error_description": description})

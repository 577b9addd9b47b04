"""The pretend Google Workspace account: Directory API users, and the token endpoint on the same port.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users and
https://developers.google.com/identity/protocols/oauth2/service-account.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.tokens import LIFETIME, IssuedTokens, form_fields
from keyturn.sandbox.values import Json, JsonObject, Tenant, as_object, as_text, millis, normal, to_json
from keyturn.sandbox.wire import (
    BadBody,
    BodyFault,
    JsonAnswer,
    Refused,
    bearer,
    json_object,
    operations,
    whole_number,
)

_CUSTOMER = "C03sandbox"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FAILURES = {
    401: ("authError", "Invalid Credentials"),
    403: ("forbidden", "Not Authorized to access this resource/api"),
    404: ("notFound", "Resource Not Found: userKey"),
    413: ("uploadTooLarge", "Request Too Large"),
    429: ("rateLimitExceeded", "Rate Limit Exceeded"),
    500: ("backendError", "Backend Error"),
}
_FLAGS = frozenset(
    {"suspended", "archived", "changePasswordAtNextLogin", "includeInGlobalAddressList", "ipWhitelisted"}
)
_READ_ONLY = frozenset(
    {"kind", "id", "etag", "isAdmin", "isDelegatedAdmin", "lastLoginTime", "creationTime", "deletionTime"}
    | {"customerId", "aliases", "nonEditableAliases", "isMailboxSetup", "isEnrolledIn2Sv", "isEnforcedIn2Sv"}
    | {"suspensionReason", "suspensionTime", "agreedToTerms", "thumbnailPhotoUrl", "thumbnailPhotoEtag"}
    | {"primaryEmail", "password", "hashFunction"}
)


def _error(status: int, reason: str, message: str) -> JsonObject:
    detail: JsonObject = {"message": message, "domain": "global", "reason": reason}
    return {"error": {"code": status, "message": message, "errors": [detail]}}


def _refuse(status: int) -> Refused:
    return Refused(status, _error(status, *_FAILURES[status]))


def _invalid(message: str) -> Refused:
    return Refused(400, _error(400, "invalid", f"Invalid Input: {message}"))


class GoogleTenant:
    """The Google Workspace account as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "google"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tokens = IssuedTokens(core, "ya29.issued-")
        user = "/admin/directory/v1/users/{key}"
        routes = [
            Route("/admin/directory/v1/users", self._list, methods=["GET"]),
            Route(user, self._get, methods=["GET"]),
            Route(user, self._update, methods=["PUT", "PATCH"]),
            Route(user + "/signOut", self._sign_out, methods=["POST"]),
            Route(user + "/tokens", self._list_tokens, methods=["GET"]),
            Route(user + "/tokens/{client}", self._delete_token, methods=["DELETE"]),
            Route("/token", self._token, methods=["POST"]),
        ]
        self.app: ASGIApp = operations(routes, self._bad_body, self._no_such_operation)

    # what the gate asks

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token: the static one or one that `/token` issued."""
        if self.is_token_path(str(request.scope["path"])):
            return None
        token = bearer(request)
        known = self._core.world.secrets.google
        if hmac.compare_digest(token.encode(), known.encode()) or self._tokens.is_good(token):
            return None
        if token:
            return self.failure(401)
        body = _error(401, "required", "Login Required.")
        return JsonAnswer(body, 401, {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})

    def failure(self, status: int) -> Response:
        """Google's error with this status."""
        headers = {429: {"Retry-After": "1"}, 401: {"WWW-Authenticate": 'Bearer error="invalid_token"'}}
        return JsonAnswer(_error(status, *_FAILURES[status]), status, headers.get(status))

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Headers that Google's front end sets."""
        return {"Cache-Control": "private", "Vary": "Origin, X-Origin, Referer", "Server": "ESF"}

    def is_token_path(self, path: str) -> bool:
        """`/token` is oauth2.googleapis.com in the real world."""
        return path == "/token"

    # operations

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        customer, domain = params.get("customer"), params.get("domain")
        if customer is None and domain is None:
            raise Refused(400, _error(400, "badRequest", "Bad Request"))
        if customer not in (None, "my_customer", _CUSTOMER) or domain not in (None, DOMAIN):
            raise _refuse(404)
        most = whole_number(params.get("maxResults"), 100, 1, 500)
        start = whole_number(params.get("pageToken"), 0, 0, 999_999)
        if most is None or start is None:
            raise _invalid("maxResults" if most is None else "pageToken")
        found = self._core.world.accounts.google
        page: list[Json] = [_shown(account) for account in found[start : start + most]]
        answer: JsonObject = {
            "kind": "admin#directory#users",
            "etag": f'"{len(found)}-{start}"',
            "users": page,
        }
        if start + most < len(found):
            answer["nextPageToken"] = str(start + most)
        return JsonAnswer(answer)

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(_shown(self._find(request)))

    async def _update(self, request: Request) -> Response:
        """PUT has the semantics of PATCH here: what is not named stays."""
        account = self._find(request)
        body = await json_object(request)
        for name in _FLAGS & body.keys():
            if not isinstance(body[name], bool):
                raise _invalid(name)
        address = body.get("primaryEmail")
        if address is not None and normal(as_text(address)) != normal(account.login):
            raise _invalid("primaryEmail: the sandbox does not rename people")
        if account.admin and body.get("suspended") is True:
            raise _refuse(403)
        suspended, archived = body.pop("suspended", None), body.pop("archived", None)
        if isinstance(suspended, bool):
            account.set_suspended(suspended, millis(self._core.clock()))
        if isinstance(archived, bool):
            account.archived = archived
        self._merge(account, body)
        self._core.store.touch()
        return JsonAnswer(_shown(account))

    async def _sign_out(self, request: Request) -> Response:
        account = self._find(request)
        account.end_sessions()
        self._core.store.touch()
        return Response(status_code=204)

    async def _list_tokens(self, request: Request) -> Response:
        account = self._find(request)
        answer: JsonObject = {"kind": "admin#directory#tokenList", "etag": f'"{account.id}"'}
        if account.tokens:
            answer["items"] = [_token_row(account, client) for client in account.tokens]
        return JsonAnswer(answer)

    async def _delete_token(self, request: Request) -> Response:
        account = self._find(request)
        client = str(request.path_params["client"])
        if client not in account.tokens:
            raise Refused(404, _error(404, "notFound", "Resource Not Found: clientId"))
        account.tokens.remove(client)
        self._core.store.touch()
        return Response(status_code=204)

    async def _token(self, request: Request) -> Response:
        form = await form_fields(request)
        if form.get("grant_type") != _JWT_BEARER:
            raise _oauth_error("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        claims = _claims(form.get("assertion", ""))
        if claims is None:
            raise _oauth_error("invalid_grant", "Bad Request")
        ends, now = claims.get("exp"), self._core.clock().timestamp()
        if not isinstance(ends, int) or not now < ends <= now + 3_660:
            raise _oauth_error("invalid_grant", "Invalid JWT: Token must be a short-lived token.")
        impersonated = self._core.world.accounts.find_google(as_text(claims.get("sub")))
        if not as_text(claims.get("scope")) or impersonated is None or not impersonated.admin:
            text = "Client is unauthorized to retrieve access tokens using this method."
            raise _oauth_error("unauthorized_client", text, 401)
        token = self._tokens.issue()
        return JsonAnswer({"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"})

    # helpers

    def _find(self, request: Request) -> GoogleAccount:
        account = self._core.world.accounts.find_google(str(request.path_params["key"]))
        if account is None:
            raise _refuse(404)
        return account

    def _merge(self, account: GoogleAccount, body: JsonObject) -> None:
        for name, value in body.items():
            if name in _READ_ONLY:
                continue
            if name == "name":
                given = {**as_object(account.profile["name"]), **as_object(value)}
                full = f"{as_text(given.get('givenName'))} {as_text(given.get('familyName'))}"
                account.profile["name"] = {**given, "fullName": full}
            elif value is None:
                account.profile.pop(name, None)
            else:
                account.profile[name] = value
        account.revision += 1

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        if isinstance(error, BadBody) and error.fault is BodyFault.MEDIA_TYPE:
            return JsonAnswer(_error(400, "badContent", "Bad content type. Please use application/json."), 400)
        return JsonAnswer(_error(400, "parseError", "Parse Error"), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            body = _error(405, "httpMethodNotAllowed", "The HTTP method is not allowed for this resource.")
            return JsonAnswer(body, 405, error.headers)
        return JsonAnswer(_error(404, "notFound", "Not Found"), 404)


def _oauth_error(error: str, description: str, status: int = 400) -> Refused:
    return Refused(status, {"error": error, "error_description": description})


def _claims(assertion: str) -> JsonObject | None:
    """The claims of a JWT. The sandbox holds no keys of its clients, so the signature is not checked."""
    parts = assertion.split(".")
    if len(parts) != 3 or not parts[2]:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return as_object(to_json(orjson.loads(raw))) or None
    except ValueError:
        return None


def _token_row(account: GoogleAccount, client: str) -> JsonObject:
    return {
        "kind": "admin#directory#token",
        "etag": f'"{client}"',
        "clientId": client,
        "displayText": "Calendar assistant",
        "anonymous": False,
        "nativeApp": False,
        "userKey": account.id,
        "scopes": ["https://www.googleapis.com/auth/calendar.readonly"],
    }


def _shown(account: GoogleAccount) -> JsonObject:
    shown: JsonObject = {
        "kind": "admin#directory#user",
        "id": account.id,
        "etag": f'"{account.id}-{account.revision}"',
        "primaryEmail": account.login,
        "isAdmin": account.admin,
        "isDelegatedAdmin": False,
        "lastLoginTime": account.last_login,
        "creationTime": account.created,
        "agreedToTerms": True,
        "suspended": account.suspended,
        "archived": account.archived,
        "aliases": list(account.aliases),
        "customerId": _CUSTOMER,
        "isMailboxSetup": True,
        "isEnrolledIn2Sv": True,
        "isEnforcedIn2Sv": True,
        **account.profile,
    }
    if account.suspended:
        shown["suspensionReason"] = "ADMIN"
        shown["suspensionTime"] = account.suspended_at
    return shown

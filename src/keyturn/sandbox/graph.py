"""The pretend Microsoft 365 tenant: Graph v1.0 users and mail, and the token endpoint on the same port.

Source: https://learn.microsoft.com/en-us/graph/api/resources/user.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.graph_mail import MailDesk
from keyturn.sandbox.graph_words import GraphWords
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.tokens import LIFETIME, IssuedTokens, form_fields
from keyturn.sandbox.values import Json, JsonObject, Tenant, normal, seconds
from keyturn.sandbox.wire import BadBody, BodyFault, JsonAnswer, bearer, json_object, operations, whole_number

_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata"
_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
_TEXTS = frozenset(
    {
        "displayName",
        "givenName",
        "surname",
        "jobTitle",
        "department",
        "companyName",
        "employeeId",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "usageLocation",
        "mail",
        "mailNickname",
    }
)
_FILTER = re.compile(r"(userPrincipalName|mail|id|displayName) eq '((?:[^']|'')*)'")
_ENABLED_FILTER = re.compile(r"accountEnabled eq (true|false)")
_FAILURES = {
    401: ("InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
    403: ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    404: ("Request_ResourceNotFound", "Resource does not exist."),
    413: ("RequestEntityTooLarge", "The request body is too large."),
    429: ("TooManyRequests", "Too many requests."),
    500: ("InternalServerError", "An error occurred while processing this request."),
}
_BAD_BODY = {
    BodyFault.EMPTY: "Empty Payload. JSON content expected.",
    BodyFault.MEDIA_TYPE: (
        "Write requests (excluding DELETE) must contain the Content-Type header declaration of application/json."
    ),
    BodyFault.SYNTAX: (
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is "
        "of valid JSON format."
    ),
    BodyFault.SHAPE: "An unexpected value was found when reading the payload: a JSON object is expected.",
}


class GraphTenant:
    """The Microsoft 365 tenant as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "graph"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._words = GraphWords(core.clock, core.ids)
        self._tokens = IssuedTokens(core, "eyJ0eXAi.sandbox-")
        user = "/v1.0/users/{key}"
        routes = [
            Route("/v1.0/users", self._list, methods=["GET"]),
            Route(user, self._get, methods=["GET"]),
            Route(user, self._patch, methods=["PATCH"]),
            Route(user + "/revokeSignInSessions", self._revoke, methods=["POST"]),
            *MailDesk(core, self._words).routes(),
            Route("/{directory}/oauth2/v2.0/token", self._token, methods=["POST"]),
        ]
        self.app: ASGIApp = operations(routes, self._bad_body, self._no_such_operation)

    # what the gate asks

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token: the static one or one that the token endpoint issued."""
        if self.is_token_path(str(request.scope["path"])):
            return None
        token = bearer(request)
        known = self._core.world.secrets.graph
        if hmac.compare_digest(token.encode(), known.encode()) or self._tokens.is_good(token):
            return None
        message = "Access token is empty."
        if token:
            message = "Lifetime validation failed, the token is expired or was not issued for this tenant."
        tenant_id = self._core.world.secrets.tenant_id
        address = f"{self._core.base('graph')}/{tenant_id}/oauth2/v2.0/authorize"
        challenge = f'Bearer realm="", authorization_uri="{address}"'
        body = self._words.body("InvalidAuthenticationToken", message)
        return JsonAnswer(body, 401, {"WWW-Authenticate": challenge})

    def failure(self, status: int) -> Response:
        """Graph's error with this status."""
        code, message = _FAILURES[status]
        headers = {"Retry-After": "1"} if status == 429 else None
        return JsonAnswer(self._words.body(code, message), status, headers)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Request ids: the client's own one is returned to it."""
        request_id = self._core.ids.uuid()
        return {
            "request-id": request_id,
            "client-request-id": _printable(request.headers.get("client-request-id")) or request_id,
            "Cache-Control": "no-cache",
        }

    def is_token_path(self, path: str) -> bool:
        """`/{tenant}/oauth2/v2.0/token` is login.microsoftonline.com in the real world."""
        return path.endswith("/oauth2/v2.0/token")

    # operations

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        top = whole_number(params.get("$top"), 100, 1, 999)
        start = whole_number(params.get("$skiptoken"), 0, 0, 999_999)
        if top is None:
            raise self._words.bad_request("Invalid page size specified: must be between 1 and 999 inclusive.")
        if start is None:
            raise self._words.bad_request("The $skiptoken is not one that this service has issued.")
        names = self._selected(request)
        found = self._filtered(params.get("$filter"))
        page = found[start : start + top]
        rows: list[Json] = [_shown(account, names) for account in page]
        chosen = f"({params['$select']})" if "$select" in params else ""
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}#users{chosen}"}
        if start + top < len(found):
            following = {**params, "$top": str(top), "$skiptoken": str(start + top)}
            answer["@odata.nextLink"] = f"{self._core.base('graph')}/v1.0/users?{urlencode(following)}"
        return _odata({**answer, "value": rows})

    async def _get(self, request: Request) -> Response:
        account = self._find(request)
        names = self._selected(request)
        select = request.query_params.get("$select")
        chosen = f"({select})" if select is not None else ""
        return _odata({"@odata.context": f"{_CONTEXT}#users{chosen}/$entity", **_shown(account, names)})

    async def _patch(self, request: Request) -> Response:
        account = self._find(request)
        body = await json_object(request)
        changes = {name: value for name, value in body.items() if not name.startswith("@odata.")}
        for name, value in changes.items():
            self._check_property(name, value)
        if account.admin and ("accountEnabled" in changes or "passwordProfile" in changes):
            raise self._words.refuse(403, *_FAILURES[403])
        enabled = changes.pop("accountEnabled", None)
        if isinstance(enabled, bool):
            account.set_enabled(enabled)
        changes.pop("passwordProfile", None)
        account.profile.update(changes)
        self._core.store.touch()
        return Response(status_code=204)

    async def _revoke(self, request: Request) -> Response:
        account = self._find(request)
        if not (account.guest and self._core.config.guests_keep_sessions):
            account.valid_from = seconds(self._core.clock())
            account.end_sessions()
            self._core.store.touch()
        return _odata({"@odata.context": f"{_CONTEXT}#Edm.Boolean", "value": True})

    async def _token(self, request: Request) -> Response:
        secrets = self._core.world.secrets
        directory = str(request.path_params["directory"])
        form = await form_fields(request)
        if directory not in (secrets.tenant_id, DOMAIN):
            raise self._words.token_error(400, "invalid_request", 90002, f"Tenant '{directory}' not found.")
        if form.get("grant_type") != "client_credentials":
            text = f"The app requested an unsupported grant type '{form.get('grant_type', '')}'."
            raise self._words.token_error(400, "unsupported_grant_type", 70003, text)
        if form.get("client_id") != secrets.client_id:
            text = f"Application with identifier '{form.get('client_id', '')}' was not found."
            raise self._words.token_error(400, "unauthorized_client", 700016, text)
        if not form.get("scope", "").endswith("/.default"):
            text = "The input parameter 'scope' is not valid: it must end in /.default."
            raise self._words.token_error(400, "invalid_scope", 1002012, text)
        if form.get("client_secret") != secrets.client_secret:
            text = f"Invalid client secret provided. App '{secrets.client_id}'."
            raise self._words.token_error(401, "invalid_client", 7000215, text)
        token = self._tokens.issue()
        return JsonAnswer(
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "ext_expires_in": LIFETIME,
                "access_token": token,
            }
        )

    # helpers

    def _find(self, request: Request) -> GraphAccount:
        key = str(request.path_params["key"])
        account = self._core.world.accounts.find_graph(key)
        if account is None:
            raise self._words.not_found(key)
        return account

    def _selected(self, request: Request) -> tuple[str, ...]:
        select = request.query_params.get("$select")
        if select is None:
            return _DEFAULT
        names = tuple(name.strip() for name in select.split(",") if name.strip())
        known = _properties(self._core.world.accounts.graph[0])
        for name in names:
            if name not in known:
                message = f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
                raise self._words.refuse(400, "BadRequest", f"Parsing OData Select and Expand failed: {message}")
        return names

    def _filtered(self, text: str | None) -> list[GraphAccount]:
        accounts = self._core.world.accounts.graph
        if text is None:
            return accounts
        by_enabled = _ENABLED_FILTER.fullmatch(text.strip())
        if by_enabled is not None:
            return [account for account in accounts if account.enabled == (by_enabled[1] == "true")]
        found = _FILTER.fullmatch(text.strip())
        if found is None:
            raise self._words.refuse(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.")
        name, value = found[1], normal(found[2].replace("''", "'"))
        return [a for a in accounts if normal(str(_properties(a)[name])) == value]

    def _check_property(self, name: str, value: Json) -> None:
        if name == "accountEnabled":
            good, kind = isinstance(value, bool), "Edm.Boolean"
        elif name in _TEXTS:
            good, kind = value is None or isinstance(value, str), "Edm.String"
        elif name == "businessPhones":
            good = isinstance(value, list) and all(isinstance(item, str) for item in value)
            kind = "Collection(Edm.String)"
        elif name == "passwordProfile":
            good, kind = isinstance(value, dict), "microsoft.graph.passwordProfile"
        else:
            message = f"Property '{name}' does not exist on type 'microsoft.graph.user' or cannot be updated."
            raise self._words.bad_request(message)
        if not good:
            raise self._words.bad_request(
                f"Invalid value specified for property '{name}' of resource 'User': expected type '{kind}'."
            )

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        fault = error.fault if isinstance(error, BadBody) else BodyFault.SYNTAX
        return JsonAnswer(self._words.body("BadRequest", _BAD_BODY[fault]), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            message = "Specified HTTP method is not allowed for the request target."
            return JsonAnswer(self._words.body("Request_BadRequest", message), 405, error.headers)
        segment = str(request.scope["path"]).rstrip("/").rpartition("/")[2]
        message = f"Resource not found for the segment '{segment}'."
        return JsonAnswer(self._words.body("BadRequest", message), 400)


def _odata(body: JsonObject) -> Response:
    media_type = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false"
    return JsonAnswer(body, media_type=f"{media_type};charset=utf-8", headers={"OData-Version": "4.0"})


def _properties(account: GraphAccount) -> JsonObject:
    return {
        **account.profile,
        "id": account.id,
        "userPrincipalName": account.login,
        "accountEnabled": account.enabled,
        "userType": "Guest" if account.guest else "Member",
        "createdDateTime": account.created,
        "signInSessionsValidFromDateTime": account.valid_from,
        "onPremisesSyncEnabled": None,
    }


def _shown(account: GraphAccount, names: tuple[str, ...]) -> JsonObject:
    known = _properties(account)
    return {name: known[name] for name in names}


def _printable(text: str | None) -> str:
    return text if text is not None and text.isascii() and text.isprintable() else ""

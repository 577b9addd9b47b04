"""The pretend Okta org: users, lifecycle, sessions, System Log, event hooks.

Source: Okta's management OpenAPI description and
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.events import DeliveryOffice
from keyturn.sandbox.okta_create import create_user, wanted_in
from keyturn.sandbox.okta_hooks import HookDesk
from keyturn.sandbox.okta_log import Happening, LogDesk, log_event, user_target
from keyturn.sandbox.okta_search import NotUnderstood, condition
from keyturn.sandbox.okta_words import OktaWords, okta_body
from keyturn.sandbox.values import JsonObject, Tenant, millis
from keyturn.sandbox.wire import BadBody, BodyFault, JsonAnswer, json_object, operations, raw_path, whole_number

_RATE_LIMIT = 6_000
_FAILURES = {401: "E0000011", 403: "E0000006", 404: "E0000007", 429: "E0000047", 500: "E0000009"}
_NO_PASSWORD = frozenset({"STAGED", "PROVISIONED"})


class OktaTenant:
    """The Okta org as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "okta"

    def __init__(self, core: Core, office: DeliveryOffice) -> None:
        self._core = core
        self._office = office
        self._words = OktaWords(core.ids)
        self._window = 0
        self._used = 0
        hooks, log = HookDesk(core, self._words, office), LogDesk(core, self._words)
        user = "/api/v1/users/{key}"
        routes = [
            Route("/api/v1/users", self._list, methods=["GET"]),
            Route("/api/v1/users", self._create, methods=["POST"]),
            Route(user, self._get, methods=["GET"]),
            Route(user + "/lifecycle/suspend", self._suspend, methods=["POST"]),
            Route(user + "/lifecycle/unsuspend", self._unsuspend, methods=["POST"]),
            Route(user + "/lifecycle/deactivate", self._deactivate, methods=["POST"]),
            Route(user + "/sessions", self._clear_sessions, methods=["DELETE"]),
            Route("/api/v1/logs", log.query, methods=["GET"]),
            *hooks.routes(),
        ]
        self.app: ASGIApp = operations(
            routes,
            self._bad_body,
            self._no_such_operation,
        )

    # what the gate asks

    def refusal(self, request: Request) -> Response | None:
        """Check `SSWS token` (with or without the space) or `Bearer token`; POST and PUT need a length."""
        given = request.headers.get("authorization", "").strip()
        scheme = next((word for word in ("SSWS", "Bearer") if given.startswith(word)), None)
        if scheme is None or given.removeprefix(scheme).strip() != self._core.world.secrets.okta:
            return self.failure(401)
        lengthless = not ({"content-length", "transfer-encoding"} & set(request.headers))
        if request.method in ("POST", "PUT") and lengthless:
            return Response("Length Required", 411, media_type="text/plain")
        return None

    def failure(self, status: int) -> Response:
        """Okta's error with this status."""
        if status == 413:
            return Response("Request Entity Too Large", 413, media_type="text/plain")
        body = okta_body(self._core.ids, _FAILURES[status], "Resource not found")
        if status != 429:
            return JsonAnswer(body, status)
        reset = str(int(self._core.clock().timestamp()) + 1)
        limits = {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": reset, "Retry-After": "1"}
        return JsonAnswer(body, status, limits)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Rate limit (counted per minute, never enforced: the fault 429 does that) and request id."""
        now = int(self._core.clock().timestamp())
        if now // 60 != self._window:
            self._window, self._used = now // 60, 0
        self._used += 1
        return {
            "X-Okta-Request-Id": self._request_id(request),
            "X-Rate-Limit-Limit": str(_RATE_LIMIT),
            "X-Rate-Limit-Remaining": str(max(_RATE_LIMIT - self._used, 1)),
            "X-Rate-Limit-Reset": str((self._window + 1) * 60),
            "Cache-Control": "no-cache, no-store",
        }

    def is_token_path(self, path: str) -> bool:
        """No operation here issues tokens."""
        return False

    # operations

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        limit = whole_number(params.get("limit"), 200, 1, 200)
        if limit is None:
            raise self._words.validation("limit", "limit: must be a number from 1 to 200")
        start = whole_number(params.get("after"), 0, 0, 999_999)
        if start is None:
            raise self._words.validation("after", "after: not a cursor of this list")
        found = self._select(params.get("search"), params.get("filter"))
        page = found[start : start + limit]
        base = f"{self._core.base('okta')}/api/v1/users"
        answer = JsonAnswer([self._shown(account) for account in page])
        own = f"?{urlencode(dict(params))}" if params else ""
        answer.headers.append("link", f'<{base}{own}>; rel="self"')
        if start + limit < len(found):
            following = {**params, "after": str(start + limit), "limit": str(limit)}
            answer.headers.append("link", f'<{base}?{urlencode(following)}>; rel="next"')
        return answer

    async def _create(self, request: Request) -> Response:
        wanted = wanted_in(await json_object(request), request.query_params.get("activate"))
        account = create_user(self._core, self._words, wanted)
        self._happened(request, account, "user.lifecycle.create")
        if wanted.activate:
            self._happened(request, account, "user.lifecycle.activate")
        return JsonAnswer(self._shown(account))

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._find(request)))

    async def _suspend(self, request: Request) -> Response:
        account = self._find(request)
        if account.status != "ACTIVE":
            raise self._words.validation("Cannot suspend a user that is not active")
        self._move(request, account, "SUSPENDED", "user.lifecycle.suspend")
        return JsonAnswer({})

    async def _unsuspend(self, request: Request) -> Response:
        account = self._find(request)
        if account.status != "SUSPENDED":
            raise self._words.validation("Cannot unsuspend a user that is not suspended")
        self._move(request, account, "ACTIVE", "user.lifecycle.unsuspend")
        return JsonAnswer({})

    async def _deactivate(self, request: Request) -> Response:
        account = self._find(request)
        if account.status != "DEPROVISIONED":
            account.end_sessions()
            self._move(request, account, "DEPROVISIONED", "user.lifecycle.deactivate")
        return JsonAnswer({})

    async def _clear_sessions(self, request: Request) -> Response:
        account = self._find(request)
        account.end_sessions()
        self._happened(request, account, "user.session.clear")
        return Response(status_code=204)

    # helpers

    def _move(self, request: Request, account: OktaAccount, status: str, event_type: str) -> None:
        now = millis(self._core.clock())
        account.status, account.status_changed, account.last_updated = status, now, now
        self._happened(request, account, event_type)

    def _happened(self, request: Request, account: OktaAccount, event_type: str) -> None:
        happening = Happening(event_type, raw_path(request), user_target(account))
        event = log_event(self._core, happening, self._request_id(request))
        self._core.world.log.append(event)
        self._core.store.touch()
        self._office.deliver(event)

    def _request_id(self, request: Request) -> str:
        """One id per request, for its header and its events alike."""
        known = request.scope.setdefault("sandbox.request_id", "")
        if not known:
            known = request.scope["sandbox.request_id"] = self._core.ids.word(32)
        return str(known)

    def _find(self, request: Request) -> OktaAccount:
        key = str(request.path_params["key"])
        accounts = self._core.world.accounts
        found = next(a for a in accounts.okta if a.admin) if key == "me" else accounts.find_okta(key)
        if found is None:
            raise self._words.not_found(key, "User")
        return found

    def _select(self, search: str | None, filtered: str | None) -> list[OktaAccount]:
        accounts = self._core.world.accounts.okta
        expression = search or filtered
        if expression is None:
            return [account for account in accounts if account.status != "DEPROVISIONED"]
        try:
            meets = condition(expression, search=bool(search))
        except NotUnderstood as error:
            raise self._words.refuse("E0000031") from error
        return [account for account in accounts if meets(account)]

    def _shown(self, account: OktaAccount) -> JsonObject:
        own = f"{self._core.base('okta')}/api/v1/users/{quote(account.id)}"
        links: JsonObject = {"self": {"href": own}}
        moves = {
            "STAGED": ("deactivate",),
            "PROVISIONED": ("deactivate",),
            "ACTIVE": ("suspend", "deactivate"),
            "SUSPENDED": ("unsuspend", "deactivate"),
        }
        for move in moves.get(account.status, ()):
            links[move] = {"href": f"{own}/lifecycle/{move}", "method": "POST"}
        return {
            "id": account.id,
            "status": account.status,
            "created": account.created,
            "activated": None if account.status == "STAGED" else account.created,
            "statusChanged": account.status_changed,
            "lastLogin": account.last_login,
            "lastUpdated": account.last_updated,
            "passwordChanged": None if account.status in _NO_PASSWORD else account.created,
            "type": {"id": "otysandbox0000000001"},
            "profile": dict(account.profile),
            "credentials": {"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}},
            "_links": links,
        }

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        media = isinstance(error, BadBody) and error.fault is BodyFault.MEDIA_TYPE
        return JsonAnswer(okta_body(self._core.ids, "E0000021" if media else "E0000003"), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            return JsonAnswer(okta_body(self._core.ids, "E0000022"), 405, error.headers)
        detail = f"Resource not found: {request.scope['path']} (null)"
        return JsonAnswer(okta_body(self._core.ids, "E0000007", detail), 404)

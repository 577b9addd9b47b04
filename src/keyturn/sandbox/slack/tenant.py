"""The pretend Slack workspace at the gate: who may come in, which desk answers, how it refuses.

Source: https://docs.slack.dev/apis/web-api/. Its SCIM interface is at `/scim/v2`, as at api.slack.com.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from keyturn.sandbox.core import Core
from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.scopes.demands import Way, demands_of
from keyturn.sandbox.slack.administration import AdministrationDesk
from keyturn.sandbox.slack.analytics import AnalyticsDesk
from keyturn.sandbox.slack.apps import AppDesk
from keyturn.sandbox.slack.blocks import BlockDesk
from keyturn.sandbox.slack.channel_care import ChannelCareDesk
from keyturn.sandbox.slack.habits import UPLOAD, HabitDesk
from keyturn.sandbox.slack.invitations import InvitationDesk
from keyturn.sandbox.slack.oauth import ACCESS, CONSENT, REVOKE, OAuthDesk
from keyturn.sandbox.slack.organisation import OrganisationDesk
from keyturn.sandbox.slack.people import PeopleDesk
from keyturn.sandbox.slack.scim import ScimDesk
from keyturn.sandbox.slack.searching import SearchDesk
from keyturn.sandbox.slack.talk import TalkDesk
from keyturn.sandbox.slack.views import ViewDesk
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments
from keyturn.sandbox.tokens import IssuedTokens
from keyturn.sandbox.values import JsonObject, Tenant, as_text
from keyturn.sandbox.wire import JsonAnswer, Refused, bearer

_FAILURES = {
    401: "invalid_auth",
    403: "missing_scope",
    404: "not_found",
    413: "request_too_large",
    429: "ratelimited",
    500: "internal_error",
    503: "service_unavailable",
}
# Where answers to slash commands go; at hooks.slack.com of the real one.
_HOOKS = "/commands"
# Slack says no with status 200, but for these
_BARE = (413, 429, 500, 503)

# Kinds of conversations and the scope that shows them (https://docs.slack.dev/reference/methods/conversations.list).
_READS = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_LISTS = ("/api/conversations.list", "/api/users.conversations")


class SlackTenant:
    """The Slack workspace as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "slack"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._workspace = SlackWorkspace(core)
        self._tokens = IssuedTokens(core, "slack", "xoxe.xoxb-sandbox-")
        people, talk, oauth = PeopleDesk(self._workspace), TalkDesk(self._workspace), OAuthDesk(core, self._tokens)
        views, habits = ViewDesk(self._workspace), HabitDesk(self._workspace)
        administration, searches = AdministrationDesk(self._workspace), SearchDesk(self._workspace)
        wide = (OrganisationDesk(self._workspace), ChannelCareDesk(self._workspace), searches)
        invitations = InvitationDesk(self._workspace, people)
        more = (invitations, BlockDesk(), AnalyticsDesk(self._workspace), AppDesk(self._workspace, self._tokens))
        desks = (people, talk, views, habits, administration, oauth, *more, *wide)
        methods = [one for desk in desks for one in desk.methods().items()]
        routes = [Route(f"/api/{name}", endpoint, ["GET", "POST"]) for name, endpoint in methods]
        routes += [*ScimDesk(self._workspace).routes(), *oauth.routes(), *habits.routes(), *administration.routes()]
        routes.append(Route(f"{_HOOKS}/{{team}}/{{command}}/{{secret}}", talk.respond, ["POST"]))
        self._operations = Operations(routes, self._bad_body, self._no_such_operation)
        self.app: ASGIApp = self._operations

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What it can do."""
        return sorted({_either(known) for known in self._operations.known})

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return _either(self._operations.operation(method, raw))

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token, which older clients give as the argument `token`."""
        token = bearer(request) or request.query_params.get("token", "")
        path = str(request.scope["path"])
        if path.startswith((f"{_HOOKS}/", f"{UPLOAD}/")):  # the address itself is the proof
            return None
        if hmac.compare_digest(token.encode(), self._core.world.tokens["slack"].encode()):
            return None
        if path in ("/api/api.test", ACCESS, CONSENT) or (path == REVOKE and not token):
            return None  # auth.revoke takes its token in the body too
        found = self._tokens.find(token)
        if found is None:
            return self._say("invalid_auth" if token else "not_authed", 200)
        lacking = demands_of("slack").lacking(request.method, path, found.scopes) or _unseen(request, found.scopes)
        return self._lacks_scope(lacking, found.scopes) if lacking else None

    def _lacks_scope(self, lacking: Sequence[Way], held: Sequence[str]) -> Response:
        needed = ",".join(sorted(scope for way in lacking for scope in way))
        body: JsonObject = {"ok": False, "error": "missing_scope", "needed": needed, "provided": ",".join(held)}
        return JsonAnswer(body, 200, {"X-Accepted-OAuth-Scopes": needed}, "application/json; charset=utf-8")

    def failure(self, status: int, wait: int = 1) -> Response:
        """Slack's error for this status; many of them come with status 200."""
        headers = {"Retry-After": str(wait)} if status in (429, 503) else None
        return self._say(_FAILURES[status], status if status in _BARE else 200, headers)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Headers that Slack's front end sets."""
        found = self._tokens.find(bearer(request))
        scopes = ",".join(sorted(demands_of("slack").known) if found is None else found.scopes)
        return {"X-OAuth-Scopes": scopes, "X-Slack-Req-Id": self._core.ids.word(32).lower(), "Cache-Control": "private"}

    def is_token_path(self, path: str) -> bool:
        """`oauth.v2.access` gives tokens."""
        return path == ACCESS

    def _say(self, error: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
        return JsonAnswer({"ok": False, "error": error}, status, headers, "application/json; charset=utf-8")

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        return self._say("invalid_json", 200)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        path = str(request.scope["path"])
        if isinstance(error, HTTPException) and error.status_code == 405:
            return self._say("method_not_supported", 405)
        if not path.startswith("/api/"):
            return self._say("not_found", 404)
        try:
            given = await arguments(request)
        except Refused:  # a body that cannot be read makes no method of it
            given = {}
        body = {"ok": False, "error": "unknown_method", "req_method": path.removeprefix("/api/")}
        return JsonAnswer({**body, "args": as_text(given.get("args"))}, 200, None, "application/json; charset=utf-8")


def _unseen(request: Request, held: Sequence[str]) -> tuple[Way, ...]:
    """The scopes that a list of conversations needs beyond what is held: one for each kind that is asked for."""
    if str(request.scope["path"]) not in _LISTS:
        return ()
    wanted = [kind.strip() for kind in request.query_params.get("types", "").split(",") if kind.strip()]
    needed = {_READS[kind] for kind in wanted or ["public_channel"] if kind in _READS}
    return tuple(frozenset({scope}) for scope in sorted(needed - set(held)))


def _either(operation: str) -> str:
    """Slack's methods are called by GET or POST, and are the same."""
    _, _, path = operation.partition(" ")
    return path if path.startswith("/api/") else operation

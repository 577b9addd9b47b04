"""The pretend Google Workspace account at the gate: who may come in, which desk answers, how it refuses.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from keyturn.sandbox.core import Core
from keyturn.sandbox.google.batch import BatchDesk
from keyturn.sandbox.google.channels import ChannelDesk
from keyturn.sandbox.google.company import CompanyDesk
from keyturn.sandbox.google.devices import DeviceDesk
from keyturn.sandbox.google.fields import PartialAnswers
from keyturn.sandbox.google.group_settings import GroupSettingsDesk
from keyturn.sandbox.google.groups import GroupDesk
from keyturn.sandbox.google.licensing import LicenceDesk
from keyturn.sandbox.google.parameters import KnownValues
from keyturn.sandbox.google.reports import ReportDesk
from keyturn.sandbox.google.resources import SORTS, PhotoDesk, ResourceDesk
from keyturn.sandbox.google.security import SecurityDesk
from keyturn.sandbox.google.shapes import google_shapes
from keyturn.sandbox.google.token import CONSENT, TokenDesk
from keyturn.sandbox.google.units import UnitDesk
from keyturn.sandbox.google.users import UserDesk
from keyturn.sandbox.google.versions import Versions
from keyturn.sandbox.google.words import FAILURES, google_error
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.outbox import Outbox
from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.scopes.demands import demands_of
from keyturn.sandbox.tokens import IssuedTokens
from keyturn.sandbox.values import Json, Tenant, as_object
from keyturn.sandbox.wire import BadBody, BodyFault, Collected, JsonAnswer, bearer, collect


class GoogleTenant:
    """The Google Workspace account as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "google"

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._tokens = IssuedTokens(core, "google", "ya29.issued-")
        self._operations = Operations(self._routes(outbox), self._bad_body, self._no_such_operation)
        whole = PartialAnswers(Versions(self._operations), google_shapes().unknown)
        self.app: ASGIApp = KnownValues(whole, google_shapes().listed)

    def _routes(self, outbox: Outbox) -> list[Route]:
        workspace = Workspace(self._core)
        groups = GroupDesk(workspace)
        desks = (
            UserDesk(workspace),
            SecurityDesk(workspace),
            PhotoDesk(workspace),
            groups,
            GroupSettingsDesk(workspace, groups),
            *(ResourceDesk(workspace, sort) for sort in SORTS),
            UnitDesk(workspace),
            CompanyDesk(workspace),
            DeviceDesk(workspace),
            LicenceDesk(workspace),
            ReportDesk(workspace),
            ChannelDesk(workspace, outbox),
            TokenDesk(self._core, self._tokens),
            BatchDesk(self._answer, lambda: self._core.ids.word(16)),
        )
        return [route for desk in desks for route in desk.routes()]

    async def _answer(self, scope: Scope, body: bytes) -> Collected:
        """What a request of a batch is answered: each has to prove who sends it."""
        refusal = self.refusal(Request(scope))
        return await collect(self.app if refusal is None else refusal, scope, body)

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What it can do."""
        return self._operations.known

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return self._operations.operation(method, raw)

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token: the static one or one that `/token` issued. A batch proves it request by request."""
        path = str(request.scope["path"])
        if self.is_token_path(path) or path == CONSENT or path.startswith("/batch"):
            return None
        token = bearer(request)
        known = self._core.world.secrets.google
        if hmac.compare_digest(token.encode(), known.encode()):
            return None
        found = self._tokens.find(token)
        if found is not None:
            lacking = demands_of("google").lacking(request.method, path, found.scopes)
            if lacking:
                return _lacks_scope(sorted(scope for way in lacking for scope in way))
            return None if self._may(found.subject) else self.failure(403)
        if token:
            return self.failure(401)
        body = google_error(401, "required", "Login Required.")
        return JsonAnswer(body, 401, {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})

    def _may(self, subject: str) -> bool:
        """Whether whom a token acts for is an administrator; one that acts for nobody in particular is let do all."""
        account = self._core.world.accounts.find_google(subject) if subject else None
        return not subject or (account is not None and account.admin)

    def failure(self, status: int, wait: int = 1) -> Response:
        """Google's error with this status."""
        headers = {429: {"Retry-After": str(wait)}, 503: {"Retry-After": str(wait)}}
        challenge = {401: {"WWW-Authenticate": 'Bearer error="invalid_token"'}}
        return JsonAnswer(google_error(status, *FAILURES[status]), status, (headers | challenge).get(status))

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Headers that Google's front end sets."""
        return {"Cache-Control": "private", "Vary": "Origin, X-Origin, Referer", "Server": "ESF"}

    def is_token_path(self, path: str) -> bool:
        """`/token` and `/revoke` are oauth2.googleapis.com in the real world."""
        return path in ("/token", "/revoke")

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        if isinstance(error, BadBody) and error.fault is BodyFault.MEDIA_TYPE:
            text = "Bad content type. Please use application/json."
            return JsonAnswer(google_error(400, "badContent", text), 400)
        return JsonAnswer(google_error(400, "parseError", "Parse Error"), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            text = "The HTTP method is not allowed for this resource."
            return JsonAnswer(google_error(405, "httpMethodNotAllowed", text), 405, error.headers)
        return JsonAnswer(google_error(404, "notFound", "Not Found"), 404)


def _lacks_scope(scopes: Sequence[str]) -> Response:
    """A token without the scope (https://docs.cloud.google.com/apis/design/errors, ErrorInfo)."""
    body = google_error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
    info: Json = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "admin.googleapis.com"},
    }
    error: Json = {**as_object(body["error"]), "status": "PERMISSION_DENIED", "details": [info]}
    scope = " ".join(scopes)
    challenge = f'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="{scope}"'
    return JsonAnswer({"error": error}, 403, {"WWW-Authenticate": challenge})

"""The pretend Microsoft 365 tenant at the gate: who may come in, which desk answers, how it refuses.

Source: https://learn.microsoft.com/en-us/graph/api/overview.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.access import AccessDesk
from keyturn.sandbox.graph.around import AroundDesk
from keyturn.sandbox.graph.audit import AuditDesk
from keyturn.sandbox.graph.autopilot import AutopilotDesk
from keyturn.sandbox.graph.batch import BatchDesk
from keyturn.sandbox.graph.beta import PREFIX, answer_in_beta
from keyturn.sandbox.graph.bodies import BadProperty, graph_bodies
from keyturn.sandbox.graph.changes import ChangeDesk
from keyturn.sandbox.graph.chats import ChatDesk
from keyturn.sandbox.graph.collections import COLLECTIONS, CollectionDesk
from keyturn.sandbox.graph.consents import ConsentDesk
from keyturn.sandbox.graph.deleted_items import DeletedDesk
from keyturn.sandbox.graph.devices import DeviceDesk
from keyturn.sandbox.graph.directory import GraphDirectory
from keyturn.sandbox.graph.eligibility import EligibilityDesk
from keyturn.sandbox.graph.entitlements import EntitlementDesk
from keyturn.sandbox.graph.extension_properties import ExtensionPropertyDesk
from keyturn.sandbox.graph.files import FileDesk
from keyturn.sandbox.graph.focus import FocusDesk
from keyturn.sandbox.graph.group_eligibility import GroupEligibilityDesk
from keyturn.sandbox.graph.group_settings import SETTINGS, SettingDesk, TemplateDesk
from keyturn.sandbox.graph.groups import GroupDesk
from keyturn.sandbox.graph.identity_providers import EnrollmentDesk, IdentityProviderDesk
from keyturn.sandbox.graph.licences import LicenceDesk
from keyturn.sandbox.graph.mail import MailDesk
from keyturn.sandbox.graph.mail_answers import MailAnswerDesk
from keyturn.sandbox.graph.mail_changes import MailChangeDesk
from keyturn.sandbox.graph.mail_rules import MailRuleDesk
from keyturn.sandbox.graph.mail_store import MailStore
from keyturn.sandbox.graph.mailbox_settings import MailboxSettingDesk
from keyturn.sandbox.graph.method_policy import MethodPolicyDesk
from keyturn.sandbox.graph.methods import MethodDesk
from keyturn.sandbox.graph.photos import PhotoDesk
from keyturn.sandbox.graph.policies import PolicyDesk
from keyturn.sandbox.graph.recovery import RecoveryKeyDesk
from keyturn.sandbox.graph.registrations import RegistrationDesk
from keyturn.sandbox.graph.reviews import ReviewDesk
from keyturn.sandbox.graph.roles import RoleDesk
from keyturn.sandbox.graph.spelling import plain_body, plain_path
from keyturn.sandbox.graph.teams import TeamDesk
from keyturn.sandbox.graph.tenancy import TenancyDesk
from keyturn.sandbox.graph.token import TokenDesk
from keyturn.sandbox.graph.uploads import UploadDesk
from keyturn.sandbox.graph.usage import UsageDesk
from keyturn.sandbox.graph.user_settings import UserSettingDesk
from keyturn.sandbox.graph.users import UserDesk
from keyturn.sandbox.graph.words import GraphWords
from keyturn.sandbox.graph.workflows import WorkflowDesk
from keyturn.sandbox.outbox import Outbox
from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.scopes.demands import demands_of
from keyturn.sandbox.tokens import IssuedTokens
from keyturn.sandbox.values import Tenant, to_json
from keyturn.sandbox.wire import BadBody, BodyFault, JsonAnswer, bearer, raw_path, replay

_FAILURES = {
    401: ("InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
    403: ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    404: ("Request_ResourceNotFound", "Resource does not exist."),
    413: ("RequestEntityTooLarge", "The request body is too large."),
    429: ("TooManyRequests", "Too many requests."),
    500: ("InternalServerError", "An error occurred while processing this request."),
    503: ("serviceNotAvailable", "The service is temporarily unavailable."),
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
# behind these stands Exchange, which calls a body that it cannot read otherwise than the directory does
_MAIL = re.compile(rb"/(?:sendMail|messages|mailFolders|mailboxSettings|events|contacts)\b")
# https://learn.microsoft.com/en-us/graph/query-parameters
_OPTIONS = frozenset(
    {"$select", "$filter", "$orderby", "$expand", "$top", "$skip", "$count", "$search", "$skiptoken", "$deltatoken"}
    | {"$format", "$apply"}
)


class GraphTenant:
    """The Microsoft 365 tenant as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "graph"

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._words = GraphWords(core.clock, core.ids)
        self._tokens = IssuedTokens(core, "graph", "sandbox-graph-")
        routes = self._routes(outbox)
        self._operations = Operations(routes, self._bad_body, self._no_such_operation, fold=True)
        self.app: ASGIApp = self._plainly_spelled

    def _routes(self, outbox: Outbox) -> list[Route]:
        directory = GraphDirectory(self._core, self._words)
        users = UserDesk(directory)
        groups = GroupDesk(directory, users)
        tenancy, roles = TenancyDesk(directory, users, groups), RoleDesk(directory, groups)
        store = MailStore(self._core)
        mail, folders = MailDesk(directory, store), MailRuleDesk(directory, store)
        desks = (
            users,
            groups,
            LicenceDesk(directory, users),
            roles,
            EligibilityDesk(directory, roles),
            GroupEligibilityDesk(directory, groups),
            EntitlementDesk(directory),
            WorkflowDesk(directory),
            ReviewDesk(directory, groups),
            RecoveryKeyDesk(directory),
            UsageDesk(directory),
            RegistrationDesk(directory, groups),
            ExtensionPropertyDesk(directory),
            TeamDesk(directory),
            PhotoDesk(directory),
            PolicyDesk(directory),
            *(CollectionDesk(directory, collection) for collection in COLLECTIONS),
            MethodDesk(directory),
            MethodPolicyDesk(directory),
            DeviceDesk(directory, users, groups),
            tenancy,
            FileDesk(directory),
            ChatDesk(directory),
            FocusDesk(directory),
            AutopilotDesk(directory),
            TemplateDesk(directory),
            *(SettingDesk(directory, collection) for collection in SETTINGS),
            AroundDesk(directory, groups),
            AccessDesk(directory, groups, tenancy),
            DeletedDesk(directory),
            ConsentDesk(directory),
            ChangeDesk(directory, users, mail, store, outbox),
            AuditDesk(directory),
            folders,
            MailChangeDesk(directory, store, mail, folders),
            UploadDesk(directory, mail),
            UserSettingDesk(directory),
            IdentityProviderDesk(directory),
            EnrollmentDesk(directory),
            MailboxSettingDesk(directory),
            mail,
            MailAnswerDesk(directory, mail, store),
            BatchDesk(self._words, lambda: self.app),
            TokenDesk(self._core, self._words, self._tokens),
        )
        return [route for desk in desks for route in desk.routes()]

    async def _plainly_spelled(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path") or b""
        path = plain_path(raw)
        found = self._tokens.find(bearer(Request(scope)))
        if found is not None and demands_of("graph").lacking(scope["method"], unquote(path.decode()), found.scopes):
            await self.failure(403)(scope, receive, send)
            return
        request = Request(scope, receive)
        body = plain_body(await request.body())
        plainly = unquote(path.decode())
        try:
            _check_options(request, plainly)
            if not raw.startswith(PREFIX):  # the types of beta have more properties
                body = _read(request.method, plainly, body)
        except BadProperty as error:
            code = "Request_BadRequest" if error.known else "BadRequest"
            code = "RequestBodyRead" if body and _MAIL.search(path) else code
            await JsonAnswer(self._words.body(code, str(error)), 400)(scope, receive, send)
            return
        if path != raw:
            scope = {**scope, "raw_path": path}
        if raw.startswith(PREFIX):
            answer = await answer_in_beta(self._operations, scope, body)
            await answer(scope, receive, send)
        else:
            await self._operations(scope, replay(body), send)

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What it can do."""
        return self._operations.known

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return self._operations.operation(method, plain_path(raw.encode()).decode())

    def refusal(self, request: Request) -> Response | None:
        """Check the bearer token: the static one or one that the token endpoint issued."""
        path = str(request.scope["path"])
        if TokenDesk.is_open(path) or UsageDesk.is_open(path) or UploadDesk.is_open(path):
            return None
        token = bearer(request)
        known = self._core.world.secrets.graph
        if hmac.compare_digest(token.encode(), known.encode()) or self._tokens.find(token) is not None:
            return None
        message = "Access token is empty."
        if token:
            message = "Lifetime validation failed, the token is expired or was not issued for this tenant."
        tenant_id = self._core.world.secrets.tenant_id
        address = f"{self._core.base('graph')}/{tenant_id}/oauth2/v2.0/authorize"
        challenge = f'Bearer realm="", authorization_uri="{address}"'
        body = self._words.body("InvalidAuthenticationToken", message)
        return JsonAnswer(body, 401, {"WWW-Authenticate": challenge})

    def failure(self, status: int, wait: int = 1) -> Response:
        """Graph's error with this status."""
        code, message = _FAILURES[status]
        headers = {"Retry-After": str(wait)} if status in (429, 503) else None
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

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        fault = error.fault if isinstance(error, BadBody) else BodyFault.SYNTAX
        return JsonAnswer(self._words.body("BadRequest", _BAD_BODY[fault]), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            message = "Specified HTTP method is not allowed for the request target."
            return JsonAnswer(self._words.body("Request_BadRequest", message), 405, error.headers)
        message = f"Resource not found for the segment '{self._operations.strange(raw_path(request))}'."
        return JsonAnswer(self._words.body("BadRequest", message), 400)


def _check_options(request: Request, path: str) -> None:
    """Raises BadProperty for an option that Graph does not have."""
    for name in request.query_params if path.startswith("/v1.0/") else ():
        if name.startswith("$") and name.lower() not in _OPTIONS:
            raise BadProperty(f"The query parameter '{name}' is not supported.", known=False)


def _read(method: str, path: str, body: bytes) -> bytes:
    """A body with fixed values as Graph spells them. Raises BadProperty for what the operation does not take."""
    try:
        given = to_json(orjson.loads(body)) if body else None
    except orjson.JSONDecodeError:  # which the operation puts into words
        return body
    if not isinstance(given, dict):
        return body
    read = graph_bodies().read(method, path, given)
    return body if read == given else orjson.dumps(read)


def _printable(text: str | None) -> str:
    return text if text is not None and text.isascii() and text.isprintable() else ""

"""The pretend Okta org at the gate: who may come in, which desk answers, how it refuses.

Source: Okta's management OpenAPI description and
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.aerial import AerialDesk
from keyturn.sandbox.okta.app_features import AppFeatureDesk
from keyturn.sandbox.okta.app_keys import AppKeyDesk
from keyturn.sandbox.okta.apps import AppDesk
from keyturn.sandbox.okta.client_keys import ClientKeyDesk
from keyturn.sandbox.okta.consents import ConsentDesk
from keyturn.sandbox.okta.delivery import DeliveryOffice
from keyturn.sandbox.okta.devices import DeviceDesk
from keyturn.sandbox.okta.factors import FactorDesk
from keyturn.sandbox.okta.groups import GroupDesk
from keyturn.sandbox.okta.hooks import HookDesk
from keyturn.sandbox.okta.identity_sources import IdentitySourceDesk
from keyturn.sandbox.okta.lifecycle import LifecycleDesk
from keyturn.sandbox.okta.log import LogDesk
from keyturn.sandbox.okta.meta import MetaDesk
from keyturn.sandbox.okta.oauth import OAuthDesk
from keyturn.sandbox.okta.objects import object_desks
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.principal_limits import PrincipalLimitDesk
from keyturn.sandbox.okta.providers import ProviderDesk
from keyturn.sandbox.okta.provisioning import ProvisioningDesk
from keyturn.sandbox.okta.relations import RelationDesk
from keyturn.sandbox.okta.resources import ResourceDesk
from keyturn.sandbox.okta.roles import RoleDesk
from keyturn.sandbox.okta.rules import RuleDesk
from keyturn.sandbox.okta.servers import server_desks
from keyturn.sandbox.okta.settings import SettingsDesk
from keyturn.sandbox.okta.signed_in import SignedInDesk
from keyturn.sandbox.okta.users import UserDesk
from keyturn.sandbox.okta.words import OktaWords, okta_body
from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.scopes.demands import demands_of
from keyturn.sandbox.tokens import IssuedTokens
from keyturn.sandbox.values import Tenant
from keyturn.sandbox.wire import BadBody, BodyFault, JsonAnswer

_RATE_LIMIT = 6_000
_FAILURES = {401: "E0000011", 403: "E0000006", 404: "E0000007", 429: "E0000047", 500: "E0000009", 503: "E0000162"}
_LACKS_SCOPE = "The access token provided does not contain the required scopes."
_OPEN = ("/oauth2/v1/", "/.well-known/", "/api/v1/authn")
_CLIENTS = "/oauth2/v1/clients"


class OktaTenant:
    """The Okta org as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "okta"

    def __init__(self, core: Core, office: DeliveryOffice) -> None:
        self._core = core
        self._words = OktaWords(core.ids)
        self._tokens = IssuedTokens(core, "okta", "okta.issued-")
        self._window = 0
        self._used = 0
        self._org = OktaOrg(core, self._words, office)
        self._operations = Operations(self._routes(office), self._bad_body, self._no_such_operation)
        self.app: ASGIApp = self._operations

    def _routes(self, office: DeliveryOffice) -> list[Route]:
        org = self._org
        users = UserDesk(org)
        groups, roles = GroupDesk(org, users), RoleDesk(org)
        desks = (
            users,
            LifecycleDesk(org, users),
            groups,
            RuleDesk(org, groups),
            AppDesk(org, users),
            AppFeatureDesk(org),
            AppKeyDesk(org),
            ClientKeyDesk(org),
            FactorDesk(org),
            ConsentDesk(org),
            roles,
            ResourceDesk(org, roles),
            SignedInDesk(org),
            DeviceDesk(org, users),
            RelationDesk(org),
            ProvisioningDesk(org, groups),
            IdentitySourceDesk(org, users, groups),
            MetaDesk(org),
            SettingsDesk(org),
            AerialDesk(org),
            PrincipalLimitDesk(org),
            OAuthDesk(org, self._tokens),
            ProviderDesk(org, users),
            *object_desks(org),
            *server_desks(org),
            HookDesk(self._core, self._words, office),
            LogDesk(self._core, self._words),
        )
        return [route for desk in desks for route in desk.routes()]

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What it can do."""
        return self._operations.known

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return self._operations.operation(method, raw)

    def refusal(self, request: Request) -> Response | None:
        """Check `SSWS token` (an API token, with or without the space) or `Bearer token` (an access token of OAuth);
        POST and PUT need a length."""
        path = str(request.scope["path"])
        if not path.startswith(_OPEN) or path.startswith(_CLIENTS):
            refused = self._stranger(request.headers.get("authorization", "").strip(), request.method, path)
            if refused is not None:
                return refused
        lengthless = not ({"content-length", "transfer-encoding"} & set(request.headers))
        if request.method in ("POST", "PUT") and lengthless:
            return Response("Length Required", 411, media_type="text/plain")
        return None

    def _stranger(self, given: str, method: str, path: str) -> Response | None:
        """The answer to who is not known, or may not do this; the static token has the rights of an administrator."""
        scheme = next((word for word in ("SSWS", "Bearer") if given.startswith(word)), None)
        if scheme is None:
            return self.failure(401)
        token = given.removeprefix(scheme).strip()
        if scheme == "SSWS":
            own = hmac.compare_digest(token.encode(), self._core.world.secrets.okta.encode())
            return None if own else self.failure(401)
        found = self._tokens.find(token)
        if found is None:
            return self.failure(401)
        # a scope to manage is one to read as well
        held = {*found.scopes, *(scope.replace(".manage", ".read") for scope in found.scopes)}
        lacking = demands_of("okta").lacking(method, path, held)
        if not lacking:
            return None
        base, scope = self._core.base("okta"), " ".join(sorted(lacking[0]))
        challenge = (
            f'Bearer authorization_uri="{base}/oauth2/v1/authorize", realm="{base}", scope="{scope}", '
            f'error="insufficient_scope", error_description="{_LACKS_SCOPE}", resource="{path}"'
        )
        return JsonAnswer(okta_body(self._core.ids, "E0000006"), 403, {"WWW-Authenticate": challenge})

    def failure(self, status: int, wait: int = 1) -> Response:
        """Okta's error with this status."""
        if status == 413:
            return Response("Request Entity Too Large", 413, media_type="text/plain")
        body = okta_body(self._core.ids, _FAILURES[status], "Resource not found")
        if status == 503:
            return JsonAnswer(body, status, {"Retry-After": str(wait)})
        if status != 429:
            return JsonAnswer(body, status)
        reset = str(int(self._core.clock().timestamp()) + wait)
        limits = {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": reset, "Retry-After": str(wait)}
        return JsonAnswer(body, status, limits)

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Rate limit (counted per minute, never enforced: the fault 429 does that) and request id."""
        now = int(self._core.clock().timestamp())
        if now // 60 != self._window:
            self._window, self._used = now // 60, 0
        self._used += 1
        return {
            "X-Okta-Request-Id": self._org.request_id(request),
            "X-Rate-Limit-Limit": str(_RATE_LIMIT),
            "X-Rate-Limit-Remaining": str(max(_RATE_LIMIT - self._used, 1)),
            "X-Rate-Limit-Reset": str((self._window + 1) * 60),
            "Cache-Control": "no-cache, no-store",
        }

    def is_token_path(self, path: str) -> bool:
        """The org authorization server issues them."""
        return path.startswith("/oauth2/v1/token")

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        media = isinstance(error, BadBody) and error.fault is BodyFault.MEDIA_TYPE
        return JsonAnswer(okta_body(self._core.ids, "E0000021" if media else "E0000003"), 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            return JsonAnswer(okta_body(self._core.ids, "E0000022"), 405, error.headers)
        detail = f"Resource not found: {request.scope['path']} (null)"
        return JsonAnswer(okta_body(self._core.ids, "E0000007", detail), 404)

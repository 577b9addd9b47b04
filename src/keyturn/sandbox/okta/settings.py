"""Settings of the pretend Okta org that are one document each: who of Okta may look in, mails, rate limits, threats.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingSupport/,
.../OrgSettingCommunication/, .../OrgSettingAdmin/, .../RateLimitSettings/ and .../ThreatInsight/. They change nothing
of what else the org does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.seed import SEEDED_AT
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text, millis
from keyturn.sandbox.wire import JsonAnswer, json_object

_GRANTED_FOR, _EXTENDED_BY = timedelta(hours=8), timedelta(hours=24)
_PRIVACY = "/api/v1/org/privacy"
_SUPPORT, _MAILS = "support", "communication"
_Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Setting:
    """A document that is read and written whole. path: below `/api/v1`; first: what it says on the first day; method:
    which writes it; values: those that an attribute takes, where they are a few; dated: it says when it was changed."""

    path: str
    first: JsonObject
    method: str = "PUT"
    values: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    dated: bool = False


_MODES = ("DISABLE", "ENFORCE", "PREVIEW")
_SETTINGS = (
    Setting("org/orgSettings/thirdPartyAdminSetting", {"thirdPartyAdmin": False}, "POST"),
    Setting("org/settings/autoAssignAdminAppSetting", {"autoAssignAdminAppSetting": True}, "POST"),
    Setting("org/settings/clientPrivilegesSetting", {"clientPrivilegesSetting": False}),
    Setting("rate-limit-settings/admin-notifications", {"notificationsEnabled": True}),
    Setting("rate-limit-settings/warning-threshold", {"warningThreshold": 90}),
    Setting("rate-limit-settings/per-client", {"defaultMode": "ENFORCE"}, values={"defaultMode": _MODES}),
    Setting(
        "threats/configuration",
        {"action": "none", "excludeZones": [], "created": SEEDED_AT, "lastUpdated": SEEDED_AT},
        "POST",
        {"action": ("none", "audit", "block")},
        dated=True,
    ),
)


class SettingsDesk:
    """Answers them, and what is granted to Okta's support and mails."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        support, mails = f"{_PRIVACY}/oktaSupport", f"{_PRIVACY}/oktaCommunication"
        routes = [Route(support, self._support), Route(mails, self._mails)]
        routes += [Route(f"{support}/{verb}", self._let_in, ["POST"]) for verb in ("grant", "extend", "revoke")]
        routes += [Route(f"{mails}/{verb}", self._opt, ["POST"]) for verb in ("optIn", "optOut")]
        for setting in _SETTINGS:
            path = f"/api/v1/{setting.path}"
            routes.append(Route(path, self._reading(setting)))
            routes.append(Route(path, self._writing(setting), [setting.method]))
        return routes

    def _kept(self, name: str, first: JsonObject) -> JsonObject:
        return {**first, **self._org.core.shelf("okta.settings").get(name, {})}

    def _keep(self, name: str, row: JsonObject) -> None:
        self._org.core.shelf("okta.settings")[name] = row
        self._org.core.changed()

    def _reading(self, setting: Setting) -> _Answering:
        async def read(request: Request) -> Response:
            return JsonAnswer(self._kept(setting.path, setting.first))

        return read

    def _writing(self, setting: Setting) -> _Answering:
        async def write(request: Request) -> Response:
            body = await json_object(request)
            given = {name: value for name, value in body.items() if name not in ("created", "lastUpdated", "_links")}
            for name, value in setting.first.items():
                if name in given and type(given[name]) is not type(value):
                    raise self._org.words.validation(name, f"{name}: The value is of another type.")
            for name, values in setting.values.items():
                if given.get(name) not in values:
                    raise self._org.words.validation(name, f"{name}: must be one of {', '.join(values)}")
            if setting.dated:
                given["lastUpdated"] = self._org.core.now()
            self._keep(setting.path, given)
            return await self._reading(setting)(request)

        return write

    # who of Okta may look in

    async def _support(self, request: Request) -> Response:
        return JsonAnswer(self._kept(_SUPPORT, {"support": "DISABLED", "expiration": None, "_links": {}}))

    async def _let_in(self, request: Request) -> Response:
        """For eight hours from now, and a day more with each extension, which takes that it was granted."""
        verb = str(request.scope["path"]).rpartition("/")[2]
        held = self._kept(_SUPPORT, {"support": "DISABLED"})
        if verb == "extend" and held["support"] != "ENABLED":
            raise self._org.words.validation("support", "support: Okta Support has no access that can be extended.")
        until = self._org.core.clock() + _GRANTED_FOR
        if verb == "extend":
            until = datetime.fromisoformat(as_text(held["expiration"])) + _EXTENDED_BY
        granted: JsonObject = {"support": "ENABLED", "expiration": millis(until)}
        self._keep(_SUPPORT, granted if verb != "revoke" else {"support": "DISABLED", "expiration": None})
        return await self._support(request)

    async def _mails(self, request: Request) -> Response:
        return JsonAnswer(self._kept(_MAILS, {"optOutEmailUsers": False, "_links": {}}))

    async def _opt(self, request: Request) -> Response:
        self._keep(_MAILS, {"optOutEmailUsers": str(request.scope["path"]).endswith("optOut")})
        return await self._mails(request)

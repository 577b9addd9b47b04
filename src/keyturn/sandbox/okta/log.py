"""Okta's System Log: events in full shape, and the query for them.

Source: LogEvent in Okta's OpenAPI description; https://developer.okta.com/docs/api/openapi/okta-management/
management/tag/SystemLog/.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.filters import Condition, NotUnderstood, Rules, condition
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, millis, moment, normal
from keyturn.sandbox.wire import JsonAnswer, whole_number

MESSAGES = {
    "app.oauth2.client.privilege.grant": "Grant an admin role to an OAuth 2.0 client",
    "app.oauth2.client.privilege.revoke": "Revoke an admin role from an OAuth 2.0 client",
    "user.lifecycle.create": "Create Okta user",
    "user.lifecycle.activate": "Activate Okta user",
    "user.lifecycle.reactivate": "Reactivate Okta user",
    "user.lifecycle.suspend": "Suspend Okta user",
    "user.lifecycle.unsuspend": "Unsuspend Okta user",
    "user.lifecycle.deactivate": "Deactivate Okta user",
    "user.lifecycle.delete.initiated": "Delete Okta user",
    "user.lifecycle.delete.completed": "Delete Okta user",
    "user.session.clear": "Clear user session",
    "user.session.end": "User logout from Okta",
    "user.account.update_profile": "Update user profile for Okta",
    "user.account.update_password": "User update password for Okta",
    "user.account.reset_password": "Fired when the user's Okta password is reset",
    "user.account.expire_password": "Fired when the user's Okta password is expired",
    "user.account.lock": "Max sign in attempts exceeded",
    "user.account.unlock_by_admin": "Unlock user account for Okta",
    "user.account.privilege.grant": "Grant user privilege",
    "user.account.privilege.revoke": "Revoke user privilege",
    "user.mfa.factor.activate": "Activate factor for user",
    "user.mfa.factor.deactivate": "Reset factor for user",
    "user.mfa.factor.reset_all": "Reset all factors for user",
    "user.session.start": "User login to Okta",
    "group.lifecycle.create": "Create Okta group",
    "group.lifecycle.delete": "Delete Okta group",
    "group.profile.update": "Group profile update",
    "group.user_membership.add": "Add user to group membership",
    "group.user_membership.remove": "Remove user from group membership",
    "group.application_assignment.add": "Add assigned application to group",
    "group.application_assignment.remove": "Remove assigned application from group",
    "group.privilege.grant": "Grant group privilege",
    "group.privilege.revoke": "Revoke group privilege",
    "application.lifecycle.create": "Create application",
    "application.lifecycle.update": "Update application",
    "application.lifecycle.activate": "Activate application",
    "application.lifecycle.deactivate": "Deactivate application",
    "application.lifecycle.delete": "Delete application",
    "application.user_membership.add": "Add user to application membership",
    "application.user_membership.remove": "Remove user's application membership",
    "application.user_membership.update": "Update user's application property",
    "device.lifecycle.activate": "Activate device",
    "device.lifecycle.deactivate": "Deactivate device",
    "device.lifecycle.suspend": "Suspend device",
    "device.lifecycle.unsuspend": "Unsuspend device",
    "device.lifecycle.delete": "Delete device",
    "event_hook.delivery": "Event hook delivery",
    "event_hook.verified": "Event hook verification",
}
_RULES = Rules(knows=lambda name, operator: name.split(".")[0] in _FIELDS, dates=frozenset({"published"}))
_FIELDS = frozenset(
    {"actor", "client", "authenticationContext", "displayMessage", "eventType", "outcome", "published"}
    | {"securityContext", "severity", "debugContext", "transaction", "uuid", "version", "request", "target"}
)
_MOST_WORDS = 10


@dataclass(frozen=True)
class Happening:
    """What a System Log event tells. `reason` is given for a failure only."""

    event_type: str
    path: str
    targets: tuple[JsonObject, ...]
    reason: str | None = None


def group_target(group: JsonObject) -> JsonObject:
    """A group as the target of an event."""
    return _target(as_text(group["id"]), "UserGroup", "unknown", as_text(as_object(group["profile"]).get("name")))


def app_target(app: JsonObject) -> JsonObject:
    """An application as the target of an event."""
    return _target(as_text(app["id"]), "AppInstance", as_text(app["label"]), as_text(app["label"]))


def device_target(device: JsonObject) -> JsonObject:
    """A device as the target of an event."""
    name = as_text(as_object(device["profile"]).get("displayName"))
    return _target(as_text(device["id"]), "Device", name, name)


def _target(object_id: str, kind: str, alternate: str, name: str) -> JsonObject:
    return {"id": object_id, "type": kind, "alternateId": alternate, "displayName": name, "detailEntry": None}


def user_target(account: OktaAccount) -> JsonObject:
    """A person as the target (or actor) of an event; the login is the `alternateId`."""
    return _target(account.id, "User", account.login, as_text(account.profile.get("displayName")))


def _actor(core: Core) -> JsonObject:
    admin = core.world.accounts.okta_admin()
    return user_target(admin) if admin is not None else _target("system", "SystemPrincipal", "system", "Okta System")


def log_event(core: Core, happening: Happening, request_id: str) -> JsonObject:
    """A System Log event of something that happened just now."""
    where: JsonObject = {
        "city": "Seattle",
        "state": "Washington",
        "country": "United States",
        "postalCode": "98101",
        "geolocation": {"lat": 47.6062, "lon": -122.3321},
    }
    agent: JsonObject = {"rawUserAgent": "Keyturn sandbox", "os": "Unknown", "browser": "UNKNOWN"}
    failed = happening.reason is not None
    return {
        "actor": _actor(core),
        "client": {
            "userAgent": agent,
            "zone": "null",
            "device": "Unknown",
            "id": None,
            "ipAddress": "127.0.0.1",
            "geographicalContext": where,
        },
        "authenticationContext": {
            "authenticationProvider": None,
            "credentialProvider": None,
            "credentialType": None,
            "issuer": None,
            "interface": None,
            "authenticationStep": 0,
            "externalSessionId": f"trs{core.ids.word(22)}",
        },
        "displayMessage": MESSAGES[happening.event_type],
        "eventType": happening.event_type,
        "outcome": {"result": "FAILURE" if failed else "SUCCESS", "reason": happening.reason},
        "published": millis(core.clock()),
        "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None},
        "severity": "WARN" if failed else "INFO",
        "debugContext": {
            "debugData": {
                "requestId": request_id,
                "requestUri": happening.path,
                "url": f"{happening.path}?",
            }
        },
        "transaction": {"type": "WEB", "id": request_id, "detail": {}},
        "uuid": core.ids.uuid(),
        "version": "0",
        "request": {"ipChain": [{"ip": "127.0.0.1", "geographicalContext": where, "version": "V4", "source": None}]},
        "target": list(happening.targets),
    }


@dataclass(frozen=True)
class _Query:
    since: datetime
    until: datetime
    limit: int
    after: int
    meets: Condition | None
    words: tuple[str, ...]
    descending: bool
    polling: bool


class LogDesk:
    """Answers `GET /api/v1/logs`."""

    def __init__(self, core: Core, words: OktaWords) -> None:
        self._core = core
        self._words = words

    def routes(self) -> list[Route]:
        """The operations."""
        return [Route("/api/v1/logs", self.query)]

    async def query(self, request: Request) -> Response:
        """List events; a polling query (ascending, no `until`) always has a next link."""
        query = self._read(request)
        found = [item for item in self._core.world.log.numbered() if self._matches(query, *item)]
        if query.descending:
            found.reverse()
        page = found[: query.limit]
        base = f"{self._core.base('okta')}/api/v1/logs"
        links = [f'<{base}?{urlencode(dict(request.query_params))}>; rel="self"']
        if query.polling or len(found) > len(page):
            after = page[-1][0] if page else query.after
            again = {**request.query_params, "after": str(after)}
            links.append(f'<{base}?{urlencode(again)}>; rel="next"')
        answer = JsonAnswer([event for _, event in page])
        for link in links:
            answer.headers.append("link", link)
        return answer

    def _matches(self, query: _Query, number: int, event: JsonObject) -> bool:
        if query.after >= 0 and (number >= query.after if query.descending else number <= query.after):
            return False
        if query.meets is not None and not query.meets(event):
            return False
        if query.words and not _holds_all(event, query.words):
            return False
        published = cast("datetime", moment(as_text(event["published"])))
        return query.since <= published <= query.until

    def _read(self, request: Request) -> _Query:
        params = request.query_params
        limit = whole_number(params.get("limit"), 100, 0, 1000)
        if limit is None:
            raise self._words.validation("limit", "limit: must be a number from 0 to 1000")
        order = params.get("sortOrder", "ASCENDING")
        if order not in ("ASCENDING", "DESCENDING"):
            raise self._words.validation("sortOrder", "sortOrder: must be ASCENDING or DESCENDING")
        after = params.get("after", "")
        if after and not after.lstrip("-").isdigit():
            raise self._words.validation("after", "after: not a cursor of this log")
        return _Query(
            since=self._date(params.get("since"), "since", datetime.min.replace(tzinfo=UTC)),
            until=self._date(params.get("until"), "until", datetime.max.replace(tzinfo=UTC)),
            limit=limit,
            after=int(after) if after else -1,
            meets=self._filter(params.get("filter")),
            words=self._words_of(params.get("q", "")),
            descending=order == "DESCENDING",
            polling=order == "ASCENDING" and "until" not in params,
        )

    def _date(self, text: str | None, name: str, otherwise: datetime) -> datetime:
        if text is None:
            return otherwise
        found = moment(text.replace(" ", "+"))
        if found is None:
            raise self._words.validation(name, f"{name}: The date format in your query is not recognized.")
        return found

    def _filter(self, text: str | None) -> Condition | None:
        if text is None:
            return None
        try:
            return condition(text, _RULES)
        except NotUnderstood as error:
            raise self._words.validation("filter", f"filter: Invalid filter expression: {text}") from error

    def _words_of(self, text: str) -> tuple[str, ...]:
        words = tuple(text.split())
        if len(words) > _MOST_WORDS or any(len(word) > 40 for word in words):
            raise self._words.validation("q", f"q: at most {_MOST_WORDS} keywords of 40 characters")
        return tuple(normal(word) for word in words)


def _holds_all(event: JsonObject, words: tuple[str, ...]) -> bool:
    text = normal(orjson.dumps(event).decode())
    return all(word in text for word in words)

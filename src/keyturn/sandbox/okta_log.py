"""Okta's System Log: events in full shape, and the query for them.

Source: LogEvent in Okta's OpenAPI description; https://developer.okta.com/docs/api/openapi/okta-management/
management/tag/SystemLog/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta_words import OktaWords
from keyturn.sandbox.values import JsonObject, as_text, millis
from keyturn.sandbox.wire import JsonAnswer, whole_number

_MESSAGES = {
    "user.lifecycle.create": "Create Okta user",
    "user.lifecycle.activate": "Activate Okta user",
    "user.lifecycle.suspend": "Suspend Okta user",
    "user.lifecycle.unsuspend": "Unsuspend Okta user",
    "user.lifecycle.deactivate": "Deactivate Okta user",
    "user.session.clear": "Clear user session",
    "event_hook.delivery": "Event hook delivery",
    "event_hook.verified": "Event hook verification",
}
_EVENT_TYPE_FILTER = re.compile(r'eventType eq "([^"]+)"')


@dataclass(frozen=True)
class Happening:
    """What a System Log event tells. `reason` is given for a failure only."""

    event_type: str
    path: str
    target: JsonObject
    reason: str | None = None


def user_target(account: OktaAccount) -> JsonObject:
    """A person as the target (or actor) of an event; the login is the `alternateId`."""
    return {
        "id": account.id,
        "type": "User",
        "alternateId": account.login,
        "displayName": as_text(account.profile.get("displayName")),
        "detailEntry": None,
    }


def log_event(core: Core, happening: Happening, request_id: str) -> JsonObject:
    """A System Log event of something that happened just now."""
    admin = next(account for account in core.world.accounts.okta if account.admin)
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
        "actor": user_target(admin),
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
        "displayMessage": _MESSAGES[happening.event_type],
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
        "target": [happening.target],
    }


@dataclass(frozen=True)
class _Query:
    since: datetime
    until: datetime
    limit: int
    after: int
    event_type: str | None
    descending: bool
    polling: bool


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class LogDesk:
    """Answers `GET /api/v1/logs`."""

    def __init__(self, core: Core, words: OktaWords) -> None:
        self._core = core
        self._words = words

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
        if query.event_type is not None and event["eventType"] != query.event_type:
            return False
        published = cast("datetime", _moment(as_text(event["published"])))
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
            event_type=self._filter(params.get("filter")),
            descending=order == "DESCENDING",
            polling=order == "ASCENDING" and "until" not in params,
        )

    def _date(self, text: str | None, name: str, otherwise: datetime) -> datetime:
        if text is None:
            return otherwise
        moment = _moment(text.replace(" ", "+"))
        if moment is None:
            raise self._words.validation(name, f"{name}: The date format in your query is not recognized.")
        return moment

    def _filter(self, text: str | None) -> str | None:
        if text is None:
            return None
        found = _EVENT_TYPE_FILTER.fullmatch(text.strip())
        if found is None:
            raise self._words.validation("filter", 'filter: the sandbox knows eventType eq "..." only')
        return found[1]

"""How much of the rate limits of the pretend Okta org one API token or app may use up, which nothing goes by.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/PrincipalRateLimit/. There is one for
each token and app at most, and it is never deleted.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.seed import ORG
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

_SHELF = "okta.principal_limits"
_KINDS = {"SSWS_TOKEN": "okta.api-tokens", "OAUTH_CLIENT": "okta.apps"}
_SHARES = ("defaultPercentage", "defaultConcurrencyPercentage")
_FILTER = re.compile(r'\s*principalType\s+eq\s+"(?P<kind>\w+)"(\s+and\s+principalId\s+eq\s+"(?P<id>[^"]+)")?\s*')


class PrincipalLimitDesk:
    """Answers `/api/v1/principal-rate-limits`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        every = "/api/v1/principal-rate-limits"
        return [
            Route(every, self._list),
            Route(every, self._create, ["POST"]),
            Route(every + "/{limit}", self._get),
            Route(every + "/{limit}", self._replace, ["PUT"]),
        ]

    async def _list(self, request: Request) -> Response:
        found = _FILTER.fullmatch(request.query_params.get("filter", ""))
        if found is None or found["kind"] not in _KINDS:
            text = 'filter: must be principalType eq "SSWS_TOKEN" or principalType eq "OAUTH_CLIENT"'
            raise self._org.words.validation("filter", text)
        rows: list[Json] = [
            row
            for row in self._org.core.shelf(_SHELF).values()
            if row["principalType"] == found["kind"] and found["id"] in (None, row["principalId"])
        ]
        return JsonAnswer(rows)

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["limit"])
        found = self._org.core.shelf(_SHELF).get(key)
        if found is None:
            raise self._org.words.not_found(key, "PrincipalRateLimitEntity")
        return found

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._one(request))

    async def _create(self, request: Request) -> Response:
        given, shelf = self._read(await json_object(request)), self._org.core.shelf(_SHELF)
        if any(row["principalId"] == given["principalId"] for row in shelf.values()):
            text = "principalId: An object with this field already exists in the current organization"
            raise self._org.words.validation("principalRateLimitEntity", text)
        key, now, by = f"0ag{self._org.core.ids.word(17)}", self._org.core.now(), self._by()
        about: JsonObject = {"orgId": ORG, "createdDate": now, "createdBy": by}
        shelf[key] = {"id": key, **about, "lastUpdate": now, "lastUpdatedBy": by, **given}
        self._org.core.changed()
        return JsonAnswer(shelf[key], 201)

    async def _replace(self, request: Request) -> Response:
        row, given = self._one(request), self._read(await json_object(request))
        for name in ("principalId", "principalType"):
            if given[name] != row[name]:
                raise self._org.words.validation("principalRateLimitEntity", f"{name}: The field cannot be changed.")
        row.update({**given, "lastUpdate": self._org.core.now(), "lastUpdatedBy": self._by()})
        self._org.core.changed()
        return JsonAnswer(row)

    def _by(self) -> str:
        admin = self._org.core.world.accounts.okta_admin()
        return admin.id if admin is not None else "system"

    def _read(self, body: JsonObject) -> JsonObject:
        """What is given of one. Raises Refused (400)."""
        words = self._org.words
        kind, key = as_text(body.get("principalType")), as_text(body.get("principalId"))
        if kind not in _KINDS:
            raise words.validation("principalRateLimitEntity", f"principalType: must be one of {', '.join(_KINDS)}")
        if key not in self._org.core.shelf(_KINDS[kind]):
            raise words.validation("principalRateLimitEntity", "principalId: There is no such principal.")
        given: JsonObject = {"principalType": kind, "principalId": key}
        for name in _SHARES:
            share = body.get(name)
            if share is not None and (not isinstance(share, int) or isinstance(share, bool) or not 0 <= share <= 100):
                raise words.validation("principalRateLimitEntity", f"{name}: must be a whole number from 0 to 100")
            given[name] = 50 if share is None else share
        return given

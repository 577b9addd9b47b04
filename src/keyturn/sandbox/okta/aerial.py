"""The account of Okta Aerial that the pretend Okta org is managed by, with other orgs.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingSupport/. Any account is
taken, and nothing comes of it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

_SHELF, _NAME, _PATH = "okta.settings", "aerial", "/api/v1/org/privacy/aerial"


class AerialDesk:
    """Answers `/api/v1/org/privacy/aerial`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(_PATH, self._get),
            Route(f"{_PATH}/grant", self._grant, ["POST"]),
            Route(f"{_PATH}/revoke", self._revoke, ["POST"]),
        ]

    def _link(self, verb: str, method: str) -> JsonObject:
        return {"href": f"{self._org.core.base('okta')}{_PATH}{verb}", "hints": {"allow": [method]}}

    def _shown(self, row: JsonObject) -> Response:
        return JsonAnswer({**row, "_links": {"self": self._link("", "GET"), "revoke": self._link("/revoke", "POST")}})

    def _granted(self) -> JsonObject:
        """What is granted. Raises Refused (404)."""
        found = self._org.core.shelf(_SHELF).get(_NAME)
        if found is None:
            raise self._org.words.not_found("grant", "OrgAerialConsent")
        return found

    async def _get(self, request: Request) -> Response:
        return self._shown(self._granted())

    async def _account(self, request: Request) -> str:
        account = as_text((await json_object(request)).get("accountId"))
        if not account:
            raise self._org.words.validation("accountId", "accountId: The field cannot be left blank")
        return account

    async def _grant(self, request: Request) -> Response:
        account, admin = await self._account(request), self._org.core.world.accounts.okta_admin()
        by = "system" if admin is None else admin.id
        row: JsonObject = {"accountId": account, "grantedBy": by, "grantedDate": self._org.core.now()}
        self._org.core.shelf(_SHELF)[_NAME] = row
        self._org.core.changed()
        return self._shown(row)

    async def _revoke(self, request: Request) -> Response:
        account = await self._account(request)
        if self._granted()["accountId"] != account:
            raise self._org.words.not_found(account, "OrgAerialConsent")
        del self._org.core.shelf(_SHELF)[_NAME]
        self._org.core.changed()
        return JsonAnswer({"_links": {"grant": self._link("/grant", "POST")}})

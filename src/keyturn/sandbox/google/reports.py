"""What happened in the pretend Google Workspace account: activities and usage.

Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities.
"""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.activity_filters import activity_filters, meets
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace, same
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, moment
from keyturn.sandbox.wire import JsonAnswer

# of which there may be activities; most have none here
_APPLICATIONS = frozenset(
    {"admin", "login", "token", "user_accounts", "groups", "drive", "mobile", "saml", "rules", "calendar", "chat"}
    | {"access_transparency", "chrome", "context_aware_access", "data_studio", "gcp", "gmail", "gplus", "keep", "meet"}
    | {
        "groups_enterprise",
        "jamboard",
        "vault",
        "gemini_in_workspace_apps",
        "classroom",
        "contacts",
        "takeout",
        "tasks",
    }
    | {"cloud_search", "tasks", "data_migration", "directory_sync", "ldap", "profile", "voice"}
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNTED_AFTER = timedelta(days=2)


class ReportDesk:
    """Answers `/admin/reports/v1`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        activity = "/admin/reports/v1/activity/users/{key}/applications/{application}"
        return [
            Route(activity, self._list),
            Route("/admin/reports/v1/usage/users/{key}/dates/{date}", self._usage),
            Route("/admin/reports/v1/usage/dates/{date}", self._customer_usage),
            Route("/admin/reports/v1/usage/{kind}/{key}/dates/{date}", self._entity_usage),
        ]

    async def _list(self, request: Request) -> Response:
        """Newest first."""
        params = request.query_params
        application = str(request.path_params["application"])
        if application not in _APPLICATIONS:
            raise words.invalid("applicationName")
        rows = [
            row
            for row in reversed(list(self._workspace.core.shelf("google.activities").values()))
            if as_object(row["id"])["applicationName"] == application
        ]
        key = str(request.path_params["key"])
        if key != "all":
            account = self._workspace.find_user(key)
            rows = [row for row in rows if same(as_text(as_object(row["actor"]).get("email")), account.login)]
        filters = activity_filters(params.get("filters"))
        rows = [row for row in rows if meets(row, params.get("eventName"), filters)]
        rows = self._between(rows, params.get("startTime"), params.get("endTime"))
        shown: list[JsonObject] = [{**row, "etag": f'"{as_object(row["id"])["uniqueQualifier"]}"'} for row in rows]
        return self._workspace.page(request, shown, {"kind": "admin#reports#activities"}, "items", 1000, key="etag")

    async def _entity_usage(self, request: Request) -> Response:
        """Of the communities of Google+, of which none are left."""
        if request.path_params["kind"] != "gplus_communities":
            raise words.invalid("entityType")
        return JsonAnswer({"kind": "admin#reports#usageReports", "etag": '"0"'})

    async def _usage(self, request: Request) -> Response:
        """How each user used the account on a day; the sandbox counts no more than sign-ins and second factors."""
        key, date = str(request.path_params["key"]), self._day(request)
        accounts = self._workspace.core.world.accounts.google
        wanted = accounts if key == "all" else [self._workspace.find_user(key)]
        rows: list[JsonObject] = [
            {
                "kind": "admin#reports#usageReport",
                "etag": f'"{account.id}"',
                "date": date,
                "entity": {
                    "type": "USER",
                    "customerId": CUSTOMER,
                    "userEmail": account.login,
                    "profileId": account.id,
                },
                "parameters": [
                    {"name": "accounts:is_2sv_enrolled", "boolValue": account.two_step},
                    {"name": "accounts:is_suspended", "boolValue": account.suspended},
                    {"name": "accounts:last_login_time", "datetimeValue": account.last_login},
                ],
            }
            for account in wanted
        ]
        frame: JsonObject = {"kind": "admin#reports#usageReports"}
        return self._workspace.page(request, rows, frame, "usageReports", 1000, key="etag")

    async def _customer_usage(self, request: Request) -> Response:
        date, accounts = self._day(request), self._workspace.core.world.accounts.google
        counted = {
            "accounts:num_users": len(accounts),
            "accounts:num_suspended_users": sum(account.suspended for account in accounts),
        }
        row: JsonObject = {
            "kind": "admin#reports#usageReport",
            "etag": f'"{date}"',
            "date": date,
            "entity": {"type": "CUSTOMER", "customerId": CUSTOMER},
            "parameters": [{"name": name, "intValue": str(value)} for name, value in counted.items()],
        }
        frame: JsonObject = {"kind": "admin#reports#usageReports"}
        return self._workspace.page(request, [row], frame, "usageReports", 1000, key="etag")

    def _day(self, request: Request) -> str:
        """The day that a path names. Raises Refused (400) for what is no day, or one that is not counted yet."""
        date = str(request.path_params["date"])
        if _DAY.fullmatch(date) is None or moment(f"{date}T00:00:00Z") is None:
            raise words.invalid("date")
        last = (self._workspace.core.clock() - _COUNTED_AFTER).date().isoformat()
        if date > last:
            text = f"Data for dates later than {last} is not yet available. Please check back later"
            raise words.refuse(400, "invalid", text)
        return date

    def _between(self, rows: list[JsonObject], start: str | None, end: str | None) -> list[JsonObject]:
        first = moment(start) if start is not None else None
        last = moment(end) if end is not None else None
        if (start is not None and first is None) or (end is not None and last is None):
            raise words.invalid("startTime" if start is not None and first is None else "endTime")
        found: list[JsonObject] = []
        for row in rows:
            at = moment(as_text(as_object(row["id"])["time"]))
            if at is not None and (first is None or at >= first) and (last is None or at < last):
                found.append(row)
        return found

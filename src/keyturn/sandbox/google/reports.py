"""What happened in the pretend Google Workspace account: activities, and channels that tell of changes.

Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities and
https://developers.google.com/workspace/admin/directory/v1/guides/push.
"""

from __future__ import annotations

import re
from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.google import words
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace, same
from keyturn.sandbox.post import Post
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_list, as_object, as_text, moment
from keyturn.sandbox.wire import JsonAnswer, json_object

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
_EVENTS = ("add", "delete", "makeAdmin", "undelete", "update")
_SHELF = "google.channels"
_LONGEST = 172_800
_USUAL = 7_200
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNTED_AFTER = timedelta(days=2)


class ReportDesk:
    """Answers `/admin/reports/v1/activity`, `users/watch` and `channels/stop`."""

    def __init__(self, workspace: Workspace, post: Post) -> None:
        self._workspace = workspace
        self._post = post
        workspace.watchers.append(self._happened)

    def routes(self) -> list[Route]:
        """The operations."""
        activity = "/admin/reports/v1/activity/users/{key}/applications/{application}"
        return [
            Route(activity, self._list),
            Route("/admin/reports/v1/usage/users/{key}/dates/{date}", self._usage),
            Route("/admin/reports/v1/usage/dates/{date}", self._customer_usage),
            Route("/admin/directory/v1/users/watch", self._watch, ["POST"]),
            Route("/admin/reports_v1/channels/stop", self._stop, ["POST"]),
            Route("/admin/directory_v1/channels/stop", self._stop, ["POST"]),
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
        if "eventName" in params:
            rows = [row for row in rows if params["eventName"] in _names(row)]
        rows = self._between(rows, params.get("startTime"), params.get("endTime"))
        shown: list[JsonObject] = [{**row, "etag": f'"{as_object(row["id"])["uniqueQualifier"]}"'} for row in rows]
        return self._workspace.page(request, shown, {"kind": "admin#reports#activities"}, "items", 1000, key="etag")

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

    # channels

    async def _watch(self, request: Request) -> Response:
        event = request.query_params.get("event", "")
        body = await json_object(request)
        key, address = as_text(body.get("id")), as_text(body.get("address"))
        if event not in _EVENTS or body.get("type") != "web_hook" or not key:
            raise words.invalid("channel: id, type and event are required")
        if not address.startswith(("https://", "http://")):
            raise words.refuse(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS")
        shelf = self._workspace.core.shelf(_SHELF)
        if key in shelf:
            raise words.refuse(400, "channelIdNotUnique", f"Channel id {key} not unique")
        asked = str(as_object(body.get("params")).get("ttl", _USUAL))
        lasts = min(int(asked), _LONGEST) if asked.isascii() and asked.isdigit() else _USUAL
        ends = self._workspace.core.clock() + timedelta(seconds=lasts)
        resource = f"{self._workspace.core.base('google')}/admin/directory/v1/users?event={event}&alt=json"
        channel: JsonObject = {
            "kind": "api#channel",
            "id": key,
            "resourceId": self._workspace.core.ids.word(27),
            "resourceUri": resource,
            "token": as_text(body.get("token")),
            "expiration": str(int(ends.timestamp() * 1000)),
        }
        shelf[key] = {**channel, "address": address, "event": event, "messages": 1}
        self._workspace.core.changed()
        self._post.later(self._tell(shelf[key], "sync", 1, b""))
        return JsonAnswer(channel)

    async def _stop(self, request: Request) -> Response:
        body = await json_object(request)
        found = self._workspace.core.shelf(_SHELF).get(as_text(body.get("id")))
        if found is None or found["resourceId"] != body.get("resourceId"):
            raise words.refuse(404, "notFound", f"Channel '{body.get('id')}' not found for project")
        del self._workspace.core.shelf(_SHELF)[as_text(found["id"])]
        self._workspace.core.changed()
        return Response(status_code=204)

    def _happened(self, account: GoogleAccount, event: str) -> None:
        now = self._workspace.core.clock().timestamp() * 1000
        for channel in list(self._workspace.core.shelf(_SHELF).values()):
            if channel["event"] != event or int(as_text(channel["expiration"])) <= now:
                continue
            number = channel["messages"]
            channel["messages"] = number = number + 1 if isinstance(number, int) else 2
            body = {"kind": "admin#directory#user", "id": account.id, "primaryEmail": account.login}
            sent = orjson.dumps({**body, "etag": f'"{account.id}-{account.revision}"'})
            self._post.later(self._tell(channel, event, number, sent))

    async def _tell(self, channel: JsonObject, state: str, number: int, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Goog-Channel-ID": as_text(channel["id"]),
            "X-Goog-Channel-Token": as_text(channel["token"]),
            "X-Goog-Channel-Expiration": as_text(channel["expiration"]),
            "X-Goog-Resource-ID": as_text(channel["resourceId"]),
            "X-Goog-Resource-URI": as_text(channel["resourceUri"]),
            "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(number),
        }
        await self._post.send(as_text(channel["address"]), body, headers)


def _names(row: JsonObject) -> list[str]:
    return [as_text(as_object(event).get("name")) for event in as_list(row["events"])]

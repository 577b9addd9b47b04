"""Who used the pretend Slack workspace on a day, as a file: lines of JSON, packed by gzip.

Source: https://docs.slack.dev/reference/methods/admin.analytics.getFile. A day is there once it is over.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import TEAM
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments, failed, text_of
from keyturn.sandbox.values import JsonObject, as_object, as_text, moment

_COUNTS = ("reactions_added_count", "files_added_count", "total_calls_count", "slack_calls_count", "search_count")
_FLAGS = ("is_active_ios", "is_active_android", "is_active_apps", "is_active_workflows", "is_active_slack_connect")


class AnalyticsDesk:
    """Answers `admin.analytics.getFile`."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {"admin.analytics.getFile": self._file}

    async def _file(self, request: Request) -> Response:
        given = await arguments(request)
        kind = text_of(given, "type", "invalid_arguments")
        if kind == "member":
            rows = self._members(self._day(given))
        elif kind == "public_channel" and given.get("metadata_only") in (True, "true", "1"):
            rows = self._topics()
        elif kind == "public_channel":
            rows = self._channels(self._day(given))
        else:
            raise failed("invalid_type")
        content = gzip.compress(b"\n".join(map(orjson.dumps, rows)), mtime=0)
        return Response(content, media_type="application/gzip")

    def _day(self, given: JsonObject) -> str:
        """The day that is asked for, if it is over. Raises Refused."""
        day = text_of(given, "date", "invalid_arguments")
        begin = moment(f"{day}T00:00:00Z")
        if begin is None:
            raise failed("invalid_date")
        if begin + timedelta(days=1) > self._workspace.core.clock():
            raise failed("file_not_yet_available")
        return day

    def _members(self, day: str) -> Iterator[JsonObject]:
        for row in self._workspace.core.shelf("slack.users").values():
            if row.get("is_bot") is True or row["deleted"] is True:
                continue
            used: JsonObject = {**dict.fromkeys(_COUNTS, 0), **dict.fromkeys(_FLAGS, False)}
            guest = row.get("is_restricted") is True
            yield {
                "team_id": TEAM,
                "date": day,
                "user_id": row["id"],
                "email_address": as_text(as_object(row["profile"]).get("email")),
                "is_guest": guest,
                "is_billable_seat": not guest,
                "is_active": True,
                "is_active_desktop": True,
                **used,
                "messages_posted_count": self._written(as_text(row["id"])),
                "channel_messages_posted_count": self._written(as_text(row["id"])),
            }

    def _written(self, user: str) -> int:
        messages = self._workspace.core.shelf("slack.messages").values()
        return sum(as_object(row).get("user") == user for held in messages for row in held.values())

    def _public(self) -> Iterator[JsonObject]:
        for row in self._workspace.core.shelf("slack.channels").values():
            if row.get("is_channel") is True and row["is_private"] is False:
                yield row

    def _channels(self, day: str) -> Iterator[JsonObject]:
        for row in self._public():
            members = len(self._workspace.members(row))
            yield {
                "originating_team": {"team_id": TEAM, "name": COMPANY},
                "channel_id": row["id"],
                "date": day,
                "date_created": row["created"],
                "total_members_count": members,
                "full_members_count": members,
                "messages_posted_count": len(self._workspace.core.shelf("slack.messages").get(as_text(row["id"]), {})),
                "visibility": "public",
                "channel_type": "single_workspace_channel",
            }

    def _topics(self) -> Iterator[JsonObject]:
        for row in self._public():
            topic, purpose = (as_text(as_object(row.get(name)).get("value")) for name in ("topic", "purpose"))
            yield {"channel_id": row["id"], "name": row["name"], "topic": topic, "description": purpose, "date": ""}

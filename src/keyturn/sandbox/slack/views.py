"""What the pretend Slack workspace has beside people and messages: views, messages for later, pins.

Source: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.slack.seed import BOT_ID, TEAM
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments, done, failed, number_of, object_of, text_of
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text

Method: TypeAlias = Callable[[Request], Awaitable[Response]]
_LONGEST_AHEAD = 120 * 86_400


class ViewDesk:
    """Answers `views.*`, `chat.schedule*` and `pins.*`."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "views.open": self._open,
            "views.push": self._open,
            "views.publish": self._publish,
            "views.update": self._update,
            "chat.scheduleMessage": self._schedule,
            "chat.scheduledMessages.list": self._scheduled,
            "chat.deleteScheduledMessage": self._unschedule,
            "pins.add": self._pin,
            "pins.remove": self._unpin,
            "pins.list": self._pins,
        }

    # views

    def _kept(self, view: JsonObject, given: JsonObject) -> JsonObject:
        if as_text(view.get("type")) not in ("modal", "home") or not isinstance(view.get("blocks"), list):
            text = "[ERROR] a view has type modal or home, and blocks"
            raise failed("invalid_arguments", response_metadata={"messages": [text]})
        key = f"V0{self._workspace.core.ids.word(9).upper()}"
        row: JsonObject = {
            **view,
            "id": key,
            "team_id": TEAM,
            "app_id": "A0KEYTURN",
            "bot_id": BOT_ID,
            "callback_id": as_text(view.get("callback_id")),
            "external_id": as_text(view.get("external_id")),
            "hash": f"{self._workspace.seconds()}.{self._workspace.core.ids.word(6).lower()}",
            "root_view_id": key,
            "previous_view_id": None,
            "state": {"values": {}},
        }
        self._workspace.core.shelf("slack.views")[as_text(given.get("user_id")) or key] = row
        self._workspace.core.changed()
        return row

    async def _open(self, request: Request) -> Response:
        given = await arguments(request)
        text_of(given, "trigger_id")
        return done({"view": self._kept(as_object(object_of(given, "view")), given)})

    async def _publish(self, request: Request) -> Response:
        given = await arguments(request)
        self._workspace.user(text_of(given, "user_id"))
        return done({"view": self._kept(as_object(object_of(given, "view")), given)})

    async def _update(self, request: Request) -> Response:
        given = await arguments(request)
        wanted = as_text(given.get("view_id")) or as_text(given.get("external_id"))
        shelf = self._workspace.core.shelf("slack.views")
        key = next((key for key, row in shelf.items() if wanted and wanted in (row["id"], row["external_id"])), None)
        if key is None:
            raise failed("not_found")
        if given.get("hash") not in (None, "", shelf[key]["hash"]):
            raise failed("hash_conflict")
        shelf[key].update(as_object(object_of(given, "view")))
        self._workspace.core.changed()
        return done({"view": shelf[key]})

    # messages for later

    async def _schedule(self, request: Request) -> Response:
        given = await arguments(request)
        channel, people = self._workspace.addressed(text_of(given, "channel", "channel_not_found"))
        at, now = number_of(text_of(given, "post_at", "invalid_time")), self._workspace.seconds()
        if at is None or at <= now:
            raise failed("invalid_time" if at is None else "time_in_past")
        if at > now + _LONGEST_AHEAD:
            raise failed("time_too_far")
        if people:
            self._workspace.direct(people)
        key = f"Q0{self._workspace.core.ids.word(9).upper()}"
        text = as_text(given.get("text"))
        row: JsonObject = {
            "id": key,
            "channel_id": channel["id"],
            "post_at": at,
            "date_created": now,
            "text": text,
        }
        self._workspace.core.shelf("slack.scheduled")[key] = row
        self._workspace.core.changed()
        message: JsonObject = {"text": text, "type": "delayed_message", "bot_id": BOT_ID, "team": TEAM, "user": BOT_ID}
        found: JsonObject = {"channel": channel["id"], "scheduled_message_id": key, "post_at": at}
        return done({**found, "message": message})

    async def _scheduled(self, request: Request) -> Response:
        given = await arguments(request)
        rows = list(self._workspace.core.shelf("slack.scheduled").values())
        if given.get("channel"):
            rows = [row for row in rows if row["channel_id"] == given["channel"]]
        return done(self._workspace.page(given, rows, "scheduled_messages", 100))

    async def _unschedule(self, request: Request) -> Response:
        given = await arguments(request)
        shelf = self._workspace.core.shelf("slack.scheduled")
        if shelf.pop(text_of(given, "scheduled_message_id"), None) is None:
            raise failed("invalid_scheduled_message_id")
        self._workspace.core.changed()
        return done()

    # pins

    async def _pinned(self, request: Request) -> tuple[JsonObject, JsonObject, str]:
        given = await arguments(request)
        channel = self._workspace.channel(text_of(given, "channel", "channel_not_found"))
        held = self._workspace.core.shelf("slack.pins").setdefault(as_text(channel["id"]), {})
        return channel, held, as_text(given.get("timestamp"))

    async def _pin(self, request: Request) -> Response:
        channel, held, stamp = await self._pinned(request)
        if stamp not in self._workspace.core.shelf("slack.messages").get(as_text(channel["id"]), {}):
            raise failed("message_not_found")
        if stamp in held:
            raise failed("already_pinned")
        held[stamp] = self._workspace.seconds()
        self._workspace.core.changed()
        return done()

    async def _unpin(self, request: Request) -> Response:
        _, held, stamp = await self._pinned(request)
        if held.pop(stamp, None) is None:
            raise failed("no_pin")
        self._workspace.core.changed()
        return done()

    async def _pins(self, request: Request) -> Response:
        channel, held, _ = await self._pinned(request)
        messages = self._workspace.core.shelf("slack.messages").get(as_text(channel["id"]), {})
        rows: list[Json] = [
            {"type": "message", "channel": channel["id"], "created": made, "message": messages[stamp]}
            for stamp, made in held.items()
            if stamp in messages
        ]
        return done({"items": rows})

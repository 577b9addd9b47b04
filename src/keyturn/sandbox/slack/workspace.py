"""What the desks of the pretend Slack workspace share: arguments, refusals, cursors, finding things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from keyturn.sandbox.core import Core
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, to_json
from keyturn.sandbox.wire import JsonAnswer, Refused, whole_number


def failed(error: str, **more: Json) -> Refused:
    """Slack refuses with status 200 and a word."""
    return Refused(200, {"ok": False, "error": error, **more})


def done(body: JsonObject | None = None) -> JsonAnswer:
    """Success with what there is to tell."""
    return JsonAnswer({"ok": True, **(body or {})}, media_type="application/json; charset=utf-8")


async def arguments(request: Request) -> JsonObject:
    """What a method was called with: query, and a body that is a form or JSON. In a form, JSON stands as text."""
    found: JsonObject = dict(request.query_params)
    raw = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not raw:
        return found
    if kind == "application/json":
        try:
            body = to_json(orjson.loads(raw))
        except orjson.JSONDecodeError as error:
            raise failed("invalid_json") from error
        if not isinstance(body, dict):
            raise failed("json_not_object")
        return {**found, **body}
    if kind == "application/x-www-form-urlencoded":
        return {**found, **dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))}
    if kind == "multipart/form-data":
        form = await request.form()
        return {**found, **{name: str(value) for name, value in form.items()}}
    raise failed("invalid_post_type")


def text_of(given: JsonObject, name: str, error: str = "invalid_arguments") -> str:
    """An argument that must be there. Raises Refused."""
    value = given.get(name)
    if value is None or value == "":
        missing = f"[ERROR] missing required field: {name}"
        raise failed(error, response_metadata={"messages": [missing]})
    return str(value)


def flag_of(given: JsonObject, name: str, *, otherwise: bool = False) -> bool:
    """An argument that is yes or no, in any of the ways that clients write that."""
    value = given.get(name)
    if value is None:
        return otherwise
    return value is True or str(value).lower() in ("1", "true")


def list_of(given: JsonObject, name: str) -> list[str]:
    """An argument with several values: an array, or a text with commas."""
    value = given.get(name)
    if isinstance(value, list):
        return [str(item) for item in value]
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def object_of(given: JsonObject, name: str) -> Json:
    """An argument that is JSON: an object or array, or text of one. Raises Refused."""
    value = given.get(name)
    if not isinstance(value, str):
        return value
    try:
        return to_json(orjson.loads(value)) if value else None
    except orjson.JSONDecodeError as error:
        raise failed("invalid_arguments") from error


@dataclass
class SlackWorkspace:
    """The workspace as its desks see it."""

    core: Core

    def user(self, key: str) -> JsonObject:
        """A member by id. Raises Refused."""
        found = self.core.shelf("slack.users").get(key)
        if found is None:
            raise failed("user_not_found")
        return found

    def channel(self, key: str) -> JsonObject:
        """A channel by id, or by `#name`. Raises Refused."""
        channels = self.core.shelf("slack.channels")
        found = channels.get(key)
        if found is None and key.startswith("#"):
            found = next((row for row in channels.values() if row["name"] == key[1:]), None)
        if found is None:
            raise failed("channel_not_found")
        return found

    def members(self, channel: JsonObject) -> JsonObject:
        """Who is in a channel."""
        return self.core.shelf("slack.channel_members").setdefault(as_text(channel["id"]), {})

    def direct(self, users: list[str]) -> JsonObject:
        """The conversation of the bot with these people, made if it is not there yet."""
        tails = sorted(user[-8 if len(users) == 1 else -4 :] for user in users)
        key = f"{'D' if len(users) == 1 else 'G'}0{''.join(tails)}"
        channels = self.core.shelf("slack.channels")
        if key not in channels:
            channels[key] = {
                "id": key,
                "created": self.seconds(),
                "is_im": len(users) == 1,
                "is_mpim": len(users) > 1,
                "is_channel": False,
                "is_group": False,
                "is_private": True,
                "is_archived": False,
                "is_org_shared": False,
                "user": users[0],
                "name": key.lower(),
            }
            self.core.shelf("slack.channel_members")[key] = dict.fromkeys(users, True)
            self.core.shelf("slack.messages")[key] = {}
            self.core.changed()
        return channels[key]

    def seconds(self) -> int:
        """The time now in seconds since 1970."""
        return int(self.core.clock().timestamp())

    def stamp(self) -> str:
        """A time stamp that no message has yet."""
        world = self.core.shelf("slack.clock").setdefault("last", {"value": 0})
        now = int(self.core.clock().timestamp() * 1_000_000)
        last = world["value"]
        world["value"] = now = max(now, last + 1 if isinstance(last, int) else now)
        return f"{now // 1_000_000}.{now % 1_000_000:06d}"

    def page(
        self, given: JsonObject, rows: Sequence[JsonObject], name: str, otherwise: int, key: str = "id"
    ) -> JsonObject:
        """A page of rows with the cursor of the next one, empty at the end. Raises Refused."""
        limit = whole_number(str(given["limit"]) if given.get("limit") else None, otherwise, 1, 1000)
        if limit is None:
            raise failed("invalid_limit")
        try:
            page = page_of(rows, lambda row: as_text(row[key]), as_text(given.get("cursor")) or None, limit)
        except BadToken as error:
            raise failed("invalid_cursor") from error
        return {name: list(page.rows), "response_metadata": {"next_cursor": page.following or ""}}


def profile_of(user: JsonObject) -> JsonObject:
    """The profile of a member, to be changed in place."""
    return as_object(user["profile"])

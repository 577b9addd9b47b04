"""What the desks of the pretend Slack workspace share: arguments, refusals, cursors, finding things."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from keyturn.sandbox.core import Core
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.slack.seed import BOT, TEAM
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, to_json
from keyturn.sandbox.wire import JsonAnswer, Refused, whole_number

_LONGEST_NUMBER = 12
_INSTANT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


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
        return {**found, **_parts(request.headers["content-type"], raw)}
    raise failed("invalid_post_type")


def _parts(kind: str, raw: bytes) -> JsonObject:
    """The fields of a `multipart/form-data` body (RFC 7578); a file as its length in bytes."""
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace") + raw)
    fields: JsonObject = {}
    for part in whole.walk() if whole.is_multipart() else ():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = str(len(content)) if part.get_filename() else content.decode("utf-8", "replace")
    return fields


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


def seconds_of(given: JsonObject, name: str, otherwise: int) -> int:
    """An argument that is an instant, in seconds since 1970. Raises Refused."""
    value = number_of(str(given.get(name) or otherwise).partition(".")[0])
    if value is None:
        raise failed("invalid_arguments")
    return value


def number_of(text: str) -> int | None:
    """A whole number that an argument has as text; None for anything else, and for what is larger than an instant."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def instant_of(given: Mapping[str, Json], name: str) -> float | None:
    """A bound in time as messages have it, `1700000000.000100`; None if there is none. Raises Refused."""
    value = given.get(name)
    if value in (None, "", 0, "0"):
        return None
    if _INSTANT.fullmatch(str(value)) is None:
        raise failed(f"invalid_ts_{name}")
    return float(str(value))


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
        """A channel by id, or by `#name` or its name alone. Raises Refused."""
        channels = self.core.shelf("slack.channels")
        found = channels.get(key)
        if found is None and key:
            found = next((row for row in channels.values() if row.get("name") == key.removeprefix("#")), None)
        if found is None:
            raise failed("channel_not_found")
        return found

    def room(self, key: str) -> JsonObject:
        """A channel that is neither a direct message nor one of several people. Raises Refused."""
        found = self.channel(key)
        if found.get("is_im") is True or found.get("is_mpim") is True:
            raise failed("channel_not_found")
        return found

    def addressed(self, key: str) -> tuple[JsonObject, list[str]]:
        """A channel; a member's id, or `@` and the name, stands for the conversation with that person, who is
        named besides: `direct` makes it if it is not there yet. Raises Refused."""
        if key.startswith("@"):
            users = self.core.shelf("slack.users").items()
            key = next((each for each, row in users if row["name"] == key[1:]), key)
        if key in self.core.shelf("slack.users"):
            if self.user(key)["deleted"] is True:
                raise failed("channel_not_found")
            return self.conversation([key]), [key]
        return self.channel(key), []

    def members(self, channel: JsonObject) -> JsonObject:
        """Who is in a channel."""
        return self.core.shelf("slack.channel_members").setdefault(as_text(channel["id"]), {})

    def direct(self, users: list[str]) -> JsonObject:
        """The conversation of the bot with these people, made if it is not there yet; the bot is in it again."""
        row = self.conversation(users)
        key, channels = as_text(row["id"]), self.core.shelf("slack.channels")
        if key not in channels:
            channels[key] = row
            self.core.shelf("slack.channel_members")[key] = dict.fromkeys(users, True)
            self.core.shelf("slack.messages")[key] = {}
        members = self.members(channels[key])
        if BOT not in members:
            members[BOT] = True
            self.core.changed()
        return row

    def conversation(self, users: list[str]) -> JsonObject:
        """The conversation of the bot with these people, as it is or would be."""
        tails = sorted(user[-8 if len(users) == 1 else -4 :] for user in users)
        key = f"{'D' if len(users) == 1 else 'G'}0{''.join(tails)}"
        held = self.core.shelf("slack.channels").get(key)
        if held is not None:
            return held
        alone = len(users) == 1
        names = "--".join(as_text(self.user(user)["name"]) for user in sorted(users))
        of_whom: JsonObject = {"user": users[0]} if alone else {"name": f"mpdm-{names}-1"}
        return {
            "id": key,
            "created": self.seconds(),
            "is_im": alone,
            "is_mpim": not alone,
            "is_channel": False,
            "is_group": not alone,
            "is_private": True,
            "is_archived": False,
            "is_org_shared": False,
            "context_team_id": TEAM,
            **of_whom,
        }

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
        asked = str(given.get("limit") or "0")  # 0 is what the methods themselves have for "none given"
        limit = whole_number(asked if asked != "0" else None, otherwise, 1, 1000)
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


def numbered(given: JsonObject, rows: Sequence[JsonObject], name: str) -> JsonObject:
    """A page by its number, as older methods have it: `count` rows on each. Raises Refused."""
    count = whole_number(str(given.get("count") or "100"), 100, 1, 1000)
    page = whole_number(str(given.get("page") or "1"), 1, 1, 100_000)
    if count is None or page is None:
        raise failed("invalid_arguments")
    paging: JsonObject = {"count": count, "total": len(rows), "page": page, "pages": -(-len(rows) // count)}
    return {name: list(rows[(page - 1) * count : page * count]), "paging": paging}

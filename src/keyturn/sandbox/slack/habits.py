"""What people of the pretend Slack workspace keep for themselves: do not disturb, reminders, stars, bookmarks,
reactions, files.

Source: https://docs.slack.dev/reference/methods and https://docs.slack.dev/messaging/working-with-files for uploads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.routing import Route
from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import BOT
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    list_of,
    number_of,
    numbered,
    object_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts

UPLOAD = "/upload/v1"
_SNOOZED, _REMINDERS, _BOOKMARKS, _FILES, _UPLOADS = (
    f"slack.{name}" for name in ("snoozed", "reminders", "bookmarks", "files", "uploads")
)
_DAY = 86_400
_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": _DAY, "week": 7 * _DAY}
_IN = re.compile(r"in (?P<count>\d{1,6}|an?) (?P<unit>second|minute|hour|day|week)s?")


# Where files go; of people and names it says that they do not fit.
_CONVERSATION = re.compile(r"[CGDZ][A-Z0-9]{8,}")


class HabitDesk:
    """Answers `dnd.*`, `reminders.*`, `bookmarks.*`, `reactions.*`, `files.*` and small things of members."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "dnd.info": self._dnd,
            "dnd.teamInfo": self._team_dnd,
            "dnd.setSnooze": self._snooze,
            "dnd.endSnooze": self._wake,
            "dnd.endDnd": self._wake,
            "reminders.add": self._remind,
            "reminders.list": self._reminders,
            "reminders.info": self._reminder,
            "reminders.complete": self._complete,
            "reminders.delete": self._forget,
            "bookmarks.add": self._bookmark,
            "bookmarks.list": self._bookmarks,
            "bookmarks.edit": self._edit_bookmark,
            "bookmarks.remove": self._remove_bookmark,
            "reactions.get": self._reactions,
            "reactions.list": self._reacted,
            "reactions.remove": self._take_back,
            "conversations.mark": self._mark,
            "users.setPresence": self._set_presence,
            "users.setPhoto": self._set_photo,
            "users.deletePhoto": self._done,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete_upload,
            "files.list": self._files,
            "files.info": self._file,
            "files.delete": self._delete_file,
            "files.sharedPublicURL": self._publish,
            "files.revokePublicURL": self._publish,
        }

    def routes(self) -> list[Route]:
        """Where files go, which is no method."""
        return [Route(f"{UPLOAD}/{{file}}", self._upload, ["POST", "PUT"])]

    async def _done(self, request: Request) -> Response:
        await arguments(request)
        return done()

    async def _set_presence(self, request: Request) -> Response:
        if text_of(await arguments(request), "presence", "invalid_presence") not in ("auto", "away"):
            raise failed("invalid_presence")
        return done()

    async def _set_photo(self, request: Request) -> Response:
        text_of(await arguments(request), "image", "bad_image")
        return done({"profile": self._workspace.user(BOT)["profile"]})

    # do not disturb

    async def _whose(self, request: Request) -> tuple[JsonObject, str]:
        given = await arguments(request)
        return given, as_text(self._workspace.user(as_text(given.get("user")) or BOT)["id"])

    def _quiet(self, key: str) -> JsonObject:
        until = self._workspace.core.shelf(_SNOOZED).get(key, {}).get("until")
        left = max(0, until - self._workspace.seconds()) if isinstance(until, int) else 0
        state: JsonObject = {"dnd_enabled": left > 0, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
        return {**state, "snooze_enabled": left > 0, "snooze_endtime": until if left else 0, "snooze_remaining": left}

    async def _dnd(self, request: Request) -> Response:
        _, key = await self._whose(request)
        return done(self._quiet(key))

    async def _team_dnd(self, request: Request) -> Response:
        wanted = list_of(await arguments(request), "users")
        return done({"users": {key: self._quiet(as_text(self._workspace.user(key)["id"])) for key in wanted}})

    async def _snooze(self, request: Request) -> Response:
        minutes = number_of(text_of(await arguments(request), "num_minutes", "missing_duration"))
        if minutes is None:
            raise failed("missing_duration")
        self._workspace.core.shelf(_SNOOZED)[BOT] = {"until": self._workspace.seconds() + 60 * minutes}
        self._workspace.core.changed()
        return done(self._quiet(BOT))

    async def _wake(self, request: Request) -> Response:
        await arguments(request)
        if self._workspace.core.shelf(_SNOOZED).pop(BOT, None) is None:
            raise failed("snooze_not_active")
        self._workspace.core.changed()
        return done(self._quiet(BOT))

    # reminders

    async def _remind(self, request: Request) -> Response:
        given, whose = await self._whose(request)
        text, at = text_of(given, "text"), text_of(given, "time", "cannot_parse")
        when = _when(at, self._workspace.seconds())
        key = f"Rm0{self._workspace.core.ids.word(8).upper()}"
        row: JsonObject = {"id": key, "creator": BOT, "user": whose, "text": text, "recurring": False, "time": when}
        self._workspace.core.shelf(_REMINDERS)[key] = {**row, "complete_ts": 0}
        self._workspace.core.changed()
        return done({"reminder": self._workspace.core.shelf(_REMINDERS)[key]})

    async def _reminders(self, request: Request) -> Response:
        await arguments(request)
        return done({"reminders": list(self._workspace.core.shelf(_REMINDERS).values())})

    async def _known(self, request: Request) -> JsonObject:
        found = self._workspace.core.shelf(_REMINDERS).get(text_of(await arguments(request), "reminder"))
        if found is None:
            raise failed("not_found")
        return found

    async def _reminder(self, request: Request) -> Response:
        return done({"reminder": await self._known(request)})

    async def _complete(self, request: Request) -> Response:
        found = await self._known(request)
        found["complete_ts"] = self._workspace.seconds()
        self._workspace.core.changed()
        return done()

    async def _forget(self, request: Request) -> Response:
        found = await self._known(request)
        del self._workspace.core.shelf(_REMINDERS)[as_text(found["id"])]
        self._workspace.core.changed()
        return done()

    # bookmarks

    async def _shelf(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        channel = self._workspace.channel(text_of(given, "channel_id", "channel_not_found"))
        return given, self._workspace.core.shelf(_BOOKMARKS).setdefault(as_text(channel["id"]), {})

    async def _bookmark(self, request: Request) -> Response:
        given, held = await self._shelf(request)
        key, now = f"Bk0{self._workspace.core.ids.word(8).upper()}", self._workspace.seconds()
        row: JsonObject = {"id": key, "channel_id": given["channel_id"], "title": text_of(given, "title")}
        if text_of(given, "type") != "link":
            raise failed("invalid_bookmark_type")
        row.update({"type": "link", "link": text_of(given, "link", "invalid_link"), "emoji": given.get("emoji")})
        held[key] = {**row, "date_created": now, "date_updated": 0}
        self._workspace.core.changed()
        return done({"bookmark": held[key]})

    async def _bookmarks(self, request: Request) -> Response:
        _, held = await self._shelf(request)
        return done({"bookmarks": list(held.values())})

    async def _edit_bookmark(self, request: Request) -> Response:
        given, held = await self._shelf(request)
        found = as_object(held.get(text_of(given, "bookmark_id")))
        if not found:
            raise failed("not_found")
        found.update({name: given[name] for name in ("title", "link", "emoji") if given.get(name)})
        found["date_updated"] = self._workspace.seconds()
        self._workspace.core.changed()
        return done({"bookmark": found})

    async def _remove_bookmark(self, request: Request) -> Response:
        given, held = await self._shelf(request)
        if held.pop(text_of(given, "bookmark_id"), None) is None:
            raise failed("not_found")
        self._workspace.core.changed()
        return done()

    # reactions

    async def _message(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        channel = self._workspace.channel(text_of(given, "channel", "channel_not_found"))
        messages = self._workspace.core.shelf("slack.messages").get(as_text(channel["id"]), {})
        found = as_object(messages.get(text_of(given, "timestamp", "no_item_specified")))
        if not found:
            raise failed("message_not_found")
        return given, found

    async def _reactions(self, request: Request) -> Response:
        given, found = await self._message(request)
        return done({"type": "message", "channel": given["channel"], "message": found})

    async def _reacted(self, request: Request) -> Response:
        given, whose = await self._whose(request)
        items: list[JsonObject] = [
            {"type": "message", "channel": channel, "message": message, "key": as_text(as_object(message).get("ts"))}
            for channel, messages in self._workspace.core.shelf("slack.messages").items()
            for message in messages.values()
            if any(whose in texts(as_object(one).get("users")) for one in as_list(as_object(message).get("reactions")))
        ]
        return done(self._workspace.page(given, items, "items", 100, "key"))

    async def _take_back(self, request: Request) -> Response:
        given, found = await self._message(request)
        name = text_of(given, "name", "invalid_name")
        rows = [as_object(row) for row in as_list(found.get("reactions"))]
        if name not in [row["name"] for row in rows]:
            raise failed("no_reaction")
        left: list[Json] = [row for row in rows if row["name"] != name]
        if left:
            found["reactions"] = left
        else:
            del found["reactions"]
        self._workspace.core.changed()
        return done()

    async def _mark(self, request: Request) -> Response:
        given = await arguments(request)
        self._workspace.channel(text_of(given, "channel", "channel_not_found"))
        text_of(given, "ts", "invalid_timestamp")
        return done()

    # files: an address is asked for, the file goes there, and then it is shared

    async def _upload_url(self, request: Request) -> Response:
        given = await arguments(request)
        name, length = text_of(given, "filename"), text_of(given, "length")
        key = f"F0{self._workspace.core.ids.word(9).upper()}"
        self._workspace.core.shelf(_UPLOADS)[key] = {"name": name, "size": number_of(length) or 0}
        self._workspace.core.changed()
        return done({"upload_url": f"{self._workspace.core.base('slack')}{UPLOAD}/{key}", "file_id": key})

    async def _upload(self, request: Request) -> Response:
        begun = self._workspace.core.shelf(_UPLOADS).get(str(request.path_params["file"]))
        if begun is None:
            return Response("Not found", 404, media_type="text/plain")
        begun["came"] = len(await request.body())
        self._workspace.core.changed()
        return Response(f"OK - {begun['came']}", media_type="text/plain")

    async def _complete_upload(self, request: Request) -> Response:
        given = await arguments(request)
        rows = [as_object(row) for row in as_list(object_of(given, "files"))]
        uploads, files = self._workspace.core.shelf(_UPLOADS), self._workspace.core.shelf(_FILES)
        if not rows or any("came" not in uploads.get(as_text(row.get("id")), {}) for row in rows):
            raise failed("file_not_found" if rows else "invalid_arguments")
        named = _conversations(given, "channels") + _conversations(given, "channel_id")
        channels: list[Json] = [self._workspace.channel(key)["id"] for key in named]
        told: list[Json] = []
        for row in rows:
            key = as_text(row["id"])
            begun, now = uploads.pop(key), self._workspace.seconds()
            about: JsonObject = {"id": key, "created": now, "timestamp": now, "name": begun["name"], "user": BOT}
            shown: JsonObject = {"title": row.get("title") or begun["name"], "size": begun["size"]}
            files[key] = {**about, **shown, "channels": channels}
            told.append(files[key])
        self._workspace.core.changed()
        return done({"files": told})

    async def _files(self, request: Request) -> Response:
        given = await arguments(request)
        rows = list(self._workspace.core.shelf(_FILES).values())
        for name, within in (("user", "user"), ("channel", "channels")):
            if given.get(name):
                rows = [row for row in rows if given[name] == row[within] or given[name] in as_list(row[within])]
        return done(numbered(given, rows, "files"))

    async def _one_file(self, request: Request) -> JsonObject:
        found = self._workspace.core.shelf(_FILES).get(text_of(await arguments(request), "file"))
        if found is None:
            raise failed("file_not_found")
        return found

    async def _file(self, request: Request) -> Response:
        found = await self._one_file(request)
        return done({"file": found, "comments": [], "response_metadata": {"next_cursor": ""}})

    async def _publish(self, request: Request) -> Response:
        found = await self._one_file(request)
        public = str(request.scope["path"]).endswith("sharedPublicURL")
        if public and found.get("public_url_shared") is True:
            raise failed("already_public")
        link = f"{self._workspace.core.base('slack')}/files-pub/{found['id']}" if public else ""
        found.update({"public_url_shared": public, "permalink_public": link})
        self._workspace.core.changed()
        return done({"file": found})

    async def _delete_file(self, request: Request) -> Response:
        found = await self._one_file(request)
        del self._workspace.core.shelf(_FILES)[as_text(found["id"])]
        self._workspace.core.changed()
        return done()


def _when(text: str, now: int) -> int:
    """When a reminder is due: seconds since 1970, seconds from now, or a few of the ways in which people say it."""
    number = number_of(text)
    if number is not None:
        return number if number > _DAY else now + number
    found = _IN.fullmatch(text.strip().lower())
    if found is not None:
        return now + int(found["count"].replace("an", "1").replace("a", "1")) * _UNITS[found["unit"]]
    if text.strip().lower().startswith(("tomorrow", "every ")):
        return now + _DAY
    raise failed("cannot_parse")


def _conversations(given: JsonObject, name: str) -> list[str]:
    """The ids of conversations. Raises Refused."""
    found = list_of(given, name)
    if not all(_CONVERSATION.fullmatch(key) for key in found):
        text = f"[ERROR] input must match regex pattern: ^{_CONVERSATION.pattern}$ [json-pointer:/{name}]"
        raise failed("invalid_arguments", response_metadata={"messages": [text]})
    return found

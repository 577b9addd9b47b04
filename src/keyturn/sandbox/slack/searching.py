"""Searches and canvases of the pretend Slack workspace, what people have starred, and methods that Slack took away.

Source: https://docs.slack.dev/reference/methods and https://docs.slack.dev/surfaces/canvases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import BOT, TEAM
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    list_of,
    numbered,
    object_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

_STARS, _CANVASES = "slack.stars", "slack.canvases"
# https://docs.slack.dev/changelog/2020-01-deprecating-antecedents-to-the-conversations-api and files.upload in 2025
_ROOMS = "archive create history info invite join kick leave list mark rename replies setPurpose setTopic unarchive"
_OLD = {
    "channels": _ROOMS,
    "groups": f"{_ROOMS} createChild open",
    "im": "close history list mark open replies",
    "mpim": "close history list mark open replies",
    "files": "upload",
}
_MARK = "[ERROR] an operation has one of the words {words} and what it is to put"
_EDITS = ("insert_after", "insert_before", "insert_at_start", "insert_at_end", "replace", "delete", "rename")
_ACCESS = ("read", "write", "owner")


class SearchDesk:
    """Answers `search.*`, `stars.*`, `canvases.*`, and `users.identity`."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            **{f"{family}.{verb}": self._gone for family, verbs in _OLD.items() for verb in verbs.split()},
            "search.messages": self._messages,
            "search.files": self._files,
            "search.all": self._all,
            "stars.add": self._star,
            "stars.remove": self._unstar,
            "stars.list": self._starred,
            "canvases.create": self._create,
            "canvases.edit": self._edit,
            "canvases.delete": self._delete,
            "canvases.access.set": self._set_access,
            "canvases.access.delete": self._drop_access,
            "conversations.canvases.create": self._create,
            "users.identity": self._identity,
            "users.discoverableContacts.lookup": self._contact,
            "files.remote.list": self._none("files"),
        }

    async def _gone(self, request: Request) -> Response:
        """Slack has taken it away, and says so."""
        await arguments(request)
        raise failed("method_deprecated")

    def _none(self, name: str) -> Method:
        async def none(request: Request) -> Response:
            await arguments(request)
            return done({name: [], "total_count": 0, "response_metadata": {"next_cursor": ""}})

        return none

    # searches

    def _words(self, given: JsonObject) -> list[str]:
        """The words that are looked for. Raises Refused if there is none."""
        words = text_of(given, "query", "no_query").lower().split()
        if not words:
            raise failed("no_query")
        return words

    def _told(self, words: Sequence[str]) -> list[JsonObject]:
        """Messages with all of the words, newest first; `in:` and `from:` say where and by whom."""
        channels, users = self._workspace.core.shelf("slack.channels"), self._workspace.core.shelf("slack.users")
        found: list[JsonObject] = []
        for key, messages in self._workspace.core.shelf("slack.messages").items():
            about = channels.get(key, {})
            for each in messages.values():
                message = as_object(each)
                name = as_text(users.get(as_text(message.get("user")), {}).get("name"))
                if all(_fits(word, message, as_text(about.get("name")), name) for word in words):
                    place: JsonObject = {"id": key, "name": about.get("name"), "is_private": about.get("is_private")}
                    who: JsonObject = {"username": name, "user": message.get("user"), "team": TEAM}
                    stamp = as_text(message["ts"])
                    link = f"{self._workspace.core.base('slack')}/archives/{key}/p{stamp.replace('.', '')}"
                    said: JsonObject = {"ts": stamp, "text": message.get("text"), "permalink": link}
                    found.append({"iid": f"{key}-{stamp}", "channel": place, **who, **said})
        return sorted(found, key=lambda row: as_text(row["ts"]), reverse=True)

    def _named(self, words: Sequence[str]) -> list[JsonObject]:
        rows = self._workspace.core.shelf("slack.files").values()
        return [row for row in rows if all(word in f"{row['name']} {row['title']}".lower() for word in words)]

    def _part(self, given: JsonObject, rows: Sequence[JsonObject]) -> JsonObject:
        page = numbered({**given, "count": given.get("count") or 20}, rows, "matches")
        return {"total": len(rows), "paging": page["paging"], "matches": page["matches"]}

    async def _messages(self, request: Request) -> Response:
        given = await arguments(request)
        part = self._part(given, self._told(self._words(given)))
        return done({"query": given["query"], "messages": part})

    async def _files(self, request: Request) -> Response:
        given = await arguments(request)
        files = self._part(given, self._named(self._words(given)))
        return done({"query": given["query"], "files": files})

    async def _all(self, request: Request) -> Response:
        given = await arguments(request)
        words = self._words(given)
        messages, files = self._part(given, self._told(words)), self._part(given, self._named(words))
        return done({"query": given["query"], "messages": messages, "files": files, "posts": {"total": 0}})

    # stars

    async def _item(self, request: Request) -> tuple[str, JsonObject]:
        """What is starred: a channel, or a message of one."""
        given = await arguments(request)
        channel = self._workspace.channel(text_of(given, "channel", "no_item_specified"))
        key, stamp = as_text(channel["id"]), as_text(given.get("timestamp"))
        if not stamp:
            return key, {"type": "channel", "channel": key}
        message = self._workspace.core.shelf("slack.messages").get(key, {}).get(stamp)
        if message is None:
            raise failed("message_not_found")
        return f"{key}-{stamp}", {"type": "message", "channel": key, "message": message}

    async def _star(self, request: Request) -> Response:
        key, item = await self._item(request)
        shelf = self._workspace.core.shelf(_STARS)
        if key in shelf:
            raise failed("already_starred")
        shelf[key] = {**item, "date_create": self._workspace.seconds()}
        self._workspace.core.changed()
        return done()

    async def _unstar(self, request: Request) -> Response:
        key, _ = await self._item(request)
        if self._workspace.core.shelf(_STARS).pop(key, None) is None:
            raise failed("not_starred")
        self._workspace.core.changed()
        return done()

    async def _starred(self, request: Request) -> Response:
        rows = list(self._workspace.core.shelf(_STARS).values())
        return done(numbered(await arguments(request), rows, "items"))

    # canvases

    async def _create(self, request: Request) -> Response:
        given = await arguments(request)
        content, key = as_object(object_of(given, "document_content")), f"F0{self._workspace.core.ids.word(9).upper()}"
        channel = self._workspace.channel(as_text(given["channel_id"]))["id"] if given.get("channel_id") else None
        title = as_text(given.get("title")) or "Untitled"
        row: JsonObject = {"id": key, "title": title, "content": [content] if content else [], "channel": channel}
        self._workspace.core.shelf(_CANVASES)[key] = {**row, "access": {BOT: "owner"}}
        self._workspace.core.changed()
        return done({"canvas_id": key})

    async def _canvas(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        found = self._workspace.core.shelf(_CANVASES).get(text_of(given, "canvas_id", "canvas_not_found"))
        if found is None:
            raise failed("canvas_not_found")
        return given, found

    async def _edit(self, request: Request) -> Response:
        given, found = await self._canvas(request)
        changes = [as_object(row) for row in as_list(object_of(given, "changes"))]
        if len(changes) != 1 or changes[0].get("operation") not in _EDITS:
            text = _MARK.format(words=", ".join(_EDITS))
            raise failed("invalid_arguments", response_metadata={"messages": [text]})
        [change] = changes
        if change["operation"] == "rename":
            found["title"] = as_text(as_object(change.get("title_content")).get("markdown"))
        else:
            found["content"] = [*as_list(found["content"]), change.get("document_content")]
        self._workspace.core.changed()
        return done()

    async def _delete(self, request: Request) -> Response:
        _, found = await self._canvas(request)
        del self._workspace.core.shelf(_CANVASES)[as_text(found["id"])]
        self._workspace.core.changed()
        return done()

    async def _set_access(self, request: Request) -> Response:
        given, found = await self._canvas(request)
        level = text_of(given, "access_level")
        if level not in _ACCESS:
            raise failed("invalid_arguments")
        as_object(found["access"]).update(dict.fromkeys(self._whose(given), level))
        self._workspace.core.changed()
        return done()

    async def _drop_access(self, request: Request) -> Response:
        given, found = await self._canvas(request)
        for key in self._whose(given):
            as_object(found["access"]).pop(key, None)
        self._workspace.core.changed()
        return done()

    def _whose(self, given: JsonObject) -> list[str]:
        users = [as_text(self._workspace.user(key)["id"]) for key in _listed(given, "user_ids")]
        return users + [as_text(self._workspace.channel(key)["id"]) for key in _listed(given, "channel_ids")]

    # people

    async def _identity(self, request: Request) -> Response:
        await arguments(request)
        found = self._workspace.user(BOT)
        return done({"user": {"id": BOT, "name": found["real_name"]}, "team": {"id": TEAM}})

    async def _contact(self, request: Request) -> Response:
        text_of(await arguments(request), "email")
        return done({"is_discoverable": False})


def _listed(given: JsonObject, name: str) -> list[str]:
    """Several values: an array, JSON of one, or a text with commas."""
    value = given.get(name)
    if isinstance(value, str) and value.lstrip().startswith("["):
        return [str(item) for item in as_list(object_of(given, name))]
    return list_of(given, name)


def _fits(word: str, message: JsonObject, channel: str, user: str) -> bool:
    if word.startswith("in:"):
        return channel == word[3:].lstrip("#")
    if word.startswith("from:"):
        return user == word[5:].lstrip("@")
    text: Json = message.get("text")
    return word.strip('"') in as_text(text).lower()

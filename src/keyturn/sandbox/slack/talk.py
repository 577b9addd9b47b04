"""Conversations of the pretend Slack workspace: `conversations.*`, `chat.*`, `reactions.*`.

Source: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.slack.blocks import complaints
from keyturn.sandbox.slack.people import Method, kind_of
from keyturn.sandbox.slack.seed import BOT, BOT_ID, TEAM, channel
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    flag_of,
    instant_of,
    list_of,
    object_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts

_MOST_RESPONSES = 5
_LONGEST_NAME = 80
_LONGEST_TEXT = 40_000
_LONGEST_TOPIC = 250
_KINDS = frozenset({"public_channel", "private_channel", "im", "mpim"})
_GOOD_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


class TalkDesk:
    """Answers the methods that are about conversations and messages."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "conversations.list": self._list,
            "conversations.info": self._info,
            "conversations.create": self._create,
            "conversations.rename": self._rename,
            "conversations.archive": self._archive,
            "conversations.unarchive": self._unarchive,
            "conversations.members": self._members,
            "conversations.invite": self._invite,
            "conversations.kick": self._kick,
            "conversations.join": self._join,
            "conversations.leave": self._leave,
            "conversations.open": self._open,
            "conversations.close": self._close,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.setTopic": self._set_topic,
            "conversations.setPurpose": self._set_topic,
            "admin.conversations.create": self._admin_create,
            "admin.conversations.archive": self._archive,
            "admin.conversations.invite": self._invite,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "chat.meMessage": self._me,
            "chat.unfurl": self._unfurl,
            "reactions.add": self._react,
        }

    # conversations

    async def _list(self, request: Request) -> Response:
        given = await arguments(request)
        kinds = list_of(given, "types") or ["public_channel"]
        if set(kinds) - _KINDS:
            raise failed("invalid_types")
        rows = [row for row in self._workspace.core.shelf("slack.channels").values() if kind_of(row) in kinds]
        if flag_of(given, "exclude_archived"):
            rows = [row for row in rows if row["is_archived"] is not True]
        return done(self._workspace.page(given, [self._shown(row) for row in rows], "channels", 100))

    def _shown(self, row: JsonObject) -> JsonObject:
        members = self._workspace.members(row)
        return {**row, "is_member": BOT in members, "num_members": len(members), "context_team_id": TEAM}

    async def _channel(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        key = given.get("channel") or given.get("channel_id")
        return given, self._workspace.channel(text_of({"channel": key}, "channel", "channel_not_found"))

    async def _info(self, request: Request) -> Response:
        _, found = await self._channel(request)
        return done({"channel": self._shown(found)})

    async def _create(self, request: Request) -> Response:
        given = await arguments(request)
        return done({"channel": self._shown(self._made(text_of(given, "name", "invalid_name_required"), given))})

    async def _admin_create(self, request: Request) -> Response:
        given = await arguments(request)
        return done({"channel_id": self._made(text_of(given, "name", "invalid_name_required"), given)["id"]})

    def _made(self, name: str, given: JsonObject) -> JsonObject:
        self._check_name(name)
        key = f"C0{self._workspace.core.ids.word(9).upper()}"
        row = channel(key, name, as_text(given.get("description")), private=flag_of(given, "is_private"))
        row["created"] = self._workspace.seconds()
        self._workspace.core.shelf("slack.channels")[key] = row
        self._workspace.core.shelf("slack.channel_members")[key] = {BOT: True}
        self._workspace.core.shelf("slack.messages")[key] = {}
        self._workspace.core.changed()
        return row

    async def _of_kinds(self, request: Request, *kinds: str) -> tuple[JsonObject, JsonObject]:
        """A conversation that is a channel, or of one of these kinds besides. Raises Refused."""
        given, found = await self._channel(request)
        if kind_of(found) not in ("public_channel", "private_channel", *kinds):
            admin = "/admin." in str(request.scope["path"])
            raise failed("channel_type_not_supported" if admin else "method_not_supported_for_channel_type")
        return given, found

    def _check_open(self, found: JsonObject) -> None:
        if found["is_archived"] is True:
            raise failed("is_archived")

    def _check_name(self, name: str) -> None:
        if len(name) > _LONGEST_NAME:
            raise failed("invalid_name_maxlength")
        if set(name) - _GOOD_NAME:
            raise failed("invalid_name_specials")
        if any(row.get("name") == name for row in self._workspace.core.shelf("slack.channels").values()):
            raise failed("name_taken")

    async def _rename(self, request: Request) -> Response:
        given, found = await self._of_kinds(request)
        name = text_of(given, "name", "invalid_name_required")
        self._check_open(found)
        self._check_name(name)
        found["name"] = found["name_normalized"] = name
        self._workspace.core.changed()
        return done({"channel": self._shown(found)})

    async def _archive(self, request: Request) -> Response:
        _, found = await self._of_kinds(request)
        if found["is_archived"] is True:
            raise failed("already_archived")
        if found.get("is_general") is True:
            raise failed("cant_archive_general")
        found["is_archived"] = True
        self._workspace.core.changed()
        return done()

    async def _unarchive(self, request: Request) -> Response:
        _, found = await self._of_kinds(request)
        if found["is_archived"] is not True:
            raise failed("not_archived")
        found["is_archived"] = False
        self._workspace.core.changed()
        return done()

    async def _members(self, request: Request) -> Response:
        given, found = await self._channel(request)
        rows: list[JsonObject] = [{"id": key} for key in self._workspace.members(found)]
        page = self._workspace.page(given, rows, "members", 100)
        members: list[Json] = [as_object(row)["id"] for row in _rows(page["members"])]
        return done({**page, "members": members})

    async def _invite(self, request: Request) -> Response:
        given, found = await self._of_kinds(request)
        users = list_of(given, "users") or list_of(given, "user_ids")
        if not users:
            raise failed("no_user")
        if found["is_archived"] is True:
            raise failed("is_archived")
        members = self._workspace.members(found)
        for key in users:
            if self._workspace.user(key)["deleted"] is True:
                raise failed("user_not_found")
        if len(users) == 1 and users[0] in members:
            raise failed("already_in_channel")
        members.update(dict.fromkeys(users, True))
        self._workspace.core.changed()
        return done({"channel": self._shown(found)})

    async def _kick(self, request: Request) -> Response:
        given, found = await self._of_kinds(request)
        key = text_of(given, "user", "user_not_found")
        self._workspace.user(key)
        self._check_open(found)
        if found.get("is_general") is True:
            raise failed("cant_kick_from_general")
        if key == BOT:
            raise failed("cant_kick_self")
        if self._workspace.members(found).pop(key, None) is None:
            raise failed("not_in_channel")
        self._workspace.core.changed()
        return done()

    async def _join(self, request: Request) -> Response:
        _, found = await self._channel(request)
        if kind_of(found) != "public_channel":
            raise failed("method_not_supported_for_channel_type")
        if found["is_archived"] is True:
            raise failed("is_archived")
        already = BOT in self._workspace.members(found)
        self._workspace.members(found)[BOT] = True
        self._workspace.core.changed()
        return done({"channel": self._shown(found), **({"warning": "already_in_channel"} if already else {})})

    async def _leave(self, request: Request) -> Response:
        _, found = await self._of_kinds(request, "mpim")
        if found.get("is_general") is True:
            raise failed("cant_leave_general")
        if self._workspace.members(found).pop(BOT, None) is None:
            return done({"not_in_channel": True})
        self._workspace.core.changed()
        return done()

    async def _open(self, request: Request) -> Response:
        given = await arguments(request)
        if given.get("channel"):
            return done({"channel": {"id": self._workspace.channel(as_text(given["channel"]))["id"]}})
        users = list_of(given, "users")
        if not users:
            raise failed("users_list_not_supplied")
        for key in users:
            if self._workspace.user(key)["deleted"] is True:
                raise failed("user_disabled")
        found = self._workspace.direct(users)
        return done({"channel": found if flag_of(given, "return_im") else {"id": found["id"]}})

    async def _close(self, request: Request) -> Response:
        _, found = await self._channel(request)
        if kind_of(found) not in ("im", "mpim"):
            raise failed("method_not_supported_for_channel_type")
        return done()

    async def _set_topic(self, request: Request) -> Response:
        given, found = await self._of_kinds(request, "mpim")
        name = "topic" if str(request.scope["path"]).endswith("Topic") else "purpose"
        text = as_text(given.get(name))
        self._check_open(found)
        if len(text) > _LONGEST_TOPIC:
            raise failed("too_long")
        found[name] = {"value": text, "creator": BOT, "last_set": self._workspace.seconds()}
        self._workspace.core.changed()
        return done({"channel": self._shown(found)})

    async def respond(self, request: Request) -> Response:
        """Take an answer to a slash command: five at most for each command."""
        given = await arguments(request)
        if not (as_text(given.get("text")) or given.get("blocks") or given.get("attachments")):
            return Response("no_text", 400, media_type="text/plain")
        held = self._workspace.core.shelf("slack.responses").setdefault(str(request.scope["path"]), {})
        if len(held) >= _MOST_RESPONSES:
            return Response("used_url", 404, media_type="text/plain")
        held[str(len(held))] = given
        self._workspace.core.changed()
        return Response("ok", media_type="text/plain")

    # messages

    def _messages(self, found: JsonObject) -> JsonObject:
        return self._workspace.core.shelf("slack.messages").setdefault(as_text(found["id"]), {})

    async def _history(self, request: Request) -> Response:
        """Newest first; answers in threads are not among them."""
        given, found = await self._channel(request)
        if BOT not in self._workspace.members(found) and kind_of(found) not in ("im", "mpim"):
            raise failed("not_in_channel")
        oldest, latest = instant_of(given, "oldest"), instant_of(given, "latest")
        rows = [as_object(row) for row in reversed(list(self._messages(found).values()))]
        rows = [row for row in rows if row.get("thread_ts") in (None, row["ts"])]
        inclusive = flag_of(given, "inclusive")
        rows = [row for row in rows if _between(float(as_text(row["ts"])), oldest, latest, inclusive)]
        page = self._workspace.page(given, rows, "messages", 100, "ts")
        more = bool(as_object(page["response_metadata"])["next_cursor"])
        return done({**page, "has_more": more, "pin_count": 0})

    async def _replies(self, request: Request) -> Response:
        given, found = await self._channel(request)
        stamp = text_of(given, "ts", "thread_not_found")
        if stamp not in self._messages(found):
            raise failed("thread_not_found")
        rows = [as_object(row) for row in self._messages(found).values()]
        rows = [row for row in rows if stamp in (row["ts"], row.get("thread_ts"))]
        page = self._workspace.page(given, rows, "messages", 1000, "ts")
        return done({**page, "has_more": bool(as_object(page["response_metadata"])["next_cursor"])})

    async def _post(self, request: Request) -> Response:
        given = await arguments(request)
        found, people = self._workspace.addressed(text_of(given, "channel", "channel_not_found"))
        if found["is_archived"] is True:
            raise failed("is_archived")
        if BOT not in self._workspace.members(found) and kind_of(found) == "private_channel":
            raise failed("channel_not_found")
        stamp = self._workspace.stamp()
        message: JsonObject = {"type": "message", "user": BOT, "bot_id": BOT_ID, "ts": stamp, "team": TEAM}
        message.update(self._content(given))
        thread = as_text(given.get("thread_ts"))
        if thread:
            if thread not in self._messages(found):
                raise failed("thread_not_found")
            message["thread_ts"] = thread
            self._replied(as_object(self._messages(found)[thread]), message)
        if people:
            self._workspace.direct(people)
        self._messages(found)[stamp] = message
        self._workspace.core.changed()
        return done({"channel": found["id"], "ts": stamp, "message": message})

    async def _me(self, request: Request) -> Response:
        given, found = await self._channel(request)
        self._check_open(found)
        stamp = self._workspace.stamp()
        message: JsonObject = {"type": "message", "subtype": "me_message", "user": BOT, "ts": stamp}
        self._messages(found)[stamp] = {**message, "text": text_of(given, "text", "no_text")}
        self._workspace.core.changed()
        return done({"channel": found["id"], "ts": stamp})

    async def _unfurl(self, request: Request) -> Response:
        given, _, message = await self._message(request)
        unfurls = as_object(object_of(given, "unfurls"))
        if not unfurls:
            raise failed("missing_unfurls")
        message["attachments"] = [{"from_url": url, **as_object(content)} for url, content in unfurls.items()]
        self._workspace.core.changed()
        return done()

    def _replied(self, parent: JsonObject, message: JsonObject) -> None:
        stamp, who = parent["ts"], list(dict.fromkeys([*texts(parent.get("reply_users")), as_text(message["user"])]))
        count = parent.get("reply_count")
        parent.update({"thread_ts": stamp, "reply_count": 1 + (count if isinstance(count, int) else 0)})
        parent.update({"reply_users": list(who), "reply_users_count": len(who), "latest_reply": message["ts"]})
        message["parent_user_id"] = parent["user"]

    def _content(self, given: JsonObject) -> JsonObject:
        text = as_text(given.get("text"))
        blocks, attachments = object_of(given, "blocks"), object_of(given, "attachments")
        if not (text or blocks or attachments):
            raise failed("no_text")
        wrong: list[Json] = [
            f"[ERROR] {each['message']} [json-pointer:/blocks{each['pointer']}]" for each in _wrong(blocks)
        ]
        if wrong:
            raise failed("invalid_blocks", errors=wrong, response_metadata={"messages": wrong})
        if len(text) > _LONGEST_TEXT:
            raise failed("msg_too_long")
        content: JsonObject = {"text": text}
        if isinstance(blocks, list):
            content["blocks"] = blocks
        if isinstance(attachments, list):
            content["attachments"] = attachments
        return content

    async def _post_ephemeral(self, request: Request) -> Response:
        """Only one person sees it; it is kept nowhere."""
        given, found = await self._channel(request)
        if text_of(given, "user", "user_not_in_channel") not in self._workspace.members(found):
            raise failed("user_not_in_channel")
        self._content(given)
        return done({"message_ts": self._workspace.stamp()})

    async def _message(self, request: Request) -> tuple[JsonObject, JsonObject, JsonObject]:
        given, found = await self._channel(request)
        stamp = str(given.get("ts") or given.get("timestamp") or given.get("message_ts") or "")
        message = self._messages(found).get(stamp)
        if not isinstance(message, dict):
            raise failed("message_not_found")
        return given, found, message

    async def _update(self, request: Request) -> Response:
        given, found, message = await self._message(request)
        message.update(self._content(given))
        message["edited"] = {"user": BOT, "ts": self._workspace.stamp()}
        self._workspace.core.changed()
        return done({"channel": found["id"], "ts": message["ts"], "text": message["text"], "message": message})

    async def _delete(self, request: Request) -> Response:
        _, found, message = await self._message(request)
        del self._messages(found)[as_text(message["ts"])]
        self._workspace.core.changed()
        return done({"channel": found["id"], "ts": message["ts"]})

    async def _permalink(self, request: Request) -> Response:
        _, found, message = await self._message(request)
        stamp = as_text(message["ts"]).replace(".", "")
        link = f"{self._workspace.core.base('slack')}/archives/{found['id']}/p{stamp}"
        return done({"channel": found["id"], "permalink": link})

    async def _react(self, request: Request) -> Response:
        given, _, message = await self._message(request)
        name = text_of(given, "name", "no_reaction")
        rows = [as_object(row) for row in _rows(message.get("reactions"))]
        if any(row["name"] == name for row in rows):
            raise failed("already_reacted")
        message["reactions"] = [*rows, {"name": name, "users": [BOT], "count": 1}]
        self._workspace.core.changed()
        return done()


def _wrong(blocks: Json) -> Iterator[JsonObject]:
    return complaints(blocks) if blocks else iter(())


def _rows(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _between(at: float, oldest: float | None, latest: float | None, inclusive: bool) -> bool:
    if at in (oldest, latest):
        return inclusive
    return (oldest is None or at > oldest) and (latest is None or at < latest)

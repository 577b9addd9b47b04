"""Chats of the pretend Microsoft 365 tenant, who is in them and what is written there.

Source: https://learn.microsoft.com/en-us/graph/api/resources/chat, .../chat-post and .../chat-post-messages.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_CHATS, _MESSAGES = "graph.chats", "graph.chat_messages"
_CHAT = Kind(
    "chat",
    "chats",
    frozenset(
        {"id", "topic", "createdDateTime", "lastUpdatedDateTime", "chatType", "webUrl", "tenantId", "onlineMeetingInfo"}
    ),
)
_MEMBER = Kind(
    "conversationMember",
    "chats/members",
    frozenset({"id", "roles", "displayName", "userId", "email", "tenantId", "visibleHistoryStartDateTime"}),
)
_MESSAGE = Kind(
    "chatMessage",
    "chats/messages",
    frozenset({"id", "chatId", "createdDateTime", "subject", "body", "from", "messageType", "importance", "replyToId"}),
)


class ChatDesk:
    """Answers `/chats` and the chats of users."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        directory.lead(_CHAT, members=(_MEMBER, lambda chat: self._members_of(as_text(chat["id"]))))

    def routes(self) -> list[Route]:
        """The operations."""
        chats = "/v1.0/chats"
        chat, mine = chats + "/{chat}", "/v1.0/users/{key}/chats"
        return [
            Route(chats, self._list),
            Route(chats, self._create, ["POST"]),
            Route(chat, self._get),
            Route(chat, self._change, ["PATCH"]),
            Route(chat + "/members", self._members),
            Route(chat + "/members", self._add, ["POST"]),
            Route(chat + "/members/{member}", self._member),
            Route(chat + "/members/{member}", self._remove, ["DELETE"]),
            Route(chat + "/messages", self._list_messages),
            Route(chat + "/messages", self._post, ["POST"]),
            Route(chat + "/messages/{message}", self._message),
            Route(mine, self._of_user),
            Route(mine + "/{chat}", self._get),
        ]

    # chats

    def _kept(self, request: Request) -> JsonObject:
        """As it is kept: what it is, and by user the roles of who is in it. Raises Refused (404)."""
        key = str(request.path_params["chat"])
        found = self._directory.core.shelf(_CHATS).get(key)
        whose = self._directory.user(request).id if "key" in request.path_params else None
        if found is None or (whose is not None and whose not in as_object(found["members"])):
            raise self._directory.words.refuse(404, "NotFound", f"No chat found with id {key}")
        return found

    def _rows(self, whose: str | None = None) -> list[JsonObject]:
        """The newest first."""
        rows = reversed(list(self._directory.core.shelf(_CHATS).values()))
        return [as_object(row["chat"]) for row in rows if whose is None or whose in as_object(row["members"])]

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(), _CHAT, 50)

    async def _of_user(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(self._directory.user(request).id), _CHAT, 50)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, as_object(self._kept(request)["chat"]), _CHAT)

    async def _create(self, request: Request) -> Response:
        """Of two people there is one chat: it is given again. A group's is another each time."""
        body = await json_object(request)
        kind = as_text(body.get("chatType"))
        given = [as_object(row) for row in as_list(body.get("members"))]
        members = {self._named(row).id: self._roles(row) for row in given}
        if kind not in ("oneOnOne", "group"):
            raise self._refused("chatType must be oneOnOne or group.")
        if len(members) != len(given) or len(members) < 2 or (kind == "oneOnOne" and len(members) != 2):
            wanted = "two members" if kind == "oneOnOne" else "at least two members"
            raise self._refused(f"A chat of the type {kind} needs {wanted}, each of them once.")
        if kind == "oneOnOne" and body.get("topic") is not None:
            raise self._refused("Topic cannot be set for a chat of the type oneOnOne.")
        shelf = self._directory.core.shelf(_CHATS)
        for row in shelf.values():
            same = as_object(row["chat"])["chatType"] == kind == "oneOnOne"
            if same and set(as_object(row["members"])) == set(members):
                return self._directory.one(request, as_object(row["chat"]), _CHAT, 201)
        end = "unq.gbl.spaces" if kind == "oneOnOne" else "thread.v2"
        key, now = f"19:{self._directory.core.ids.word(32).lower()}@{end}", self._directory.now()
        chat: JsonObject = {
            "id": key,
            "topic": body.get("topic"),
            "createdDateTime": now,
            "lastUpdatedDateTime": now,
            "chatType": kind,
            "webUrl": f"https://teams.microsoft.com/l/chat/{key}/0",
            "tenantId": self._directory.core.world.secrets.tenant_id,
            "onlineMeetingInfo": None,
        }
        shelf[key] = {"chat": chat, "members": dict(members)}
        self._directory.core.changed()
        return self._directory.one(request, chat, _CHAT, 201)

    async def _change(self, request: Request) -> Response:
        chat = as_object(self._kept(request)["chat"])
        body = plain(await json_object(request))
        if chat["chatType"] == "oneOnOne":
            raise self._refused("Topic cannot be set for a chat of the type oneOnOne.")
        chat.update({"topic": body.get("topic"), "lastUpdatedDateTime": self._directory.now()})
        self._directory.core.changed()
        return self._directory.one(request, chat, _CHAT)

    def _refused(self, message: str) -> Exception:
        return self._directory.words.refuse(400, "BadRequest", message)

    # who is in it

    def _named(self, member: JsonObject) -> GraphAccount:
        address = as_text(member.get("user@odata.bind"))
        key = address.rstrip("/").rpartition("/")[2]
        return self._directory.find_user(key.partition("('")[2].rstrip("')") if "('" in key else key)

    def _roles(self, member: JsonObject) -> Json:
        roles = texts(member.get("roles"))
        if roles not in (["owner"], ["guest"]):
            raise self._refused("The roles of a member of a chat must be 'owner', or 'guest' for a guest.")
        return list(roles)

    def _members_of(self, key: str) -> list[JsonObject]:
        rows: list[JsonObject] = []
        for user, roles in as_object(self._directory.core.shelf(_CHATS)[key]["members"]).items():
            account = self._directory.core.world.accounts.find_graph(user)
            if account is not None:
                rows.append(
                    {
                        "@odata.type": "#microsoft.graph.aadUserConversationMember",
                        "id": f"{key}##{user}".encode().hex(),
                        "roles": roles,
                        "displayName": account.profile.get("displayName"),
                        "userId": user,
                        "email": account.profile.get("mail"),
                        "tenantId": self._directory.core.world.secrets.tenant_id,
                        "visibleHistoryStartDateTime": None,
                    }
                )
        return rows

    async def _members(self, request: Request) -> Response:
        key = as_text(as_object(self._kept(request)["chat"])["id"])
        return self._directory.listed(request, self._members_of(key), _MEMBER)

    def _one_of(self, request: Request) -> JsonObject:
        wanted = str(request.path_params["member"])
        key = as_text(as_object(self._kept(request)["chat"])["id"])
        found = next((row for row in self._members_of(key) if wanted in (row["id"], row["userId"])), None)
        if found is None:
            raise self._directory.words.refuse(404, "NotFound", f"No member found with id {wanted}")
        return found

    async def _member(self, request: Request) -> Response:
        return self._directory.one(request, self._one_of(request), _MEMBER)

    async def _add(self, request: Request) -> Response:
        kept, body = self._kept(request), await json_object(request)
        if as_object(kept["chat"])["chatType"] == "oneOnOne":
            raise self._refused("Members cannot be added to a chat of the type oneOnOne.")
        user = self._named(body).id
        as_object(kept["members"])[user] = self._roles(body)
        self._directory.core.changed()
        key = as_text(as_object(kept["chat"])["id"])
        row = next(row for row in self._members_of(key) if row["userId"] == user)
        return self._directory.one(request, row, _MEMBER, 201)

    async def _remove(self, request: Request) -> Response:
        kept, row = self._kept(request), self._one_of(request)
        if as_object(kept["chat"])["chatType"] == "oneOnOne":
            raise self._refused("Members cannot be removed from a chat of the type oneOnOne.")
        del as_object(kept["members"])[as_text(row["userId"])]
        self._directory.core.changed()
        return Response(status_code=204)

    # what is written

    def _messages(self, request: Request) -> JsonObject:
        key = as_text(as_object(self._kept(request)["chat"])["id"])
        return self._directory.core.shelf(_MESSAGES).setdefault(key, {})

    async def _list_messages(self, request: Request) -> Response:
        rows = [as_object(row) for row in reversed(list(self._messages(request).values()))]
        return self._directory.listed(request, rows, _MESSAGE, 50)

    async def _message(self, request: Request) -> Response:
        key = str(request.path_params["message"])
        found = as_object(self._messages(request).get(key))
        if not found:
            raise self._directory.words.refuse(404, "NotFound", f"Message {key} not found")
        return self._directory.one(request, found, _MESSAGE)

    async def _post(self, request: Request) -> Response:
        kept, held, body = self._kept(request), self._messages(request), plain(await json_object(request))
        content = as_object(body.get("body"))
        if not as_text(content.get("content")):
            raise self._refused("Message body content must be specified.")
        chat, now = as_object(kept["chat"]), self._directory.now()
        key = str(int(self._directory.core.clock().timestamp() * 1000) + len(held))
        row: JsonObject = {"id": key, "chatId": chat["id"], "replyToId": None, "createdDateTime": now, "from": None}
        row.update({"messageType": "message", "subject": body.get("subject")})
        row["importance"] = as_text(body.get("importance")) or "normal"
        row["body"] = {"contentType": content.get("contentType") or "text", "content": content["content"]}
        held[key], chat["lastUpdatedDateTime"] = row, now
        self._directory.core.changed()
        return self._directory.one(request, row, _MESSAGE, 201)

"""Teams of the pretend Microsoft 365 tenant: each group of Microsoft 365 has one, with its members, and channels.

Source: https://learn.microsoft.com/en-us/graph/api/resources/teams-api-overview.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.dynamic_groups import is_dynamic
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import Refused, json_object

_CHANNELS, _MESSAGES, _SETTINGS = "graph.channels", "graph.channel_messages", "graph.team_settings"
_IN_CHANNELS, _MOST_AT_ONCE = "graph.channel_members", 200
_TEAM = Kind("team", "teams", frozenset({"id", "displayName", "description", "isArchived", "visibility", "webUrl"}))
# what a team is linked to, and does not have as its own: changed by operations of its own
_LINKED = frozenset(
    {"allchannels", "channels", "group", "incomingchannels", "installedapps", "members", "operations"}
    | {"permissiongrants", "photo", "primarychannel", "schedule", "tags", "template"}
)
_MEMBER = Kind("conversationMember", "teams/members", frozenset({"id", "displayName", "roles", "userId", "email"}))
_CHANNEL = Kind(
    "channel",
    "teams/channels",
    frozenset({"id", "displayName", "description", "membershipType", "createdDateTime", "webUrl", "email"}),
)
_MESSAGE = Kind(
    "chatMessage",
    "teams/channels/messages",
    frozenset({"id", "createdDateTime", "subject", "body", "from", "messageType", "importance", "replyToId"}),
)


class TeamDesk:
    """Answers `/teams`, and the team of a group."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        team, group = "/v1.0/teams/{key}", "/v1.0/groups/{key}/team"
        member, channel = team + "/members/{member}", team + "/channels/{channel}"
        return [
            Route("/v1.0/teams", self._list),
            Route("/v1.0/teams", self._create, ["POST"]),
            Route(team, self._get),
            Route(team, self._change, ["PATCH"]),
            Route(group, self._get),
            Route(group, self._make, ["PUT"]),
            Route(team + "/archive", self._archive, ["POST"]),
            Route(team + "/unarchive", self._archive, ["POST"]),
            Route(team + "/members", self._members),
            Route(team + "/members", self._add, ["POST"]),
            Route(team + "/members/add", self._add_several, ["POST"]),
            Route(team + "/members/remove", self._remove_several, ["POST"]),
            Route(member, self._member),
            Route(member, self._promote, ["PATCH"]),
            Route(member, self._remove, ["DELETE"]),
            Route(team + "/channels", self._list_channels),
            Route(team + "/channels", self._open, ["POST"]),
            Route(team + "/primaryChannel", self._primary),
            Route(channel, self._get_channel),
            Route(channel, self._change_channel, ["PATCH"]),
            Route(channel, self._close, ["DELETE"]),
            Route(channel + "/members", self._in_channel),
            Route(channel + "/members", self._let_in, ["POST"]),
            Route(channel + "/members/{member}", self._let_out, ["DELETE"]),
            Route(channel + "/messages", self._list_messages),
            Route(channel + "/messages", self._post, ["POST"]),
            Route(channel + "/messages/{message}", self._get_message),
            Route(channel + "/messages/{message}/replies", self._replies),
            Route(channel + "/messages/{message}/replies", self._post, ["POST"]),
        ]

    # teams

    def _group(self, request: Request) -> JsonObject:
        found = self._directory.document(request, "graph.groups")
        if "Unified" not in texts(found["groupTypes"]):
            raise self._directory.words.refuse(404, "NotFound", f"No team found with Group Id {found['id']}")
        return found

    def _shown(self, group: JsonObject) -> JsonObject:
        kept = self._directory.core.shelf(_SETTINGS).get(as_text(group["id"]), {})
        about: JsonObject = {name: group.get(name) for name in ("id", "displayName", "description")}
        address = f"https://teams.microsoft.com/l/team/{group['id']}"
        visibility = as_text(group.get("visibility")).lower() or "private"
        return {**about, "isArchived": False, "visibility": visibility, "webUrl": address, **kept}

    async def _list(self, request: Request) -> Response:
        groups = self._directory.core.shelf("graph.groups").values()
        rows = [self._shown(row) for row in groups if "Unified" in texts(row["groupTypes"])]
        return self._directory.listed(request, rows, _TEAM)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(self._group(request)), _TEAM)

    async def _create(self, request: Request) -> Response:
        """Teams are made in the background: the answer says where."""
        given = await json_object(request)
        name = as_text(given.get("displayName"))
        if not name or "template@odata.bind" not in given:
            raise self._directory.words.refuse(400, "BadRequest", "displayName and template@odata.bind are required.")
        nick = "".join(letter for letter in name.lower() if letter.isalnum()) or "team"
        key, now = self._directory.core.ids.uuid(), self._directory.now()
        unified: list[Json] = ["Unified"]
        given_members = [as_object(row) for row in as_list(given.get("members"))]
        members = [(self._user_of(row), texts(row.get("roles"))) for row in given_members]
        self._directory.core.shelf("graph.groups")[key] = {
            "id": key,
            "deletedDateTime": None,
            "createdDateTime": now,
            "description": given.get("description"),
            "displayName": name,
            "groupTypes": unified,
            "mail": f"{nick}@northwind.example",
            "mailEnabled": True,
            "mailNickname": nick,
            "proxyAddresses": [],
            "renewedDateTime": now,
            "securityEnabled": False,
            "visibility": "Private",
        }
        for user, roles in members:
            self._put_in(key, user, roles)
        self._directory.changed("groups", key, "created")
        places = {"Location": f"/teams('{key}')/operations('{key}')", "Content-Location": f"/teams('{key}')"}
        return Response(status_code=202, headers=places)

    async def _make(self, request: Request) -> Response:
        group = self._directory.document(request, "graph.groups")
        changes = await self._changes(request)
        group["groupTypes"] = [*dict.fromkeys([*texts(group["groupTypes"]), "Unified"])]
        self._settle(group, changes)
        return self._directory.one(request, self._shown(group), _TEAM, 201)

    async def _change(self, request: Request) -> Response:
        self._settle(self._group(request), await self._changes(request))
        return Response(status_code=204)

    async def _changes(self, request: Request) -> JsonObject:
        """What a body sets. Raises Refused (400) for what is no property of the team itself."""
        changes = plain(await json_object(request))
        for name in changes:
            if name.partition("@")[0].lower() in _LINKED:
                text = f"Property '{name}' does not exist on type 'microsoft.graph.team' or cannot be updated."
                raise self._directory.words.refuse(400, "BadRequest", text)
        return changes

    def _settle(self, group: JsonObject, changes: JsonObject) -> None:
        for name in ("displayName", "description"):
            if name in changes:
                group[name] = changes.pop(name)
        self._directory.core.shelf(_SETTINGS).setdefault(as_text(group["id"]), {}).update(changes)
        self._directory.changed("groups", as_text(group["id"]))

    async def _archive(self, request: Request) -> Response:
        verb = str(request.scope["path"]).rstrip("/").rpartition("/")[2].lower()
        self._settle(self._group(request), {"isArchived": verb == "archive"})
        key = request.path_params["key"]
        return Response(status_code=202, headers={"Location": f"/teams('{key}')/operations('{key}')"})

    # members

    def _user_of(self, member: JsonObject) -> str:
        address = as_text(member.get("user@odata.bind"))
        key = address.rstrip("/").rpartition("/")[2]
        if "('" in key:
            key = key.partition("('")[2].rstrip("')")
        return self._directory.find_user(key).id

    def _put_in(self, team: str, user: str, roles: list[str]) -> None:
        owns, shall = user in self._directory.members("graph.owners", team), "owner" in roles
        self._directory.belong(team, "members", come=[user])
        if owns is not shall:
            self._directory.belong(team, "owners", come=[user] if shall else [], go=[user] if owns else [])

    def _take_out(self, team: str, user: str) -> None:
        owns = user in self._directory.members("graph.owners", team)
        self._directory.belong(team, "members", go=[user])
        if owns:
            self._directory.belong(team, "owners", go=[user])

    def _row(self, team: str, user: str) -> JsonObject:
        account = self._directory.find_user(user)
        roles: list[Json] = ["owner"] if user in self._directory.members("graph.owners", team) else []
        return {
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "id": urlsafe_b64encode(f"{team}##{user}".encode()).decode(),
            "displayName": account.profile.get("displayName"),
            "roles": roles,
            "userId": user,
            "email": account.profile.get("mail"),
        }

    async def _members(self, request: Request) -> Response:
        team = as_text(self._group(request)["id"])
        held = {**self._directory.members("graph.members", team), **self._directory.members("graph.owners", team)}
        people = self._directory.core.world.accounts
        rows = [self._row(team, key) for key in held if people.find_graph(key) is not None]
        return self._directory.listed(request, rows, _MEMBER)

    def _named(self, request: Request) -> tuple[str, str]:
        team, key = as_text(self._group(request)["id"]), str(request.path_params["member"])
        try:
            user = urlsafe_b64decode(key.encode()).decode().partition("##")[2]
        except (Error, UnicodeDecodeError):
            user = key
        if user not in self._directory.members("graph.members", team):
            raise self._directory.words.refuse(404, "NotFound", f"No member found with id {key}")
        return team, user

    async def _member(self, request: Request) -> Response:
        return self._directory.one(request, self._row(*self._named(request)), _MEMBER)

    def _by_hand(self, request: Request) -> str:
        """The id of a team whose members are put in by hand. Raises Refused (400) if they come by a rule."""
        group = self._group(request)
        if is_dynamic(group):
            text = "Members of a team whose group has dynamic membership cannot be added or removed."
            raise self._directory.words.refuse(400, "BadRequest", text)
        return as_text(group["id"])

    async def _add(self, request: Request) -> Response:
        team, body = self._by_hand(request), await json_object(request)
        user = self._user_of(body)
        self._put_in(team, user, texts(body.get("roles")))
        return self._directory.one(request, self._row(team, user), _MEMBER, 201)

    async def _promote(self, request: Request) -> Response:
        team, user = self._named(request)
        self._put_in(team, user, texts((await json_object(request)).get("roles")))
        return self._directory.one(request, self._row(team, user), _MEMBER)

    async def _remove(self, request: Request) -> Response:
        self._by_hand(request)
        self._take_out(*self._named(request))
        return Response(status_code=204)

    async def _add_several(self, request: Request) -> Response:
        return await self._several(request, lambda team, user, roles: self._put_in(team, user, roles))

    async def _remove_several(self, request: Request) -> Response:
        def out(team: str, user: str, roles: list[str]) -> None:
            if user not in self._directory.members("graph.members", team):
                raise self._directory.words.refuse(404, "NotFound", f"No member found with id {user}")
            self._take_out(team, user)

        return await self._several(request, out)

    async def _several(self, request: Request, change: Callable[[str, str, list[str]], None]) -> Response:
        """Each member by itself: the answer says of each whether it went well."""
        team, body = self._by_hand(request), await json_object(request)
        given = [as_object(row) for row in as_list(body.get("values"))]
        if not 0 < len(given) <= _MOST_AT_ONCE:
            text = f"values must have 1 to {_MOST_AT_ONCE} members."
            raise self._directory.words.refuse(400, "BadRequest", text)
        results: list[Json] = []
        for row in given:
            result: JsonObject = {"@odata.type": "#microsoft.graph.aadUserConversationMemberResult", "userId": None}
            try:
                result["userId"] = user = self._user_of(row)
                change(team, user, texts(row.get("roles")))
                result["error"] = None
            except Refused as refused:
                code = "NotFound" if refused.response.status_code == 404 else "BadRequest"
                result["error"] = {"code": code, "message": "The member cannot be changed so."}
            results.append(result)
        context = f"{CONTEXT}#Collection(microsoft.graph.aadUserConversationMemberResult)"
        failed = any(as_object(row).get("error") for row in results)
        return odata({"@odata.context": context, "value": results}, 207 if failed else 200)

    # who is in a channel: all of the team, but of a private one

    def _private(self, request: Request) -> JsonObject:
        """Who is in a private channel. Raises Refused (400) for a channel that is none."""
        row = self._channel(request)
        if row["membershipType"] == "standard":
            text = "Members of a standard channel are those of its team."
            raise self._directory.words.refuse(400, "BadRequest", text)
        return self._directory.members(_IN_CHANNELS, row["id"])

    async def _in_channel(self, request: Request) -> Response:
        if self._channel(request)["membershipType"] == "standard":
            return await self._members(request)
        team, held = as_text(self._group(request)["id"]), self._private(request)
        people = self._directory.core.world.accounts
        rows = [self._row(team, key) for key in held if people.find_graph(key) is not None]
        return self._directory.listed(request, rows, _MEMBER)

    async def _let_in(self, request: Request) -> Response:
        team, held = as_text(self._group(request)["id"]), self._private(request)
        user = self._user_of(await json_object(request))
        if user not in self._directory.members("graph.members", team):
            raise self._directory.words.refuse(400, "BadRequest", "Only members of the team can be in its channels.")
        held[user] = True
        self._directory.core.changed()
        return self._directory.one(request, self._row(team, user), _MEMBER, 201)

    async def _let_out(self, request: Request) -> Response:
        held, (_, user) = self._private(request), self._named(request)
        if held.pop(user, None) is None:
            raise self._directory.words.refuse(404, "NotFound", f"No member found with id {user}")
        self._directory.core.changed()
        return Response(status_code=204)

    # channels and what is written there

    def _known(self, request: Request) -> JsonObject:
        """The channels of a team; it has one from the first."""
        team = as_text(self._group(request)["id"])
        held = self._directory.core.shelf(_CHANNELS).get(team, {})
        general = f"19:{team.replace('-', '')}@thread.tacv2"
        return {**held} if general in held else {**held, general: self._made(general, "General", "", "standard")}

    def _channels(self, request: Request) -> JsonObject:
        """The same, kept, to be changed."""
        team, known = as_text(self._group(request)["id"]), self._known(request)
        held = self._directory.core.shelf(_CHANNELS).setdefault(team, {})
        held.update(known)
        return held

    def _made(self, key: str, name: str, about: str, kind: str) -> JsonObject:
        address = f"https://teams.microsoft.com/l/channel/{key}"
        row: JsonObject = {"id": key, "createdDateTime": self._directory.now(), "displayName": name}
        return {**row, "description": about, "membershipType": kind, "webUrl": address, "email": ""}

    def _channel(self, request: Request) -> JsonObject:
        key = str(request.path_params["channel"])
        if key not in self._known(request):
            raise self._directory.words.refuse(404, "NotFound", f"Channel {key} not found")
        return as_object(self._channels(request)[key])

    async def _list_channels(self, request: Request) -> Response:
        rows = [as_object(row) for row in self._channels(request).values()]
        return self._directory.listed(request, rows, _CHANNEL)

    async def _primary(self, request: Request) -> Response:
        return self._directory.one(request, as_object(next(iter(self._channels(request).values()))), _CHANNEL)

    async def _get_channel(self, request: Request) -> Response:
        return self._directory.one(request, self._channel(request), _CHANNEL)

    async def _open(self, request: Request) -> Response:
        held, body = self._known(request), plain(await json_object(request))
        name = as_text(body.get("displayName"))
        if not name or any(as_object(row)["displayName"] == name for row in held.values()):
            text = "Channel name already existed, please use other name." if name else "displayName is required."
            raise self._directory.words.refuse(400, "BadRequest", text)
        key = f"19:{self._directory.core.ids.word(32).lower()}@thread.tacv2"
        kind = as_text(body.get("membershipType")) or "standard"
        row = self._made(key, name, as_text(body.get("description")), kind)
        self._channels(request)[key] = row
        self._directory.core.changed()
        return self._directory.one(request, row, _CHANNEL, 201)

    async def _change_channel(self, request: Request) -> Response:
        row, body = self._channel(request), plain(await json_object(request))
        row.update({name: body[name] for name in ("displayName", "description") if name in body})
        self._directory.core.changed()
        return Response(status_code=204)

    async def _close(self, request: Request) -> Response:
        row = self._channel(request)
        if row["displayName"] == "General":
            raise self._directory.words.refuse(400, "BadRequest", "Default channel cannot be deleted.")
        del self._channels(request)[as_text(row["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    def _messages(self, request: Request) -> JsonObject:
        return self._directory.core.shelf(_MESSAGES).setdefault(as_text(self._channel(request)["id"]), {})

    def _of(self, request: Request, parent: str | None) -> list[JsonObject]:
        rows = [as_object(row) for row in self._messages(request).values()]
        return [row for row in reversed(rows) if row["replyToId"] == parent]

    async def _list_messages(self, request: Request) -> Response:
        return self._directory.listed(request, self._of(request, None), _MESSAGE, 50)

    async def _replies(self, request: Request) -> Response:
        parent = as_text(self._message(request)["id"])
        return self._directory.listed(request, self._of(request, parent), _MESSAGE, 50)

    def _message(self, request: Request) -> JsonObject:
        key = str(request.path_params["message"])
        found = as_object(self._messages(request).get(key))
        if not found:
            raise self._directory.words.refuse(404, "NotFound", f"Message {key} not found")
        return found

    async def _get_message(self, request: Request) -> Response:
        return self._directory.one(request, self._message(request), _MESSAGE)

    async def _post(self, request: Request) -> Response:
        parent = as_text(self._message(request)["id"]) if "message" in request.path_params else None
        body = plain(await json_object(request))
        content = as_object(body.get("body"))
        if not as_text(content.get("content")):
            raise self._directory.words.refuse(400, "BadRequest", "Message body content must be specified.")
        held = self._messages(request)
        key = str(int(self._directory.core.clock().timestamp() * 1000) + len(held))
        row: JsonObject = {"id": key, "replyToId": parent, "createdDateTime": self._directory.now()}
        row.update({"messageType": "message", "subject": body.get("subject"), "importance": "normal"})
        row["body"] = {"contentType": content.get("contentType") or "text", "content": content["content"]}
        held[key] = {**row, "from": None}
        self._directory.core.changed()
        return self._directory.one(request, as_object(held[key]), _MESSAGE, 201)

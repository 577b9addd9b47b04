"""Members of the pretend Slack workspace: `auth.*`, `team.info`, `users.*`, `usergroups.*` and `admin.users.*`.

Source: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.seed import BOT, BOT_ID, TEAM, user, usergroup
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    flag_of,
    list_of,
    object_of,
    profile_of,
    seconds_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, normal, texts

Method: TypeAlias = Callable[[Request], Awaitable[Response]]
_PROFILE = frozenset(
    {"first_name", "last_name", "real_name", "display_name", "title", "phone", "email", "status_text", "status_emoji"}
    | {"status_expiration", "pronouns", "fields", "skype"}
)
_LONGEST_STATUS = 100


class PeopleDesk:
    """Answers the methods that are about members."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "api.test": self._test,
            "auth.test": self._who,
            "team.info": self._team,
            "bots.info": self._bot,
            "users.list": self._list,
            "users.info": self._info,
            "users.lookupByEmail": self._by_email,
            "users.conversations": self._conversations,
            "users.getPresence": self._presence,
            "users.profile.get": self._profile,
            "users.profile.set": self._set_profile,
            "usergroups.list": self._groups,
            "usergroups.create": self._create_group,
            "usergroups.update": self._update_group,
            "usergroups.enable": self._enable_group,
            "usergroups.disable": self._disable_group,
            "usergroups.users.list": self._group_users,
            "usergroups.users.update": self._set_group_users,
            "admin.users.list": self._admin_list,
            "admin.users.invite": self._invite,
            "admin.users.assign": self._assign,
            "admin.users.remove": self._remove,
            "admin.users.setAdmin": self._promote,
            "admin.users.setOwner": self._promote,
            "admin.users.setRegular": self._promote,
            "admin.users.setExpiration": self._expire,
            "admin.users.session.reset": self._reset_sessions,
            "admin.users.session.invalidate": self._end_session,
            "admin.users.session.list": self._sessions,
        }

    async def _test(self, request: Request) -> Response:
        given = await arguments(request)
        if "error" in given:
            raise failed(as_text(given["error"]), args=given)
        return done({"args": given} if given else None)

    async def _who(self, request: Request) -> Response:
        base = self._workspace.core.base("slack")
        answer: JsonObject = {"url": f"{base}/", "team": COMPANY, "user": "keyturn", "team_id": TEAM, "user_id": BOT}
        return done({**answer, "bot_id": BOT_ID, "is_enterprise_install": False})

    async def _team(self, request: Request) -> Response:
        given = await arguments(request)
        if given.get("team") not in (None, "", TEAM):
            raise failed("team_not_found")
        team: JsonObject = {"id": TEAM, "name": COMPANY, "domain": "northwind", "email_domain": "northwind.example"}
        icon: JsonObject = {"image_default": True}
        return done({"team": {**team, "icon": icon}})

    async def _bot(self, request: Request) -> Response:
        given = await arguments(request)
        if given.get("bot") not in (None, BOT_ID):
            raise failed("bot_not_found")
        bot: JsonObject = {"id": BOT_ID, "deleted": False, "name": "Keyturn", "app_id": "A0KEYTURN", "user_id": BOT}
        return done({"bot": bot})

    # users

    async def _list(self, request: Request) -> Response:
        given = await arguments(request)
        rows = list(self._workspace.core.shelf("slack.users").values())
        page = self._workspace.page(given, rows, "members", len(rows) if not given.get("limit") else 1000)
        return done({**page, "cache_ts": self._workspace.seconds()})

    async def _user(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        return given, self._workspace.user(text_of(given, "user", "user_not_found"))

    async def _info(self, request: Request) -> Response:
        _, found = await self._user(request)
        return done({"user": found})

    async def _by_email(self, request: Request) -> Response:
        email = normal(text_of(await arguments(request), "email", "users_not_found"))
        users = self._workspace.core.shelf("slack.users").values()
        found = next((row for row in users if normal(as_text(profile_of(row).get("email"))) == email), None)
        if found is None or found["deleted"] is True:
            raise failed("users_not_found")
        return done({"user": found})

    async def _conversations(self, request: Request) -> Response:
        given = await arguments(request)
        key = as_text(given.get("user")) or BOT
        self._workspace.user(key)
        kinds = list_of(given, "types") or ["public_channel"]
        held = self._workspace.core.shelf("slack.channel_members")
        rows = [
            row
            for channel_id, row in self._workspace.core.shelf("slack.channels").items()
            if key in held.get(channel_id, {}) and kind_of(row) in kinds
        ]
        if flag_of(given, "exclude_archived"):
            rows = [row for row in rows if row["is_archived"] is not True]
        return done(self._workspace.page(given, rows, "channels", 100))

    async def _presence(self, request: Request) -> Response:
        _, found = await self._user(request)
        held = self._workspace.core.shelf("slack.sessions").get(as_text(found["id"]))
        return done({"presence": "active" if held and found["deleted"] is not True else "away"})

    async def _profile(self, request: Request) -> Response:
        given = await arguments(request)
        return done({"profile": self._workspace.user(as_text(given.get("user")) or BOT)["profile"]})

    async def _set_profile(self, request: Request) -> Response:
        given = await arguments(request)
        found = self._workspace.user(as_text(given.get("user")) or BOT)
        changes = as_object(object_of(given, "profile"))
        if not changes and given.get("name"):
            changes = {as_text(given["name"]): given.get("value")}
        if not changes or set(changes) - _PROFILE:
            raise failed("invalid_profile")
        self._check_profile(found, changes)
        profile = profile_of(found)
        fields = {**as_object(profile.get("fields")), **as_object(changes.pop("fields", None))}
        profile.update({**changes, "fields": fields})
        if "real_name" in changes:
            first, _, last = as_text(changes["real_name"]).partition(" ")
            profile.update({"first_name": first, "last_name": last})
        elif "first_name" in changes or "last_name" in changes:
            profile["real_name"] = f"{as_text(profile.get('first_name'))} {as_text(profile.get('last_name'))}".strip()
        profile["real_name_normalized"] = found["real_name"] = profile["real_name"]
        profile["display_name_normalized"] = profile["display_name"]
        self._changed(found)
        return done({"profile": found["profile"], "username": found["name"]})

    def _check_profile(self, found: JsonObject, changes: JsonObject) -> None:
        if len(as_text(changes.get("status_text"))) > _LONGEST_STATUS:
            raise failed("too_long")
        if "email" not in changes:
            return
        email = normal(as_text(changes["email"]))
        if not _is_address(email):
            raise failed("invalid_email")
        users = self._workspace.core.shelf("slack.users").values()
        if any(normal(as_text(profile_of(row).get("email"))) == email for row in users if row["id"] != found["id"]):
            raise failed("email_taken")

    def _changed(self, found: JsonObject) -> None:
        found["updated"] = self._workspace.seconds()
        self._workspace.core.changed()

    # user groups

    async def _groups(self, request: Request) -> Response:
        given = await arguments(request)
        rows: list[JsonObject] = []
        for row in self._workspace.core.shelf("slack.usergroups").values():
            if row["date_delete"] == 0 or flag_of(given, "include_disabled"):
                rows.append(_shown_group(row, flag_of(given, "include_users"), flag_of(given, "include_count")))
        return done({"usergroups": list(rows)})

    async def _create_group(self, request: Request) -> Response:
        given = await arguments(request)
        name = text_of(given, "name")
        handle = as_text(given.get("handle")) or name.lower().replace(" ", "-")
        groups = self._workspace.core.shelf("slack.usergroups")
        if any(row["name"] == name or row["handle"] == handle for row in groups.values()):
            raise failed("name_already_exists")
        channels = self._channels_in(given)
        key = f"S0{self._workspace.core.ids.word(9).upper()}"
        groups[key] = row = usergroup(key, name, handle, as_text(given.get("description")), [])
        row["date_create"] = row["date_update"] = self._workspace.seconds()
        as_object(row["prefs"]).update(channels)
        self._workspace.core.changed()
        return done({"usergroup": _shown_group(groups[key], False, flag_of(given, "include_count"))})

    async def _group(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        found = self._workspace.core.shelf("slack.usergroups").get(text_of(given, "usergroup"))
        if found is None:
            raise failed("no_such_subteam")
        return given, found

    async def _update_group(self, request: Request) -> Response:
        given, found = await self._group(request)
        others = [row for row in self._workspace.core.shelf("slack.usergroups").values() if row["id"] != found["id"]]
        for name in ("name", "handle"):
            if given.get(name) and any(row[name] == given[name] for row in others):
                raise failed(f"{name}_already_exists")
        channels = self._channels_in(given)
        for name in ("name", "handle", "description"):
            if name in given:
                found[name] = as_text(given[name])
        as_object(found["prefs"]).update(channels)
        return self._touched(found)

    def _channels_in(self, given: JsonObject) -> JsonObject:
        """What a group prefers, if that is given. Raises Refused if a channel is not there."""
        if "channels" not in given:
            return {}
        channels: list[Json] = [self._workspace.channel(key)["id"] for key in list_of(given, "channels")]
        return {"channels": channels}

    async def _enable_group(self, request: Request) -> Response:
        _, found = await self._group(request)
        found["date_delete"] = 0
        return self._touched(found)

    async def _disable_group(self, request: Request) -> Response:
        _, found = await self._group(request)
        found["date_delete"] = self._workspace.seconds()
        return self._touched(found)

    async def _group_users(self, request: Request) -> Response:
        _, found = await self._group(request)
        return done({"users": found["users"]})

    async def _set_group_users(self, request: Request) -> Response:
        given, found = await self._group(request)
        users = list_of(given, "users")
        if not users:
            raise failed("no_users_provided")
        for key in users:
            self._workspace.user(key)
        found["users"] = list(users)
        return self._touched(found)

    def _touched(self, found: JsonObject) -> Response:
        found["date_update"] = self._workspace.seconds()
        self._workspace.core.changed()
        return done({"usergroup": _shown_group(found, True, True)})

    # administration

    async def _admin_list(self, request: Request) -> Response:
        given = self._in_team(await arguments(request))
        rows: list[JsonObject] = [
            {
                "id": row["id"],
                "email": profile_of(row).get("email"),
                "username": row["name"],
                "full_name": row["real_name"],
                "is_admin": row["is_admin"],
                "is_owner": row["is_owner"],
                "is_primary_owner": row["is_primary_owner"],
                "is_restricted": row["is_restricted"],
                "is_ultra_restricted": row["is_ultra_restricted"],
                "is_bot": row["is_bot"],
                "is_active": row["deleted"] is not True,
                "has_2fa": row["has_2fa"],
                "expiration_ts": row.get("expiration_ts") or 0,
            }
            for row in self._workspace.core.shelf("slack.users").values()
        ]
        if "is_active" in given:
            rows = [row for row in rows if row["is_active"] is flag_of(given, "is_active")]
        return done(self._workspace.page(given, rows, "users", 100))

    async def _invite(self, request: Request) -> Response:
        given = await arguments(request)
        self._in_team(given)
        email = text_of(given, "email")
        if not _is_address(email):
            raise failed("invalid_email")
        channels = list_of({"ids": text_of(given, "channel_ids")}, "ids")
        guest = flag_of(given, "is_restricted")
        until = seconds_of(given, "guest_expiration_ts", 0) if guest and given.get("guest_expiration_ts") else None
        row = self.invite(email, as_text(given.get("real_name")), channels)
        row["is_restricted"] = guest
        row["is_ultra_restricted"] = flag_of(given, "is_ultra_restricted")
        if until is not None:
            row["expiration_ts"] = until
        self._changed(row)
        return done()

    def invite(self, email: str, name: str, channels: Sequence[str]) -> JsonObject:
        """Somebody new, in these channels. Raises Refused if the address is taken or a channel is not there."""
        there = [self._workspace.channel(channel) for channel in channels]
        users = self._workspace.core.shelf("slack.users")
        if any(normal(as_text(profile_of(row).get("email"))) == normal(email) for row in users.values()):
            raise failed("already_in_team")
        key = f"U0{self._workspace.core.ids.word(9).upper()}"
        row = user(key, email.partition("@")[0], name or email, email)
        row["is_email_confirmed"] = False
        users[key] = row
        for channel in there:
            self._workspace.members(channel)[key] = True
        self._changed(row)
        return row

    async def _administered(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = self._in_team(await arguments(request))
        return given, self._workspace.user(text_of(given, "user_id"))

    def _in_team(self, given: JsonObject) -> JsonObject:
        if given.get("team_id") not in (None, "", TEAM):
            raise failed("team_not_found")
        return given

    async def _assign(self, request: Request) -> Response:
        given, found = await self._administered(request)
        channels = [self._workspace.channel(key) for key in list_of(given, "channel_ids")]
        found["deleted"] = False
        for channel in channels:
            self._workspace.members(channel)[as_text(found["id"])] = True
        self._changed(found)
        return done()

    async def _remove(self, request: Request) -> Response:
        """Deactivates a member: sessions end, and the person leaves all channels."""
        _, found = await self._administered(request)
        if found["is_primary_owner"] is True or found["id"] == BOT:
            raise failed("cannot_remove_primary_owner" if found["id"] != BOT else "cannot_remove_self")
        deactivate(self._workspace, found)
        return done()

    async def _promote(self, request: Request) -> Response:
        _, found = await self._administered(request)
        verb = str(request.scope["path"]).rpartition(".")[2]
        found["is_owner"] = verb == "setOwner"
        found["is_admin"] = verb in ("setOwner", "setAdmin")
        found["is_restricted"] = found["is_ultra_restricted"] = False
        self._changed(found)
        return done()

    async def _expire(self, request: Request) -> Response:
        given, found = await self._administered(request)
        if found["is_restricted"] is not True:
            raise failed("user_not_found")
        text_of(given, "expiration_ts")
        found["expiration_ts"] = seconds_of(given, "expiration_ts", 0)
        self._changed(found)
        return done()

    async def _reset_sessions(self, request: Request) -> Response:
        given, found = await self._administered(request)
        held = self._workspace.core.shelf("slack.sessions").setdefault(as_text(found["id"]), {})
        web, mobile = flag_of(given, "web_only"), flag_of(given, "mobile_only")
        if web and mobile:
            raise failed("invalid_arguments")
        for client in [each for each in held if (not web or each == "web") and (not mobile or each != "web")]:
            del held[client]
        self._changed(found)
        return done()

    async def _end_session(self, request: Request) -> Response:
        given = self._in_team(await arguments(request))
        user, _, client = text_of(given, "session_id").partition("-")
        if self._workspace.core.shelf("slack.sessions").get(user, {}).pop(client, None) is None:
            raise failed("session_not_found")
        self._workspace.core.changed()
        return done()

    async def _sessions(self, request: Request) -> Response:
        given = await arguments(request)
        wanted = as_text(given.get("user_id"))
        if wanted:
            self._workspace.user(wanted)
        rows: list[JsonObject] = []
        for key, held in self._workspace.core.shelf("slack.sessions").items():
            for client in held if wanted in ("", key) else {}:
                created = self._workspace.core.shelf("slack.users").get(key, {}).get("updated")
                rows.append(
                    {
                        "user_id": key,
                        "team_id": TEAM,
                        "session_id": f"{key}-{client}",
                        "client": client,
                        "created": created,
                    }
                )
        return done(self._workspace.page(given, rows, "active_sessions", 100, "session_id"))


def deactivate(workspace: SlackWorkspace, found: JsonObject) -> None:
    """Take a member out of the workspace, as an administrator does."""
    key = as_text(found["id"])
    found["deleted"] = True
    found["updated"] = workspace.seconds()
    workspace.core.shelf("slack.sessions")[key] = {}
    for members in workspace.core.shelf("slack.channel_members").values():
        members.pop(key, None)
    for group in workspace.core.shelf("slack.usergroups").values():
        group["users"] = [each for each in texts(group["users"]) if each != key]
    workspace.core.changed()


def _is_address(email: str) -> bool:
    local, at, domain = email.partition("@")
    return bool(local and at) and "." in domain


def kind_of(channel: JsonObject) -> str:
    """Which of the types of conversations a channel is."""
    if channel.get("is_im") is True:
        return "im"
    if channel.get("is_mpim") is True:
        return "mpim"
    return "private_channel" if channel["is_private"] is True else "public_channel"


def _shown_group(row: JsonObject, users: bool, count: bool) -> JsonObject:
    shown: JsonObject = {name: value for name, value in row.items() if name != "users"}
    if users:
        shown["users"] = row["users"]
    if users or count:
        shown["user_count"] = len(as_list(row["users"]))
    return shown

"""What administrators of the pretend Slack workspace do with its channels: `admin.conversations.*`.

Source: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.slack.people import Method, kind_of
from keyturn.sandbox.slack.seed import TEAM
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    flag_of,
    list_of,
    object_of,
    seconds_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import whole_number

_PREFS, _RETENTION, _GROUPS = (f"slack.{name}" for name in ("channel_prefs", "retention", "channel_groups"))
_MOST_AT_ONCE = 100
_DEFAULT_FOUND = 10
_LONGEST_RETENTION = 36_500
_SORTS: dict[str, str] = {"name": "name", "member_count": "member_count", "created": "created"}
_Test: TypeAlias = Callable[[JsonObject], bool]
_TYPES: dict[str, _Test] = {
    "private": lambda row: row["is_private"] is True,
    "public": lambda row: row["is_private"] is not True,
    "private_exclude": lambda row: row["is_private"] is not True,
    "private_exclude_archived": lambda row: row["is_private"] is True and row["is_archived"] is not True,
    "exclude_archived": lambda row: row["is_archived"] is not True,
    "archived": lambda row: row["is_archived"] is True,
    "multi_workspace": lambda row: False,
    "org_wide": lambda row: False,
    "external_shared": lambda row: False,
}


class ChannelCareDesk:
    """Answers `admin.conversations.*`, but for what people do alike."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "admin.conversations.search": self._search,
            "admin.conversations.lookup": self._lookup,
            "admin.conversations.delete": self._delete,
            "admin.conversations.rename": self._rename,
            "admin.conversations.unarchive": self._unarchive,
            "admin.conversations.convertToPrivate": self._convert,
            "admin.conversations.convertToPublic": self._convert,
            "admin.conversations.bulkArchive": self._archive_many,
            "admin.conversations.bulkDelete": self._delete_many,
            "admin.conversations.bulkMove": self._move_many,
            "admin.conversations.getTeams": self._teams,
            "admin.conversations.setTeams": self._set_teams,
            "admin.conversations.disconnectShared": self._disconnect,
            "admin.conversations.getConversationPrefs": self._prefs,
            "admin.conversations.setConversationPrefs": self._set_prefs,
            "admin.conversations.getCustomRetention": self._retention,
            "admin.conversations.setCustomRetention": self._set_retention,
            "admin.conversations.removeCustomRetention": self._remove_retention,
            "admin.conversations.restrictAccess.listGroups": self._groups,
            "admin.conversations.restrictAccess.addGroup": self._add_group,
            "admin.conversations.restrictAccess.removeGroup": self._remove_group,
        }

    async def _channel(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        return given, self._workspace.room(text_of(given, "channel_id", "channel_not_found"))

    # finding

    def _all(self) -> list[JsonObject]:
        channels = self._workspace.core.shelf("slack.channels").values()
        return [row for row in channels if kind_of(row) in ("public_channel", "private_channel")]

    async def _search(self, request: Request) -> Response:
        given = await arguments(request)
        word, kinds = as_text(given.get("query")).lower(), list_of(given, "search_channel_types")
        if any(kind not in _TYPES for kind in kinds):
            raise failed("invalid_search_channel_type")
        sort = as_text(given.get("sort")) or "member_count"
        if sort not in ("relevant", *_SORTS):
            raise failed("invalid_sort")
        found = [row for row in self._all() if word in as_text(row.get("name")).lower()]
        rows = [self._found(row) for row in found if all(_TYPES[kind](row) for kind in kinds)]
        name = _SORTS.get(sort, "member_count")
        rows.sort(key=lambda row: _rank(row[name]), reverse=as_text(given.get("sort_dir")) != "asc")
        page = self._workspace.page(given, rows, "conversations", _DEFAULT_FOUND)
        following = as_object(page["response_metadata"])["next_cursor"]
        return done({"conversations": page["conversations"], "next_cursor": following, "total_count": len(rows)})

    def _last(self, row: JsonObject) -> int:
        """When somebody last wrote in a channel, else when it was made, in seconds since 1970."""
        stamps = self._workspace.core.shelf("slack.messages").get(as_text(row["id"]), {})
        created = row["created"]
        return max([int(float(stamp)) for stamp in stamps], default=created if isinstance(created, int) else 0)

    def _found(self, row: JsonObject) -> JsonObject:
        """A channel as an administrator finds it."""
        return {
            "id": row["id"],
            "name": row["name"],
            "purpose": as_text(as_object(row.get("purpose")).get("value")),
            "member_count": len(self._workspace.members(row)),
            "created": row["created"],
            "creator_id": as_text(row.get("creator")),
            "is_private": row["is_private"],
            "is_archived": row["is_archived"],
            "is_general": row.get("is_general") is True,
            "last_activity_ts": self._last(row),
            "is_ext_shared": False,
            "is_global_shared": False,
            "is_org_default": False,
            "is_org_mandatory": False,
            "is_org_shared": False,
            "is_frozen": False,
            "connected_team_ids": [],
            "internal_team_ids_count": 0,
            "internal_team_ids_sample_team": "",
            "pending_connected_team_ids": [],
            "is_pending_ext_shared": False,
        }

    async def _lookup(self, request: Request) -> Response:
        """Channels in which nobody has written for long, and that have few members."""
        given = await arguments(request)
        if TEAM not in list_of(given, "team_ids"):
            raise failed("team_not_found")
        text_of(given, "last_message_activity_before")
        before = seconds_of(given, "last_message_activity_before", 0)
        most = whole_number(str(given["max_member_count"]) if given.get("max_member_count") else None, 10**6, 0, 10**6)
        if most is None:
            raise failed("invalid_arguments")
        rows = [row for row in self._all() if self._last(row) < before and len(self._workspace.members(row)) <= most]
        page = self._workspace.page(given, rows, "channels", 1000)
        shown = page["channels"] if isinstance(page["channels"], list) else []
        return done({**page, "channels": [as_object(row)["id"] for row in shown]})

    # changing

    async def _delete(self, request: Request) -> Response:
        _, found = await self._channel(request)
        if found.get("is_general") is True:
            raise failed("cant_delete_general")
        self._drop(as_text(found["id"]))
        self._workspace.core.changed()
        return done()

    def _drop(self, key: str) -> None:
        for shelf in ("slack.channels", "slack.channel_members", "slack.messages", _PREFS, _RETENTION, _GROUPS):
            self._workspace.core.shelf(shelf).pop(key, None)

    async def _many(self, request: Request) -> list[JsonObject]:
        keys = list_of(await arguments(request), "channel_ids")
        if not 0 < len(keys) <= _MOST_AT_ONCE:
            raise failed("invalid_arguments")
        return [self._workspace.room(key) for key in keys]

    async def _archive_many(self, request: Request) -> Response:
        for found in await self._many(request):
            found["is_archived"] = found.get("is_general") is not True
        return self._begun()

    async def _delete_many(self, request: Request) -> Response:
        for found in await self._many(request):
            if found.get("is_general") is not True:
                self._drop(as_text(found["id"]))
        return self._begun()

    async def _move_many(self, request: Request) -> Response:
        """There is one workspace: they are where they were."""
        await self._many(request)
        if as_text((await arguments(request)).get("target_team_id")) != TEAM:
            raise failed("invalid_target_team")
        return self._begun()

    def _begun(self) -> Response:
        """Slack does this afterwards; here it is done when the answer comes."""
        self._workspace.core.changed()
        return done({"bulk_action_id": self._workspace.core.ids.word(11), "not_added": []})

    async def _rename(self, request: Request) -> Response:
        given, found = await self._channel(request)
        name = text_of(given, "name", "name_required")
        if any(row.get("name") == name for row in self._workspace.core.shelf("slack.channels").values()):
            raise failed("name_taken")
        found["name"] = found["name_normalized"] = name
        self._workspace.core.changed()
        return done()

    async def _unarchive(self, request: Request) -> Response:
        _, found = await self._channel(request)
        if found["is_archived"] is not True:
            raise failed("channel_not_archived")
        found["is_archived"] = False
        self._workspace.core.changed()
        return done()

    async def _convert(self, request: Request) -> Response:
        _, found = await self._channel(request)
        private = str(request.scope["path"]).endswith("Private")
        if found["is_private"] is private:
            raise failed("channel_type_not_supported")
        found["is_private"] = found["is_group"] = private
        found["is_channel"] = not private
        self._workspace.core.changed()
        return done()

    # workspaces: there is one

    async def _teams(self, request: Request) -> Response:
        await self._channel(request)
        return done({"team_ids": [TEAM], "response_metadata": {"next_cursor": ""}})

    async def _set_teams(self, request: Request) -> Response:
        given, _ = await self._channel(request)
        if not flag_of(given, "org_channel") and list_of(given, "target_team_ids") != [TEAM]:
            raise failed("invalid_target_team")
        return done()

    async def _disconnect(self, request: Request) -> Response:
        await self._channel(request)
        raise failed("channel_not_shared")

    # what is kept of a channel

    async def _prefs(self, request: Request) -> Response:
        _, found = await self._channel(request)
        usual: JsonObject = {"who_can_post": {"type": ["ra"], "user": []}, "can_thread": {"type": ["ra"], "user": []}}
        return done({"prefs": {**usual, **self._workspace.core.shelf(_PREFS).get(as_text(found["id"]), {})}})

    async def _set_prefs(self, request: Request) -> Response:
        given, found = await self._channel(request)
        prefs = as_object(object_of(given, "prefs"))
        if not prefs:
            raise failed("invalid_arguments")
        self._workspace.core.shelf(_PREFS).setdefault(as_text(found["id"]), {}).update(prefs)
        self._workspace.core.changed()
        return done()

    async def _retention(self, request: Request) -> Response:
        _, found = await self._channel(request)
        kept = self._workspace.core.shelf(_RETENTION).get(as_text(found["id"]))
        return done({"is_policy_enabled": kept is not None, "duration_days": kept["days"] if kept else 0})

    async def _set_retention(self, request: Request) -> Response:
        given, found = await self._channel(request)
        days = whole_number(text_of(given, "duration_days"), 0, 1, _LONGEST_RETENTION)
        if days is None:
            raise failed("invalid_duration_days")
        self._workspace.core.shelf(_RETENTION)[as_text(found["id"])] = {"days": days}
        self._workspace.core.changed()
        return done()

    async def _remove_retention(self, request: Request) -> Response:
        _, found = await self._channel(request)
        self._workspace.core.shelf(_RETENTION).pop(as_text(found["id"]), None)
        self._workspace.core.changed()
        return done()

    # groups of the identity provider that alone may join

    async def _allowed(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given, found = await self._channel(request)
        if found["is_private"] is not True:
            raise failed("channel_type_not_supported")
        return given, self._workspace.core.shelf(_GROUPS).setdefault(as_text(found["id"]), {})

    async def _groups(self, request: Request) -> Response:
        _, held = await self._allowed(request)
        return done({"group_ids": [*held]})

    async def _add_group(self, request: Request) -> Response:
        given, held = await self._allowed(request)
        group = text_of(given, "group_id")
        if group not in self._workspace.core.shelf("slack.usergroups"):
            raise failed("group_not_found")
        held[group] = True
        self._workspace.core.changed()
        return done()

    async def _remove_group(self, request: Request) -> Response:
        given, held = await self._allowed(request)
        if held.pop(text_of(given, "group_id"), None) is None:
            raise failed("group_not_found")
        self._workspace.core.changed()
        return done()


def _rank(value: Json) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))

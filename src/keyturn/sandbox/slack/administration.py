"""What administrators of the pretend Slack workspace do beyond members: workspaces, channels, roles, billing, logs.

Source: https://docs.slack.dev/reference/methods, families admin.* and team.*, and
https://docs.slack.dev/admins/audit-logs-api for `/audit/v1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.routing import Route
from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import SEEDED, TEAM
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    flag_of,
    instant_of,
    list_of,
    numbered,
    profile_of,
    seconds_of,
    text_of,
)
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer

_ROLES = "slack.roles"
_SESSION_SETTINGS = "slack.session_settings"
_FIELDS = ("Title", "Phone", "Start date")


class AdministrationDesk:
    """Answers `admin.*` beyond `admin.users`, `team.*`, `auth.teams.list` and the audit log."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "admin.teams.admins.list": self._admins,
            "admin.teams.owners.list": self._owners,
            "admin.usergroups.addChannels": self._add_channels,
            "admin.usergroups.listChannels": self._list_channels,
            "admin.usergroups.removeChannels": self._remove_channels,
            "admin.usergroups.addTeams": self._add_teams,
            "admin.roles.listAssignments": self._assignments,
            "admin.roles.addAssignments": self._assign,
            "admin.roles.removeAssignments": self._unassign,
            "admin.users.getExpiration": self._expiration,
            "admin.users.session.resetBulk": self._reset_many,
            "admin.users.session.getSettings": self._session_settings,
            "admin.users.session.setSettings": self._set_session_settings,
            "admin.users.session.clearSettings": self._clear_session_settings,
            "admin.apps.requests.list": self._none("app_requests"),
            "admin.apps.activities.list": self._none("activities"),
            "team.billableInfo": self._billable,
            "team.billing.info": self._plan,
            "team.accessLogs": self._access_logs,
            "team.integrationLogs": self._integration_logs,
            "team.profile.get": self._profile_fields,
            "team.preferences.list": self._preferences,
        }

    def routes(self) -> list[Route]:
        """The audit log, which is no method."""
        return [
            Route("/audit/v1/logs", self._audit),
            Route("/audit/v1/actions", self._actions),
            Route("/audit/v1/schemas", self._schemas),
        ]

    def _users(self) -> list[JsonObject]:
        return list(self._workspace.core.shelf("slack.users").values())

    def _people(self) -> list[JsonObject]:
        return [row for row in self._users() if row["is_bot"] is not True]

    def _none(self, name: str) -> Method:
        async def none(request: Request) -> Response:
            """There are none here."""
            await arguments(request)
            return done({name: [], "response_metadata": {"next_cursor": ""}})

        return none

    # workspaces

    async def _admins(self, request: Request) -> Response:
        return await self._who(request, "is_admin", "admin_ids")

    async def _owners(self, request: Request) -> Response:
        return await self._who(request, "is_owner", "owner_ids")

    async def _who(self, request: Request, flag: str, name: str) -> Response:
        given = await arguments(request)
        page = self._workspace.page(given, [row for row in self._people() if row[flag] is True], name, 100)
        rows = page[name]
        return done({**page, name: [as_object(row)["id"] for row in rows] if isinstance(rows, list) else []})

    # channels of user groups

    async def _group(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        found = self._workspace.core.shelf("slack.usergroups").get(text_of(given, "usergroup_id"))
        if found is None:
            raise failed("usergroup_not_found")
        return given, as_object(found["prefs"])

    async def _add_channels(self, request: Request) -> Response:
        given, prefs = await self._group(request)
        added = [as_text(self._workspace.room(key)["id"]) for key in list_of(given, "channel_ids")]
        prefs["channels"] = [*dict.fromkeys([*texts(prefs["channels"]), *added])]
        self._workspace.core.changed()
        return done()

    async def _list_channels(self, request: Request) -> Response:
        _, prefs = await self._group(request)
        rows = [self._workspace.channel(key) for key in texts(prefs["channels"])]
        return done({"channels": [{"id": row["id"], "name": row["name"], "team_id": TEAM} for row in rows]})

    async def _remove_channels(self, request: Request) -> Response:
        given, prefs = await self._group(request)
        gone = list_of(given, "channel_ids")
        prefs["channels"] = [key for key in texts(prefs["channels"]) if key not in gone]
        self._workspace.core.changed()
        return done()

    async def _add_teams(self, request: Request) -> Response:
        given, _ = await self._group(request)
        if any(team != TEAM for team in list_of(given, "team_ids")):
            raise failed("team_not_found")
        return done()

    # roles

    async def _assignments(self, request: Request) -> Response:
        given = await arguments(request)
        rows = list(self._workspace.core.shelf(_ROLES).values())
        wanted = list_of(given, "role_ids")
        rows = [row for row in rows if not wanted or row["role_id"] in wanted]
        return done(self._workspace.page(given, rows, "role_assignments", 100, "key"))

    async def _pairs(self, request: Request) -> list[tuple[str, str, str]]:
        given = await arguments(request)
        role, entities, users = text_of(given, "role_id"), list_of(given, "entity_ids"), list_of(given, "user_ids")
        if not entities or not users:
            raise failed("invalid_arguments")
        return [(role, entity, as_text(self._workspace.user(key)["id"])) for entity in entities for key in users]

    async def _assign(self, request: Request) -> Response:
        for role, entity, user in await self._pairs(request):
            key, now = f"{role}-{entity}-{user}", self._workspace.seconds()
            row: JsonObject = {"role_id": role, "entity_id": entity, "user_id": user, "date_create": now}
            self._workspace.core.shelf(_ROLES)[key] = {"key": key, **row}
        self._workspace.core.changed()
        return done({"rejected_users": [], "rejected_entities": []})

    async def _unassign(self, request: Request) -> Response:
        for pair in await self._pairs(request):
            self._workspace.core.shelf(_ROLES).pop("-".join(pair), None)
        self._workspace.core.changed()
        return done({"rejected_users": [], "rejected_entities": []})

    # members and their sessions

    async def _expiration(self, request: Request) -> Response:
        found = self._workspace.user(text_of(await arguments(request), "user_id"))
        return done({"expiration_ts": found.get("expiration_ts") or 0})

    def _those(self, given: JsonObject) -> list[str]:
        """The ids of those who are named. Raises Refused if one of them is not there."""
        return [as_text(self._workspace.user(key)["id"]) for key in list_of(given, "user_ids")]

    async def _reset_many(self, request: Request) -> Response:
        for key in self._those(await arguments(request)):
            self._workspace.core.shelf("slack.sessions")[key] = {}
        self._workspace.core.changed()
        return done()

    async def _session_settings(self, request: Request) -> Response:
        kept = self._workspace.core.shelf(_SESSION_SETTINGS)
        wanted = self._those(await arguments(request))
        rows: list[Json] = [{"user_id": key, **kept[key]} for key in wanted if key in kept]
        return done({"session_settings": rows, "no_settings_applied": [key for key in wanted if key not in kept]})

    async def _set_session_settings(self, request: Request) -> Response:
        given = await arguments(request)
        for key in self._those(given):
            self._workspace.core.shelf(_SESSION_SETTINGS)[key] = {
                "desktop_app_browser_quit": flag_of(given, "desktop_app_browser_quit"),
                "duration": given.get("duration"),
            }
        self._workspace.core.changed()
        return done()

    async def _clear_session_settings(self, request: Request) -> Response:
        for key in list_of(await arguments(request), "user_ids"):
            self._workspace.core.shelf(_SESSION_SETTINGS).pop(key, None)
        self._workspace.core.changed()
        return done()

    # the workspace

    async def _billable(self, request: Request) -> Response:
        """Whoever is no guest and not deactivated is paid for."""
        given = await arguments(request)
        rows = [self._workspace.user(as_text(given["user"]))] if given.get("user") else self._people()
        paid: JsonObject = {
            as_text(row["id"]): {"billing_active": row["deleted"] is not True and row["is_restricted"] is not True}
            for row in rows
        }
        return done({"billable_info": paid})

    async def _plan(self, request: Request) -> Response:
        await arguments(request)
        return done({"plan": "enterprise"})

    async def _access_logs(self, request: Request) -> Response:
        given = await arguments(request)
        rows: list[JsonObject] = []
        before = seconds_of(given, "before", self._workspace.seconds())
        for row in self._people():
            if before < SEEDED:
                continue
            for client in self._workspace.core.shelf("slack.sessions").get(as_text(row["id"]), {}):
                seen: JsonObject = {"date_first": SEEDED, "date_last": row["updated"], "count": 1}
                place: JsonObject = {"ip": "127.0.0.1", "user_agent": client, "country": "US", "region": "WA"}
                rows.append({"user_id": row["id"], "username": row["name"], **seen, **place})
        return done(numbered(given, rows, "logins"))

    async def _integration_logs(self, request: Request) -> Response:
        return done(numbered(await arguments(request), [], "logs"))

    async def _profile_fields(self, request: Request) -> Response:
        await arguments(request)
        rows: list[Json] = [
            {"id": f"Xf0{number}", "ordering": number, "field_name": name.lower().replace(" ", "_"), "label": name,
             "hint": "", "type": "text", "possible_values": None, "options": None, "is_hidden": False}
            for number, name in enumerate(_FIELDS)
        ]  # fmt: skip
        return done({"profile": {"fields": rows, "sections": []}})

    async def _preferences(self, request: Request) -> Response:
        await arguments(request)
        kept: JsonObject = {"display_real_names": True, "disable_file_uploads": "allow_all"}
        return done({**kept, "who_can_post_general": "ra", "msg_edit_window_mins": -1, "allow_message_deletion": True})

    # the audit log

    async def _audit(self, request: Request) -> Response:
        params = request.query_params
        oldest, latest = instant_of(params, "oldest"), instant_of(params, "latest")
        rows = [
            row
            for row in self._entries()
            if params.get("action") in (None, "", row["action"])
            and params.get("actor") in (None, "", as_object(as_object(row["actor"])["user"])["id"])
            and params.get("entity") in (None, "", as_object(as_object(row["entity"])["user"])["id"])
            and _within(row["date_create"], oldest, latest)
        ]
        page = self._workspace.page(dict(params), rows, "entries", 9_999)
        return JsonAnswer(page)

    def _entries(self) -> Iterator[JsonObject]:
        """Who signed in, and who was deactivated, as far as the members' rows still show it."""
        for row in self._people():
            shown: JsonObject = {
                "id": row["id"],
                "name": row["real_name"],
                "email": profile_of(row).get("email"),
                "team": TEAM,
            }
            for action, at in (("user_login", SEEDED), ("user_deactivated", row["updated"])):
                if action == "user_deactivated" and row["deleted"] is not True:
                    continue
                someone: JsonObject = {"type": "user", "user": shown}
                location: JsonObject = {"type": "workspace", "id": TEAM, "name": COMPANY, "domain": "northwind"}
                yield {
                    "id": f"{row['id']}-{action}",
                    "date_create": at,
                    "action": action,
                    "actor": someone,
                    "entity": someone,
                    "context": {"location": location, "ua": "", "ip_address": "127.0.0.1", "session_id": None},
                }

    async def _actions(self, request: Request) -> Response:
        return JsonAnswer({"actions": {"user": ["user_login", "user_deactivated"]}})

    async def _schemas(self, request: Request) -> Response:
        """What the entities of an entry are made of."""
        workspace: JsonObject = {"id": "string", "name": "string", "domain": "string"}
        user: JsonObject = {"id": "string", "name": "string", "email": "string", "team": "string"}
        return JsonAnswer({"schemas": [{"type": "workspace", "workspace": workspace}, {"type": "user", "user": user}]})


def _within(at: Json, oldest: float | None, latest: float | None) -> bool:
    if not isinstance(at, int):
        return False
    return (oldest is None or at >= oldest) and (latest is None or at <= latest)

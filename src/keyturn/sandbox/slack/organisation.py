"""What an organisation decides of its pretend Slack workspace: apps, emoji, sign-in policies, barriers, settings.

Source: https://docs.slack.dev/reference/methods, families admin.apps, admin.auth.policy, admin.barriers, admin.emoji,
admin.teams and admin.workflows.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import TEAM
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments, done, failed, list_of, text_of
from keyturn.sandbox.values import Json, JsonObject, as_text, texts

_APPS, _POLICIES, _BARRIERS, _EMOJI, _TEAMS = (
    f"slack.{name}" for name in ("apps", "policies", "barriers", "emoji", "teams")
)
_SUBJECTS = {"im", "mpim", "call"}
_DISCOVERABLE = ("open", "invite_only", "closed", "unlisted")


class OrganisationDesk:
    """Answers what is decided for everybody."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "admin.apps.approve": self._decide,
            "admin.apps.restrict": self._decide,
            "admin.apps.clearResolution": self._decide,
            "admin.apps.uninstall": self._uninstall,
            "admin.apps.approved.list": self._approved,
            "admin.apps.restricted.list": self._restricted,
            "admin.auth.policy.assignEntities": self._assign,
            "admin.auth.policy.getEntities": self._assigned,
            "admin.auth.policy.removeEntities": self._unassign,
            "admin.barriers.create": self._create_barrier,
            "admin.barriers.update": self._update_barrier,
            "admin.barriers.delete": self._delete_barrier,
            "admin.barriers.list": self._list_barriers,
            "admin.emoji.add": self._add_emoji,
            "admin.emoji.addAlias": self._alias_emoji,
            "admin.emoji.rename": self._rename_emoji,
            "admin.emoji.remove": self._remove_emoji,
            "admin.emoji.list": self._list_emoji,
            "emoji.list": self._list_emoji,
            "admin.teams.list": self._teams,
            "auth.teams.list": self._teams,
            "admin.teams.create": self._create_team,
            "admin.teams.settings.info": self._settings,
            "admin.teams.settings.setName": self._set("name"),
            "admin.teams.settings.setDescription": self._set("description"),
            "admin.teams.settings.setDiscoverability": self._set("discoverability"),
            "admin.teams.settings.setIcon": self._set("image_url"),
            "admin.teams.settings.setDefaultChannels": self._set_default_channels,
            "admin.workflows.search": self._workflows,
            "admin.users.unsupportedVersions.export": self._export,
        }

    # apps

    async def _app(self, request: Request) -> tuple[JsonObject, str]:
        given = await arguments(request)
        return given, text_of({"app": given.get("app_id") or given.get("request_id")}, "app", "app_management_app_id")

    async def _decide(self, request: Request) -> Response:
        _, app = await self._app(request)
        verb = str(request.scope["path"]).rpartition(".")[2]
        apps = self._workspace.core.shelf(_APPS)
        if verb == "clearResolution":
            apps.pop(app, None)
        else:
            by: JsonObject = {"actor_type": "user", "actor_id": "U0KEYTURNBOT"}
            about: JsonObject = {"id": app, "name": app, "description": "", "is_internal": False}
            found: JsonObject = {"app": about, "date_updated": self._workspace.seconds(), "last_resolved_by": by}
            apps[app] = {"key": app, "state": verb, **found, "scopes": []}
        self._workspace.core.changed()
        return done()

    async def _uninstall(self, request: Request) -> Response:
        _, app = await self._app(request)
        if self._workspace.core.shelf(_APPS).pop(app, None) is None:
            raise failed("app_not_installed")
        self._workspace.core.changed()
        return done()

    async def _approved(self, request: Request) -> Response:
        return await self._decided(request, "approve", "approved_apps")

    async def _restricted(self, request: Request) -> Response:
        return await self._decided(request, "restrict", "restricted_apps")

    async def _decided(self, request: Request, state: str, name: str) -> Response:
        given = await arguments(request)
        rows = [row for row in self._workspace.core.shelf(_APPS).values() if row["state"] == state]
        return done(self._workspace.page(given, rows, name, 100, "key"))

    # who is held to a policy of signing in

    async def _policy(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        if text_of(given, "policy_name") != "email_password":
            raise failed("policy_not_found")
        return given, self._workspace.core.shelf(_POLICIES).setdefault("email_password", {})

    async def _assign(self, request: Request) -> Response:
        given, held = await self._policy(request)
        people = [as_text(self._workspace.user(key)["id"]) for key in list_of(given, "entity_ids")]
        held.update(dict.fromkeys(people, self._workspace.seconds()))
        self._workspace.core.changed()
        return done({"entity_total_count": len(held)})

    async def _unassign(self, request: Request) -> Response:
        given, held = await self._policy(request)
        for key in list_of(given, "entity_ids"):
            held.pop(key, None)
        self._workspace.core.changed()
        return done({"entity_total_count": len(held)})

    async def _assigned(self, request: Request) -> Response:
        given, held = await self._policy(request)
        rows: list[JsonObject] = [
            {"entity_id": key, "entity_type": "USER", "date_added": added} for key, added in held.items()
        ]
        page = self._workspace.page(given, rows, "entities", 100, "entity_id")
        return done({**page, "entity_total_count": len(rows)})

    # barriers between groups of people

    def _barrier(self, given: JsonObject) -> JsonObject:
        groups = self._workspace.core.shelf("slack.usergroups")
        primary, barred = text_of(given, "primary_usergroup_id"), list_of(given, "barriered_from_usergroup_ids")
        subjects = list_of(given, "restricted_subjects")
        if not barred or any(key not in groups for key in [primary, *barred]):
            raise failed("usergroup_not_found")
        if set(subjects) != _SUBJECTS:
            raise failed("invalid_restricted_subjects")
        others: list[Json] = [{"id": key, "name": groups[key]["name"]} for key in barred]
        first: JsonObject = {"id": primary, "name": groups[primary]["name"]}
        more: JsonObject = {"barriered_from_usergroups": others, "restricted_subjects": list(subjects)}
        return {"primary_usergroup": first, **more, "date_update": self._workspace.seconds()}

    async def _create_barrier(self, request: Request) -> Response:
        row = self._barrier(await arguments(request))
        key = f"Br0{self._workspace.core.ids.word(8).upper()}"
        self._workspace.core.shelf(_BARRIERS)[key] = {"id": key, "enterprise_id": "E0NORTHWIND", **row}
        self._workspace.core.changed()
        return done({"barrier": self._workspace.core.shelf(_BARRIERS)[key]})

    async def _known_barrier(self, request: Request) -> tuple[JsonObject, JsonObject]:
        given = await arguments(request)
        found = self._workspace.core.shelf(_BARRIERS).get(text_of(given, "barrier_id"))
        if found is None:
            raise failed("barrier_not_found")
        return given, found

    async def _update_barrier(self, request: Request) -> Response:
        given, found = await self._known_barrier(request)
        found.update(self._barrier(given))
        self._workspace.core.changed()
        return done({"barrier": found})

    async def _delete_barrier(self, request: Request) -> Response:
        _, found = await self._known_barrier(request)
        del self._workspace.core.shelf(_BARRIERS)[as_text(found["id"])]
        self._workspace.core.changed()
        return done()

    async def _list_barriers(self, request: Request) -> Response:
        rows = list(self._workspace.core.shelf(_BARRIERS).values())
        return done(self._workspace.page(await arguments(request), rows, "barriers", 1000))

    # emoji

    async def _emoji(self, request: Request, *, new: bool) -> tuple[JsonObject, str]:
        given = await arguments(request)
        name = text_of(given, "name").strip(":")
        if (name in self._workspace.core.shelf(_EMOJI)) is new:
            raise failed("error_name_taken" if new else "emoji_not_found")
        return given, name

    def _keep_emoji(self, name: str, url: str) -> Response:
        row: JsonObject = {"url": url, "date_created": self._workspace.seconds(), "uploaded_by": "U0KEYTURNBOT"}
        self._workspace.core.shelf(_EMOJI)[name] = row
        self._workspace.core.changed()
        return done()

    async def _add_emoji(self, request: Request) -> Response:
        given, name = await self._emoji(request, new=True)
        return self._keep_emoji(name, text_of(given, "url"))

    async def _alias_emoji(self, request: Request) -> Response:
        given, name = await self._emoji(request, new=True)
        return self._keep_emoji(name, f"alias:{text_of(given, 'alias_for').strip(':')}")

    async def _rename_emoji(self, request: Request) -> Response:
        given, name = await self._emoji(request, new=False)
        shelf, new = self._workspace.core.shelf(_EMOJI), text_of(given, "new_name").strip(":")
        if new in shelf:
            raise failed("error_name_taken")
        shelf[new] = shelf.pop(name)
        self._workspace.core.changed()
        return done()

    async def _remove_emoji(self, request: Request) -> Response:
        _, name = await self._emoji(request, new=False)
        del self._workspace.core.shelf(_EMOJI)[name]
        self._workspace.core.changed()
        return done()

    async def _list_emoji(self, request: Request) -> Response:
        await arguments(request)
        rows, whole = self._workspace.core.shelf(_EMOJI), str(request.scope["path"]).endswith("admin.emoji.list")
        emoji: JsonObject = {name: row if whole else row["url"] for name, row in rows.items()}
        return done({"emoji": emoji, "cache_ts": f"{self._workspace.seconds()}.000000"})

    # workspaces and their settings

    def _own(self) -> JsonObject:
        """The settings of the workspace, as they were changed."""
        own: JsonObject = {"id": TEAM, "name": COMPANY, "domain": "northwind"}
        return self._workspace.core.shelf(_TEAMS).get(TEAM, own)

    def _shown(self, row: JsonObject) -> JsonObject:
        base = f"{self._workspace.core.base('slack')}/"
        usual: JsonObject = {"description": "", "discoverability": "closed", "email_domain": "northwind.example"}
        return {**usual, **row, "url": base, "team_url": base}

    async def _teams(self, request: Request) -> Response:
        given = await arguments(request)
        return done(self._workspace.page(given, [self._shown(row) for row in self._known_teams()], "teams", 100))

    async def _create_team(self, request: Request) -> Response:
        given = await arguments(request)
        domain, name, teams = text_of(given, "team_domain"), text_of(given, "team_name"), self._known_teams()
        if any(row["domain"] == domain for row in teams):
            raise failed("url_is_taken")
        key = f"T0{self._workspace.core.ids.word(9).upper()}"
        row: JsonObject = {"id": key, "name": name, "domain": domain}
        row.update({part: given[part] for part in ("discoverability",) if given.get(part)})
        row["description"] = as_text(given.get("team_description"))
        self._workspace.core.shelf(_TEAMS)[key] = row
        self._workspace.core.changed()
        return done({"team": key})

    def _known_teams(self) -> list[JsonObject]:
        own = self._own()
        return [own, *(row for row in self._workspace.core.shelf(_TEAMS).values() if row["id"] != TEAM)]

    def _team(self, given: JsonObject) -> JsonObject:
        key = text_of(given, "team_id")
        found = next((row for row in self._known_teams() if row["id"] == key), None)
        if found is None:
            raise failed("team_not_found")
        return found

    def _keep(self, team: JsonObject, settings: JsonObject) -> None:
        self._workspace.core.shelf(_TEAMS)[as_text(team["id"])] = {**team, **settings}
        self._workspace.core.changed()

    async def _settings(self, request: Request) -> Response:
        found = self._team(await arguments(request))
        channels = self._workspace.core.shelf("slack.channels").values()
        general: list[Json] = [row["id"] for row in channels if row.get("is_general") is True]
        return done({"team": {"default_channels": general, **self._shown(found)}})

    def _set(self, name: str) -> Method:
        async def change(request: Request) -> Response:
            given = await arguments(request)
            found, value = self._team(given), text_of(given, name)
            if name == "discoverability" and value not in _DISCOVERABLE:
                raise failed("discoverability_setting_invalid")
            self._keep(found, {name: value})
            return done()

        return change

    async def _set_default_channels(self, request: Request) -> Response:
        given = await arguments(request)
        found, wanted = self._team(given), list_of(given, "channel_ids")
        if not wanted:
            raise failed("invalid_arguments")
        channels: list[Json] = [self._workspace.channel(key)["id"] for key in wanted]
        self._keep(found, {"default_channels": channels})
        return done({"channels": [{"channel": key} for key in texts(channels)]})

    # what there is none of

    async def _workflows(self, request: Request) -> Response:
        await arguments(request)
        return done({"workflows": [], "total_count": 0, "response_metadata": {"next_cursor": ""}})

    async def _export(self, request: Request) -> Response:
        """The list comes by mail, which the pretend workspace does not send."""
        await arguments(request)
        return done()

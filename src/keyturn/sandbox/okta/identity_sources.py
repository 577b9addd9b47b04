"""Identity sources of the pretend Okta org: people and groups that an app brings in, singly or by sessions.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/IdentitySource/.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.okta.attributes import of_everybody
from keyturn.sandbox.okta.create import Wanted, create_user
from keyturn.sandbox.okta.groups import GroupDesk
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.users import UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, Refused, json_object

_MOST_ROWS = 200
# attribute of an imported profile: attribute of a user
_IMPORTED = {
    "userName": "login",
    "email": "email",
    "firstName": "firstName",
    "lastName": "lastName",
    "secondEmail": "secondEmail",
    "mobilePhone": "mobilePhone",
    "homeAddress": "postalAddress",
}


@dataclass(frozen=True)
class _Bulk:
    """An upload of a session: its name in the path, where its rows stand in the body, and what each must name."""

    name: str
    rows: str
    named: str = ""


_BULKS = (
    _Bulk("bulk-upsert", "profiles", "externalId"),
    _Bulk("bulk-groups-upsert", "profiles", "externalId"),
    _Bulk("bulk-group-memberships-upsert", "memberships", "groupExternalId"),
    _Bulk("bulk-group-memberships-delete", "memberships", "groupExternalId"),
    _Bulk("bulk-groups-delete", "externalIds"),
    _Bulk("bulk-delete", "profiles", "externalId"),
)


class IdentitySourceDesk:
    """Answers `/identity-sources/{app}`: sessions, users and groups."""

    def __init__(self, org: OktaOrg, users: UserDesk, groups: GroupDesk) -> None:
        self._org = org
        self._users = users
        self._groups = groups

    def routes(self) -> list[Route]:
        """The operations."""
        source = "/api/v1/identity-sources/{app}"
        sessions, users, groups = source + "/sessions", source + "/users", source + "/groups"
        members = groups + "/{group}/membership"
        return [
            Route(sessions, self._sessions),
            Route(sessions, self._open, ["POST"]),
            Route(sessions + "/{session}", self._get_session),
            Route(sessions + "/{session}", self._close, ["DELETE"]),
            *(Route(sessions + "/{session}/" + bulk.name, self._stage, ["POST"]) for bulk in _BULKS),
            Route(sessions + "/{session}/start-import", self._import, ["POST"]),
            Route(users, self._create_user, ["POST"]),
            Route(users + "/{user}", self._get_user),
            Route(users + "/{user}", self._write_user, ["PUT", "PATCH"]),
            Route(users + "/{user}", self._delete_user, ["DELETE"]),
            Route(groups, self._create_group, ["POST"]),
            Route(groups + "/{group}", self._get_group),
            Route(groups + "/{group}", self._write_group, ["POST"]),
            Route(groups + "/{group}", self._delete_group, ["DELETE"]),
            Route(members, self._members),
            Route(members, self._add_member, ["POST"]),
            Route(members + "/{user}", self._remove_member, ["DELETE"]),
        ]

    def _of_app(self, request: Request, shelf: str) -> JsonObject:
        return self._org.core.shelf(shelf).setdefault(as_text(self._org.app(request)["id"]), {})

    # sessions

    def _shown_session(self, row: JsonObject) -> JsonObject:
        return {name: value for name, value in row.items() if not name.startswith("bulk-")}

    async def _sessions(self, request: Request) -> Response:
        rows: list[Json] = [
            self._shown_session(as_object(row)) for row in self._of_app(request, "okta.imports").values()
        ]
        return JsonAnswer(rows)

    async def _open(self, request: Request) -> Response:
        held = self._of_app(request, "okta.imports")
        if any(as_object(row)["status"] == "CREATED" for row in held.values()):
            raise self._org.words.validation("session", "There is an open import session of this identity source.")
        now = self._org.core.now()
        row: JsonObject = {
            "id": self._org.new_id("uij"),
            "identitySourceId": as_text(self._org.app(request)["id"]),
            "status": "CREATED",
            "importType": "INCREMENTAL",
            "created": now,
            "lastUpdated": now,
        }
        held[as_text(row["id"])] = row
        self._org.core.changed()
        return JsonAnswer(self._shown_session(row))

    def _session(self, request: Request, *, opened: bool = False) -> JsonObject:
        key = str(request.path_params["session"])
        row = self._of_app(request, "okta.imports").get(key)
        if not isinstance(row, dict):
            raise self._org.words.not_found(key, "IdentitySourceSession")
        if opened and row["status"] != "CREATED":
            raise self._org.words.validation("session", f"The session is {row['status']}: it takes no more.")
        return row

    async def _get_session(self, request: Request) -> Response:
        return JsonAnswer(self._shown_session(self._session(request)))

    async def _close(self, request: Request) -> Response:
        row = self._session(request, opened=True)
        row["status"], row["lastUpdated"] = "CLOSED", self._org.core.now()
        self._org.core.changed()
        return Response(status_code=204)

    async def _stage(self, request: Request) -> Response:
        session = self._session(request, opened=True)
        path = str(request.scope["path"])
        bulk = next(one for one in _BULKS if path.endswith("/" + one.name))
        rows = as_list((await json_object(request)).get(bulk.rows))
        named = [as_text(as_object(row).get(bulk.named)) if bulk.named else as_text(row) for row in rows]
        if not 0 < len(rows) <= _MOST_ROWS or not all(named):
            what = f", each with a {bulk.named}" if bulk.named else ""
            raise self._org.words.validation(bulk.rows, f"{bulk.rows}: 1 to {_MOST_ROWS} rows{what}")
        session[bulk.name] = [*as_list(session.get(bulk.name)), *rows]
        self._org.core.changed()
        return Response(status_code=202)

    async def _import(self, request: Request) -> Response:
        """Carries out what was uploaded, people first: who is to be deleted is deactivated, as Okta does.

        What cannot be imported is left out, and the rest goes on.
        """
        session = self._session(request, opened=True)
        rows = {bulk.name: as_list(session.get(bulk.name)) for bulk in _BULKS}
        for row in rows["bulk-upsert"]:
            with suppress(Refused):
                self._upsert_user(request, as_object(row))
        for row in rows["bulk-groups-upsert"]:
            with suppress(Refused):
                self._upsert_group(request, as_object(row))
        for row in rows["bulk-group-memberships-upsert"]:
            self._import_members(request, as_object(row), joins=True)
        for row in rows["bulk-group-memberships-delete"]:
            self._import_members(request, as_object(row), joins=False)
        for row in rows["bulk-groups-delete"]:
            self._drop_group(request, self._imported_group(request, as_text(row)))
        for row in rows["bulk-delete"]:
            self._deactivate(request, self._imported(request, as_text(as_object(row).get("externalId"))))
        session["status"], session["lastUpdated"] = "COMPLETED", self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown_session(session))

    def _import_members(self, request: Request, row: JsonObject, *, joins: bool) -> None:
        """What names no group or person of the source is left out: an import ends with what it could do."""
        group = self._imported_group(request, as_text(row.get("groupExternalId")))
        for external in texts(row.get("memberExternalIds")):
            account = self._imported(request, external)
            if group is not None and account is not None:
                self._move(request, group, account, joins=joins)

    # users

    def _imported(self, request: Request, external: str) -> OktaAccount | None:
        linked = self._of_app(request, "okta.imported")
        return self._org.core.world.accounts.find_okta(as_text(linked.get(external)) or "-")

    def _user(self, request: Request, external: str) -> OktaAccount:
        found = self._imported(request, external)
        if found is None:
            raise self._org.words.not_found(external, "IdentitySourceUser")
        return found

    def _named_user(self, request: Request) -> tuple[str, OktaAccount]:
        external = str(request.path_params["user"])
        return external, self._user(request, external)

    def _upsert_user(self, request: Request, row: JsonObject) -> None:
        given = as_object(row.get("profile"))
        profile: JsonObject = {name: given[key] for key, name in _IMPORTED.items() if key in given}
        external = as_text(row["externalId"])
        found = self._imported(request, external) or self._org.core.world.accounts.find_okta(
            as_text(profile.get("login")) or "-"
        )
        if found is None:
            wanted = Wanted(profile, False, None, None, True, False, ())
            found = create_user(self._org.core, self._org.words, wanted, of_everybody(self._org.core))
            self._org.happened_to(request, found, "user.lifecycle.create")
        else:
            found.profile.update(profile)
            found.last_updated = self._org.core.now()
            self._org.happened_to(request, found, "user.account.update_profile")
        self._of_app(request, "okta.imported")[external] = found.id

    def _deactivate(self, request: Request, account: OktaAccount | None) -> None:
        if account is not None and account.status != "DEPROVISIONED":
            self._users.deactivate(request, account)

    def _shown_user(self, external: str, account: OktaAccount) -> JsonObject:
        held = account.profile
        profile: JsonObject = {key: held[name] for key, name in _IMPORTED.items() if held.get(name) is not None}
        return {
            "id": account.id,
            "externalId": external,
            "created": account.created,
            "lastUpdated": account.last_updated,
            "profile": profile,
        }

    async def _create_user(self, request: Request) -> Response:
        body = await json_object(request)
        external = self._fresh(body, self._of_app(request, "okta.imported"))
        self._upsert_user(request, {**body, "externalId": external})
        return Response(status_code=200)

    async def _get_user(self, request: Request) -> Response:
        return JsonAnswer(self._shown_user(*self._named_user(request)))

    async def _write_user(self, request: Request) -> Response:
        external, account = self._named_user(request)
        self._upsert_user(request, {**(await json_object(request)), "externalId": external})
        return JsonAnswer(self._shown_user(external, account))

    async def _delete_user(self, request: Request) -> Response:
        external, account = self._named_user(request)
        self._deactivate(request, account)
        del self._of_app(request, "okta.imported")[external]
        self._org.core.changed()
        return Response(status_code=204)

    def _fresh(self, body: JsonObject, held: JsonObject) -> str:
        """The external id of what is to be created. Raises Refused (400) if there is none, or it is taken."""
        external = as_text(body.get("externalId"))
        if not external:
            raise self._org.words.validation("externalId", "externalId: The field cannot be left blank")
        if external in held:
            text = "externalId: An object with this field already exists in the identity source"
            raise self._org.words.validation("externalId", text)
        return external

    # groups

    def _imported_group(self, request: Request, key: str) -> JsonObject | None:
        """By the external id or by Okta's own."""
        linked = self._of_app(request, "okta.imported_groups")
        group_id = as_text(linked.get(key)) or (key if key in linked.values() else "")
        return self._org.core.shelf("okta.groups").get(group_id)

    def _group(self, request: Request) -> JsonObject:
        key = str(request.path_params["group"])
        found = self._imported_group(request, key)
        if found is None:
            raise self._org.words.not_found(key, "IdentitySourceGroup")
        return found

    def _external(self, request: Request, group: JsonObject) -> str:
        linked = self._of_app(request, "okta.imported_groups")
        return next(external for external, group_id in linked.items() if group_id == group["id"])

    def _upsert_group(self, request: Request, row: JsonObject) -> JsonObject:
        external, given = as_text(row["externalId"]), as_object(row.get("profile"))
        found, name = self._imported_group(request, external), as_text(given.get("displayName"))
        if found is None and not name:
            raise self._org.words.validation("displayName", "displayName: The field cannot be left blank")
        found = found or self._new_group(request, external, name)
        profile = as_object(found["profile"])
        profile["name"] = name or profile["name"]
        profile["description"] = given.get("description", profile["description"])
        found["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return found

    def _new_group(self, request: Request, external: str, name: str) -> JsonObject:
        source: JsonObject = {"id": as_text(self._org.app(request)["id"])}
        made = self._groups.make("APP_GROUP", {"name": name}, source=source)
        self._of_app(request, "okta.imported_groups")[external] = made["id"]
        return made

    def _drop_group(self, request: Request, group: JsonObject | None) -> None:
        if group is None:
            return
        del self._of_app(request, "okta.imported_groups")[self._external(request, group)]
        self._groups.drop(request, group)

    def _shown_group(self, request: Request, group: JsonObject) -> JsonObject:
        held = as_object(group["profile"])
        profile: JsonObject = {"displayName": held["name"], "description": held["description"]}
        return {"id": group["id"], "externalId": self._external(request, group), "profile": {"profile": profile}}

    async def _create_group(self, request: Request) -> Response:
        body = await json_object(request)
        external = self._fresh(body, self._of_app(request, "okta.imported_groups"))
        return JsonAnswer(self._shown_group(request, self._upsert_group(request, {**body, "externalId": external})))

    async def _get_group(self, request: Request) -> Response:
        return JsonAnswer(self._shown_group(request, self._group(request)))

    async def _write_group(self, request: Request) -> Response:
        external = self._external(request, self._group(request))
        body = await json_object(request)
        return JsonAnswer(self._shown_group(request, self._upsert_group(request, {**body, "externalId": external})))

    async def _delete_group(self, request: Request) -> Response:
        self._drop_group(request, self._group(request))
        return Response(status_code=204)

    # members

    def _move(self, request: Request, group: JsonObject, account: OktaAccount, *, joins: bool) -> None:
        if joins:
            self._groups.join(request, group, account.id)
        else:
            self._groups.leave(request, group, account)

    async def _members(self, request: Request) -> Response:
        held = self._org.core.shelf("okta.members").get(as_text(self._group(request)["id"]), {})
        linked = self._of_app(request, "okta.imported")
        rows: list[JsonObject] = [{"id": external} for external, user_id in linked.items() if user_id in held]
        return self._org.page(request, rows, 200, shape=lambda page: {"memberExternalIds": [row["id"] for row in page]})

    async def _add_member(self, request: Request) -> Response:
        group = self._group(request)
        external = as_text((await json_object(request)).get("memberExternalId"))
        self._move(request, group, self._user(request, external), joins=True)
        return Response(status_code=204)

    async def _remove_member(self, request: Request) -> Response:
        group = self._group(request)
        _, account = self._named_user(request)
        self._move(request, group, account, joins=False)
        return Response(status_code=204)

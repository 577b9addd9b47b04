"""Groups of the pretend Okta org, their members and owners.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.filters import Rules, values_at
from keyturn.sandbox.okta.attributes import complaints, frozen, of_groups, with_defaults
from keyturn.sandbox.okta.log import group_target
from keyturn.sandbox.okta.org import OktaOrg, only
from keyturn.sandbox.okta.users import UserDesk, group_shown
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, normal, texts
from keyturn.sandbox.wire import JsonAnswer, json_object

_DATES = frozenset({"created", "lastUpdated", "lastMembershipUpdated"})
_SEARCH = Rules(only("id", "type", "source.id", "profile.", *_DATES), _DATES)
_FILTER = Rules(only("id", "type", "lastUpdated", "lastMembershipUpdated"), _DATES)
_LONGEST_NAME, _LONGEST_ABOUT = 255, 1024


class GroupDesk:
    """Answers `/api/v1/groups`, apart from rules and roles."""

    def __init__(self, org: OktaOrg, users: UserDesk) -> None:
        self._org = org
        self._users = users

    def routes(self) -> list[Route]:
        """The operations."""
        group = "/api/v1/groups/{group}"
        return [
            Route("/api/v1/groups", self._list),
            Route("/api/v1/groups", self._add, ["POST"]),
            Route(group, self._get),
            Route(group, self._replace, ["PUT"]),
            Route(group, self._delete, ["DELETE"]),
            Route(group + "/users", self._members),
            Route(group + "/users/{user}", self._add_member, ["PUT"]),
            Route(group + "/users/{user}", self._remove_member, ["DELETE"]),
            Route(group + "/apps", self._apps),
            Route(group + "/owners", self._owners),
            Route(group + "/owners", self._add_owner, ["POST"]),
            Route(group + "/owners/{owner}", self._remove_owner, ["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        shelf = self._org.core.shelf("okta.groups")
        rows = list(shelf.values())
        search, filtered, query = params.get("search"), params.get("filter"), params.get("q")
        if search or filtered:
            meets = self._org.meets(search or filtered or "", _SEARCH if search else _FILTER)
            rows = [row for row in rows if meets(row)]
        if query:
            wanted = normal(query)
            rows = [row for row in rows if normal(_name(row)).startswith(wanted)]
        rows = [group_shown(self._org, row) for row in rows]
        if params.get("expand") == "stats":
            for row in rows:
                row["_embedded"] = {"stats": self._stats(as_text(row["id"]))}
        if self._org.sorted_rows(request, rows, lambda row, name: str((values_at(row, name) or [""])[0]).casefold()):
            return self._org.page(request, rows, 10_000)
        return self._org.page(request, rows, 10_000, order=list(shelf))

    def _stats(self, group_id: str) -> JsonObject:
        held = self._org.core.shelf("okta.app_groups")
        return {
            "usersCount": len(self._org.core.shelf("okta.members").get(group_id, {})),
            "appsCount": sum(group_id in groups for groups in held.values()),
            "groupPushMappingsCount": 0,
            "hasAdminPrivilege": bool(self._org.core.shelf("okta.group_roles").get(group_id)),
        }

    async def _add(self, request: Request) -> Response:
        given = as_object((await json_object(request)).get("profile"))
        profile = with_defaults(given, of_groups(self._org.core))
        self._check(profile, None)
        group = self.make("OKTA_GROUP", profile)
        self._org.happened(request, "group.lifecycle.create", group_target(group))
        return JsonAnswer(group_shown(self._org, group))

    def make(self, kind: str, profile: JsonObject, **further: Json) -> JsonObject:
        """Put a new group of a type among the others."""
        now = self._org.core.now()
        group: JsonObject = {
            "id": self._org.new_id("00g"),
            "created": now,
            "lastUpdated": now,
            "lastMembershipUpdated": now,
            "objectClass": ["okta:user_group"],
            "type": kind,
            **further,
            "profile": {"description": None, **profile},
        }
        self._org.core.shelf("okta.groups")[as_text(group["id"])] = group
        return group

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(group_shown(self._org, self._org.group(request)))

    async def _replace(self, request: Request) -> Response:
        group = self._own_group(request)
        profile = as_object((await json_object(request)).get("profile"))
        self._check(profile, group)
        group["profile"] = {"description": None, **profile}
        group["lastUpdated"] = self._org.core.now()
        self._org.happened(request, "group.profile.update", group_target(group))
        return JsonAnswer(group_shown(self._org, group))

    async def _delete(self, request: Request) -> Response:
        self.drop(request, self._own_group(request))
        return Response(status_code=204)

    def drop(self, request: Request, group: JsonObject) -> None:
        """Delete a group, with what hangs on it."""
        group_id = as_text(group["id"])
        for name in ("okta.groups", "okta.members", "okta.owners", "okta.group_roles"):
            self._org.core.shelf(name).pop(group_id, None)
        for groups in self._org.core.shelf("okta.app_groups").values():
            groups.pop(group_id, None)
        for rule in self._org.core.shelf("okta.rules").values():
            if names_group(rule, group_id):
                rule["status"] = "INVALID"
        self._org.happened(request, "group.lifecycle.delete", group_target(group))

    # members

    async def _members(self, request: Request) -> Response:
        group_id = as_text(self._org.group(request)["id"])
        members = self._org.core.shelf("okta.members").get(group_id, {})
        accounts = self._org.core.world.accounts.okta
        rows = [self._users.shown(account) for account in accounts if account.id in members]
        return self._org.page(request, rows, 1000, order=[account.id for account in accounts])

    async def _add_member(self, request: Request) -> Response:
        """Who is a member already stays one: 204 as well."""
        group = self._own_group(request)
        account = self._org.user(request, "user")
        self.join(request, group, account.id)
        return Response(status_code=204)

    def join(self, request: Request, group: JsonObject, user_id: str) -> None:
        """Make a user a member of a group."""
        members = self._org.core.shelf("okta.members").setdefault(as_text(group["id"]), {})
        if user_id in members:
            return
        members[user_id] = group["lastMembershipUpdated"] = self._org.core.now()
        account = self._org.find_user(user_id)
        self._org.happened_to(request, account, "group.user_membership.add", group_target(group))

    async def _remove_member(self, request: Request) -> Response:
        group = self._own_group(request)
        self.leave(request, group, self._org.user(request, "user"))
        return Response(status_code=204)

    def leave(self, request: Request, group: JsonObject, account: OktaAccount) -> None:
        """End the membership of a user, if there is one."""
        members = self._org.core.shelf("okta.members").get(as_text(group["id"]), {})
        if members.pop(account.id, None) is not None:
            group["lastMembershipUpdated"] = self._org.core.now()
            self._org.happened_to(request, account, "group.user_membership.remove", group_target(group))

    async def _apps(self, request: Request) -> Response:
        group_id = as_text(self._org.group(request)["id"])
        held = self._org.core.shelf("okta.app_groups")
        apps = self._org.core.shelf("okta.apps")
        return self._org.page(request, [app for key, app in apps.items() if group_id in held.get(key, {})])

    # owners

    async def _owners(self, request: Request) -> Response:
        owners = self._org.core.shelf("okta.owners").get(as_text(self._org.group(request)["id"]), {})
        rows = [self._owner(key, as_text(kind)) for key, kind in owners.items()]
        return self._org.page(request, rows, 1000)

    async def _add_owner(self, request: Request) -> Response:
        group = self._own_group(request)
        body = await json_object(request)
        key, kind = as_text(body.get("id")), as_text(body.get("type"))
        if kind not in ("USER", "GROUP"):
            raise self._org.words.validation("type", "type: must be USER or GROUP")
        owner = self._owner(key, kind)
        self._org.core.shelf("okta.owners").setdefault(as_text(group["id"]), {})[key] = kind
        self._org.core.changed()
        return JsonAnswer(owner, 201)

    async def _remove_owner(self, request: Request) -> Response:
        owners = self._org.core.shelf("okta.owners").get(as_text(self._org.group(request)["id"]), {})
        owner = str(request.path_params["owner"])
        if owners.pop(owner, None) is None:
            raise self._org.words.not_found(owner, "GroupOwner")
        self._org.core.changed()
        return Response(status_code=204)

    def _owner(self, key: str, kind: str) -> JsonObject:
        if kind == "USER":
            account = self._org.find_user(key)
            name, updated = as_text(account.profile.get("displayName")), account.last_updated
        else:
            group = self._org.find(key, "okta.groups", "UserGroup")
            name, updated = _name(group), as_text(group["lastUpdated"])
        return {
            "id": key,
            "type": kind,
            "resolved": True,
            "originId": None,
            "originType": "OKTA_DIRECTORY",
            "displayName": name,
            "lastUpdated": updated,
        }

    # helpers

    def _own_group(self, request: Request) -> JsonObject:
        """The group, if it is one that may be changed."""
        group = self._org.group(request)
        if group["type"] != "OKTA_GROUP":
            raise self._org.words.refuse("E0000006")
        return group

    def _check(self, profile: JsonObject, own: JsonObject | None) -> None:
        name, known = as_text(profile.get("name")), of_groups(self._org.core)
        if not name.strip():
            raise self._org.words.validation("name", "name: The field cannot be left blank")
        if len(name) > _LONGEST_NAME or len(as_text(profile.get("description"))) > _LONGEST_ABOUT:
            raise self._org.words.validation("name", "name: The field is too long")
        before = with_defaults({}, known) if own is None else as_object(own["profile"])
        causes = [*complaints(profile, known), *frozen(profile, before, known)]
        if causes:
            raise self._org.words.validation(causes[0].partition(":")[0], *causes)
        groups = self._org.core.shelf("okta.groups").values()
        if any(other is not own and _name(other) == name for other in groups):
            text = "name: An object with this field already exists in the current organization"
            raise self._org.words.validation("name", text)


def _name(group: JsonObject) -> str:
    return as_text(as_object(group["profile"]).get("name"))


def names_group(rule: JsonObject, group_id: str) -> bool:
    """Whether a group rule puts people into a group, or asks whether they are in it."""
    expression = as_text(as_object(as_object(rule["conditions"]).get("expression")).get("value"))
    into = texts(as_object(as_object(rule["actions"]).get("assignUserToGroups")).get("groupIds"))
    return group_id in into or f'"{group_id}"' in expression.replace("'", '"')

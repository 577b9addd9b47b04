"""Groups of the pretend Google Workspace account, and their members.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/groups and .../members.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.search import group_query
from keyturn.sandbox.google.seed import member
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace, of_domain, same
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer

_ROLES = ("OWNER", "MANAGER", "MEMBER")
_HIDDEN = ("aliases", "nonEditableAliases")


class GroupDesk:
    """Answers `/groups`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        groups = "/admin/directory/v1/groups"
        group = groups + "/{group}"
        return [
            Route(groups, self._list),
            Route(groups, self._insert, ["POST"]),
            Route(group, self._get),
            Route(group, self._update, ["PUT", "PATCH"]),
            Route(group, self._delete, ["DELETE"]),
            Route(group + "/aliases", self._aliases),
            Route(group + "/aliases", self._add_alias, ["POST"]),
            Route(group + "/aliases/{alias}", self._remove_alias, ["DELETE"]),
            Route(group + "/members", self._members),
            Route(group + "/members", self._add_member, ["POST"]),
            Route(group + "/members/{member}", self._get_member),
            Route(group + "/members/{member}", self._change_member, ["PUT", "PATCH"]),
            Route(group + "/members/{member}", self._remove_member, ["DELETE"]),
            Route(group + "/hasMember/{member}", self._has_member),
        ]

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        customer, domain, user = params.get("customer"), params.get("domain"), params.get("userKey")
        if customer is None and domain is None and user is None:
            raise words.refuse(400, "badRequest", "Bad Request")
        self._workspace.check_domain(customer, domain)
        groups = self._workspace.core.shelf("google.groups")
        held = self._workspace.core.shelf("google.members")
        rows = of_domain(list(groups.values()), "email", domain)
        if user is not None:
            key = self._member_id(user)
            rows = [group for group in rows if key in held.get(as_text(group["id"]), {})]
        if params.get("query"):
            meets = group_query(params["query"])
            rows = [group for group in rows if meets({**group, "memberKeys": self._keys(as_text(group["id"]))})]
        rows.sort(key=lambda group: as_text(group["email"]))
        if params.get("sortOrder", "ASCENDING").upper() == "DESCENDING":
            rows.reverse()
        shown = [self._shown(group) for group in rows]
        return self._workspace.page(request, shown, {"kind": "admin#directory#groups"}, "groups", 200)

    def _keys(self, group_id: str) -> list[Json]:
        members = self._workspace.core.shelf("google.members").get(group_id, {})
        return [*members, *(as_object(row)["email"] for row in members.values())]

    def group(self, request: Request) -> JsonObject:
        """The group that a path names by id, address or alias. Raises Refused (404)."""
        wanted = str(request.path_params["group"])
        found = self._find(wanted)
        if found is None:
            raise words.not_found("groupKey")
        return found

    def _find(self, key: str) -> JsonObject | None:
        groups = self._workspace.core.shelf("google.groups")
        if key in groups:
            return groups[key]
        wanted = (key, self._workspace.original(key))
        for group in groups.values():
            addresses = (as_text(group["email"]), *texts(group["aliases"]))
            if any(same(one, other) for one in addresses for other in wanted):
                return group
        return None

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self.group(request)))

    async def _insert(self, request: Request) -> Response:
        body = await json_object(request)
        email = as_text(body.get("email"))
        if not email:
            raise words.required("email")
        email = self._workspace.free_address(email)
        group: JsonObject = {
            "kind": "admin#directory#group",
            "id": f"0{self._workspace.core.ids.word(14).lower()}",
            "email": email,
            "name": as_text(body.get("name")) or email.partition("@")[0],
            "description": as_text(body.get("description")),
            "adminCreated": True,
            "aliases": [],
            "nonEditableAliases": [],
        }
        key = as_text(group["id"])
        self._workspace.core.shelf("google.groups")[key] = group
        self._workspace.core.shelf("google.members")[key] = {}
        self._workspace.did("CREATE_GROUP", {"GROUP_EMAIL": email}, "GROUP_SETTINGS")
        return JsonAnswer(self._shown(group))

    async def _update(self, request: Request) -> Response:
        group = self.group(request)
        body = await json_object(request)
        email = as_text(body.get("email"))
        if email and not same(email, as_text(group["email"])):
            email = self._workspace.free_address(email)
            group["aliases"] = [*texts(group["aliases"]), as_text(group["email"])]
            group["email"] = email
        for name in ("name", "description"):
            if name in body:
                group[name] = as_text(body[name])
        self._workspace.did("CHANGE_GROUP_SETTING", {"GROUP_EMAIL": as_text(group["email"])}, "GROUP_SETTINGS")
        return JsonAnswer(self._shown(group))

    async def _delete(self, request: Request) -> Response:
        group = self.group(request)
        for shelf in ("google.groups", "google.members"):
            self._workspace.core.shelf(shelf).pop(as_text(group["id"]), None)
        self._workspace.did("DELETE_GROUP", {"GROUP_EMAIL": as_text(group["email"])}, "GROUP_SETTINGS")
        return Response(status_code=204)

    # aliases

    async def _aliases(self, request: Request) -> Response:
        group = self.group(request)
        answer: JsonObject = {"kind": "admin#directory#aliases", "etag": f'"{group["id"]}"'}
        if group["aliases"]:
            answer["aliases"] = [_alias(group, alias) for alias in texts(group["aliases"])]
        return JsonAnswer(answer)

    async def _add_alias(self, request: Request) -> Response:
        group = self.group(request)
        alias = as_text((await json_object(request)).get("alias"))
        if not alias:
            raise words.required("alias")
        alias = self._workspace.free_alias(alias)
        group["aliases"] = [*texts(group["aliases"]), alias]
        self._workspace.core.changed()
        return JsonAnswer(_alias(group, alias))

    async def _remove_alias(self, request: Request) -> Response:
        group = self.group(request)
        wanted = str(request.path_params["alias"])
        kept = [alias for alias in texts(group["aliases"]) if not same(alias, wanted)]
        if len(kept) == len(texts(group["aliases"])):
            raise words.not_found("alias")
        group["aliases"] = list(kept)
        self._workspace.core.changed()
        return Response(status_code=204)

    # members

    def _held(self, request: Request) -> tuple[JsonObject, JsonObject]:
        group = self.group(request)
        return group, self._workspace.core.shelf("google.members").setdefault(as_text(group["id"]), {})

    def _member_id(self, key: str) -> str:
        """The id of a user or group, of the company, or of an address outside. Raises Refused (404) for another key, as
        for an address in a domain of the company that nobody has."""
        account = self._workspace.account(key)
        if account is not None:
            return account.id
        group = self._find(key)
        if group is not None:
            return as_text(group["id"])
        if key == CUSTOMER:
            return key
        _, at, domain = self._workspace.original(key).lower().rpartition("@")
        if not at or domain in self._workspace.domains():
            raise words.not_found("memberKey")
        return key.lower()

    async def _members(self, request: Request) -> Response:
        group, held = self._held(request)
        if request.query_params.get("includeDerivedMembership", "false").lower() == "true":
            held = self._all_members(as_text(group["id"]))
        wanted = [role for role in request.query_params.get("roles", "").upper().split(",") if role]
        rows = [self._shown_member(as_object(row)) for row in held.values()]
        rows = [row for row in rows if not wanted or row["role"] in wanted]
        return self._workspace.page(request, rows, {"kind": "admin#directory#members"}, "members", 200)

    async def _add_member(self, request: Request) -> Response:
        group, held = self._held(request)
        body = await json_object(request)
        key = as_text(body.get("email")) or as_text(body.get("id"))
        if not key:
            raise words.required("memberKey")
        role = as_text(body.get("role")) or "MEMBER"
        if role not in _ROLES:
            raise words.invalid("role")
        member_id = self._member_id(key)
        if member_id in held:
            raise words.duplicate("Member already exists.")
        account, other = self._workspace.account(key), self._find(key)
        inner = {} if other is None else self._all_members(as_text(other["id"]))
        if other is not None and (other["id"] == group["id"] or group["id"] in inner):
            raise words.refuse(400, "invalid", "Cyclic memberships not allowed")
        kind = "GROUP" if other is not None else "CUSTOMER" if member_id == CUSTOMER else "USER"
        email = account.login if account is not None else as_text(other["email"]) if other is not None else key.lower()
        held[member_id] = member(member_id, email, role, kind)
        self._tell("ADD_GROUP_MEMBER", group, email)
        return JsonAnswer(self._shown_member(as_object(held[member_id])))

    async def _get_member(self, request: Request) -> Response:
        return JsonAnswer(self._shown_member(self._found(request)[1]))

    def _found(self, request: Request) -> tuple[JsonObject, JsonObject]:
        group, held = self._held(request)
        found = held.get(self._member_id(str(request.path_params["member"])))
        if not isinstance(found, dict):
            raise words.not_found("memberKey")
        return group, found

    async def _change_member(self, request: Request) -> Response:
        group, found = self._found(request)
        body = await json_object(request)
        role = as_text(body.get("role")) or as_text(found["role"])
        if role not in _ROLES:
            raise words.invalid("role")
        found["role"] = role
        if as_text(body.get("delivery_settings")):
            found["delivery_settings"] = body["delivery_settings"]
        self._tell("UPDATE_GROUP_MEMBER", group, as_text(found["email"]))
        return JsonAnswer(self._shown_member(found))

    async def _remove_member(self, request: Request) -> Response:
        group, found = self._found(request)
        del self._held(request)[1][as_text(found["id"])]
        self._tell("REMOVE_GROUP_MEMBER", group, as_text(found["email"]))
        return Response(status_code=204)

    async def _has_member(self, request: Request) -> Response:
        held = self._all_members(as_text(self.group(request)["id"]))
        key = str(request.path_params["member"])
        everybody = CUSTOMER in held and self._workspace.account(key) is not None
        return JsonAnswer({"isMember": everybody or self._member_id(key) in held})

    def _all_members(self, group_id: str) -> JsonObject:
        """The members of a group and of the groups in it; who is in both has the role of the outer one."""
        shelf = self._workspace.core.shelf("google.members")
        found: JsonObject = dict(shelf.get(group_id, {}))
        left, seen = list(found), {group_id}
        while left:
            key = left.pop(0)
            if key in seen or key not in shelf:
                continue
            seen.add(key)
            for member_id, row in shelf[key].items():
                if member_id not in found:
                    found[member_id] = {**as_object(row), "role": "MEMBER"}
                    left.append(member_id)
        return found

    def _tell(self, name: str, group: JsonObject, email: str) -> None:
        parameters = {"USER_EMAIL": email, "GROUP_EMAIL": as_text(group["email"])}
        self._workspace.did(name, parameters, "GROUP_SETTINGS")

    def _shown_member(self, row: JsonObject) -> JsonObject:
        """A member with the address and status that it has now. `delivery_settings` is in requests only."""
        account = self._workspace.core.world.accounts.find_google(as_text(row["id"]))
        shown: JsonObject = {name: value for name, value in row.items() if name != "delivery_settings"}
        if row["type"] == "CUSTOMER":
            del shown["email"]
        if account is not None:
            shown["email"] = account.login
            shown["status"] = "SUSPENDED" if account.suspended else "ACTIVE"
        return {**shown, "etag": f'"{row["id"]}-{row["role"]}"'}

    def _shown(self, group: JsonObject) -> JsonObject:
        count = len(self._workspace.core.shelf("google.members").get(as_text(group["id"]), {}))
        whole: JsonObject = {**group, "nonEditableAliases": list(self._workspace.twins(as_text(group["email"])))}
        shown: JsonObject = {name: value for name, value in whole.items() if value or name not in _HIDDEN}
        return {**shown, "directMembersCount": str(count), "etag": f'"{group["id"]}-{count}"'}


def _alias(group: JsonObject, alias: str) -> JsonObject:
    return {
        "kind": "admin#directory#alias",
        "id": group["id"],
        "etag": f'"{alias}"',
        "primaryEmail": group["email"],
        "alias": alias,
    }

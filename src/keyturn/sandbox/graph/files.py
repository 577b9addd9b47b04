"""Files of people of the pretend Microsoft 365 tenant, so far as somebody else is let in who is to have them.

Source: https://learn.microsoft.com/en-us/graph/api/driveitem-invite, .../driveitem-list-children and
.../driveitem-list-permissions. Everybody has a folder; folders are made, renamed and deleted, contents are not kept.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_ITEMS, _PERMISSIONS = "graph.drive_items", "graph.drive_permissions"
_ITEM = Kind(
    "driveItem",
    "drives/items",
    frozenset({"id", "name", "size", "folder", "root", "webUrl", "createdDateTime", "lastModifiedDateTime"})
    | {"parentReference"},
)
_PERMISSION = Kind("permission", "drives/items/permissions", frozenset({"id", "roles", "grantedToV2", "link"}))
_ROOT = "root"
_ROLES = ("read", "write", "owner")
_LINKS = {"view": "read", "edit": "write", "embed": "read"}


class FileDesk:
    """Answers `/drives/{drive}` and the drives of users."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations. A user's drive is reached by its id as well."""
        user = "/v1.0/users/{key}"
        routes = [Route(user + "/drives", self._drives)]
        for drive in (user + "/drive", "/v1.0/drives/{drive}"):
            for item in (drive + "/root", drive + "/items/{item}"):
                routes += [
                    Route(item, self._get),
                    Route(item + "/children", self._children),
                    Route(item + "/children", self._make, ["POST"]),
                    Route(item + "/invite", self._invite, ["POST"]),
                    Route(item + "/createLink", self._link, ["POST"]),
                    Route(item + "/permissions", self._permissions),
                    Route(item + "/permissions/{permission}", self._permission),
                    Route(item + "/permissions/{permission}", self._change_permission, ["PATCH"]),
                    Route(item + "/permissions/{permission}", self._withdraw, ["DELETE"]),
                ]
            routes.append(Route(drive, self._drive))
            routes.append(Route(drive + "/items/{item}", self._rename, ["PATCH"]))
            routes.append(Route(drive + "/items/{item}", self._delete, ["DELETE"]))
        return routes

    # drives

    def _owner(self, request: Request) -> GraphAccount:
        if "key" in request.path_params:
            return self._directory.user(request)
        drive = str(request.path_params["drive"])
        account = self._directory.core.world.accounts.find_graph(drive.removeprefix("b!"))
        if account is None or not drive.startswith("b!"):
            raise self._missing()
        return account

    def drive(self, account: GraphAccount) -> JsonObject:
        """Somebody's OneDrive."""
        place = f"https://northwind-my.sharepoint.com/personal/{account.login.partition('@')[0]}"
        return {
            "id": f"b!{account.id}",
            "driveType": "business",
            "name": "OneDrive",
            "webUrl": place,
            "owner": {"user": {"id": account.id, "displayName": account.profile.get("displayName")}},
            "quota": {"total": 1_099_511_627_776, "used": 0, "remaining": 1_099_511_627_776, "state": "normal"},
        }

    async def _drives(self, request: Request) -> Response:
        row = self.drive(self._owner(request))
        return self._directory.listed(request, [row], Kind("drive", "drives", frozenset(row)))

    async def _drive(self, request: Request) -> Response:
        return odata({"@odata.context": f"{CONTEXT}#drives/$entity", **self.drive(self._owner(request))})

    # folders

    def _held(self, account: GraphAccount) -> JsonObject:
        """What lies in somebody's drive; at first a folder with nothing in it."""
        shelf = self._directory.core.shelf(_ITEMS)
        if account.id not in shelf:
            key, at = word_of(f"graph/item/{account.id}/Documents", 32).upper(), account.created
            times: JsonObject = {"createdDateTime": at, "lastModifiedDateTime": at}
            shelf[account.id] = {key: {"id": key, "name": "Documents", "parent": _ROOT, **times}}
        return shelf[account.id]

    def _found(self, request: Request) -> tuple[GraphAccount, str, JsonObject]:
        """Whose it is, its key and what is kept of it. Raises Refused (404)."""
        account = self._owner(request)
        key = str(request.path_params.get("item", _ROOT))
        if key in (_ROOT, self._root_id(account)):
            at = account.created
            return account, _ROOT, {"name": _ROOT, "createdDateTime": at, "lastModifiedDateTime": at}
        found = as_object(self._held(account).get(key))
        if not found:
            raise self._missing()
        return account, key, found

    def _root_id(self, account: GraphAccount) -> str:
        return word_of(f"graph/item/{account.id}", 32).upper()

    def _below(self, account: GraphAccount, key: str) -> list[str]:
        return [each for each, row in self._held(account).items() if as_object(row)["parent"] == key]

    def _shown(self, account: GraphAccount, key: str, kept: JsonObject) -> JsonObject:
        place = as_text(self.drive(account)["webUrl"]) + "/Documents"
        row: JsonObject = {name: value for name, value in kept.items() if name != "parent"}
        row.update({"id": key, "size": 0, "folder": {"childCount": len(self._below(account, key))}})
        if key == _ROOT:
            return {**row, "id": self._root_id(account), "root": {}, "webUrl": place}
        parent = as_text(kept["parent"])
        above = self._root_id(account) if parent == _ROOT else parent
        reference: JsonObject = {"driveId": f"b!{account.id}", "driveType": "business", "id": above}
        return {**row, "webUrl": f"{place}/{kept['name']}", "parentReference": reference}

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(*self._found(request)), _ITEM)

    async def _children(self, request: Request) -> Response:
        account, key, _ = self._found(request)
        held = self._held(account)
        rows = [self._shown(account, each, as_object(held[each])) for each in self._below(account, key)]
        return self._directory.listed(request, rows, _ITEM)

    async def _make(self, request: Request) -> Response:
        account, parent, _ = self._found(request)
        body, held = plain(await json_object(request)), self._held(account)
        name = as_text(body.get("name"))
        if not name or "folder" not in body:
            raise self._directory.words.refuse(400, "invalidRequest", "A folder needs a name and the facet folder.")
        if name in [as_object(held[each])["name"] for each in self._below(account, parent)]:
            text = "The specified item name already exists."
            raise self._directory.words.refuse(409, "nameAlreadyExists", text)
        key, now = self._directory.core.ids.word(32).upper(), self._directory.now()
        held[key] = {"id": key, "name": name, "parent": parent, "createdDateTime": now, "lastModifiedDateTime": now}
        self._directory.core.changed()
        return self._directory.one(request, self._shown(account, key, as_object(held[key])), _ITEM, 201)

    async def _rename(self, request: Request) -> Response:
        account, key, kept = self._found(request)
        name = as_text((await json_object(request)).get("name"))
        if key == _ROOT or not name:
            raise self._directory.words.refuse(400, "invalidRequest", "The name of this item cannot be changed so.")
        kept.update({"name": name, "lastModifiedDateTime": self._directory.now()})
        self._directory.core.changed()
        return self._directory.one(request, self._shown(account, key, kept), _ITEM)

    async def _delete(self, request: Request) -> Response:
        """With all that is below it."""
        account, key, _ = self._found(request)
        if key == _ROOT:
            raise self._directory.words.refuse(400, "invalidRequest", "The root cannot be deleted.")
        waiting = [key]
        while waiting:
            each = waiting.pop()
            waiting += self._below(account, each)
            self._held(account).pop(each, None)
            self._directory.core.shelf(_PERMISSIONS).pop(f"{account.id}/{each}", None)
        self._directory.core.changed()
        return Response(status_code=204)

    # who else is let in

    def _given(self, request: Request) -> JsonObject:
        account, key, _ = self._found(request)
        return self._directory.core.shelf(_PERMISSIONS).setdefault(f"{account.id}/{key}", {})

    async def _invite(self, request: Request) -> Response:
        """Let people in: those of the tenant only, as its policy has it."""
        held, body = self._given(request), plain(await json_object(request))
        roles, recipients = texts(body.get("roles")), [as_object(one) for one in as_list(body.get("recipients"))]
        if not recipients or not roles or set(roles) - {*_ROLES}:
            text = "At least one recipient and a role are needed: read, write or owner."
            raise self._directory.words.refuse(400, "invalidRequest", text)
        found = [self._recipient(one) for one in recipients]
        made: list[Json] = []
        for account in found:
            named: list[Json] = [*roles]
            user: JsonObject = {"id": account.id, "displayName": account.profile.get("displayName")}
            key = word_of(f"graph/permission/{account.id}", 22)
            row: JsonObject = {"id": key, "roles": named, "grantedToV2": {"user": user}}
            held[key] = row
            made.append(row)
        self._directory.core.changed()
        return odata({"@odata.context": f"{CONTEXT}#Collection(permission)", "value": made})

    def _recipient(self, given: JsonObject) -> GraphAccount:
        address = as_text(given.get("email")) or as_text(given.get("objectId")) or as_text(given.get("alias"))
        account = self._directory.core.world.accounts.find_graph(address)
        if account is None:
            text = f"'{address}' is nobody of {DOMAIN}, and others cannot be let in."
            raise self._directory.words.refuse(400, "invalidRequest", text)
        return account

    async def _link(self, request: Request) -> Response:
        held, body = self._given(request), plain(await json_object(request))
        kind, scope = as_text(body.get("type")), as_text(body.get("scope")) or "organization"
        if kind not in _LINKS:
            raise self._directory.words.refuse(400, "invalidRequest", "The type of a link is view, edit or embed.")
        key = self._directory.core.ids.word(22)
        roles: list[Json] = [_LINKS[kind]]
        address = f"https://northwind-my.sharepoint.com/:f:/g/{key}"
        link: JsonObject = {"type": kind, "scope": scope, "webUrl": address}
        row: JsonObject = {"id": key, "roles": roles, "link": link}
        held[key] = row
        self._directory.core.changed()
        return self._directory.one(request, row, _PERMISSION, 201)

    def _owned(self, request: Request) -> JsonObject:
        """That the owner is let in stands there by itself."""
        account = self._owner(request)
        user: JsonObject = {"id": account.id, "displayName": account.profile.get("displayName")}
        roles: list[Json] = ["owner"]
        return {"id": word_of(f"graph/permission/{account.id}", 22), "roles": roles, "grantedToV2": {"user": user}}

    async def _permissions(self, request: Request) -> Response:
        rows = [self._owned(request), *map(as_object, self._given(request).values())]
        return self._directory.listed(request, rows, _PERMISSION)

    def _named(self, request: Request) -> JsonObject:
        found = as_object(self._given(request).get(str(request.path_params["permission"])))
        if not found:
            raise self._missing()
        return found

    async def _permission(self, request: Request) -> Response:
        return self._directory.one(request, self._named(request), _PERMISSION)

    async def _change_permission(self, request: Request) -> Response:
        row, roles = self._named(request), texts((await json_object(request)).get("roles"))
        if not roles or set(roles) - {*_ROLES}:
            raise self._directory.words.refuse(400, "invalidRequest", "A role is read, write or owner.")
        row["roles"] = [*roles]
        self._directory.core.changed()
        return self._directory.one(request, row, _PERMISSION)

    async def _withdraw(self, request: Request) -> Response:
        row = self._named(request)
        del self._given(request)[as_text(row["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    def _missing(self) -> Exception:
        return self._directory.words.refuse(404, "itemNotFound", "The resource could not be found.")

"""Users of the pretend Google Workspace account.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users.
"""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.filters import values_at
from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.kinds import SHORTEST_PASSWORD, WHY
from keyturn.sandbox.google.own_fields import chosen, merged
from keyturn.sandbox.google.search import ABOVE, DIRECT, user_query
from keyturn.sandbox.google.versions import tag_of
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace, of_domain, same
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, normal
from keyturn.sandbox.wire import JsonAnswer

_LONGEST_NAME = 60
_FLAGS = frozenset(
    {"suspended", "archived", "changePasswordAtNextLogin", "includeInGlobalAddressList", "ipWhitelisted"}
)
_READ_ONLY = frozenset(
    {"kind", "id", "etag", "isAdmin", "isDelegatedAdmin", "lastLoginTime", "creationTime", "deletionTime"}
    | {"customerId", "aliases", "nonEditableAliases", "isMailboxSetup", "isEnrolledIn2Sv", "isEnforcedIn2Sv"}
    | {"suspensionReason", "suspensionTime", "agreedToTerms", "thumbnailPhotoUrl", "thumbnailPhotoEtag"}
    | {"primaryEmail", "password", "hashFunction", "suspended", "archived", "isGuestUser", "guestAccountInfo"}
)
# what a person sees of a colleague has nothing of these
_NOT_PUBLIC = frozenset(
    {"isAdmin", "isDelegatedAdmin", "lastLoginTime", "creationTime", "agreedToTerms", "suspended", "archived"}
    | {"suspensionReason", "suspensionTime", "changePasswordAtNextLogin", "ipWhitelisted", "isMailboxSetup"}
    | {"isEnrolledIn2Sv", "isEnforcedIn2Sv", "includeInGlobalAddressList", "orgUnitPath", "customerId"}
    | {"recoveryEmail", "recoveryPhone", "deletionTime"}
)
_ORDERS = {"email": "primaryEmail", "givenName": "name.givenName", "familyName": "name.familyName"}


class UserDesk:
    """Answers `/users` and the aliases of users."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        users = "/admin/directory/v1/users"
        user = users + "/{key}"
        return [
            Route(users, self._list),
            Route(users, self._insert, ["POST"]),
            Route(users + ":createGuest", self._invite, ["POST"]),
            Route(user, self._get),
            Route(user, self._update, ["PUT", "PATCH"]),
            Route(user, self._delete, ["DELETE"]),
            Route(user + "/undelete", self._undelete, ["POST"]),
            Route(user + "/makeAdmin", self._make_admin, ["POST"]),
            Route(user + "/aliases", self._aliases),
            Route(user + "/aliases", self._add_alias, ["POST"]),
            Route(user + "/aliases/{alias}", self._remove_alias, ["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        customer, domain = params.get("customer"), params.get("domain")
        if customer is None and domain is None:
            raise words.refuse(400, "badRequest", "Bad Request")
        self._workspace.check_domain(customer, domain)
        if params.get("showDeleted", "false").lower() == "true":
            rows = [as_object(row["shown"]) for row in self._workspace.core.shelf("google.deleted").values()]
        else:
            rows = [self.shown(account) for account in self._workspace.core.world.accounts.google]
        rows = of_domain(rows, "primaryEmail", domain)
        self._viewed(request, {})  # which refuses what cannot be asked for, also where nobody is found
        if params.get("query"):
            meets = user_query(params["query"], self._own_fields())
            managed = "manager" in params["query"].lower()
            rows = [row for row in rows if meets({**row, **self._managers(row)} if managed else row)]
        order = params.get("orderBy")
        if order is not None:
            if order not in _ORDERS:
                raise words.invalid("orderBy")
            descending = params.get("sortOrder", "ASCENDING").upper() == "DESCENDING"
            rows.sort(key=lambda row: normal(str(next(iter(values_at(row, _ORDERS[order])), ""))), reverse=descending)
        rows = [self._viewed(request, row) for row in rows]
        return self._workspace.page(request, rows, {"kind": "admin#directory#users"}, "users", 500, 100)

    @staticmethod
    def _viewed(request: Request, row: JsonObject) -> JsonObject:
        """A user as `projection` and `viewType` ask for it. Raises Refused (400)."""
        params = request.query_params
        found = chosen(row, params.get("projection", "basic").lower(), params.get("customFieldMask", ""))
        if params.get("viewType", "admin_view").lower() == "admin_view":
            return found
        return {name: value for name, value in found.items() if name not in _NOT_PUBLIC}

    def _own_fields(self) -> list[str]:
        """The customer's own fields that may be searched: those that are indexed, as they are if nothing is said."""
        schemas = self._workspace.core.shelf("google.schemas").values()
        fields = [(row["schemaName"], as_object(each)) for row in schemas for each in as_list(row["fields"])]
        return [f"{name}.{field.get('fieldName')}" for name, field in fields if field.get("indexed") is not False]

    def _managers(self, row: JsonObject) -> JsonObject:
        """Who manages a user, and who manages these."""
        found: list[Json] = []
        seen = {as_text(row["primaryEmail"])}
        while (boss := self._manager(row)) is not None and boss.login not in seen:
            seen.add(boss.login)
            found.append({"id": boss.id, "email": boss.login})
            row = boss.profile
        return {ABOVE: found, DIRECT: found[:1]}

    def _manager(self, row: JsonObject) -> GoogleAccount | None:
        relations = [as_object(each) for each in as_list(row.get("relations"))]
        boss = next((as_text(each.get("value")) for each in relations if each.get("type") == "manager"), "")
        return self._workspace.account(boss) if boss else None

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._viewed(request, self.shown(self._workspace.user(request))))

    async def _insert(self, request: Request) -> Response:
        body = await json_object(request)
        login = as_text(body.get("primaryEmail"))
        name = as_object(body.get("name"))
        if not login:
            raise words.required("primaryEmail")
        if not (as_text(name.get("givenName")) and as_text(name.get("familyName"))):
            raise words.invalid("name: given name and family name are required")
        if len(as_text(body.get("password"))) < SHORTEST_PASSWORD:
            raise words.invalid(f"password{WHY['password']}")
        self._check_flags(body)
        login = self._workspace.free_address(login)
        own = merged({}, body.get("customSchemas", {}), self._workspace.core.shelf("google.schemas"))
        self._workspace.check_unit(body.get("orgUnitPath"))
        account = self._added(login)
        self._write(account, {**body, "customSchemas": own or None})
        self._workspace.did("CREATE_USER", {"USER_EMAIL": login})
        self._workspace.changed(account, "add")
        return JsonAnswer(self.shown(account))

    def _added(self, login: str) -> GoogleAccount:
        """A new account that has nothing yet but its address."""
        account = GoogleAccount(
            id=f"1{self._number()}",
            login=login,
            aliases=[],
            profile={"emails": [{"address": login, "primary": True}], "orgUnitPath": "/", "name": {}},
            admin=False,
            created=self._workspace.core.now(),
            last_login="1970-01-01T00:00:00.000Z",
        )
        account.profile.update(
            {"changePasswordAtNextLogin": False, "includeInGlobalAddressList": True, "ipWhitelisted": False}
        )
        self._workspace.core.world.accounts.google.append(account)
        return account

    async def _invite(self, request: Request) -> Response:
        """A guest, who signs in by an address elsewhere. What the account itself is called is the sandbox's own."""
        body = await json_object(request)
        email = as_text(body.get("primaryGuestEmail")).lower()
        if body.get("customer") is not None:
            self._workspace.check_customer(as_text(body["customer"]))
        if not email:
            raise words.required("primaryGuestEmail")
        local, _, domain = email.partition("@")
        if not local or "." not in domain or "@" in domain or domain in self._workspace.domains():
            raise words.invalid("primaryGuestEmail")
        guests = [row.profile.get("guestAccountInfo") for row in self._workspace.core.world.accounts.google]
        if {"primaryGuestEmail": email} in guests:
            raise words.duplicate()
        account = self._added(self._workspace.free_address(f"{local}_{domain}@{DOMAIN}"))
        name: JsonObject = {"givenName": local, "familyName": domain, "fullName": f"{local} {domain}"}
        about: JsonObject = {"isGuestUser": True, "guestAccountInfo": {"primaryGuestEmail": email}}
        account.profile.update({**about, "name": name, "includeInGlobalAddressList": False})
        self._workspace.did("CREATE_USER", {"USER_EMAIL": account.login})
        self._workspace.changed(account, "add")
        return JsonAnswer(self.shown(account))

    def _number(self) -> str:
        """Twenty digits that nobody has yet."""
        return f"{int(self._workspace.core.ids.uuid().replace('-', ''), 16) % 10**20:020d}"

    def _check_flags(self, body: JsonObject) -> None:
        for part in ("givenName", "familyName"):
            if len(as_text(as_object(body.get("name")).get(part))) > _LONGEST_NAME:
                raise words.invalid(f"name.{part}: at most {_LONGEST_NAME} characters")
        for name in _FLAGS & body.keys():
            if not isinstance(body[name], bool):
                raise words.invalid(name)

    async def _update(self, request: Request) -> Response:
        """PUT has the semantics of PATCH here: what is not named stays."""
        account = self._workspace.user(request)
        body = await json_object(request)
        self._check_flags(body)
        if isinstance(body.get("customSchemas"), dict):
            schemas, held = self._workspace.core.shelf("google.schemas"), account.profile.get("customSchemas")
            body["customSchemas"] = merged(held, body["customSchemas"], schemas) or None
        self._workspace.check_unit(body.get("orgUnitPath"))
        address = self._other_address(account, body)
        if account.admin and body.get("suspended") is True:
            raise words.forbidden()
        if address:
            account.aliases.append(account.login)
            account.login = address
            self._workspace.alias_changed(account, account.aliases[-1], "add")
        was = account.suspended
        self._write(account, body)
        if account.suspended != was:
            name = "SUSPEND_USER" if account.suspended else "UNSUSPEND_USER"
            self._workspace.did(name, {"USER_EMAIL": account.login})
        self._workspace.changed(account, "update")
        return JsonAnswer(self.shown(account))

    def _other_address(self, account: GoogleAccount, body: JsonObject) -> str:
        """The primary address that a body gives a user instead of the one that is; empty if none. Raises Refused."""
        address = body.get("primaryEmail")
        if address is None or same(as_text(address), account.login):
            return ""
        if as_text(address).lower().rpartition("@")[2] not in self._workspace.domains():
            raise words.invalid("primaryEmail")
        return self._workspace.free_address(as_text(address))

    def _write(self, account: GoogleAccount, body: JsonObject) -> None:
        suspended, archived = body.get("suspended"), body.get("archived")
        if isinstance(suspended, bool):
            account.set_suspended(suspended, self._workspace.core.now())
        if isinstance(archived, bool):
            account.archived = archived
        for name, value in body.items():
            if name in _READ_ONLY:
                continue
            if name == "name":
                given = {**as_object(account.profile.get("name")), **as_object(value)}
                full = f"{as_text(given.get('givenName'))} {as_text(given.get('familyName'))}"
                account.profile["name"] = {**given, "fullName": full}
            elif value is None:
                account.profile.pop(name, None)
            else:
                account.profile[name] = value

    async def _delete(self, request: Request) -> Response:
        """For twenty days a deleted user can be undeleted."""
        account = self._workspace.user(request)
        if account.admin:
            raise words.forbidden()
        core = self._workspace.core
        shown = {**self.shown(account), "deletionTime": core.now()}
        core.world.accounts.google.remove(account)
        for members in core.shelf("google.members").values():
            members.pop(account.id, None)
        core.shelf("google.licences").pop(account.id, None)
        roles = core.shelf("google.role_assignments")
        for key in [key for key, row in roles.items() if row["assignedTo"] == account.id]:
            del roles[key]
        core.shelf("google.deleted")[account.id] = {"shown": shown, "account": asdict(account)}
        self._workspace.did("DELETE_USER", {"USER_EMAIL": account.login})
        self._workspace.changed(account, "delete")
        return Response(status_code=204)

    async def _undelete(self, request: Request) -> Response:
        """By id only."""
        key = str(request.path_params["key"])
        deleted = self._workspace.core.shelf("google.deleted").get(key)
        if deleted is None:
            raise words.not_found("userKey")
        saved = as_object(deleted["account"])
        if self._workspace.core.world.accounts.find_google(as_text(saved["login"])) is not None:
            raise words.duplicate()
        body = await json_object(request) if await request.body() else {}
        self._workspace.check_unit(body.get("orgUnitPath") or "/")
        account = GoogleAccount(**saved)  # type: ignore[arg-type]
        account.end_sessions()
        account.profile["orgUnitPath"] = as_text(body.get("orgUnitPath")) or "/"
        self._workspace.core.world.accounts.google.append(account)
        del self._workspace.core.shelf("google.deleted")[key]
        self._workspace.did("UNDELETE_USER", {"USER_EMAIL": account.login})
        self._workspace.changed(account, "undelete")
        return Response(status_code=204)

    async def _make_admin(self, request: Request) -> Response:
        account = self._workspace.user(request)
        status = (await json_object(request)).get("status")
        if not isinstance(status, bool):
            raise words.invalid("status")
        if not status and account.admin and sum(one.admin for one in self._workspace.core.world.accounts.google) == 1:
            raise words.forbidden()
        account.admin = status
        self._workspace.did(
            "GRANT_ADMIN_PRIVILEGE" if status else "REVOKE_ADMIN_PRIVILEGE", {"USER_EMAIL": account.login}
        )
        self._workspace.changed(account, "makeAdmin")
        return Response(status_code=204)

    # aliases

    async def _aliases(self, request: Request) -> Response:
        account = self._workspace.user(request)
        answer: JsonObject = {"kind": "admin#directory#aliases", "etag": f'"{account.id}-{account.revision}"'}
        if account.aliases:
            answer["aliases"] = [alias_shown(account, alias) for alias in account.aliases]
        return JsonAnswer(answer)

    async def _add_alias(self, request: Request) -> Response:
        account = self._workspace.user(request)
        alias = as_text((await json_object(request)).get("alias"))
        if not alias:
            raise words.required("alias")
        alias = self._workspace.free_alias(alias)
        account.aliases.append(alias)
        self._workspace.did("ADD_NICKNAME", {"USER_EMAIL": account.login, "USER_NICKNAME": alias})
        self._workspace.changed(account, "update")
        self._workspace.alias_changed(account, alias, "add")
        return JsonAnswer(alias_shown(account, alias))

    async def _remove_alias(self, request: Request) -> Response:
        account = self._workspace.user(request)
        wanted = str(request.path_params["alias"])
        found = next((alias for alias in account.aliases if same(alias, wanted)), None)
        if found is None:
            raise words.not_found("alias")
        account.aliases.remove(found)
        self._workspace.did("REMOVE_NICKNAME", {"USER_EMAIL": account.login, "USER_NICKNAME": found})
        self._workspace.changed(account, "update")
        self._workspace.alias_changed(account, found, "delete")
        return Response(status_code=204)

    def shown(self, account: GoogleAccount) -> JsonObject:
        """A user as Google shows it."""
        addresses: list[Json] = [{"address": account.login, "primary": True}]
        addresses += [row for row in as_list(account.profile.get("emails")) if not as_object(row).get("primary")]
        twins = self._workspace.twins(account.login)
        for alias in (*account.aliases, *twins):
            addresses.append({"address": alias})
        assigned = self._workspace.core.shelf("google.role_assignments").values()
        shown: JsonObject = {
            **account.profile,
            "kind": "admin#directory#user",
            "id": account.id,
            "primaryEmail": account.login,
            "emails": addresses,
            "isAdmin": account.admin,
            "isDelegatedAdmin": any(row["assignedTo"] == account.id for row in assigned),
            "lastLoginTime": account.last_login,
            "creationTime": account.created,
            "agreedToTerms": True,
            "suspended": account.suspended,
            "archived": account.archived,
            "customerId": CUSTOMER,
            "isMailboxSetup": True,
            "isEnrolledIn2Sv": account.two_step,
            "isEnforcedIn2Sv": account.two_step,
        }
        if account.aliases:
            shown["aliases"] = list(account.aliases)
        if twins:
            shown["nonEditableAliases"] = list(twins)
        photo = self._workspace.core.shelf("google.photos").get(account.id)
        if photo is not None:
            shown["thumbnailPhotoUrl"] = f"https://www.google.com/s2/photos/private/{account.id}"
            shown["thumbnailPhotoEtag"] = tag_of(photo)
        if account.suspended:
            shown["suspensionReason"] = "ADMIN"
            shown["suspensionTime"] = account.suspended_at
        return {**shown, "etag": tag_of(shown)}


def alias_shown(account: GoogleAccount, alias: str) -> JsonObject:
    """An alias as Google shows it."""
    return {
        "kind": "admin#directory#alias",
        "id": account.id,
        "etag": f'"{alias}"',
        "primaryEmail": account.login,
        "alias": alias,
    }

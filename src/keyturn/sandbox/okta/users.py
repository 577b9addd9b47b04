"""Users of the pretend Okta org: list, search, create, read, update, delete, and what hangs on a user.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.filters import Rules, values_at
from keyturn.sandbox.okta.attributes import TYPES, of_users, schema_of, type_of
from keyturn.sandbox.okta.create import check_password, check_profile, check_question, create_user, wanted_in
from keyturn.sandbox.okta.credentials import Provider, check_credentials, is_password, provider_of
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.projection import projection
from keyturn.sandbox.okta.seed import USER_TYPE
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, normal
from keyturn.sandbox.wire import JsonAnswer, json_object, note

_DATES = frozenset({"created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged"})
_FILTERED = ("status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName")
_SEARCHED = ("id", "status", "type.id", "credentials.provider.type", "credentials.provider.name")
ACCESS_CODES, PROVIDER_USERS = "okta.access_codes", "okta.idp_users"
_ORDERS = ("eq", "gt", "ge", "lt", "le")
_MOVES = {
    "STAGED": ("activate", "deactivate"),
    "PROVISIONED": ("reactivate", "deactivate"),
    "ACTIVE": ("suspend", "reset_password", "expire_password", "deactivate"),
    "RECOVERY": ("reactivate", "deactivate"),
    "PASSWORD_EXPIRED": ("deactivate", "reset_password"),
    "LOCKED_OUT": ("unlock", "deactivate"),
    "SUSPENDED": ("unsuspend", "deactivate"),
    "DEPROVISIONED": ("activate",),
}


class UserDesk:
    """Answers `/api/v1/users` and below, apart from lifecycle and factors."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org
        self._search = Rules(knows=self._searchable, dates=_DATES)
        self._filter = Rules(
            knows=lambda name, operator: name in _FILTERED and (operator == "eq" or name == "lastUpdated"), dates=_DATES
        )

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/api/v1/users/{key}"
        return [
            Route("/api/v1/users", self._list),
            Route("/api/v1/users", self._create, ["POST"]),
            Route(user, self._get),
            Route(user, self._update, ["POST"]),
            Route(user, self._replace, ["PUT"]),
            Route(user, self._delete, ["DELETE"]),
            Route(user + "/groups", self._groups),
            Route(user + "/appLinks", self._app_links),
            Route(user + "/blocks", self._blocks),
            Route(user + "/devices", self._devices),
        ]

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        accounts = self._org.core.world.accounts.okta
        search, filtered, query = params.get("search"), params.get("filter"), params.get("q")
        project = projection(params.get("fields"))
        if project is None:
            raise self._org.words.validation("fields", f"fields: '{params['fields']}' is no list of properties")
        if not (search or filtered or query):
            there = [account for account in accounts if account.status != "DEPROVISIONED"]
            return self._org.accounts_page(request, there, accounts, lambda account: project(self.shown(account)))
        rows = [self.shown(account) for account in accounts]
        if search:
            meets = self._org.meets(search, self._search)
            rows = [row for row in rows if meets(row)]
        elif filtered:
            meets = self._org.meets(filtered, self._filter)
            rows = [row for row in rows if meets(row)]
        else:
            rows = [row for row in rows if row["status"] != "DEPROVISIONED" and _starts(row, normal(query or ""))]
        if search and self._org.sorted_rows(request, rows, _sort_text):
            return self._org.page(request, rows, shape=lambda page: [*map(project, page)])
        order = [account.id for account in accounts]
        return self._org.page(request, rows, order=order, shape=lambda page: [*map(project, page)])

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        wanted, kind = wanted_in(self._org.words, body, request.query_params), self._type_in(body)
        _note_provider(request, body, wanted.provider, "is for provider=true")
        self._check_account(body)
        for group_id in wanted.groups:
            self._org.find(group_id, "okta.groups", "UserGroup")
        known = of_users(self._org.core, kind or USER_TYPE)
        account = create_user(self._org.core, self._org.words, wanted, known)
        now = self._org.core.now()
        for group_id, group in self._org.core.shelf("okta.groups").items():
            if group["type"] == "BUILT_IN" or group_id in wanted.groups:
                self._org.core.shelf("okta.members").setdefault(group_id, {})[account.id] = now
        self._keep_type(account, kind)
        self._org.happened_to(request, account, "user.lifecycle.create")
        if wanted.activate:
            self._org.happened_to(request, account, "user.lifecycle.activate")
        self._profile_changed(request, account)
        return JsonAnswer(self.shown(account))

    def _profile_changed(self, request: Request, account: OktaAccount) -> None:
        for watcher in self._org.profile_watchers:
            watcher(request, account)

    async def _get(self, request: Request) -> Response:
        account = self._org.user(request)
        shown = self.shown(account)
        if request.query_params.get("expand") == "blocks":
            shown["_embedded"] = {"blocks": _blocks_of(account)}
        return JsonAnswer(shown)

    async def _update(self, request: Request) -> Response:
        """POST: what is not named stays."""
        account = self._org.user(request)
        body = await json_object(request)
        return self._write(request, account, body, {**account.profile, **as_object(body.get("profile"))})

    async def _replace(self, request: Request) -> Response:
        """PUT: what is not named goes."""
        account = self._org.user(request)
        body = await json_object(request)
        empty: JsonObject = {"secondEmail": None, "mobilePhone": None}
        return self._write(request, account, body, {**empty, **as_object(body.get("profile"))})

    def _write(self, request: Request, account: OktaAccount, body: JsonObject, profile: JsonObject) -> Response:
        if account.status == "DEPROVISIONED":
            raise self._org.words.refuse("E0000038")
        self._check_account(body)
        check_credentials(self._org.words, body, provider_of(account), account.status)
        _note_provider(request, body, provider_of(account), "is read-only")
        kind = self._type_in(body) or type_of(self._org.core, account)
        check_profile(self._org.core, self._org.words, profile, of_users(self._org.core, kind), account)
        credentials = as_object(body.get("credentials"))
        asked, password = as_object(credentials.get("recovery_question")), as_object(credentials.get("password"))
        check_password(self._org.words, as_text(password.get("value")) or None)
        self._keep_type(account, kind)
        now = self._org.core.now()
        if "profile" in body:
            account.profile = profile
            account.login = as_text(profile["login"])
            account.last_updated = now
            self._org.happened_to(request, account, "user.account.update_profile")
            self._profile_changed(request, account)
        if asked.get("question"):
            account.set_question(as_text(asked["question"]), as_text(asked.get("answer")) or None)
            account.last_updated = now
        if is_password(password):
            account.set_password(as_text(password.get("value")) or None, now)
            account.last_updated = now
            self._org.happened_to(request, account, "user.account.update_password")
        self._org.core.changed()
        return JsonAnswer(self.shown(account))

    async def _delete(self, request: Request) -> Response:
        """Deactivates; who is deactivated already is deleted for good."""
        account = self._org.user(request)
        if account.status != "DEPROVISIONED":
            self.deactivate(request, account)
            return Response(status_code=204)
        for event_type in ("user.lifecycle.delete.initiated", "user.lifecycle.delete.completed"):
            self._org.happened_to(request, account, event_type)
        self._org.core.world.accounts.okta.remove(account)
        for name in ("okta.members", "okta.owners", "okta.app_users", "okta.device_users", PROVIDER_USERS):
            for held in self._org.core.shelf(name).values():
                held.pop(account.id, None)
        for name in ("okta.factors", "okta.roles", ACCESS_CODES, TYPES):
            self._org.core.shelf(name).pop(account.id, None)
        return Response(status_code=204)

    def deactivate(self, request: Request, account: OktaAccount) -> None:
        """Deactivate a user: sessions end, and apps that were assigned to the person are taken away."""
        account.end_sessions()
        for held in self._org.core.shelf("okta.app_users").values():
            held.pop(account.id, None)
        for name in ("okta.factors", ACCESS_CODES):
            self._org.core.shelf(name).pop(account.id, None)
        self._org.move(request, account, "DEPROVISIONED", "user.lifecycle.deactivate")

    # what hangs on a user

    async def _groups(self, request: Request) -> Response:
        account = self._org.user(request)
        members = self._org.core.shelf("okta.members")
        groups = self._org.core.shelf("okta.groups")
        rows = [group_shown(self._org, group) for key, group in groups.items() if account.id in members.get(key, {})]
        return self._org.page(request, rows)

    async def _app_links(self, request: Request) -> Response:
        account = self._org.user(request)
        rows: list[JsonObject] = []
        for app_id, app in self._org.core.shelf("okta.apps").items():
            if app["status"] == "ACTIVE" and app_scope(self._org, app_id, account.id) is not None:
                rows.append(
                    {
                        "id": f"{app_id}link",
                        "label": app["label"],
                        "linkUrl": f"{self._org.core.base('okta')}/home/{app['name']}/{app_id}/1",
                        "logoUrl": f"{self._org.core.base('okta')}/logos/{app['name']}.png",
                        "appName": app["name"],
                        "appInstanceId": app_id,
                        "appAssignmentId": f"0ua{app_id[3:]}",
                        "credentialsSetup": False,
                        "hidden": False,
                        "sortOrder": len(rows),
                    }
                )
        return JsonAnswer(list(rows))

    async def _blocks(self, request: Request) -> Response:
        return JsonAnswer(_blocks_of(self._org.user(request)))

    async def _devices(self, request: Request) -> Response:
        account = self._org.user(request)
        users, devices = self._org.core.shelf("okta.device_users"), self._org.core.shelf("okta.devices")
        rows: list[JsonObject] = [
            {"created": held[account.id], "device": devices[key], "deviceUserId": f"dus{key[3:]}"}
            for key, held in users.items()
            if account.id in held and key in devices
        ]
        return JsonAnswer(list(rows))

    # helpers

    def _check_account(self, body: JsonObject) -> None:
        """Raise Refused (400) for a realm that is not there, and for a recovery that nobody could answer."""
        check_question(self._org.words, as_object(as_object(body.get("credentials")).get("recovery_question")))
        key = body.get("realmId")
        if key is not None and as_text(key) not in self._org.core.shelf("okta.realms"):
            raise self._org.words.validation("realmId", f"realmId: there is no realm '{as_text(key)}' in this org")

    def _type_in(self, body: JsonObject) -> str:
        """The id of the type that a body gives a user; empty if it says nothing. Raises Refused (400)."""
        if "type" not in body:
            return ""
        key = as_text(as_object(body["type"]).get("id"))
        if key not in (USER_TYPE, "default") and key not in self._org.core.shelf("okta.types"):
            raise self._org.words.validation("type", f"type: '{key}' is no user type of this org")
        return USER_TYPE if key == "default" else key

    def _keep_type(self, account: OktaAccount, kind: str) -> None:
        if kind and kind != type_of(self._org.core, account):
            self._org.core.shelf(TYPES)[account.id] = {"id": kind}

    def _searchable(self, name: str, operator: str) -> bool:
        if name in _DATES:
            return operator == "pr" or operator in _ORDERS
        attribute = name.removeprefix("profile.")
        kinds = (USER_TYPE, *self._org.core.shelf("okta.types"))
        return name in _SEARCHED or (
            attribute != name and any(attribute in of_users(self._org.core, kind) for kind in kinds)
        )

    def shown(self, account: OktaAccount) -> JsonObject:
        """A user as Okta shows it."""
        own, kind = self._org.url(f"/users/{quote(account.id)}"), type_of(self._org.core, account)
        links: JsonObject = {
            "self": {"href": own},
            "schema": {"href": self._org.url(schema_of(kind))},
            "type": {"href": self._org.url(f"/meta/types/user/{kind}")},
        }
        for move in _MOVES.get(account.status, ()):
            camel = "".join(part.capitalize() if at else part for at, part in enumerate(move.split("_")))
            links[camel] = {"href": f"{own}/lifecycle/{move}", "method": "POST"}
        credentials: JsonObject = {"provider": dict(provider_of(account)._asdict())}
        if account.password:
            credentials["password"] = {}
        if account.question is not None:
            credentials["recovery_question"] = {"question": account.question}
        return {
            "id": account.id,
            "status": account.status,
            "created": account.created,
            "activated": account.activated,
            "statusChanged": account.status_changed,
            "lastLogin": account.last_login,
            "lastUpdated": account.last_updated,
            "passwordChanged": account.password_changed,
            "type": {"id": kind},
            "profile": dict(account.profile),
            "credentials": credentials,
            "_links": links,
        }


def group_shown(org: OktaOrg, group: JsonObject) -> JsonObject:
    """A group as Okta shows it."""
    own = org.url(f"/groups/{group['id']}")
    logo = f"{org.core.base('okta')}/assets/img/logos/groups"
    logos: list[JsonObject] = [
        {"name": size, "href": f"{logo}/okta-{size}.png", "type": "image/png"} for size in ("medium", "large")
    ]
    links: JsonObject = {
        "self": {"href": own},
        "logo": list(logos),
        "users": {"href": f"{own}/users"},
        "apps": {"href": f"{own}/apps"},
    }
    return {**group, "_links": links}


def app_scope(org: OktaOrg, app_id: str, user_id: str) -> str | None:
    """How a user has an application: `USER` by an assignment of its own, `GROUP` by a group, or not at all."""
    if user_id in org.core.shelf("okta.app_users").get(app_id, {}):
        return "USER"
    members = org.core.shelf("okta.members")
    groups = org.core.shelf("okta.app_groups").get(app_id, {})
    return "GROUP" if any(user_id in members.get(group_id, {}) for group_id in groups) else None


def _note_provider(request: Request, body: JsonObject, provider: Provider, why: str) -> None:
    """Have the ledger say so where a body names a provider that stays without effect."""
    named = as_text(as_object(as_object(body.get("credentials")).get("provider")).get("type"))
    if named and named != provider.type:
        note(request, f"credentials.provider {why}: {named} was ignored, it is {provider.type}.")


def _blocks_of(account: OktaAccount) -> list[Json]:
    locked: JsonObject = {"type": "DEVICE_BASED", "appliesTo": "ANY_DEVICES"}
    return [locked] if account.status == "LOCKED_OUT" else []


def _starts(row: JsonObject, query: str) -> bool:
    profile = as_object(row["profile"])
    return any(normal(as_text(profile.get(name))).startswith(query) for name in ("firstName", "lastName", "email"))


def _sort_text(row: JsonObject, name: str) -> str:
    held = values_at(row, name)
    return normal(str(held[0])) if held else ""

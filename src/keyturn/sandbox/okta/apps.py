"""Applications of the pretend Okta org, and who has them.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/, .../ApplicationUsers/
and .../ApplicationGroups/.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.filters import Rules
from keyturn.sandbox.okta.app_features import FEATURES
from keyturn.sandbox.okta.app_keys import CONNECTIONS, KEYS
from keyturn.sandbox.okta.app_profiles import OF_APPS, check_assignment, check_group_profile, custom_of, shown_profile
from keyturn.sandbox.okta.attributes import with_defaults
from keyturn.sandbox.okta.client_keys import SECRETS
from keyturn.sandbox.okta.log import app_target, group_target
from keyturn.sandbox.okta.object_values import is_link
from keyturn.sandbox.okta.oidc_apps import wrong_client
from keyturn.sandbox.okta.org import OktaOrg, only
from keyturn.sandbox.okta.seed import app_document
from keyturn.sandbox.okta.users import UserDesk, app_scope
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_list, as_object, as_text, normal, texts, to_json
from keyturn.sandbox.wire import BadBody, BodyFault, JsonAnswer, json_object

_FILTER = Rules(only("status", "user.id", "group.id", "name", "label", "signOnMode", "credentials.signing.kid"))
_MODES = {
    "AUTO_LOGIN": "template_swa",
    "BASIC_AUTH": "template_basic_auth",
    "BOOKMARK": "bookmark",
    "BROWSER_PLUGIN": "template_swa",
    "OPENID_CONNECT": "oidc_client",
    "SAML_1_1": "template_saml_1_1",
    "SAML_2_0": "template_saml_2_0",
    "SECURE_PASSWORD_STORE": "template_sps",
    "WS_FEDERATION": "template_wsfed",
}
_CHANGED = ("name", "label", "accessibility", "visibility", "features", "signOnMode", "settings", "profile")


class AppDesk:
    """Answers `/api/v1/apps`."""

    def __init__(self, org: OktaOrg, users: UserDesk) -> None:
        self._org = org
        self._users = users

    def routes(self) -> list[Route]:
        """The operations."""
        app = "/api/v1/apps/{app}"
        return [
            Route("/api/v1/apps", self._list),
            Route("/api/v1/apps", self._create, ["POST"]),
            Route(app, self._get),
            Route(app, self._replace, ["PUT"]),
            Route(app, self._delete, ["DELETE"]),
            Route(app + "/lifecycle/activate", self._activate, ["POST"]),
            Route(app + "/lifecycle/deactivate", self._deactivate, ["POST"]),
            Route(app + "/users", self._list_users),
            Route(app + "/users", self._assign_user, ["POST"]),
            Route(app + "/users/{user}", self._get_user),
            Route(app + "/users/{user}", self._update_user, ["POST", "PUT"]),
            Route(app + "/users/{user}", self._unassign_user, ["DELETE"]),
            Route(app + "/groups", self._list_groups),
            Route(app + "/groups/{group}", self._get_group),
            Route(app + "/groups/{group}", self._assign_group, ["PUT"]),
            Route(app + "/groups/{group}", self._change_group, ["PATCH"]),
            Route(app + "/groups/{group}", self._unassign_group, ["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        shelf = self._org.core.shelf("okta.apps")
        rows = list(shelf.values())
        filtered, query = params.get("filter"), normal(params.get("q", ""))
        if filtered:
            meets = self._org.meets(filtered, _FILTER)
            rows = [app for app in rows if meets({**app, **self._holders(as_text(app["id"]))})]
        if query:
            names = ("label", "name")
            rows = [app for app in rows if any(normal(as_text(app[name])).startswith(query) for name in names)]
        return self._org.page(request, [self.shown(app) for app in rows], order=list(shelf))

    def _holders(self, app_id: str) -> JsonObject:
        """Ids that `user.id` and `group.id` of a filter are compared with."""
        accounts = self._org.core.world.accounts.okta
        users = [account.id for account in accounts if app_scope(self._org, app_id, account.id)]
        groups = list(self._org.core.shelf("okta.app_groups").get(app_id, {}))
        return {"user": {"id": list(users)}, "group": {"id": list(groups)}}

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        mode, label = as_text(body.get("signOnMode")), as_text(body.get("label"))
        if mode not in _MODES:
            raise self._org.words.validation("signOnMode", f"signOnMode: must be one of {', '.join(_MODES)}")
        self._check_label(label, None)
        self._check_link(mode, body)
        self._check_client(mode, body)
        name = as_text(body.get("name")) or _MODES[mode]
        app_id = self._org.new_id("0oa")
        app = app_document(app_id, label, name, mode, texts(body.get("features")), self._org.core.now())
        self._fill(app, body)
        if request.query_params.get("activate", "true").lower() == "false":
            app["status"] = "INACTIVE"
        if mode == "OPENID_CONNECT":
            app["credentials"] = {**as_object(app["credentials"]), **self._client(app_id, body)}
        for shelf, empty in (("okta.apps", app), ("okta.app_users", {}), ("okta.app_groups", {})):
            self._org.core.shelf(shelf)[app_id] = empty
        self._org.happened(request, "application.lifecycle.create", app_target(app))
        return JsonAnswer(self.shown(app))

    def _client(self, app_id: str, body: JsonObject) -> JsonObject:
        given = as_object(as_object(body.get("credentials")).get("oauthClient"))
        client: JsonObject = {
            "autoKeyRotation": True,
            "client_id": as_text(given.get("client_id")) or app_id,
            "token_endpoint_auth_method": as_text(given.get("token_endpoint_auth_method")) or "client_secret_basic",
        }
        if client["token_endpoint_auth_method"] != "private_key_jwt":
            client["client_secret"] = self._org.core.ids.word(40)
        return {"oauthClient": client}

    def _fill(self, app: JsonObject, body: JsonObject) -> None:
        for name in _CHANGED:
            value = body.get(name)
            if isinstance(value, dict) and isinstance(app.get(name), dict):
                app[name] = {**as_object(app[name]), **value}
            elif value is not None:
                app[name] = value

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self.shown(self._org.app(request)))

    async def _replace(self, request: Request) -> Response:
        app = self._org.app(request)
        body = await json_object(request)
        self._check_label(as_text(body.get("label")), app)
        self._check_link(as_text(app["signOnMode"]), body)
        if as_object(body.get("settings")).get("oauthClient") is not None:
            self._check_client(as_text(app["signOnMode"]), body)
        self._fill(app, body)
        app["lastUpdated"] = self._org.core.now()
        self._org.happened(request, "application.lifecycle.update", app_target(app))
        return JsonAnswer(self.shown(app))

    async def _delete(self, request: Request) -> Response:
        app = self._org.app(request)
        if app["status"] == "ACTIVE":
            raise self._org.words.refuse("E0000056")
        for shelf in ("okta.apps", "okta.app_users", "okta.app_groups", KEYS, CONNECTIONS, FEATURES, SECRETS, OF_APPS):
            self._org.core.shelf(shelf).pop(as_text(app["id"]), None)
        self._org.happened(request, "application.lifecycle.delete", app_target(app))
        return Response(status_code=204)

    async def _activate(self, request: Request) -> Response:
        return self._switch(request, "ACTIVE", "application.lifecycle.activate")

    async def _deactivate(self, request: Request) -> Response:
        return self._switch(request, "INACTIVE", "application.lifecycle.deactivate")

    def _switch(self, request: Request, status: str, event_type: str) -> Response:
        app = self._org.app(request)
        app["status"], app["lastUpdated"] = status, self._org.core.now()
        self._org.happened(request, event_type, app_target(app))
        return JsonAnswer({})

    def _check_link(self, mode: str, body: JsonObject) -> None:
        """A bookmark leads to a page, and stays as it is if nothing is said of it."""
        there = as_object(as_object(body.get("settings")).get("app"))
        if mode == "BOOKMARK" and "url" in there and not is_link(there["url"]):
            raise self._org.words.validation("settings.app.url", "settings.app.url: must be a valid URL")

    def _check_client(self, mode: str, body: JsonObject) -> None:
        causes = [*wrong_client(body)] if mode == "OPENID_CONNECT" else []
        if causes:
            raise self._org.words.validation(causes[0].partition(":")[0], *causes)

    def _check_label(self, label: str, own: JsonObject | None) -> None:
        if not label.strip():
            raise self._org.words.validation("label", "label: The field cannot be left blank")
        apps = self._org.core.shelf("okta.apps").values()
        if any(app is not own and app["label"] == label for app in apps):
            raise self._org.words.refuse("E0000040")

    # users

    async def _list_users(self, request: Request) -> Response:
        app_id = as_text(self._org.app(request)["id"])
        query = normal(request.query_params.get("q", ""))
        rows: list[JsonObject] = []
        accounts = self._org.core.world.accounts.okta
        for account in accounts:
            shown = self._app_user(app_id, account.id)
            if shown is not None and _is_meant(shown, account.profile, query):
                if request.query_params.get("expand") == "user":
                    shown["_embedded"] = {"user": self._users.shown(account)}
                rows.append(shown)
        return self._org.page(request, rows, 500, 50, order=[account.id for account in accounts])

    async def _get_user(self, request: Request) -> Response:
        return JsonAnswer(self._assignment(request))

    def _assignment(self, request: Request) -> JsonObject:
        app = self._org.app(request)
        user_id = self._org.user(request, "user").id
        found = self._app_user(as_text(app["id"]), user_id)
        if found is None:
            raise self._org.words.not_found(user_id, "AppUser")
        return found

    async def _assign_user(self, request: Request) -> Response:
        app = self._org.app(request)
        body = await json_object(request)
        account = self._org.find_user(as_text(body.get("id")))
        if account.status == "DEPROVISIONED":
            raise self._org.words.refuse("E0000038")
        held = self._org.core.shelf("okta.app_users").setdefault(as_text(app["id"]), {})
        now = self._org.core.now()
        known = as_object(held.get(account.id))
        own = custom_of(self._org.core, app)
        row: JsonObject = {
            "created": known.get("created") or now,
            "lastUpdated": now,
            "statusChanged": known.get("statusChanged") or now,
            "credentials": as_object(body.get("credentials")) or {"userName": account.login},
            "profile": with_defaults(as_object(body.get("profile")), own),
        }
        check_assignment(self._org.core, self._org.words, app, account, row, {"profile": with_defaults({}, own)})
        held[account.id] = row
        self._org.happened_to(request, account, "application.user_membership.add", app_target(app))
        return JsonAnswer(self._app_user(as_text(app["id"]), account.id))

    async def _update_user(self, request: Request) -> Response:
        app = self._org.app(request)
        account = self._org.user(request, "user")
        if request.method == "POST":
            self._assignment(request)
        body = await json_object(request)
        held = self._org.core.shelf("okta.app_users").setdefault(as_text(app["id"]), {})
        now = self._org.core.now()
        known = as_object(held.get(account.id)) or {
            "created": now,
            "statusChanged": now,
            "credentials": {},
            "profile": {},
        }
        row: JsonObject = {**known, "lastUpdated": now}
        for name in ("credentials", "profile"):
            row[name] = {**as_object(known.get(name)), **as_object(body.get(name))}
        check_assignment(self._org.core, self._org.words, app, account, row, known)
        held[account.id] = row
        self._org.happened_to(request, account, "application.user_membership.update", app_target(app))
        return JsonAnswer(self._app_user(as_text(app["id"]), account.id))

    async def _unassign_user(self, request: Request) -> Response:
        app = self._org.app(request)
        account = self._org.user(request, "user")
        self._assignment(request)
        held = self._org.core.shelf("okta.app_users").get(as_text(app["id"]), {})
        if held.pop(account.id, None) is None:
            text = "The user has this application by a group: unassign the group, or remove the user from it."
            raise self._org.words.validation("user", text)
        self._org.happened_to(request, account, "application.user_membership.remove", app_target(app))
        return Response(status_code=204)

    def _app_user(self, app_id: str, user_id: str) -> JsonObject | None:
        scope = app_scope(self._org, app_id, user_id)
        account = self._org.core.world.accounts.find_okta(user_id)
        if scope is None or account is None or account.status == "DEPROVISIONED":
            return None
        held = as_object(self._org.core.shelf("okta.app_users").get(app_id, {}).get(user_id))
        own = self._org.url(f"/apps/{app_id}")
        return {
            "id": account.id,
            "externalId": None,
            "created": held.get("created") or account.created,
            "lastUpdated": held.get("lastUpdated") or account.created,
            "scope": scope,
            "status": "ACTIVE"
            if account.status == "ACTIVE"
            else "SUSPENDED"
            if account.status == "SUSPENDED"
            else "STAGED",
            "statusChanged": held.get("statusChanged") or account.created,
            "passwordChanged": None,
            "syncState": "DISABLED",
            "lastSync": None,
            "credentials": held.get("credentials") or {"userName": account.login},
            "profile": shown_profile(account, as_object(held.get("profile"))),
            "_links": {"app": {"href": own}, "user": {"href": self._org.url(f"/users/{account.id}")}},
        }

    # groups

    async def _list_groups(self, request: Request) -> Response:
        app_id = as_text(self._org.app(request)["id"])
        held = self._org.core.shelf("okta.app_groups").get(app_id, {})
        return self._org.page(request, [self._app_group(app_id, as_object(row)) for row in held.values()], 200, 20)

    async def _get_group(self, request: Request) -> Response:
        app_id = as_text(self._org.app(request)["id"])
        group_id = str(request.path_params["group"])
        found = self._org.core.shelf("okta.app_groups").get(app_id, {}).get(group_id)
        if found is None:
            raise self._org.words.not_found(group_id, "ApplicationGroupAssignment")
        return JsonAnswer(self._app_group(app_id, as_object(found)))

    async def _assign_group(self, request: Request) -> Response:
        app, group = self._org.app(request), self._org.group(request)
        body = await json_object(request) if await request.body() else {}
        app_id, group_id = as_text(app["id"]), as_text(group["id"])
        held = self._org.core.shelf("okta.app_groups").setdefault(app_id, {})
        row: JsonObject = {
            "id": group_id,
            "lastUpdated": self._org.core.now(),
            "priority": body.get("priority", len(held)),
            "profile": as_object(body.get("profile")),
        }
        check_group_profile(self._org.core, self._org.words, app, as_object(row["profile"]))
        held[group_id] = row
        self._org.happened(request, "group.application_assignment.add", group_target(group), app_target(app))
        return JsonAnswer(self._app_group(app_id, row))

    async def _change_group(self, request: Request) -> Response:
        """JSON Patch (RFC 6902) of the priority and of attributes of the profile."""
        app, group = self._org.app(request), self._org.group(request)
        row = self._org.core.shelf("okta.app_groups").get(as_text(app["id"]), {}).get(as_text(group["id"]))
        if not isinstance(row, dict):
            raise self._org.words.not_found(as_text(group["id"]), "ApplicationGroupAssignment")
        priority, profile = row["priority"], dict(as_object(row["profile"]))
        for step in await _patch_in(request):
            path, value = as_text(step.get("path")), step.get("value")
            if path == "/priority":
                priority = value
            elif path.startswith("/profile/") and step.get("op") == "remove":
                profile.pop(path.removeprefix("/profile/"), None)
            elif path.startswith("/profile/"):
                profile[path.removeprefix("/profile/")] = value
        check_group_profile(self._org.core, self._org.words, app, profile)
        row["priority"], row["profile"] = priority, profile
        row["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._app_group(as_text(app["id"]), row))

    async def _unassign_group(self, request: Request) -> Response:
        app = self._org.app(request)
        group = self._org.group(request)
        held = self._org.core.shelf("okta.app_groups").get(as_text(app["id"]), {})
        if held.pop(as_text(group["id"]), None) is None:
            raise self._org.words.not_found(as_text(group["id"]), "ApplicationGroupAssignment")
        self._org.happened(request, "group.application_assignment.remove", group_target(group), app_target(app))
        return Response(status_code=204)

    def _app_group(self, app_id: str, row: JsonObject) -> JsonObject:
        own = self._org.url(f"/apps/{app_id}")
        group = self._org.url(f"/groups/{row['id']}")
        links: JsonObject = {
            "app": {"href": own},
            "self": {"href": f"{own}/groups/{row['id']}"},
            "group": {"href": group},
        }
        return {**row, "_links": links}

    def shown(self, app: JsonObject) -> JsonObject:
        """An application as Okta shows it."""
        own = self._org.url(f"/apps/{app['id']}")
        toggle = "deactivate" if app["status"] == "ACTIVE" else "activate"
        links: JsonObject = {
            "self": {"href": own},
            "users": {"href": f"{own}/users"},
            "groups": {"href": f"{own}/groups"},
            toggle: {"href": f"{own}/lifecycle/{toggle}"},
        }
        return {**app, "_links": links}


def _is_meant(assigned: JsonObject, profile: JsonObject, query: str) -> bool:
    """Whether `q` is the beginning of a user's name in the application, of a name or of the address."""
    names = [as_object(assigned["credentials"]).get("userName")]
    names += [profile.get(name) for name in ("firstName", "lastName", "email")]
    return any(normal(as_text(name)).startswith(query) for name in names)


async def _patch_in(request: Request) -> list[JsonObject]:
    """The steps of a JSON Patch. Raises BadBody."""
    try:
        found = to_json(orjson.loads(await request.body()))
    except orjson.JSONDecodeError as error:
        raise BadBody(BodyFault.SYNTAX) from error
    return [as_object(step) for step in as_list(found)]

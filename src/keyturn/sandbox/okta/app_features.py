"""What the pretend Okta org says it does for an application: to push users there, to take users from there.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationFeatures/.
The switches are those of the application's own `features`, and nobody is provisioned.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.app_keys import CONNECTIONS, connection_of
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, json_object

FEATURES = "okta.app_feature_settings"
_PUSH, _IMPORT = "USER_PROVISIONING", "INBOUND_PROVISIONING"
_ABOUT = {
    _PUSH: "User provisioning settings from Okta to a downstream application",
    _IMPORT: "In-bound provisioning settings from an application to Okta",
}
# where a switch stands in the capabilities | the feature of the application that it is
_SWITCHES = (
    ("create", "lifecycleCreate", "PUSH_NEW_USERS"),
    ("update", "profile", "PUSH_PROFILE_UPDATES"),
    ("update", "lifecycleDeactivate", "PUSH_USER_DEACTIVATION"),
    ("update", "password", "PUSH_PASSWORD_UPDATES"),
)
_IMPORTS = frozenset({"IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES"})
_STATES = ("ENABLED", "DISABLED")
_CHOICES = {"seed": ("RANDOM", "OKTA"), "change": ("KEEP_EXISTING", "CHANGE")}
_USUAL_IMPORT: JsonObject = {
    "importSettings": {
        "username": {"usernameFormat": "EMAIL"},
        "schedule": {"status": "DISABLED", "fullImport": None, "incrementalImport": None},
    },
    "importRules": {
        "userCreateAndMatch": {
            "exactMatchCriteria": "EMAIL",
            "allowPartialMatch": False,
            "autoConfirmPartialMatch": False,
            "autoConfirmExactMatch": False,
            "autoConfirmNewUsers": False,
            "autoActivateNewUsers": False,
        }
    },
}


class AppFeatureDesk:
    """Answers `/api/v1/apps/{app}/features`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        features = "/api/v1/apps/{app}/features"
        one = features + "/{feature}"
        return [Route(features, self._list), Route(one, self._get), Route(one, self._change, ["PUT"])]

    def _app(self, request: Request) -> JsonObject:
        """The application, which has to be provisioned. Raises Refused."""
        app = self._org.app(request)
        if connection_of(self._org, app)["status"] != "ENABLED":
            raise self._org.words.validation("feature", "Provisioning is not enabled for the app instance.")
        return app

    def _named(self, request: Request) -> tuple[JsonObject, str]:
        app, name = self._app(request), str(request.path_params["feature"])
        if name not in _features(app):
            raise self._org.words.not_found(name, "ApplicationFeature")
        return app, name

    async def _list(self, request: Request) -> Response:
        app = self._app(request)
        return JsonAnswer([self._shown(app, name) for name in _features(app)])

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(*self._named(request)))

    async def _change(self, request: Request) -> Response:
        """What is not named stays."""
        app, name = self._named(request)
        body = await json_object(request)
        if name == _PUSH:
            self._switch(app, body)
        else:
            self._set(app, _merged(self._import(app), body, _USUAL_IMPORT))
        app["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown(app, name))

    # users who are pushed

    def _switch(self, app: JsonObject, body: JsonObject) -> None:
        held = texts(app.get("features"))
        for part, name, feature in _SWITCHES:
            status = as_object(as_object(body.get(part)).get(name)).get("status")
            if status not in (None, *_STATES):
                raise self._org.words.validation("status", f"status: must be one of {', '.join(_STATES)}")
            if status is not None:
                held = [each for each in held if each != feature] + [feature] * (status == "ENABLED")
        password = as_object(as_object(body.get("update")).get("password"))
        for name, choices in _CHOICES.items():
            if password.get(name) not in (None, *choices):
                raise self._org.words.validation(name, f"{name}: must be one of {', '.join(choices)}")
        # it is connected whatever is switched off
        self._org.core.shelf(CONNECTIONS)[as_text(app["id"])] = connection_of(self._org, app)
        app["features"] = list(held)
        kept: JsonObject = {name: password[name] for name in _CHOICES if password.get(name)}
        self._set(app, kept)

    def _set(self, app: JsonObject, values: JsonObject) -> None:
        self._org.core.shelf(FEATURES).setdefault(as_text(app["id"]), {}).update(values)

    def _push(self, app: JsonObject) -> JsonObject:
        held, chosen = texts(app.get("features")), self._org.core.shelf(FEATURES).get(as_text(app["id"]), {})
        made: dict[str, JsonObject] = {"create": {}, "update": {}}
        for part, name, feature in _SWITCHES:
            made[part][name] = {"status": "ENABLED" if feature in held else "DISABLED"}
        password = as_object(made["update"]["password"])
        password.update({name: chosen.get(name, choices[0]) for name, choices in _CHOICES.items()})
        return dict(made)

    # users who are imported

    def _import(self, app: JsonObject) -> JsonObject:
        held = self._org.core.shelf(FEATURES).get(as_text(app["id"]), {})
        return {name: held.get(name, usual) for name, usual in _USUAL_IMPORT.items()}

    def _shown(self, app: JsonObject, name: str) -> JsonObject:
        own = self._org.url(f"/apps/{app['id']}/features/{name}")
        return {
            "name": name,
            "status": "ENABLED",
            "description": _ABOUT[name],
            "capabilities": self._push(app) if name == _PUSH else self._import(app),
            "_links": {"self": {"href": own, "hints": {"allow": ["GET", "PUT"]}}},
        }


def _features(app: JsonObject) -> list[str]:
    """Which features an application has that is provisioned."""
    return [_PUSH, _IMPORT] if _IMPORTS & set(texts(app.get("features"))) else [_PUSH]


def _merged(held: JsonObject, given: JsonObject, usual: JsonObject) -> JsonObject:
    """What is given in place of what was there, at every depth that the settings have."""
    made: JsonObject = {}
    for name, value in usual.items():
        old, new = held.get(name), given.get(name)
        if isinstance(value, dict) and isinstance(new, dict):
            made[name] = _merged(as_object(old), new, value)
        else:
            made[name] = _kept(new if name in given else old)
    return made


def _kept(value: Json) -> Json:
    return dict(value) if isinstance(value, dict) else value

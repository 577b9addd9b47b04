"""What describes the pretend Okta org: its settings, user types, the schema of profiles; and sessions by id.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/, .../UserType/ and
.../OrgSettingGeneral/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.app_profiles import base_of, custom_of, put_custom
from keyturn.sandbox.okta.attributes import (
    BASE_ATTRIBUTES,
    CHANGED,
    OF_GROUPS,
    OWN,
    changeable,
    described,
    is_declaration,
    required,
    schema_of,
    shelf_of,
    type_of,
)
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.seed import ORG, SEEDED_AT, USER_TYPE
from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, Shelf, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, json_object

_SETTINGS = frozenset({"companyName", "website", "phoneNumber", "city", "state", "country"})
_FOOTER = {"showEndUserFooter": True, "hideEndUserFooter": False}
_CONTACTS = ("BILLING", "TECHNICAL")


class MetaDesk:
    """Answers `/api/v1/meta` and `/api/v1/org`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route("/api/v1/org", self._settings),
            Route("/api/v1/org", self._change_settings, ["POST", "PUT"]),
            Route("/api/v1/org/preferences", self._preferences),
            Route("/api/v1/org/preferences/{verb}", self._prefer, ["POST"]),
            Route("/api/v1/org/contacts", self._contacts),
            Route("/api/v1/org/contacts/{kind}", self._contact),
            Route("/api/v1/org/contacts/{kind}", self._name_contact, ["PUT"]),
            Route("/api/v1/org/email/bounces/remove-list", self._forget_bounces, ["POST"]),
            Route("/.well-known/okta-organization", self._well_known),
            Route("/api/v1/meta/types/user", self._types),
            Route("/api/v1/meta/types/user", self._add_type, ["POST"]),
            Route("/api/v1/meta/types/user/{type}", self._type),
            Route("/api/v1/meta/types/user/{type}", self._change_type, ["POST", "PUT"]),
            Route("/api/v1/meta/types/user/{type}", self._remove_type, ["DELETE"]),
            Route("/api/v1/meta/schemas/user/{schema}", self._schema),
            Route("/api/v1/meta/schemas/user/{schema}", self._change_schema, ["POST"]),
            Route("/api/v1/meta/schemas/group/default", self._group_schema),
            Route("/api/v1/meta/schemas/group/default", self._change_group_schema, ["POST"]),
            Route("/api/v1/meta/schemas/apps/{app}/default", self._app_schema),
            Route("/api/v1/meta/schemas/apps/{app}/default", self._change_app_schema, ["POST"]),
        ]

    async def _forget_bounces(self, request: Request) -> Response:
        """Addresses that mail came back from are written to again; what is no address is told."""
        addresses = texts((await json_object(request)).get("emailAddresses"))
        if not addresses:
            raise self._org.words.validation("emailAddresses", "emailAddresses: The field cannot be left blank")
        wrong: list[Json] = [
            {"emailAddress": address, "reason": "This email address is invalid."}
            for address in addresses
            if "@" not in address.strip("@")
        ]
        return JsonAnswer({"errors": wrong})

    async def _settings(self, request: Request) -> Response:
        return JsonAnswer(
            {
                "id": ORG,
                "subdomain": "northwind",
                "companyName": COMPANY,
                "status": "ACTIVE",
                "created": SEEDED_AT,
                "lastUpdated": SEEDED_AT,
                "expiresAt": None,
                "website": "https://www.northwind.example",
                "phoneNumber": "+1-555-0100",
                "city": "Seattle",
                "state": "Washington",
                "country": "United States",
                "_links": {},
                **self._org.core.shelf("okta.org").get("settings", {}),
            }
        )

    # preferences and whom Okta writes to

    def _kept(self, name: str) -> JsonObject:
        return self._org.core.shelf("okta.org").setdefault(name, {})

    async def _preferences(self, request: Request) -> Response:
        shown = self._kept("preferences").get("showEndUserFooter", True)
        return JsonAnswer({"showEndUserFooter": shown, "_links": {}})

    async def _prefer(self, request: Request) -> Response:
        verb = str(request.path_params["verb"])
        if verb not in _FOOTER:
            raise self._org.words.not_found(verb, "OrgPreferences")
        self._kept("preferences")["showEndUserFooter"] = _FOOTER[verb]
        self._org.core.changed()
        return await self._preferences(request)

    async def _contacts(self, request: Request) -> Response:
        rows: list[Json] = [{"contactType": kind, "_links": {}} for kind in _CONTACTS]
        return JsonAnswer(rows)

    def _contact_kind(self, request: Request) -> str:
        kind = str(request.path_params["kind"]).upper()
        if kind not in _CONTACTS:
            raise self._org.words.not_found(kind, "OrgContact")
        return kind

    async def _contact(self, request: Request) -> Response:
        user = self._kept("contacts").get(self._contact_kind(request)) or self._org.find_user("me").id
        return JsonAnswer({"userId": user, "_links": {"user": {"href": self._org.url(f"/users/{user}")}}})

    async def _name_contact(self, request: Request) -> Response:
        kind, body = self._contact_kind(request), await json_object(request)
        self._kept("contacts")[kind] = self._org.find_user(as_text(body.get("userId"))).id
        self._org.core.changed()
        return await self._contact(request)

    async def _change_settings(self, request: Request) -> Response:
        body = await json_object(request)
        settings = self._org.core.shelf("okta.org").setdefault("settings", {})
        settings.update({name: value for name, value in body.items() if name in _SETTINGS})
        self._org.core.changed()
        return await self._settings(request)

    async def _well_known(self, request: Request) -> Response:
        links: JsonObject = {"organization": {"href": self._org.core.base("okta")}}
        return JsonAnswer({"id": ORG, "pipeline": "idx", "_links": links})

    async def _types(self, request: Request) -> Response:
        own: list[Json] = [self._shown_type(row) for row in self._org.core.shelf("okta.types").values()]
        return JsonAnswer([self._default_type(), *own])

    async def _type(self, request: Request) -> Response:
        name = str(request.path_params["type"])
        return JsonAnswer(self._kept_type(name))

    def _kept_type(self, name: str) -> JsonObject:
        usual = name in ("default", USER_TYPE)
        return self._default_type() if usual else self._shown_type(self._own_type(name))

    def _shown_type(self, row: JsonObject) -> JsonObject:
        kind = as_text(row["id"])
        own, schema = self._org.url(f"/meta/types/user/{kind}"), self._org.url(schema_of(kind))
        return {**row, "_links": {"self": {"href": own}, "schema": {"href": schema}}}

    def _own_type(self, name: str) -> JsonObject:
        found = self._org.core.shelf("okta.types").get(name)
        if found is None:
            raise self._org.words.not_found(name, "UserType")
        return found

    async def _add_type(self, request: Request) -> Response:
        body, now = await json_object(request), self._org.core.now()
        name, shelf = as_text(body.get("name")), self._org.core.shelf("okta.types")
        if not name or any(row["name"] == name for row in (self._default_type(), *shelf.values())):
            raise self._org.words.validation("name", "name: The field cannot be blank, nor the name of another type")
        key = self._org.new_id("oty")
        shelf[key] = {
            **self._default_type(),
            "id": key,
            "name": name,
            "displayName": as_text(body.get("displayName")) or name,
            "description": body.get("description"),
            "default": False,
            "created": now,
            "lastUpdated": now,
        }
        self._org.core.changed()
        return JsonAnswer(self._shown_type(shelf[key]))

    async def _change_type(self, request: Request) -> Response:
        row, body = self._own_type(str(request.path_params["type"])), await json_object(request)
        row.update({name: body[name] for name in ("displayName", "description") if name in body})
        row["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown_type(row))

    async def _remove_type(self, request: Request) -> Response:
        name = str(request.path_params["type"])
        if name in ("default", USER_TYPE):
            raise self._org.words.validation("type", "The default user type cannot be deleted.")
        del self._org.core.shelf("okta.types")[as_text(self._own_type(name)["id"])]
        for held in (OWN, CHANGED):
            self._org.core.shelf(shelf_of(name, held)).clear()
        self._org.core.changed()
        return Response(status_code=204)

    def _default_type(self) -> JsonObject:
        usual: JsonObject = {
            "id": USER_TYPE,
            "displayName": "User",
            "name": "user",
            "description": "Okta user profile template with default permission settings",
            "createdBy": "sprSandbox0000000001",
            "lastUpdatedBy": "sprSandbox0000000001",
            "created": SEEDED_AT,
            "lastUpdated": SEEDED_AT,
            "default": True,
        }
        return self._shown_type(usual)

    async def _schema(self, request: Request) -> Response:
        return JsonAnswer(self._user_schema(self._type_named(request)))

    async def _change_schema(self, request: Request) -> Response:
        """Adds and changes the org's own attributes; one that is null goes. Of Okta's own little can be changed."""
        kind = self._type_named(request)
        given = as_object((await json_object(request)).get("definitions"))
        changes: dict[str, JsonObject] = {}
        for name, declared in as_object(as_object(given.get("base")).get("properties")).items():
            if name not in BASE_ATTRIBUTES:
                raise self._org.words.validation(name, f"{name}: is no attribute of Okta's own")
            changes[name] = changeable(name, self._definition(name, declared))
        own = as_object(as_object(given.get("custom")).get("properties"))
        for name in own:
            if name in BASE_ATTRIBUTES:
                raise self._org.words.validation(name, f"{name}: cannot be defined as an attribute of the org")
        self._define(self._org.core.shelf(shelf_of(kind, OWN)), own)
        for name, changed in changes.items():
            self._org.core.shelf(shelf_of(kind, CHANGED)).setdefault(name, {}).update(changed)
        people = self._org.core.world.accounts.okta
        _forget(own, (account.profile for account in people if type_of(self._org.core, account) == kind))
        return JsonAnswer(self._user_schema(kind))

    def _define(self, attributes: Shelf, given: JsonObject) -> None:
        """Add and change attributes; one that is null goes. Raises Refused (400)."""
        made = {name: None if value is None else self._definition(name, value) for name, value in given.items()}
        for name, definition in made.items():
            if definition is None:
                attributes.pop(name, None)
            else:
                attributes[name] = definition
        self._org.core.changed()

    def _definition(self, name: str, value: Json) -> JsonObject:
        if not isinstance(value, dict) or not is_declaration(value):
            raise self._org.words.validation(name, f"{name}: cannot be defined as an attribute")
        return value

    def _type_named(self, request: Request) -> str:
        """The user type whose schema a path names. Raises Refused (404)."""
        name = str(request.path_params["schema"])
        if name in ("default", USER_TYPE):
            return USER_TYPE
        kinds = self._org.core.shelf("okta.types")
        found = next((kind for kind in kinds if schema_of(kind).endswith(f"/{name}")), None)
        if found is None:
            raise self._org.words.not_found(name, "UserSchema")
        return found

    def _user_schema(self, kind: str) -> JsonObject:
        own = self._org.url(schema_of(kind))
        changed = self._org.core.shelf(shelf_of(kind, CHANGED))
        base: JsonObject = {name: {**described(name), **changed.get(name, {})} for name in BASE_ATTRIBUTES}
        custom: JsonObject = dict(self._org.core.shelf(shelf_of(kind, OWN)))
        kept = self._kept_type(kind)
        kinds: list[Json] = [{"$ref": "#/definitions/base"}, {"$ref": "#/definitions/custom"}]
        return {
            "id": own,
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": "user",
            "title": kept["displayName"],
            "lastUpdated": kept["lastUpdated"],
            "created": kept["created"],
            "definitions": {
                "base": {"id": "#base", "type": "object", "properties": base, "required": required(base)},
                "custom": {"id": "#custom", "type": "object", "properties": custom, "required": required(custom)},
            },
            "type": "object",
            "properties": {"profile": {"allOf": kinds}},
            "_links": {"self": {"href": own}, "type": {"href": self._org.url(f"/meta/types/user/{kind}")}},
        }

    async def _app_schema(self, request: Request) -> Response:
        """The schema of an application's users: what every app has, and the app's own attributes."""
        app = self._org.app(request)
        own = self._org.url(f"/meta/schemas/apps/{app['id']}/default")
        base, custom = base_of(app), custom_of(self._org.core, app)
        kinds: list[Json] = [{"$ref": "#/definitions/base"}, {"$ref": "#/definitions/custom"}]
        return JsonAnswer(
            {
                "id": own,
                "$schema": "http://json-schema.org/draft-04/schema#",
                "name": app["name"],
                "title": f"{app['label']} User",
                "lastUpdated": app["lastUpdated"],
                "created": app["created"],
                "definitions": {"base": _definitions("base", base), "custom": _definitions("custom", custom)},
                "type": "object",
                "properties": {"profile": {"allOf": kinds}},
                "_links": {"self": {"href": own}},
            }
        )

    async def _change_app_schema(self, request: Request) -> Response:
        app = self._org.app(request)
        body = await json_object(request)
        custom = as_object(as_object(as_object(body.get("definitions")).get("custom")).get("properties"))
        for name in base_of(app).keys() & custom.keys():
            raise self._org.words.validation(name, f"{name}: cannot be defined as an attribute of the app")
        attributes = custom_of(self._org.core, app)
        self._define(attributes, custom)
        put_custom(self._org.core, app, attributes)
        return await self._app_schema(request)

    async def _group_schema(self, request: Request) -> Response:
        own = self._org.url("/meta/schemas/group/default")
        own_ones = self._org.core.shelf(OF_GROUPS)
        base: JsonObject = {
            "name": {**described("name"), "required": True},
            "description": described("description"),
        }
        return JsonAnswer(
            {
                "id": own,
                "$schema": "http://json-schema.org/draft-04/schema#",
                "name": "group",
                "title": "Okta group",
                "lastUpdated": SEEDED_AT,
                "created": SEEDED_AT,
                "definitions": {
                    "base": {"id": "#base", "type": "object", "properties": base, "required": ["name"]},
                    "custom": {
                        "id": "#custom",
                        "type": "object",
                        "properties": dict(own_ones),
                        "required": required(own_ones),
                    },
                },
                "type": "object",
                "_links": {"self": {"href": own}},
            }
        )

    async def _change_group_schema(self, request: Request) -> Response:
        custom = as_object(as_object((await json_object(request)).get("definitions")).get("custom"))
        own = as_object(custom.get("properties"))
        self._define(self._org.core.shelf(OF_GROUPS), own)
        _forget(own, (as_object(group["profile"]) for group in self._org.core.shelf("okta.groups").values()))
        return await self._group_schema(request)


def _definitions(name: str, attributes: Mapping[str, JsonObject]) -> JsonObject:
    """A part of a schema with its attributes."""
    properties: JsonObject = dict(attributes)
    return {"id": f"#{name}", "type": "object", "properties": properties, "required": required(attributes)}


def _forget(given: JsonObject, profiles: Iterable[JsonObject]) -> None:
    """What is taken out of a schema is nobody's any more."""
    gone = [name for name, declared in given.items() if declared is None]
    for profile in profiles if gone else ():
        for name in gone:
            profile.pop(name, None)

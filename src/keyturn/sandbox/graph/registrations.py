"""Applications of the pretend Microsoft 365 tenant, and their service principals: made, changed, given secrets, owned.

Source: https://learn.microsoft.com/en-us/graph/api/resources/application and .../serviceprincipal. An application that
was there on the first day has the id of its service principal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import NOUNS, Activity, Modified, Place, modified, usual
from keyturn.sandbox.graph.directory import CONTEXT, Deletable, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.groups import OBJECT, GroupDesk
from keyturn.sandbox.graph.own_attributes import OWN_ATTRIBUTES
from keyturn.sandbox.graph.seed import GRAPH_APP
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import json_object

APPS, MADE, APP_OWNERS = "graph.apps", "graph.registrations", "graph.app_owners"
APPLICATION = Kind(
    "application",
    "applications",
    frozenset(
        {"id", "appId", "displayName", "signInAudience", "createdDateTime", "deletedDateTime", "tags", "web", "notes"}
        | {"passwordCredentials", "keyCredentials", "requiredResourceAccess", "identifierUris", "description"}
    ),
)
PRINCIPAL = Kind(
    "servicePrincipal",
    "servicePrincipals",
    frozenset(
        {"id", "deletedDateTime", "accountEnabled", "appDisplayName", "appId", "displayName", "servicePrincipalType"}
        | {"signInAudience", "appRoles", "tags", "notes", "passwordCredentials", "appRoleAssignmentRequired"}
    ),
)
_Find: TypeAlias = Callable[[Request], JsonObject]
_CHANGED = frozenset({"displayName", "tags", "notes", "signInAudience", "accountEnabled", "appRoleAssignmentRequired"})
_KEPT = frozenset({"web", "description", "requiredResourceAccess", "identifierUris"}) | _CHANGED


class RegistrationDesk:
    """Answers `/applications` and the writing operations of `/servicePrincipals`."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups
        for kind in (APPLICATION, PRINCIPAL):
            directory.lead(kind, owners=(OBJECT, self._owners_of))
        directory.deltas["applications"] = APPLICATION, self._rows
        for name, kind, restored in (
            ("application", APPLICATION, self._restored),
            ("servicePrincipal", PRINCIPAL, self._restored_principal),
        ):
            directory.deletables[name] = Deletable(kind, kind.context, _kept_of, restored)

    def routes(self) -> list[Route]:
        """The operations."""
        apps, principals = "/v1.0/applications", "/v1.0/servicePrincipals"
        app, principal = apps + "/{key}", principals + "/{key}"
        routes = [
            Route(apps, self._list),
            Route(apps, self._create, ["POST"]),
            Route(apps + "/$count", self._count),
            Route(app, self._get),
            Route(app, self._change, ["PATCH"]),
            Route(app, self._delete, ["DELETE"]),
            Route(principals, self._create_principal, ["POST"]),
            Route(principal, self._change_principal, ["PATCH"]),
            Route(principal, self._delete_principal, ["DELETE"]),
        ]
        for one, find in ((app, self._app), (principal, self._principal)):
            routes += [
                Route(one + "/addPassword", self._add_password(find), ["POST"]),
                Route(one + "/removePassword", self._remove_password(find), ["POST"]),
                Route(one + "/owners", self._owners(find)),
                Route(one + "/owners/$ref", self._add_owner(find), ["POST"]),
                Route(one + "/owners/{id}/$ref", self._remove_owner(find), ["DELETE"]),
            ]
        return routes

    # applications

    def _as_application(self, app: JsonObject) -> JsonObject:
        kept: JsonObject = {name: app.get(name) for name in ("appId", "displayName", "signInAudience", "tags")}
        secrets: Json = app.get("passwordCredentials") or []
        return {"id": app["id"], **kept, "passwordCredentials": secrets}

    def _rows(self) -> list[JsonObject]:
        made = list(self._directory.core.shelf(MADE).values())
        own = {as_text(row["appId"]) for row in made} | {GRAPH_APP}
        apps = self._directory.core.shelf(APPS).values()
        return [self._as_application(app) for app in apps if app["appId"] not in own] + made

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(), APPLICATION)

    async def _count(self, request: Request) -> Response:
        return self._directory.counted(request, self._rows(), APPLICATION)

    def _app(self, request: Request) -> JsonObject:
        """As it is kept, by its id, or as `appId=...`. Raises Refused (404)."""
        return by_app_id(self._directory, request, (MADE, APPS))

    def _principal(self, request: Request) -> JsonObject:
        return by_app_id(self._directory, request)

    async def _get(self, request: Request) -> Response:
        key = as_text(self._app(request)["id"])
        row = next((row for row in self._rows() if row["id"] == key), None)
        if row is None:
            raise self._directory.words.not_found(key)
        return self._directory.one(request, row, APPLICATION)

    async def _create(self, request: Request) -> Response:
        body = plain(await json_object(request))
        if not as_text(body.get("displayName")):
            text = "A value is required for property 'displayName' of resource 'Application'."
            raise self._directory.words.bad_request(text)
        owners = self._groups.bound(body, "owners")
        key, none = self._directory.core.ids.uuid(), list[Json]()
        row: JsonObject = {"id": key, "appId": self._directory.core.ids.uuid(), "deletedDateTime": None}
        row.update({"createdDateTime": self._directory.now(), "signInAudience": "AzureADMyOrg", "tags": none})
        row.update({"passwordCredentials": none[:], "keyCredentials": none[:], "identifierUris": none[:]})
        row.update({name: value for name, value in body.items() if name in _KEPT})
        self._directory.core.shelf(MADE)[key] = row
        self._directory.members(APP_OWNERS, key).update(dict.fromkeys(owners, True))
        added = Activity("Add application", ("applications", key), modified=modified({}, row, [*body]))
        self._directory.changed("applications", key, "created", [added])
        return self._directory.one(request, row, APPLICATION, 201)

    async def _change(self, request: Request) -> Response:
        return await self._changed(request, self._app(request))

    async def _changed(self, request: Request, row: JsonObject) -> Response:
        before, changes = {**row}, plain(await json_object(request))
        for name, value in changes.items():
            if name not in _KEPT:
                raise self._directory.words.bad_request(f"Property '{name}' cannot be updated.")
            row[name] = value
        self._touched(row, "Update {}", modified(before, row, changes))
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        """Its service principal goes with it, and the attributes that it has registered."""
        row = self._app(request)
        key, core = as_text(row["id"]), self._directory.core
        app = next((each for each in self._rows() if each["id"] == key), row)
        principals = [each for each in core.shelf(APPS).values() if each["appId"] == row["appId"]]
        core.shelf(MADE).pop(key, None)
        attributes: JsonObject = core.shelf(OWN_ATTRIBUTES).pop(key, {})
        self._directory.keep("application", key, {"application": app, "attributes": attributes})
        done = [usual("applications", "deleted", key, app), *(self._principal_gone(each) for each in principals)]
        self._directory.changed("applications", key, "deleted", done)
        return Response(status_code=204)

    def _principal_gone(self, row: JsonObject) -> Activity:
        key = as_text(row["id"])
        del self._directory.core.shelf(APPS)[key]
        self._directory.keep("servicePrincipal", key, {"servicePrincipal": row})
        return usual("servicePrincipals", "deleted", key, row)

    def _restored(self, deleted: JsonObject) -> JsonObject:
        """An application that was deleted; its service principal stays deleted, until that is restored as well."""
        key, app = as_text(deleted["id"]), _kept_of(deleted)
        self._directory.core.shelf(MADE)[key] = app
        self._directory.core.shelf(OWN_ATTRIBUTES)[key] = as_object(deleted["attributes"])
        return app

    def _restored_principal(self, deleted: JsonObject) -> JsonObject:
        row = _kept_of(deleted)
        self._refuse_second(row["appId"])
        self._directory.core.shelf(APPS)[as_text(row["id"])] = row
        return row

    def _touched(self, row: JsonObject, name: str, changes: tuple[Modified, ...] = ()) -> None:
        """Say that an application or a service principal is another than before; name: of what was done to it."""
        place = self._place(row)
        done = Activity(name.format(NOUNS[place[0]]), place, modified=changes)
        self._directory.changed(*place, done=[done])

    def _place(self, row: JsonObject) -> Place:
        kind = "applications" if any(row["id"] == each["id"] for each in self._rows()) else "servicePrincipals"
        return kind, as_text(row["id"])

    # service principals

    async def _create_principal(self, request: Request) -> Response:
        wanted = as_text(plain(await json_object(request)).get("appId"))
        apps = self._directory.core.shelf(APPS)
        self._refuse_second(wanted)
        of = next((row for row in self._directory.core.shelf(MADE).values() if row["appId"] == wanted), None)
        if of is None:
            text = f"The appId '{wanted}' of the service principal does not reference a valid application object."
            raise self._directory.words.bad_request(text)
        key = self._directory.core.ids.uuid()
        row: JsonObject = {"id": key, "deletedDateTime": None, "accountEnabled": True, "appId": wanted}
        row.update({"appDisplayName": of["displayName"], "displayName": of["displayName"]})
        row.update({"servicePrincipalType": "Application", "signInAudience": of["signInAudience"]})
        apps[key] = {**row, "appRoles": [], "tags": []}
        self._directory.changed("servicePrincipals", key, "created")
        return self._directory.one(request, apps[key], PRINCIPAL, 201)

    def _refuse_second(self, app: Json) -> None:
        """Raises Refused (409) if an application has a service principal."""
        if any(row["appId"] == app for row in self._directory.core.shelf(APPS).values()):
            text = f"The service principal cannot be created, as one for the appId {app} is there already."
            raise self._directory.words.refuse(409, "Request_MultipleObjectsWithSameKeyValue", text)

    async def _change_principal(self, request: Request) -> Response:
        return await self._changed(request, self._principal(request))

    async def _delete_principal(self, request: Request) -> Response:
        """Its application stays."""
        row = self._principal(request)
        key = as_text(row["id"])
        for app in [each for each in self._rows() if each["id"] == key]:
            self._directory.core.shelf(MADE)[key] = app
        done = [self._principal_gone(row)]
        self._directory.changed("servicePrincipals", key, "deleted", done)
        return Response(status_code=204)

    # secrets and owners, of both

    def _add_password(self, find: _Find) -> Endpoint:
        async def add(request: Request) -> Response:
            row, body = find(request), as_object(plain(await json_object(request)).get("passwordCredential"))
            secret: JsonObject = {"keyId": self._directory.core.ids.uuid(), "displayName": body.get("displayName")}
            secret.update({"startDateTime": self._directory.now(), "endDateTime": body.get("endDateTime")})
            text = self._directory.core.ids.word(40)
            row["passwordCredentials"] = [*as_list(row.get("passwordCredentials")), {**secret, "hint": text[:3]}]
            self._touched(row, self._of_secrets(row, "Add"))
            return odata({"@odata.context": f"{CONTEXT}#passwordCredential", **secret, "secretText": text})

        return add

    def _remove_password(self, find: _Find) -> Endpoint:
        async def remove(request: Request) -> Response:
            row, wanted = find(request), plain(await json_object(request)).get("keyId")
            held = [as_object(one) for one in as_list(row.get("passwordCredentials"))]
            if wanted not in [one["keyId"] for one in held]:
                raise self._directory.words.bad_request("No password credential found with keyId.")
            left: list[Json] = [one for one in held if one["keyId"] != wanted]
            row["passwordCredentials"] = left
            self._touched(row, self._of_secrets(row, "Remove"))
            return Response(status_code=204)

        return remove

    def _of_secrets(self, row: JsonObject, verb: str) -> str:
        if self._place(row)[0] == "applications":
            return "Update application - Certificates and secrets management"
        return f"{verb} service principal credentials"

    def _owners(self, find: _Find) -> Endpoint:
        async def owners(request: Request) -> Response:
            return self._directory.listed(request, self._owners_of(find(request)), OBJECT)

        return owners

    def _owners_of(self, row: JsonObject) -> list[JsonObject]:
        return self._groups.objects(APP_OWNERS, row["id"])

    def _add_owner(self, find: _Find) -> Endpoint:
        async def add(request: Request) -> Response:
            row, key = find(request), await self._directory.reference(request)
            owner = as_text(self._groups.directory_object(key)["id"])
            self._directory.members(APP_OWNERS, row["id"])[owner] = True
            self._owned(row, owner, "Add owner to {}")
            return Response(status_code=204)

        return add

    def _remove_owner(self, find: _Find) -> Endpoint:
        async def remove(request: Request) -> Response:
            key = str(request.path_params["id"])
            if self._directory.members(APP_OWNERS, find(request)["id"]).pop(key, None) is None:
                raise self._directory.words.not_found(key)
            self._owned(find(request), key, "Remove owner from {}")
            return Response(status_code=204)

        return remove

    def _owned(self, row: JsonObject, owner: str, name: str) -> None:
        place = self._place(row)
        self._directory.changed(*place, done=[Activity(name.format(NOUNS[place[0]]), ("", owner), place)])


def _kept_of(deleted: JsonObject) -> JsonObject:
    """An application or service principal as it was when it was deleted."""
    return as_object(deleted[as_text(deleted["kind"])])


def by_app_id(directory: GraphDirectory, request: Request, shelves: tuple[str, ...] = (APPS,)) -> JsonObject:
    """What a path names by its id, or as `appId=...`. Raises Refused (404)."""
    key = str(request.path_params["key"])
    wanted = key.removeprefix("appId=")
    for shelf in shelves:
        for row in directory.core.shelf(shelf).values():
            if wanted == row["id"] or (wanted != key and wanted == row["appId"]):
                return row
    raise directory.words.not_found(key)

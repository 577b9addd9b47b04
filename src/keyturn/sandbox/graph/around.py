"""What else there is around a user of the pretend Microsoft 365 tenant: presence, exports, managed apps; and which
groups devices and applications are in.

Source: https://learn.microsoft.com/en-us/graph/api/resources/users, .../presence-get, .../user-exportpersonaldata and
.../device-list-memberof.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.groups import OBJECT, GroupDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text, texts
from keyturn.sandbox.wire import json_object

_PRESENCE = "graph.presence"
_MOST_PRESENCES = 650


class AroundDesk:
    """Answers small operations of users, and `memberOf` of devices and service principals."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        presence = user + "/presence"
        routes = [
            Route(presence, self._presence),
            Route(presence + "/setPresence", self._set_presence, ["POST"]),
            Route(presence + "/clearPresence", self._clear_presence, ["POST"]),
            Route("/v1.0/communications/getPresencesByUserId", self._presences, ["POST"]),
            Route(user + "/calendar", self._calendar),
            Route(user + "/exportPersonalData", self._export, ["POST"]),
            Route(user + "/removeAllDevicesFromManagement", self._retire_all, ["POST"]),
            Route(user + "/wipeManagedAppRegistrationsByDeviceTag", self._nothing, ["POST"]),
            Route(user + "/managedAppRegistrations", self._none),
            Route("/v1.0/groups/{key}/renew", self._renew, ["POST"]),
        ]
        for what in ("devices", "servicePrincipals"):
            for name in ("memberOf", "transitiveMemberOf"):
                routes.append(Route(f"/v1.0/{what}/{{key}}/{name}", self._member_of))
        return routes

    # presence

    async def _presence(self, request: Request) -> Response:
        account = self._directory.user(request)
        return odata({"@odata.context": f"{CONTEXT}#users/presence/$entity", **self._presence_of(account.id)})

    def _presence_of(self, key: str) -> JsonObject:
        kept = self._directory.core.shelf(_PRESENCE).get(key, {})
        usual: JsonObject = {"availability": "Offline", "activity": "Offline", "statusMessage": None}
        return {"id": key, **usual, **kept}

    async def _presences(self, request: Request) -> Response:
        """Of up to 650 people at once; whom there is not is left out."""
        ids = texts((await json_object(request)).get("ids"))
        if not 0 < len(ids) <= _MOST_PRESENCES:
            text = f"ids must have 1 to {_MOST_PRESENCES} ids."
            raise self._directory.words.refuse(400, "BadRequest", text)
        known = {account.id for account in self._directory.core.world.accounts.graph}
        rows: list[Json] = [self._presence_of(key) for key in ids if key in known]
        return odata({"@odata.context": f"{CONTEXT}#Collection(microsoft.graph.presence)", "value": rows})

    async def _set_presence(self, request: Request) -> Response:
        account, body = self._directory.user(request), plain(await json_object(request))
        kept: JsonObject = {name: body.get(name) for name in ("availability", "activity")}
        self._directory.core.shelf(_PRESENCE)[account.id] = kept
        self._directory.core.changed()
        return Response(status_code=200)

    async def _clear_presence(self, request: Request) -> Response:
        self._directory.core.shelf(_PRESENCE).pop(self._directory.user(request).id, None)
        self._directory.core.changed()
        return Response(status_code=200)

    async def _calendar(self, request: Request) -> Response:
        account = self._directory.user(request)
        row: JsonObject = {"id": f"calendar-{account.id}", "name": "Calendar", "isDefaultCalendar": True}
        return odata({"@odata.context": f"{CONTEXT}#users/calendar/$entity", **row, "canEdit": True})

    async def _none(self, request: Request) -> Response:
        self._directory.user(request)
        kind = "managedAppRegistration"
        return self._directory.listed(request, [], Kind(kind, kind, frozenset({"id", "name"})))

    # what is asked for and happens later

    async def _export(self, request: Request) -> Response:
        account, body = self._directory.user(request), plain(await json_object(request))
        if not as_text(body.get("storageLocation")):
            raise self._directory.words.bad_request("A value is required for property 'storageLocation'.")
        place = f"{self._directory.core.base('graph')}/v1.0/directory/exports/{account.id}"
        return Response(status_code=202, headers={"Location": place, "Retry-After": "1"})

    async def _retire_all(self, request: Request) -> Response:
        account = self._directory.user(request)
        for row in self._directory.core.shelf("graph.managed").values():
            if row["userId"] == account.id:
                row["managementState"] = "retirePending"
        self._directory.core.changed()
        return Response(status_code=204)

    async def _nothing(self, request: Request) -> Response:
        self._directory.user(request)
        return Response(status_code=204)

    # groups

    async def _renew(self, request: Request) -> Response:
        group = self._directory.document(request, "graph.groups")
        group["renewedDateTime"] = self._directory.now()
        self._directory.changed("groups", as_text(group["id"]))
        return Response(status_code=204)

    async def _member_of(self, request: Request) -> Response:
        found = self._groups.directory_object(str(request.path_params["key"]))
        return self._directory.listed(request, self._groups.around(as_text(found["id"])), OBJECT)

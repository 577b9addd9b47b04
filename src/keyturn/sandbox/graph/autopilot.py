"""Devices that Windows Autopilot of the pretend Microsoft 365 tenant sets up: who gets which, and what they are called.

Source: https://learn.microsoft.com/en-us/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.seed import AUTOPILOT, IDENTITY_NAMES, identity
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import json_object

_IDENTITY = Kind(
    "windowsAutopilotDeviceIdentity",
    "deviceManagement/windowsAutopilotDeviceIdentities",
    IDENTITY_NAMES,
)
_CHANGED = ("userPrincipalName", "addressableUserName", "groupTag", "displayName")


class AutopilotDesk:
    """Answers `/deviceManagement/windowsAutopilotDeviceIdentities`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        identities = "/v1.0/deviceManagement/windowsAutopilotDeviceIdentities"
        one = identities + "/{key}"
        return [
            Route(identities, self._list),
            Route(identities, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._delete, ["DELETE"]),
            Route(one + "/assignUserToDevice", self._assign, ["POST"]),
            Route(one + "/unassignUserFromDevice", self._unassign, ["POST"]),
            Route(one + "/updateDeviceProperties", self._update, ["POST"]),
        ]

    def _one(self, request: Request) -> JsonObject:
        return self._directory.document(request, AUTOPILOT)

    def _linked(self, row: JsonObject) -> JsonObject:
        """With the managed device of the same serial number, as long as there is one."""
        rows = self._directory.core.shelf("graph.managed").values()
        none: JsonObject = {}
        found = next((each for each in rows if each.get("serialNumber") == row["serialNumber"]), none)
        return {
            **row,
            "managedDeviceId": found.get("id"),
            "azureActiveDirectoryDeviceId": found.get("azureADDeviceId"),
            "enrollmentState": "enrolled" if found else "notContacted",
        }

    async def _list(self, request: Request) -> Response:
        rows = [self._linked(row) for row in self._directory.core.shelf(AUTOPILOT).values()]
        return self._directory.listed(request, rows, _IDENTITY)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._linked(self._one(request)), _IDENTITY)

    async def _create(self, request: Request) -> Response:
        body = plain(await json_object(request))
        serial, shelf = as_text(body.get("serialNumber")), self._directory.core.shelf(AUTOPILOT)
        if not serial or any(row["serialNumber"] == serial for row in shelf.values()):
            raise self._directory.words.bad_request("serialNumber is required, and of each there is one device.")
        row = identity(self._directory.core.ids.uuid(), {name: body[name] for name in _IDENTITY.names & body.keys()})
        shelf[as_text(row["id"])] = row
        self._directory.core.changed()
        return self._directory.one(request, self._linked(row), _IDENTITY, 201)

    async def _delete(self, request: Request) -> Response:
        del self._directory.core.shelf(AUTOPILOT)[as_text(self._one(request)["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _assign(self, request: Request) -> Response:
        row, body = self._one(request), plain(await json_object(request))
        account = self._directory.find_user(as_text(body.get("userPrincipalName")))
        name = as_text(body.get("addressableUserName")) or account.profile.get("displayName")
        return self._written(row, {"userPrincipalName": account.login, "addressableUserName": name})

    async def _unassign(self, request: Request) -> Response:
        return self._written(self._one(request), {"userPrincipalName": "", "addressableUserName": ""})

    async def _update(self, request: Request) -> Response:
        row, body = self._one(request), plain(await json_object(request))
        if as_text(body.get("userPrincipalName")):
            body["userPrincipalName"] = self._directory.find_user(as_text(body["userPrincipalName"])).login
        return self._written(row, {name: body[name] for name in _CHANGED if name in body})

    def _written(self, row: JsonObject, changes: JsonObject) -> Response:
        row.update(changes)
        self._directory.core.changed()
        return Response(status_code=204)

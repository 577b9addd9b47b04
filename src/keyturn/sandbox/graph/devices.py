"""Devices of the pretend Microsoft 365 tenant: those of the directory, and those that Intune manages.

Source: https://learn.microsoft.com/en-us/graph/api/resources/device and
https://learn.microsoft.com/en-us/graph/api/resources/intune-devices-manageddevice.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain, typed
from keyturn.sandbox.graph.groups import OBJECT, GroupDesk
from keyturn.sandbox.graph.users import USER
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import json_object, raw_path

DEVICE = Kind(
    "device",
    "devices",
    frozenset(
        {"id", "deletedDateTime", "accountEnabled", "approximateLastSignInDateTime", "createdDateTime", "deviceId"}
        | {"displayName", "isCompliant", "isManaged", "manufacturer", "model", "operatingSystem", "profileType"}
        | {"operatingSystemVersion", "trustType", "registrationDateTime", "extensionAttributes"}
    ),
)
_MANAGED = Kind(
    "managedDevice",
    "deviceManagement/managedDevices",
    frozenset(
        {"id", "userId", "deviceName", "managedDeviceOwnerType", "enrolledDateTime", "lastSyncDateTime", "osVersion"}
        | {"operatingSystem", "complianceState", "azureADDeviceId", "emailAddress", "userPrincipalName", "model"}
        | {"userDisplayName", "manufacturer", "serialNumber", "managementAgent", "managementState"}
    ),
)
# What a managed device is told to do, and does when it reports; it shows nothing of it.
_VERBS = ("syncDevice", "remoteLock", "resetPasscode", "rebootNow", "shutDown", "disableLostMode", "locateDevice")
_CHANGED = frozenset(
    {"accountEnabled", "displayName", "isCompliant", "isManaged", "operatingSystem", "operatingSystemVersion"}
    | {"extensionAttributes"}
)


class DeviceDesk:
    """Answers `/devices`, the devices of users, and `/deviceManagement/managedDevices`."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups
        directory.lead(DEVICE, registeredOwners=(OBJECT, self._owners_of), registeredUsers=(OBJECT, self._owners_of))
        directory.lead(USER, ownedDevices=(DEVICE, self._devices_had), registeredDevices=(DEVICE, self._devices_had))

    def routes(self) -> list[Route]:
        """The operations."""
        device, managed = "/v1.0/devices/{key}", "/v1.0/deviceManagement/managedDevices"
        routes = [
            Route("/v1.0/devices", self._list),
            Route("/v1.0/devices/$count", self._count),
            Route(device, self._get),
            Route(device, self._patch, ["PATCH"]),
            Route(device, self._delete, ["DELETE"]),
            Route(device + "/registeredOwners", self._owners),
            Route(device + "/registeredUsers", self._owners),
            Route(managed, self._managed),
            Route(managed + "/{key}", self._one_managed),
            Route(managed + "/{key}", self._delete_managed, ["DELETE"]),
            Route(managed + "/{key}/wipe", self._wipe, ["POST"]),
            Route(managed + "/{key}/retire", self._wipe, ["POST"]),
            *(Route(f"{managed}/{{key}}/{verb}", self._told, ["POST"]) for verb in _VERBS),
            Route("/v1.0/users/{key}/managedDevices", self._managed_of),
        ]
        for name in ("ownedDevices", "registeredDevices"):
            routes.append(Route(f"/v1.0/users/{{key}}/{name}", self._devices_of))
            routes.append(Route(f"/v1.0/users/{{key}}/{name}/graph.device", self._devices_of))
            routes.append(Route(f"/v1.0/users/{{key}}/{name}/$count", self._count_devices_of))
            routes.append(Route(f"/v1.0/users/{{key}}/{name}/graph.device/$count", self._count_devices_of))
        return routes

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf("graph.devices").values()), DEVICE)

    async def _count(self, request: Request) -> Response:
        return self._directory.counted(request, list(self._directory.core.shelf("graph.devices").values()), DEVICE)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._device(request), DEVICE)

    def _device(self, request: Request) -> JsonObject:
        return self._directory.document(request, "graph.devices")

    async def _patch(self, request: Request) -> Response:
        device = self._device(request)
        changes = plain(await json_object(request))
        for name, value in changes.items():
            if name not in _CHANGED:
                text = f"Property '{name}' does not exist on type 'microsoft.graph.device' or cannot be updated."
                raise self._directory.words.bad_request(text)
            if name in ("accountEnabled", "isCompliant", "isManaged") and not isinstance(value, bool):
                text = (
                    f"Invalid value specified for property '{name}' of resource 'Device': expected type 'Edm.Boolean'."
                )
                raise self._directory.words.bad_request(text)
        device.update(changes)
        self._directory.changed("devices", as_text(device["id"]))
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        key = as_text(self._device(request)["id"])
        for shelf in ("graph.devices", "graph.device_owners"):
            self._directory.core.shelf(shelf).pop(key, None)
        self._directory.changed("devices", key, "deleted")
        return Response(status_code=204)

    async def _owners(self, request: Request) -> Response:
        return self._directory.listed(request, self._owners_of(self._device(request)), OBJECT)

    def _owners_of(self, device: JsonObject) -> list[JsonObject]:
        return self._groups.objects("graph.device_owners", device["id"])

    async def _devices_of(self, request: Request) -> Response:
        rows = self._devices_had({"id": self._directory.user(request).id})
        return self._directory.listed(request, rows, DEVICE)

    async def _count_devices_of(self, request: Request) -> Response:
        rows = self._devices_had({"id": self._directory.user(request).id})
        return self._directory.counted(request, rows, DEVICE)

    def _devices_had(self, user: JsonObject) -> list[JsonObject]:
        held = self._directory.core.shelf("graph.device_owners")
        devices = self._directory.core.shelf("graph.devices")
        rows = [device for key, device in devices.items() if as_text(user["id"]) in held.get(key, {})]
        return list(typed(rows, "device"))

    # managed devices

    async def _managed(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf("graph.managed").values()), _MANAGED)

    async def _one_managed(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, "graph.managed"), _MANAGED)

    async def _managed_of(self, request: Request) -> Response:
        account = self._directory.user(request)
        rows = [row for row in self._directory.core.shelf("graph.managed").values() if row["userId"] == account.id]
        return self._directory.listed(request, rows, _MANAGED)

    async def _told(self, request: Request) -> Response:
        self._directory.document(request, "graph.managed")
        return Response(status_code=204)

    async def _delete_managed(self, request: Request) -> Response:
        key = as_text(self._directory.document(request, "graph.managed")["id"])
        del self._directory.core.shelf("graph.managed")[key]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _wipe(self, request: Request) -> Response:
        """The device does it when it next reports: until then it says that it is pending."""
        device = self._directory.document(request, "graph.managed")
        verb = raw_path(request).rpartition("/")[2].lower()
        device["managementState"] = f"{verb}Pending"
        self._directory.core.changed()
        return Response(status_code=204)

"""Devices of the pretend Microsoft 365 tenant: those of the directory, and those that Intune manages.

Source: https://learn.microsoft.com/en-us/graph/api/resources/device and
https://learn.microsoft.com/en-us/graph/api/resources/intune-devices-manageddevice.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity, modified, usual
from keyturn.sandbox.graph.directory import DELETED, GraphDirectory, Kind, plain, typed
from keyturn.sandbox.graph.groups import OBJECT, GroupDesk
from keyturn.sandbox.graph.users import USER, UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
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
_VERBS = (
    *("syncDevice", "remoteLock", "resetPasscode", "rebootNow", "shutDown", "disableLostMode", "locateDevice"),
    *("cleanWindowsDevice", "windowsDefenderScan", "windowsDefenderUpdateSignatures", "bypassActivationLock"),
)
# the people of a device, and the devices of a person, and where it stands which are whose
_PEOPLE = {"registeredOwners": "graph.device_owners", "registeredUsers": "graph.device_users"}
_HELD = {"ownedDevices": "graph.device_owners", "registeredDevices": "graph.device_users"}
# what the audit log calls them
_LOGGED = {"graph.device_owners": "registered owner", "graph.device_users": "registered users"}
_CHANGED = frozenset(
    {"accountEnabled", "displayName", "isCompliant", "isManaged", "operatingSystem", "operatingSystemVersion"}
    | {"extensionAttributes"}
)


class DeviceDesk:
    """Answers `/devices`, the devices of users, and `/deviceManagement/managedDevices`."""

    def __init__(self, directory: GraphDirectory, users: UserDesk, groups: GroupDesk) -> None:
        self._directory = directory
        self._users = users
        self._groups = groups
        for name, shelf in _PEOPLE.items():
            directory.lead(DEVICE, **{name: (OBJECT, self._people_of(shelf))})
        for name, shelf in _HELD.items():
            directory.lead(USER, **{name: (DEVICE, self._devices_had(shelf))})
        directory.deltas["devices"] = DEVICE, lambda: list(directory.core.shelf("graph.devices").values())

    def routes(self) -> list[Route]:
        """The operations."""
        device, managed = "/v1.0/devices/{key}", "/v1.0/deviceManagement/managedDevices"
        routes = [
            Route("/v1.0/devices", self._list),
            Route("/v1.0/devices/$count", self._count),
            Route(device, self._get),
            Route(device, self._patch, ["PATCH"]),
            Route(device, self._delete, ["DELETE"]),
            Route(managed, self._managed),
            Route(managed + "/{key}", self._one_managed),
            Route(managed + "/{key}", self._delete_managed, ["DELETE"]),
            Route(managed + "/{key}/wipe", self._wipe, ["POST"]),
            Route(managed + "/{key}/retire", self._wipe, ["POST"]),
            *(Route(f"{managed}/{{key}}/{verb}", self._told, ["POST"]) for verb in _VERBS),
            Route(managed + "/{key}/users", self._users_of_managed),
            Route("/v1.0/users/{key}/managedDevices", self._managed_of),
        ]
        for name in _PEOPLE:
            routes.append(Route(f"{device}/{name}", self._people))
            routes.append(Route(f"{device}/{name}/$ref", self._references))
            routes.append(Route(f"{device}/{name}/$ref", self._add_person, ["POST"]))
            routes.append(Route(f"{device}/{name}/{{id}}/$ref", self._remove_person, ["DELETE"]))
        for name in _HELD:
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
        key = as_text(device["id"])
        done = Activity("Update device", ("devices", key), modified=modified(device, {**device, **changes}, changes))
        device.update(changes)
        self._directory.changed("devices", key, done=[done])
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        device = self._device(request)
        key = as_text(device["id"])
        for shelf in ("graph.devices", *_PEOPLE.values()):
            self._directory.core.shelf(shelf).pop(key, None)
        self._directory.changed("devices", key, "deleted", [usual("devices", "deleted", key, device)])
        return Response(status_code=204)

    # whose a device is, and who is registered to use it

    def _people_of(self, shelf: str) -> Callable[[JsonObject], list[JsonObject]]:
        return lambda device: self._groups.objects(shelf, device["id"])

    def _belonging(self, request: Request) -> tuple[JsonObject, str]:
        """The device that a path names, and the shelf of its people: the fifth segment says which."""
        named = raw_path(request).split("/")[4].lower()
        return self._device(request), next(shelf for name, shelf in _PEOPLE.items() if name.lower() == named)

    async def _people(self, request: Request) -> Response:
        device, shelf = self._belonging(request)
        return self._directory.listed(request, self._groups.objects(shelf, device["id"]), OBJECT)

    async def _references(self, request: Request) -> Response:
        device, shelf = self._belonging(request)
        return self._directory.references(self._groups.objects(shelf, device["id"]))

    async def _add_person(self, request: Request) -> Response:
        device, shelf = self._belonging(request)
        account = self._directory.find_user(await self._directory.reference(request))
        held = self._directory.members(shelf, device["id"])
        if account.id in held:
            name = next(name for name, each in _PEOPLE.items() if each == shelf)
            text = "One or more added object references already exist for the following modified properties"
            raise self._directory.words.bad_request(f"{text}: '{name}'.")
        held[account.id] = True
        self._changed_hands(device, account.id, f"Add {_LOGGED[shelf]} to device")
        return Response(status_code=204)

    async def _remove_person(self, request: Request) -> Response:
        device, shelf = self._belonging(request)
        key = str(request.path_params["id"])
        if self._directory.members(shelf, device["id"]).pop(key, None) is None:
            raise self._directory.words.not_found(key)
        self._changed_hands(device, key, f"Remove {_LOGGED[shelf]} from device")
        return Response(status_code=204)

    def _changed_hands(self, device: JsonObject, person: str, name: str) -> None:
        place = "devices", as_text(device["id"])
        self._directory.changed(*place, done=[Activity(name, ("users", person), place)])

    def _named(self, request: Request) -> list[JsonObject]:
        """The devices of a user that a path means: its fifth segment says whether owned or registered ones."""
        named = raw_path(request).split("/")[4].lower()
        shelf = next(shelf for name, shelf in _HELD.items() if name.lower() == named)
        return self._devices_had(shelf)({"id": self._directory.user(request).id})

    async def _devices_of(self, request: Request) -> Response:
        return self._directory.listed(request, self._named(request), DEVICE)

    async def _count_devices_of(self, request: Request) -> Response:
        return self._directory.counted(request, self._named(request), DEVICE)

    def _devices_had(self, shelf: str) -> Callable[[JsonObject], list[JsonObject]]:
        def had(user: JsonObject) -> list[JsonObject]:
            held, devices = self._directory.core.shelf(shelf), self._directory.core.shelf("graph.devices")
            rows = [device for key, device in devices.items() if as_text(user["id"]) in held.get(key, {})]
            return list(typed(rows, "device"))

        return had

    # managed devices

    def _shown(self, row: JsonObject) -> JsonObject:
        """With what its user is called now, or was when the account was deleted."""
        key, core = as_text(row["userId"]), self._directory.core
        account = core.world.accounts.find_graph(key)
        deleted = as_object(core.shelf(DELETED).get(key, {}).get("account"))
        login = account.login if account is not None else deleted.get("login")
        profile = account.profile if account is not None else as_object(deleted.get("profile"))
        if not login:
            return row
        named: JsonObject = {"userPrincipalName": login, "userDisplayName": profile.get("displayName")}
        return {**row, **named, "emailAddress": profile.get("mail") or login}

    async def _managed(self, request: Request) -> Response:
        rows = [self._shown(row) for row in self._directory.core.shelf("graph.managed").values()]
        return self._directory.listed(request, rows, _MANAGED)

    async def _one_managed(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(self._directory.document(request, "graph.managed")), _MANAGED)

    async def _managed_of(self, request: Request) -> Response:
        account = self._directory.user(request)
        managed = self._directory.core.shelf("graph.managed").values()
        rows = [self._shown(row) for row in managed if row["userId"] == account.id]
        return self._directory.listed(request, rows, _MANAGED)

    async def _users_of_managed(self, request: Request) -> Response:
        user = as_text(self._directory.document(request, "graph.managed")["userId"])
        account = self._directory.core.world.accounts.find_graph(user)
        rows = [] if account is None else [self._users.properties(account)]
        return self._directory.listed(request, rows, USER)

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

"""Phones and Chromebooks of the pretend Google Workspace account.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/mobiledevices and .../chromeosdevices.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.filters import values_at
from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text, normal, texts
from keyturn.sandbox.wire import JsonAnswer

# action: the status that it leads to
# (https://developers.google.com/workspace/admin/directory/v1/guides/manage-mobile-devices)
_MOBILE_ACTIONS = {
    "admin_remote_wipe": "WIPING",
    "admin_account_wipe": "ACCOUNT_WIPING",
    "approve": "APPROVED",
    "block": "BLOCKED",
    "cancel_remote_wipe_then_activate": "APPROVED",
    "cancel_remote_wipe_then_block": "BLOCKED",
}
_CHROME_ACTIONS = {"deprovision": "DEPROVISIONED", "disable": "DISABLED", "reenable": "ACTIVE"}
_CHROME_CHANGED = ("annotatedAssetId", "annotatedLocation", "annotatedUser", "notes", "orgUnitPath")
_SEARCHED = ("email", "name", "model", "serialNumber", "status", "annotatedUser", "annotatedAssetId", "deviceId")
# https://support.google.com/a/answer/1698333 and .../7549103
_NAMED = {
    "serial": ("serialNumber",),
    "id": ("serialNumber", "deviceId"),
    "user": ("annotatedUser",),
    "asset_id": ("annotatedAssetId",),
    "location": ("annotatedLocation",),
    "note": ("notes",),
}
_PART = re.compile(r"(?:(\w+):)?(\"[^\"]*\"|'[^']*'|\S+)")
_MOST_MOVED = 50


class DeviceDesk:
    """Answers `/customer/{customer}/devices`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        mobile = "/admin/directory/v1/customer/{customer}/devices/mobile"
        chrome = "/admin/directory/v1/customer/{customer}/devices/chromeos"
        return [
            Route(mobile, self._list_mobile),
            Route(mobile + "/{device}", self._get_mobile),
            Route(mobile + "/{device}", self._delete_mobile, ["DELETE"]),
            Route(mobile + "/{device}/action", self._act_mobile, ["POST"]),
            Route(chrome, self._list_chrome),
            Route(chrome + ":countChromeOsDevices", self._count_chrome),
            Route(chrome + ":batchChangeStatus", self._act_on_many, ["POST"]),
            Route(chrome + "/{device}:issueCommand", self._command, ["POST"]),
            Route(chrome + "/{device}/commands/{command}", self._told),
            Route(chrome + "/moveDevicesToOu", self._move_chrome, ["POST"]),
            Route(chrome + "/{device}", self._get_chrome),
            Route(chrome + "/{device}", self._change_chrome, ["PUT", "PATCH"]),
            Route(chrome + "/{device}/action", self._act_chrome, ["POST"]),
        ]

    def _rows(self, request: Request, shelf: str) -> list[JsonObject]:
        """Devices that meet `query`: `email:eva`, `status:approved`, or a word anywhere."""
        self._workspace.check_customer(str(request.path_params["customer"]))
        rows = list(self._workspace.core.shelf(shelf).values())
        for name, value in _PART.findall(request.query_params.get("query", "")):
            paths = _NAMED.get(name, (name,))
            wanted = normal(value.strip("*'\""))
            if (name, wanted) == ("status", "provisioned"):
                wanted = "active"
            rows = [row for row in rows if _holds(row, paths if name else _SEARCHED, wanted)]
        return rows

    def _device(self, request: Request, shelf: str, what: str) -> JsonObject:
        self._workspace.check_customer(str(request.path_params["customer"]))
        found = self._workspace.core.shelf(shelf).get(str(request.path_params["device"]))
        if found is None:
            raise words.not_found(what)
        return found

    # mobile

    async def _list_mobile(self, request: Request) -> Response:
        rows = [_shown(row) for row in self._rows(request, "google.mobile")]
        frame: JsonObject = {"kind": "admin#directory#mobiledevices"}
        return self._workspace.page(request, rows, frame, "mobiledevices", 100, key="resourceId")

    async def _get_mobile(self, request: Request) -> Response:
        return JsonAnswer(_shown(self._device(request, "google.mobile", "resourceId")))

    async def _delete_mobile(self, request: Request) -> Response:
        device = self._device(request, "google.mobile", "resourceId")
        del self._workspace.core.shelf("google.mobile")[as_text(device["resourceId"])]
        self._tell("MOBILE_DEVICE_DELETE", device)
        return Response(status_code=204)

    async def _act_mobile(self, request: Request) -> Response:
        device = self._device(request, "google.mobile", "resourceId")
        action = as_text((await json_object(request)).get("action"))
        if action not in _MOBILE_ACTIONS:
            raise words.invalid("action")
        device["status"] = _MOBILE_ACTIONS[action]
        self._tell(f"MOBILE_DEVICE_{action.upper()}", device)
        return Response(status_code=204)

    def _tell(self, name: str, device: JsonObject) -> None:
        owner = next(iter(texts(device.get("email"))), as_text(device.get("annotatedUser")))
        self._workspace.did(name, {"USER_EMAIL": owner}, "MOBILE_SETTINGS")

    # ChromeOS

    async def _list_chrome(self, request: Request) -> Response:
        rows = [_shown(row) for row in self._rows(request, "google.chromeos")]
        unit = request.query_params.get("orgUnitPath")
        if unit is not None:
            rows = [row for row in rows if row["orgUnitPath"] == unit]
        frame: JsonObject = {"kind": "admin#directory#chromeosdevices"}
        return self._workspace.page(request, rows, frame, "chromeosdevices", 300, 100, key="deviceId")

    async def _get_chrome(self, request: Request) -> Response:
        return JsonAnswer(_shown(self._device(request, "google.chromeos", "deviceId")))

    async def _change_chrome(self, request: Request) -> Response:
        device = self._device(request, "google.chromeos", "deviceId")
        body = await json_object(request)
        self._workspace.check_unit(body.get("orgUnitPath"))
        for name in _CHROME_CHANGED:
            if name in body:
                device[name] = as_text(body[name])
        self._workspace.core.changed()
        return JsonAnswer(_shown(device))

    async def _act_chrome(self, request: Request) -> Response:
        device = self._device(request, "google.chromeos", "deviceId")
        body = await json_object(request)
        action = as_text(body.get("action"))
        if action not in _CHROME_ACTIONS:
            raise words.invalid("action")
        if action == "deprovision" and not as_text(body.get("deprovisionReason")):
            raise words.required("deprovisionReason")
        if device["status"] == "DEPROVISIONED":
            raise words.refuse(412, "conditionNotMet", "Precondition Failed")
        device["status"] = _CHROME_ACTIONS[action]
        self._tell(f"CHROME_OS_{action.upper()}", device)
        return Response(status_code=204)

    async def _count_chrome(self, request: Request) -> Response:
        return JsonAnswer({"count": str(len(self._rows(request, "google.chromeos")))})

    async def _act_on_many(self, request: Request) -> Response:
        self._workspace.check_customer(str(request.path_params["customer"]))
        body = await json_object(request)
        action = as_text(body.get("changeChromeOsDeviceStatusAction")).rpartition("ACTION_")[2].lower()
        if action not in _CHROME_ACTIONS:
            raise words.invalid("changeChromeOsDeviceStatusAction")
        results: list[Json] = []
        for key in texts(body.get("deviceIds")):
            device = self._workspace.core.shelf("google.chromeos").get(key)
            if device is None:
                results.append({"deviceId": key, "error": {"code": 5, "message": "Resource Not Found: deviceId"}})
                continue
            device["status"] = _CHROME_ACTIONS[action]
            self._tell(f"CHROME_OS_{action.upper()}", device)
            results.append({"deviceId": key, "response": {}})
        return JsonAnswer({"changeChromeOsDeviceStatusResults": results})

    async def _command(self, request: Request) -> Response:
        """A command that the device carries out when it next reports."""
        device = self._device(request, "google.chromeos", "deviceId")
        kind = as_text((await json_object(request)).get("commandType"))
        if not kind:
            raise words.required("commandType")
        shelf = self._workspace.core.shelf("google.commands")
        key = str(len(shelf) + 1)
        now = self._workspace.core.now()
        told: JsonObject = {"commandId": key, "type": kind, "state": "PENDING", "issueTime": now}
        shelf[key] = {"deviceId": device["deviceId"], **told}
        self._tell(f"CHROME_OS_{kind}", device)
        return JsonAnswer({"commandId": key})

    async def _told(self, request: Request) -> Response:
        device = self._device(request, "google.chromeos", "deviceId")
        row = self._workspace.core.shelf("google.commands").get(str(request.path_params["command"]))
        if row is None or row["deviceId"] != device["deviceId"]:
            raise words.not_found("commandId")
        return JsonAnswer({name: value for name, value in row.items() if name != "deviceId"})

    async def _move_chrome(self, request: Request) -> Response:
        self._workspace.check_customer(str(request.path_params["customer"]))
        keys = texts((await json_object(request)).get("deviceIds"))
        unit = request.query_params.get("orgUnitPath", "")
        shelf = self._workspace.core.shelf("google.chromeos")
        if not 0 < len(keys) <= _MOST_MOVED or any(key not in shelf for key in keys):
            raise words.invalid("deviceIds")
        self._workspace.check_unit(unit)
        for key in keys:
            shelf[key]["orgUnitPath"] = unit
        self._workspace.core.changed()
        return Response(status_code=204)


def _holds(row: JsonObject, paths: tuple[str, ...], wanted: str) -> bool:
    return any(wanted in normal(str(held)) for path in paths for held in values_at(row, path))


def _shown(row: JsonObject) -> JsonObject:
    return {**row, "etag": f'"{row["status"]}"'}

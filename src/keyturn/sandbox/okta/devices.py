"""Devices of the pretend Okta org.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Device/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.filters import Rules
from keyturn.sandbox.okta.log import device_target
from keyturn.sandbox.okta.org import OktaOrg, only
from keyturn.sandbox.okta.users import UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer

_DATES = frozenset({"lastUpdated", "created"})
_SEARCH = Rules(only("id", "status", "profile.", *_DATES), _DATES)
# verb: statuses that it is taken in, and the one that it leads to
_MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "activate": (("DEACTIVATED", "CREATED"), "ACTIVE"),
    "deactivate": (("ACTIVE", "SUSPENDED", "UNSUSPENDED"), "DEACTIVATED"),
    "suspend": (("ACTIVE", "UNSUSPENDED"), "SUSPENDED"),
    "unsuspend": (("SUSPENDED",), "ACTIVE"),
}


class DeviceDesk:
    """Answers `/api/v1/devices`."""

    def __init__(self, org: OktaOrg, users: UserDesk) -> None:
        self._org = org
        self._users = users

    def routes(self) -> list[Route]:
        """The operations."""
        device = "/api/v1/devices/{device}"
        return [
            Route("/api/v1/devices", self._list),
            Route(device, self._get),
            Route(device, self._delete, ["DELETE"]),
            Route(device + "/users", self._list_users),
            Route(device + "/lifecycle/{verb}", self._move, ["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        shelf = self._org.core.shelf("okta.devices")
        rows = list(shelf.values())
        search = request.query_params.get("search")
        if search:
            meets = self._org.meets(search, _SEARCH)
            rows = [row for row in rows if meets(row)]
        shown = [self._shown(row) for row in rows]
        if request.query_params.get("expand") in ("user", "userSummary"):
            shown = [{**row, "_embedded": {"users": self._holders(as_text(row["id"]))}} for row in shown]
        return self._org.page(request, shown, 200, 200, order=list(shelf))

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._device(request)))

    async def _delete(self, request: Request) -> Response:
        device = self._device(request)
        if device["status"] != "DEACTIVATED":
            raise self._org.words.validation("device", "A device must be deactivated before it is deleted.")
        for shelf in ("okta.devices", "okta.device_users"):
            self._org.core.shelf(shelf).pop(as_text(device["id"]), None)
        self._org.happened(request, "device.lifecycle.delete", device_target(device))
        return Response(status_code=204)

    async def _list_users(self, request: Request) -> Response:
        return JsonAnswer(self._holders(as_text(self._device(request)["id"])))

    def _holders(self, device_id: str) -> list[Json]:
        held = self._org.core.shelf("okta.device_users").get(device_id, {})
        rows: list[Json] = []
        for user_id, since in held.items():
            account = self._org.core.world.accounts.find_okta(user_id)
            if account is not None:
                user = self._users.shown(account)
                rows.append(
                    {"created": since, "managementStatus": "MANAGED", "screenLockType": "BIOMETRIC", "user": user}
                )
        return rows

    async def _move(self, request: Request) -> Response:
        device = self._device(request)
        verb = str(request.path_params["verb"])
        if verb not in _MOVES:
            raise self._org.words.not_found(verb, "lifecycle")
        taken, status = _MOVES[verb]
        if device["status"] not in taken:
            raise self._org.words.validation("device", f"A device that is {device['status']} does not take {verb}.")
        device["status"], device["lastUpdated"] = status, self._org.core.now()
        self._org.happened(request, f"device.lifecycle.{verb}", device_target(device))
        return Response(status_code=204)

    def _device(self, request: Request) -> JsonObject:
        return self._org.document(request, "device", "okta.devices", "Device")

    def _shown(self, device: JsonObject) -> JsonObject:
        own = self._org.url(f"/devices/{device['id']}")
        links: JsonObject = {
            "self": {"href": own, "hints": {"allow": ["GET"]}},
            "users": {"href": f"{own}/users", "hints": {"allow": ["GET"]}},
        }
        for verb, (taken, _) in _MOVES.items():
            if device["status"] in taken:
                links[verb] = {"href": f"{own}/lifecycle/{verb}", "hints": {"allow": ["POST"]}}
        return {**device, "_links": links}

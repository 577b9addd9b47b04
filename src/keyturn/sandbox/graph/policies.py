"""Policies of which the pretend Microsoft 365 tenant has one each.

Source: https://learn.microsoft.com/en-us/graph/api/resources/policy-overview. They are kept as they are changed, and
change nothing of what else the tenant does.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object
from keyturn.sandbox.wire import json_object, raw_path

_POLICIES = "graph.policies"
_USUAL: dict[str, JsonObject] = {
    "authorizationPolicy": {
        "id": "authorizationPolicy",
        "displayName": "Authorization Policy",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowedToUseSSPR": True,
        "blockMsolPowerShell": True,
        "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        "defaultUserRolePermissions": {"allowedToCreateApps": False, "allowedToCreateSecurityGroups": False},
    },
    "crossTenantAccessPolicy": {
        "id": "crossTenantAccessPolicy",
        "displayName": "CrossTenantAccessPolicy",
        "allowedCloudEndpoints": [],
    },
    "adminConsentRequestPolicy": {
        "isEnabled": True,
        "notifyReviewers": True,
        "remindersEnabled": True,
        "requestDurationInDays": 30,
        "reviewers": [],
        "version": 0,
    },
    "authenticationFlowsPolicy": {
        "id": "authenticationFlowsPolicy",
        "displayName": "Authentication flows policy",
        "selfServiceSignUp": {"isEnabled": False},
    },
    "deviceRegistrationPolicy": {
        "id": "deviceRegistrationPolicy",
        "displayName": "Device Registration Policy",
        "userDeviceQuota": 50,
        "multiFactorAuthConfiguration": "notRequired",
    },
    "identitySecurityDefaultsEnforcementPolicy": {
        "id": "00000000-0000-0000-0000-000000000005",
        "displayName": "Security Defaults",
        "isEnabled": False,
    },
}


class PolicyDesk:
    """Answers them."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        routes: list[Route] = []
        for name in _USUAL:
            routes.append(Route(f"/v1.0/policies/{name}", self._get))
            routes.append(Route(f"/v1.0/policies/{name}", self._change, ["PATCH"]))
        return routes

    def _name(self, request: Request) -> str:
        last = raw_path(request).rstrip("/").rpartition("/")[2].lower()
        return next(name for name in _USUAL if name.lower() == last)

    async def _get(self, request: Request) -> Response:
        name = self._name(request)
        kept = self._directory.core.shelf(_POLICIES).get(name, {})
        return odata({"@odata.context": f"{CONTEXT}#policies/{name}/$entity", **_USUAL[name], **kept})

    async def _change(self, request: Request) -> Response:
        kept = self._directory.core.shelf(_POLICIES).setdefault(self._name(request), {})
        kept.update(as_object(await json_object(request)))
        self._directory.core.changed()
        return Response(status_code=204)

"""Who else vouches for people of the pretend Microsoft 365 tenant, and what holds when devices are enrolled.

Source: https://learn.microsoft.com/en-us/graph/api/resources/identityproviderbase and
.../intune-onboarding-deviceenrollmentconfiguration. They are kept, and change nothing of what else the tenant does.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata
from keyturn.sandbox.graph.seed import SEEDED_AT
from keyturn.sandbox.holdings import uuid_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import Refused, json_object

_PROVIDERS, _ENROLLMENT = "graph.identity_providers", "graph.enrollment_configurations"
_BUILT_IN = (
    ("AADSignup", "AADSignup", "Directory Sign up"),
    ("MSASignup", "MicrosoftAccount", "Microsoft Account Sign up"),
    ("EmailOtpSignup", "EmailOTP", "Email One Time Passcode"),
)
_SOCIAL = ("Facebook", "Google")
_HIDDEN = "******"
_SOCIAL_NEEDS = ("displayName", "identityProviderType", "clientId", "clientSecret")
_PROVIDER = Kind(
    "identityProviderBase",
    "identity/identityProviders",
    frozenset({"id", "displayName", "identityProviderType", "clientId", "clientSecret"}),
)
_DEFAULTS: dict[str, JsonObject] = {
    "DefaultLimit": {"@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration", "limit": 5},
    "DefaultPlatformRestrictions": {
        "@odata.type": "#microsoft.graph.deviceEnrollmentPlatformRestrictionsConfiguration",
        **{
            f"{system}Restriction": {"platformBlocked": False, "personalDeviceEnrollmentBlocked": False}
            for system in ("ios", "windows", "windowsMobile", "android", "macOS")
        },
    },
    "DefaultWindowsHelloForBusiness": {
        "@odata.type": "#microsoft.graph.deviceEnrollmentWindowsHelloForBusinessConfiguration",
        "state": "notConfigured",
        "pinMinimumLength": 6,
        "pinMaximumLength": 127,
    },
}
_NOT_GIVEN = frozenset({"id", "createdDateTime", "lastModifiedDateTime", "version", "priority"})


class IdentityProviderDesk:
    """Answers `/identity/identityProviders`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        every = "/v1.0/identity/identityProviders"
        return [
            Route(every, self._list),
            Route(every, self._create, ["POST"]),
            Route(every + "/availableProviderTypes", self._types),
            Route(every + "/{key}", self._get),
            Route(every + "/{key}", self._change, ["PATCH"]),
            Route(every + "/{key}", self._delete, ["DELETE"]),
        ]

    def _rows(self) -> list[JsonObject]:
        built_in: list[JsonObject] = [
            {
                "@odata.type": "#microsoft.graph.builtInIdentityProvider",
                "id": f"{key}-OAUTH",
                "identityProviderType": kind,
                "displayName": name,
            }
            for key, kind, name in _BUILT_IN
        ]
        return [*self._directory.core.shelf(_PROVIDERS).values(), *built_in]

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, self._rows(), _PROVIDER)

    async def _types(self, request: Request) -> Response:
        taken = [row["identityProviderType"] for row in self._rows()]
        left: list[Json] = [kind for kind in _SOCIAL if kind not in taken]
        return odata({"@odata.context": f"{CONTEXT}#Collection(Edm.String)", "value": left})

    async def _get(self, request: Request) -> Response:
        key = str(request.path_params["key"])
        found = next((row for row in self._rows() if row["id"] == key), None)
        if found is None:
            raise self._directory.words.not_found(key)
        return self._directory.one(request, found, _PROVIDER)

    async def _create(self, request: Request) -> Response:
        body, words = await json_object(request), self._directory.words
        if as_text(body.get("@odata.type")).lstrip("#") != "microsoft.graph.socialIdentityProvider":
            raise words.bad_request(
                "A workforce tenant takes providers of type 'microsoft.graph.socialIdentityProvider'."
            )
        self._check(body, _SOCIAL_NEEDS)
        kind = body["identityProviderType"]
        if kind not in _SOCIAL:
            raise words.bad_request(f"identityProviderType must be one of: {', '.join(_SOCIAL)}.")
        shelf, key = self._directory.core.shelf(_PROVIDERS), f"{kind}-OAUTH"
        if key in shelf:
            raise words.refuse(409, "Request_MultipleObjectsWithSameKeyValue", f"There is a provider '{kind}' already.")
        told = {name: body[name] for name in _SOCIAL_NEEDS}
        row: JsonObject = {"@odata.type": "#microsoft.graph.socialIdentityProvider", "id": key, **told}
        shelf[key] = {**row, "clientSecret": _HIDDEN}
        self._directory.core.changed()
        return self._directory.one(request, shelf[key], _PROVIDER, 201)

    def _check(self, body: JsonObject, needed: Iterable[str]) -> None:
        for name in body:
            if name not in _SOCIAL_NEEDS and "@" not in name:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.socialIdentityProvider'."
                raise self._directory.words.bad_request(text)
        for name in needed:
            if not as_text(body.get(name)):
                raise self._directory.words.bad_request(f"A value is required for property '{name}'.")

    def _own(self, request: Request) -> JsonObject:
        """One that somebody has made. Raises Refused (400, 404)."""
        key = str(request.path_params["key"])
        if key in {f"{name}-OAUTH" for name, _, _ in _BUILT_IN}:
            raise self._directory.words.bad_request("Built-in identity providers cannot be changed.")
        return self._directory.document(request, _PROVIDERS)

    async def _change(self, request: Request) -> Response:
        row, body = self._own(request), await json_object(request)
        told = {name: value for name, value in body.items() if "@" not in name}
        self._check(told, told)
        if told.get("identityProviderType", row["identityProviderType"]) != row["identityProviderType"]:
            raise self._directory.words.bad_request("The property 'identityProviderType' cannot be changed.")
        row.update({**told, "clientSecret": _HIDDEN})
        self._directory.core.changed()
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        del self._directory.core.shelf(_PROVIDERS)[as_text(self._own(request)["id"])]
        self._directory.core.changed()
        return Response(status_code=204)


class EnrollmentDesk:
    """Answers `/deviceManagement/deviceEnrollmentConfigurations`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        every = "/v1.0/deviceManagement/deviceEnrollmentConfigurations"
        one = every + "/{key}"
        return [
            Route(every, self._list),
            Route(every, self._create, ["POST"]),
            Route(every + "/$count", self._count),
            Route(one, self._get),
            Route(one, self._change, ["PATCH"]),
            Route(one, self._delete, ["DELETE"]),
            Route(one + "/assignments", self._assignments),
            Route(one + "/assign", self._assign, ["POST"]),
            Route(one + "/setPriority", self._set_priority, ["POST"]),
        ]

    def _held(self) -> dict[str, JsonObject]:
        """All of them by id; three are there from the start, and hold for all."""
        shelf = self._directory.core.shelf(_ENROLLMENT)
        for name, values in _DEFAULTS.items():
            key = f"{uuid_of('graph/tenant')}_{name}"
            if key not in shelf:
                shelf[key] = {
                    "@odata.type": values["@odata.type"],
                    "id": key,
                    "displayName": "All users and all devices",
                    "description": "This is the default configuration, with the lowest priority.",
                    "priority": 0,
                    "createdDateTime": SEEDED_AT,
                    "lastModifiedDateTime": SEEDED_AT,
                    "version": 1,
                    **values,
                }
        return shelf

    @staticmethod
    def _shown(row: JsonObject) -> JsonObject:
        return {name: value for name, value in row.items() if name != "assignments"}

    def _kind(self) -> Kind:
        names = frozenset(name for row in self._held().values() for name in row if "@" not in name)
        return Kind("deviceEnrollmentConfiguration", "deviceManagement/deviceEnrollmentConfigurations", names)

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, [self._shown(row) for row in self._held().values()], self._kind())

    async def _count(self, request: Request) -> Response:
        return Response(str(len(self._held())), media_type="text/plain")

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["key"])
        found = self._held().get(key)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(self._one(request)), self._kind())

    async def _create(self, request: Request) -> Response:
        body, now = await json_object(request), self._directory.now()
        kind = as_text(body.get("@odata.type"))
        if kind not in {as_text(values["@odata.type"]) for values in _DEFAULTS.values()}:
            raise self._directory.words.bad_request("'@odata.type' must name a type of enrollment configuration.")
        if not as_text(body.get("displayName")):
            raise self._directory.words.bad_request("A value is required for property 'displayName'.")
        held = self._held()
        key = (
            f"{self._directory.core.ids.uuid()}_{kind.rpartition('.deviceEnrollment')[2].removesuffix('Configuration')}"
        )
        given = {name: value for name, value in body.items() if name not in _NOT_GIVEN}
        rank = 1 + sum(row["@odata.type"] == kind and row["priority"] != 0 for row in held.values())
        times: JsonObject = {"createdDateTime": now, "lastModifiedDateTime": now}
        held[key] = {
            "@odata.type": kind,
            "id": key,
            "description": None,
            **given,
            "priority": rank,
            **times,
            "version": 1,
        }
        self._directory.core.changed()
        return self._directory.one(request, self._shown(held[key]), self._kind(), 201)

    async def _change(self, request: Request) -> Response:
        row, body = self._one(request), await json_object(request)
        if body.get("@odata.type", row["@odata.type"]) != row["@odata.type"]:
            raise self._directory.words.bad_request("The type of an enrollment configuration cannot be changed.")
        given = {name: value for name, value in body.items() if name not in _NOT_GIVEN}
        version = row["version"]
        row.update({**given, "lastModifiedDateTime": self._directory.now()})
        row["version"] = version + 1 if isinstance(version, int) else 1
        self._directory.core.changed()
        return self._directory.one(request, self._shown(row), self._kind())

    def _own(self, request: Request) -> JsonObject:
        """One that somebody has made. Raises Refused."""
        row = self._one(request)
        if row["priority"] == 0:
            raise self._usual()
        return row

    def _usual(self) -> Refused:
        return self._directory.words.bad_request("This cannot be done with a default enrollment configuration.")

    async def _delete(self, request: Request) -> Response:
        del self._held()[as_text(self._own(request)["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _assignments(self, request: Request) -> Response:
        rows = [as_object(row) for row in as_list(self._one(request).get("assignments"))]
        kind = Kind(
            "enrollmentConfigurationAssignment", "enrollmentConfigurationAssignments", frozenset({"id", "target"})
        )
        return self._directory.listed(request, rows, kind)

    async def _assign(self, request: Request) -> Response:
        row, body = self._own(request), await json_object(request)
        given = body.get("enrollmentConfigurationAssignments")
        if not isinstance(given, list) or not all(as_object(each).get("target") for each in given):
            raise self._directory.words.bad_request("enrollmentConfigurationAssignments must be a list with targets.")
        row["assignments"] = [
            {
                "@odata.type": "#microsoft.graph.enrollmentConfigurationAssignment",
                "id": f"{row['id']}_{number}",
                "target": as_object(each)["target"],
            }
            for number, each in enumerate(given)
        ]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _set_priority(self, request: Request) -> Response:
        row, rank = self._own(request), (await json_object(request)).get("priority")
        if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
            raise self._directory.words.bad_request("priority must be a number from 1.")
        row["priority"] = rank
        self._directory.core.changed()
        return Response(status_code=204)

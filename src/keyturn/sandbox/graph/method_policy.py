"""By which methods people of the pretend Microsoft 365 tenant may prove themselves: the policy, with each method.

Source: https://learn.microsoft.com/en-us/graph/api/resources/authenticationmethodspolicies-overview. They are kept as
they are changed; whether temporary access passes are enabled matters to those, the rest to nothing.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object
from keyturn.sandbox.wire import json_object

_SHELF = "graph.method_policy"
_POLICY = "authenticationMethodsPolicy"
_CONFIGURATIONS = "authenticationMethodConfigurations"
_USUAL: JsonObject = {
    "id": _POLICY,
    "displayName": "Authentication Methods Policy",
    "description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant",
    "lastModifiedDateTime": "2026-01-05T08:00:00Z",
    "policyVersion": "1.5",
    "policyMigrationState": "migrationComplete",
}
_PASS = "TemporaryAccessPass"
# what each method has beside whether it is enabled, and for whom
_METHODS: dict[str, JsonObject] = {
    "Fido2": {"isAttestationEnforced": False, "isSelfServiceRegistrationAllowed": True},
    "MicrosoftAuthenticator": {"isSoftwareOathEnabled": True},
    "Sms": {},
    _PASS: {
        "defaultLength": 8,
        "defaultLifetimeInMinutes": 60,
        "isUsableOnce": False,
        "maximumLifetimeInMinutes": 43_200,
        "minimumLifetimeInMinutes": 10,
    },
    "SoftwareOath": {},
    "Voice": {"isOfficePhoneAllowed": True},
    "Email": {"allowExternalIdToUseEmailOtp": "default"},
    "X509Certificate": {},
}
_OFF = frozenset({"Voice", "X509Certificate"})


class MethodPolicyDesk:
    """Answers `/policies/authenticationMethodsPolicy`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        policy = f"/v1.0/policies/{_POLICY}"
        configurations = f"{policy}/{_CONFIGURATIONS}"
        return [
            Route(policy, self._get),
            Route(policy, self._change, ["PATCH"]),
            Route(configurations, self._list),
            Route(configurations + "/{key}", self._one),
            Route(configurations + "/{key}", self._change_one, ["PATCH"]),
        ]

    def _kept(self, name: str) -> JsonObject:
        return self._directory.core.shelf(_SHELF).setdefault(name, {})

    def _rows(self) -> list[Json]:
        return [_configuration(self._directory.core, name) for name in _METHODS]

    async def _get(self, request: Request) -> Response:
        context = f"{CONTEXT}#policies/{_POLICY}/$entity"
        kept = self._directory.core.shelf(_SHELF).get(_POLICY, {})
        return odata({"@odata.context": context, **_USUAL, **kept, _CONFIGURATIONS: self._rows()})

    async def _change(self, request: Request) -> Response:
        changes = as_object(await json_object(request))
        for name in changes:
            if name in ("id", _CONFIGURATIONS):
                raise self._directory.words.bad_request(f"Property '{name}' cannot be updated.")
        self._kept(_POLICY).update({**changes, "lastModifiedDateTime": self._directory.now()})
        self._directory.core.changed()
        return Response(status_code=204)

    async def _list(self, request: Request) -> Response:
        context = f"{CONTEXT}#policies/{_POLICY}/{_CONFIGURATIONS}"
        return odata({"@odata.context": context, "value": self._rows()})

    def _name(self, request: Request) -> str:
        """The method that a path names. Raises Refused (404)."""
        key = str(request.path_params["key"])
        name = next((each for each in _METHODS if each.lower() == key.lower()), None)
        if name is None:
            raise self._directory.words.not_found(key)
        return name

    async def _one(self, request: Request) -> Response:
        context = f"{CONTEXT}#policies/{_POLICY}/{_CONFIGURATIONS}/$entity"
        return odata({"@odata.context": context, **_configuration(self._directory.core, self._name(request))})

    async def _change_one(self, request: Request) -> Response:
        """A body has to say of which type it is."""
        name, changes = self._name(request), as_object(await json_object(request))
        known = _configuration(self._directory.core, name)
        told = changes.pop("@odata.type", None)
        if told != known["@odata.type"]:
            text = f"The property '@odata.type' of the configuration '{name}' must be '{known['@odata.type']}'."
            raise self._directory.words.bad_request(text)
        if "id" in changes:
            raise self._directory.words.bad_request("Property 'id' cannot be updated.")
        self._kept(name).update(changes)
        self._directory.core.changed()
        return Response(status_code=204)


def passes_are_enabled(core: Core) -> bool:
    """Whether temporary access passes may be made and used."""
    return _configuration(core, _PASS)["state"] == "enabled"


def _configuration(core: Core, name: str) -> JsonObject:
    everybody: Json = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]
    return {
        "@odata.type": f"#microsoft.graph.{name[0].lower()}{name[1:]}AuthenticationMethodConfiguration",
        "id": name,
        "state": "disabled" if name in _OFF else "enabled",
        "excludeTargets": [],
        "includeTargets": everybody,
        **_METHODS[name],
        **core.shelf(_SHELF).get(name, {}),
    }

"""Licences of the pretend Microsoft 365 tenant: what it has bought, and who has what.

Source: https://learn.microsoft.com/en-us/graph/api/user-assignlicense and .../api/resources/subscribedsku.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity, licences_written, modified
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.groups import GROUP
from keyturn.sandbox.graph.inherited import assignments, inherited, licences
from keyturn.sandbox.graph.users import DEFAULT, USER, UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_SKU = Kind(
    "subscribedSku",
    "subscribedSkus",
    frozenset(
        {"id", "accountId", "accountName", "appliesTo", "capabilityStatus", "consumedUnits", "prepaidUnits"}
        | {"servicePlans", "skuId", "skuPartNumber", "subscriptionIds"}
    ),
)
_DETAILS = Kind("licenseDetails", "licenseDetails", frozenset({"id", "skuId", "skuPartNumber", "servicePlans"}))

_DISABLED: JsonObject = {"provisioningStatus": "Disabled"}
_NOT_HELD = "User does not have a corresponding license."
_INHERITED = "User license is inherited from a group membership and it cannot be removed directly from the user."


class LicenceDesk:
    """Answers `/subscribedSkus`, `assignLicense` and `licenseDetails`."""

    def __init__(self, directory: GraphDirectory, users: UserDesk) -> None:
        self._directory = directory
        self._users = users
        directory.lead(USER, licenseDetails=(_DETAILS, self._details_of))

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        return [
            Route("/v1.0/subscribedSkus", self._list),
            Route("/v1.0/subscribedSkus/{key}", self._get),
            Route(user + "/assignLicense", self._assign, ["POST"]),
            Route(user + "/reprocessLicenseAssignment", self._reprocess, ["POST"]),
            Route(user + "/licenseDetails", self._details),
            Route("/v1.0/groups/{key}/assignLicense", self._assign_group, ["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, [self._shown(row) for row in self._skus()], _SKU)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(self._directory.document(request, "graph.skus")), _SKU)

    def _skus(self) -> list[JsonObject]:
        return list(self._directory.core.shelf("graph.skus").values())

    def _shown(self, sku: JsonObject) -> JsonObject:
        core = self._directory.core
        held = [licences(core, account.id) for account in core.world.accounts.graph]
        used = sum(any(as_object(one)["skuId"] == sku["skuId"] for one in each) for each in held)
        return {**sku, "consumedUnits": used}

    async def _assign(self, request: Request) -> Response:
        """All or nothing: what is wrong anywhere changes nothing."""
        account = self._directory.user(request)
        body = plain(await json_object(request))
        if "addLicenses" not in body or "removeLicenses" not in body:
            missing = "addLicenses" if "addLicenses" not in body else "removeLicenses"
            raise self._directory.words.bad_request(f"The parameter '{missing}' is required.")
        held = self._directory.members("graph.licences", account.id)
        wanted = dict(held)
        for sku in texts(body["removeLicenses"]):
            if wanted.pop(sku, None) is None:
                from_group = sku in inherited(self._directory.core, account.id)
                raise self._directory.words.bad_request(_INHERITED if from_group else _NOT_HELD)
        for row in as_list(body["addLicenses"]):
            given = as_object(row)
            wanted[as_text(given.get("skuId"))] = self._checked(given, account.profile.get("usageLocation"))
        for sku in self._skus():
            if sku["skuId"] in wanted and sku["skuId"] not in held and not self._is_left(sku):
                raise self._directory.words.bad_request(
                    f"Subscription with SKU {sku['skuId']} does not have any available licenses."
                )
        before = self._written(account.id)
        held.clear()
        held.update(wanted)
        changes = modified(before, self._written(account.id), before)
        names = ("Change user license", "Update user")
        done = [Activity(name, ("users", account.id), modified=changes) for name in names]
        self._directory.changed("users", account.id, done=done)
        return self._directory.one(request, self._users.properties(account), USER)

    def _written(self, user_id: str) -> JsonObject:
        """Somebody's licences as the audit log has them."""
        core = self._directory.core
        parts = {as_text(sku["skuId"]): as_text(sku["skuPartNumber"]) for sku in self._skus()}
        held = licences_written(licences(core, user_id), core.world.secrets.tenant_id, parts)
        return {"assignedLicenses": held}

    async def _assign_group(self, request: Request) -> Response:
        """The group is given licences, which who is in it has from then on."""
        group = self._directory.document(request, "graph.groups")
        body = plain(await json_object(request))
        held = {as_text(as_object(row).get("skuId")): row for row in as_list(group.get("assignedLicenses"))}
        for sku in texts(body.get("removeLicenses")):
            if held.pop(sku, None) is None:
                raise self._directory.words.bad_request("Group does not have a corresponding license.")
        for row in as_list(body.get("addLicenses")):
            given = as_object(row)
            held[as_text(given.get("skuId"))] = self._checked(given, "anywhere")
        group["assignedLicenses"] = list(held.values())
        key = as_text(group["id"])
        self._directory.changed("groups", key, done=[Activity("Set group license", ("groups", key))])
        return self._directory.one(request, group, GROUP, 202)

    def _checked(self, given: JsonObject, location: Json) -> JsonObject:
        sku_id = as_text(given.get("skuId"))
        sku = next((row for row in self._skus() if row["skuId"] == sku_id), None)
        if sku is None:
            raise self._directory.words.bad_request(f"License {sku_id} does not correspond to a valid company License.")
        if not location:
            text = "License assignment cannot be done for user with invalid usage location."
            raise self._directory.words.bad_request(text)
        plans = [as_text(as_object(plan)["servicePlanId"]) for plan in as_list(sku["servicePlans"])]
        disabled = texts(given.get("disabledPlans"))
        if set(disabled) - set(plans):
            raise self._directory.words.bad_request("One or more service plans are not part of the license.")
        return {"disabledPlans": list(disabled), "skuId": sku_id}

    def _is_left(self, sku: JsonObject) -> bool:
        enabled = as_object(sku["prepaidUnits"])["enabled"]
        used = self._shown(sku)["consumedUnits"]
        return isinstance(enabled, int) and isinstance(used, int) and used < enabled

    async def _reprocess(self, request: Request) -> Response:
        row = self._users.properties(self._directory.user(request))
        return self._directory.one(request, row, Kind("user", "users", USER.names, DEFAULT))

    async def _details(self, request: Request) -> Response:
        account = self._directory.user(request)
        rows: list[Json] = [*self._details_of({"id": account.id})]
        context = f"{CONTEXT}#users('{account.id}')/licenseDetails"
        return odata({"@odata.context": context, "value": rows})

    def _details_of(self, user: JsonObject) -> list[JsonObject]:
        user_id = as_text(user["id"])
        left_out: dict[str, set[str]] = {}
        for state in assignments(self._directory.core, user_id):
            these = set(texts(state["disabledPlans"]))
            sku_id = as_text(state["skuId"])
            left_out[sku_id] = left_out.get(sku_id, these) & these
        return [
            {
                "id": f"{user_id[:22]}{as_text(sku['skuId'])[:8]}",
                "skuId": sku["skuId"],
                "skuPartNumber": sku["skuPartNumber"],
                "servicePlans": _plans(sku, left_out[as_text(sku["skuId"])]),
            }
            for sku in self._skus()
            if sku["skuId"] in left_out
        ]


def _plans(sku: JsonObject, disabled: set[str]) -> list[Json]:
    """The service plans of a licence, of which some are left out in whatever way somebody has come to it."""
    plans = [as_object(plan) for plan in as_list(sku["servicePlans"])]
    return [{**plan, **(_DISABLED if plan["servicePlanId"] in disabled else {})} for plan in plans]

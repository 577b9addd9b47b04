"""Licences that people of the pretend Microsoft 365 tenant have from their groups, beside those of their own.

Source: https://learn.microsoft.com/en-us/entra/fundamentals/licensing-groups-assign and
https://learn.microsoft.com/en-us/graph/api/resources/licenseassignmentstate. Microsoft works through a group in a
while; here all is so at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.core import Core
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts

# what a service plan belongs to, as `assignedPlan` names it; others go by their own name
_SERVICES = {
    "EXCHANGE_S_ENTERPRISE": "exchange",
    "TEAMS1": "TeamspaceAPI",
    "SHAREPOINTENTERPRISE": "SharePoint",
    "INTUNE_A": "SCO",
    "VISIO_CLIENT_SUBSCRIPTION": "MicrosoftOffice",
}


def assignments(core: Core, user_id: str) -> list[JsonObject]:
    """How a user has come to each licence: by hand, or by a group."""
    own = core.shelf("graph.licences").get(user_id, {})
    found = [_state(as_object(licence), None) for licence in own.values()]
    return found + [_state(licence, group) for group, licence in _of_groups(core, user_id)]


def licences(core: Core, user_id: str) -> list[Json]:
    """Each licence that a user has, once."""
    own = core.shelf("graph.licences").get(user_id, {})
    held: JsonObject = {as_text(licence["skuId"]): licence for _, licence in _of_groups(core, user_id)}
    return list({**held, **own}.values())


def inherited(core: Core, user_id: str) -> frozenset[str]:
    """The licences that a user has from groups."""
    return frozenset(as_text(licence["skuId"]) for _, licence in _of_groups(core, user_id))


def plans(core: Core, user_id: str) -> JsonObject:
    """The service plans of a user's licences, as the user shows them: but for those that were left out."""
    skus = {as_text(sku["skuId"]): sku for sku in core.shelf("graph.skus").values()}
    assigned: dict[str, Json] = {}
    provisioned: dict[str, Json] = {}
    for state in assignments(core, user_id):
        for plan in map(as_object, as_list(skus[as_text(state["skuId"])]["servicePlans"])):
            key = as_text(plan["servicePlanId"])
            if key in texts(state["disabledPlans"]):
                continue
            service = _SERVICES.get(as_text(plan["servicePlanName"]), plan["servicePlanName"])
            at = state["lastUpdatedDateTime"]
            about: JsonObject = {"capabilityStatus": "Enabled", "service": service}
            assigned[key] = {"assignedDateTime": at, "servicePlanId": key, **about}
            provisioned[key] = {"provisioningStatus": plan["provisioningStatus"], **about}
    return {"assignedPlans": list(assigned.values()), "provisionedPlans": list(provisioned.values())}


def _of_groups(core: Core, user_id: str) -> Iterator[tuple[str, JsonObject]]:
    members = core.shelf("graph.members")
    for group_id, group in core.shelf("graph.groups").items():
        given = as_list(group.get("assignedLicenses"))
        if given and user_id in members.get(group_id, {}):
            for licence in given:
                yield group_id, as_object(licence)


def _state(licence: JsonObject, group: str | None) -> JsonObject:
    return {
        "skuId": licence["skuId"],
        "disabledPlans": licence["disabledPlans"],
        "assignedByGroup": group,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": "2026-01-05T08:00:00Z",
    }

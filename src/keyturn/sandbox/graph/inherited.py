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
    """How a user has come to each licence: by hand, or by a group, which may have had none left."""
    own = core.shelf("graph.licences").get(user_id, {})
    found = [_state(as_object(licence), None) for licence in own.values()]
    lacking = _lacking(core)
    for group, licence in _all_of_groups(core, user_id):
        state = _state(licence, group)
        if (group, as_text(licence["skuId"]), user_id) in lacking:
            state.update({"state": "Error", "error": "CountViolation"})
        found.append(state)
    return found


def without_licence(core: Core, group_id: str) -> list[str]:
    """The members of a group for whom there was none left of a licence that it gives."""
    return list(dict.fromkeys(user for group, _, user in _lacking(core) if group == group_id))


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
        if state["state"] == "Error":
            continue
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
    """The licences that a user has from groups, each with its group."""
    lacking = _lacking(core)
    for group, licence in _all_of_groups(core, user_id):
        if (group, as_text(licence["skuId"]), user_id) not in lacking:
            yield group, licence


def _lacking(core: Core) -> dict[tuple[str, str, str], None]:
    """Group, licence and member, where there was none left for the member: who has one by hand comes first, then the
    groups in their order."""
    given = {key: row for key, row in core.shelf("graph.groups").items() if as_list(row.get("assignedLicenses"))}
    found: dict[tuple[str, str, str], None] = {}
    if not given:
        return found
    people = [account.id for account in core.world.accounts.graph]
    held: dict[str, set[str]] = {}
    for user in people:
        for sku in core.shelf("graph.licences").get(user, {}):
            held.setdefault(sku, set()).add(user)
    left = {
        as_text(row["skuId"]): as_object(row["prepaidUnits"])["enabled"] for row in core.shelf("graph.skus").values()
    }
    for group, row in given.items():
        members = core.shelf("graph.members").get(group, {})
        for sku in (as_text(as_object(licence)["skuId"]) for licence in as_list(row["assignedLicenses"])):
            users, most = held.setdefault(sku, set()), left.get(sku)
            for user in (each for each in people if each in members and each not in users):
                if isinstance(most, int) and len(users) >= most:
                    found[group, sku, user] = None
                else:
                    users.add(user)
    return found


def _all_of_groups(core: Core, user_id: str) -> Iterator[tuple[str, JsonObject]]:
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

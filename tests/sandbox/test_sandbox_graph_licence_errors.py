"""Licences that a group of the pretend Microsoft 365 tenant gives, and of which there are not enough."""

from __future__ import annotations

from typing import Any

from support_sandbox import Tenants

WITH_ERRORS = "/groups?$filter=hasMembersWithLicenseErrors%20eq%20true"


async def ask(tenants: Tenants, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = await tenants.graph(method, f"/v1.0{path}", **({} if body is None else {"json": body}))
    assert answer.status == status, answer.raw
    return answer.json


async def test_a_group_with_too_many_members_for_its_licences_is_found(tenants: Tenants) -> None:
    assert (await ask(tenants, "GET", WITH_ERRORS))["value"] == []
    skus = (await ask(tenants, "GET", "/subscribedSkus"))["value"]
    sku = min(skus, key=lambda row: row["prepaidUnits"]["enabled"] - row["consumedUnits"])
    left = sku["prepaidUnits"]["enabled"] - sku["consumedUnits"]
    people = (await ask(tenants, "GET", "/users?$top=999&$select=id,assignedLicenses"))["value"]
    without = [row["id"] for row in people if sku["skuId"] not in [one["skuId"] for one in row["assignedLicenses"]]]
    bound = [f"https://graph.microsoft.com/v1.0/users/{key}" for key in without[: left + 2]]
    body = {"displayName": "Many", "mailEnabled": False, "mailNickname": "many", "securityEnabled": True}
    group = (await ask(tenants, "POST", "/groups", {**body, "members@odata.bind": bound[:19]}, 201))["id"]
    for one in bound[19:]:
        await ask(tenants, "POST", f"/groups/{group}/members/$ref", {"@odata.id": one}, 204)
    given = {"addLicenses": [{"skuId": sku["skuId"], "disabledPlans": []}], "removeLicenses": []}
    await ask(tenants, "POST", f"/groups/{group}/assignLicense", given, 202)
    [found] = (await ask(tenants, "GET", WITH_ERRORS))["value"]
    assert found["id"] == group
    assert "hasMembersWithLicenseErrors" not in found
    lacking = (await ask(tenants, "GET", f"/groups/{group}/membersWithLicenseErrors"))["value"]
    assert len(lacking) == 2
    path = f"/users/{lacking[0]['id']}?$select=assignedLicenses,licenseAssignmentStates"
    user = await ask(tenants, "GET", path)
    [state] = [row for row in user["licenseAssignmentStates"] if row["assignedByGroup"] == group]
    assert (state["state"], state["error"]) == ("Error", "CountViolation")
    assert sku["skuId"] not in [one["skuId"] for one in user["assignedLicenses"]]
    [now] = [row for row in (await ask(tenants, "GET", "/subscribedSkus"))["value"] if row["skuId"] == sku["skuId"]]
    assert now["consumedUnits"] == sku["prepaidUnits"]["enabled"]
    for one in lacking:
        await ask(tenants, "DELETE", f"/groups/{group}/members/{one['id']}/$ref", status=204)
    assert (await ask(tenants, "GET", WITH_ERRORS))["value"] == []

"""Dynamic groups of the pretend Microsoft 365 tenant: who is in them follows from a rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support_sandbox import Answer, Tenants

EVA = "eva.horvat@northwind.example"
SALES = '(user.department -eq "Sales")'


async def made(tenants: Tenants, rule: str | None, **more: Any) -> Answer:
    body = {
        "displayName": "By rule",
        "mailEnabled": False,
        "mailNickname": "by-rule",
        "securityEnabled": True,
        "groupTypes": ["DynamicMembership"],
        "membershipRuleProcessingState": "On",
        **({"membershipRule": rule} if rule is not None else {}),
    }
    return await tenants.graph("POST", "/v1.0/groups", json={**body, **more})


async def people(tenants: Tenants) -> list[Any]:
    names = "id,userPrincipalName,department,jobTitle,accountEnabled,userType,mail,proxyAddresses,assignedPlans"
    return (await tenants.graph("GET", f"/v1.0/users?$top=999&$select={names}")).json["value"]


async def members(tenants: Tenants, group: str) -> list[str]:
    rows = (await tenants.graph("GET", f"/v1.0/groups/{group}/members?$top=999")).json["value"]
    return [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("rule", "belongs"),
    [
        (SALES, lambda row: row["department"] == "Sales"),
        ('user.department -ne "sales"', lambda row: row["department"] != "Sales"),
        ('user.department -in ["Sales", "Finance"]', lambda row: row["department"] in ("Sales", "Finance")),
        ('user.department -notIn ["Sales"]', lambda row: row["department"] != "Sales"),
        (
            'User.Department -eq "Sales" -and (user.accountEnabled -eq true) and not (user.userType -eq "Guest")',
            lambda row: row["department"] == "Sales" and row["userType"] == "Member",
        ),
        ('user.jobTitle -contains "manager"', lambda row: "manager" in row["jobTitle"].lower()),
        ('user.jobTitle -match "^(head|vp)"', lambda row: row["jobTitle"].lower().startswith(("head", "vp"))),
        (
            'user.mail -startsWith "eva." -or user.mail -startsWith "sam."',
            lambda row: row["mail"][:4] in ("eva.", "sam."),
        ),
        ('user.proxyAddresses -any (_ -contains "horvat")', lambda row: "horvat" in str(row["proxyAddresses"])),
        (
            'user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
            lambda row: "SCO" in [plan["service"] for plan in row["assignedPlans"]],
        ),
        ("user.city -eq null", lambda _: True),
        ("user.extensionAttribute1 -ne null", lambda _: False),
    ],
)
async def test_members_are_those_whom_the_rule_means(tenants: Tenants, rule: str, belongs: Any) -> None:
    group = await made(tenants, rule)
    assert group.status == 201, group.raw
    wanted = [row["id"] for row in await people(tenants) if belongs(row)]
    assert await members(tenants, group.json["id"]) == wanted


async def test_who_changes_comes_and_goes(tenants: Tenants) -> None:
    group = (await made(tenants, SALES)).json["id"]
    eva = (await tenants.graph("GET", f"/v1.0/users/{EVA}")).json["id"]
    before = await members(tenants, group)
    assert eva not in before
    await tenants.graph("PATCH", f"/v1.0/users/{EVA}", json={"department": "Sales"})
    assert set(await members(tenants, group)) == {*before, eva}
    await tenants.graph("PATCH", f"/v1.0/groups/{group}", json={"membershipRuleProcessingState": "Paused"})
    await tenants.graph("PATCH", f"/v1.0/users/{EVA}", json={"department": "Finance"})
    assert eva in await members(tenants, group)
    await tenants.graph("PATCH", f"/v1.0/groups/{group}", json={"membershipRuleProcessingState": "On"})
    assert set(await members(tenants, group)) == set(before)
    await tenants.graph("PATCH", f"/v1.0/groups/{group}", json={"membershipRule": 'user.mail -startsWith "eva."'})
    assert await members(tenants, group) == [eva]
    await tenants.graph("DELETE", f"/v1.0/users/{EVA}")
    assert await members(tenants, group) == []


async def test_devices_are_in_groups_by_rule(tenants: Tenants) -> None:
    group = (await made(tenants, 'device.operatingSystem -startsWith "w"')).json["id"]
    rows = (await tenants.graph("GET", "/v1.0/devices?$top=999")).json["value"]
    windows = [row["id"] for row in rows if row["operatingSystem"].startswith("W")]
    assert windows
    assert await members(tenants, group) == windows


async def test_nobody_is_put_in_or_taken_out_by_hand(tenants: Tenants) -> None:
    group = (await made(tenants, SALES)).json["id"]
    address = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{EVA}"}
    path = f"/v1.0/groups/{group}"
    bound = {"members@odata.bind": [address["@odata.id"]]}
    inside = (await members(tenants, group))[0]
    for method, way, body in (
        ("POST", f"{path}/members/$ref", address),
        ("PATCH", path, bound),
        ("DELETE", f"{path}/members/{inside}/$ref", None),
    ):
        refused = await tenants.graph(method, way, **({"json": body} if body else {}))
        assert (refused.status, "rule" in refused.json["error"]["message"]) == (400, True)
    assert (await made(tenants, SALES, **bound)).status == 400
    assert (await tenants.graph("POST", f"{path}/owners/$ref", json=address)).status == 204


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (None, {}),
        ("", {}),
        ("user.department", {}),
        ("user.department -eq Sales", {}),
        ('user.shoes -eq "43"', {}),
        ('user.department -like "S*"', {}),
        ('user.jobTitle -match "("', {}),
        ('(user.department -eq "Sales"', {}),
        ('user.department -eq "Sales" -and device.displayName -eq "x"', {}),
        ('user.department -in "Sales"', {}),
        ("(" * 500 + 'user.department -eq "Sales"' + ")" * 500, {}),
        (SALES, {"membershipRuleProcessingState": "Off"}),
    ],
)
async def test_a_rule_that_cannot_be_read_is_refused(tenants: Tenants, rule: str | None, more: Any) -> None:
    answer = await made(tenants, rule, **more)
    assert (answer.status, answer.json["error"]["code"]) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/teams/{group}/members", {"roles": [], "user@odata.bind": "{user}"}),
        ("POST", "/teams/{group}/members/add", {"values": [{"roles": [], "user@odata.bind": "{user}"}]}),
        ("POST", "/teams/{group}/members/remove", {"values": [{"user@odata.bind": "{user}"}]}),
        ("DELETE", "/teams/{group}/members/{member}", None),
        ("POST", "/groups/{group}/members/$ref", {"@odata.id": "{user}"}),
        ("DELETE", "/groups/{group}/members/{inside}/$ref", None),
        (
            "POST",
            "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
            {"action": "adminAssign", "accessId": "member", "groupId": "{group}", "principalId": "{id}"},
        ),
    ],
)
async def test_nobody_is_put_by_hand_into_a_team_or_group_with_a_rule(
    tenants: Tenants, method: str, path: str, body: Any
) -> None:
    answer = await made(tenants, SALES, groupTypes=["DynamicMembership", "Unified"])
    group = answer.json["id"]
    before = await members(tenants, group)
    user = (await tenants.graph("GET", f"/v1.0/users/{EVA}")).json["id"]
    inside = (await tenants.graph("GET", f"/v1.0/teams/{group}/members")).json["value"][0]
    names = {"group": group, "inside": before[0], "member": inside["id"], "id": user}
    names["user"] = f"https://graph.microsoft.com/v1.0/users/{user}"
    text = json.dumps(body)
    for name, value in names.items():
        text, path = text.replace(f"{{{name}}}", value), path.replace(f"{{{name}}}", value)
    refused = await tenants.graph(method, f"/v1.0{path}", **({} if body is None else {"json": json.loads(text)}))
    assert refused.status == 400, refused.raw
    assert await members(tenants, group) == before


async def test_owners_of_a_team_with_a_rule_are_named_by_hand(tenants: Tenants) -> None:
    group = (await made(tenants, SALES, groupTypes=["DynamicMembership", "Unified"])).json["id"]
    inside = (await tenants.graph("GET", f"/v1.0/teams/{group}/members")).json["value"][0]
    path = f"/v1.0/teams/{group}/members/{inside['id']}"
    assert (await tenants.graph("PATCH", path, json={"roles": ["owner"]})).json["roles"] == ["owner"]

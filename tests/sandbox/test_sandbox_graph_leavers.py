"""What a leaver leaves behind in the pretend Microsoft 365 tenant: devices, photos, groups with licences, what was
deleted; and delta queries of other things than people and groups."""

from __future__ import annotations

from typing import Any

import pytest
from support_graph import call, get, ids
from support_sandbox import Tenants
from support_specs import description, openapi_complaints

EVA = "eva.horvat@northwind.example"
NADIA = "nadia.haddad@northwind.example"
SAM = "sam.okafor@northwind.example"


async def user(tenants: Tenants, login: str) -> str:
    return (await get(tenants, f"/users/{login}?$select=id"))["id"]


def bound(key: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"}


@pytest.mark.parametrize(
    ("people", "held"), [("registeredOwners", "ownedDevices"), ("registeredUsers", "registeredDevices")]
)
async def test_a_device_changes_hands(tenants: Tenants, people: str, held: str) -> None:
    eva, sam = await user(tenants, EVA), await user(tenants, SAM)
    [device, *_] = await ids(tenants, f"/users/{EVA}/{held}")
    path = f"/devices/{device}/{people}"
    other = {"registeredOwners": "registeredDevices", "registeredUsers": "ownedDevices"}[people]
    others = await ids(tenants, f"/users/{EVA}/{other}")
    assert (await call(tenants, "POST", f"{path}/$ref", bound(sam))).status == 204
    assert (await call(tenants, "POST", f"{path}/$ref", bound(sam))).status == 400
    assert (await call(tenants, "DELETE", f"{path}/{eva}/$ref")).status == 204
    assert (await call(tenants, "DELETE", f"{path}/{eva}/$ref")).status == 404
    assert await ids(tenants, path) == [sam]
    assert [row["@odata.id"].rpartition("/")[2] for row in (await get(tenants, f"{path}/$ref"))["value"]] == [sam]
    assert device in await ids(tenants, f"/users/{SAM}/{held}")
    assert device not in await ids(tenants, f"/users/{EVA}/{held}")
    assert await ids(tenants, f"/users/{EVA}/{other}") == others
    expanded = await get(tenants, f"/devices/{device}?$expand={people}")
    assert [row["id"] for row in expanded[people]] == [sam]
    assert (await call(tenants, "POST", f"{path}/$ref", bound("nobody"))).status == 404
    missing = await call(tenants, "POST", f"/devices/nothing/{people}/$ref", bound(sam))
    assert missing.status == 404


async def test_a_managed_device_says_whose_it_is_and_takes_orders(tenants: Tenants) -> None:
    eva = await user(tenants, EVA)
    [device, *_] = await ids(tenants, f"/users/{EVA}/managedDevices")
    path = f"/deviceManagement/managedDevices/{device}"
    found = await get(tenants, f"{path}/users")
    assert [row["id"] for row in found["value"]] == [eva]
    schema = {"$ref": "#/components/schemas/microsoft.graph.user"}
    assert list(openapi_complaints(description("graph-v1.json"), schema, found["value"][0])) == []
    for verb, body in (
        ("cleanWindowsDevice", {"keepUserData": False}),
        ("windowsDefenderScan", {"quickScan": True}),
        ("bypassActivationLock", None),
    ):
        assert (verb, (await call(tenants, "POST", f"{path}/{verb}", body)).status) == (verb, 204)
        assert (await call(tenants, "POST", f"/deviceManagement/managedDevices/none/{verb}", body)).status == 404


async def test_managed_devices_tell_what_their_user_is_called_now(tenants: Tenants) -> None:
    new = "eva.maric@northwind.example"
    changes = {"userPrincipalName": new, "displayName": "Eva Marić", "mail": new}
    assert (await call(tenants, "PATCH", f"/users/{EVA}", changes)).status == 204
    own = await ids(tenants, f"/users/{new}/managedDevices")
    found = f"/deviceManagement/managedDevices?$filter=userPrincipalName eq '{new}'".replace(" ", "%20")
    one = await get(tenants, f"/deviceManagement/managedDevices/{own[0]}")
    told = {"userPrincipalName": new, "userDisplayName": "Eva Marić", "emailAddress": new}
    for _ in range(2):
        rows = (await get(tenants, found))["value"]
        assert [row["id"] for row in rows] == own
        assert all({name: row[name] for name in told} == told for row in [*rows, one])
        await call(tenants, "DELETE", f"/users/{new}")


async def test_what_is_asked_of_a_leaver_by_casts_and_times(tenants: Tenants) -> None:
    eventual = {"ConsistencyLevel": "eventual"}
    boss, [group, *_] = f"/users/{NADIA}", await ids(tenants, "/groups")
    assert await ids(tenants, f"{boss}/directReports/graph.user") == await ids(tenants, f"{boss}/directReports")
    for path in (f"{boss}/directReports", *(f"/groups/{group}/{name}" for name in ("members", "transitiveMembers"))):
        counted = await tenants.graph("GET", f"/v1.0{path}/microsoft.graph.user/$count", headers=eventual)
        assert counted.raw.decode() == str(len(await ids(tenants, f"{path}/graph.user")))
    app = (await call(tenants, "POST", "/applications", {"displayName": "Badges"})).json["id"]
    await call(tenants, "POST", f"/applications/{app}/owners/$ref", bound(await user(tenants, EVA)))
    assert await ids(tenants, f"/users/{EVA}/ownedObjects/graph.application") == [app]
    assert app in await ids(tenants, f"/users/{EVA}/ownedObjects")
    later = f"/users/{EVA}/events?$filter=start/dateTime%20ge%20'2030-01-01T00:00:00Z'"
    assert await ids(tenants, later) == []
    for at in ("2029-12-31T09:00:00", "2030-01-02T09:00:00"):
        span = {name: {"dateTime": at, "timeZone": "UTC"} for name in ("start", "end")}
        assert (await call(tenants, "POST", f"/users/{EVA}/events", {"subject": at, **span})).status == 201
    assert [row["subject"] for row in (await get(tenants, later))["value"]] == ["2030-01-02T09:00:00"]
    for path in (
        "/groups?$filter=hasMembersWithLicenseErrors%20eq%20true",
        "/directory/attributeSets",
        "/directory/customSecurityAttributeDefinitions",
        f"/users/{EVA}/contactFolders",
    ):
        assert await ids(tenants, path) == []
    report = await tenants.graph("GET", "/v1.0/reports/getEmailActivityUserDetail(period='D7')")
    assert "Send Count" in report.raw.decode()


async def test_a_photo_goes_by_its_value(tenants: Tenants) -> None:
    photo = f"/v1.0/users/{EVA}/photo/$value"
    kind = {"Content-Type": "image/png"}
    assert (await tenants.graph("PUT", photo, data=b"png", headers=kind)).status == 200
    assert [(await tenants.graph("DELETE", photo)).status for _ in range(2)] == [204, 404]
    assert (await tenants.graph("GET", photo)).status == 404


async def test_members_are_listed_by_reference(tenants: Tenants) -> None:
    [group] = await ids(tenants, "/groups?$filter=displayName%20eq%20'Sales'")
    found = await get(tenants, f"/groups/{group}/members/$ref")
    members = await ids(tenants, f"/groups/{group}/members")
    assert [row["@odata.id"].rpartition("/")[2] for row in found["value"]] == members
    assert "$ref" in found["@odata.context"]


async def test_a_group_that_gives_licences_stays(tenants: Tenants) -> None:
    [group] = await ids(tenants, "/groups?$filter=displayName%20eq%20'Sales'")
    sku = (await get(tenants, "/subscribedSkus"))["value"][0]["skuId"]
    given = {"addLicenses": [{"skuId": sku, "disabledPlans": []}], "removeLicenses": []}
    assert (await call(tenants, "POST", f"/groups/{group}/assignLicense", given)).status == 202
    refused = await call(tenants, "DELETE", f"/groups/{group}")
    assert (refused.status, "product license" in refused.json["error"]["message"]) == (400, True)
    assert (await get(tenants, f"/groups/{group}"))["id"] == group
    taken = {"addLicenses": [], "removeLicenses": [sku]}
    assert (await call(tenants, "POST", f"/groups/{group}/assignLicense", taken)).status == 202
    assert (await call(tenants, "DELETE", f"/groups/{group}")).status == 204


async def test_deleted_groups_are_found_by_who_owned_them(tenants: Tenants) -> None:
    eva, sam = await user(tenants, EVA), await user(tenants, SAM)
    made = {"displayName": "Poets", "mailNickname": "poets", "mailEnabled": True, "securityEnabled": False}
    owner = {"groupTypes": ["Unified"], "owners@odata.bind": [bound(eva)["@odata.id"]]}
    group = (await call(tenants, "POST", "/groups", {**made, **owner})).json["id"]
    await call(tenants, "DELETE", f"/groups/{group}")
    path = "/directory/deletedItems/getUserOwnedObjects"
    found = {}
    for key in (eva, sam):
        answer = await call(tenants, "POST", path, {"userId": key, "type": "Group"})
        found[key] = [row["id"] for row in answer.json["value"]]
    assert (found[eva], group in found[sam]) == ([group], False)
    assert (await call(tenants, "POST", path, {"type": "Group"})).status == 400


@pytest.mark.parametrize("verb", ["confirmCompromised", "dismiss"])
async def test_risk_is_told_by_object_ids_alone(tenants: Tenants, verb: str) -> None:
    eva, path = await user(tenants, EVA), f"/identityProtection/riskyUsers/{verb}"
    for wrong, status in ((EVA, 400), ("11111111-2222-3333-4444-555555555555", 404)):
        refused = await call(tenants, "POST", path, {"userIds": [eva, wrong]})
        assert (refused.status, wrong in refused.json["error"]["message"]) == (status, True)
    assert await ids(tenants, "/identityProtection/riskyUsers") == []
    assert (await call(tenants, "POST", path, {"userIds": [eva]})).status == 204
    assert await ids(tenants, "/identityProtection/riskyUsers") == [eva]


async def delta(tenants: Tenants, link: str) -> tuple[list[Any], str]:
    rows: list[Any] = []
    while True:
        answer = await tenants.graph("GET", "/v1.0" + link.partition("/v1.0")[2])
        assert answer.status == 200, answer.raw
        rows += answer.json["value"]
        if "@odata.deltaLink" in answer.json:
            return rows, answer.json["@odata.deltaLink"]
        link = answer.json["@odata.nextLink"]


async def test_delta_of_devices(tenants: Tenants) -> None:
    rows, link = await delta(tenants, "/v1.0/devices/delta?$select=displayName")
    device = rows[0]["id"]
    assert sorted(rows[0]) == ["displayName", "id"]
    await call(tenants, "PATCH", f"/devices/{device}", {"displayName": "Left behind"})
    await call(tenants, "DELETE", f"/devices/{rows[1]['id']}")
    changed, link = await delta(tenants, link)
    assert changed == [
        {"id": device, "displayName": "Left behind"},
        {"id": rows[1]["id"], "@removed": {"reason": "deleted"}},
    ]
    assert (await delta(tenants, link))[0] == []


async def test_delta_of_applications(tenants: Tenants) -> None:
    rows, link = await delta(tenants, "/v1.0/applications/delta()")
    assert sorted(row["id"] for row in rows) == sorted(await ids(tenants, "/applications"))
    made = (await call(tenants, "POST", "/applications", {"displayName": "Leavers"})).json["id"]
    assert [row["displayName"] for row in (await delta(tenants, link))[0]] == ["Leavers"]
    await call(tenants, "DELETE", f"/applications/{made}")
    assert [row.get("@removed") for row in (await delta(tenants, link))[0]] == [{"reason": "changed"}]


async def test_delta_of_directory_roles(tenants: Tenants) -> None:
    rows, link = await delta(tenants, "/v1.0/directoryRoles/delta")
    eva, role = await user(tenants, EVA), rows[0]
    await call(tenants, "POST", f"/directoryRoles/{role['id']}/members/$ref", bound(eva))
    [changed] = (await delta(tenants, link))[0]
    assert eva in [each["id"] for each in changed["members@delta"]]
    assert len(changed["members@delta"]) == len(role["members@delta"]) + 1


async def test_what_applications_are_let_do_is_audited(tenants: Tenants) -> None:
    made = (await call(tenants, "POST", "/applications", {"displayName": "Leavers"})).json
    key = (await call(tenants, "POST", "/servicePrincipals", {"appId": made["appId"]})).json["id"]
    other = (await get(tenants, "/servicePrincipals?$filter=displayName%20eq%20'Northwind%20Wiki'"))["value"][0]["id"]
    grant = {"principalId": key, "resourceId": other, "appRoleId": "00000000-0000-0000-0000-000000000000"}
    assert (await call(tenants, "POST", f"/servicePrincipals/{key}/appRoleAssignments", grant)).status == 201
    told = (await get(tenants, "/auditLogs/directoryAudits?$top=3"))["value"]
    assert {row["category"] for row in told} == {"ApplicationManagement"}

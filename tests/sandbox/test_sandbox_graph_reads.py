"""The pretend Microsoft 365 tenant, read: what is expanded, counted, chosen and filtered, in mail and by delta too."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
SAM = "sam.okafor@northwind.example"
EVENTUAL = {"ConsistencyLevel": "eventual"}


async def get(tenants: Tenants, path: str, **options: Any) -> Any:
    answer = await tenants.graph("GET", path if path.startswith("/beta") else f"/v1.0{path}", **options)
    assert answer.status == 200, answer.raw
    return answer.json


async def refused(tenants: Tenants, path: str) -> str:
    answer = await tenants.graph("GET", f"/v1.0{path}")
    assert answer.status == 400, answer.raw
    return answer.json["error"]["code"]


@pytest.mark.parametrize(
    ("path", "link", "of"),
    [
        ("/devices", "registeredOwners", "/devices/{id}/registeredOwners"),
        ("/devices", "registeredUsers", "/devices/{id}/registeredUsers"),
        ("/users", "ownedDevices", "/users/{id}/ownedDevices"),
        ("/users", "registeredDevices", "/users/{id}/registeredDevices"),
        ("/users", "licenseDetails", "/users/{id}/licenseDetails"),
        ("/users", "appRoleAssignments", "/users/{id}/appRoleAssignments"),
        ("/servicePrincipals", "appRoleAssignedTo", "/servicePrincipals/{id}/appRoleAssignedTo"),
    ],
)
async def test_what_is_expanded_is_what_its_own_path_lists(tenants: Tenants, path: str, link: str, of: str) -> None:
    eva, app = await get(tenants, f"/users/{EVA}"), (await get(tenants, "/servicePrincipals"))["value"][0]
    grant = {"principalId": eva["id"], "resourceId": app["id"], "appRoleId": "00000000-0000-0000-0000-000000000000"}
    answer = await tenants.graph("POST", f"/v1.0/users/{EVA}/appRoleAssignments", json=grant)
    assert answer.status == 201, answer.raw
    rows = (await get(tenants, f"{path}?$expand={link}($select=id)&$select=id,displayName"))["value"]
    row = next(each for each in rows if each[link])
    assert {"id", "displayName", link} == set(row)
    listed = (await get(tenants, of.format(id=row["id"])))["value"]
    assert [each["id"] for each in row[link]] == [each["id"] for each in listed]
    one = await get(tenants, f"{path}/{row['id']}?$expand={link}")
    assert [each["id"] for each in one[link]] == [each["id"] for each in listed]


async def test_owners_of_applications_are_expanded(tenants: Tenants) -> None:
    app = (await get(tenants, "/applications?$top=1"))["value"][0]["id"]
    eva = (await get(tenants, f"/users/{EVA}"))["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{eva}"}
    assert (await tenants.graph("POST", f"/v1.0/applications/{app}/owners/$ref", json=reference)).status == 204
    rows = (await get(tenants, "/applications?$expand=owners"))["value"]
    assert {row["id"]: [each["id"] for each in row["owners"]] for row in rows}[app] == [eva]
    assert await refused(tenants, "/applications?$expand=ownedDevices") == "BadRequest"


@pytest.mark.parametrize(
    "path",
    [f"/users/{EVA}/directReports", f"/users/{SAM}/ownedDevices", f"/users/{EVA}/ownedObjects", "/servicePrincipals"],
)
async def test_counts_are_of_the_rows_that_are_listed(tenants: Tenants, path: str) -> None:
    rows = (await get(tenants, path))["value"]
    answer = await tenants.graph("GET", f"/v1.0{path}/$count", headers=EVENTUAL)
    assert (answer.status, answer.raw) == (200, str(len(rows)).encode())
    assert await refused(tenants, f"{path}/$count") == "Request_BadRequest"


async def written(tenants: Tenants, *subjects: str) -> None:
    for subject in subjects:
        message = {"subject": subject, "body": {"content": "Text"}}
        message["toRecipients"] = [{"emailAddress": {"address": SAM}}]
        sent = await tenants.graph("POST", f"/v1.0/users/{EVA}/sendMail", json={"message": message})
        assert sent.status == 202


@pytest.mark.parametrize("place", [f"/users/{SAM}/messages", f"/users/{SAM}/mailFolders/inbox/messages"])
async def test_messages_are_chosen_counted_filtered_and_ordered(tenants: Tenants, place: str) -> None:
    await written(tenants, "b", "a", "c")
    found = await get(tenants, f"{place}?$select=subject&$count=true&$top=2")
    assert (found["@odata.count"], [set(row) for row in found["value"]]) == (3, [{"id", "subject"}] * 2)
    assert found["@odata.context"].endswith("/messages(subject)")
    following = await tenants.graph("GET", found["@odata.nextLink"].partition("/v1.0")[2].join(("/v1.0", "")))
    assert [set(row) for row in following.json["value"]] == [{"id", "subject"}]
    rows = (await get(tenants, f"{place}?$filter=subject%20ne%20'b'&$orderby=subject"))["value"]
    assert [row["subject"] for row in rows] == ["a", "c"]
    address = f"from/emailAddress/address%20eq%20'{SAM}'"
    assert (await get(tenants, f"{place}?$filter={address}&$count=true"))["@odata.count"] == 0
    assert (await tenants.graph("GET", f"/v1.0{place}/$count")).raw == b"3"
    one = await get(tenants, f"/users/{SAM}/messages/{rows[0]['id']}?$select=isRead")
    assert {name for name in one if not name.startswith("@")} == {"id", "isRead"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$select=bogus", "BadRequest"),
        ("$expand=bogus", "BadRequest"),
        ("$filter=bogus%20eq%20'b'", "ErrorInvalidUrlQueryFilter"),
        ("$search=%22NOT%20b%22", "ErrorInvalidUrlQuery"),
    ],
)
async def test_what_messages_do_not_offer_is_refused(tenants: Tenants, query: str, code: str) -> None:
    await written(tenants, "b")
    assert await refused(tenants, f"/users/{SAM}/messages?{query}") == code


async def followed(tenants: Tenants, link: str) -> Any:
    return await get(tenants, "/" + link.partition("/v1.0/")[2])


@pytest.mark.parametrize("kind", ["users", "groups"])
async def test_delta_is_about_the_ids_that_its_filter_names(tenants: Tenants, kind: str) -> None:
    first, second, third = [row["id"] for row in (await get(tenants, f"/{kind}?$top=3"))["value"]]
    query = f"$filter=id%20eq%20'{first}'%20or%20id%20eq%20'{second}'&$select=displayName"
    found = await get(tenants, f"/{kind}/delta?{query}")
    assert [row["id"] for row in found["value"]] == [first, second]
    assert all(set(row) == {"id", "displayName"} for row in found["value"])
    for key in (second, third):
        changed = await tenants.graph("PATCH", f"/v1.0/{kind}/{key}", json={"displayName": "New"})
        assert changed.status == 204
    later = await followed(tenants, found["@odata.deltaLink"])
    assert [(row["id"], row["displayName"]) for row in later["value"]] == [(second, "New")]
    for other in ("$filter=displayName%20eq%20'x'", "$search=%22displayName:x%22", "$orderby=displayName"):
        assert await refused(tenants, f"/{kind}/delta?{other}") == "Request_UnsupportedQuery"


async def test_people_show_the_plans_of_their_licences(tenants: Tenants) -> None:
    user = await get(tenants, f"/users/{SAM}?$select=assignedPlans,provisionedPlans,assignedLicenses")
    plans = {each["service"]: each["servicePlanId"] for each in user["assignedPlans"]}
    assert {"exchange", "TeamspaceAPI", "SCO"} <= set(plans)
    assert {each["service"] for each in user["provisionedPlans"]} == set(plans)
    query = "$filter=assignedPlans/any(a:a/service%20eq%20'exchange')&$count=true&$select=userPrincipalName"
    found = (await get(tenants, f"/users?{query}", headers=EVENTUAL))["value"]
    assert SAM in [row["userPrincipalName"] for row in found]
    skus = [each["skuId"] for each in user["assignedLicenses"]]
    left_out = {"addLicenses": [{"skuId": sku, "disabledPlans": []} for sku in skus], "removeLicenses": []}
    left_out["addLicenses"][0]["disabledPlans"] = [plans["exchange"]]
    assert (await tenants.graph("POST", f"/v1.0/users/{SAM}/assignLicense", json=left_out)).status == 200
    user = await get(tenants, f"/users/{SAM}?$select=assignedPlans")
    assert {each["service"] for each in user["assignedPlans"]} == set(plans) - {"exchange"}


async def test_links_of_beta_lead_to_beta(tenants: Tenants) -> None:
    base = tenants.urls["graph"]["base_url"]
    found = await get(tenants, "/beta/users?$top=1")
    assert found["@odata.nextLink"].startswith(f"{base}/beta/users?")
    assert found["@odata.context"] == "https://graph.microsoft.com/beta/$metadata#users"
    following = await get(tenants, found["@odata.nextLink"].removeprefix(base))
    assert following["@odata.nextLink"].startswith(f"{base}/beta/users?")
    assert (await get(tenants, "/beta/users/delta"))["@odata.deltaLink"].startswith(f"{base}/beta/users/delta()?")
    steps = [{"id": "1", "method": "GET", "url": "/users?$top=1"}]
    batch = await tenants.graph("POST", "/beta/$batch", json={"requests": steps})
    assert batch.json["responses"][0]["body"]["@odata.nextLink"].startswith(f"{base}/beta/users?")
    note = {"aboutMe": "see /v1.0/users"}
    assert (await tenants.graph("PATCH", f"/beta/users/{EVA}", json=note)).status == 204
    assert (await get(tenants, f"/beta/users/{EVA}?$select=aboutMe"))["aboutMe"] == "see /v1.0/users"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_user_type_that_there_is_not_is_refused(tenants: Tenants, method: str) -> None:
    body: dict[str, Any] = {"userType": "Alien"}
    if method == "POST":
        body.update(accountEnabled=True, displayName="Al", mailNickname="al", userPrincipalName="al@northwind.example")
        body["passwordProfile"] = {"password": "xWwvJ]6NMw+bWH-d"}
    path = "/v1.0/users" if method == "POST" else f"/v1.0/users/{EVA}"
    answer = await tenants.graph(method, path, json=body)
    assert answer.status == 400
    assert "'userType'" in answer.json["error"]["message"]

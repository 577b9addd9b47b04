"""The pretend Google Workspace account beyond suspension: creation, groups, units, devices, licences, reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from support_sandbox import Answer, Tenants, hook_endpoint
from support_specs import description, google_complaints

EVA = "eva.horvat@northwind.example"
D = "/admin/directory/v1"
C = f"{D}/customer/my_customer"
ADA = {
    "primaryEmail": "ada@northwind.example",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "password": "Tr0ub4dor&3",
    "orgUnitPath": "/Finance",
}


async def get(tenants: Tenants, path: str) -> Any:
    answer = await tenants.google("GET", path)
    assert answer.status == 200, answer.raw
    return answer.json


async def call(tenants: Tenants, method: str, path: str, body: Any = None) -> Answer:
    return await tenants.google(method, path, **({"json": body} if body is not None else {}))


def reason(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]["errors"][0]["reason"]


async def test_a_user_is_made_renamed_deleted_and_undeleted(tenants: Tenants) -> None:
    user = (await call(tenants, "POST", f"{D}/users", ADA)).json
    assert (user["primaryEmail"], user["name"]["fullName"], "password" in user) == (
        ADA["primaryEmail"],
        "Ada Lovelace",
        False,
    )
    assert reason(await call(tenants, "POST", f"{D}/users", ADA)) == (409, "duplicate")
    renamed = await call(tenants, "PATCH", f"{D}/users/{user['id']}", {"primaryEmail": "ada.l@northwind.example"})
    assert renamed.json["aliases"] == [ADA["primaryEmail"]]
    assert (await call(tenants, "DELETE", f"{D}/users/{user['id']}")).status == 204
    assert reason(await call(tenants, "GET", f"{D}/users/{user['id']}")) == (404, "notFound")
    deleted = await get(tenants, f"{D}/users?customer=my_customer&showDeleted=true")
    assert [row["id"] for row in deleted["users"]] == [user["id"]]
    assert (await call(tenants, "POST", f"{D}/users/{user['id']}/undelete", {"orgUnitPath": "/Sales"})).status == 204
    assert (await get(tenants, f"{D}/users/{user['id']}"))["orgUnitPath"] == "/Sales"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"primaryEmail": None}, (400, "required")),
        ({"name": {}}, (400, "invalid")),
        ({"password": "short"}, (400, "invalid")),
        ({"primaryEmail": "ada@elsewhere.example"}, (404, "notFound")),
        ({"primaryEmail": "sales@northwind.example"}, (409, "duplicate")),
        ({"orgUnitPath": "/Nowhere"}, (400, "invalid")),
    ],
)
async def test_a_user_that_cannot_be_made_is_refused(tenants: Tenants, changes: Any, expected: object) -> None:
    assert reason(await call(tenants, "POST", f"{D}/users", {**ADA, **changes})) == expected


async def test_lists_are_searched_and_sorted(tenants: Tenants) -> None:
    found = await get(
        tenants, f"{D}/users?customer=my_customer&query=orgDepartment:Legal&orderBy=familyName&sortOrder=DESCENDING"
    )
    assert [row["name"]["familyName"] for row in found["users"]] == ["Menon", "Holm"]
    await call(tenants, "PUT", f"{D}/users/{tenants.key(EVA)}", {"suspended": True})
    off = await get(tenants, f"{D}/users?customer=my_customer&query=isSuspended%3Dtrue")
    assert [row["primaryEmail"] for row in off["users"]] == [EVA]
    assert "users" not in await get(tenants, f"{D}/users?customer=my_customer&query=nobodyhere")


async def test_group_members(tenants: Tenants) -> None:
    group = (await call(tenants, "POST", f"{D}/groups", {"email": "sailors@northwind.example", "name": "Sailors"})).json
    members = f"{D}/groups/{tenants.key('sailors@northwind.example')}/members"
    assert (await call(tenants, "POST", members, {"email": EVA, "role": "MANAGER"})).status == 200
    assert reason(await call(tenants, "POST", members, {"email": EVA})) == (409, "duplicate")
    listed = await get(tenants, f"{members}?roles=MANAGER")
    assert [(row["email"], row["type"], row["status"]) for row in listed["members"]] == [(EVA, "USER", "ACTIVE")]
    assert (await get(tenants, f"{D}/groups/{group['id']}/hasMember/{tenants.key(EVA)}")) == {"isMember": True}
    mine = await get(tenants, f"{D}/groups?userKey={tenants.key(EVA)}")
    assert "sailors@northwind.example" in [row["email"] for row in mine["groups"]]
    path = f"{members}/{tenants.key(EVA)}"
    assert (await call(tenants, "PATCH", path, {"role": "MEMBER"})).json["role"] == "MEMBER"
    assert [(await call(tenants, "DELETE", path)).status for _ in range(2)] == [204, 404]
    assert "members" not in await get(tenants, members)
    assert (await call(tenants, "DELETE", f"{D}/groups/{group['id']}")).status == 204


async def test_app_passwords_codes_and_the_second_step(tenants: Tenants) -> None:
    user = f"{D}/users/{tenants.key('chidi.eze@northwind.example')}"
    listed = await get(tenants, f"{user}/asps")
    code = listed["items"][0]["codeId"]
    assert [(await call(tenants, "DELETE", f"{user}/asps/{code}")).status for _ in range(2)] == [204, 404]
    assert "items" not in await get(tenants, f"{user}/asps")
    assert (await call(tenants, "POST", f"{user}/verificationCodes/generate")).status == 204
    assert len((await get(tenants, f"{user}/verificationCodes"))["items"]) == 10
    assert (await call(tenants, "POST", f"{user}/verificationCodes/invalidate")).status == 204
    assert "items" not in await get(tenants, f"{user}/verificationCodes")
    off = f"{user}/twoStepVerification/turnOff"
    assert [(await call(tenants, "POST", off)).status for _ in range(2)] == [204, 400]


async def test_units(tenants: Tenants) -> None:
    made = await call(tenants, "POST", f"{C}/orgunits", {"name": "Audit", "parentOrgUnitPath": "/Finance"})
    assert made.json["orgUnitPath"] == "/Finance/Audit"
    children = await get(tenants, f"{C}/orgunits?orgUnitPath=/Finance&type=children")
    assert [row["name"] for row in children["organizationUnits"]] == ["Audit"]
    renamed = await call(tenants, "PUT", f"{C}/orgunits/Finance/Audit", {"name": "Control"})
    assert renamed.json["orgUnitPath"] == "/Finance/Control"
    assert reason(await call(tenants, "DELETE", f"{C}/orgunits/Finance")) == (412, "conditionNotMet")
    assert (await call(tenants, "DELETE", f"{C}/orgunits/Finance/Control")).status == 204


async def test_devices(tenants: Tenants) -> None:
    found = await get(tenants, f"{C}/devices/mobile?query=email:{tenants.key(EVA)}")
    device = found["mobiledevices"][0]["resourceId"]
    assert (
        await call(tenants, "POST", f"{C}/devices/mobile/{device}/action", {"action": "admin_account_wipe"})
    ).status == 204
    assert (await get(tenants, f"{C}/devices/mobile/{device}"))["status"] == "ACCOUNT_WIPING"
    assert reason(await call(tenants, "POST", f"{C}/devices/mobile/{device}/action", {"action": "burn"})) == (
        400,
        "invalid",
    )
    chrome = (await get(tenants, f"{C}/devices/chromeos"))["chromeosdevices"][0]["deviceId"]
    assert (await call(tenants, "POST", f"{C}/devices/chromeos/{chrome}/action", {"action": "disable"})).status == 204
    assert (await get(tenants, f"{C}/devices/chromeos/{chrome}"))["status"] == "DISABLED"


async def test_licences_and_transfers(tenants: Tenants) -> None:
    product = "/apps/licensing/v1/product/Google-Apps"
    own = f"{product}/sku/1010020028/user/{tenants.key(EVA)}"
    assert (await get(tenants, own))["skuName"] == "Google Workspace Business Standard"
    moved = await call(tenants, "PUT", own, {"skuId": "1010020020"})
    assert moved.json["skuId"] == "1010020020"
    own = f"{product}/sku/1010020020/user/{tenants.key(EVA)}"
    assert [(await call(tenants, "DELETE", own)).status for _ in range(2)] == [200, 404]
    assert (await call(tenants, "POST", f"{product}/sku/1010020020/user", {"userId": EVA})).status == 200
    ids = [(await get(tenants, f"{D}/users/{tenants.key(who)}"))["id"] for who in (EVA, "chidi.eze@northwind.example")]
    body = {
        "oldOwnerUserId": ids[0],
        "newOwnerUserId": ids[1],
        "applicationDataTransfers": [{"applicationId": "55656082996"}],
    }
    transfer = await call(tenants, "POST", "/admin/datatransfer/v1/transfers", body)
    assert transfer.json["overallTransferStatusCode"] == "inProgress"
    looked = await get(tenants, f"/admin/datatransfer/v1/transfers/{transfer.json['id']}")
    assert looked["overallTransferStatusCode"] == "completed"
    wrong = await call(tenants, "POST", "/admin/datatransfer/v1/transfers", {**body, "newOwnerUserId": EVA})
    assert reason(wrong) == (400, "invalid")


async def test_what_admins_did_is_reported(tenants: Tenants) -> None:
    await call(tenants, "PUT", f"{D}/users/{tenants.key(EVA)}", {"suspended": True})
    base = "/admin/reports/v1/activity/users"
    found = await get(tenants, f"{base}/all/applications/admin?eventName=SUSPEND_USER")
    assert found["items"][0]["events"][0]["parameters"] == [{"name": "USER_EMAIL", "value": EVA}]
    logins = await get(tenants, f"{base}/{tenants.key(EVA)}/applications/login")
    assert [row["actor"]["email"] for row in logins["items"]] == [EVA]
    times = [row["id"]["time"] for row in (await get(tenants, f"{base}/all/applications/login?maxResults=50"))["items"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("filters", "there"),
    [
        (f"USER_EMAIL=={EVA}", True),
        (f"USER_EMAIL=={EVA.upper()}", True),
        ("USER_EMAIL==chidi.eze@northwind.example", False),
        ("USER_EMAIL<>chidi.eze@northwind.example", True),
        (f"USER_EMAIL<>{EVA}", False),
        (f"USER_EMAIL=={EVA},USER_EMAIL<>chidi.eze@northwind.example", True),
        (f"USER_EMAIL=={EVA},NEW_VALUE==x", False),
        ("USER_EMAIL>7", False),
    ],
)
async def test_what_admins_did_is_found_by_parameters(tenants: Tenants, filters: str, there: bool) -> None:
    before = datetime.now(UTC).isoformat()
    assert (await call(tenants, "POST", f"{D}/users/{tenants.key(EVA)}/signOut")).status == 204
    query = urlencode({"eventName": "RESET_SIGNIN_COOKIES", "filters": filters, "startTime": before})
    found = await get(tenants, f"/admin/reports/v1/activity/users/all/applications/admin?{query}")
    assert len(found.get("items", [])) == there


@pytest.mark.parametrize("filters", ["", "USER_EMAIL", "USER_EMAIL=x", "==x", "USER_EMAIL==", "USER_EMAIL==x,"])
async def test_filters_that_are_none_are_refused(tenants: Tenants, filters: str) -> None:
    query = urlencode({"eventName": "RESET_SIGNIN_COOKIES", "filters": filters})
    refused = await call(tenants, "GET", f"/admin/reports/v1/activity/users/all/applications/admin?{query}")
    assert reason(refused) == (400, "invalid")


async def test_a_channel_is_told_of_changes(tenants: Tenants) -> None:
    async with hook_endpoint() as endpoint:
        body = {"id": "c-1", "type": "web_hook", "address": endpoint.uri, "token": "s3cret"}
        channel = (await call(tenants, "POST", f"{D}/users/watch?customer=my_customer&event=update", body)).json
        await call(tenants, "PUT", f"{D}/users/{tenants.key(EVA)}", {"suspended": True})
        await tenants.deliveries()
        states = {headers["X-Goog-Resource-State"]: headers["X-Goog-Channel-Token"] for headers, _ in endpoint.received}
        assert states["update"] == "s3cret"
        stop = {"id": "c-1", "resourceId": channel["resourceId"]}
        assert [(await call(tenants, "POST", "/admin/directory_v1/channels/stop", stop)).status for _ in range(2)] == [
            204,
            404,
        ]


async def test_a_channel_is_told_of_aliases(tenants: Tenants) -> None:
    aliases = f"{D}/users/{tenants.key(EVA)}/aliases"
    async with hook_endpoint() as endpoint:
        body = {"id": "c-2", "type": "web_hook", "address": endpoint.uri, "token": "s3cret"}
        wrong = await call(tenants, "POST", f"{aliases}/watch?event=update", body)
        assert reason(wrong)[0] == 400
        channel = (await call(tenants, "POST", f"{aliases}/watch?event=add", body)).json
        assert list(google_complaints(description("google-directory-v1.json")["schemas"], "Channel", channel)) == []
        assert "/aliases?event=add" in channel["resourceUri"]
        await call(tenants, "POST", aliases, {"alias": "eva@northwind.example"})
        await call(tenants, "DELETE", f"{aliases}/eva@northwind.example")
        other = f"{D}/users/{tenants.key('chidi.eze@northwind.example')}"
        await call(tenants, "POST", f"{other}/aliases", {"alias": "chidi@northwind.example"})
        await call(tenants, "PATCH", f"{D}/users/{tenants.key(EVA)}", {"primaryEmail": "eva.h@northwind.example"})
        await tenants.deliveries()
        told = [(headers["X-Goog-Resource-State"], body) for headers, body in endpoint.received if body]
    assert [(state, body["alias"]) for state, body in told] == [("add", "eva@northwind.example"), ("add", EVA)]


async def test_guests_come_by_an_address_elsewhere(tenants: Tenants) -> None:
    schemas = description("google-directory-v1.json")["schemas"]
    made = await call(tenants, "POST", f"{D}/users:createGuest", {"primaryGuestEmail": "Ada@Partner.example"})
    assert made.status == 200, made.raw
    assert list(google_complaints(schemas, "User", made.json)) == []
    assert (made.json["isGuestUser"], made.json["guestAccountInfo"]) == (
        True,
        {"primaryGuestEmail": "ada@partner.example"},
    )
    kept = await call(tenants, "PATCH", f"{D}/users/{made.json['id']}", {"isGuestUser": False, "suspended": True})
    assert (kept.json["isGuestUser"], kept.json["suspended"]) == (True, True)
    assert (await call(tenants, "DELETE", f"{D}/users/{made.json['id']}")).status == 204


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "required")),
        ({"primaryGuestEmail": "ada"}, (400, "invalid")),
        ({"primaryGuestEmail": "ada@Northwind.example"}, (400, "invalid")),
        ({"primaryGuestEmail": "ada@partner.example", "customer": "C0other"}, (403, "forbidden")),
        ({"primaryGuestEmail": "GRACE@partner.example", "customer": "my_customer"}, (409, "duplicate")),
    ],
)
async def test_who_is_no_guest(tenants: Tenants, body: Any, expected: tuple[int, str]) -> None:
    await call(tenants, "POST", f"{D}/users:createGuest", {"primaryGuestEmail": "grace@partner.example"})
    assert reason(await call(tenants, "POST", f"{D}/users:createGuest", body)) == expected


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", {**ADA, "primaryEmail": "Sam.Okafor@Northwind.example"}),
        ("/users", {**ADA, "primaryEmail": "SALES@northwind.example"}),
        ("/groups", {"email": "Sales@NORTHWIND.example"}),
        ("/groups", {"email": "Sam.Okafor@northwind.example"}),
        ("/users/eva.horvat@northwind.example/aliases", {"alias": "Sam.Okafor@Northwind.Example"}),
        ("/groups/sales@northwind.example/aliases", {"alias": "Finance@northwind.example"}),
    ],
)
async def test_an_address_is_taken_in_whatever_case(tenants: Tenants, path: str, body: Any) -> None:
    assert reason(await call(tenants, "POST", D + path, body)) == (409, "duplicate")


async def test_addresses_are_kept_in_small_letters(tenants: Tenants) -> None:
    user = (await call(tenants, "POST", f"{D}/users", {**ADA, "primaryEmail": "Ada@Northwind.Example"})).json
    assert user["primaryEmail"] == "ada@northwind.example"
    alias = await call(tenants, "POST", f"{D}/users/{user['id']}/aliases", {"alias": "Countess@Northwind.example"})
    assert alias.json["alias"] == "countess@northwind.example"
    renamed = await call(tenants, "PATCH", f"{D}/users/{user['id']}", {"primaryEmail": "Ada.L@Northwind.example"})
    assert renamed.json["primaryEmail"] == "ada.l@northwind.example"
    taken = await call(tenants, "PATCH", f"{D}/users/{user['id']}", {"primaryEmail": "Sam.Okafor@northwind.example"})
    assert reason(taken) == (409, "duplicate")
    assert (await get(tenants, f"{D}/users/{user['id']}"))["aliases"] == renamed.json["aliases"]
    group = (await call(tenants, "POST", f"{D}/groups", {"email": "Poets@Northwind.example"})).json
    assert group["email"] == "poets@northwind.example"
    found = await get(tenants, f"{D}/users?domain=Northwind.Example&query=email:ada*")
    assert [row["id"] for row in found["users"]] == [user["id"]]


async def test_people_and_groups_are_in_secondary_domains(tenants: Tenants) -> None:
    async def post(path: str, body: Any) -> Any:
        answer = await tenants.google("POST", f"{D}{path}", json=body)
        return answer.status, answer.json

    async def listed(path: str) -> list[str]:
        answer = await tenants.google("GET", f"{D}{path}")
        rows = answer.json.get("users", answer.json.get("groups", []))
        return [row.get("primaryEmail", row.get("email")) for row in rows]

    ada = {
        "primaryEmail": "Ada@Lab.example",
        "name": {"givenName": "A", "familyName": "L"},
        "password": "Correct-h0rse",
    }
    assert (await post("/users", ada))[0] == 404
    assert (await post("/customer/my_customer/domains", {"domainName": "Lab.example"}))[1]["isPrimary"] is False
    alias = {"domainAliasName": "labs.example", "parentDomainName": "lab.example"}
    assert (await post("/customer/my_customer/domainaliases", alias))[0] == 200
    for path, body in (
        ("domains", {"domainName": "labs.example"}),
        ("domainaliases", {"domainAliasName": "lab.example"}),
    ):
        assert (await post(f"/customer/my_customer/{path}", body))[0] == 409
    assert (await post("/users", ada))[1]["primaryEmail"] == "ada@lab.example"
    assert (await post("/groups", {"email": "all@lab.example"}))[0] == 200
    assert await listed("/users?domain=lab.example") == ["ada@lab.example"]
    assert await listed("/groups?domain=lab.example") == ["all@lab.example"]
    assert "ada@lab.example" in await listed("/users?customer=my_customer&maxResults=500")
    assert "ada@lab.example" not in await listed("/users?domain=northwind.example&maxResults=500")
    moved = await tenants.google("PATCH", f"{D}/users/{EVA}", json={"primaryEmail": "eva@lab.example"})
    assert (moved.json["primaryEmail"], EVA in moved.json["aliases"]) == ("eva@lab.example", True)
    domain = f"{D}/customer/my_customer/domains/lab.example"
    assert [row["domainAliasName"] for row in (await get(tenants, domain))["domainAliases"]] == ["labs.example"]
    assert (await tenants.google("DELETE", domain)).status == 412
    for path in ("users/ada@lab.example", "users/eva@lab.example", "groups/all@lab.example"):
        assert (await tenants.google("DELETE", f"{D}/{path}")).status in (200, 204)
    assert (await tenants.google("DELETE", f"{D}/customer/my_customer/domainaliases/labs.example")).status == 204
    assert (await tenants.google("DELETE", domain)).status == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        (
            "POST",
            "/users",
            {"primaryEmail": "ada@{alias}", "name": {"givenName": "A", "familyName": "L"}, "password": "Correct-h0rse"},
            404,
        ),
        ("PATCH", f"/users/{EVA}", {"primaryEmail": "eva@{alias}"}, 400),
        ("PUT", f"/users/{EVA}", {"primaryEmail": "eva@{alias}"}, 400),
        ("POST", "/groups", {"email": "all@{alias}"}, 404),
        ("PATCH", "/groups/sales@northwind.example", {"email": "sales@{alias}"}, 404),
    ],
)
async def test_nobody_has_their_first_address_in_an_alias_of_a_domain(
    tenants: Tenants, method: str, path: str, body: Any, status: int
) -> None:
    alias = {"domainAliasName": "northwind-alias.example", "parentDomainName": "northwind.example"}
    assert (await tenants.google("POST", f"{D}/customer/my_customer/domainaliases", json=alias)).status == 200
    before = await get(tenants, f"{D}/users?customer=my_customer&maxResults=500")
    groups = await get(tenants, f"{D}/groups?customer=my_customer")
    text = json.dumps(body).replace("{alias}", alias["domainAliasName"])
    refused = await tenants.google(method, f"{D}{path}", json=json.loads(text))
    assert refused.status == status, refused.raw
    assert await get(tenants, f"{D}/users?customer=my_customer&maxResults=500") == before
    assert await get(tenants, f"{D}/groups?customer=my_customer") == groups


@pytest.mark.parametrize(
    ("application", "parameters", "named"),
    [
        ("55656082996", [{"key": "PRIVACY_LEVEL", "value": ["SHARED", "PRIVATE"]}], ""),
        ("435070579839", [{"key": "RELEASE_RESOURCES", "value": ["TRUE"]}], ""),
        ("810260081642", [], ""),
        ("55656082996", None, ""),
        ("55656082996", [{"key": "NOPE", "value": ["SHARED"]}], "NOPE"),
        ("55656082996", [{"key": "PRIVACY_LEVEL", "value": ["NOPE"]}], "PRIVACY_LEVEL"),
        ("435070579839", [{"key": "PRIVACY_LEVEL", "value": ["SHARED"]}], "PRIVACY_LEVEL"),
        ("810260081642", [{"key": "PRIVACY_LEVEL", "value": ["SHARED"]}], "PRIVACY_LEVEL"),
    ],
)
async def test_a_transfer_has_the_parameters_of_its_application(
    tenants: Tenants, application: str, parameters: Any, named: str
) -> None:
    users = (await tenants.google("GET", "/admin/directory/v1/users?customer=my_customer")).json["users"]
    moved = {"applicationId": application, "applicationTransferParams": parameters}
    body = {"oldOwnerUserId": users[0]["id"], "newOwnerUserId": users[1]["id"], "applicationDataTransfers": [moved]}
    answer = await tenants.google("POST", "/admin/datatransfer/v1/transfers", json=body)
    assert answer.status == (400 if named else 200), answer.raw
    if named:
        assert answer.json["error"]["message"] == f"Invalid Input: applicationTransferParams: {named}"

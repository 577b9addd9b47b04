"""The pretend Microsoft 365 tenant beyond signing out: creation, groups, licences, roles, methods, batch, changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from support_bodies import BODIES, bodies
from support_graph import call
from support_sandbox import Tenants
from support_shapes import written_shapes
from support_specs import folder

EVA = "eva.horvat@northwind.example"
ADA: dict[str, Any] = {
    "accountEnabled": True,
    "displayName": "Ada Lovelace",
    "mailNickname": "ada",
    "userPrincipalName": "ada@northwind.example",
    "passwordProfile": {"forceChangePasswordNextSignIn": True, "password": "xWwvJ]6NMw+bWH-d"},
    "usageLocation": "GB",
}
ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
EVENTUAL = {"ConsistencyLevel": "eventual"}


async def get(tenants: Tenants, path: str, **options: Any) -> Any:
    answer = await tenants.graph("GET", f"/v1.0{path}", **options)
    assert answer.status == 200, answer.raw
    return answer.json


async def made(tenants: Tenants, **changes: object) -> str:
    answer = await call(tenants, "POST", "/users", {**ADA, **changes})
    assert answer.status == 201, answer.raw
    return answer.json["id"]


async def test_a_user_is_created_renamed_deleted_and_restored(tenants: Tenants) -> None:
    user = await made(tenants)
    assert (await call(tenants, "POST", "/users", ADA)).status == 400
    assert (
        await call(tenants, "PATCH", f"/users/{user}", {"userPrincipalName": "ada.l@northwind.example"})
    ).status == 204
    group = (await get(tenants, "/groups?$filter=displayName%20eq%20'Sales'"))["value"][0]["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    assert (await call(tenants, "POST", f"/groups/{group}/members/$ref", reference)).status == 204
    assert (await call(tenants, "DELETE", f"/users/{user}")).status == 204
    assert (await call(tenants, "GET", f"/users/{user}")).status == 404
    deleted = (await get(tenants, "/directory/deletedItems/graph.user"))["value"]
    assert [row["id"] for row in deleted] == [user]
    assert (await call(tenants, "POST", f"/directory/deletedItems/{user}/restore")).status == 200
    assert [row["displayName"] for row in (await get(tenants, f"/users/{user}/memberOf"))["value"]] == ["Sales"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"displayName": None}, "A value is required for property 'displayName'"),
        ({"userPrincipalName": "ada@elsewhere.example"}, "The domain portion"),
        ({"userPrincipalName": EVA}, "Another object with the same value"),
        ({"nonsense": 1}, "Property 'nonsense' does not exist"),
        ({"accountEnabled": "yes"}, "expected type 'Edm.Boolean'"),
        ({"usageLocation": "Germany"}, "Invalid value specified for property 'usageLocation' of resource 'User'."),
        ({"usageLocation": 49}, "expected type 'Edm.String'"),
    ],
)
async def test_a_user_that_cannot_be_created_is_refused(tenants: Tenants, changes: Any, said: str) -> None:
    answer = await call(tenants, "POST", "/users", {**ADA, **changes})
    assert (answer.status, answer.json["error"]["code"]) == (400, "Request_BadRequest")
    assert answer.json["error"]["message"].startswith(said) or said in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("$filter=startswith(displayName,'Eva')", {}, ["Eva Horvat"]),
        (
            "$filter=department eq 'Legal'&$orderby=displayName desc&$count=true",
            EVENTUAL,
            ["Ravi Menon", "Astrid Holm"],
        ),
        ('$search="displayName:horvat"', EVENTUAL, ["Eva Horvat"]),
        ("$filter=userType ne 'Member'&$count=true", EVENTUAL, ["Dana Wu"]),
        ("$filter=assignedLicenses/$count eq 0&$count=true", EVENTUAL, ["Dana Wu"]),
        ("$filter=assignedLicenses/$count ne 0 and displayName eq 'Eva Horvat'&$count=true", EVENTUAL, ["Eva Horvat"]),
        ("$filter=assignedLicenses/any() and displayName eq 'Eva Horvat'&$count=true", EVENTUAL, ["Eva Horvat"]),
        ("$filter=endswith(mail,'partner.example')&$count=true", EVENTUAL, ["Dana Wu"]),
    ],
)
async def test_queries(tenants: Tenants, query: str, headers: Any, expected: list[str]) -> None:
    from yarl import URL

    encoded = str(URL(f"/v1.0/users?{query}").update_query({}))
    answer = await tenants.graph("GET", encoded, headers=headers)
    assert [row["displayName"] for row in answer.json["value"]] == expected
    if "$count" in query:
        assert answer.json["@odata.count"] == len(expected)


@pytest.mark.parametrize(
    "query", ["$search=%22displayName:eva%22", "$filter=department%20ne%20'x'", "$filter=endswith(mail,'x')"]
)
async def test_advanced_queries_need_the_consistency_level(tenants: Tenants, query: str) -> None:
    answer = await tenants.graph("GET", f"/v1.0/users?{query}")
    assert (answer.status, answer.json["error"]["code"]) == (400, "Request_UnsupportedQuery")
    assert "ConsistencyLevel" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("/users?$skip=5", "Request_BadRequest", "'$skip' is not supported by the service."),
        ("/groups?$skip=5", "Request_BadRequest", "'$skip' is not supported by the service."),
        ("/users?$foo=1", "BadRequest", "The query parameter '$foo' is not supported."),
        ("/users?$filter=department%20eq%20'x'&$orderby=displayName", "Request_UnsupportedQuery", "Sorting not"),
        ("/users?$expand=manager($levels=2)", "Request_UnsupportedQuery", "a single user"),
        (f"/users/{EVA}?$expand=manager($levels=2)", "Request_UnsupportedQuery", "ConsistencyLevel"),
        (f"/users/{EVA}?$expand=manager($select=nonsense)", "BadRequest", "named 'nonsense'"),
        (f"/users/{EVA}?$expand=manager($levels=0)", "BadRequest", "$levels=0"),
        (f"/users/{EVA}?$expand=manager($expand=manager)", "BadRequest", "$expand=manager"),
        (f"/users/{EVA}?$expand=manager(", "BadRequest", "manager("),
        (f"/users/{EVA}?$expand=nonsense", "BadRequest", "named 'nonsense' on type 'microsoft.graph.user'"),
        ("/groups?$filter=displayName%20eq%20'x'&$expand=manager", "BadRequest", "on type 'microsoft.graph.group'"),
        ("/devices?$select=id&$expand=nonsense", "BadRequest", "named 'nonsense'"),
    ],
)
async def test_queries_that_are_not_supported_are_refused(tenants: Tenants, query: str, code: str, said: str) -> None:
    answer = await call(tenants, "GET", query)
    assert (answer.status, answer.json["error"]["code"]) == (400, code), answer.raw
    assert said in answer.json["error"]["message"]


MESSAGE = {"subject": "x", "toRecipients": [{"emailAddress": {"address": EVA}}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("PATCH", f"/users/{EVA}", {"passwordProfile": {"pasword": "xWwvJ]6NMw+bWH-d"}}, "passwordProfile"),
        ("PATCH", f"/users/{EVA}", {"employeeOrgData": {"costCentre": "7"}}, "employeeOrgData"),
        ("POST", f"/users/{EVA}/sendMail", {"message": {**MESSAGE, "body": {"text": "x"}}}, "itemBody"),
        (
            "POST",
            f"/users/{EVA}/sendMail",
            {"message": {"toRecipients": [{"emailAddress": {"mail": EVA}}]}},
            "emailAddress",
        ),
        (
            "POST",
            f"/users/{EVA}/sendMail",
            {
                "message": {
                    **MESSAGE,
                    "attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "file": "eA=="}],
                }
            },
            "fileAttachment",
        ),
        ("PATCH", f"/users/{EVA}/mailboxSettings", {"automaticRepliesSetting": {"state": "x"}}, "automaticReplies"),
        (
            "POST",
            f"/users/{EVA}/assignLicense",
            {"addLicenses": [{"sku": "x"}], "removeLicenses": []},
            "assignedLicense",
        ),
        ("POST", f"/users/{EVA}/assignLicense", {"add": [], "removeLicenses": []}, "operation 'assignLicense'"),
    ],
)
async def test_properties_that_a_type_does_not_have_are_refused_at_any_depth(
    tenants: Tenants, method: str, path: str, body: Any, said: str
) -> None:
    answer = await call(tenants, method, path, body)
    code = "RequestBodyRead" if "/sendMail" in path or "/mailbox" in path else "BadRequest"
    assert (answer.status, answer.json["error"]["code"]) == (400, code), answer.raw
    assert said in answer.json["error"]["message"]
    part = {"id": "1", "method": method, "url": path, "body": body, "headers": {"Content-Type": "application/json"}}
    [told] = (await call(tenants, "POST", "/$batch", {"requests": [part]})).json["responses"]
    assert (told["status"], said in told["body"]["error"]["message"]) == (400, True)


async def test_properties_that_types_have_are_taken_at_any_depth(tenants: Tenants) -> None:
    message = {**MESSAGE, "body": {"contentType": "text", "content": "x"}}
    sent = await call(tenants, "POST", f"/users/{EVA}/sendMail", {"message": message})
    assert sent.status == 202, sent.raw
    profile = {"@odata.type": "microsoft.graph.passwordProfile", "forceChangePasswordNextSignIn": True}
    own = {"@odata.type": "#microsoft.graph.ownThing", "whatever": 1}  # of a type that the description does not have
    changes = {"passwordProfile": profile, "employeeOrgData": {"costCenter": "7"}, "onPremisesExtensionAttributes": own}
    assert (await call(tenants, "PATCH", f"/users/{EVA}", changes)).status == 204
    beta = await tenants.graph("PATCH", f"/beta/users/{EVA}", json={"employeeOrgData": {"newer": "7"}})
    assert beta.status == 204


def test_the_bodies_are_those_of_the_description() -> None:
    specs = folder()
    if not specs.is_dir():
        pytest.skip(f"the vendors' descriptions are not in {specs}")
    assert BODIES.read_text(encoding="utf-8") == written_shapes(bodies(specs))


async def test_roles_are_expanded_to_who_has_them(tenants: Tenants) -> None:
    assigned = "/roleManagement/directory/roleAssignments?$expand=principal($select=displayName),roleDefinition"
    rows = (await get(tenants, assigned))["value"]
    assert rows
    roles = {role["displayName"]: role for role in (await get(tenants, "/directoryRoles?$expand=members"))["value"]}
    for row in rows:
        members = roles[row["roleDefinition"]["displayName"]]["members"]
        assert row["principal"]["displayName"] in [member["displayName"] for member in members]
        assert set(row["principal"]) <= {"@odata.type", "displayName"}
    assert "principal" not in (await get(tenants, "/roleManagement/directory/roleAssignments"))["value"][0]


@pytest.mark.parametrize("cast", ["graph.directoryRole", "microsoft.graph.directoryRole"])
@pytest.mark.parametrize("named", ["memberOf", "transitiveMemberOf"])
async def test_a_cast_gives_what_is_of_one_kind_by_its_own_properties(tenants: Tenants, named: str, cast: str) -> None:
    user, group = (
        (await get(tenants, f"/users/{tenants.key(EVA)}"))["id"],
        (await get(tenants, "/groups"))["value"][0]["id"],
    )
    role = (await get(tenants, "/directoryRoles"))["value"][0]
    for path, key in (("users", user), ("groups", group)):
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"}
        assert (await call(tenants, "POST", f"/directoryRoles/{role['id']}/members/$ref", reference)).status == 204
        template = role["roleTemplateId"]
        asked = f"/{path}/{key}/{named}/{cast}?$select=id,roleTemplateId&$filter=roleTemplateId%20eq%20'{template}'"
        found = (await get(tenants, asked))["value"]
        kind = {"@odata.type": "#microsoft.graph.directoryRole"}
        assert found == [{**kind, "id": role["id"], "roleTemplateId": template}]
        groups = (await get(tenants, f"/{path}/{key}/{named}/graph.group?$select=id"))["value"]
        assert role["id"] not in [one["id"] for one in groups]


async def test_what_is_expanded_is_cut_to_what_was_chosen_of_it(tenants: Tenants) -> None:
    user = tenants.key(EVA)
    boss = (await get(tenants, f"/users/{user}/manager"))["id"]
    top = await made(tenants)
    for below, above in ((boss, top), (top, user)):  # a circle: it ends with whom it began
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{above}"}
        assert (await call(tenants, "PUT", f"/users/{below}/manager/$ref", reference)).status == 204
    one = await get(tenants, f"/users/{user}?$select=id&$expand=manager($select=id,displayName)")
    typed = {"@odata.type": "#microsoft.graph.user"}
    assert one["manager"] == {**typed, "id": boss, "displayName": "Martin Hale"}
    chain = f"/users/{user}?$select=id&$expand=manager($levels=LEVELS;$select=displayName)"
    me = {**typed, "displayName": "Eva Horvat"}
    ada = {**typed, "displayName": "Ada Lovelace"}
    hale = {**typed, "displayName": "Martin Hale"}
    two = await get(tenants, chain.replace("LEVELS", "2"), headers=EVENTUAL)
    assert two["manager"] == {**hale, "manager": ada}
    most = await get(tenants, chain.replace("LEVELS", "max"), headers=EVENTUAL)
    assert most["manager"] == {**hale, "manager": {**ada, "manager": me}}
    groups = (await get(tenants, f"/users/{user}?$select=id&$expand=memberOf($select=displayName)"))["memberOf"]
    assert groups
    assert all(row.keys() == {"@odata.type", "displayName"} for row in groups)
    sales = "/groups?$filter=displayName%20eq%20'Sales'&$select=id&$expand=members($select=id)"
    members = (await get(tenants, sales))["value"][0]["members"]
    assert members
    assert all(row.keys() == {"@odata.type", "id"} for row in members)


async def test_count_is_plain_text(tenants: Tenants) -> None:
    answer = await tenants.graph("GET", "/v1.0/users/$count", headers=EVENTUAL)
    assert (answer.status, answer.raw, answer.headers["Content-Type"].partition(";")[0]) == (200, b"60", "text/plain")


async def test_group_members(tenants: Tenants) -> None:
    user = await made(tenants)
    body = {"displayName": "Sailors", "mailEnabled": False, "mailNickname": "sailors", "securityEnabled": True}
    group = (await call(tenants, "POST", "/groups", body)).json["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{user}"}
    assert (await call(tenants, "POST", f"/groups/{group}/members/$ref", reference)).status == 204
    again = await call(tenants, "POST", f"/groups/{group}/members/$ref", reference)
    assert (again.status, "already exist" in again.json["error"]["message"]) == (400, True)
    members = (await get(tenants, f"/groups/{group}/members"))["value"]
    assert [(row["@odata.type"], row["id"]) for row in members] == [("#microsoft.graph.user", user)]
    checked = await call(tenants, "POST", f"/users/{user}/checkMemberGroups", {"groupIds": [group, "other"]})
    assert checked.json["value"] == [group]
    ids = await call(tenants, "POST", f"/users/{user}/getMemberGroups", {"securityEnabledOnly": True})
    assert ids.json["value"] == [group]
    path = f"/groups/{group}/members/{user}/$ref"
    assert [(await call(tenants, "DELETE", path)).status for _ in range(2)] == [204, 404]
    assert (await call(tenants, "GET", f"/users/{user}")).status == 200


async def test_licences_are_given_taken_and_run_out(tenants: Tenants) -> None:
    user = await made(tenants)
    skus = {row["skuPartNumber"]: row for row in (await get(tenants, "/subscribedSkus"))["value"]}
    visio = skus["VISIOCLIENT"]["skuId"]
    give = {"addLicenses": [{"skuId": visio, "disabledPlans": []}], "removeLicenses": []}
    take = {"addLicenses": [], "removeLicenses": [visio]}
    assert (await call(tenants, "POST", f"/users/{user}/assignLicense", give)).status == 200
    shown = await get(tenants, f"/users/{user}?$select=assignedLicenses")
    assert [row["skuId"] for row in shown["assignedLicenses"]] == [visio]
    used = {row["skuPartNumber"]: row["consumedUnits"] for row in (await get(tenants, "/subscribedSkus"))["value"]}
    assert used["VISIOCLIENT"] == skus["VISIOCLIENT"]["consumedUnits"] + 1
    assert [(await call(tenants, "POST", f"/users/{user}/assignLicense", take)).status for _ in range(2)] == [200, 400]
    assert (await call(tenants, "POST", f"/users/{user}/assignLicense", {"addLicenses": []})).status == 400
    nowhere = await made(tenants, userPrincipalName="b@northwind.example", mailNickname="b", usageLocation=None)
    refused = await call(tenants, "POST", f"/users/{nowhere}/assignLicense", give)
    assert "usage location" in refused.json["error"]["message"]
    everybody = (await get(tenants, "/users?$top=11&$select=id"))["value"]
    statuses = [(await call(tenants, "POST", f"/users/{row['id']}/assignLicense", give)).status for row in everybody]
    assert statuses == [200] * 10 + [400]


async def test_a_service_plan_that_was_left_out_is_disabled(tenants: Tenants) -> None:
    user = await made(tenants)
    sku = next(row for row in (await get(tenants, "/subscribedSkus"))["value"] if row["skuPartNumber"] == "SPE_E5")
    plans = {row["servicePlanName"]: row["servicePlanId"] for row in sku["servicePlans"]}
    off = {"skuId": sku["skuId"], "disabledPlans": [plans["EXCHANGE_S_ENTERPRISE"]]}

    async def told() -> dict[str, str]:
        [details] = (await get(tenants, f"/users/{user}/licenseDetails"))["value"]
        return {row["servicePlanName"]: row["provisioningStatus"] for row in details["servicePlans"]}

    body = {"addLicenses": [off], "removeLicenses": []}
    assert (await call(tenants, "POST", f"/users/{user}/assignLicense", body)).status == 200
    disabled = {**dict.fromkeys(plans, "Success"), "EXCHANGE_S_ENTERPRISE": "Disabled"}
    assert await told() == disabled
    shown = await get(tenants, f"/users/{user}?$select=provisionedPlans&$expand=licenseDetails")
    assert "exchange" not in [plan["service"] for plan in shown["provisionedPlans"]]
    [expanded] = shown["licenseDetails"]
    assert {row["servicePlanName"]: row["provisioningStatus"] for row in expanded["servicePlans"]} == disabled
    group = (await get(tenants, "/groups?$filter=displayName%20eq%20'Sales'"))["value"][0]["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    assert (await call(tenants, "POST", f"/groups/{group}/members/$ref", reference)).status == 204
    given = {"addLicenses": [{"skuId": sku["skuId"], "disabledPlans": []}], "removeLicenses": []}
    assert (await call(tenants, "POST", f"/groups/{group}/assignLicense", given)).status == 202
    assert set((await told()).values()) == {"Success"}


async def test_who_has_an_admin_role_cannot_be_disabled(tenants: Tenants) -> None:
    user = await made(tenants)
    role = next(
        row for row in (await get(tenants, "/directoryRoles"))["value"] if row["displayName"].startswith("User")
    )
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    assert (await call(tenants, "POST", f"/directoryRoles/{role['id']}/members/$ref", reference)).status == 204
    assert (await call(tenants, "PATCH", f"/users/{user}", {"accountEnabled": False})).status == 403
    rows = (await get(tenants, f"/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{user}'"))[
        "value"
    ]
    assert [row["roleDefinitionId"] for row in rows] == [role["roleTemplateId"]]
    assert (await call(tenants, "DELETE", f"/roleManagement/directory/roleAssignments/{rows[0]['id']}")).status == 204
    assert (await call(tenants, "PATCH", f"/users/{user}", {"accountEnabled": False})).status == 204


async def test_a_device_is_found_by_its_device_id(tenants: Tenants) -> None:
    device = (await get(tenants, "/devices"))["value"][0]
    named = f"/devices(deviceId='{device['deviceId'].upper()}')"
    assert (await get(tenants, f"{named}?$select=id"))["id"] == device["id"]
    assert (await call(tenants, "PATCH", named, {"accountEnabled": False})).status == 204
    assert (await get(tenants, f"/devices/{device['id']}"))["accountEnabled"] is False
    owners = (await get(tenants, f"/devices/{device['id']}/registeredOwners"))["value"]
    assert (await get(tenants, f"{named}/registeredOwners"))["value"] == owners
    assert (await get(tenants, f"{named}/memberOf"))["value"] == []
    assert [(await call(tenants, "DELETE", named)).status for _ in range(2)] == [204, 404]


async def test_devices_manager_settings_and_app_roles(tenants: Tenants) -> None:
    user = f"/users/{tenants.key(EVA)}"
    device = (await get(tenants, f"{user}/registeredDevices"))["value"][0]["id"]
    assert (await call(tenants, "PATCH", f"/devices/{device}", {"accountEnabled": False})).status == 204
    assert (await get(tenants, f"/devices/{device}?$select=accountEnabled"))["accountEnabled"] is False
    managed = (await get(tenants, f"{user}/managedDevices"))["value"][0]["id"]
    assert (await call(tenants, "POST", f"/deviceManagement/managedDevices/{managed}/wipe", {})).status == 204
    assert (await get(tenants, f"/deviceManagement/managedDevices/{managed}"))["managementState"] == "wipePending"
    assert (await get(tenants, f"{user}/manager"))["displayName"] == "Martin Hale"
    assert (await get(tenants, f"{user}?$expand=manager&$select=id"))["manager"]["displayName"] == "Martin Hale"
    assert [(await call(tenants, "DELETE", f"{user}/manager/$ref")).status for _ in range(2)] == [204, 404]
    replies = {"automaticRepliesSetting": {"status": "alwaysEnabled", "internalReplyMessage": "Gone"}}
    changed = (await call(tenants, "PATCH", f"{user}/mailboxSettings", replies)).json["automaticRepliesSetting"]
    assert (changed["status"], changed["externalAudience"]) == ("alwaysEnabled", "all")
    app = (await get(tenants, "/servicePrincipals"))["value"][0]["id"]
    me = (await get(tenants, f"{user}?$select=id"))["id"]
    grant = await call(tenants, "POST", f"{user}/appRoleAssignments", {"principalId": me, "resourceId": app})
    assert grant.status == 201
    assert (await call(tenants, "DELETE", f"{user}/appRoleAssignments/{grant.json['id']}")).status == 204


async def test_what_people_have_allowed_applications_is_listed_and_taken_back(tenants: Tenants) -> None:
    me = (await get(tenants, f"/users/{tenants.key(EVA)}?$select=id"))["id"]
    mine = f"/oauth2PermissionGrants?$filter=principalId%20eq%20'{me}'"
    held = (await get(tenants, mine))["value"]
    assert [row["consentType"] for row in held] == ["Principal"]
    assert (await get(tenants, f"/users/{me}/oauth2PermissionGrants"))["value"] == held
    for_all = (await get(tenants, "/oauth2PermissionGrants?$filter=consentType%20eq%20'AllPrincipals'"))["value"]
    assert [row["principalId"] for row in for_all] == [None]
    one = f"/oauth2PermissionGrants/{held[0]['id']}"
    assert (await call(tenants, "PATCH", one, {"scope": "User.Read"})).status == 204
    assert (await get(tenants, one))["scope"] == "User.Read"
    assert [(await call(tenants, "DELETE", one)).status for _ in range(2)] == [204, 404]
    assert (await get(tenants, mine))["value"] == []
    given = {name: held[0][name] for name in ("clientId", "consentType", "principalId", "resourceId", "scope")}
    assert [(await call(tenants, "POST", "/oauth2PermissionGrants", given)).status for _ in range(2)] == [201, 409]
    assert (await call(tenants, "POST", "/oauth2PermissionGrants", {**given, "principalId": None})).status == 400


async def test_other_spellings_of_a_path_lead_to_the_same(tenants: Tenants) -> None:
    login = tenants.key(EVA)
    for path in (f"/v1.0/users('{EVA}')", f"/beta/users/{login}", f"/v1.0/Users/{login}"):
        answer = await tenants.graph("GET", path)
        assert (path, answer.status) == (path, 200)
    groups = await tenants.graph("GET", f"/v1.0/users/{login}/memberOf/microsoft.graph.group")
    assert {row["@odata.type"] for row in groups.json["value"]} == {"#microsoft.graph.group"}


async def test_a_batch_is_answered_step_by_step(tenants: Tenants) -> None:
    steps = [
        {"id": "1", "method": "GET", "url": f"/users/{tenants.key(EVA)}?$select=id"},
        {
            "id": "2",
            "method": "PATCH",
            "url": "/users/nobody",
            "body": {"jobTitle": "x"},
            "headers": {"Content-Type": "application/json"},
        },
        {"id": "3", "method": "GET", "url": "/users", "dependsOn": ["2"]},
        {"id": "4", "method": "POST", "url": f"/users/{tenants.key(EVA)}/revokeSignInSessions", "dependsOn": ["1"]},
    ]
    answer = await call(tenants, "POST", "/$batch", {"requests": steps})
    assert {row["id"]: row["status"] for row in answer.json["responses"]} == {"1": 200, "2": 404, "3": 424, "4": 200}
    many = [{"id": str(number), "method": "GET", "url": "/users"} for number in range(21)]
    assert (await call(tenants, "POST", "/$batch", {"requests": many})).status == 400


async def test_delta_gives_all_then_what_has_changed(tenants: Tenants) -> None:
    answer = await get(tenants, "/users/delta?$select=displayName")
    assert len(answer["value"]) == 60
    link = answer["@odata.deltaLink"].removeprefix(tenants.urls["graph"]["base_url"])
    user = await made(tenants)
    await call(tenants, "DELETE", f"/users/{tenants.key(EVA)}")
    changed = (await tenants.graph("GET", link)).json
    assert [(row["id"] == user, "@removed" in row) for row in changed["value"]] == [(True, False), (False, True)]
    rest = (
        await tenants.graph("GET", changed["@odata.deltaLink"].removeprefix(tenants.urls["graph"]["base_url"]))
    ).json
    assert rest["value"] == []


async def test_delta_tells_what_can_be_restored_from_what_is_gone_for_good(tenants: Tenants) -> None:
    base = tenants.urls["graph"]["base_url"]
    link = (await get(tenants, "/users/delta?$deltatoken=latest"))["@odata.deltaLink"].removeprefix(base)
    user = await made(tenants)
    assert (await call(tenants, "DELETE", f"/users/{user}")).status == 204
    soft = (await tenants.graph("GET", link)).json
    assert soft["value"] == [{"id": user, "@removed": {"reason": "changed"}}]
    assert (await call(tenants, "DELETE", f"/directory/deletedItems/{user}")).status == 204
    hard = (await tenants.graph("GET", soft["@odata.deltaLink"].removeprefix(base))).json
    assert hard["value"] == [{"id": user, "@removed": {"reason": "deleted"}}]
    audits = (await get(tenants, "/auditLogs/directoryAudits?$top=1"))["value"]
    assert [row["activityDisplayName"] for row in audits] == ["Hard Delete user"]


async def test_subscriptions_are_validated_and_told_of_changes(tenants: Tenants) -> None:
    heard: list[Any] = []

    async def hear(request: web.Request) -> web.Response:
        if "validationToken" in request.query:
            return web.Response(text=request.query["validationToken"])
        heard.append(await request.json())
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/notes", hear)
    app.router.add_post("/deaf", lambda request: web.Response(text="what?"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ends = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        body = {
            "changeType": "updated,deleted",
            "resource": "/users",
            "expirationDateTime": ends,
            "clientState": "s3cret",
        }
        deaf = await call(tenants, "POST", "/subscriptions", {**body, "notificationUrl": f"{base}/deaf"})
        assert (deaf.status, deaf.json["error"]["code"]) == (400, "ValidationError")
        made_one = await call(tenants, "POST", "/subscriptions", {**body, "notificationUrl": f"{base}/notes"})
        assert made_one.status == 201, made_one.raw
        await call(tenants, "PATCH", f"/users/{tenants.key(EVA)}", {"jobTitle": "Auditor"})
        await tenants.deliveries()
        assert [note["value"][0]["clientState"] for note in heard] == ["s3cret"]
        renewed = await call(tenants, "PATCH", f"/subscriptions/{made_one.json['id']}", {"expirationDateTime": ends})
        assert (renewed.status, renewed.json["clientState"]) == (200, None)
        assert (await call(tenants, "DELETE", f"/subscriptions/{made_one.json['id']}")).status == 204
        assert (await call(tenants, "GET", f"/subscriptions/{made_one.json['id']}")).status == 404
    finally:
        await runner.cleanup()


async def test_ids_are_the_same_in_capitals(tenants: Tenants) -> None:
    async def first(path: str) -> Any:
        return (await tenants.graph("GET", f"/v1.0{path}")).json["value"][0]

    for path in ("/users", "/groups", "/directoryRoles", "/devices", "/servicePrincipals", "/applications"):
        row = await first(path)
        shown = await tenants.graph("GET", f"/v1.0{path}/{row['id'].upper()}")
        assert (shown.status, shown.json["id"]) == (200, row["id"]), path
        any_object = await tenants.graph("GET", f"/v1.0/directoryObjects/{row['id'].upper()}")
        assert (any_object.status, any_object.json["id"]) == (200, row["id"]), path
    found = await tenants.graph("GET", f"/v1.0/directoryRoles(roleTemplateId='{ADMINISTRATOR.upper()}')")
    assert (found.status, found.json["roleTemplateId"]) == (200, ADMINISTRATOR)
    group = (await first("/groups"))["id"]
    body = {"displayName": group.upper(), "userPrincipalName": "guid@northwind.example", "mailNickname": "guid"}
    password = {"accountEnabled": True, "passwordProfile": {"password": "Correct-h0rse"}}
    user = (await tenants.graph("POST", "/v1.0/users", json=body | password)).json
    assert user["displayName"] == group.upper()
    address = f"https://graph.microsoft.com/v1.0/directoryObjects/{user['id'].upper()}"
    added = await tenants.graph("POST", f"/v1.0/groups/{group.upper()}/members/$ref", json={"@odata.id": address})
    assert added.status == 204
    asked = {"ids": [group.upper()]}
    inside = await tenants.graph("POST", f"/v1.0/users/{user['id'].upper()}/checkMemberObjects", json=asked)
    assert inside.json["value"] == [group]
    gone = await tenants.graph("DELETE", f"/v1.0/groups/{group}/members/{user['id'].upper()}/$ref")
    assert gone.status == 204
    sku = (await first("/subscribedSkus"))["skuId"].upper()
    await tenants.graph("PATCH", f"/v1.0/users/{user['id']}", json={"usageLocation": "PT"})
    order = {"addLicenses": [{"skuId": sku, "disabledPlans": []}], "removeLicenses": []}
    assert (await tenants.graph("POST", f"/v1.0/users/{user['id']}/assignLicense", json=order)).status == 200
    held = await get(tenants, f"/users/{user['id']}/licenseDetails")
    assert [row["skuId"] for row in held["value"]] == [sku.lower()]
    order = {"addLicenses": [], "removeLicenses": [sku]}
    assert (await tenants.graph("POST", f"/v1.0/users/{user['id']}/assignLicense", json=order)).status == 200
    assert (await get(tenants, f"/users/{user['id']}/licenseDetails"))["value"] == []


async def test_administrative_units_are_among_what_somebody_is_in(tenants: Tenants) -> None:
    unit = (await call(tenants, "POST", "/directory/administrativeUnits", {"displayName": "Lisbon"})).json["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{EVA}"}
    assert (await call(tenants, "POST", f"/directory/administrativeUnits/{unit}/members/$ref", reference)).status == 204
    found = await get(tenants, f"/users/{EVA}/memberOf/microsoft.graph.administrativeUnit")
    assert [row["id"] for row in found["value"]] == [unit]
    assert unit in [row["id"] for row in (await get(tenants, f"/users/{EVA}/memberOf"))["value"]]


@pytest.mark.parametrize(
    "path",
    [
        f"/users/{EVA}/calendarGroups",
        f"/users/{EVA}/contactFolders",
        f"/users/{EVA}/onlineMeetings",
        "/identityGovernance/lifecycleWorkflows/workflowTemplates",
        "/identityGovernance/lifecycleWorkflows/taskDefinitions",
        "/identityGovernance/termsOfUse/agreements",
    ],
)
async def test_lists_of_what_there_is_none_of_can_be_read(tenants: Tenants, path: str) -> None:
    assert (await get(tenants, path))["value"] == []


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("/v1.0/groups", "v1.0"),
        ("/nothing", "nothing"),
        ("/nothing/of/this", "nothing"),
        ("/groups/some/nothing/of", "nothing"),
        ("/auditLogs", "auditLogs"),
        ("/users/eva/%C3%A4", "\u00e4"),
    ],
)
async def test_the_first_segment_that_there_is_not_is_named(tenants: Tenants, path: str, segment: str) -> None:
    """A step of a batch that begins with the version of the API is not there, either."""
    batch = await call(tenants, "POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": path}]})
    alone = await call(tenants, "GET", path)
    for status, body in (
        (alone.status, alone.json),
        *((row["status"], row["body"]) for row in batch.json["responses"]),
    ):
        assert status == 400
        assert body["error"]["message"] == f"Resource not found for the segment '{segment}'."

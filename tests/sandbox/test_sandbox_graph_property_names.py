"""Names of properties in queries to the pretend Microsoft 365 tenant: in any case, as the directory behind Microsoft
Graph takes them; what is answered has the property's own spelling."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from support_sandbox import Answer, Tenants

EVA = "eva.horvat@northwind.example"
SKU = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
EVENTUAL = {"ConsistencyLevel": "eventual"}


async def ask(tenants: Tenants, path: str, **options: str) -> Answer:
    query = "&".join(f"${name}={quote(value, safe='')}" for name, value in options.items())
    return await tenants.graph("GET", f"/v1.0{path}?{query}", headers=EVENTUAL)


async def rows(tenants: Tenants, path: str, **options: str) -> list[Any]:
    answer = await ask(tenants, path, **options)
    assert answer.status == 200, answer.raw
    return answer.json["value"]


@pytest.mark.parametrize("select", ["DisplayName,Id", "displayname, ID", "displayName,id"])
@pytest.mark.parametrize("path", ["/users", "/groups", "/devices", "/applications", f"/users/{EVA}"])
async def test_what_is_chosen_is_answered_as_it_is_spelled(tenants: Tenants, select: str, path: str) -> None:
    answer = await ask(tenants, path, select=select)
    assert answer.status == 200, answer.raw
    row = answer.json["value"][0] if "value" in answer.json else answer.json
    assert [name for name in row if not name.startswith("@")] == ["displayName", "id"]
    assert "(displayName,id)" in answer.json["@odata.context"]


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("displayName eq 'Eva Horvat'", "DisplayName eq 'Eva Horvat'"),
        ("displayName eq 'Eva Horvat'", "DISPLAYNAME EQ 'Eva Horvat'"),
        ("startsWith(givenName,'E')", "StartsWith(GivenName,'E')"),
        ("accountEnabled ne true", "AccountEnabled ne true"),
        ("department in ('Sales','Finance')", "Department in ('Sales','Finance')"),
        (f"assignedLicenses/any(x:x/skuId eq {SKU})", f"AssignedLicenses/any(x:x/SkuId eq {SKU})"),
        ("assignedLicenses/$count eq 0", "AssignedLicenses/$count eq 0"),
        ("not(startsWith(mail,'e'))", "not(startsWith(Mail,'e'))"),
        (
            "signInActivity/lastSignInDateTime ge 2020-01-01T00:00:00Z",
            "SignInActivity/LastSignInDateTime ge 2020-01-01T00:00:00Z",
        ),
    ],
)
async def test_what_is_filtered_by_is_found(tenants: Tenants, plain: str, other: str) -> None:
    wanted, found = [await ask(tenants, "/users", filter=each, count="true", top="999") for each in (plain, other)]
    assert (found.status, found.json.get("value")) == (200, wanted.json["value"])
    assert wanted.json["value"] or plain.startswith("accountEnabled")


async def test_filters_of_other_lists_take_any_case(tenants: Tenants) -> None:
    await tenants.graph("PATCH", f"/v1.0/users/{EVA}", json={"jobTitle": "Auditor"})
    [audit, *_] = await rows(tenants, "/auditLogs/directoryAudits", filter="ActivityDisplayName eq 'Update user'")
    nested = f"TargetResources/any(t:t/UserPrincipalName eq '{EVA}') and InitiatedBy/App/DisplayName eq 'Keyturn'"
    assert audit["id"] in [row["id"] for row in await rows(tenants, "/auditLogs/directoryAudits", filter=nested)]


@pytest.mark.parametrize("order", ["DisplayName desc", "displayname DESC"])
async def test_what_is_ordered_by_is_found(tenants: Tenants, order: str) -> None:
    names = [row["displayName"] for row in await rows(tenants, "/users", orderby="displayName desc", top="999")]
    assert [row["displayName"] for row in await rows(tenants, "/users", orderby=order, top="999")] == names


async def test_what_is_searched_is_found(tenants: Tenants) -> None:
    found = await rows(tenants, "/users", search='"DisplayName:horvat"')
    assert [row["userPrincipalName"] for row in found] == [EVA]


async def test_what_is_expanded_is_answered_as_it_is_spelled(tenants: Tenants) -> None:
    own = (await ask(tenants, f"/users/{EVA}", expand="manager($select=id,displayName)")).json
    other = (await ask(tenants, f"/users/{EVA}", expand="Manager($select=ID,DisplayName)")).json
    assert own == other
    assert own["manager"]["displayName"]
    both = (await ask(tenants, f"/users/{EVA}", select="Id,Mail", expand="MemberOf,LicenseDetails")).json
    assert {"id", "mail", "memberOf", "licenseDetails"} == {name for name in both if not name.startswith("@")}
    [group, *_] = await rows(tenants, "/groups", expand="Members($select=DisplayName)", top="1")
    assert {name for member in group["members"] for name in member if name[0] != "@"} == {"displayName"}
    [role, *_] = await rows(tenants, "/roleManagement/directory/roleAssignments", expand="Principal,RoleDefinition")
    assert role["principal"]["id"] == role["principalId"]
    assert role["roleDefinition"]["id"] == role["roleDefinitionId"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("select", "DisplayNam"), ("filter", "DisplayNam eq 'x'"), ("orderby", "DisplayNam"), ("expand", "Managers")],
)
async def test_what_there_is_not_is_refused_as_it_was_named(tenants: Tenants, option: str, value: str) -> None:
    answer = await ask(tenants, "/users", **{option: value})
    assert answer.status == 400
    if option in ("select", "expand"):
        assert f"named '{value}' on type 'microsoft.graph.user'" in answer.json["error"]["message"]


async def test_pages_go_on_with_such_names(tenants: Tenants) -> None:
    answer = await ask(tenants, "/users", select="Id", orderby="DisplayName", top="40", count="true")
    first = answer.json
    following = first["@odata.nextLink"].removeprefix(tenants.urls["graph"]["base_url"])
    second = (await tenants.graph("GET", following, headers=EVENTUAL)).json
    assert len({row["id"] for row in first["value"] + second["value"]}) == first["@odata.count"]

"""The pretend Google Workspace account: entity tags, own fields, views of people, members of members, who may ask."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from test_sandbox_google import ask_token, assertion

EVA = "eva.horvat@northwind.example"
USERS = "/admin/directory/v1/users"
GROUPS = "/admin/directory/v1/groups"
SCHEMAS = "/admin/directory/v1/customer/my_customer/schemas"


async def call(tenants: Tenants, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await tenants.google(method, path, headers=named, **({"json": body} if body is not None else {}))


async def schema(tenants: Tenants, name: str, **types: str) -> None:
    fields = [{"fieldName": field, "fieldType": kind} for field, kind in types.items()]
    answer = await call(tenants, "POST", SCHEMAS, {"schemaName": name, "fields": fields})
    assert answer.status == 200, answer.raw


async def group(tenants: Tenants, name: str, *members: str) -> str:
    answer = await call(tenants, "POST", GROUPS, {"email": f"{name}@northwind.example"})
    for member in members:
        added = await call(tenants, "POST", f"{GROUPS}/{answer.json['id']}/members", {"email": member})
        assert added.status == 200, added.raw
    return answer.json["email"]


@pytest.mark.parametrize("what", ["user", "group"])
async def test_what_has_not_changed_is_not_sent_and_what_has_is_not_overwritten(tenants: Tenants, what: str) -> None:
    path, change = f"{USERS}/{EVA}", {"suspended": True}
    if what == "group":
        path, change = f"{GROUPS}/{await group(tenants, 'analysts')}", {"description": "New"}
    first = await call(tenants, "GET", path)
    tag = first.headers["ETag"]
    assert tag == first.json["etag"]
    again = await call(tenants, "GET", path, If_None_Match=tag)
    assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
    refused = await call(tenants, "PATCH", path, change, If_Match='"x"')
    assert (refused.status, refused.json["error"]["errors"][0]["reason"]) == (412, "conditionNotMet")
    assert (await call(tenants, "GET", path, If_None_Match=tag)).status == 304
    changed = await call(tenants, "PATCH", path, change, If_Match=tag)
    assert (changed.status, changed.json["etag"]) == (200, changed.headers["ETag"])
    assert changed.headers["ETag"] != tag
    assert (await call(tenants, "GET", path, If_None_Match=tag)).status == 200
    for method in ("PUT", "DELETE"):
        assert (await call(tenants, method, path, {}, If_Match=tag)).status == 412
    assert (await call(tenants, "DELETE", path, If_Match=changed.headers["ETag"])).status in (200, 204)


async def test_a_list_has_the_tags_of_its_rows_and_one_of_its_own(tenants: Tenants) -> None:
    address = await group(tenants, "analysts")
    for path, rows in ((f"{USERS}?customer=my_customer", "users"), (f"{GROUPS}?customer=my_customer", "groups")):
        found = await call(tenants, "GET", path)
        row = found.json[rows][0]
        alone = await call(tenants, "GET", f"{USERS if rows == 'users' else GROUPS}/{row['id']}")
        assert alone.headers["ETag"] == row["etag"]
        assert (await call(tenants, "GET", path, If_None_Match=found.headers["ETag"])).status == 304
    found = await call(tenants, "GET", f"{GROUPS}?customer=my_customer")
    assert (await call(tenants, "PATCH", f"{GROUPS}/{address}", {"name": "New"})).status == 200
    again = await call(tenants, "GET", f"{GROUPS}?customer=my_customer", If_None_Match=found.headers["ETag"])
    assert again.status == 200


async def test_own_fields_that_a_change_does_not_name_stay(tenants: Tenants) -> None:
    await schema(tenants, "HR", badge="STRING", grade="INT64", since="DATE")
    await schema(tenants, "IT", laptop="STRING")

    async def change(method: str, **fields: Any) -> Any:
        answer = await call(tenants, method, f"{USERS}/{EVA}", {"customSchemas": fields})
        assert answer.status == 200, answer.raw
        return (await call(tenants, "GET", f"{USERS}/{EVA}?projection=full")).json.get("customSchemas")

    assert await change("PATCH", HR={"badge": "7", "grade": 3}) == {"HR": {"badge": "7", "grade": 3}}
    assert await change("PUT", IT={"laptop": "L1"}) == {"HR": {"badge": "7", "grade": 3}, "IT": {"laptop": "L1"}}
    assert await change("PATCH", HR={"since": "2026-01-05", "grade": None}) == {
        "HR": {"badge": "7", "since": "2026-01-05"},
        "IT": {"laptop": "L1"},
    }
    found = await call(tenants, "GET", f"{USERS}?customer=my_customer&query=HR.badge%3D7")
    assert [row["primaryEmail"] for row in found.json["users"]] == [EVA]
    assert await change("PATCH", IT=None, HR={"badge": None, "since": None}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"Nope": {"x": "1"}},
        {"HR": {"nofield": "1"}},
        {"HR": {"badge": 5}},
        {"HR": {"grade": "high"}},
        {"HR": {"since": "yesterday"}},
        {"HR": "7"},
    ],
    ids=["no schema", "no field", "no text", "no number", "no date", "no fields"],
)
async def test_own_fields_that_there_are_not_are_refused(tenants: Tenants, fields: Any) -> None:
    await schema(tenants, "HR", badge="STRING", grade="INT64", since="DATE")
    answer = await call(tenants, "PATCH", f"{USERS}/{EVA}", {"suspended": True, "customSchemas": fields})
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (400, "invalid")
    shown = (await call(tenants, "GET", f"{USERS}/{EVA}?projection=full")).json
    assert (shown["suspended"], shown.get("customSchemas")) == (False, None)
    new = {"primaryEmail": "ada@northwind.example", "password": "xWwvJ]6NMw", "customSchemas": fields}
    new["name"] = {"givenName": "Ada", "familyName": "Lovelace"}
    assert (await call(tenants, "POST", USERS, new)).status == 400
    assert (await call(tenants, "GET", f"{USERS}/ada@northwind.example")).status == 404


async def test_people_are_shown_as_projection_and_view_ask(tenants: Tenants) -> None:
    await schema(tenants, "HR", badge="STRING")
    await schema(tenants, "IT", laptop="STRING")
    own = {"HR": {"badge": "7"}, "IT": {"laptop": "L1"}}
    assert (await call(tenants, "PATCH", f"{USERS}/{EVA}", {"customSchemas": own})).status == 200
    for path in (f"{USERS}/{EVA}?", f"{USERS}?customer=my_customer&query=email:{EVA}&"):
        for query, expected in (
            ("", None),
            ("projection=basic", None),
            ("projection=full", own),
            ("projection=custom&customFieldMask=IT", {"IT": {"laptop": "L1"}}),
        ):
            found = (await call(tenants, "GET", path + query)).json
            assert found.get("users", [found])[0].get("customSchemas") == expected
        found = (await call(tenants, "GET", path + "viewType=domain_public")).json
        row = found.get("users", [found])[0]
        assert row["name"]["fullName"] == "Eva Horvat"
        assert not {"suspended", "isAdmin", "lastLoginTime", "orgUnitPath"} & row.keys()
        assert (await call(tenants, "GET", path + "projection=custom")).status == 400


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{USERS}/{EVA}?projection=bogus", "projection"),
        (f"{USERS}?customer=my_customer&viewType=bogus", "viewType"),
        (f"{USERS}?customer=my_customer&orderBy=bogus", "orderBy"),
        (f"{GROUPS}?customer=my_customer&sortOrder=bogus", "sortOrder"),
        ("/admin/directory/v1/customer/my_customer/devices/mobile?projection=bogus", "projection"),
        ("/admin/directory/v1/customer/my_customer/orgunits?type=bogus", "type"),
    ],
)
async def test_values_that_a_parameter_does_not_have_are_refused(tenants: Tenants, path: str, name: str) -> None:
    answer = await call(tenants, "GET", path)
    assert answer.status == 400
    [error] = answer.json["error"]["errors"]
    assert (error["reason"], error["location"]) == ("invalidParameter", name)
    assert "Allowed values: [" in error["message"]


async def test_members_of_members_are_members(tenants: Tenants) -> None:
    inner = await group(tenants, "inner", EVA, "out@partner.example")
    middle = await group(tenants, "middle", inner)
    outer = await group(tenants, "outer", middle, "sam.okafor@northwind.example")
    assert (await call(tenants, "POST", f"{GROUPS}/{inner}/members", {"email": outer})).status == 400
    for who, expected in ((EVA, True), ("out@partner.example", True), ("martin.hale@northwind.example", False)):
        found = await call(tenants, "GET", f"{GROUPS}/{outer}/hasMember/{who}")
        assert found.json == {"isMember": expected}
    direct = (await call(tenants, "GET", f"{GROUPS}/{outer}/members")).json["members"]
    assert {row["email"] for row in direct} == {middle, "sam.okafor@northwind.example"}
    derived = (await call(tenants, "GET", f"{GROUPS}/{outer}/members?includeDerivedMembership=true")).json["members"]
    expected = {middle, inner, EVA, "out@partner.example", "sam.okafor@northwind.example"}
    assert {row["email"] for row in derived} == expected


async def test_whom_a_service_account_acts_for(tenants: Tenants) -> None:
    """Nobody is no grant; who is no administrator gets a token, with which the API refuses all."""
    named = tenants.urls["google"]["administrators"].split()
    assert named == ["sam.okafor@northwind.example", "priya.raman@northwind.example"]
    for who, status in ((named[0], 200), (EVA, 403)):
        answer: Any = await ask_token(tenants, assertion(sub=who))
        token = f"Bearer {answer.json['access_token']}"
        found = await tenants.google("GET", f"{USERS}/{EVA}", token=token)
        assert found.status == status
    assert found.json["error"]["message"] == "Not Authorized to access this resource/api"
    for nobody in ("nobody@northwind.example", "eva@other.example"):
        answer = await ask_token(tenants, assertion(sub=nobody))
        assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
        assert answer.json["error_description"] == "Invalid email or User ID"

"""The pretend Microsoft 365 tenant: attributes of one's own, registered by applications and had by users."""

from __future__ import annotations

from typing import Any

import pytest
from support_graph import call
from support_sandbox import Tenants

EVA = "/users/eva.horvat@northwind.example"
AVAILABLE = "/directoryObjects/getAvailableExtensionProperties"
BADGE = {"name": "badge", "dataType": "Integer", "targetObjects": ["User"]}


async def names(tenants: Tenants, body: Any) -> list[str]:
    answer = await call(tenants, "POST", AVAILABLE, body)
    assert answer.status == 200, answer.raw
    return [row["name"] for row in answer.json["value"]]


async def app_of(tenants: Tenants, name: str) -> Any:
    rows = (await call(tenants, "GET", "/applications")).json["value"]
    return next(row for row in rows if row["displayName"] == name)


async def test_some_are_there_on_the_first_day_and_none_is_from_the_premises(tenants: Tenants) -> None:
    app = (await app_of(tenants, "Northwind Expenses"))["appId"].replace("-", "")
    seeded = [f"extension_{app}_costCenter", f"extension_{app}_approvalLimit"]
    assert [await names(tenants, body) for body in ({}, {"isSyncedFromOnPremises": False})] == [seeded, seeded]
    assert await names(tenants, {"isSyncedFromOnPremises": True}) == []


async def test_an_application_registers_one_that_users_then_have(tenants: Tenants) -> None:
    app = await app_of(tenants, "Northwind Wiki")
    properties = f"/applications/{app['id']}/extensionProperties"
    made = await call(tenants, "POST", properties, BADGE)
    name = f"extension_{app['appId'].replace('-', '')}_badge"
    assert (made.status, made.json["name"], made.json["appDisplayName"]) == (201, name, "Northwind Wiki")
    assert name in await names(tenants, {})
    assert [row["name"] for row in (await call(tenants, "GET", properties)).json["value"]] == [name]
    selected = f"{EVA}?$select=displayName,{name}"
    assert name not in (await call(tenants, "GET", selected)).json
    assert (await call(tenants, "PATCH", EVA, {name: 7})).status == 204
    assert (await call(tenants, "GET", selected)).json[name] == 7
    assert name not in (await call(tenants, "GET", EVA)).json, "it is shown to who selects it"
    found = (await call(tenants, "GET", f"/users?$filter={name}%20eq%207")).json["value"]
    assert [row["displayName"] for row in found] == ["Eva Horvat"]
    refused = await call(tenants, "GET", f"/users?$filter={name}%20eq%20'7'")
    assert (refused.status, "'Edm.Int32' and 'Edm.String'" in refused.json["error"]["message"]) == (400, True)
    assert (await call(tenants, "PATCH", EVA, {name: None})).status == 204
    assert name not in (await call(tenants, "GET", selected)).json
    assert (await call(tenants, "DELETE", f"{properties}/{made.json['id']}")).status == 204
    assert (await call(tenants, "GET", f"{properties}/{made.json['id']}")).status == 404
    assert (await call(tenants, "GET", selected)).status == 400
    assert (await call(tenants, "PATCH", EVA, {name: 8})).status == 400


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "a-b"}, "'name'"),
        ({"dataType": "Number"}, "'dataType'"),
        ({"targetObjects": []}, "'targetObjects'"),
        ({"targetObjects": ["Person"]}, "'targetObjects'"),
        ({"name": "costCenter"}, "An extension property exists with the name"),
    ],
)
async def test_what_cannot_be_registered_is_refused(tenants: Tenants, changes: Any, said: str) -> None:
    app = await app_of(tenants, "Northwind Expenses")
    answer = await call(tenants, "POST", f"/applications/{app['id']}/extensionProperties", {**BADGE, **changes})
    assert (answer.status, said in answer.json["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "wrong", "right"),
    [
        ({"dataType": "Integer"}, "7", 7),
        ({"dataType": "Integer"}, True, 0),
        ({"dataType": "Boolean"}, "true", True),
        ({"dataType": "String"}, 7, "7"),
        ({"dataType": "String"}, "x" * 257, "x" * 256),
        ({"dataType": "DateTime"}, "tomorrow", "2026-12-01T00:00:00Z"),
        ({"dataType": "String", "isMultiValued": True}, "a", ["a", "b"]),
    ],
)
async def test_values_are_of_the_type_that_was_registered(
    tenants: Tenants, body: Any, wrong: object, right: object
) -> None:
    app = await app_of(tenants, "Northwind Wiki")
    made = await call(tenants, "POST", f"/applications/{app['id']}/extensionProperties", {**BADGE, **body})
    name = made.json["name"]
    assert (await call(tenants, "PATCH", EVA, {name: wrong})).status == 400
    assert (await call(tenants, "PATCH", EVA, {name: right})).status == 204
    assert (await call(tenants, "GET", f"{EVA}?$select={name}")).json[name] == right


async def test_those_of_an_application_go_with_it(tenants: Tenants) -> None:
    app = (await call(tenants, "POST", "/applications", {"displayName": "Badges"})).json
    name = (await call(tenants, "POST", f"/applications/{app['id']}/extensionProperties", BADGE)).json["name"]
    assert name in await names(tenants, {})
    assert (await call(tenants, "DELETE", f"/applications/{app['id']}")).status == 204
    assert name not in await names(tenants, {})

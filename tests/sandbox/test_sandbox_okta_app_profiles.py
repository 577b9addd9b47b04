"""What apps of the pretend Okta org have of people is held to the schema of the app's users, which tells all of it."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Answer, Tenants

EVA = "eva.horvat@northwind.example"
OWN = {
    "seat": {"title": "Seat", "type": "string", "enum": ["full", "light"]},
    "limit": {"title": "Limit", "type": "integer", "maximum": 9},
    "teams": {"title": "Teams", "type": "array", "items": {"type": "string"}},
}


async def call(tenants: Tenants, method: str, path: str, body: Any = None) -> Answer:
    return await tenants.okta(method, f"/api/v1{path}", **({"json": body} if body is not None else {}))


async def got(tenants: Tenants, path: str) -> Any:
    return (await call(tenants, "GET", path)).json


async def app_named(tenants: Tenants, label: str) -> str:
    return next(row["id"] for row in await got(tenants, "/apps") if row["label"] == label)


async def declare(tenants: Tenants, app: str, attributes: Any) -> Answer:
    schema = {"definitions": {"custom": {"properties": attributes}}}
    return await call(tenants, "POST", f"/meta/schemas/apps/{app}/default", schema)


async def declared(tenants: Tenants, app: str) -> dict[str, Any]:
    parts = (await got(tenants, f"/meta/schemas/apps/{app}/default"))["definitions"]
    return {**parts["base"]["properties"], **parts["custom"]["properties"]}


async def test_the_schema_of_every_app_tells_what_it_has_of_people(tenants: Tenants) -> None:
    for app in await got(tenants, "/apps"):
        known = await declared(tenants, app["id"])
        assert {"userName", "given_name", "family_name", "email", "name"} <= known.keys()
        for row in await got(tenants, f"/apps/{app['id']}/users?limit=500"):
            assert row["profile"].keys() <= known.keys()
    assert {"role", "salesforceGroups"} <= (await declared(tenants, await app_named(tenants, "Salesforce"))).keys()


PROFILES: list[tuple[Any, str]] = [
    ({"given_name": "Evi", "nickname": None}, ""),
    ({"seat": "full", "limit": 3, "teams": ["a"]}, ""),
    ({"seat": None, "limit": None, "teams": None}, ""),
    ({"nope": "x"}, "nope: Property name 'nope' is not defined in the schema"),
    ({"role": "x"}, "role: Property name 'role' is not defined in the schema"),
    ({"given_name": 7}, "given_name: Input value does not match declared type"),
    ({"email": ["e@x.example"]}, "email: Input value does not match declared type"),
    ({"seat": "half"}, "seat: The value is not one of the enumerated values of the attribute"),
    ({"limit": "3"}, "limit: Input value does not match declared type"),
    ({"limit": 10}, "limit: The value is too large. The maximum is 9."),
    ({"teams": "a"}, "teams: Input value does not match declared type"),
    ({"teams": [1]}, "teams: Input value does not match declared type"),
]


@pytest.mark.parametrize(("profile", "cause"), PROFILES)
async def test_assignments_of_people_and_groups_take_what_the_apps_schema_has(
    tenants: Tenants, profile: Any, cause: str
) -> None:
    app = await app_named(tenants, "Slack")
    assert (await declare(tenants, app, OWN)).status == 200
    user = (await got(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    group = (await got(tenants, "/groups?q=Finance"))[0]["id"]
    people, groups = f"/apps/{app}/users", f"/apps/{app}/groups/{group}"
    steps = [
        ("POST", people, {"id": user, "scope": "USER", "profile": profile}, f"{people}/{user}"),
        ("POST", f"{people}/{user}", {"profile": profile}, f"{people}/{user}"),
        ("PUT", f"{people}/{user}", {"profile": profile}, f"{people}/{user}"),
        ("PUT", groups, {"profile": profile}, groups),
    ]
    for method, path, body, seen in steps:
        before = await call(tenants, "GET", seen)
        answer = await call(tenants, method, path, body)
        after = await got(tenants, seen)
        if cause:
            assert (answer.status, answer.json["errorCode"]) == (400, "E0000001"), (method, path)
            assert answer.json["errorSummary"] == f"Api validation failed: {cause.partition(':')[0]}"
            assert answer.json["errorCauses"] == [{"errorSummary": cause}]
            assert after.get("profile") == before.json.get("profile")
        else:
            assert answer.status == 200, answer.raw
            assert profile.items() <= after["profile"].items()


async def test_a_patch_of_a_groups_assignment_is_held_to_the_schema_and_done_whole(tenants: Tenants) -> None:
    app = await app_named(tenants, "Slack")
    group = (await got(tenants, "/groups?q=Finance"))[0]["id"]
    path = f"/apps/{app}/groups/{group}"
    await call(tenants, "PUT", path, {"priority": 1, "profile": {"locale": "de"}})
    right, wrong = {"op": "replace", "path": "/profile/locale", "value": "fr"}, {"op": "add", "path": "/profile/nope"}
    refused = await call(tenants, "PATCH", path, [right, {**wrong, "value": "x"}])
    assert (refused.status, refused.json["errorSummary"]) == (400, "Api validation failed: nope")
    assert (await got(tenants, path))["profile"] == {"locale": "de"}
    assert (await call(tenants, "PATCH", path, [right])).json["profile"] == {"locale": "fr"}


async def test_an_attribute_that_is_required_has_to_be_there_of_people_and_goes_with_its_declaration(
    tenants: Tenants,
) -> None:
    app = await app_named(tenants, "Payroll")
    desk = {"type": "string", "title": "Desk", "required": True}
    schema = await declare(tenants, app, {"desk": desk, "site": {"type": "string", "title": "Site", "default": "P"}})
    assert schema.json["definitions"]["custom"]["required"] == ["desk"]
    user = (await got(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    refused = await call(tenants, "POST", f"/apps/{app}/users", {"id": user})
    assert refused.json["errorCauses"] == [{"errorSummary": "desk: The field cannot be left blank"}]
    assigned = await call(tenants, "POST", f"/apps/{app}/users", {"id": user, "profile": {"desk": "4"}})
    assert {"desk": "4", "site": "P"}.items() <= assigned.json["profile"].items()
    assert (await declare(tenants, app, {"desk": None})).status == 200
    assert "desk" not in (await got(tenants, f"/apps/{app}/users/{user}"))["profile"]
    changed = await call(tenants, "POST", f"/apps/{app}/users/{user}", {"profile": {"site": "B"}})
    assert (changed.status, changed.json["profile"]["site"]) == (200, "B")


@pytest.mark.parametrize("name", ["given_name", "userName"])
async def test_what_an_app_has_already_is_not_declared_anew(tenants: Tenants, name: str) -> None:
    refused = await declare(tenants, await app_named(tenants, "Slack"), {name: {"type": "integer"}})
    assert (refused.status, refused.json["errorCode"]) == (400, "E0000001")

"""The pretend Okta org, read: what `fields` leaves out, what filters and orders are refused, which type people have."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants
from support_shapes import HOOK_EVENT_TYPES, hook_event_types
from support_specs import folder

EVA = "eva.horvat@northwind.example"
ADA: dict[str, Any] = {
    "profile": {"login": "ada@northwind.example", "email": "ada@northwind.example", "firstName": "Ada", "lastName": "L"}
}


@pytest.mark.parametrize("further", ["", "&search=profile.login%20pr", "&filter=status%20eq%20%22ACTIVE%22", "&q=eva"])
async def test_fields_leave_the_rest_out(tenants: Tenants, further: str) -> None:
    fields = "status,profile:(login,%20firstName)"
    answer = await tenants.okta("GET", f"/api/v1/users?limit=2&fields={fields}{further}")
    assert answer.status == 200
    assert answer.json
    for row in answer.json:
        assert (set(row), set(row["profile"])) == ({"id", "status", "profile"}, {"login", "firstName"})
    if 'rel="next"' in str(answer.headers.getall("link")):
        assert "fields=" in answer.headers.getall("link")[-1]
    whole = (await tenants.okta("GET", "/api/v1/users?limit=1&fields=profile")).json[0]
    assert (set(whole), "email" in whole["profile"]) == ({"id", "profile"}, True)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/users?fields=id,profile:(login", "E0000001"),
        ("/api/v1/users?fields=credentials:(provider)", "E0000001"),
        ("/api/v1/groups?filter=profile.name%20eq%20%22Sales%22", "E0000031"),
        ("/api/v1/users?search=status%20pr&sortBy=profile.login&sortOrder=bogus", "E0000001"),
        ("/api/v1/groups?search=type%20pr&sortBy=profile.name&sortOrder=bogus", "E0000001"),
    ],
)
async def test_what_okta_does_not_take_is_refused(tenants: Tenants, path: str, code: str) -> None:
    answer = await tenants.okta("GET", path)
    assert (answer.status, answer.json["errorCode"]) == (400, code)


async def test_people_have_the_type_that_they_were_given(tenants: Tenants) -> None:
    bogus = await tenants.okta("POST", "/api/v1/users", json={**ADA, "type": {"id": "bogus"}})
    assert (bogus.status, bogus.json["errorCode"]) == (400, "E0000001")
    assert (await tenants.okta("GET", "/api/v1/users/ada@northwind.example")).status == 404
    kind = {"name": "contractor", "displayName": "Contractor"}
    made = (await tenants.okta("POST", "/api/v1/meta/types/user", json=kind)).json["id"]
    user = await tenants.okta("POST", "/api/v1/users", json={**ADA, "type": {"id": made}})
    assert (user.status, user.json["type"]["id"]) == (200, made)
    found = await tenants.okta("GET", f"/api/v1/users?search=type.id%20eq%20%22{made}%22")
    assert [row["id"] for row in found.json] == [user.json["id"]]
    usual = (await tenants.okta("GET", "/api/v1/meta/types/user/default")).json["id"]
    back = await tenants.okta("POST", f"/api/v1/users/{user.json['id']}", json={"type": {"id": usual}})
    assert back.json["type"]["id"] == usual
    assert (await tenants.okta("POST", f"/api/v1/users/{EVA}", json={"type": {"id": "bogus"}})).status == 400


async def test_a_type_has_a_schema_of_its_own(tenants: Tenants) -> None:
    async def okta(method: str, path: str, body: Any = None) -> Any:
        options = {"json": body} if body is not None else {}
        return await tenants.okta(method, path.removeprefix(tenants.urls["okta"]["base_url"]), **options)

    kind = (await okta("POST", "/api/v1/meta/types/user", {"name": "contractor", "displayName": "Contractor"})).json
    listed = (await okta("GET", "/api/v1/meta/types/user")).json
    assert [row["_links"]["schema"]["href"].rpartition("/")[2] for row in listed] == ["default", f"osc{kind['id'][3:]}"]
    schema = kind["_links"]["schema"]["href"]
    shown = (await okta("GET", schema)).json
    assert (shown["id"], shown["title"], shown["definitions"]["custom"]["properties"]) == (schema, "Contractor", {})
    assert shown["_links"]["type"]["href"] == kind["_links"]["self"]["href"]
    agency = {"definitions": {"custom": {"properties": {"agency": {"title": "Agency", "type": "string"}}}}}
    assert (await okta("POST", schema, agency)).status == 200
    usual = (await okta("GET", "/api/v1/meta/schemas/user/default")).json
    assert "agency" not in usual["definitions"]["custom"]["properties"]
    body = {"profile": {**ADA["profile"], "agency": "Ampersand"}}
    assert (await okta("POST", "/api/v1/users", body)).status == 400
    user = (await okta("POST", "/api/v1/users", {**body, "type": {"id": kind["id"]}})).json
    assert user["profile"]["agency"] == "Ampersand"
    assert {name: user["_links"][name]["href"] for name in ("schema", "type")} == {
        "schema": schema,
        "type": kind["_links"]["self"]["href"],
    }
    found = await okta("GET", "/api/v1/users?search=profile.agency%20eq%20%22Ampersand%22")
    assert [row["id"] for row in found.json] == [user["id"]]
    gone = {"definitions": {"custom": {"properties": {"agency": None}}}}
    assert (await okta("POST", schema, gone)).status == 200
    assert "agency" not in (await okta("GET", f"/api/v1/users/{user['id']}")).json["profile"]
    assert (await okta("DELETE", f"/api/v1/meta/types/user/{kind['id']}")).status == 204
    assert (await okta("GET", schema)).status == 404


@pytest.mark.parametrize("kind", ["NOPE", "OAUTH_AUTHORIZATION_POLICY"])
async def test_policies_of_a_type_that_there_is_not_are_refused(tenants: Tenants, kind: str) -> None:
    answer = await tenants.okta("GET", f"/api/v1/policies?type={kind}")
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000002")
    assert answer.json["errorSummary"] == "The request was not valid: Invalid policy type specified."


def test_the_event_types_are_those_of_oktas_list() -> None:
    if not (folder() / "okta-event-types.json").exists():
        pytest.skip("the vendors' descriptions are not beside this checkout")
    assert HOOK_EVENT_TYPES.read_text() == hook_event_types(folder())

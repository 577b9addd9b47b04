"""The pretend SCIM application, as Okta and Entra write into it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support_sandbox import Answer, Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Slow to import: not within the time that a request has, and not by all who look for tests."""
    importlib.import_module("keyturn.sandbox.scim.protocol")


EVA = "eva.horvat@northwind.example"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


async def scim(tenants: Tenants, method: str, path: str, body: Any = None, **options: Any) -> Answer:
    headers = {"Content-Type": "application/scim+json", **options.pop("headers", {})} if body is not None else {}
    if body is not None:
        options["json"] = body
    return await tenants.call("scim", method, path, headers=headers, **options)


async def find(tenants: Tenants, login: str) -> Any:
    answer = await scim(tenants, "GET", "/scim/v2/Users?filter=" + tenants.key(f'userName eq "{login}"'))
    assert answer.status == 200, answer.raw
    return answer.json


async def test_everybody_has_an_account(tenants: Tenants) -> None:
    for base in ("/scim/v2", "/v2", ""):
        answer = await scim(tenants, "GET", f"{base}/Users?count=10&startIndex=51")
        assert (answer.status, answer.json["totalResults"], answer.json["itemsPerPage"]) == (200, 60, 10)
    one = (await find(tenants, EVA))["Resources"][0]
    assert one["meta"]["location"] == f"{tenants.urls['scim']['base_url']}/scim/v2/Users/{one['id']}"
    nobody = await find(tenants, "nobody@northwind.example")
    assert nobody["totalResults"] == 0


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": "active", "value": False},
    ],
    ids=["RFC", "Okta", "Entra"],
)
async def test_deactivation(tenants: Tenants, operation: Any) -> None:
    user = (await find(tenants, EVA))["Resources"][0]["id"]
    answer = await scim(tenants, "PATCH", f"/scim/v2/Users/{user}", {"schemas": [PATCH], "Operations": [operation]})
    assert answer.status in (200, 204), answer.raw
    assert (await scim(tenants, "GET", f"/scim/v2/Users/{user}")).json["active"] is False


async def test_creation_replacement_and_deletion(tenants: Tenants) -> None:
    body = {"schemas": [USER], "userName": "ada@northwind.example", "active": True}
    made = await scim(tenants, "POST", "/scim/v2/Users", body)
    assert (made.status, made.headers["Location"]) == (201, made.json["meta"]["location"])
    twice = await scim(tenants, "POST", "/scim/v2/Users", body)
    assert (twice.status, twice.json["scimType"], twice.json["status"]) == (409, "uniqueness", "409")
    path = f"/scim/v2/Users/{made.json['id']}"
    assert (await scim(tenants, "PUT", path, {**body, "title": "Analyst"})).json["title"] == "Analyst"
    assert [(await scim(tenants, "DELETE", path)).status for _ in range(2)] == [204, 404]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/scim/v2/Users/nobody", 404),
        ("GET", "/scim/v2/Users?filter=userName%20is%20x", 400),
        ("GET", "/scim/v2/Nothing", 404),
        ("DELETE", "/scim/v2/Users", 405),
    ],
)
async def test_refusals(tenants: Tenants, method: str, path: str, status: int) -> None:
    answer = await scim(tenants, method, path)
    assert (answer.status, answer.json["status"]) == (status, str(status))


@pytest.mark.parametrize("base", ["/scim/v2", "/v2", ""])
async def test_links_lead_to_where_the_client_is(tenants: Tenants, base: str) -> None:
    where = f"{tenants.urls['scim']['base_url']}{base}"
    boss = (await find(tenants, "chidi.eze@northwind.example"))["Resources"][0]["id"]
    enterprise = {"manager": {"value": boss, "$ref": f"{where}/Users/{boss}"}}
    body = {"schemas": [USER, ENTERPRISE], "userName": f"n{len(base)}@northwind.example", ENTERPRISE: enterprise}
    made = await scim(tenants, "POST", f"{base}/Users", body)
    place = f"{where}/Users/{made.json['id']}"
    assert (made.json["meta"]["location"], made.headers["Location"]) == (place, place)
    assert made.json[ENTERPRISE]["manager"]["$ref"] == f"{where}/Users/{boss}"
    team = {"schemas": [GROUP], "displayName": "G", "members": [{"value": made.json["id"], "$ref": place}]}
    group = (await scim(tenants, "POST", f"{base}/Groups", team)).json
    assert group["members"][0]["$ref"] == place
    shown = (await scim(tenants, "GET", f"{base}/Users/{made.json['id']}")).json
    assert shown["groups"][0]["$ref"] == group["meta"]["location"] == f"{where}/Groups/{group['id']}"


async def test_proof_is_asked_for_but_to_say_how(tenants: Tenants) -> None:
    said = await scim(tenants, "GET", "/scim/v2/ServiceProviderConfig", token="")
    assert [scheme["type"] for scheme in said.json["authenticationSchemes"]] == ["oauthbearertoken"]
    refused = await scim(tenants, "GET", "/scim/v2/Users", token="")
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="SCIM"')


async def test_accounts_survive_a_restart_and_a_reset_brings_the_first_day_back(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        user = (await find(tenants, EVA))["Resources"][0]["id"]
        operation = {"op": "replace", "path": "active", "value": False}
        await scim(tenants, "PATCH", f"/scim/v2/Users/{user}", {"schemas": [PATCH], "Operations": [operation]})
        before = (await scim(tenants, "GET", f"/scim/v2/Users/{user}")).json
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        after = (await scim(tenants, "GET", f"/scim/v2/Users/{user}")).json
        assert (after["active"], after["emails"]) == (False, before["emails"])
        assert after["meta"]["version"] == before["meta"]["version"]
        await tenants.control("POST", "/reset")
        assert (await scim(tenants, "GET", f"/scim/v2/Users/{user}")).json["active"] is True


async def test_entra_writes_patches_in_its_own_way(tenants: Tenants) -> None:
    eva = (await find(tenants, EVA))["Resources"][0]["id"]
    boss = (await find(tenants, "chidi.eze@northwind.example"))["Resources"][0]["id"]
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    async def patch(path: str, *operations: Any) -> int:
        return (await scim(tenants, "PATCH", path, {"schemas": [PATCH], "Operations": operations})).status

    user = f"/scim/v2/Users/{eva}"
    mobile = {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+15550177"}
    assert await patch(user, mobile, {"op": "Add", "path": f"{enterprise}:manager", "value": boss}) == 204
    assert await patch(user, {**mobile, "value": "+15550188"}) == 204, "there is one now"
    shown = (await scim(tenants, "GET", user)).json
    assert [row["value"] for row in shown["phoneNumbers"] if row["type"] == "mobile"] == ["+15550188"]
    assert shown[enterprise]["manager"]["value"] == boss
    group = (await scim(tenants, "POST", "/scim/v2/Groups", {"schemas": [GROUP], "displayName": "G"})).json["id"]
    path = f"/scim/v2/Groups/{group}"
    assert await patch(path, {"op": "Add", "path": "members", "value": [{"value": eva}]}) == 204
    gone = {"op": "Remove", "path": "members", "value": [{"value": eva}, {"value": "nobody"}]}
    assert [await patch(path, gone), await patch(path, gone)] == [204, 204]
    assert not (await scim(tenants, "GET", path)).json.get("members")
    assert await patch(path, {"op": "explode", "path": "members"}) == 400


ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LARS, NADIA = "lars.eriksen@northwind.example", "nadia.haddad@northwind.example"


@pytest.mark.parametrize(
    ("operations", "held"),
    [
        ([{"op": "add", "path": 'roles[primary eq "True"].value', "value": "dev"}], {"roles": ["dev"]}),
        (
            [
                {"op": "add", "path": 'roles[primary eq "True"].value', "value": "dev"},
                {"op": "replace", "path": 'roles[primary eq "True"].value', "value": "ops"},
            ],
            {"roles": ["ops"]},
        ),
        ([{"op": "replace", "value": {'emails[type eq "work"].value': "l@x.example"}}], {"emails": ["l@x.example"]}),
        (
            [{"op": "add", "value": {"title": "Lead", 'phoneNumbers[type eq "fax"].value': "+1"}}],
            {"title": "Lead", "phoneNumbers": ["+1-555-0122", "+1"]},
        ),
        (
            [
                {"op": "add", "path": 'addresses[type eq "work"].locality', "value": "Oslo"},
                {"op": "add", "path": 'addresses[type eq "work"].country', "value": "NO"},
            ],
            {"addresses": [{"type": "work", "locality": "Oslo", "country": "NO"}]},
        ),
    ],
)
async def test_entra_names_single_values_by_a_filter(
    tenants: Tenants, operations: list[Any], held: dict[str, Any]
) -> None:
    user = "/scim/v2/Users/" + (await find(tenants, LARS))["Resources"][0]["id"]
    changed = await scim(tenants, "PATCH", user, {"schemas": [PATCH], "Operations": operations})
    assert changed.status == 204, changed.raw
    shown = (await scim(tenants, "GET", user)).json

    def short(rows: Any) -> Any:
        return [row.get("value", row) for row in rows] if isinstance(rows, list) else rows

    assert {name: short(shown.get(name)) for name in held} == held


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "@eva"}},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"$ref": "../Users/@eva"}},
        {"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": "@eva"},
        {"op": "add", "path": f"{ENTERPRISE}:manager", "value": "@eva"},
        {"op": "replace", "value": {ENTERPRISE: {"manager": {"value": "@eva"}}}},
        {"op": "replace", "value": {f"{ENTERPRISE}:manager": "@eva"}},
        {"op": "add", "value": {ENTERPRISE: {"manager": {"$ref": "Users/@eva"}}}},
        {"value": "@eva"},
        {"value": "@eva", "$ref": "../Users/@eva"},
        {"value": "@eva", "$ref": "https://elsewhere.example/Users/@nadia", "displayName": "Nadia Haddad"},
    ],
)
async def test_a_manager_is_one_person(tenants: Tenants, operation: dict[str, str]) -> None:
    """The address is the app's own, and the name is never that of another one."""
    people = {"@eva": EVA, "@lars": LARS, "@nadia": NADIA}
    ids = {name: (await find(tenants, login))["Resources"][0]["id"] for name, login in people.items()}
    address = tenants.urls["scim"]["base_url"] + "/scim/v2/Users/"
    text = json.dumps(operation)
    for name, key in ids.items():
        text = text.replace(name, key)
    given, user = json.loads(text), f"/scim/v2/Users/{ids['@lars']}"
    before = (await scim(tenants, "GET", user)).json
    assert before[ENTERPRISE]["manager"]["$ref"] == address + ids["@nadia"]
    rename = {"op": "replace", "path": "displayName", "value": "Nadia Sayed"}
    await scim(tenants, "PATCH", f"/scim/v2/Users/{ids['@nadia']}", {"schemas": [PATCH], "Operations": [rename]})
    assert (await scim(tenants, "GET", user)).json[ENTERPRISE]["manager"]["displayName"] == "Nadia Sayed"
    if "op" in given:
        assert (await scim(tenants, "PATCH", user, {"schemas": [PATCH], "Operations": [given]})).status == 204
    else:
        changed = await scim(tenants, "PUT", user, {**before, ENTERPRISE: {"manager": given}})
        assert changed.status == 200, changed.raw
    eva = {"value": ids["@eva"], "$ref": address + ids["@eva"]}
    assert (await scim(tenants, "GET", user)).json[ENTERPRISE]["manager"] == eva


async def test_somebody_is_hired_with_the_id_of_a_manager(tenants: Tenants) -> None:
    boss = (await find(tenants, EVA))["Resources"][0]["id"]
    body = {"schemas": [USER, ENTERPRISE], "userName": "ada@northwind.example"}
    made = await scim(tenants, "POST", "/scim/v2/Users", {**body, ENTERPRISE: {"manager": {"value": boss}}})
    assert made.status == 201, made.raw
    address = f"{tenants.urls['scim']['base_url']}/scim/v2/Users/{boss}"
    assert made.json[ENTERPRISE]["manager"] == {"value": boss, "$ref": address}
    schema = (await scim(tenants, "GET", f"/scim/v2/Schemas/{ENTERPRISE}")).json
    [manager] = [one for one in schema["attributes"] if one["name"] == "manager"]
    assert not any(part["required"] for part in manager["subAttributes"])
    group = {"schemas": [GROUP], "displayName": "G", "members": [{"value": boss, "$ref": f"../Users/{boss}"}]}
    [member] = (await scim(tenants, "POST", "/scim/v2/Groups", group)).json["members"]
    assert member["$ref"] == address


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "Groups", {"schemas": [GROUP], "displayName": "G", "members": [{"value": "nobody"}]}),
        ("PATCH", "Groups/@group", {"op": "add", "path": "members", "value": [{"value": "@eva"}, {"value": "nobody"}]}),
        ("PATCH", "Groups/@group", {"op": "replace", "value": {"members": [{"$ref": "../Users/nobody"}]}}),
        ("PUT", "Groups/@group", {"schemas": [GROUP], "displayName": "G", "members": [{"value": "nobody"}]}),
        (
            "POST",
            "Users",
            {
                "schemas": [USER, ENTERPRISE],
                "userName": "x",
                ENTERPRISE: {"manager": {"value": "nobody", "$ref": "../Users/nobody"}},
            },
        ),
        ("PATCH", "Users/@eva", {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "nobody"}),
        ("PATCH", "Users/@eva", {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "@group"}}),
    ],
)
async def test_who_is_not_there_is_neither_member_nor_manager(
    tenants: Tenants, method: str, path: str, body: dict[str, Any]
) -> None:
    eva = (await find(tenants, EVA))["Resources"][0]
    group = (await scim(tenants, "GET", "/scim/v2/Groups")).json["Resources"][0]
    text = json.dumps({"schemas": [PATCH], "Operations": [body]} if "op" in body else body)
    sent = json.loads(text.replace("@eva", eva["id"]).replace("@group", group["id"]))
    where = "/scim/v2/" + path.replace("@eva", eva["id"]).replace("@group", group["id"])
    refused = await scim(tenants, method, where, sent)
    assert (refused.status, refused.json["scimType"], refused.json["status"]) == (400, "invalidValue", "400")
    assert "there is no User" in refused.json["detail"]
    if method != "POST":
        assert (await scim(tenants, "GET", where)).json == (group if "Groups" in path else eva), "nothing has changed"


async def test_a_group_that_has_a_member_who_has_gone_since_can_be_changed(tenants: Tenants) -> None:
    made = await scim(tenants, "POST", "/scim/v2/Users", {"schemas": [USER], "userName": "ada@northwind.example"})
    members = [{"value": made.json["id"]}]
    group = (
        await scim(tenants, "POST", "/scim/v2/Groups", {"schemas": [GROUP], "displayName": "G", "members": members})
    ).json
    inner = {"schemas": [GROUP], "displayName": "H", "members": [{"value": group["id"], "type": "Group"}]}
    assert (await scim(tenants, "POST", "/scim/v2/Groups", inner)).status == 201, "groups may be members"
    await scim(tenants, "DELETE", f"/scim/v2/Users/{made.json['id']}")
    rename = {"schemas": [PATCH], "Operations": [{"op": "replace", "value": {"displayName": "Other"}}]}
    assert (await scim(tenants, "PATCH", f"/scim/v2/Groups/{group['id']}", rename)).status in (200, 204)


async def test_who_is_deleted_is_in_no_group_any_more(tenants: Tenants) -> None:
    """Members say who they are; people say which groups they are in, directly or by way of a group."""
    base = tenants.urls["scim"]["base_url"] + "/scim/v2"
    body = {"schemas": [USER], "userName": "ada@northwind.example", "displayName": "Ada"}
    user = (await scim(tenants, "POST", "/scim/v2/Users", body)).json
    assert "groups" not in user

    async def group(name: str, member: str) -> Any:
        made = {"schemas": [GROUP], "displayName": name, "members": [{"value": member}]}
        answer = await scim(tenants, "POST", "/scim/v2/Groups", made)
        assert answer.status == 201, answer.raw
        return answer.json

    inner = await group("Inner", user["id"])
    outer = await group("Outer", inner["id"])
    place = f"{base}/Users/{user['id']}"
    shown = {"value": user["id"], "$ref": place, "type": "User", "display": "Ada"}
    assert inner["members"] == [shown]
    place = f"{base}/Groups/{inner['id']}"
    assert outer["members"] == [{"value": inner["id"], "$ref": place, "type": "Group", "display": "Inner"}]
    path = f"/scim/v2/Users/{user['id']}"
    direct = {"value": inner["id"], "$ref": place, "type": "direct", "display": "Inner"}
    indirect = {"value": outer["id"], "$ref": f"{base}/Groups/{outer['id']}", "type": "indirect", "display": "Outer"}
    assert (await scim(tenants, "GET", path)).json["groups"] == [direct, indirect]
    assert (await scim(tenants, "PUT", path, {**body, "displayName": "Ada L."})).json["groups"] == [direct, indirect]
    wanted = tenants.key(f'groups.value eq "{outer["id"]}"')
    found = (await scim(tenants, "GET", f"/scim/v2/Users?filter={wanted}")).json["Resources"]
    assert [row["id"] for row in found] == [user["id"]]
    inside = f"/scim/v2/Groups/{inner['id']}"
    again = {"op": "add", "path": "members", "value": [{"value": user["id"]}]}
    await scim(tenants, "PATCH", inside, {"schemas": [PATCH], "Operations": [again]})
    before = (await scim(tenants, "GET", inside)).json
    assert before["members"] == [{**shown, "display": "Ada L."}]
    same = {"schemas": [GROUP], "displayName": "Inner", "members": [{"value": user["id"]}]}
    assert (await scim(tenants, "PUT", inside, same)).json["members"] == before["members"]
    assert (await scim(tenants, "DELETE", path)).status == 204
    after = (await scim(tenants, "GET", inside)).json
    assert "members" not in after
    assert after["meta"]["version"] != before["meta"]["version"]
    assert (await scim(tenants, "DELETE", inside)).status == 204
    assert "members" not in (await scim(tenants, "GET", f"/scim/v2/Groups/{outer['id']}")).json


async def test_people_of_the_first_day_are_in_groups(tenants: Tenants) -> None:
    eva = (await find(tenants, EVA))["Resources"][0]
    groups = (await scim(tenants, "GET", "/scim/v2/Groups?count=100")).json["Resources"]
    inside = {row["displayName"] for row in groups if eva["id"] in [each["value"] for each in row["members"]]}
    assert {row["display"] for row in eva["groups"]} == inside != set()


ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SAID: list[tuple[str, Any, str]] = [
    # what is replaced at a path, or a whole account where there is none
    ("active", "maybe", "active must be true or false."),
    ("name.givenName", 5, "name.givenName must be a text."),
    ("name", "Eva", "name must be an object."),
    ("emails", "x", "emails[0] must be an object."),
    ("emails", [{"value": 7}], "emails[0].value must be a text."),
    (f"{ENTERPRISE}:costCenter", 5, f"{ENTERPRISE}:costCenter must be a text."),
    (f"{ENTERPRISE}:manager", 5, f"{ENTERPRISE}:manager must be an object."),
    ("", {"active": "maybe"}, "active must be true or false."),
    ("", {"userName": 5}, "userName must be a text."),
    ("", {"emails": "a@x.example"}, "emails must be a list."),
    ("", {"emails": [{"value": "no mail"}]}, "emails[0].value must be an e-mail address."),
    ("", {"nope": 5}, "nope is no attribute that is known here."),
    ("", {"schemas": [USER, ENTERPRISE], ENTERPRISE: {"division": 5}}, f"{ENTERPRISE}:division must be a text."),
]


@pytest.mark.parametrize(("path", "value", "said"), SAID)
async def test_a_refusal_is_a_sentence_on_the_attribute_and_what_it_must_be(
    tenants: Tenants, path: str, value: Any, said: str
) -> None:
    key = (await find(tenants, EVA))["Resources"][0]["id"]
    if path:
        operation = {"op": "replace", "path": path, "value": value}
        body: Any = {"schemas": [PATCH], "Operations": [operation]}
        refused = await scim(tenants, "PATCH", f"/scim/v2/Users/{key}", body)
    else:
        refused = await scim(
            tenants, "POST", "/scim/v2/Users", {"schemas": [USER], "userName": "ada@x.example", **value}
        )
    assert (refused.status, refused.json["status"], refused.json["detail"]) == (400, "400", said)
    assert refused.json["scimType"] in ("invalidValue", "invalidSyntax")


ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
NEW = {"schemas": [USER], "userName": "new"}


@pytest.mark.parametrize(
    ("operation", "scim_type", "detail"),
    [
        ({"data": {**NEW, "active": "perhaps"}}, "invalidValue", "active must be true or false."),
        ({"data": {**NEW, "emails": "x"}}, "invalidValue", "emails must be a list."),
        (
            {"data": {**NEW, "emails": [{"value": "x"}]}},
            "invalidValue",
            "emails[0].value must be an e-mail address.",
        ),
        ({"data": {**NEW, "name": "Eva"}}, "invalidValue", "name must be an object."),
        ({"data": {**NEW, "shoe": 3}}, "invalidSyntax", "shoe is no attribute that is known here."),
        ({"data": {**NEW, "userName": 3}}, "invalidValue", "userName must be a text."),
        (
            {"data": {**NEW, ENTERPRISE: {"manager": {"value": 3}}}},
            "invalidValue",
            f"{ENTERPRISE}:manager.value must be a text.",
        ),
        (
            {"data": {"schemas": [USER]}},
            "invalidValue",
            "Field 'userName' is required but value is missing, null or empty",
        ),
        ({"data": "x"}, "invalidValue", "The data must be an object."),
        ({"path": 3, "data": NEW}, "invalidValue", "path must be a text."),
        ({"method": "FETCH", "data": NEW}, "invalidValue", "method must be POST, PUT, PATCH or DELETE."),
        ("text", "invalidValue", "An operation must be an object."),
        ({}, "invalidValue", "data is required for POST, PUT, or PATCH request operations"),
    ],
)
async def test_a_refusal_in_bulk_is_what_a_request_alone_would_be_told(
    tenants: Tenants, operation: Any, scim_type: str, detail: str
) -> None:
    usual = {"method": "POST", "path": "/Users", "bulkId": "one"}
    operations = [{**usual, **operation} if isinstance(operation, dict) else operation]
    answer = await scim(tenants, "POST", "/scim/v2/Bulk", {"schemas": [BULK], "Operations": operations})
    assert answer.status == 200, answer.raw
    [outcome] = answer.json["Operations"]
    error = outcome["response"]
    assert (outcome["status"], error["scimType"], error["detail"]) == ("400", scim_type, detail)
    assert error["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    if isinstance(operation, dict) and set(operation) == {"data"} and isinstance(operation["data"], dict):
        alone = await scim(tenants, "POST", "/scim/v2/Users", operation["data"])
        assert (alone.json["scimType"], alone.json["detail"]) == (scim_type, detail)

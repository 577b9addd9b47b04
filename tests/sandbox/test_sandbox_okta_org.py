"""The pretend Okta org beyond users: groups, rules, applications, factors, roles, devices, lifecycle, OAuth."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from support_sandbox import Answer, Tenants

EVA = "eva.horvat@northwind.example"
NEW = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@northwind.example", "login": "ada@northwind.example"}


async def post(tenants: Tenants, path: str, body: Any = None) -> Answer:
    return await tenants.okta("POST", f"/api/v1{path}", **({"json": body} if body is not None else {}))


async def get(tenants: Tenants, path: str) -> Any:
    answer = await tenants.okta("GET", f"/api/v1{path}")
    assert answer.status == 200, answer.raw
    return answer.json


async def made(tenants: Tenants, query: str = "", **more: object) -> str:
    answer = await post(tenants, f"/users{query}", {"profile": NEW, **more})
    assert answer.status == 200, answer.raw
    return answer.json["id"]


async def group_named(tenants: Tenants, name: str) -> Any:
    return next(group for group in await get(tenants, "/groups") if group["profile"]["name"] == name)


async def types(tenants: Tenants) -> list[str]:
    return [event["eventType"] for event in await get(tenants, "/logs?since=2020-01-01T00:00:00Z&limit=1000")]


# verbs, the answer's status, and the status of the user afterwards
@pytest.mark.parametrize(
    ("query", "more", "steps"),
    [
        ("?activate=false", {}, [("activate", 200, "PROVISIONED"), ("activate", 403, "PROVISIONED")]),
        ("", {}, [("reactivate", 200, "PROVISIONED"), ("suspend", 400, "PROVISIONED")]),
        (
            "",
            {"credentials": {"password": {"value": "Tr0ub4dor"}}},
            [
                ("unlock", 403, "ACTIVE"),
                ("expire_password", 200, "PASSWORD_EXPIRED"),
                ("reset_password?sendEmail=false", 200, "RECOVERY"),
                ("reactivate", 200, "PROVISIONED"),
                ("deactivate", 200, "DEPROVISIONED"),
                ("reset_password", 403, "DEPROVISIONED"),
                ("activate?sendEmail=false", 200, "ACTIVE"),
                ("suspend", 200, "SUSPENDED"),
                ("expire_password", 403, "SUSPENDED"),
                ("unsuspend", 200, "ACTIVE"),
            ],
        ),
        (
            "?nextLogin=changePassword",
            {"credentials": {"password": {"value": "Tr0ub4dor"}}},
            [("expire_password_with_temp_password", 200, "PASSWORD_EXPIRED"), ("deactivate", 200, "DEPROVISIONED")],
        ),
    ],
)
async def test_lifecycle(tenants: Tenants, query: str, more: Any, steps: list[tuple[str, int, str]]) -> None:
    user = await made(tenants, query, **more)
    for verb, status, after in steps:
        answer = await post(tenants, f"/users/{user}/lifecycle/{verb}")
        assert (verb, answer.status) == (verb, status), answer.raw
        assert (verb, (await get(tenants, f"/users/{user}"))["status"]) == (verb, after)
        if status == 200 and "sendEmail=false" in verb:
            assert any(name.endswith("Url") for name in answer.json)


async def test_the_first_delete_deactivates_and_the_second_deletes(tenants: Tenants) -> None:
    path = f"/api/v1/users/{tenants.key(EVA)}"
    assert (await tenants.okta("DELETE", path)).status == 204
    assert (await get(tenants, f"/users/{tenants.key(EVA)}"))["status"] == "DEPROVISIONED"
    assert (await tenants.okta("DELETE", path)).status == 204
    assert (await tenants.okta("GET", path)).status == 404
    assert (await tenants.okta("DELETE", path)).status == 404
    assert (await tenants.person(EVA))["okta"]["status"] == "DELETED"
    assert (await tenants.control("GET", "/people")).status == 200
    group = await group_named(tenants, "Finance")
    assert EVA not in [user["profile"]["login"] for user in await get(tenants, f"/groups/{group['id']}/users")]


async def test_post_updates_in_part_and_put_replaces(tenants: Tenants) -> None:
    user = await made(tenants)
    changed = await post(tenants, f"/users/{user}", {"profile": {"title": "Analyst"}})
    assert (changed.json["profile"]["title"], changed.json["profile"]["firstName"]) == ("Analyst", "Ada")
    replaced = await tenants.okta("PUT", f"/api/v1/users/{user}", json={"profile": {**NEW, "city": "Rome"}})
    assert ("title" in replaced.json["profile"], replaced.json["profile"]["city"]) == (False, "Rome")
    unknown = await post(tenants, f"/users/{user}", {"profile": {"shoeSize": "43"}})
    assert (unknown.status, unknown.json["errorCode"]) == (400, "E0000001")
    schema = {"definitions": {"custom": {"properties": {"shoeSize": {"title": "Shoe size", "type": "string"}}}}}
    assert (await post(tenants, "/meta/schemas/user/default", schema)).status == 200
    assert (await post(tenants, f"/users/{user}", {"profile": {"shoeSize": "43"}})).status == 200
    found = await get(tenants, "/users?search=" + tenants.key('profile.shoeSize eq "43"'))
    assert [row["id"] for row in found] == [user]


@pytest.mark.parametrize(
    ("declared", "good", "wrong"),
    [
        ({"type": "boolean"}, [True, None], ["true", 1]),
        ({"type": "integer"}, [4], ["4", 4.5, True]),
        ({"type": "number"}, [4, 4.5], ["4", False]),
        ({"type": "array", "items": {"type": "string"}}, [["a"], []], ["a", [1], [None]]),
        ({"type": "array", "items": {"type": "integer"}}, [[1, 2]], [["1"], [True]]),
    ],
)
async def test_attributes_take_values_of_their_declared_type(
    tenants: Tenants, declared: Any, good: list[Any], wrong: list[Any]
) -> None:
    user = await made(tenants)
    schema = {"definitions": {"custom": {"properties": {"own": {"title": "Own", **declared}}}}}
    assert (await post(tenants, "/meta/schemas/user/default", schema)).status == 200
    for value in good:
        assert (await post(tenants, f"/users/{user}", {"profile": {"own": value}})).json["profile"]["own"] == value
    for value in wrong:
        refused = await post(tenants, f"/users/{user}", {"profile": {"own": value}})
        assert (refused.status, refused.json["errorCode"]) == (400, "E0000001"), value
    assert (await get(tenants, f"/users/{user}"))["profile"]["own"] == good[-1]


PAIR = [{"const": "P", "title": "Porto"}, {"const": "B", "title": "Berlin"}]


@pytest.mark.parametrize(
    ("declared", "good", "wrong"),
    [
        ({"type": "string", "required": True}, ["a"], [None, "", "  "]),
        ({"type": "array", "items": {"type": "string"}, "required": True}, [["a"]], [None, []]),
        ({"type": "string", "enum": ["P", "B"], "oneOf": PAIR}, ["P", None], ["X", ""]),
        ({"type": "string", "oneOf": PAIR}, ["B"], ["Porto"]),
        ({"type": "integer", "enum": [1, 2]}, [2], [3]),
        ({"type": "array", "items": {"type": "string", "enum": ["P", "B"]}}, [["P", "B"], []], [["P", "X"]]),
        ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "abc"], ["a", "abcd"]),
        ({"type": "string", "pattern": "[A-Z]{2}[0-9]+"}, ["AB1"], ["AB", "xAB1"]),
        ({"type": "string", "mutability": "IMMUTABLE"}, ["a", "a"], ["b", None]),
        ({"type": "string", "mutability": "READ_ONLY"}, [None], ["b"]),
    ],
)
async def test_attributes_of_users_and_groups_take_what_the_schema_allows(
    tenants: Tenants, declared: Any, good: list[Any], wrong: list[Any]
) -> None:
    for kind, things, about in (("user", "/users", NEW), ("group", "/groups", {"name": "Porto"})):
        schema = {"definitions": {"custom": {"properties": {"own": {"title": "Own", **declared}}}}}
        assert (await post(tenants, f"/meta/schemas/{kind}/default", schema)).status == 200
        made = await post(tenants, things, {"profile": {**about, "own": good[0]}})
        assert (made.status, made.json["profile"].get("own")) == (200, good[0])
        path, seen = f"{things}/{made.json['id']}", good[0]
        for value in [*good, *wrong]:
            changed = await tenants.okta("PUT", f"/api/v1{path}", json={"profile": {**about, "own": value}})
            if value in good:
                assert changed.status == 200
                seen = value
            else:
                assert (changed.status, changed.json["errorCode"]) == (400, "E0000001"), value
                assert changed.json["errorCauses"][0]["errorSummary"].startswith("own: ")
        assert (await get(tenants, path))["profile"].get("own") == seen


async def test_a_required_attribute_is_told_and_has_to_be_there(tenants: Tenants) -> None:
    attributes = {"site": {"title": "Site", "type": "string", "required": True}}
    attributes["badge"] = {"title": "Badge", "type": "string", "unique": "UNIQUE_VALIDATED", "default": "B1"}
    schema = await post(tenants, "/meta/schemas/user/default", {"definitions": {"custom": {"properties": attributes}}})
    assert schema.json["definitions"]["custom"]["required"] == ["site"]
    refused = await post(tenants, "/users", {"profile": NEW})
    assert refused.json["errorCauses"] == [{"errorSummary": "site: The field cannot be left blank"}]
    made = await post(tenants, "/users", {"profile": {**NEW, "site": "P"}})
    assert made.json["profile"]["badge"] == "B1"
    other = {**NEW, "login": "other@x.example", "email": "other@x.example", "site": "P"}
    taken = await post(tenants, "/users", {"profile": other})
    assert (taken.status, taken.json["errorSummary"]) == (400, "Api validation failed: badge")
    unknown = await post(tenants, "/groups", {"profile": {"name": "Porto", "colour": "red"}})
    assert (unknown.status, unknown.json["errorSummary"]) == (400, "Api validation failed: colour")


async def test_of_oktas_own_attributes_names_and_logins_can_be_changed(tenants: Tenants) -> None:
    base = {"lastName": {"required": False}, "login": {"pattern": ".+"}, "title": {"required": True}}
    schema = (await post(tenants, "/meta/schemas/user/default", {"definitions": {"base": {"properties": base}}})).json
    assert schema["definitions"]["base"]["required"] == ["login", "firstName", "email"]
    made = await post(tenants, "/users", {"profile": {"login": "ada", "firstName": "Ada", "email": "ada@x.example"}})
    assert (made.status, made.json["profile"]["displayName"]) == (200, "Ada")
    wrong = {"definitions": {"custom": {"properties": {"own": {"type": "string", "pattern": "["}}}}}
    assert (await post(tenants, "/meta/schemas/user/default", wrong)).status == 400


async def test_a_password_is_changed_by_who_knows_the_old_one(tenants: Tenants) -> None:
    user = await made(tenants)
    await post(tenants, f"/users/{user}", {"credentials": {"password": {"value": "Xw9!Xw9!"}}})

    async def change(old: str) -> Any:
        body = {"oldPassword": {"value": old}, "newPassword": {"value": "Zq7?Zq7?"}}
        return await post(tenants, f"/users/{user}/credentials/change_password", body)

    wrong = await change("Xw9!Xw9?")
    assert (wrong.status, wrong.json["errorCode"]) == (403, "E0000014")
    assert wrong.json["errorCauses"] == [{"errorSummary": "Old Password is not correct"}]
    assert (await change("Xw9!Xw9!")).status == 200
    assert (await change("Xw9!Xw9!")).status == 403


async def test_policies_are_simulated_by_what_they_say_of_people(tenants: Tenants) -> None:
    user, other = await made(tenants), tenants.key("eva.horvat@northwind.example")
    app = (await get(tenants, "/apps"))[0]["id"]
    group = (await post(tenants, "/groups", {"profile": {"name": "Sailors"}})).json["id"]
    assert (await tenants.okta("PUT", f"/api/v1/groups/{group}/users/{user}")).status == 204
    eva = (await get(tenants, f"/users/{other}"))["id"]

    async def policy(name: str, people: Any, priority: int, rule: Any = None) -> str:
        body = {"type": "OKTA_SIGN_ON", "name": name, "priority": priority, "conditions": {"people": people}}
        key = (await post(tenants, "/policies", body)).json["id"]
        conditions = {"people": rule} if rule else {"network": {"connection": "ANYWHERE"}}
        await post(tenants, f"/policies/{key}/rules", {"name": "Rule", "type": "SIGN_ON", "conditions": conditions})
        return key

    async def matched(**context: Any) -> Any:
        wish = {"appInstance": app, "policyTypes": ["OKTA_SIGN_ON"], "policyContext": context}
        [told] = (await post(tenants, "/policies/simulate", [wish])).json
        return told

    def names(told: Any, part: str) -> list[str]:
        return [row["name"] for row in told[part]["policies"]]

    sailors = await policy("Sailors", {"groups": {"include": [group]}, "users": {"exclude": [eva]}}, -3)
    await policy("Eva", {"users": {"include": [eva]}}, -2)
    await policy("No rule", {"users": {"include": [user]}}, -4, {"users": {"exclude": [user]}})
    told = await matched(user={"id": user})
    assert (told["status"], names(told, "result"), names(told, "evaluated")) == ("MATCH", ["Sailors"], ["No rule"])
    assert told["result"]["policies"][0]["rules"][0]["status"] == "MATCH"
    assert told["result"]["policies"][0]["conditions"] == [{"type": "people", "status": "MATCH"}]
    told = await matched(user={"id": eva}, groups={"ids": []})
    assert (names(told, "result"), names(told, "evaluated")) == (["Eva"], ["No rule", "Sailors"])
    told = await matched(groups={"ids": [group]})
    assert (names(told, "result"), names(told, "undefined")) == (["Default Policy"], ["No rule", "Sailors", "Eva"])
    assert (await post(tenants, f"/policies/{sailors}/lifecycle/deactivate")).status in (200, 204)
    assert names(await matched(user={"id": user}), "result") == ["Default Policy"]
    for context, status in (
        ({"user": {"id": user}, "groups": {"ids": [group]}}, 400),
        ({"user": {"id": "nobody"}}, 404),
        ({"groups": {"ids": ["nowhere"]}}, 404),
    ):
        wish = {"appInstance": app, "policyContext": context}
        assert (await post(tenants, "/policies/simulate", [wish])).status == status


async def test_a_policy_of_an_application_is_simulated_for_it_alone(tenants: Tenants) -> None:
    first, second = [row["id"] for row in (await get(tenants, "/apps"))[:2]]
    key = (await post(tenants, "/policies", {"type": "ACCESS_POLICY", "name": "Strict"})).json["id"]
    assert (await tenants.okta("PUT", f"/api/v1/apps/{first}/policies/{key}")).status == 204
    wishes = [{"appInstance": app, "policyTypes": ["ACCESS_POLICY"]} for app in (first, second)]
    told = (await post(tenants, "/policies/simulate", wishes)).json
    assert [row["result"]["policies"][0]["name"] for row in told] == ["Strict", "Default Policy"]


async def test_group_members_come_and_go_and_being_there_already_is_success(tenants: Tenants) -> None:
    user = await made(tenants)
    group = (await post(tenants, "/groups", {"profile": {"name": "Sailors"}})).json
    member = f"/api/v1/groups/{group['id']}/users/{user}"
    assert [(await tenants.okta("PUT", member)).status for _ in range(2)] == [204, 204]
    assert [row["id"] for row in await get(tenants, f"/groups/{group['id']}/users")] == [user]
    names = {row["profile"]["name"] for row in await get(tenants, f"/users/{user}/groups")}
    assert names == {"Everyone", "Sailors"}
    assert [(await tenants.okta("DELETE", member)).status for _ in range(2)] == [204, 204]
    told = await types(tenants)
    assert [told.count(f"group.user_membership.{verb}") for verb in ("add", "remove")] == [1, 1]
    twice = await post(tenants, "/groups", {"profile": {"name": "Sailors"}})
    assert (twice.status, twice.json["errorCode"]) == (400, "E0000001")
    everyone = await group_named(tenants, "Everyone")
    assert (await tenants.okta("PUT", f"/api/v1/groups/{everyone['id']}/users/{user}")).status == 403


async def test_a_rule_puts_people_into_groups(tenants: Tenants) -> None:
    group = (await post(tenants, "/groups", {"profile": {"name": "Accountants"}})).json["id"]
    expression = 'user.department=="Finance" and String.stringContains(user.title, "Accountant")'
    rule = {
        "type": "group_rule",
        "name": "Accountants",
        "conditions": {"expression": {"value": expression, "type": "urn:okta:expression:1.0"}},
        "actions": {"assignUserToGroups": {"groupIds": [group]}},
    }
    made_rule = (await post(tenants, "/groups/rules", rule)).json
    assert made_rule["status"] == "INACTIVE"
    assert (await post(tenants, f"/groups/rules/{made_rule['id']}/lifecycle/activate")).status == 204
    members = {row["profile"]["login"] for row in await get(tenants, f"/groups/{group}/users")}
    assert members == {EVA, "chidi.eze@northwind.example"}
    profile = {**NEW, "department": "Finance", "title": "Accountant"}
    user = (await post(tenants, "/users", {"profile": profile})).json["id"]
    assert user in [row["id"] for row in await get(tenants, f"/groups/{group}/users")]
    broken = {**rule, "name": "Broken", "conditions": {"expression": {"value": "user.department =", "type": "x"}}}
    assert (await post(tenants, "/groups/rules", broken)).status == 400
    await post(tenants, f"/groups/rules/{made_rule['id']}/lifecycle/deactivate")
    assert (await tenants.okta("DELETE", f"/api/v1/groups/rules/{made_rule['id']}?removeUsers=true")).status == 202
    assert await get(tenants, f"/groups/{group}/users") == []


@pytest.mark.parametrize("expression", ["isMemberOfAnyGroup('@asked')", 'user.department=="Finance"'])
async def test_a_rule_is_invalid_once_a_group_of_it_is_deleted(tenants: Tenants, expression: str) -> None:
    into, asked = [(await post(tenants, "/groups", {"profile": {"name": name}})).json["id"] for name in "XY"]
    rule = {
        "type": "group_rule",
        "name": "Rule",
        "conditions": {"expression": {"value": expression.replace("@asked", asked), "type": "urn:okta:expression:1.0"}},
        "actions": {"assignUserToGroups": {"groupIds": [into]}},
    }
    rules = {name: (await post(tenants, "/groups/rules", {**rule, "name": name})).json["id"] for name in ("On", "Off")}
    await post(tenants, f"/groups/rules/{rules['On']}/lifecycle/activate")
    await tenants.okta("DELETE", f"/api/v1/groups/{asked if '@asked' in expression else into}")
    told = "Cannot activate or deactivate a Group Rule with the status INVALID."
    for key in rules.values():
        assert (await get(tenants, f"/groups/rules/{key}"))["status"] == "INVALID"
        for verb in ("activate", "deactivate"):
            refused = await post(tenants, f"/groups/rules/{key}/lifecycle/{verb}")
            assert (refused.status, refused.json["errorCauses"]) == (400, [{"errorSummary": told}])
        assert (await tenants.okta("PUT", f"/api/v1/groups/rules/{key}", json=rule)).status == 400
        assert (await tenants.okta("DELETE", f"/api/v1/groups/rules/{key}")).status == 202


async def test_applications_are_assigned_to_people_and_by_groups(tenants: Tenants) -> None:
    app = (
        await post(
            tenants, "/apps", {"label": "Wiki", "signOnMode": "BOOKMARK", "settings": {"app": {"url": "https://w"}}}
        )
    ).json
    user = (await get(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    assigned = await post(tenants, f"/apps/{app['id']}/users", {"id": user, "profile": {"nickname": "evi"}})
    assert (assigned.json["scope"], assigned.json["profile"]["nickname"]) == ("USER", "evi")
    group = await group_named(tenants, "Finance")
    await tenants.okta("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", json={"priority": 1})
    scopes = {row["scope"] for row in await get(tenants, f"/apps/{app['id']}/users")}
    assert scopes == {"USER", "GROUP"}
    mine = await get(tenants, "/apps?filter=" + tenants.key(f'user.id eq "{user}"'))
    assert "Wiki" in [row["label"] for row in mine]
    assert (await tenants.okta("DELETE", f"/api/v1/apps/{app['id']}/users/{user}")).status == 204
    by_group = await get(tenants, f"/apps/{app['id']}/users/{user}")
    assert by_group["scope"] == "GROUP"
    assert (await tenants.okta("DELETE", f"/api/v1/apps/{app['id']}/users/{user}")).status == 400
    assert (await tenants.okta("DELETE", f"/api/v1/apps/{app['id']}/groups/{group['id']}")).status == 204
    assert (await tenants.okta("GET", f"/api/v1/apps/{app['id']}/users/{user}")).status == 404
    assert (await tenants.okta("DELETE", f"/api/v1/apps/{app['id']}")).json["errorCode"] == "E0000056"
    await post(tenants, f"/apps/{app['id']}/lifecycle/deactivate")
    assert (await tenants.okta("DELETE", f"/api/v1/apps/{app['id']}")).status == 204


async def test_the_schema_of_an_applications_users_can_be_extended(tenants: Tenants) -> None:
    path = f"/meta/schemas/apps/{(await get(tenants, '/apps'))[0]['id']}/default"
    change = {"definitions": {"custom": {"properties": {"team": {"title": "Team", "type": "string"}}}}}
    assert (await post(tenants, path, change)).status == 200
    assert set((await get(tenants, path))["definitions"]["custom"]["properties"]) == {"team"}


async def test_deactivation_takes_applications_of_its_own_away_and_suspension_does_not(tenants: Tenants) -> None:
    user = (await get(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    app = next(row for row in await get(tenants, "/apps") if row["label"] == "Status Dashboard")["id"]
    await post(tenants, f"/apps/{app}/users", {"id": user})
    await tenants.suspend(EVA)
    assert (await get(tenants, f"/apps/{app}/users/{user}"))["status"] == "SUSPENDED"
    await post(tenants, f"/users/{user}/lifecycle/deactivate")
    assert (await tenants.okta("GET", f"/api/v1/apps/{app}/users/{user}")).status == 404


async def test_factors(tenants: Tenants) -> None:
    user = await made(tenants)
    wanted = {"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": "+15550100"}}
    factor = (await post(tenants, f"/users/{user}/factors", wanted)).json
    assert factor["status"] == "PENDING_ACTIVATION"
    wrong = await post(tenants, f"/users/{user}/factors/{factor['id']}/lifecycle/activate", {"passCode": "1"})
    assert (wrong.status, wrong.json["errorCode"]) == (403, "E0000068")
    right = await post(tenants, f"/users/{user}/factors/{factor['id']}/lifecycle/activate", {"passCode": "123456"})
    assert right.json["status"] == "ACTIVE"
    assert (await post(tenants, f"/users/{user}/factors", wanted)).status == 400
    verified = await post(tenants, f"/users/{user}/factors/{factor['id']}/verify", {"passCode": "123456"})
    assert verified.json["factorResult"] == "SUCCESS"
    catalog = {row["factorType"]: row["status"] for row in await get(tenants, f"/users/{user}/factors/catalog")}
    assert (catalog["sms"], catalog["push"]) == ("ACTIVE", "NOT_SETUP")
    assert (await post(tenants, f"/users/{user}/lifecycle/reset_factors")).status == 200
    assert await get(tenants, f"/users/{user}/factors") == []
    assert (await tenants.okta("DELETE", f"/api/v1/users/{user}/factors/{factor['id']}")).status == 404


async def test_roles_and_their_targets(tenants: Tenants) -> None:
    user = await made(tenants)
    role = await post(tenants, f"/users/{user}/roles", {"type": "HELP_DESK_ADMIN"})
    assert (role.status, role.json["label"]) == (201, "Help Desk Administrator")
    twice = await post(tenants, f"/users/{user}/roles", {"type": "HELP_DESK_ADMIN"})
    assert (twice.status, twice.json["errorCode"]) == (409, "E0000090")
    group = (await group_named(tenants, "Sales"))["id"]
    targets = f"/users/{user}/roles/{role.json['id']}/targets/groups"
    assert (await tenants.okta("PUT", f"/api/v1{targets}/{group}")).status == 204
    assert [row["id"] for row in await get(tenants, targets)] == [group]
    admins = (await get(tenants, "/iam/assignees/users"))["value"]
    assert user in [row["id"] for row in admins]
    assert (await tenants.okta("DELETE", f"/api/v1/users/{user}/roles/{role.json['id']}")).status == 204
    assert await get(tenants, f"/users/{user}/roles") == []


async def test_devices(tenants: Tenants) -> None:
    user = (await get(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    device = (await get(tenants, f"/users/{user}/devices"))[0]["device"]["id"]
    assert [row["user"]["id"] for row in await get(tenants, f"/devices/{device}/users")] == [user]
    steps = [("unsuspend", 400), ("suspend", 204), ("deactivate", 204), ("activate", 204), ("deactivate", 204)]
    for verb, status in steps:
        assert (verb, (await post(tenants, f"/devices/{device}/lifecycle/{verb}")).status) == (verb, status)
    assert (await tenants.okta("DELETE", f"/api/v1/devices/{device}")).status == 204
    found = await get(tenants, "/devices?search=" + tenants.key('profile.platform eq "MACOS"'))
    assert {row["profile"]["platform"] for row in found} == {"MACOS"}


async def test_ten_wrong_passwords_lock_an_account_and_unlocking_opens_it(tenants: Tenants) -> None:
    user = await made(tenants, credentials={"password": {"value": "Tr0ub4dor"}})
    right = {"username": NEW["login"], "password": "Tr0ub4dor"}
    assert (await post(tenants, "/authn", right)).json["status"] == "SUCCESS"
    for _ in range(10):
        assert (await post(tenants, "/authn", {**right, "password": "wrong"})).status == 401
    assert (await post(tenants, "/authn", right)).json["errorCode"] == "E0000069"
    assert (await get(tenants, f"/users/{user}"))["status"] == "LOCKED_OUT"
    assert (await post(tenants, f"/users/{user}/lifecycle/unlock")).status == 200
    assert (await post(tenants, "/authn", right)).status == 200


def assertion(tenants: Tenants, **changes: object) -> str:
    okta = tenants.urls["okta"]
    now = int(time.time())
    claims = {"iss": okta["client_id"], "sub": okta["client_id"], "aud": okta["token_url"], "exp": now + 300, **changes}
    parts = [{"alg": "RS256", "kid": "k"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


async def ask_token(tenants: Tenants, text: str, **changes: str) -> Answer:
    form = {
        "grant_type": "client_credentials",
        "scope": "okta.users.manage okta.groups.read",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": text,
        **changes,
    }
    return await tenants.okta("POST", "/oauth2/v1/token", token="", data=form)


async def test_a_service_app_gets_a_token_by_its_assertion(tenants: Tenants) -> None:
    answer = await ask_token(tenants, assertion(tenants))
    assert (answer.status, answer.json["expires_in"], answer.json["scope"]) == (
        200,
        3600,
        "okta.users.manage okta.groups.read",
    )
    token = f"Bearer {answer.json['access_token']}"
    assert (await tenants.okta("GET", "/api/v1/users?limit=1", token=token)).status == 200
    await tenants.okta("POST", "/oauth2/v1/revoke", token="", data={"token": answer.json["access_token"]})
    assert (await tenants.okta("GET", "/api/v1/users?limit=1", token=token)).status == 401


@pytest.mark.parametrize(
    ("claims", "form", "status", "error"),
    [
        ({"sub": "0oaNobody"}, {}, 401, "invalid_client"),
        ({"aud": "https://elsewhere.example"}, {}, 401, "invalid_client"),
        ({"exp": 1}, {}, 401, "invalid_client"),
        ({}, {"scope": ""}, 400, "invalid_scope"),
        ({}, {"scope": "openid"}, 400, "invalid_scope"),
        ({}, {"scope": "okta.user.read okta.users.read"}, 400, "invalid_scope"),
        ({}, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, {"client_assertion": "x"}, 401, "invalid_client"),
    ],
)
async def test_token_refusals(tenants: Tenants, claims: Any, form: Any, status: int, error: str) -> None:
    answer = await ask_token(tenants, assertion(tenants, **claims), **form)
    assert (answer.status, answer.json["error"]) == (status, error)


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ('eventType eq "user.lifecycle.suspend"', 1),
        ('target.alternateId eq "eva.horvat@northwind.example" and outcome.result eq "SUCCESS"', 2),
        ('eventType sw "user.lifecycle" or eventType eq "x"', 2),
        ('published gt "2999-01-01T00:00:00Z"', 0),
    ],
)
async def test_the_system_log_takes_filters(tenants: Tenants, expression: str, count: int) -> None:
    await tenants.suspend(EVA)
    await post(tenants, f"/users/{tenants.key(EVA)}/lifecycle/unsuspend")
    assert len(await get(tenants, f"/logs?filter={tenants.key(expression)}")) == count
    assert len(await get(tenants, "/logs?q=unsuspend")) == 1


async def test_a_person_is_found_by_what_stands_before_the_at_if_only_one_has_it(tenants: Tenants) -> None:
    await made(tenants)
    found = await get(tenants, "/users/eva.horvat?expand=blocks")
    assert (found["profile"]["login"], found["_embedded"]["blocks"]) == (EVA, [])
    body = {"profile": {"firstName": "Eva", "lastName": "Other", "login": "eva.horvat@partner.example"}}
    body["profile"]["email"] = body["profile"]["login"]
    weak = await post(tenants, "/users", {**body, "credentials": {"password": {"value": "short"}}})
    assert (weak.status, weak.json["errorSummary"]) == (400, "Api validation failed: password")
    assert (await post(tenants, "/users", body)).status == 200
    assert (await tenants.okta("GET", "/api/v1/users/eva.horvat")).status == 404


@pytest.mark.parametrize(
    ("path", "wanted", "listed"),
    [
        ("/realm-assignments", {"name": "Partners", "actions": {"assignUserToRealm": {"realmId": "guo1"}}}, None),
        ("/domains", {"domain": "login.northwind.example"}, "domains"),
        ("/templates/sms", {"name": "Code", "type": "SMS_VERIFY_CODE", "template": "Your code: ${code}"}, None),
        ("/device-assurances", {"name": "Macs", "platform": "MACOS"}, None),
        ("/email-servers", {"alias": "own", "host": "mail.example", "port": 587}, "email-servers"),
    ],
)
async def test_what_is_set_up_is_kept(tenants: Tenants, path: str, wanted: Any, listed: str | None) -> None:
    assert (await post(tenants, path, {})).status == 400
    key = (await post(tenants, path, wanted)).json["id"]
    rows = await get(tenants, path)
    assert [row["id"] for row in (rows[listed] if listed else rows)] == [key]
    if path == "/realm-assignments":
        await post(tenants, f"{path}/{key}/lifecycle/deactivate")
    assert (await tenants.okta("DELETE", f"/api/v1{path}/{key}")).status == 204
    assert (await tenants.okta("GET", f"/api/v1{path}/{key}")).status == 404

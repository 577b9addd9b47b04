"""What is sent to the pretend Google Workspace account is of the types that Google's descriptions say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from support_shapes import SHAPES

EVA = "eva.horvat@northwind.example"
USERS, GROUPS = "/admin/directory/v1/users", "/admin/directory/v1/groups"
CUSTOMER = "/admin/directory/v1/customer/my_customer"
NAME = {"givenName": "Ada", "familyName": "Byron"}
NEW = {"primaryEmail": "ada@northwind.example", "password": "Xw9!Xw9!", "name": NAME}
USER = "/".join((USERS, EVA))


async def sent(tenants: Tenants, method: str, path: str, body: Any) -> Answer:
    path = path.replace(EVA, tenants.key(EVA))
    if "{group}" in path:
        groups = (await tenants.google("GET", f"{GROUPS}?customer=my_customer")).json["groups"]
        finance = next(row["id"] for row in groups if row["name"] == "Finance")
        path = path.format(group=finance)
        await tenants.google("POST", f"{GROUPS}/{finance}/members", json={"email": EVA})
    return await tenants.google(method, path, json=body)


CHANGES: list[tuple[str, Any, list[Any], str]] = [
    # field, a right value, wrong ones, what is named
    ("name", {"givenName": "Evi", "displayName": None}, ["Evi", ["Evi"]], "name"),
    ("name", {"familyName": "H"}, [{"givenName": 5}, {"givenName": True}, {"givenName": ["x"]}], "name.givenName"),
    ("phones", [{"value": "0151", "type": "work", "primary": True}], [[{"value": 5}]], "phones[0].value"),
    ("phones", [], ["0151", {"value": "0151"}], "phones"),
    ("phones", [{"value": "0151"}], [[{"value": "0151"}, "0151"]], "phones[1]"),
    ("organizations", [{"primary": False, "title": "CFO"}], [[{"primary": "yes"}]], "organizations[0].primary"),
    ("organizations", [{"fullTimeEquivalent": 100000}], [[{"title": 1}]], "organizations[0].title"),
    (
        "emails",
        [{"address": "e@home.example"}],
        [[{"address": "bad"}], [{"address": "a b@x.example"}]],
        "emails[0].address",
    ),
    ("addresses", [{"sourceIsStructured": True}], [[{"postalCode": 10115}]], "addresses[0].postalCode"),
    ("relations", [{"type": "manager", "value": EVA}], [[{"type": 1}]], "relations[0].type"),
    ("posixAccounts", [{"uid": 1001, "gid": "1001"}], [[{"uid": "x"}]], "posixAccounts[0].uid"),
    ("gender", {"type": "other"}, [{"type": 1}], "gender.type"),
    ("recoveryPhone", "+4915112345678", ["0151", "+49 151 1234567", 4915112345678], "recoveryPhone"),
    (
        "recoveryEmail",
        "eva@home.example",
        ["no at", "a@b", "@x.example", "a@@x.example", "a..b@x.example"],
        "recoveryEmail",
    ),
    ("recoveryEmail", "", [1], "recoveryEmail"),
    ("hashFunction", "SHA-1", ["BOGUS", "sha-1", 1], "hashFunction"),
    ("password", "long enough", ["short", 12345678], "password: it must have at least 8 characters"),
    ("primaryEmail", "evi@northwind.example", ["e h@northwind.example", 5, ".evi@northwind.example"], "primaryEmail"),
    ("orgUnitPath", "/", [1, ["/"]], "orgUnitPath"),
    ("suspended", True, ["true", 1], "suspended"),
]


@pytest.mark.parametrize(("field", "right", "wrong", "named"), CHANGES)
async def test_what_a_user_is_given_has_to_be_of_its_type(
    tenants: Tenants, field: str, right: Any, wrong: list[Any], named: str
) -> None:
    before = (await tenants.google("GET", f"{USERS}/{tenants.key(EVA)}")).json
    for value in wrong:
        steps = [("PATCH", USER, {field: value}), ("PUT", USER, {field: value}), ("POST", USERS, {**NEW, field: value})]
        for method, path, body in steps:
            answer = await sent(tenants, method, path, body)
            assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (400, "invalid"), (method, value)
            assert answer.json["error"]["message"] == f"Invalid Input: {named}"
    assert (await tenants.google("GET", f"{USERS}/{tenants.key(EVA)}")).json == before
    made = await sent(tenants, "POST", USERS, {**NEW, field: right} if field != "name" else NEW)
    changed = await sent(tenants, "PATCH", USER, {field: right if field != "primaryEmail" else "eve@northwind.example"})
    assert (made.status, changed.status) == (200, 200), (made.raw, changed.raw)


OTHERS: list[tuple[str, str, Any, str]] = [
    ("POST", GROUPS, {"email": "g 3@northwind.example"}, "email"),
    ("POST", GROUPS, {"email": "g3"}, "email"),
    ("POST", GROUPS, {"email": "g3@northwind.example", "name": 5}, "name"),
    ("POST", GROUPS, {"email": "g3@northwind.example", "name": "G3", "description": None}, ""),
    ("PATCH", GROUPS + "/{group}", {"description": 5}, "description"),
    ("PUT", GROUPS + "/{group}", {"description": "All of it"}, ""),
    ("POST", GROUPS + "/{group}/aliases", {"alias": "a lias@northwind.example"}, "alias"),
    ("POST", USER + "/aliases", {"alias": "alias"}, "alias"),
    ("POST", USER + "/aliases", {"alias": "evi@northwind.example"}, ""),
    ("POST", GROUPS + "/{group}/members", {"email": "some one@x.example"}, "email"),
    (
        "POST",
        GROUPS + "/{group}/members",
        {"email": "someone@x.example", "delivery_settings": "NOPE"},
        "delivery_settings",
    ),
    ("POST", GROUPS + "/{group}/members", {"email": "someone@x.example", "delivery_settings": "DIGEST"}, ""),
    ("PATCH", GROUPS + "/{group}/members/" + EVA, {"delivery_settings": "NOPE"}, "delivery_settings"),
    ("PUT", GROUPS + "/{group}/members/" + EVA, {"role": 5}, "role"),
    ("PATCH", GROUPS + "/{group}/members/" + EVA, {"delivery_settings": "NONE", "role": "MANAGER"}, ""),
    (
        "POST",
        CUSTOMER + "/orgunits",
        {"name": "X", "parentOrgUnitPath": "/", "blockInheritance": "no"},
        "blockInheritance",
    ),
    (
        "POST",
        CUSTOMER + "/schemas",
        {"schemaName": "A", "fields": [{"fieldName": "a", "indexed": "no"}]},
        "fields[0].indexed",
    ),
    ("POST", CUSTOMER + "/roles", {"roleName": "R", "rolePrivileges": [{"serviceId": "1"}, 5]}, "rolePrivileges[1]"),
]


@pytest.mark.parametrize(("method", "path", "body", "named"), OTHERS)
async def test_what_groups_members_and_others_are_given_too(
    tenants: Tenants, method: str, path: str, body: Any, named: str
) -> None:
    answer = await sent(tenants, method, path, body)
    assert answer.status == (400 if named else 200), answer.raw
    if named:
        assert answer.json["error"]["message"] == f"Invalid Input: {named}"


def plain(shapes: Any, shape: Any, depth: int = 3) -> Iterator[tuple[Any, str]]:
    """Bodies with one value each of a wrong type, and where that is."""
    for name, inner in (shapes[shape] if isinstance(shape, str) else shape).items():
        several = isinstance(inner, list)
        kind = inner[0] if several else inner
        at = name + "[0]" * several
        if isinstance(kind, dict) or kind in shapes:
            deeper = plain(shapes, kind, depth - 1) if depth and (isinstance(kind, dict) or shapes[kind]) else ()
            found = [(body, f"{at}.{rest}") for body, rest in deeper]
        else:
            found = [] if kind is None else [({"an": "object"}, at)]
        yield from (({name: [body] if several else body}, rest) for body, rest in found)


async def test_no_plain_field_of_any_body_takes_an_object(tenants: Tenants) -> None:
    kept = json.loads(SHAPES.read_bytes())
    tried = 0
    for operation, name in kept["bodies"].items():
        method, _, path = operation.partition(" ")
        served = operation.startswith((f"PATCH {USERS}/{{userKey}}", "PATCH /admin/directory/v1/groups/{groupKey}"))
        if not served or "photos" in path:
            continue
        path = path.replace("{userKey}", EVA).replace("{groupKey}", "{group}").replace("{memberKey}", EVA)
        for body, at in plain(kept["shapes"], name):
            answer = await sent(tenants, method, path, body)
            assert (answer.status, answer.json["error"]["message"].partition(": it")[0]) == (
                400,
                f"Invalid Input: {at}",
            )
            tried += 1
    assert tried > 40

"""Whatever is wrong in a request, the tenant that refuses it changes nothing (`support.whole` watches every gate).

Each operation here is sent a body that is good but for one field, which comes last: what stands before it is not
carried out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support.whole import Halves
from support_sandbox import Tenants

from keyturn.sandbox.state import World
from keyturn.sandbox.values import Tenant

EVA, NOAH = "eva.horvat@northwind.example", "noah.bennett@northwind.example"
NOBODY = "00000000-0000-0000-0000-000000000001"
G, C = "/admin/directory/v1", "/admin/directory/v1/customer/my_customer"
OKTA, GRAPH = "/api/v1", "/v1.0"
SCIM_USER, SCIM_GROUP = (f"urn:ietf:params:scim:schemas:core:2.0:{name}" for name in ("User", "Group"))
PATCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
# of no id, of another type, too long, of another shape
WRONG: list[Any] = ["nope", 5, "x" * 2_000, ["nope"], {"nope": "nope"}, None]


@dataclass(frozen=True)
class Writing:
    """An operation with a good body; taken: fields with values that are wrong here alone, such as another's name."""

    tenant: Tenant
    method: str
    path: str
    body: dict[str, Any]
    taken: tuple[tuple[str, Any], ...] = ()


PERSON = {"firstName": "Ada", "lastName": "Byron", "email": "ada@northwind.example", "login": "ada@northwind.example"}
GOOGLE_PERSON = {
    "primaryEmail": "ada@northwind.example",
    "password": "Xw9!Xw9!",
    "name": {"givenName": "Ada", "familyName": "Byron"},
    "suspended": True,
    "phones": [{"value": "0151", "type": "work"}],
    "recoveryPhone": "+4915112345678",
    "orgUnitPath": "/Finance",
    "customSchemas": {},
}
GRAPH_PERSON = {
    "accountEnabled": True,
    "displayName": "Ada Byron",
    "mailNickname": "ada",
    "userPrincipalName": "ada@northwind.example",
    "passwordProfile": {"password": "Tr0ub4dor&3", "forceChangePasswordNextSignIn": True},
    "usageLocation": "DE",
}
SLACK_PROFILE = {"real_name": "Evi", "title": "CFO", "email": "evi@northwind.example"}
RETITLED = {"base": {"properties": {"title": {"title": "Job", "maxLength": 20}}}}
WRITINGS = [
    # Google
    Writing("google", "POST", f"{G}/users", GOOGLE_PERSON, (("orgUnitPath", "/New Hires"), ("primaryEmail", EVA))),
    *(
        Writing(
            "google",
            method,
            f"{G}/users/{NOAH}",
            {**GOOGLE_PERSON, "primaryEmail": "noah@northwind.example"},
            (("orgUnitPath", "/Former"), ("primaryEmail", EVA)),
        )
        for method in ("PATCH", "PUT")
    ),
    Writing("google", "POST", f"{G}/users/DELETED/undelete", {"orgUnitPath": "/"}, (("orgUnitPath", "/nope"),)),
    Writing("google", "POST", f"{G}/groups", {"email": "new@northwind.example", "name": "New", "description": "x"}),
    Writing("google", "PUT", f"{G}/groups/sales@northwind.example", {"name": "S", "email": "s@northwind.example"}),
    Writing("google", "POST", f"{G}/groups/sales@northwind.example/members", {"email": "a@b.example", "role": "OWNER"}),
    Writing("google", "POST", f"{C}/orgunits", {"name": "New", "parentOrgUnitPath": "/", "description": "x"}),
    Writing(
        "google",
        "PUT",
        f"{C}/orgunits/Finance",
        {"name": "Money", "description": "x", "parentOrgUnitPath": "/", "parentOrgUnitId": None},
        (("name", "Sales"),),
    ),
    Writing(
        "google", "POST", f"{C}/schemas", {"schemaName": "A", "fields": [{"fieldName": "a", "fieldType": "INT64"}]}
    ),
    Writing("google", "POST", f"{C}/roles", {"roleName": "R", "rolePrivileges": [{"serviceId": "1"}]}),
    Writing("google", "PUT", f"{C}/devices/chromeos/CHROME", {"notes": "x", "annotatedUser": EVA, "orgUnitPath": "/"}),
    # Okta
    *(
        Writing(
            "okta",
            method,
            path,
            {
                "profile": {**PERSON, "title": "CFO"},
                "type": {"id": "default"},
                "groupIds": [],
                "credentials": {"password": {"value": "Xw9!Xw9!"}, "recovery_question": {"question": "Who?"}},
            },
            (("credentials", {"password": {"value": "short"}}), ("profile", {**PERSON, "login": EVA})),
        )
        for method, path in (
            ("POST", f"{OKTA}/users"),
            ("POST", f"{OKTA}/users/{NOAH}"),
            ("PUT", f"{OKTA}/users/{NOAH}"),
        )
    ),
    Writing("okta", "POST", f"{OKTA}/groups", {"profile": {"name": "New", "description": "x"}}),
    Writing("okta", "PUT", f"{OKTA}/groups/OWN", {"profile": {"name": "New", "description": "x"}}),
    Writing(
        "okta",
        "POST",
        f"{OKTA}/apps",
        {
            "name": "bookmark",
            "signOnMode": "BOOKMARK",
            "label": "New",
            "settings": {"app": {"url": "https://x.example"}},
        },
    ),
    Writing("okta", "PUT", f"{OKTA}/apps/APP", {"label": "New", "features": [], "settings": {}, "profile": {}}),
    Writing("okta", "POST", f"{OKTA}/apps/APP/users", {"id": "NOAH", "profile": {}, "credentials": {"userName": "n"}}),
    Writing(
        "okta",
        "POST",
        f"{OKTA}/meta/schemas/user/default",
        {
            "definitions": {
                **RETITLED,
                "custom": {"properties": {"shoe": {"title": "Shoe", "type": "integer"}}},
            }
        },
        (("definitions", {**RETITLED, "custom": {"properties": {"login": {"title": "x", "type": "string"}}}}),),
    ),
    Writing("okta", "POST", f"{OKTA}/meta/types/user", {"name": "temp", "displayName": "Temp", "description": "x"}),
    Writing("okta", "POST", f"{OKTA}/zones", {"type": "IP", "name": "New", "gateways": []}),
    Writing(
        "okta", "POST", f"{OKTA}/iam/roles", {"label": "New", "description": "x", "permissions": ["okta.users.read"]}
    ),
    Writing("okta", "POST", f"{OKTA}/policies", {"type": "OKTA_SIGN_ON", "name": "New", "conditions": {}}),
    # Microsoft Graph
    Writing("graph", "POST", f"{GRAPH}/users", GRAPH_PERSON, (("userPrincipalName", EVA),)),
    Writing(
        "graph",
        "PATCH",
        f"{GRAPH}/users/{NOAH}",
        {**GRAPH_PERSON, "accountEnabled": False},
        (("passwordProfile", {"password": "x"}), ("userPrincipalName", EVA)),
    ),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/groups",
        {
            "displayName": "New",
            "mailEnabled": False,
            "mailNickname": "new",
            "securityEnabled": True,
            "members@odata.bind": ["https://graph.microsoft.com/v1.0/users/GRAPHEVA"],
        },
        (("members@odata.bind", [f"https://graph.microsoft.com/v1.0/users/{NOBODY}"]),),
    ),
    Writing("graph", "PATCH", f"{GRAPH}/groups/GROUP", {"displayName": "New", "description": "x", "mailNickname": "n"}),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/users/{NOAH}/assignLicense",
        {"addLicenses": [{"skuId": "SKU", "disabledPlans": []}], "removeLicenses": []},
        (("removeLicenses", [NOBODY]),),
    ),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/teams",
        {
            "displayName": "New",
            "template@odata.bind": "https://graph.microsoft.com/v1.0/teamsTemplates('standard')",
            "members": [{"roles": ["owner"], "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{EVA}')"}],
        },
        (("members", [{"roles": [], "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{NOBODY}')"}]),),
    ),
    Writing("graph", "PATCH", f"{GRAPH}/devices/DEVICE", {"accountEnabled": False, "displayName": "New"}),
    Writing("graph", "POST", f"{GRAPH}/applications", {"displayName": "New", "tags": [], "web": {"redirectUris": []}}),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/invitations",
        {
            "invitedUserEmailAddress": "g@x.example",
            "inviteRedirectUrl": "https://x.example",
            "sendInvitationMessage": False,
        },
    ),
    Writing(
        "graph", "PATCH", f"{GRAPH}/users/{NOAH}/mailboxSettings", {"timeZone": "UTC", "language": {"locale": "de-DE"}}
    ),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/users/{NOAH}/messages",
        {"subject": "x", "body": {"content": "x"}, "toRecipients": []},
    ),
    Writing(
        "graph",
        "POST",
        f"{GRAPH}/users/{NOAH}/events",
        {
            "subject": "x",
            "start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-12-01T10:00:00", "timeZone": "UTC"},
        },
    ),
    # Slack
    Writing("slack", "POST", "/api/usergroups.create", {"name": "New", "handle": "new", "channels": ["#general"]}),
    Writing(
        "slack",
        "POST",
        "/api/usergroups.update",
        {"usergroup": "USERGROUP", "name": "New", "description": "x", "channels": ["#general"]},
        (("channels", ["C0NOTTHERE"]),),
    ),
    Writing("slack", "POST", "/api/usergroups.users.update", {"usergroup": "USERGROUP", "users": ["SLACKEVA"]}),
    Writing("slack", "POST", "/api/conversations.create", {"name": "new", "is_private": True}),
    Writing(
        "slack",
        "POST",
        "/api/chat.postMessage",
        {"channel": "SLACKEVA", "text": "x", "blocks": [], "thread_ts": ""},
        (("thread_ts", "1.1"),),
    ),
    Writing("slack", "POST", "/api/users.profile.set", {"user": "SLACKEVA", "profile": SLACK_PROFILE}),
    Writing(
        "slack",
        "POST",
        "/api/admin.users.invite",
        {
            "team_id": "T0NORTHWIND",
            "email": "gil@partner.example",
            "channel_ids": "#general",
            "is_restricted": True,
            "guest_expiration_ts": "1999999999",
        },
        (("guest_expiration_ts", "tomorrow"),),
    ),
    Writing(
        "slack",
        "POST",
        "/api/admin.users.assign",
        {"team_id": "T0NORTHWIND", "user_id": "SLACKEVA", "channel_ids": ["#general"]},
    ),
    Writing(
        "slack",
        "POST",
        "/api/admin.users.session.resetBulk",
        {"user_ids": ["SLACKEVA"]},
        (("user_ids", ["SLACKEVA", "U404"]),),
    ),
    Writing(
        "slack",
        "POST",
        "/api/admin.users.session.setSettings",
        {"user_ids": ["SLACKEVA"], "duration": 60},
        (("user_ids", ["SLACKEVA", "U404"]),),
    ),
    Writing(
        "slack",
        "POST",
        "/api/admin.auth.policy.assignEntities",
        {"policy_name": "email_password", "entity_type": "USER", "entity_ids": ["SLACKEVA"]},
        (("entity_ids", ["SLACKEVA", "U404"]),),
    ),
    *(
        Writing("slack", method, "/scim/v2/Groups/USERGROUP", body)
        for method, body in (
            ("PUT", {"displayName": "New", "members": [{"value": "SLACKEVA"}]}),
            ("PATCH", {"displayName": "New", "members": [{"value": "SLACKEVA"}]}),
        )
    ),
    # SCIM
    *(
        Writing(
            "scim",
            method,
            path,
            {
                "schemas": [SCIM_USER],
                "userName": "ada",
                "name": {"givenName": "Ada"},
                "emails": [{"value": "ada@northwind.example"}],
                "active": False,
            },
        )
        for method, path in (("POST", "/scim/v2/Users"), ("PUT", "/scim/v2/Users/SCIMUSER"))
    ),
    Writing(
        "scim",
        "PATCH",
        "/scim/v2/Users/SCIMUSER",
        {**PATCH, "Operations": [{"op": "replace", "path": "active", "value": False}]},
    ),
    Writing("scim", "POST", "/scim/v2/Groups", {"schemas": [SCIM_GROUP], "displayName": "New", "members": []}),
]


def spoiled(writing: Writing) -> Iterator[dict[str, Any]]:
    """The body with one wrong field at its end, and lists with one wrong row at theirs."""
    for name, good in writing.body.items():
        rest = {key: value for key, value in writing.body.items() if key != name}
        values = [*WRONG, *(value for key, value in writing.taken if key == name)]
        if isinstance(good, list):
            rows: list[Any] = good
            values += [[*rows, wrong] for wrong in WRONG]
        if isinstance(good, dict):
            inner: dict[str, Any] = good
            values += [{**inner, key: wrong} for key in inner for wrong in WRONG]
        yield from ({**rest, name: value} for value in values)


async def places(tenants: Tenants) -> dict[str, str]:
    """What stands in paths and bodies for the id of something that is there."""
    graph, okta = (await tenants.graph("GET", "/v1.0/users?$top=999")).json["value"], OKTA

    async def first(tenant: Tenant, path: str, *names: str) -> Any:
        found = (await tenants.call(tenant, "GET", path)).json
        for name in names:
            found = found[name]
        return found[0]["id"] if isinstance(found, list) else found

    groups = (await tenants.okta("GET", f"{okta}/groups")).json
    slack = (await tenants.call("slack", "POST", f"/api/users.lookupByEmail?email={EVA}")).json["user"]["id"]
    usergroups = (await tenants.call("slack", "POST", "/api/usergroups.list")).json["usergroups"]
    chrome = (await tenants.google("GET", f"{C}/devices/chromeos")).json["chromeosdevices"]
    skus = (await tenants.graph("GET", "/v1.0/subscribedSkus")).json["value"]
    return {
        "OWN": next(row["id"] for row in groups if row["type"] == "OKTA_GROUP"),
        "APP": await first("okta", f"{okta}/apps"),
        "NOAH": (await tenants.okta("GET", f"{okta}/users/{NOAH}")).json["id"],
        "GRAPHEVA": next(row["id"] for row in graph if row["userPrincipalName"] == EVA),
        "GROUP": await first("graph", "/v1.0/groups", "value"),
        "DEVICE": await first("graph", "/v1.0/devices", "value"),
        "SKU": skus[0]["skuId"],
        "CHROME": chrome[0]["deviceId"],
        "SLACKEVA": slack,
        "USERGROUP": usergroups[0]["id"],
        "SCIMUSER": await first("scim", "/scim/v2/Users", "Resources"),
        "DELETED": "1",
    }


def placed(value: Any, held: dict[str, str]) -> Any:
    """A body or a path with ids in the places of their names."""
    text = json.dumps(value)
    for name, key in held.items():
        text = re.sub(rf"\b{name}\b", key, text)
    return json.loads(text)


async def sent(tenants: Tenants, writing: Writing, body: Any) -> bool:
    """Whether it was accepted."""
    media = "application/scim+json" if "/scim/" in writing.path else "application/json"
    options = {"data": json.dumps(body), "headers": {"Content-Type": media}}
    answer = await tenants.call(writing.tenant, writing.method, writing.path.replace("@", "%40"), **options)
    assert answer.status < 500, (writing, body, answer.raw)
    return answer.status < 400 and not answer.raw.startswith(b'{"ok":false')


def back_to_now(world: World, tenant: Tenant) -> Callable[[], None]:
    """Puts a tenant back to how it is now; far cheaper than a reset."""
    shelves = deepcopy({name: shelf for name, shelf in world.shelves.items() if name.startswith(tenant)})
    accounts: list[Any] = getattr(world.accounts, tenant, [])
    people = deepcopy(accounts)

    def back() -> None:
        for name in [name for name in world.shelves if name.startswith(tenant)]:
            del world.shelves[name]
        world.shelves.update(deepcopy(shelves))
        accounts[:] = deepcopy(people)

    return back


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda each: f"{each.tenant} {each.method} {each.path}")
async def test_what_is_refused_changes_nothing(tenants: Tenants, halves: Halves, writing: Writing) -> None:
    held, looked = await places(tenants), halves.looked
    if "DELETED" in writing.path:
        held["DELETED"] = (await tenants.google("GET", f"{G}/users/{NOAH.replace('@', '%40')}")).json["id"]
        await tenants.google("DELETE", f"{G}/users/{held['DELETED']}")
    writing = replace(writing, path=placed(writing.path, held), body=placed(writing.body, held))
    refused, back = 0, back_to_now(halves.store.world, writing.tenant)
    for body in spoiled(writing):
        if await sent(tenants, writing, placed(body, held)):
            back()
        else:
            refused += 1
    assert await sent(tenants, writing, writing.body)
    assert 0 < refused <= halves.looked - looked

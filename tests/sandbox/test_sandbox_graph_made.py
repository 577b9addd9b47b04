"""What the pretend Microsoft 365 tenant makes, and what it makes of nobody: groups, applications, guests."""

from __future__ import annotations

from typing import Any

import pytest
from support_graph import call
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
NOBODY = "00000000-0000-0000-0000-000000000001"
GROUP = {"displayName": "Sailors", "mailEnabled": False, "mailNickname": "sailors", "securityEnabled": True}
MAIL_ENABLED = (
    "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement "
    "property is unset and the security-enablement property is set."
)
UNKNOWN = "Invalid value specified for property 'groupTypes' of resource 'Group'."


async def named(tenants: Tenants, path: str) -> list[str]:
    answer = await call(tenants, "GET", path)
    assert answer.status == 200, answer.raw
    return [row.get("displayName") or row["id"] for row in answer.json["value"]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mailEnabled": True, "securityEnabled": False}, MAIL_ENABLED),
        ({"mailEnabled": True}, MAIL_ENABLED),
        ({"securityEnabled": False}, MAIL_ENABLED),
        (
            {"groupTypes": ["DynamicMembership"], "membershipRule": 'user.city -eq "x"', "mailEnabled": True},
            MAIL_ENABLED,
        ),
        ({"groupTypes": ["Foo"]}, UNKNOWN),
        ({"groupTypes": ["Unified", "unified"], "mailEnabled": True}, UNKNOWN),
    ],
)
async def test_groups_that_microsoft_never_makes_are_refused(tenants: Tenants, changes: Any, said: str) -> None:
    answer = await call(tenants, "POST", "/groups", {**GROUP, **changes})
    assert (answer.status, answer.json["error"]["code"]) == (400, "Request_BadRequest"), answer.raw
    assert answer.json["error"]["message"] == said
    assert "Sailors" not in await named(tenants, "/groups?$top=200")


async def test_no_change_makes_such_a_group_either(tenants: Tenants) -> None:
    group = f"/groups/{(await call(tenants, 'POST', '/groups', GROUP)).json['id']}"
    for changes, said in (
        ({"mailEnabled": True}, MAIL_ENABLED),
        ({"securityEnabled": False, "description": "x"}, MAIL_ENABLED),
        ({"groupTypes": ["Foo"]}, UNKNOWN),
    ):
        answer = await call(tenants, "PATCH", group, changes)
        assert (answer.status, answer.json["error"]["message"]) == (400, said)
    now = (await call(tenants, "GET", group)).json
    assert (now["mailEnabled"], now["securityEnabled"], now["groupTypes"], now["description"]) == (
        False,
        True,
        [],
        None,
    )
    assert (await call(tenants, "PATCH", group, {"description": "x"})).status == 204


@pytest.mark.parametrize("secure", [True, False])
async def test_microsoft_365_groups_are_made_with_and_without_security(tenants: Tenants, secure: bool) -> None:
    body = {**GROUP, "groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": secure}
    assert (await call(tenants, "POST", "/groups", body)).status == 201


async def test_applications_have_the_owners_that_they_are_made_with(tenants: Tenants) -> None:
    base = tenants.urls["graph"]["base_url"]
    body = {"displayName": "Ledger", "owners@odata.bind": [f"{base}/v1.0/users/{EVA}"]}
    made = await call(tenants, "POST", "/applications", body)
    assert made.status == 201, made.raw
    assert await named(tenants, f"/applications/{made.json['id']}/owners") == ["Eva Horvat"]
    body = {"displayName": "Other", "owners@odata.bind": [f"{base}/v1.0/users/{EVA}", f"{base}/v1.0/users/{NOBODY}"]}
    answer = await call(tenants, "POST", "/applications", body)
    assert (answer.status, answer.json["error"]["code"]) == (404, "Request_ResourceNotFound"), answer.raw
    assert NOBODY in answer.json["error"]["message"]
    assert "Other" not in await named(tenants, "/applications")


@pytest.mark.parametrize("bound", [True, False])
async def test_guests_have_the_sponsors_that_they_are_invited_with(tenants: Tenants, bound: bool) -> None:
    eva = (await call(tenants, "GET", f"/users/{EVA}")).json["id"]

    def invitation(mail: str, sponsor: str) -> Any:
        named = {"@odata.type": "#microsoft.graph.user", "id": sponsor}
        body = {"invitedUserEmailAddress": mail, "inviteRedirectUrl": "https://northwind.example"}
        address = f"{tenants.urls['graph']['base_url']}/v1.0/users/{sponsor}"
        return {
            **body,
            **({"invitedUserSponsors@odata.bind": [address]} if bound else {"invitedUserSponsors": [named]}),
        }

    made = await call(tenants, "POST", "/invitations", invitation("ann@partner.example", eva))
    assert made.status == 201, made.raw
    guest = made.json["invitedUser"]["id"]
    assert await named(tenants, f"/users/{guest}/sponsors") == ["Eva Horvat"]
    answer = await call(tenants, "POST", "/invitations", invitation("bob@partner.example", NOBODY))
    assert (answer.status, answer.json["error"]["code"]) == (404, "Request_ResourceNotFound"), answer.raw
    assert (await call(tenants, "GET", "/users/bob_partner.example%23EXT%23@northwind.example")).status == 404

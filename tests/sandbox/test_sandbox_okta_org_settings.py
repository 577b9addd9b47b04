"""Settings of the pretend Okta org: who manages it with others, what administrators get, how much one token may use."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants

AERIAL = "/api/v1/org/privacy/aerial"
LIMITS = "/api/v1/principal-rate-limits"
ACCOUNT = {"accountId": "0200bs0617vvhv2v675mch1cukp"}


async def ask(tenants: Tenants, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = await tenants.okta(method, path, **({} if body is None else {"json": body}))
    assert answer.status == status, answer.raw
    return answer.json


async def test_an_aerial_account_is_let_in_and_out_again(tenants: Tenants) -> None:
    assert (await ask(tenants, "GET", AERIAL, status=404))["errorCode"] == "E0000007"
    await ask(tenants, "POST", f"{AERIAL}/revoke", ACCOUNT, 404)
    granted = await ask(tenants, "POST", f"{AERIAL}/grant", ACCOUNT)
    me = await ask(tenants, "GET", "/api/v1/users/me")
    assert (granted["accountId"], granted["grantedBy"]) == (ACCOUNT["accountId"], me["id"])
    assert set(granted["_links"]) == {"self", "revoke"}
    assert await ask(tenants, "GET", AERIAL) == granted
    await ask(tenants, "POST", f"{AERIAL}/revoke", {"accountId": "another"}, 404)
    assert set((await ask(tenants, "POST", f"{AERIAL}/revoke", ACCOUNT))["_links"]) == {"grant"}
    await ask(tenants, "GET", AERIAL, status=404)


@pytest.mark.parametrize("body", [{}, {"accountId": ""}, {"accountId": 5}])
async def test_an_aerial_account_needs_an_id(tenants: Tenants, body: Any) -> None:
    await ask(tenants, "POST", f"{AERIAL}/grant", body, 400)
    await ask(tenants, "GET", AERIAL, status=404)


@pytest.mark.parametrize(
    ("name", "method", "first"),
    [("autoAssignAdminAppSetting", "POST", True), ("clientPrivilegesSetting", "PUT", False)],
)
async def test_what_administrators_and_apps_get_is_kept(tenants: Tenants, name: str, method: str, first: bool) -> None:
    path = f"/api/v1/org/settings/{name}"
    assert await ask(tenants, "GET", path) == {name: first}
    await ask(tenants, method, path, {name: "yes"}, 400)
    assert await ask(tenants, method, path, {name: not first}) == {name: not first}
    assert await ask(tenants, "GET", path) == {name: not first}


async def test_the_share_of_a_token_is_kept(tenants: Tenants) -> None:
    token = (await ask(tenants, "GET", "/api/v1/api-tokens"))[0]["id"]
    body = {"principalId": token, "principalType": "SSWS_TOKEN", "defaultPercentage": 20}
    made = await ask(tenants, "POST", LIMITS, body, 201)
    assert (made["defaultPercentage"], made["defaultConcurrencyPercentage"]) == (20, 50)
    await ask(tenants, "POST", LIMITS, body, 400)
    changed = await ask(tenants, "PUT", f"{LIMITS}/{made['id']}", {**body, "defaultPercentage": 30})
    assert (changed["defaultPercentage"], changed["createdDate"]) == (30, made["createdDate"])
    assert await ask(tenants, "GET", f"{LIMITS}/{made['id']}") == changed
    of_tokens = "?filter=principalType%20eq%20%22SSWS_TOKEN%22"
    assert await ask(tenants, "GET", LIMITS + of_tokens) == [changed]
    assert await ask(tenants, "GET", LIMITS + "?filter=principalType%20eq%20%22OAUTH_CLIENT%22") == []
    await ask(tenants, "GET", LIMITS, status=400)
    await ask(tenants, "GET", f"{LIMITS}/0agnone", status=404)


@pytest.mark.parametrize(
    "changes",
    [{"principalType": "MOON"}, {"principalId": "00Tnone"}, {"defaultPercentage": 101}, {"defaultPercentage": "20"}],
)
async def test_a_share_that_cannot_be_is_refused(tenants: Tenants, changes: Any) -> None:
    token = (await ask(tenants, "GET", "/api/v1/api-tokens"))[0]["id"]
    await ask(tenants, "POST", LIMITS, {"principalId": token, "principalType": "SSWS_TOKEN", **changes}, 400)
    assert await ask(tenants, "GET", LIMITS + "?filter=principalType%20eq%20%22SSWS_TOKEN%22") == []

"""What apps of the pretend Slack workspace are told and do about themselves."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants
from test_sandbox_scopes import token_of
from test_sandbox_slack import eva, slack


async def test_who_a_token_is_of(tenants: Tenants) -> None:
    told = await slack(tenants, "openid.connect.userInfo")
    user = (await slack(tenants, "users.info", user=told["sub"]))["user"]
    assert (user["is_admin"], user["profile"]["email"]) == (True, told["email"])
    assert told["https://slack.com/team_id"] == user["team_id"]
    token = (await token_of(tenants, "slack", "users:read"))["access_token"]
    refused = await tenants.call("slack", "POST", "/api/openid.connect.userInfo", token=f"Bearer {token}")
    assert (refused.json["error"], refused.json["needed"]) == ("missing_scope", "openid")


async def test_ids_of_people_are_exchanged(tenants: Tenants) -> None:
    who = await eva(tenants)
    told = await slack(tenants, "migration.exchange", users=f"{who},U404")
    assert (told["user_id_map"], told["invalid_user_ids"]) == ({who: who}, ["U404"])


async def test_what_administrators_settle_of_an_app_is_kept(tenants: Tenants) -> None:
    [usual] = (await slack(tenants, "admin.apps.config.lookup", app_ids="A1"))["configs"]
    assert usual["domain_restrictions"] == {"urls": [], "emails": []}
    domains = {"urls": ["northwind.example"], "emails": []}
    answer = await slack(
        tenants,
        "admin.apps.config.set",
        app_id="A1",
        domain_restrictions=domains,
        workflow_auth_strategy="end_user_only",
    )
    assert answer["ok"] is True
    one, two = (await slack(tenants, "admin.apps.config.lookup", app_ids=["A1", "A2"]))["configs"]
    assert one == {"app_id": "A1", "domain_restrictions": domains, "workflow_auth_strategy": "end_user_only"}
    assert two == {**usual, "app_id": "A2"}


async def test_an_app_that_is_put_out_has_no_token_left(tenants: Tenants) -> None:
    given = await token_of(tenants, "slack", "users:read")
    there = tenants.urls["slack"]
    proof = {"client_id": there["web_client_id"], "client_secret": there["client_secret"]}
    token = f"Bearer {given['access_token']}"

    async def put_out(**changes: Any) -> Any:
        body = {**proof, **changes}
        return (await tenants.call("slack", "POST", "/api/apps.uninstall", token=token, json=body)).json

    assert (await put_out(client_id="1.2"))["error"] == "invalid_client_id"
    assert (await put_out(client_secret="wrong"))["error"] == "bad_client_secret"
    assert (await slack(tenants, "apps.uninstall", **proof))["error"] == "client_id_token_mismatch"
    assert (await tenants.call("slack", "POST", "/api/users.list", token=token)).json["ok"] is True
    assert await put_out() == {"ok": True}
    assert (await tenants.call("slack", "POST", "/api/users.list", token=token)).json["error"] == "invalid_auth"
    assert (await slack(tenants, "users.list"))["ok"] is True


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("migration.exchange", {}, "invalid_arguments"),
        ("migration.exchange", {"users": "U1", "team_id": "T404"}, "team_not_found"),
        ("admin.apps.config.lookup", {}, "invalid_arguments"),
        ("admin.apps.config.set", {"app_id": "A1", "workflow_auth_strategy": "whoever"}, "invalid_arguments"),
        ("admin.apps.config.set", {"app_id": "A1", "domain_restrictions": [1]}, "invalid_arguments"),
        ("rtm.connect", {}, "not_allowed_token_type"),
        ("tooling.tokens.rotate", {}, "invalid_arguments"),
        ("tooling.tokens.rotate", {"refresh_token": "xoxe-1"}, "invalid_refresh_token"),
        ("apps.manifest.export", {"app_id": "A1"}, "unknown_method"),
    ],
)
async def test_what_an_app_cannot_have_is_refused(
    tenants: Tenants, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert (await slack(tenants, method, **arguments))["error"] == error

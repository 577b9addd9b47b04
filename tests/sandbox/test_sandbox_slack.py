"""The pretend Slack workspace over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"


async def slack(tenants: Tenants, method: str, **arguments: Any) -> Any:
    answer = await tenants.call("slack", "POST", f"/api/{method}", json=arguments)
    assert answer.status == 200, answer.raw
    return answer.json


async def eva(tenants: Tenants) -> str:
    return (await slack(tenants, "users.lookupByEmail", email=EVA))["user"]["id"]


async def test_arguments_come_as_query_form_or_json(tenants: Tenants) -> None:
    user = await eva(tenants)
    for options in (
        {"json": {"user": user}},
        {"data": {"user": user}},
        {"headers": {"Content-Type": "application/json; charset=utf-8"}, "data": f'{{"user": "{user}"}}'.encode()},
    ):
        answer = await tenants.call("slack", "POST", "/api/users.info", **options)
        assert answer.json["user"]["profile"]["email"] == EVA
    assert (await tenants.call("slack", "GET", f"/api/users.info?user={user}")).json["ok"] is True


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "nobody@northwind.example"}, "users_not_found"),
        ("conversations.info", {"channel": "C404"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#general"}, "no_text"),
        ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ("conversations.create", {"name": "general"}, "name_taken"),
        ("conversations.create", {"name": "Not Good"}, "invalid_name_specials"),
        ("users.list", {"cursor": "zzz"}, "invalid_cursor"),
        ("users.list", {"limit": "many"}, "invalid_limit"),
        ("admin.users.remove", {"team_id": "T404", "user_id": "U1"}, "team_not_found"),
        ("nothing.here", {}, "unknown_method"),
    ],
)
async def test_slack_says_no_with_status_200(tenants: Tenants, method: str, arguments: Any, error: str) -> None:
    answer = await slack(tenants, method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, error)


async def test_proof(tenants: Tenants) -> None:
    for token, error in (("", "not_authed"), ("Bearer wrong", "invalid_auth")):
        answer = await tenants.call("slack", "POST", "/api/auth.test", token=token)
        assert (answer.status, answer.json["error"]) == (200, error)


async def test_pages_follow_the_cursor(tenants: Tenants) -> None:
    cursor, seen, pages = "", set[str](), 0
    while True:
        answer = await slack(tenants, "users.list", limit=25, cursor=cursor)
        seen |= {row["id"] for row in answer["members"]}
        pages += 1
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert (pages, len(seen)) == (3, 61)


async def test_messages_threads_edits_and_direct_messages(tenants: Tenants) -> None:
    sent = await slack(tenants, "chat.postMessage", channel="#general", text="Eva is leaving")
    place = {"channel": sent["channel"], "ts": sent["ts"]}
    await slack(tenants, "chat.postMessage", channel=sent["channel"], text="Noted", thread_ts=sent["ts"])
    await slack(tenants, "chat.update", **place, text="Eva is leaving today")
    history = (await slack(tenants, "conversations.history", channel=sent["channel"]))["messages"]
    assert [row["text"] for row in history] == ["Eva is leaving today"]
    replies = (await slack(tenants, "conversations.replies", **place))["messages"]
    assert [row["text"] for row in replies] == ["Eva is leaving today", "Noted"]
    direct = await slack(tenants, "chat.postMessage", channel=await eva(tenants), text="Goodbye")
    assert direct["channel"].startswith("D")
    assert (await slack(tenants, "chat.delete", **place))["ok"] is True
    assert (await slack(tenants, "chat.delete", **place))["error"] == "message_not_found"


async def test_a_removed_member_is_out_of_everything(tenants: Tenants) -> None:
    user = await eva(tenants)
    assert len((await slack(tenants, "admin.users.session.list", user_id=user))["active_sessions"]) == 2
    await slack(tenants, "admin.users.session.reset", user_id=user)
    assert (await slack(tenants, "admin.users.session.list", user_id=user))["active_sessions"] == []
    assert (await slack(tenants, "admin.users.remove", team_id="T0NORTHWIND", user_id=user))["ok"] is True
    assert (await slack(tenants, "users.info", user=user))["user"]["deleted"] is True
    assert (await slack(tenants, "users.conversations", user=user))["channels"] == []
    assert (await tenants.person(EVA))["slack"] == {"id": user, "active": False, "sessions": 0}
    await slack(tenants, "admin.users.assign", team_id="T0NORTHWIND", user_id=user)
    assert (await slack(tenants, "users.info", user=user))["user"]["deleted"] is False


async def test_scim_deactivates_the_same_member(tenants: Tenants) -> None:
    user = await eva(tenants)
    found = await tenants.call("slack", "GET", "/scim/v2/Users?filter=" + tenants.key(f'emails.value eq "{EVA}"'))
    assert [row["id"] for row in found.json["Resources"]] == [user]
    body = {"schemas": [], "Operations": [{"op": "replace", "path": "active", "value": False}]}
    answer = await tenants.call("slack", "PATCH", f"/scim/v2/Users/{user}", json=body)
    assert (answer.status, answer.json["active"]) == (200, False)
    assert (await slack(tenants, "users.info", user=user))["user"]["deleted"] is True
    assert (await tenants.call("slack", "GET", "/scim/v2/Users/U404")).json["status"] == "404"


async def test_a_fault_of_slack(tenants: Tenants) -> None:
    await tenants.control("POST", "/faults", json={"faults": "slack:429x1@chat.postMessage"})
    answer = await tenants.call("slack", "POST", "/api/chat.postMessage", json={"channel": "#general", "text": "x"})
    assert (answer.status, answer.json["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert (await slack(tenants, "chat.postMessage", channel="#general", text="x"))["ok"] is True

"""The pretend Slack workspace over HTTP."""

from __future__ import annotations

import json
from time import time
from typing import Any

import aiohttp
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
        ("team.info", {"team": "T404"}, "team_not_found"),
        ("conversations.list", {"types": "bogus"}, "invalid_types"),
        ("conversations.setTopic", {"channel": "#general", "topic": "x" * 251}, "too_long"),
        ("chat.postMessage", {"channel": "general", "blocks": [{"type": "bogus"}]}, "invalid_blocks"),
        ("users.profile.set", {"profile": {"email": EVA}}, "email_taken"),
        ("users.profile.set", {"profile": {"status_text": "x" * 101}}, "too_long"),
        ("users.setPresence", {"presence": "hidden"}, "invalid_presence"),
        ("usergroups.create", {"name": "Security"}, "name_already_exists"),
        ("admin.users.list", {"team_id": "T404"}, "team_not_found"),
        ("admin.users.invite", {"email": "bad", "channel_ids": "#general"}, "invalid_email"),
        ("admin.users.invite", {"email": "a@b.example"}, "invalid_arguments"),
        ("admin.users.session.invalidate", {"team_id": "T0NORTHWIND", "session_id": "1"}, "session_not_found"),
        ("admin.conversations.search", {"search_channel_types": "bogus"}, "invalid_search_channel_type"),
        ("admin.conversations.lookup", {"team_ids": "T404", "last_message_activity_before": 1}, "team_not_found"),
        ("admin.teams.settings.setName", {"team_id": "T404", "name": "x"}, "team_not_found"),
        ("admin.barriers.delete", {"barrier_id": "Br404"}, "barrier_not_found"),
        ("reminders.add", {"text": "x", "time": "yesterday"}, "cannot_parse"),
        ("bookmarks.add", {"channel_id": "#general", "title": "x", "type": "page"}, "invalid_bookmark_type"),
        ("files.sharedPublicURL", {"file": "F404"}, "file_not_found"),
        ("canvases.delete", {"canvas_id": "F404"}, "canvas_not_found"),
        ("channels.list", {}, "method_deprecated"),
        ("files.upload", {"content": "x"}, "method_deprecated"),
    ],
)
async def test_slack_says_no_with_status_200(tenants: Tenants, method: str, arguments: Any, error: str) -> None:
    answer = await slack(tenants, method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, error)


async def test_what_is_said_of_people_hangs_together(tenants: Tenants) -> None:
    user = await eva(tenants)
    changed = await slack(tenants, "users.profile.set", user=user, profile={"first_name": "Evi", "last_name": "Hor"})
    assert (changed["profile"]["real_name"], changed["profile"]["email"]) == ("Evi Hor", EVA)
    assert (await slack(tenants, "users.info", user=user))["user"]["real_name"] == "Evi Hor"
    form = aiohttp.FormData({"user": user})
    form.add_field("image", b"GIF89a", filename="x.gif")
    photo = await tenants.call("slack", "POST", "/api/users.setPhoto", data=form)
    assert photo.json["ok"] is True
    sessions = (await slack(tenants, "admin.users.session.list", user_id=user))["active_sessions"]
    await slack(tenants, "admin.users.session.reset", user_id=user, mobile_only=True)
    left = (await slack(tenants, "admin.users.session.list", user_id=user))["active_sessions"]
    assert (len(sessions), [row["client"] for row in left]) == (2, ["web"])
    await slack(tenants, "admin.users.session.invalidate", team_id="T0NORTHWIND", session_id=left[0]["session_id"])
    assert (await slack(tenants, "admin.users.session.list", user_id=user))["active_sessions"] == []
    guest = {"email": "gil@partner.example", "channel_ids": "#general", "is_restricted": True}
    await slack(tenants, "admin.users.invite", **guest, guest_expiration_ts="1999999999")
    key = (await slack(tenants, "users.lookupByEmail", email="gil@partner.example"))["user"]["id"]
    assert (await slack(tenants, "admin.users.getExpiration", user_id=key))["expiration_ts"] == 1_999_999_999


async def test_an_administrator_cares_for_channels(tenants: Tenants) -> None:
    search = {"query": "team", "sort": "name", "sort_dir": "asc", "search_channel_types": "private"}
    found = await slack(tenants, "admin.conversations.search", **search)
    assert [(row["name"], row["member_count"]) for row in found["conversations"]] == [("team-security", 5)]
    key = found["conversations"][0]["id"]
    await slack(tenants, "admin.conversations.setCustomRetention", channel_id=key, duration_days=30)
    kept = await slack(tenants, "admin.conversations.getCustomRetention", channel_id=key)
    assert (kept["is_policy_enabled"], kept["duration_days"]) == (True, 30)
    [group] = [row["id"] for row in (await slack(tenants, "usergroups.list"))["usergroups"] if row["handle"] == "it"]
    await slack(tenants, "admin.conversations.restrictAccess.addGroup", channel_id=key, group_id=group)
    listed = await slack(tenants, "admin.conversations.restrictAccess.listGroups", channel_id=key)
    assert listed["group_ids"] == [group]
    idle = {"team_ids": "T0NORTHWIND", "last_message_activity_before": 1_900_000_000}
    assert key in (await slack(tenants, "admin.conversations.lookup", **idle))["channels"]
    await slack(tenants, "chat.postMessage", channel=key, text="Eva leaves today", thread_ts="")
    seen = (await slack(tenants, "search.messages", query="leaves in:team-security"))["messages"]
    assert [row["text"] for row in seen["matches"]] == ["Eva leaves today"]
    await slack(tenants, "admin.conversations.bulkArchive", channel_ids=key)
    moved = await slack(tenants, "admin.conversations.bulkMove", channel_ids=key, target_team_id="T0NORTHWIND")
    assert moved["bulk_action_id"]
    assert (await slack(tenants, "conversations.info", channel=key))["channel"]["is_archived"] is True
    assert (await slack(tenants, "conversations.rename", channel=key, name="x"))["error"] == "is_archived"


async def test_what_an_organisation_decides(tenants: Tenants) -> None:
    for verb, approved, restricted in (("approve", ["A1"], []), ("restrict", [], ["A1"]), ("clearResolution", [], [])):
        await slack(tenants, f"admin.apps.{verb}", app_id="A1")
        names = [("approved", approved), ("restricted", restricted)]
        for name, wanted in names:
            rows = (await slack(tenants, f"admin.apps.{name}.list"))[f"{name}_apps"]
            assert [row["app"]["id"] for row in rows] == wanted
    user = await eva(tenants)
    policy = {"policy_name": "email_password", "entity_type": "USER"}
    await slack(tenants, "admin.auth.policy.assignEntities", **policy, entity_ids=user)
    held = await slack(tenants, "admin.auth.policy.getEntities", **policy)
    assert ([row["entity_id"] for row in held["entities"]], held["entity_total_count"]) == ([user], 1)
    await slack(tenants, "admin.emoji.add", name="party", url="https://x.example/p.gif")
    await slack(tenants, "admin.emoji.rename", name="party", new_name="feast")
    assert (await slack(tenants, "emoji.list"))["emoji"] == {"feast": "https://x.example/p.gif"}
    groups = {row["handle"]: row["id"] for row in (await slack(tenants, "usergroups.list"))["usergroups"]}
    barred = {"primary_usergroup_id": groups["it"], "barriered_from_usergroup_ids": groups["support"]}
    made = await slack(tenants, "admin.barriers.create", **barred, restricted_subjects="im,mpim,call")
    assert [row["id"] for row in (await slack(tenants, "admin.barriers.list"))["barriers"]] == [made["barrier"]["id"]]
    await slack(tenants, "admin.teams.settings.setName", team_id="T0NORTHWIND", name="Northwind")
    assert (await slack(tenants, "admin.teams.settings.info", team_id="T0NORTHWIND"))["team"]["name"] == "Northwind"


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


WRONG_TYPE = "method_not_supported_for_channel_type"
OF_CHANNELS_ALONE: list[tuple[str, str, dict[str, str]]] = [
    (verb, place, more)
    for verb, more in (
        ("archive", {}),
        ("unarchive", {}),
        ("rename", {"name": "plans"}),
        ("invite", {"users": "{other}"}),
        ("kick", {"user": "{other}"}),
    )
    for place in ("{direct}", "{several}")
] + [("leave", "{direct}", {}), ("setTopic", "{direct}", {"topic": "Plans"})]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("conversations.info", {"channel": "#nowhere"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#welcome-eva", "text": "x"}, None),
        ("conversations.open", {"channel": "{direct}"}, None),
        ("conversations.history", {"channel": "{direct}", "oldest": "a"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": "{direct}", "latest": "nan"}, "invalid_ts_latest"),
        ("admin.usergroups.addChannels", {"usergroup_id": "{group}", "channel_ids": "{direct}"}, "channel_not_found"),
        ("conversations.inviteShared", {"channel": "{direct}", "emails": "a@b.example"}, "channel_not_found"),
        ("admin.conversations.convertToPublic", {"channel_id": "{several}"}, "channel_not_found"),
        *((f"conversations.{verb}", {"channel": place, **more}, WRONG_TYPE) for verb, place, more in OF_CHANNELS_ALONE),
        ("conversations.setTopic", {"channel": "{several}", "topic": "Plans"}, None),
        ("admin.conversations.archive", {"channel_id": "{direct}"}, "channel_type_not_supported"),
        ("dnd.setSnooze", {"num_minutes": "9" * 30}, "missing_duration"),
        ("dnd.setSnooze", {"num_minutes": "²"}, "missing_duration"),
        ("reminders.add", {"text": "x", "time": "9" * 30}, "cannot_parse"),
        ("chat.scheduleMessage", {"channel": "{direct}", "text": "x", "post_at": "²"}, "invalid_time"),
    ],
)
async def test_slack_knows_channels_beside_direct_messages(
    tenants: Tenants, method: str, arguments: dict[str, str], error: str | None
) -> None:
    who = await eva(tenants)
    other = (await slack(tenants, "users.lookupByEmail", email="lars.eriksen@northwind.example"))["user"]["id"]
    places = {
        "direct": (await slack(tenants, "chat.postMessage", channel=who, text="Welcome"))["channel"],
        "several": (await slack(tenants, "conversations.open", users=f"{who},{other}"))["channel"]["id"],
        "group": (await slack(tenants, "usergroups.list"))["usergroups"][0]["id"],
        "other": other,
    }
    await slack(tenants, "conversations.create", name="welcome-eva")
    answer = await slack(tenants, method, **{name: text.format(**places) for name, text in arguments.items()})
    assert answer.get("error") == error


async def test_the_app_is_in_its_direct_messages_and_leaves_those_of_several(tenants: Tenants) -> None:
    who = await eva(tenants)
    other = (await slack(tenants, "users.lookupByEmail", email="lars.eriksen@northwind.example"))["user"]["id"]
    bot = (await slack(tenants, "auth.test"))["user_id"]
    direct = (await slack(tenants, "conversations.open", users=who))["channel"]["id"]
    several = (await slack(tenants, "conversations.open", users=f"{who},{other}"))["channel"]["id"]
    assert set((await slack(tenants, "conversations.members", channel=direct))["members"]) == {who, bot}
    assert set((await slack(tenants, "conversations.members", channel=several))["members"]) == {who, other, bot}
    assert "not_in_channel" not in await slack(tenants, "conversations.leave", channel=several)
    assert (await slack(tenants, "conversations.leave", channel=several))["not_in_channel"] is True
    assert set((await slack(tenants, "conversations.members", channel=several))["members"]) == {who, other}
    await slack(tenants, "conversations.open", users=f"{who},{other}")
    assert bot in (await slack(tenants, "conversations.members", channel=several))["members"]


async def test_a_message_for_later_goes_to_a_person_by_their_id(tenants: Tenants) -> None:
    """https://github.com/slackapi/bolt-js/issues/1585"""
    who, at = await eva(tenants), int(time()) + 3600
    planned = await slack(tenants, "chat.scheduleMessage", channel=who, text="Goodbye", post_at=at)
    assert planned["channel"] == (await slack(tenants, "conversations.open", users=who))["channel"]["id"]
    listed = await slack(tenants, "chat.scheduledMessages.list", channel=planned["channel"])
    assert [row["id"] for row in listed["scheduled_messages"]] == [planned["scheduled_message_id"]]
    nobody = await slack(tenants, "chat.scheduleMessage", channel="U404", text="Goodbye", post_at=at)
    assert nobody["error"] == "channel_not_found"


@pytest.mark.parametrize("name", ["channel_id", "channels"])
@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("{who}", "invalid_arguments"),
        ("#general", "invalid_arguments"),
        ("C404404404", "channel_not_found"),
        ("{direct}", None),
    ],
)
async def test_files_go_to_conversations_by_their_ids_alone(
    tenants: Tenants, name: str, where: str, error: str | None
) -> None:
    """https://github.com/slackapi/bolt-js/issues/2115"""
    who = await eva(tenants)
    direct = (await slack(tenants, "conversations.open", users=who))["channel"]["id"]
    begun = await slack(tenants, "files.getUploadURLExternal", filename="leavers.csv", length=4)
    async with aiohttp.ClientSession() as session, session.post(begun["upload_url"], data=b"eva\n") as sent:
        assert sent.status == 200
    files = json.dumps([{"id": begun["file_id"]}])
    place = {name: where.format(who=who, direct=direct)}
    answer = await slack(tenants, "files.completeUploadExternal", files=files, **place)
    assert answer.get("error") == error
    if error == "invalid_arguments":
        [said] = answer["response_metadata"]["messages"]
        assert said.startswith("[ERROR] input must match regex pattern: ")
        assert said.endswith(f"[json-pointer:/{name}]")
    if error is None:
        assert answer["files"][0]["channels"] == [direct]


async def test_the_audit_log_has_bounds_in_time(tenants: Tenants) -> None:
    for bound, least in (("oldest=0", 1), ("latest=1", 0), ("oldest=4000000000", 0)):
        answer = await tenants.call("slack", "GET", f"/audit/v1/logs?{bound}")
        assert (len(answer.json["entries"]) > 0) is (least > 0)
    answer = await tenants.call("slack", "GET", "/audit/v1/logs?oldest=a")
    assert answer.json["error"] == "invalid_ts_oldest"


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

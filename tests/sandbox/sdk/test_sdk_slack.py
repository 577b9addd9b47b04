"""slack_sdk drives the pretend Slack workspace."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from keyturn.sandbox.client import SandboxClient

EVA = "eva.horvat@northwind.example"
TEAM = "T0NORTHWIND"


def client(urls: dict[str, dict[str, str]], **options: Any) -> Any:
    from slack_sdk import WebClient

    return WebClient(token=urls["slack"]["token"], base_url=urls["slack"]["base_url"] + "/api/", **options)


def onboarding(slack: Any) -> None:
    assert slack.auth_test()["team_id"] == TEAM
    general = next(row["id"] for row in slack.conversations_list()["channels"] if row["name"] == "general")
    slack.admin_users_invite(
        team_id=TEAM, email="ada@northwind.example", channel_ids=[general], real_name="Ada Lovelace"
    )
    ada = slack.users_lookupByEmail(email="ada@northwind.example")["user"]["id"]
    assert ada in slack.conversations_members(channel=general, limit=200)["members"]
    channel = slack.conversations_create(name="project-ada", is_private=True)["channel"]["id"]
    slack.conversations_invite(channel=channel, users=[ada])
    slack.conversations_setTopic(channel=channel, topic="Engines")
    assert slack.conversations_info(channel=channel)["channel"]["topic"]["value"] == "Engines"
    slack.users_profile_set(user=ada, profile={"title": "Analyst"})
    assert slack.users_profile_get(user=ada)["profile"]["title"] == "Analyst"
    group = slack.usergroups_create(name="Analysts", handle="analysts")["usergroup"]["id"]
    slack.usergroups_users_update(usergroup=group, users=[ada])
    assert slack.usergroups_users_list(usergroup=group)["users"] == [ada]


def messages(slack: Any) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Eva* leaves"}}]
    sent = slack.chat_postMessage(channel="#general", text="Eva leaves", blocks=blocks)
    slack.chat_postMessage(channel=sent["channel"], text="Done", thread_ts=sent["ts"])
    slack.chat_update(channel=sent["channel"], ts=sent["ts"], text="Eva has left")
    slack.reactions_add(channel=sent["channel"], timestamp=sent["ts"], name="wave")
    history = slack.conversations_history(channel=sent["channel"], limit=1)["messages"]
    assert (history[0]["text"], history[0]["reactions"][0]["name"]) == ("Eva has left", "wave")
    assert len(slack.conversations_replies(channel=sent["channel"], ts=sent["ts"])["messages"]) == 2
    direct = slack.conversations_open(users=[slack.users_lookupByEmail(email=EVA)["user"]["id"]])["channel"]["id"]
    assert slack.chat_postMessage(channel=direct, text="Bye")["ok"]
    slack.chat_delete(channel=sent["channel"], ts=sent["ts"])


def offboarding(slack: Any) -> None:
    eva = slack.users_lookupByEmail(email=EVA)["user"]["id"]
    slack.admin_users_session_reset(user_id=eva)
    slack.admin_users_remove(team_id=TEAM, user_id=eva)
    assert slack.users_info(user=eva)["user"]["deleted"] is True
    assert slack.users_conversations(user=eva)["channels"] == []


def paging(slack: Any) -> None:
    pages = [page["members"] for page in slack.users_list(limit=20)]
    assert sum(map(len, pages)) >= 61


def views_pins_and_messages_for_later(slack: Any) -> None:
    from slack_sdk.errors import SlackApiError

    view = {"type": "modal", "title": {"type": "plain_text", "text": "Leaver"}, "blocks": []}
    opened = slack.views_open(trigger_id="1.2", view=view)["view"]
    changed = slack.views_update(view_id=opened["id"], hash=opened["hash"], view={**view, "callback_id": "leaver"})
    assert changed["view"]["callback_id"] == "leaver"
    channel = slack.conversations_list()["channels"][0]["id"]
    sent = slack.chat_postMessage(channel=channel, text="Eva leaves")
    slack.pins_add(channel=channel, timestamp=sent["ts"])
    assert slack.pins_list(channel=channel)["items"][0]["message"]["text"] == "Eva leaves"
    slack.pins_remove(channel=channel, timestamp=sent["ts"])
    later = int(float(sent["ts"])) + 3600
    planned = slack.chat_scheduleMessage(channel=channel, post_at=later, text="Bye")["scheduled_message_id"]
    assert [row["id"] for row in slack.chat_scheduledMessages_list()["scheduled_messages"]] == [planned]
    slack.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=planned)
    assert slack.admin_conversations_search(query="gen")["conversations"]
    with pytest.raises(SlackApiError):
        slack.chat_scheduleMessage(channel=channel, post_at=1, text="Bye")


def administration(slack: Any) -> None:
    eva = slack.users_lookupByEmail(email=EVA)["user"]["id"]
    assert [team["id"] for team in slack.admin_teams_list()["teams"]] == [TEAM]
    owners = slack.admin_teams_owners_list(team_id=TEAM)["owner_ids"]
    assert owners == slack.admin_teams_admins_list(team_id=TEAM)["admin_ids"]
    channel = slack.conversations_create(name="project-zeus")["channel"]["id"]
    slack.admin_conversations_rename(channel_id=channel, name="project-hera")
    slack.admin_conversations_convertToPrivate(channel_id=channel)
    assert slack.conversations_info(channel=channel)["channel"]["is_private"] is True
    slack.admin_conversations_setConversationPrefs(channel_id=channel, prefs={"can_thread": {"type": ["admin"]}})
    prefs = slack.admin_conversations_getConversationPrefs(channel_id=channel)["prefs"]
    assert prefs["can_thread"] == {"type": ["admin"]}
    group = slack.usergroups_list()["usergroups"][0]["id"]
    slack.admin_usergroups_addChannels(usergroup_id=group, channel_ids=[channel])
    assert [row["id"] for row in slack.admin_usergroups_listChannels(usergroup_id=group)["channels"]] == [channel]
    slack.admin_usergroups_removeChannels(usergroup_id=group, channel_ids=[channel])
    slack.admin_conversations_delete(channel_id=channel)
    slack.admin_roles_addAssignments(role_id="Rl0A", entity_ids=[TEAM], user_ids=[eva])
    assert [row["user_id"] for row in slack.admin_roles_listAssignments()["role_assignments"]] == [eva]
    slack.admin_roles_removeAssignments(role_id="Rl0A", entity_ids=[TEAM], user_ids=[eva])
    slack.admin_users_session_setSettings(user_ids=[eva], duration=3600)
    assert slack.admin_users_session_getSettings(user_ids=[eva])["session_settings"][0]["duration"] in (3600, "3600")
    slack.admin_users_session_clearSettings(user_ids=[eva])
    slack.admin_users_session_resetBulk(user_ids=[eva])
    assert slack.admin_users_session_list(user_id=eva)["active_sessions"] == []
    assert slack.team_billableInfo(user=eva)["billable_info"][eva]["billing_active"] is True
    assert slack.team_accessLogs()["logins"]
    assert slack.team_profile_get()["profile"]["fields"]


def files_and_habits(slack: Any) -> None:
    channel = slack.conversations_list()["channels"][0]["id"]
    sent = slack.files_upload_v2(filename="leavers.csv", content="eva\n", channel=channel, title="Leavers")
    assert slack.files_info(file=sent["file"]["id"])["file"]["channels"] == [channel]
    assert [row["name"] for row in slack.files_list(channel=channel)["files"]] == ["leavers.csv"]
    slack.files_delete(file=sent["file"]["id"])
    assert slack.files_list()["files"] == []
    message = slack.chat_postMessage(channel=channel, text="Eva leaves")
    slack.reactions_add(channel=channel, timestamp=message["ts"], name="wave")
    assert slack.reactions_get(channel=channel, timestamp=message["ts"])["message"]["reactions"][0]["name"] == "wave"
    slack.reactions_remove(channel=channel, timestamp=message["ts"], name="wave")
    assert slack.reactions_list()["items"] == []
    slack.conversations_mark(channel=channel, ts=message["ts"])
    eva = slack.users_lookupByEmail(email=EVA)["user"]["id"]
    assert slack.dnd_setSnooze(num_minutes=60)["snooze_enabled"] is True
    assert slack.dnd_teamInfo(users=[eva])["users"][eva]["dnd_enabled"] is False
    slack.dnd_endSnooze()
    reminder = slack.reminders_add(text="Take the badge", time="in 1 day", user=eva)["reminder"]["id"]
    slack.reminders_complete(reminder=reminder)
    slack.reminders_delete(reminder=reminder)
    mark = slack.bookmarks_add(channel_id=channel, title="Handbook", type="link", link="https://x.example")["bookmark"]
    assert [row["id"] for row in slack.bookmarks_list(channel_id=channel)["bookmarks"]] == [mark["id"]]
    slack.bookmarks_remove(channel_id=channel, bookmark_id=mark["id"])


def invitations_and_blocks(slack: Any) -> None:
    from slack_sdk.errors import SlackApiError

    first, second = slack.admin_inviteRequests_list(team_id=TEAM)["invite_requests"]
    slack.admin_inviteRequests_approve(team_id=TEAM, invite_request_id=first["id"])
    slack.admin_inviteRequests_deny(team_id=TEAM, invite_request_id=second["id"])
    assert slack.admin_inviteRequests_list()["invite_requests"] == []
    invited = slack.users_lookupByEmail(email=first["email"])["user"]["id"]
    assert invited in slack.conversations_members(channel=first["channel_ids"][0], limit=200)["members"]
    [approved] = slack.admin_inviteRequests_approved_list()["approved_requests"]
    [denied] = slack.admin_inviteRequests_denied_list()["denied_requests"]
    assert (approved["invite_request"]["id"], denied["invite_request"]["id"]) == (first["id"], second["id"])
    with pytest.raises(SlackApiError, match="already_approved"):
        slack.admin_inviteRequests_approve(team_id=TEAM, invite_request_id=first["id"])
    channel = slack.conversations_create(name="with-partner")["channel"]["id"]
    shared = slack.conversations_inviteShared(channel=channel, emails=["ines@partner.example"])["invite_id"]
    [pending] = slack.conversations_listConnectInvites()["invites"]
    assert (pending["invite"]["id"], pending["channel"]["id"]) == (shared, channel)
    with pytest.raises(SlackApiError, match="invite_not_accepted"):
        slack.conversations_approveSharedInvite(invite_id=shared)
    slack.conversations_declineSharedInvite(invite_id=shared)
    assert slack.conversations_listConnectInvites()["invites"] == []
    again = slack.conversations_inviteShared(channel=channel, emails=["ines@partner.example"])["invite_id"]
    assert slack.conversations_acceptSharedInvite(channel_name="with-us", invite_id=again)["channel_id"] == channel
    slack.conversations_approveSharedInvite(invite_id=again)
    [company] = slack.team_externalTeams_list()["organizations"]
    assert slack.conversations_info(channel=channel)["channel"]["is_ext_shared"] is True
    slack.team_externalTeams_disconnect(target_team=company["team_id"])
    assert slack.conversations_info(channel=channel)["channel"]["is_ext_shared"] is False
    with pytest.raises(SlackApiError, match="invalid_target_team"):
        slack.team_externalTeams_disconnect(target_team="T404")
    assert slack.conversations_requestSharedInvite_list()["invite_requests"] == []
    packed = slack.admin_analytics_getFile(type="member", date="2026-01-06")
    lines = [json.loads(line) for line in gzip.decompress(packed.data).splitlines()]
    assert EVA in [row["email_address"] for row in lines]
    with pytest.raises(SlackApiError, match="file_not_yet_available"):
        slack.admin_analytics_getFile(type="member", date="2999-01-01")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Eva* leaves"}}
    assert slack.blocks_validate(blocks=[section])["ok"]
    assert slack.blocks_validate(view={"type": "home", "blocks": [section]})["ok"]
    with pytest.raises(SlackApiError) as refused:
        slack.blocks_validate(message={"blocks": [section, {"type": "section"}, {"type": "balloon"}]})
    told = refused.value.response
    wrong = ["/blocks/1", "/blocks/2/type"]
    assert (told["error"], [row["pointer"] for row in told["errors"]]) == ("invalid_message", wrong)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        slack.chat_postMessage(channel=channel, text="Bye", blocks=[{"type": "section"}])


def the_audit_log(slack: Any) -> None:
    from slack_sdk.audit_logs import AuditLogsClient

    eva = slack.users_lookupByEmail(email=EVA)["user"]["id"]
    slack.admin_users_remove(team_id=TEAM, user_id=eva)
    logs = AuditLogsClient(token=slack.token, base_url=slack.base_url.removesuffix("api/") + "audit/v1/")
    assert [row["type"] for row in logs.schemas().body["schemas"]] == ["workspace", "user"]
    [gone] = logs.logs(action="user_deactivated").typed_body.entries
    assert (gone.actor.user.email, gone.entity.user.id) == (EVA, eva)
    assert logs.logs(limit=5).typed_body.response_metadata.next_cursor


def answers_to_commands(slack: Any) -> None:
    from slack_sdk.webhook import WebhookClient

    hook = WebhookClient(slack.base_url.removesuffix("/api/") + "/commands/T1/2/abc")
    assert [hook.send(text="Done").status_code for _ in range(6)] == [200] * 5 + [404]


def refusals(slack: Any) -> None:
    from slack_sdk.errors import SlackApiError

    with pytest.raises(SlackApiError) as refused:
        slack.users_info(user="U404")
    assert refused.value.response["error"] == "user_not_found"


@pytest.mark.parametrize(
    "scenario",
    [
        onboarding,
        messages,
        offboarding,
        paging,
        views_pins_and_messages_for_later,
        administration,
        files_and_habits,
        invitations_and_blocks,
        the_audit_log,
        answers_to_commands,
        refusals,
    ],
)
def test_slack_sdk(urls: dict[str, dict[str, str]], control: SandboxClient, scenario: Any) -> None:
    scenario(client(urls))


def test_slack_sdk_is_told_how_long_to_wait(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from slack_sdk.errors import SlackApiError

    control.set_fault("slack", "429x1@auth.test")
    with pytest.raises(SlackApiError) as refused:
        client(urls).auth_test()
    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "1")
    assert client(urls).auth_test()["ok"] is True


def test_slack_sdk_waits_as_it_is_told(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    control.set_fault("slack", "429x1@users.list")
    slack = client(urls, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)])
    assert slack.users_list(limit=1)["members"]
    assert [row["status"] for row in control.ledger() if "users.list" in row["path"]][-2:] == [429, 200]


def test_what_apps_are_told(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from slack_sdk.errors import SlackApiError

    slack = client(urls)
    who = slack.users_lookupByEmail(email=EVA)["user"]["id"]
    assert slack.openid_connect_userInfo()["email"].endswith("@northwind.example")
    assert slack.migration_exchange(users=who)["user_id_map"] == {who: who}
    slack.admin_apps_config_set(app_id="A1", workflow_auth_strategy="end_user_only")
    assert slack.admin_apps_config_lookup(app_ids="A1")["configs"][0]["workflow_auth_strategy"] == "end_user_only"
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        slack.rtm_connect()
    direct = slack.conversations_open(users=who)["channel"]["id"]
    with pytest.raises(SlackApiError, match="method_not_supported_for_channel_type"):
        slack.conversations_archive(channel=direct)


async def test_the_async_client_of_slack_sdk(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from slack_sdk.web.async_client import AsyncWebClient

    slack = AsyncWebClient(token=urls["slack"]["token"], base_url=urls["slack"]["base_url"] + "/api/")
    assert (await slack.users_lookupByEmail(email=EVA))["user"]["real_name"] == "Eva Horvat"


def test_the_scim_client_of_slack_sdk(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from slack_sdk.scim import Group, SCIMClient, User
    from slack_sdk.scim.v1.group import GroupMember
    from slack_sdk.scim.v1.user import UserEmail, UserName

    scim = SCIMClient(token=urls["slack"]["token"], base_url=urls["slack"]["base_url"] + "/scim/v2/")
    assert len(scim.search_users(start_index=1, count=2, filter="").users) == 2
    found = scim.search_users(start_index=1, count=100, filter='userName eq "eva.horvat"').users
    assert [user.user_name for user in found] == ["eva.horvat"]
    scim.patch_user(id=found[0].id, partial_user={"active": False})
    assert scim.read_user(found[0].id).user.active is False
    made = scim.create_user(
        User(
            user_name="ada",
            name=UserName(given_name="Ada", family_name="Lovelace"),
            emails=[UserEmail(value="ada@northwind.example")],
        )
    ).user
    group = scim.create_group(Group(display_name="Analysts", members=[GroupMember(value=made.id)])).group
    assert [row.value for row in scim.read_group(group.id).group.members] == [made.id]
    scim.patch_group(id=group.id, partial_group={"members": [{"value": made.id, "operation": "delete"}]})
    assert not scim.read_group(group.id).group.members
    assert scim.delete_group(group.id).status_code == 204
    assert scim.delete_user(made.id).status_code == 204

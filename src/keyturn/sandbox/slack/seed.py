"""What the pretend Slack workspace holds on its first day: members, channels, user groups."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.holdings import Team, teams, word_of
from keyturn.sandbox.people import COMPANY, Person
from keyturn.sandbox.values import JsonObject, Shelf

TEAM = "T0NORTHWIND"
BOT = "U0KEYTURNBOT"
BOT_ID = "B0KEYTURNBOT"
SEEDED = 1_767_600_000


def slack_id(prefix: str, name: str) -> str:
    """The id that something of the first day always has."""
    return f"{prefix}0{word_of(f'slack/{name}', 9).upper()}"


def slack_shelves(people: tuple[Person, ...]) -> dict[str, Shelf]:
    """Everything of the workspace."""
    found = teams(people)
    staff: JsonObject = {slack_id("U", person.login): True for person in people if not person.guest}
    general, random = slack_id("C", "general"), slack_id("C", "random")
    channels: Shelf = {
        general: channel(general, "general", "Company-wide announcements", is_general=True),
        random: channel(random, "random", "Everything else"),
    }
    members: Shelf = {general: {**staff, BOT: True}, random: dict(staff)}
    for team in found:
        key = slack_id("C", team.slug)
        channels[key] = channel(key, f"team-{team.slug}", team.about, private=team.slug == "security")
        members[key] = {slack_id("U", person.login): True for person in team.members}
        members[key][BOT] = True
    return {
        "slack.users": {BOT: _bot(), **{slack_id("U", person.login): _user(person) for person in people}},
        "slack.channels": channels,
        "slack.channel_members": members,
        "slack.usergroups": dict(_usergroups(found)),
        "slack.messages": {key: {} for key in channels},
        "slack.invite_requests": dict(_invite_requests(general)),
        "slack.sessions": {slack_id("U", person.login): {"web": True, "phone": True} for person in people},
    }


def _invite_requests(general: str) -> Iterator[tuple[str, JsonObject]]:
    """Two people whom members would like to have in the workspace."""
    for name in ("Ines Duarte", "Tom Baker"):
        key = slack_id("Ir", f"invite/{name}")
        yield (
            key,
            {
                "id": key,
                "state": "pending",
                "email": f"{name.lower().replace(' ', '.')}@partner.example",
                "real_name": name,
                "date_created": SEEDED,
                "date_expire": SEEDED + 30 * 24 * 3600,
                "requester_ids": [slack_id("U", "eva.horvat@northwind.example")],
                "channel_ids": [general],
                "invite_type": "full_member",
                "request_reason": "Works with us",
                "team": {"id": TEAM, "name": COMPANY, "domain": "northwind"},
            },
        )


def channel(key: str, name: str, purpose: str, *, private: bool = False, is_general: bool = False) -> JsonObject:
    """A channel as it is kept."""
    return {
        "id": key,
        "name": name,
        "name_normalized": name,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "created": SEEDED,
        "creator": BOT,
        "is_archived": False,
        "is_general": is_general,
        "unlinked": 0,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": purpose, "creator": BOT, "last_set": SEEDED},
        "previous_names": [],
    }


def user(key: str, name: str, real_name: str, email: str) -> JsonObject:
    """A member as it is kept."""
    first, _, last = real_name.partition(" ")
    return {
        "id": key,
        "team_id": TEAM,
        "name": name,
        "deleted": False,
        "color": "9f69e7",
        "real_name": real_name,
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28800,
        "profile": {
            "title": "",
            "phone": "",
            "skype": "",
            "real_name": real_name,
            "real_name_normalized": real_name,
            "display_name": name,
            "display_name_normalized": name,
            "status_text": "",
            "status_emoji": "",
            "status_expiration": 0,
            "avatar_hash": word_of(f"slack/avatar/{key}", 12).lower(),
            "email": email,
            "first_name": first,
            "last_name": last,
            "fields": {},
            "team": TEAM,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": SEEDED,
        "is_email_confirmed": True,
        "has_2fa": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def _user(person: Person) -> JsonObject:
    row = user(slack_id("U", person.login), person.login.partition("@")[0], person.name, person.email)
    profile = row["profile"]
    assert isinstance(profile, dict)
    profile.update({"title": person.title, "phone": f"+1-555-01{person.number:02d}"})
    row.update({"is_admin": person.admin, "is_owner": person.admin, "is_restricted": person.guest})
    return row


def _bot() -> JsonObject:
    row = user(BOT, "keyturn", "Keyturn", "")
    row.update({"is_bot": True, "has_2fa": False})
    profile = row["profile"]
    assert isinstance(profile, dict)
    profile.update({"bot_id": BOT_ID, "api_app_id": "A0KEYTURN"})
    del profile["email"]
    return row


def _usergroups(found: tuple[Team, ...]) -> Iterator[tuple[str, JsonObject]]:
    for team in found:
        if team.slug in ("it", "security", "support"):
            key = slack_id("S", team.slug)
            members = [slack_id("U", person.login) for person in team.members]
            yield key, usergroup(key, team.name, team.slug, team.about, members)


def usergroup(key: str, name: str, handle: str, about: str, members: list[str]) -> JsonObject:
    """A user group as it is kept."""
    return {
        "id": key,
        "team_id": TEAM,
        "is_usergroup": True,
        "is_subteam": True,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "name": name,
        "description": about,
        "handle": handle,
        "is_external": False,
        "date_create": SEEDED,
        "date_update": SEEDED,
        "date_delete": 0,
        "auto_type": None,
        "created_by": BOT,
        "updated_by": BOT,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": list(members),
    }

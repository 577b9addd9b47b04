"""Who may join, post to and see a group of the pretend Google Workspace account.

Source: https://developers.google.com/workspace/admin/groups-settings/v1/reference/groups. All values are texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.groups import GroupDesk
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer

_SETTINGS = "google.group_settings"
_USUAL: JsonObject = {
    "whoCanJoin": "CAN_REQUEST_TO_JOIN",
    "whoCanViewMembership": "ALL_IN_DOMAIN_CAN_VIEW",
    "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
    "whoCanInvite": "ALL_MANAGERS_CAN_INVITE",
    "whoCanAdd": "ALL_MANAGERS_CAN_ADD",
    "whoCanPostMessage": "ALL_IN_DOMAIN_CAN_POST",
    "whoCanLeaveGroup": "ALL_MEMBERS_CAN_LEAVE",
    "whoCanContactOwner": "ALL_IN_DOMAIN_CAN_CONTACT",
    "whoCanModerateMembers": "OWNERS_AND_MANAGERS",
    "whoCanModerateContent": "OWNERS_AND_MANAGERS",
    "whoCanDiscoverGroup": "ALL_IN_DOMAIN_CAN_DISCOVER",
    "allowExternalMembers": "false",
    "allowWebPosting": "true",
    "archiveOnly": "false",
    "isArchived": "true",
    "includeInGlobalAddressList": "true",
    "membersCanPostAsTheGroup": "false",
    "messageModerationLevel": "MODERATE_NONE",
    "spamModerationLevel": "MODERATE",
    "replyTo": "REPLY_TO_IGNORE",
    "primaryLanguage": "en",
    "sendMessageDenyNotification": "false",
    "enableCollaborativeInbox": "false",
}
# as the API's description lists them
_FLAGS = ("true", "false")
_CHOICES: Mapping[str, Sequence[str]] = {
    **{name: _FLAGS for name, usual in _USUAL.items() if usual in _FLAGS},
    "includeCustomFooter": _FLAGS,
    "whoCanJoin": ("ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN", "INVITED_CAN_JOIN", "CAN_REQUEST_TO_JOIN"),
    "whoCanViewMembership": ("ALL_IN_DOMAIN_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW", "ALL_MANAGERS_CAN_VIEW"),
    "whoCanViewGroup": tuple(f"{who}_CAN_VIEW" for who in ("ANYONE", "ALL_IN_DOMAIN", "ALL_MEMBERS", "ALL_MANAGERS")),
    "whoCanInvite": tuple(f"{who}_CAN_INVITE" for who in ("ALL_MEMBERS", "ALL_MANAGERS", "ALL_OWNERS", "NONE")),
    "whoCanAdd": tuple(f"{who}_CAN_ADD" for who in ("ALL_MEMBERS", "ALL_MANAGERS", "ALL_OWNERS", "NONE")),
    "whoCanPostMessage": tuple(
        f"{who}_CAN_POST" for who in ("NONE", "ALL_MANAGERS", "ALL_MEMBERS", "ALL_OWNERS", "ALL_IN_DOMAIN", "ANYONE")
    ),
    "whoCanLeaveGroup": ("ALL_MANAGERS_CAN_LEAVE", "ALL_MEMBERS_CAN_LEAVE", "NONE_CAN_LEAVE"),
    "whoCanContactOwner": tuple(
        f"{who}_CAN_CONTACT" for who in ("ALL_IN_DOMAIN", "ALL_MANAGERS", "ALL_MEMBERS", "ANYONE", "ALL_OWNERS")
    ),
    "whoCanModerateMembers": ("ALL_MEMBERS", "OWNERS_AND_MANAGERS", "OWNERS_ONLY", "NONE"),
    "whoCanModerateContent": ("ALL_MEMBERS", "OWNERS_AND_MANAGERS", "OWNERS_ONLY", "NONE"),
    "whoCanDiscoverGroup": ("ANYONE_CAN_DISCOVER", "ALL_IN_DOMAIN_CAN_DISCOVER", "ALL_MEMBERS_CAN_DISCOVER"),
    "messageModerationLevel": tuple(
        f"MODERATE_{what}" for what in ("ALL_MESSAGES", "NON_MEMBERS", "NEW_MEMBERS", "NONE")
    ),
    "spamModerationLevel": ("ALLOW", "MODERATE", "SILENTLY_MODERATE", "REJECT"),
    "replyTo": tuple(f"REPLY_TO_{who}" for who in ("CUSTOM", "SENDER", "LIST", "OWNER", "IGNORE", "MANAGERS")),
}


class GroupSettingsDesk:
    """Answers `/groups/v1/groups/{address}`."""

    def __init__(self, workspace: Workspace, groups: GroupDesk) -> None:
        self._workspace = workspace
        self._groups = groups

    def routes(self) -> list[Route]:
        """The operations."""
        # the second is what clients send that put their own address for the API's whole one
        ones = ("/groups/v1/groups/{group}", "/{group}")
        return [route for one in ones for route in (Route(one, self._get), Route(one, self._change, ["PUT", "PATCH"]))]

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._groups.group(request)))

    async def _change(self, request: Request) -> Response:
        group, body = self._groups.group(request), await json_object(request)
        own = {"kind", "email"}
        known = {*_USUAL, "name", "description", "customReplyTo", "customFooterText", "includeCustomFooter"}
        for name, value in body.items():
            if name not in known | own or not isinstance(value, str):
                raise words.invalid(name)
            if name in _CHOICES and value not in _CHOICES[name]:
                raise words.invalid(f"{name}: must be one of {', '.join(_CHOICES[name])}")
        changes: JsonObject = {name: value for name, value in body.items() if name not in own}
        for name in ("name", "description"):
            if name in changes:
                group[name] = changes.pop(name)
        kept = self._workspace.core.shelf(_SETTINGS).setdefault(as_text(group["id"]), {})
        kept.update(changes)
        self._workspace.did("CHANGE_GROUP_SETTING", {"GROUP_EMAIL": as_text(group["email"])}, "GROUP_SETTINGS")
        return JsonAnswer(self._shown(group))

    def _shown(self, group: JsonObject) -> JsonObject:
        about: JsonObject = {name: group[name] for name in ("email", "name", "description")}
        kept = self._workspace.core.shelf(_SETTINGS).get(as_text(group["id"]), {})
        return {"kind": "groupsSettings#groups", **about, **_USUAL, **kept}

"""Settings of the mail boxes of the pretend Microsoft 365 tenant, such as what answers while somebody is away.

Source: https://learn.microsoft.com/en-us/graph/api/user-get-mailboxsettings and .../user-update-mailboxsettings.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata, plain
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, moment
from keyturn.sandbox.wire import json_object

_REPLIES = "automaticRepliesSetting"
_SETTINGS: JsonObject = {
    "archiveFolder": None,
    "timeZone": "Pacific Standard Time",
    "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
    "dateFormat": "M/d/yyyy",
    "timeFormat": "h:mm tt",
    "userPurpose": "user",
    _REPLIES: {
        "status": "disabled",
        "externalAudience": "all",
        "internalReplyMessage": "",
        "externalReplyMessage": "",
    },
    "language": {"locale": "en-US", "displayName": "English (United States)"},
    "workingHours": {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": "Pacific Standard Time"},
    },
}
_READ_ONLY = frozenset({"userPurpose", "archiveFolder"})
_CHOICES = {
    "status": ("disabled", "alwaysEnabled", "scheduled"),
    "externalAudience": ("none", "contactsOnly", "all"),
}


class MailboxSettingDesk:
    """Answers `/users/{user}/mailboxSettings`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        settings = "/v1.0/users/{key}/mailboxSettings"
        return [
            Route(settings, self._get),
            Route(settings, self._change, ["PATCH"]),
            Route(settings + "/{name}", self._one),
        ]

    async def _get(self, request: Request) -> Response:
        account = self._directory.user(request)
        context = f"{CONTEXT}#users('{account.id}')/mailboxSettings"
        return odata({"@odata.context": context, **self._settings_of(account.id)})

    async def _one(self, request: Request) -> Response:
        account, named = self._directory.user(request), str(request.path_params["name"])
        name = next((each for each in _SETTINGS if each.lower() == named.lower()), None)
        if name is None:
            raise self._refused("BadRequest", f"Resource not found for the segment '{named}'.")
        context, held = f"{CONTEXT}#users('{account.id}')/mailboxSettings/{name}", self._settings_of(account.id)[name]
        return odata({"@odata.context": context, **(held if isinstance(held, dict) else {"value": held})})

    def _settings_of(self, user_id: str) -> JsonObject:
        return {**_SETTINGS, **self._directory.members("graph.mailbox_settings", user_id)}

    async def _change(self, request: Request) -> Response:
        account = self._directory.user(request)
        changes, known = plain(await json_object(request)), self._settings_of(account.id)
        for name in changes:
            if name not in _SETTINGS:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.mailboxSettings'."
                raise self._refused("RequestBodyRead", text)
            if name in _READ_ONLY and changes[name] != known[name]:
                raise self._refused("ErrorInvalidRequest", f"The property '{name}' is read-only.")
        made = {
            name: {**as_object(known[name]), **value} if isinstance(value, dict) else value
            for name, value in changes.items()
        }
        self._check(as_object(made.get(_REPLIES)))
        self._directory.members("graph.mailbox_settings", account.id).update(made)
        self._directory.core.changed()
        return await self._get(request)

    def _check(self, replies: JsonObject) -> None:
        """Raises Refused (400) for replies that could not be sent."""
        for name, choices in _CHOICES.items():
            if replies and replies.get(name) not in choices:
                text = f"Cannot convert the literal '{replies.get(name)}' to the expected type of '{name}'."
                raise self._refused("RequestBodyRead", text)
        if replies.get("status") == "scheduled":
            start, end = (_time(replies.get(name)) for name in ("scheduledStartDateTime", "scheduledEndDateTime"))
            if start is None or end is None or start >= end:
                text = "Replies that are scheduled need a scheduledStartDateTime and a later scheduledEndDateTime."
                raise self._refused("ErrorInvalidScheduledOofDuration", text)

    def _refused(self, code: str, text: str) -> Exception:
        return self._directory.words.refuse(400, code, text)


def _time(value: Json) -> str | None:
    """A time as it is ordered by; None if it is none."""
    told = as_text(as_object(value).get("dateTime"))
    return told if moment(told) is not None else None

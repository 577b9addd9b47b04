"""Channels that tell of what happens to users of the pretend Google Workspace account, and to their aliases.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/push.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.users import alias_shown
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.outbox import Habits, Outbox, unavailable
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer

_EVENTS = ("add", "delete", "makeAdmin", "undelete", "update")
_ALIAS_EVENTS = ("add", "delete")
_SHELF = "google.channels"
# Google goes on "with exponential backoff" where there is no answer or one that the receiver is not available.
_PAUSES = (1.0, 5.0, 30.0, 120.0)
_LONGEST = 172_800
_USUAL = 7_200


class ChannelDesk:
    """Answers `users/watch`, `users/{user}/aliases/watch` and `channels/stop`."""

    def __init__(self, workspace: Workspace, outbox: Outbox) -> None:
        self._workspace = workspace
        self._outbox = outbox
        outbox.learn("google", Habits(_PAUSES, unavailable, lambda key: key in workspace.core.shelf(_SHELF)))
        workspace.watchers.append(self._happened)
        workspace.alias_watchers.append(self._alias_changed)

    def routes(self) -> list[Route]:
        """The operations."""
        users = "/admin/directory/v1/users"
        return [
            Route(users + "/watch", self._watch, ["POST"]),
            Route(users + "/{key}/aliases/watch", self._watch_aliases, ["POST"]),
            Route("/admin/reports_v1/channels/stop", self._stop, ["POST"]),
            Route("/admin/directory_v1/channels/stop", self._stop, ["POST"]),
        ]

    async def _watch(self, request: Request) -> Response:
        return await self._open(request, "users", _EVENTS, {})

    async def _watch_aliases(self, request: Request) -> Response:
        account = self._workspace.user(request)
        return await self._open(request, f"users/{account.id}/aliases", _ALIAS_EVENTS, {"aliasesOf": account.id})

    async def _open(self, request: Request, path: str, events: tuple[str, ...], about: JsonObject) -> Response:
        event = request.query_params.get("event", "")
        body = await json_object(request)
        key, address = as_text(body.get("id")), as_text(body.get("address"))
        if event not in events or body.get("type") != "web_hook" or not key:
            raise words.invalid("channel: id, type and event are required")
        if not address.startswith(("https://", "http://")):
            raise words.refuse(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS")
        shelf = self._workspace.core.shelf(_SHELF)
        if key in shelf:
            raise words.refuse(400, "channelIdNotUnique", f"Channel id {key} not unique")
        asked = str(as_object(body.get("params")).get("ttl", _USUAL))
        lasts = min(int(asked), _LONGEST) if asked.isascii() and asked.isdigit() else _USUAL
        ends = self._workspace.core.clock() + timedelta(seconds=lasts)
        resource = f"{self._workspace.core.base('google')}/admin/directory/v1/{path}?event={event}&alt=json"
        channel: JsonObject = {
            "kind": "api#channel",
            "id": key,
            "resourceId": self._workspace.core.ids.word(27),
            "resourceUri": resource,
            "token": as_text(body.get("token")),
            "expiration": str(int(ends.timestamp() * 1000)),
        }
        shelf[key] = {**channel, "address": address, "event": event, "messages": 1, **about}
        self._workspace.core.changed()
        self._tell(shelf[key], "sync", 1, "")
        return JsonAnswer(channel)

    async def _stop(self, request: Request) -> Response:
        body = await json_object(request)
        found = self._workspace.core.shelf(_SHELF).get(as_text(body.get("id")))
        if found is None or found["resourceId"] != body.get("resourceId"):
            raise words.refuse(404, "notFound", f"Channel '{body.get('id')}' not found for project")
        del self._workspace.core.shelf(_SHELF)[as_text(found["id"])]
        self._workspace.core.changed()
        return Response(status_code=204)

    def _happened(self, account: GoogleAccount, event: str) -> None:
        body = {"kind": "admin#directory#user", "id": account.id, "primaryEmail": account.login}
        sent = orjson.dumps({**body, "etag": f'"{account.id}-{account.revision}"'}).decode()
        for channel in self._open_for(event, None):
            self._send(channel, event, sent)

    def _alias_changed(self, account: GoogleAccount, alias: str, event: str) -> None:
        for channel in self._open_for(event, account.id):
            self._send(channel, event, orjson.dumps(alias_shown(account, alias)).decode())

    def _open_for(self, event: str, aliases_of: str | None) -> Iterator[JsonObject]:
        """The channels for what happens to users, or to the aliases of one, whose time is not over."""
        now = self._workspace.core.clock().timestamp() * 1000
        for channel in list(self._workspace.core.shelf(_SHELF).values()):
            wanted = channel["event"] == event and channel.get("aliasesOf") == aliases_of
            if wanted and int(as_text(channel["expiration"])) > now:
                yield channel

    def _send(self, channel: JsonObject, event: str, body: str) -> None:
        number = channel["messages"]
        channel["messages"] = number = number + 1 if isinstance(number, int) else 2
        self._tell(channel, event, number, body)

    def _tell(self, channel: JsonObject, state: str, number: int, body: str) -> None:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Goog-Channel-ID": as_text(channel["id"]),
            "X-Goog-Channel-Token": as_text(channel["token"]),
            "X-Goog-Channel-Expiration": as_text(channel["expiration"]),
            "X-Goog-Resource-ID": as_text(channel["resourceId"]),
            "X-Goog-Resource-URI": as_text(channel["resourceUri"]),
            "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(number),
        }
        self._outbox.put("google", as_text(channel["id"]), as_text(channel["address"]), body, headers)

"""Registers Keyturn's event hook at Okta, through Okta's own API.

Source: Okta Management API, event hooks: POST and PUT ``/api/v1/eventHooks``, POST ``.../lifecycle/verify``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from keyturn.flows.json import JSON, Values


class SubscribeFailed(Exception):
    """The event hook could not be registered; ``mend`` says what to do, ``code`` what it is about."""

    def __init__(self, message: str, mend: str, code: str = "no-answer") -> None:
        self.mend = mend
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Answer:
    """An app's answer to a call.

    Attributes:
        scopes: what a refusal may have to do with scopes, and where to add them.
    """

    status: int
    body: JSON
    scopes: str = ""


class Caller(Protocol):
    """Calls an app with the credentials of a connection."""

    async def call(
        self, connection_id: str, method: str, path: str, body: JSON = None, scopes: Sequence[str] = ()
    ) -> Answer:
        """One request below the connection's base, which needs these scopes; raises SubscribeFailed if no answer
        came."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """A registered and verified event hook."""

    id: str
    uri: str
    event_types: Sequence[str]


class OktaSubscriber:
    """Registers event hooks; doing it again updates the one that is there."""

    def __init__(self, caller: Caller, name: str = "Keyturn") -> None:
        self._caller = caller
        self._name = name

    async def subscribe(self, connection_id: str, uri: str, secret: str, event_types: Sequence[str]) -> Hook:
        """Register the hook for these event types and have Okta verify it.

        Args:
            uri: the public address of Keyturn's event hook of this connection.
            secret: what Okta is to send as Authorization.

        Raises:
            SubscribeFailed: Okta refused, or could not reach the address.
        """
        wanted = self._wanted(uri, secret, event_types)
        known = await self._find(connection_id, uri)
        if known is None:
            answer = await self._caller.call(connection_id, "POST", "/api/v1/eventHooks", wanted)
        else:
            answer = await self._caller.call(connection_id, "PUT", f"/api/v1/eventHooks/{known}", wanted)
        hook_id = self._id_in(answer)
        await self._verify(connection_id, hook_id, uri)
        return Hook(hook_id, uri, tuple(event_types))

    def _wanted(self, uri: str, secret: str, event_types: Sequence[str]) -> Values:
        scheme: Values = {"type": "HEADER", "key": "Authorization", "value": secret}
        channel: Values = {
            "type": "HTTP",
            "version": "1.0.0",
            "config": {"uri": uri, "headers": [], "authScheme": scheme},
        }
        items: list[JSON] = [*sorted(event_types)]
        return {"name": self._name, "events": {"type": "EVENT_TYPE", "items": items}, "channel": channel}

    async def _find(self, connection_id: str, uri: str) -> str | None:
        answer = await self._caller.call(connection_id, "GET", "/api/v1/eventHooks")
        if answer.status != 200 or not isinstance(answer.body, list):
            raise SubscribeFailed(
                f"Okta answered {answer.status} when asked for its event hooks: {_summary(answer.body)}",
                "Give the connection the permission okta.eventHooks.manage.",
            )
        for hook in answer.body:
            if isinstance(hook, dict) and _uri(hook) == uri and isinstance(hook.get("id"), str):
                return str(hook["id"])
        return None

    @staticmethod
    def _id_in(answer: Answer) -> str:
        if answer.status in (200, 201) and isinstance(answer.body, dict):
            return str(answer.body.get("id"))
        raise SubscribeFailed(
            f"Okta answered {answer.status} to the event hook: {_summary(answer.body)}",
            "Check the permission okta.eventHooks.manage, and that at most 25 hooks are active.",
        )

    async def _verify(self, connection_id: str, hook_id: str, uri: str) -> None:
        path = f"/api/v1/eventHooks/{hook_id}/lifecycle/verify"
        answer = await self._caller.call(connection_id, "POST", path)
        if answer.status != 200:
            raise SubscribeFailed(
                f"Okta could not verify {uri}: {answer.status} {_summary(answer.body)}",
                "Make sure that Okta can reach this address; KEYTURN_PUBLIC_URL sets it.",
            )


def _uri(hook: Values) -> JSON:
    channel = hook.get("channel")
    config = channel.get("config") if isinstance(channel, dict) else None
    return config.get("uri") if isinstance(config, dict) else None


def _summary(body: JSON) -> str:
    return str(body.get("errorSummary", "")) if isinstance(body, dict) else ""

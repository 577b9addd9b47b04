"""Delivery of Okta event hooks, by way of the outbox.

Source: https://developer.okta.com/docs/concepts/event-hooks/ (3 s for an answer, one retry on a time-out, a
failed connection or 5xx, none on 4xx).
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from time import monotonic

import orjson

from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.hook_filters import event_filter
from keyturn.sandbox.okta.log import Happening, log_event
from keyturn.sandbox.outbox import Habits, Outbox, Parcel, unavailable
from keyturn.sandbox.post import Sent
from keyturn.sandbox.state import Hook
from keyturn.sandbox.values import JsonObject, as_list, as_object, as_text, millis, to_json

_CHALLENGES = 2
_PAUSES = (1.0,)
_KEPT = 1_000
_CHALLENGE = "x-okta-verification-challenge"
_AGENT = "Okta-Event-Hooks (sandbox)"


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver: the answer's status, or in `error` why there was none."""

    event_id: str
    event_uuid: str
    event_type: str
    hook_id: str
    uri: str
    attempt: int
    time: str
    status: int | None
    error: str | None
    took_ms: int


def _is_for(hook: Hook, event: JsonObject) -> bool:
    """Whether a hook is subscribed to an event, and none of its filters keeps the event back."""
    filters = [as_text(row["expression"]) for row in hook.filters if row["event"] == event["eventType"]]
    return event["eventType"] in hook.items and all(event_filter(text)(event) for text in filters)


class DeliveryOffice:
    """Sends challenges and events to event hooks and remembers every attempt."""

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._outbox = outbox
        self._attempts: deque[Attempt] = deque(maxlen=_KEPT)
        outbox.learn("okta", Habits(_PAUSES, unavailable, self._wanted, self._carry, self._given_up))

    def attempts(self) -> list[JsonObject]:
        """The newest 1,000 attempts, oldest first."""
        return [asdict(attempt) for attempt in self._attempts]

    def deliver(self, event: JsonObject) -> None:
        """Deliver an event, in the background, to each hook that is active, verified and subscribed to it."""
        for hook in self._core.world.hooks:
            if hook.status == "ACTIVE" and hook.verified and _is_for(hook, event):
                self._outbox.put("okta", hook.id, hook.uri, orjson.dumps(self._envelope(hook, event)).decode())

    async def verify(self, hook: Hook) -> str | None:
        """Send the one-time challenge, once more if it fails; None if it was met, else what was wrong."""
        value = self._core.ids.word(32)
        wrong = ""
        for _ in range(_CHALLENGES):
            headers = {**_headers(hook), _CHALLENGE: value}
            outcome = await self._outbox.post.send(hook.uri, headers=headers, method="GET")
            wrong = _what_is_wrong(outcome, value)
            if not wrong:
                break
        self._note("event_hook.verified", hook, wrong or None)
        return wrong or None

    def _envelope(self, hook: Hook, event: JsonObject) -> JsonObject:
        return {
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "source": f"{self._core.base('okta')}/api/v1/eventHooks/{hook.id}",
            "eventId": self._core.ids.uuid(),
            "data": {"events": [_with_hook(event, hook)]},
            "eventTime": millis(self._core.clock()),
            "contentType": "application/json",
        }

    def _wanted(self, hook_id: str) -> bool:
        hook = self._core.world.find_hook(hook_id)
        return hook is not None and hook.status == "ACTIVE"

    async def _carry(self, parcel: Parcel) -> Sent:
        """Send once, with the headers that the hook has now, and remember the attempt."""
        hook = self._core.world.find_hook(parcel.about)
        headers = {**({} if hook is None else _headers(hook)), "Content-Type": "application/json"}
        began = monotonic()
        sent = await self._outbox.post.send(parcel.url, parcel.body.encode(), headers)
        envelope = as_object(to_json(orjson.loads(parcel.body)))
        event = as_object(as_list(as_object(envelope["data"])["events"])[0])
        self._attempts.append(
            Attempt(
                event_id=as_text(envelope["eventId"]),
                event_uuid=as_text(event["uuid"]),
                event_type=as_text(event["eventType"]),
                hook_id=parcel.about,
                uri=parcel.url,
                attempt=parcel.tries + 1,
                time=millis(self._core.clock()),
                status=sent.status,
                error=sent.error,
                took_ms=round((monotonic() - began) * 1000),
            )
        )
        return sent

    def _given_up(self, parcel: Parcel, why: str) -> None:
        hook = self._core.world.find_hook(parcel.about)
        if hook is not None:
            self._note("event_hook.delivery", hook, why)

    def _note(self, event_type: str, hook: Hook, reason: str | None) -> None:
        """Write into the System Log what became of a hook."""
        target: JsonObject = {
            "id": hook.id,
            "type": "EventHook",
            "alternateId": hook.uri,
            "displayName": hook.name,
            "detailEntry": None,
        }
        path = f"/api/v1/eventHooks/{hook.id}"
        cut = None if reason is None else reason[:255]
        event = log_event(self._core, Happening(event_type, path, (target,), cut), self._core.ids.word(32))
        self._core.world.log.append(event)
        self._core.store.touch()
        self._core.store.save()


def _headers(hook: Hook) -> dict[str, str]:
    headers = {"User-Agent": _AGENT, **{as_text(row["key"]): as_text(row["value"]) for row in hook.headers}}
    if hook.auth_key is not None and hook.secret is not None:
        headers[hook.auth_key] = hook.secret
    return headers


def _with_hook(event: JsonObject, hook: Hook) -> JsonObject:
    """The event as a hook sends it: its debug data names the hook."""
    debug = as_object(as_object(event["debugContext"]).get("debugData"))
    return {**event, "debugContext": {"debugData": {**debug, "eventHookId": hook.id}}}


def _what_is_wrong(outcome: Sent, value: str) -> str:
    if outcome.status != 200:
        return f"the endpoint {outcome.said}" if outcome.error is None else outcome.said
    try:
        answer = as_object(to_json(orjson.loads(outcome.text)))
    except orjson.JSONDecodeError:
        return "the endpoint's answer is not JSON"
    if answer.get("verification") != value:
        return "the endpoint did not return the challenge in the field verification"
    return ""

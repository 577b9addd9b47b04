"""Delivery of Okta event hooks: real HTTP, in the background, after the API has answered.

Source: https://developer.okta.com/docs/concepts/event-hooks/ (3 s for an answer, one retry on a time-out, a
failed connection or 5xx, none on 4xx).
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from time import monotonic

import aiohttp
import orjson

from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.hook_filters import event_filter
from keyturn.sandbox.okta.log import Happening, log_event
from keyturn.sandbox.state import Hook
from keyturn.sandbox.values import JsonObject, as_object, as_text, millis, to_json

_ATTEMPTS = 2
_KEPT = 1_000
_CHALLENGE = "x-okta-verification-challenge"
_ANSWER_LIMIT = 65_536


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


@dataclass(frozen=True)
class _Outcome:
    status: int | None
    error: str | None = None
    body: bytes = b""

    @property
    def again(self) -> bool:
        return self.status is None or self.status >= 500

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.error if self.error is not None else f"answered with status {self.status}"


def _is_for(hook: Hook, event: JsonObject) -> bool:
    """Whether a hook is subscribed to an event, and none of its filters keeps the event back."""
    filters = [as_text(row["expression"]) for row in hook.filters if row["event"] == event["eventType"]]
    return event["eventType"] in hook.items and all(event_filter(text)(event) for text in filters)


class DeliveryOffice:
    """Sends challenges and events to event hooks and remembers every attempt."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._attempts: deque[Attempt] = deque(maxlen=_KEPT)

    async def start(self) -> None:
        """Open the outgoing client."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=self._core.config.hook_timeout),
            headers={"User-Agent": "Okta-Event-Hooks (sandbox)"},
        )

    async def stop(self) -> None:
        """Give up what is under way and close the client."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def attempts(self) -> list[JsonObject]:
        """The newest 1,000 attempts, oldest first."""
        return [asdict(attempt) for attempt in self._attempts]

    async def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is under way; False if `timeout` seconds did not suffice."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self._under_way:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait(self._under_way, timeout=left)
        return True

    def deliver(self, event: JsonObject) -> None:
        """Deliver an event, in the background, to each hook that is active, verified and subscribed to it."""
        for hook in self._core.world.hooks:
            if hook.status == "ACTIVE" and hook.verified and _is_for(hook, event):
                task = asyncio.create_task(self._deliver(hook, event))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def verify(self, hook: Hook) -> str | None:
        """Send the one-time challenge, once more if it fails; None if it was met, else what was wrong."""
        value = self._core.ids.word(32)
        wrong = ""
        for _ in range(_ATTEMPTS):
            headers = {**_headers(hook), _CHALLENGE: value}
            outcome = await self._send("GET", hook.uri, headers, None)
            wrong = _what_is_wrong(outcome, value)
            if not wrong:
                break
        self._note("event_hook.verified", hook, wrong or None)
        return wrong or None

    async def _deliver(self, hook: Hook, event: JsonObject) -> None:
        event_id = self._core.ids.uuid()
        envelope: JsonObject = {
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "source": f"{self._core.base('okta')}/api/v1/eventHooks/{hook.id}",
            "eventId": event_id,
            "data": {"events": [_with_hook(event, hook)]},
            "eventTime": millis(self._core.clock()),
            "contentType": "application/json",
        }
        headers = {**_headers(hook), "Content-Type": "application/json"}
        outcome = _Outcome(None, "not sent")
        for number in range(1, _ATTEMPTS + 1):
            began = monotonic()
            outcome = await self._send("POST", hook.uri, headers, orjson.dumps(envelope))
            self._attempts.append(
                Attempt(
                    event_id=event_id,
                    event_uuid=as_text(event["uuid"]),
                    event_type=as_text(event["eventType"]),
                    hook_id=hook.id,
                    uri=hook.uri,
                    attempt=number,
                    time=millis(self._core.clock()),
                    status=outcome.status,
                    error=outcome.error,
                    took_ms=round((monotonic() - began) * 1000),
                )
            )
            if not outcome.again:
                break
        if not outcome.good:
            self._note("event_hook.delivery", hook, outcome.text)

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

    async def _send(self, method: str, uri: str, headers: dict[str, str], body: bytes | None) -> _Outcome:
        if self._session is None:
            return _Outcome(None, "the sandbox is not running")
        try:
            async with self._session.request(
                method, uri, headers=headers, data=body, allow_redirects=False
            ) as response:
                return _Outcome(response.status, body=await response.content.read(_ANSWER_LIMIT))
        except TimeoutError:
            return _Outcome(None, f"no answer within {self._core.config.hook_timeout:g} s")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return _Outcome(None, f"{type(error).__name__}: {error}")


def _headers(hook: Hook) -> dict[str, str]:
    headers = {as_text(row["key"]): as_text(row["value"]) for row in hook.headers}
    if hook.auth_key is not None and hook.secret is not None:
        headers[hook.auth_key] = hook.secret
    return headers


def _with_hook(event: JsonObject, hook: Hook) -> JsonObject:
    """The event as a hook sends it: its debug data names the hook."""
    debug = as_object(as_object(event["debugContext"]).get("debugData"))
    return {**event, "debugContext": {"debugData": {**debug, "eventHookId": hook.id}}}


def _what_is_wrong(outcome: _Outcome, value: str) -> str:
    if outcome.status != 200:
        return f"the endpoint {outcome.text}" if outcome.error is None else outcome.text
    try:
        answer = as_object(to_json(orjson.loads(outcome.body)))
    except orjson.JSONDecodeError:
        return "the endpoint's answer is not JSON"
    if answer.get("verification") != value:
        return "the endpoint did not return the challenge in the field verification"
    return ""

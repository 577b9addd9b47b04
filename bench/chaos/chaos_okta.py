"""Okta's side: delivers events to the event hook as Okta does.

Each delivery has 3 seconds for its answer and is tried once more after a time-out, a failed connection or a
status of 500 and above. What is not answered with 2xx then is dropped, and so was not accepted.

Source: https://developer.okta.com/docs/concepts/event-hooks/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import aiohttp
import orjson
from chaos_plan import Delivery, Event, Plan

from keyturn.flows.json import JSON, Values

_ANSWER_SECONDS = 3.0
_ATTEMPTS = 2


@dataclass(slots=True)
class Tally:
    """What became of the deliveries.

    Attributes:
        accepted: ids of events that were answered with 2xx at least once.
        attempts: requests sent.
        refused: requests without an answer of 2xx.
    """

    accepted: set[UUID] = field(default_factory=set[UUID])
    attempts: int = 0
    refused: int = 0


class Okta:
    """Delivers a plan's events.

    Args:
        hooks: the address of the event hook on each server.
        secret: what is sent as Authorization.
        people: logins, by the plan's numbers.
    """

    def __init__(self, plan: Plan, hooks: Sequence[str], secret: str, people: Sequence[str]) -> None:
        self.tally = Tally()
        self._plan = plan
        self._hooks = hooks
        self._headers = {"Authorization": secret, "Content-Type": "application/json"}
        self._people = people

    async def deliver(self, delivery: Delivery, session: aiohttp.ClientSession) -> None:
        """Deliver, with the second attempt if it is due."""
        events = [self._plan.events[number] for number in delivery.events]
        body = orjson.dumps(self._envelope(events))
        for attempt in range(_ATTEMPTS):
            hook = self._hooks[(delivery.server + attempt) % len(self._hooks)]
            status = await self._send(session, hook, body)
            self.tally.attempts += 1
            if status is not None and 200 <= status < 300:
                self.tally.accepted |= {event.id for event in events}
                return
            self.tally.refused += 1
            if status is not None and status < 500:
                return

    async def _send(self, session: aiohttp.ClientSession, hook: str, body: bytes) -> int | None:
        limit = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        try:
            async with session.post(hook, data=body, headers=self._headers, timeout=limit) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

    def _envelope(self, events: Sequence[Event]) -> Values:
        shown: list[JSON] = [self._event(event) for event in events]
        return {
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "source": "https://example.okta.com/api/v1/eventHooks/whochaos",
            "eventId": str(uuid4()),
            "data": {"events": shown},
            "eventTime": _now(),
            "contentType": "application/json",
        }

    def _event(self, event: Event) -> Values:
        login = self._people[event.person]
        return {
            "uuid": str(event.id),
            "published": _now(),
            "eventType": "user.lifecycle.suspend",
            "version": "0",
            "displayMessage": "Suspend Okta user",
            "severity": "INFO",
            "actor": {"id": "00uadmin", "type": "User", "alternateId": "admin@northwind.example", "displayName": "A"},
            "outcome": {"result": "SUCCESS", "reason": None},
            "target": [{"id": f"00u{event.person}", "type": "User", "alternateId": login, "displayName": login}],
            "debugContext": {"debugData": {}},
        }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""Callers of an endpoint: each call has a key, and is sent again until something definite is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
from chaos_plan import Call

_ANSWER_SECONDS = 6.0
_PAUSE_SECONDS = 0.5
_ATTEMPTS = 8


@dataclass(slots=True)
class Calls:
    """What became of the calls.

    Attributes:
        answered: keys of those that were answered with 2xx at least once.
        attempts: requests sent.
    """

    answered: set[str] = field(default_factory=set[str])
    attempts: int = 0


class Callers:
    """Make a plan's calls.

    Args:
        addresses: of the endpoint, on each server.
        token: the endpoint's client token.
        people: logins, by the plan's numbers.
    """

    def __init__(self, addresses: Sequence[str], token: str, people: Sequence[str]) -> None:
        self.tally = Calls()
        self._addresses = addresses
        self._token = token
        self._people = people

    async def call(self, call: Call, session: aiohttp.ClientSession) -> None:
        """Call until the answer is definite, or often enough; each time the other server."""
        for attempt in range(_ATTEMPTS):
            address = self._addresses[(call.server + attempt) % len(self._addresses)]
            status = await self._send(session, address, call)
            self.tally.attempts += 1
            if status is not None and 200 <= status < 300:
                self.tally.answered.add(call.key)
            if status is not None and status != 503:
                return
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _send(self, session: aiohttp.ClientSession, address: str, call: Call) -> int | None:
        headers = {"x-api-client-token": self._token, "Idempotency-Key": call.key}
        form = {"key": call.key, "login": self._people[call.person]}
        limit = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        try:
            async with session.post(address, json=form, headers=headers, timeout=limit) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

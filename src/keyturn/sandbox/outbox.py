"""What tenants have to tell their clients: sent in the background after the API has answered, and sent again after
growing pauses.

What waits is kept over restarts; what is given up is told in the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from keyturn.sandbox.core import Core
from keyturn.sandbox.ledger import Received, readable_body
from keyturn.sandbox.masking import masked_query
from keyturn.sandbox.post import Post, Sent
from keyturn.sandbox.values import JsonObject, Tenant, to_json

_SHELF = "sandbox.outbox"


@dataclass
class Parcel:
    """Something to be sent. about: the id of the hook, subscription or channel that it is sent for; tries: how often it
    was sent in vain; due: when it is sent next, in epoch seconds."""

    tenant: Tenant
    about: str
    url: str
    body: str
    headers: dict[str, str] = field(default_factory=dict[str, str])
    tries: int = 0
    due: float = 0.0


@dataclass(frozen=True)
class Habits:
    """How a tenant sends.

    pauses: seconds before it sends again, one after the other; again: whether it does, after such an answer; wanted:
    whether the hook, subscription or channel is still there; carry: sends once, in its own way; given_up: is told of
    what was sent in vain, and why.
    """

    pauses: tuple[float, ...]
    again: Callable[[Sent], bool]
    wanted: Callable[[str], bool]
    carry: Callable[[Parcel], Awaitable[Sent]] | None = None
    given_up: Callable[[Parcel, str], None] | None = None


class Outbox:
    """Sends parcels to addresses that clients have registered, and keeps those that wait to be sent again."""

    def __init__(self, core: Core, post: Post) -> None:
        self.post = post
        self._core = core
        self._habits: dict[str, Habits] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def learn(self, tenant: Tenant, habits: Habits) -> None:
        """Say how a tenant sends."""
        self._habits[tenant] = habits

    def put(self, tenant: Tenant, about: str, url: str, body: str, headers: Mapping[str, str] | None = None) -> None:
        """Have something sent, for a hook, subscription or channel with this id."""
        key = self._core.ids.uuid()
        self._keep(key, Parcel(tenant, about, url, body, dict(headers or {})))
        self._begin(key)

    def resume(self) -> None:
        """Go on with what waited when the sandbox was stopped."""
        for key in list(self._core.shelf(_SHELF)):
            self._begin(key)

    def drop(self) -> int:
        """Give up everything that has not arrived; returns how much that was."""
        shelf = self._core.shelf(_SHELF)
        lost = len(shelf)
        shelf.clear()
        for task in self._under_way:
            task.cancel()
        return lost

    async def stop(self) -> None:
        """Stop sending; what has not arrived stays for the next time."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._core.store.save()

    def waiting(self) -> list[JsonObject]:
        """What has not arrived yet: for whom, where, and how often it was sent."""
        rows = self._core.shelf(_SHELF).values()
        return [{name: row[name] for name in ("tenant", "about", "url", "tries", "due")} for row in rows]

    async def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is under way or waits; False if `timeout` seconds did not suffice."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self._under_way:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait(self._under_way, timeout=left)
        return True

    def _keep(self, key: str, parcel: Parcel) -> None:
        self._core.shelf(_SHELF)[key] = cast("JsonObject", to_json(asdict(parcel)))
        self._core.changed()

    def _begin(self, key: str) -> None:
        task = asyncio.create_task(self._see_through(key))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _see_through(self, key: str) -> None:
        """Send a parcel until it arrives or is given up."""
        parcel = Parcel(**cast("dict[str, Any]", self._core.shelf(_SHELF)[key]))
        habits = self._habits[parcel.tenant]
        while True:
            left = parcel.due - self._core.clock().timestamp()
            if left > 0:
                await self._core.pause(left)
            if parcel.tries and not habits.wanted(parcel.about):
                self._give_up(key, parcel, Sent(None, error="nobody is subscribed to it any more"))
                return
            sent = await (habits.carry or self._carry)(parcel)
            parcel.tries += 1
            if sent.good:
                self._done(key)
                return
            if parcel.tries > len(habits.pauses) or not habits.again(sent):
                self._give_up(key, parcel, sent)
                return
            parcel.due = self._core.clock().timestamp() + habits.pauses[parcel.tries - 1]
            self._keep(key, parcel)
            self._core.store.save()

    async def _carry(self, parcel: Parcel) -> Sent:
        return await self.post.send(parcel.url, parcel.body.encode(), parcel.headers)

    def _done(self, key: str) -> None:
        del self._core.shelf(_SHELF)[key]
        self._core.changed()

    def _give_up(self, key: str, parcel: Parcel, sent: Sent) -> None:
        self._done(key)
        told = self._habits[parcel.tenant].given_up
        if told is not None:
            told(parcel, sent.said)
        times = "once" if parcel.tries == 1 else f"{parcel.tries} times"
        note = f"The sandbox sent this {times} and gives it up: {sent.said}."
        self._core.ledger.complete(self._core.ledger.receive(_as_sent(parcel)), sent.status, note=note)
        self._core.store.save()


def _as_sent(parcel: Parcel) -> Received:
    """A parcel as the ledger shows it: under the whole address that it went to."""
    parts = urlsplit(parcel.url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    body = readable_body(parcel.body.encode(), "application/json")
    return Received(parcel.tenant, "POST", address, address, masked_query(parts.query), bool(parcel.body), body)


def unavailable(sent: Sent) -> bool:
    """Whether there was no answer, or one that says that the receiver cannot take it now."""
    return sent.status is None or sent.status >= 500

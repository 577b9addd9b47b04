"""Connections of a process by itself: tokens and notes are remembered and shared with nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from keyturn.flows.functions import Clock
from keyturn.flows.paging import Page, PageRequest

from .access_tokens import AccessTokens, Sender
from .authorise import Authoriser, let_pass
from .model import Connection, Health, Trouble
from .ports import ConnectionStore
from .vault import Vault


class MemoryConnections:
    """ConnectionStore in memory.

    Attributes:
        rows: the connections by id.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Connection] = {}

    async def get(self, connection_id: str) -> Connection | None:
        return self.rows.get(connection_id)

    async def list(self, page: PageRequest) -> Page[Connection]:
        return Page(list(self.rows.values()))

    async def put(self, connection: Connection) -> Connection:
        self.rows[connection.id] = connection
        return connection

    async def make(self, connection: Connection) -> bool:
        return self.rows.setdefault(connection.id, connection) is connection

    async def delete(self, connection_id: str) -> bool:
        return self.rows.pop(connection_id, None) is not None


class MemoryGrants:
    """GrantStore in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._holders: dict[str, str] = {}

    async def read(self, connection_id: str) -> bytes | None:
        return self._kept.get(connection_id)

    async def hold(self, connection_id: str, holder: str, seconds: float) -> bool:
        return self._holders.setdefault(connection_id, holder) == holder

    async def write(self, connection_id: str, sealed: bytes) -> None:
        self._kept[connection_id] = sealed

    async def release(self, connection_id: str, holder: str) -> None:
        if self._holders.get(connection_id) == holder:
            del self._holders[connection_id]

    async def forget(self, connection_id: str) -> None:
        self._kept.pop(connection_id, None)


class MemoryBudgets:
    """BudgetStore in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}

    async def reserve(self, connection_id: str, interval: float, burst: int) -> float:
        now = self._clock.monotonic()
        due = max(self._next.get(connection_id, now), now)
        self._next[connection_id] = due + interval
        return max(0.0, due - now - (burst - 1) * interval)


class MemoryHealth:
    """HealthStore in memory."""

    def __init__(self) -> None:
        self._known: dict[str, Health] = {}

    async def of(self, connection_ids: Sequence[str]) -> Mapping[str, Health]:
        return {name: self._known[name] for name in connection_ids if name in self._known}

    async def forget(self, connection_id: str) -> None:
        self._known.pop(connection_id, None)

    async def worked(self, connection_id: str, at: datetime) -> None:
        self._known[connection_id] = Health(worked_at=at)

    async def answered(self, connection_id: str) -> None:
        if connection_id in self._known:
            self._known[connection_id] = Health(worked_at=self._known[connection_id].worked_at)

    async def failed(self, connection_id: str, trouble: Trouble, at: datetime) -> None:
        known = self._known.get(connection_id, Health())
        self._known[connection_id] = replace(known, failing_since=known.failing_since or at, trouble=trouble)


def authoriser_alone(
    http: Sender,
    store: ConnectionStore,
    vault: Vault,
    clock: Clock,
    allow: Callable[[Connection], None] = let_pass,
) -> Authoriser:
    """An authoriser whose tokens nobody else knows."""
    return Authoriser(store, vault, AccessTokens(http, MemoryGrants(), vault, clock), allow)

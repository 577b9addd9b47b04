"""Connections, remembered for a moment: a run that sends three requests does not read its connection three times.

What this process changes counts at once; what another one changes counts after a second at most.
"""

from __future__ import annotations

from keyturn.flows.functions import Clock
from keyturn.flows.paging import Page, PageRequest

from .model import Connection
from .ports import ConnectionStore

_REMEMBERED_SECONDS = 1.0


class RecentConnections:
    """ConnectionStore in front of another one."""

    def __init__(self, store: ConnectionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[float, Connection]] = {}
        self._changes = 0

    async def get(self, connection_id: str) -> Connection | None:
        """As the store had it within the last second."""
        known = self._known.get(connection_id)
        now = self._clock.monotonic()
        if known is not None and now < known[0]:
            return known[1]
        before = self._changes
        connection = await self._store.get(connection_id)
        self._known.pop(connection_id, None)
        if connection is not None and before == self._changes:
            self._known[connection_id] = now + _REMEMBERED_SECONDS, connection
        return connection

    async def list(self, page: PageRequest) -> Page[Connection]:
        """As the store has them."""
        return await self._store.list(page)

    async def put(self, connection: Connection) -> Connection:
        """Insert or replace by id; counts here at once."""
        try:
            return await self._store.put(connection)
        finally:
            self._forget(connection.id)

    async def delete(self, connection_id: str) -> bool:
        """Whether there was one; counts here at once."""
        try:
            return await self._store.delete(connection_id)
        finally:
            self._forget(connection_id)

    def _forget(self, connection_id: str) -> None:
        """What is being read at this moment may be the former state: it is not remembered either."""
        self._changes += 1
        self._known.pop(connection_id, None)

"""Connections, remembered for a moment: a run that sends three requests does not read its connection three times.

What this process changes counts at once; what another one changes counts after a second at most.
"""

from __future__ import annotations

import asyncio

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
        self._reading: dict[str, asyncio.Task[Connection | None]] = {}

    async def get(self, connection_id: str) -> Connection | None:
        """As the store had it within the last second."""
        known = self._known.get(connection_id)
        if known is not None and self._clock.monotonic() < known[0]:
            return known[1]
        reading = self._reading.get(connection_id)
        if reading is None:  # runs that ask at the same time, as all do when a second is over, share one look
            reading = self._reading[connection_id] = asyncio.create_task(self._read(connection_id))
        return await asyncio.shield(reading)

    async def _read(self, connection_id: str) -> Connection | None:
        began, this = self._clock.monotonic(), asyncio.current_task()
        try:
            connection = await self._store.get(connection_id)
        finally:
            is_newest = self._reading.get(connection_id) is this
            if is_newest:
                del self._reading[connection_id]
        if is_newest and connection is not None:
            self._known[connection_id] = began + _REMEMBERED_SECONDS, connection
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

    async def make(self, connection: Connection) -> bool:
        """Insert it, unless there is one with this id; counts here at once."""
        try:
            return await self._store.make(connection)
        finally:
            self._forget(connection.id)

    async def delete(self, connection_id: str) -> bool:
        """Whether there was one; counts here at once."""
        try:
            return await self._store.delete(connection_id)
        finally:
            self._forget(connection_id)

    def _forget(self, connection_id: str) -> None:
        """What is being read at this moment may be the former state: it is neither remembered nor given to others."""
        self._known.pop(connection_id, None)
        self._reading.pop(connection_id, None)

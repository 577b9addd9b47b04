"""What connections need from a store."""

from __future__ import annotations

from typing import Protocol

from keyturn.flows.paging import Page, PageRequest

from .model import Connection


class ConnectionStore(Protocol):
    """Where connections live."""

    async def get(self, connection_id: str) -> Connection | None: ...

    async def list(self, page: PageRequest) -> Page[Connection]:
        """Connections by id."""
        ...

    async def put(self, connection: Connection) -> Connection:
        """Insert or replace by id; the time of creation of one that is there stays."""
        ...

    async def delete(self, connection_id: str) -> bool:
        """Whether there was one."""
        ...

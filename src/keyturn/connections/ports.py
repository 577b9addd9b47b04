"""What connections need from a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from keyturn.flows.paging import Page, PageRequest

from .model import Connection, Health, Trouble


class ConnectionStore(Protocol):
    """Where connections live."""

    async def get(self, connection_id: str) -> Connection | None: ...

    async def list(self, page: PageRequest) -> Page[Connection]:
        """Connections by id."""
        ...

    async def put(self, connection: Connection) -> Connection:
        """Insert or replace by id; the time of creation of one that is there stays."""
        ...

    async def make(self, connection: Connection) -> bool:
        """Insert it, unless there is one with this id; whether it was inserted."""
        ...

    async def delete(self, connection_id: str) -> bool:
        """Whether there was one."""
        ...


class GrantStore(Protocol):
    """Where the tokens of connections live, sealed; they go with their connection."""

    async def read(self, connection_id: str) -> bytes | None:
        """What is kept."""
        ...

    async def hold(self, connection_id: str, holder: str, seconds: float) -> bool:
        """Whether this holder may renew it now: nobody else holds it, or no longer. It is held for so long."""
        ...

    async def write(self, connection_id: str, sealed: bytes) -> None:
        """Keep it, if there is such a connection."""
        ...

    async def release(self, connection_id: str, holder: str) -> None:
        """Hold it no longer."""
        ...

    async def forget(self, connection_id: str) -> None:
        """Keep nothing."""
        ...


class BudgetStore(Protocol):
    """How fast connections send, counted for all processes together."""

    async def reserve(self, connection_id: str, interval: float, burst: int) -> float:
        """Take the next place.

        Args:
            interval: seconds from one request to the next in the long run.
            burst: how many may be sent at once after a pause.

        Returns:
            seconds until the place's turn comes; 0 for now.
        """
        ...


@dataclass(frozen=True, slots=True)
class SealedRow:
    """Something sealed in the database.

    Attributes:
        context: what it is bound to.
    """

    kind: Literal["connection", "token"]
    connection_id: str
    context: str
    sealed: bytes = field(repr=False)


class SealedStore(Protocol):
    """Everything that stays sealed for long."""

    async def rows(self) -> Sequence[SealedRow]:
        """All of it."""
        ...

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        """Whether it was as the row has it, and now is this."""
        ...


class HealthStore(Protocol):
    """What is known of how connections do."""

    async def of(self, connection_ids: Sequence[str]) -> Mapping[str, Health]:
        """What is known of these."""
        ...

    async def worked(self, connection_id: str, at: datetime) -> None:
        """Its app has taken it."""
        ...

    async def failed(self, connection_id: str, trouble: Trouble, at: datetime) -> None:
        """Its app has refused it; the time of the first refusal in a row stays."""
        ...

    async def answered(self, connection_id: str) -> None:
        """What was wrong is so no more; whether its app takes it is as it was known before."""
        ...

    async def forget(self, connection_id: str) -> None:
        """Know nothing any more: it has other credentials, or leads elsewhere."""
        ...

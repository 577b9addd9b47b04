"""Tokens and budgets of connections, all that is sealed, and how connections do.

Fills ``connections.ports.GrantStore``, ``BudgetStore``, ``SealedStore`` and ``HealthStore``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from keyturn.connections.model import Health, Trouble, context_of, token_context_of
from keyturn.connections.ports import SealedRow

from .database import Database
from .driver import Row
from .gathering import Gatherer
from .payloads import clean
from .sql import grants as sql


class PostgresGrants:
    """GrantStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, connection_id: str) -> bytes | None:
        row = await self._database.read_one(sql.READ, clean(connection_id))
        return None if row is None else row["sealed"]

    async def hold(self, connection_id: str, holder: str, seconds: float) -> bool:
        return await self._database.read_one(sql.HOLD, clean(connection_id), holder, seconds) is not None

    async def write(self, connection_id: str, sealed: bytes) -> None:
        await self._database.read(sql.WRITE, clean(connection_id), sealed)

    async def release(self, connection_id: str, holder: str) -> None:
        await self._database.read(sql.RELEASE, clean(connection_id), holder)

    async def forget(self, connection_id: str) -> None:
        await self._database.read(sql.FORGET, clean(connection_id))


class PostgresBudgets:
    """BudgetStore on Postgres, whose clock counts. Raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._places = Gatherer(self._reserve)

    async def reserve(self, connection_id: str, interval: float, burst: int) -> float:
        return await self._places.ask((clean(connection_id), interval, burst))

    async def _reserve(self, asked: Sequence[tuple[str, float, int]]) -> list[float]:
        """Places for all who wait, those of one connection in one statement. Done twice, some places stay empty."""
        waits: dict[tuple[str, float, int], float] = {}
        for (connection_id, interval, burst), count in Counter(asked).items():
            row = await self._database.read_one(sql.RESERVE, connection_id, interval, burst, count)
            last = float("-inf") if row is None else row["wait"]
            waits[connection_id, interval, burst] = last - count * interval
        found: list[float] = []
        for one in asked:
            waits[one] += one[1]
            found.append(max(0.0, waits[one]))
        return found


class PostgresSealed:
    """SealedStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self) -> Sequence[SealedRow]:
        connections = await self._database.read(sql.SEALED_CONNECTIONS)
        tokens = await self._database.read(sql.SEALED_TOKENS)
        return [
            *(SealedRow("connection", row["id"], context_of(row["id"]), row["sealed"]) for row in connections),
            *(SealedRow("token", row["id"], token_context_of(row["id"]), row["sealed"]) for row in tokens),
        ]

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        statement = sql.RESEAL_CONNECTION if row.kind == "connection" else sql.RESEAL_TOKEN
        return await self._database.read_one(statement, row.connection_id, row.sealed, sealed) is not None


class PostgresHealth:
    """HealthStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, connection_ids: Sequence[str]) -> Mapping[str, Health]:
        rows = await self._database.read(sql.HEALTH_OF, [clean(name) for name in connection_ids])
        return {row["connection_id"]: _health(row) for row in rows}

    async def worked(self, connection_id: str, at: datetime) -> None:
        await self._database.read(sql.WORKED, clean(connection_id), at)

    async def failed(self, connection_id: str, trouble: Trouble, at: datetime) -> None:
        said = (clean(trouble.code), clean(trouble.what), clean(trouble.mend))
        await self._database.read(sql.FAILED, clean(connection_id), at, *said)

    async def forget(self, connection_id: str) -> None:
        await self._database.read(sql.FORGET_HEALTH, clean(connection_id))

    async def answered(self, connection_id: str) -> None:
        await self._database.read(sql.ANSWERED, clean(connection_id))


def _health(row: Row) -> Health:
    trouble = Trouble(row["code"], row["what"], row["mend"]) if row["failing_since"] else None
    return Health(row["worked_at"], row["failing_since"], trouble)

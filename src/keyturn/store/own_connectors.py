"""Connectors that people made (``connectors.own.OwnConnectorStore``)."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.connectors.own import NewOwnConnector, OwnConnector

from .database import Database
from .driver import Row
from .payloads import clean
from .sql import own_connectors as sql


class PostgresOwnConnectors:
    """OwnConnectorStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def digests(self) -> Mapping[str, str]:
        """All of them: name and digest."""
        return {row["name"]: row["digest"] for row in await self._database.read(sql.DIGESTS)}

    async def get(self, name: str) -> OwnConnector | None:
        row = await self._database.read_one(sql.GET, clean(name))
        return None if row is None else _connector(row)

    async def content(self, digest: str) -> str | None:
        """A manifest, as JSON."""
        row = await self._database.read_one(sql.CONTENT, clean(digest))
        return None if row is None else row["content"].decode()

    async def put(self, connector: NewOwnConnector, follows: str) -> OwnConnector | None:
        """Keep one that follows a digest (empty: there is none yet); None if the stored one has another."""
        name, digest = clean(connector.name), clean(connector.digest)

        async def work() -> OwnConnector | None:
            async with self._database.transaction() as link:
                await link.execute(sql.PUT_MANIFEST, digest, name, connector.content.encode())
                values = (name, digest, clean(connector.source), clean(connector.author), clean(follows))
                row = await link.fetchrow(sql.PUT, *values)
                return None if row is None else _connector(row)

        return await self._database.repeating(work)

    async def delete(self, name: str) -> bool:
        return await self._database.read_one(sql.DELETE, clean(name)) is not None


def _connector(row: Row) -> OwnConnector:
    return OwnConnector(row["name"], row["digest"], row["source"], row["author"], row["updated_at"])

"""API tokens (``access.ports.TokenStore``)."""

from __future__ import annotations

from keyturn.access.ports import TokenRecord

from .database import Database
from .payloads import clean
from .sql import tokens as sql


class PostgresTokens:
    """TokenStore on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, token: TokenRecord, *, only_first: bool = False) -> bool:
        """Insert or replace by name; with ``only_first`` only if there is no token yet. Tells if it was.

        Raises:
            StoreUnavailable: the database is away.
        """
        permissions = sorted(clean(permission) for permission in token.permissions)
        values = (clean(token.name), clean(token.digest), permissions, token.created_at)
        async with self._database.transaction() as link:
            if not only_first:
                return await link.fetchval(sql.PUT_TOKEN, *values) is not None
            await link.execute(sql.LOCK_TOKENS)
            return await link.fetchval(sql.PUT_FIRST_TOKEN, *values) is not None

    async def by_digest(self, digest: str) -> TokenRecord | None:
        """The token with this hash.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.GET_TOKEN, clean(digest))
        if row is None:
            return None
        return TokenRecord(row["name"], row["digest"], frozenset(row["permissions"]), row["created_at"])

"""API tokens (``access.ports.TokenStore``)."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.access.ports import TokenRecord
from keyturn.flows.paging import Page, PageRequest

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Row
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
        return None if row is None else _token(row)

    async def list(self, page: PageRequest) -> Page[TokenRecord]:
        """Tokens by name.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST_TOKENS, size + 1, after)
        return page_of([_token(row) for row in rows], size, lambda token: mark(token.name))

    async def unknown(self, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that no token has, in their order.

        Raises:
            StoreUnavailable: the database is away.
        """
        rows = await self._database.read(sql.UNKNOWN_NAMES, [clean(name) for name in names])
        return [str(row["name"]) for row in rows]

    async def delete(self, name: str) -> bool:
        """Remove a token with the sessions that its holder opened; whether there was one.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.fetch_one(sql.DELETE_TOKEN, clean(name)) is not None


def _token(row: Row) -> TokenRecord:
    return TokenRecord(row["name"], row["digest"], frozenset(row["permissions"]), row["created_at"])

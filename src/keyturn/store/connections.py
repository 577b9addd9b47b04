"""Connections with their sealed secrets (``connections.ports.ConnectionStore``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from keyturn.connections.model import AuthKind, Connection
from keyturn.flows.paging import Page, PageRequest

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Row
from .payloads import clean, pack, unpack_values
from .sql import connections as sql


class PostgresConnections:
    """ConnectionStore on Postgres; secrets are sealed before they get here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, connection_id: str) -> Connection | None:
        row = await self._database.read_one(sql.GET_CONNECTION, clean(connection_id))
        return None if row is None else _connection(row)

    async def list(self, page: PageRequest) -> Page[Connection]:
        """Connections by id.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST_CONNECTIONS, size + 1, after)
        return page_of([_connection(row) for row in rows], size, lambda connection: mark(connection.id))

    async def put(self, connection: Connection) -> Connection:
        """Insert or replace by id; the time of creation of one that is there stays.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.PUT_CONNECTION, *_columns(connection))
        assert row is not None, "what was put is given back"
        return _connection(row)

    async def make(self, connection: Connection) -> bool:
        """Insert it, unless there is one with this id. Not sent again when the database goes away, as *delete* is not.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.fetch_one(sql.MAKE_CONNECTION, *_columns(connection)) is not None

    async def delete(self, connection_id: str) -> bool:
        """Whether there was one. Not sent again when the database goes away: the answer would be another.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.fetch_one(sql.DELETE_CONNECTION, clean(connection_id)) is not None


def _columns(connection: Connection) -> tuple[object, ...]:
    return (
        clean(connection.id),
        clean(connection.connector),
        clean(connection.name),
        connection.kind.value,
        clean(connection.base_url),
        pack(dict(connection.settings)),
        connection.sealed,
        connection.created_at,
        connection.updated_at,
        connection.at_once,
        connection.per_minute,
        [clean(name) for name in connection.users],
        [clean(origin) for origin in connection.reaches],
    )


def _connection(row: Row) -> Connection:
    return Connection(
        id=row["id"],
        connector=row["connector"],
        name=row["name"],
        kind=AuthKind(row["kind"]),
        base_url=row["base_url"],
        settings=cast("Mapping[str, str]", unpack_values(row["settings"]) or {}),
        sealed=row["sealed"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        at_once=row["at_once"],
        per_minute=row["per_minute"],
        users=tuple(row["users"]),
        reaches=tuple(row["reaches"]),
    )

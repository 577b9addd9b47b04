"""Sign-in links and sessions (``access.ports.SessionStore``)."""

from __future__ import annotations

from datetime import datetime

from keyturn.access.ports import LinkRecord, SessionRecord

from .database import Database
from .driver import Row
from .payloads import clean
from .sql import sessions as sql


class PostgresSessions:
    """SessionStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_link(self, link: LinkRecord) -> None:
        permissions = sorted(clean(permission) for permission in link.permissions)
        await self._database.read(sql.PUT_LINK, link.digest, clean(link.name), permissions, link.expires_at)

    async def open(self, link: str, session: str, now: datetime, expires_at: datetime) -> SessionRecord | None:
        """Take a link away and make its session, in one transaction; None if there is no such link.

        If the answer of the statement was lost, its repetition finds the session that it made.
        """
        row = await self._database.read_one(sql.OPEN, link, session, now, expires_at)
        return await self.get(session) if row is None else _record(row)

    async def get(self, digest: str) -> SessionRecord | None:
        row = await self._database.read_one(sql.GET, digest)
        return None if row is None else _record(row)

    async def touch(self, digest: str, seen_at: datetime, expires_at: datetime) -> None:
        await self._database.read(sql.TOUCH, digest, seen_at, expires_at)

    async def close(self, digest: str) -> None:
        await self._database.read(sql.CLOSE, digest)


def _record(row: Row) -> SessionRecord:
    return SessionRecord(
        digest=row["digest"],
        name=row["name"],
        permissions=frozenset(row["permissions"]),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
    )

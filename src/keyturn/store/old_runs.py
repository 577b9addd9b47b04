"""Runs that ended long ago (``workers.retention.OldRuns``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from .database import Database
from .sql import corpses
from .sql import old_runs as sql

_HELPERS_AT_ONCE = 5_000


class PostgresOldRuns:
    """OldRuns on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remove(self, kept: timedelta, most: int) -> int:
        """Remove up to ``most`` root runs that ended longer ago, the oldest first, with their trees; how many went."""
        roots = [row["id"] for row in await self._database.read(sql.FIND, kept, most)]
        if not roots:
            return 0
        while await self._removed(sql.REMOVE_HELPERS, roots, _HELPERS_AT_ONCE):
            pass
        return await self._removed(sql.REMOVE_ROOTS, roots, kept)

    async def remove_events(self, kept: timedelta, most: int) -> int:
        """Remove up to ``most`` events that came longer ago and have no run any more; how many went."""
        return len(await self._database.read(sql.REMOVE_EVENTS, kept, most))

    async def remove_keys(self) -> None:
        """Remove the keys of runs that are gone."""
        await self._database.read(corpses.LOST_KEYS)

    async def oldest(self) -> datetime | None:
        """When the oldest run that is kept was made."""
        row = await self._database.read_one(sql.OLDEST)
        return None if row is None else row["created_at"]

    async def _removed(self, statement: str, *values: object) -> int:
        row = await self._database.read_one(statement, *values)
        return 0 if row is None else row["removed"]

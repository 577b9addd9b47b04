"""Finds rows that claim to be alive and are not (``workers.corpses.Corpses``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keyturn.workers import corpses
from keyturn.workers.corpses import Found, Kind

from .database import Database
from .sql import corpses as sql

_STATEMENTS: Mapping[Kind, str] = {
    corpses.FORGOTTEN: sql.FORGOTTEN,
    corpses.UNASKED: sql.UNASKED,
    corpses.ORPHANS: sql.ORPHANS,
    corpses.LEASED: sql.LEASED,
    corpses.ENDLESS_LEASES: sql.ENDLESS_LEASES,
    corpses.ENDLESS_HOLDS: sql.ENDLESS_HOLDS,
    corpses.DEAD_JOBS: sql.DEAD_JOBS,
    corpses.LOST_KEYS: sql.LOST_KEYS,
    corpses.LOST_CALLS: sql.LOST_CALLS,
    corpses.LOST_EVENT_RUNS: sql.LOST_EVENT_RUNS,
    corpses.LOST_FIRINGS: sql.LOST_FIRINGS,
    corpses.LOST_CHECKPOINTS: sql.LOST_CHECKPOINTS,
    corpses.IDLE_ENDPOINT_TOKENS: sql.IDLE_ENDPOINT_TOKENS,
    corpses.LOST_VERSIONS: sql.LOST_VERSIONS,
    corpses.LOST_MANIFESTS: sql.LOST_MANIFESTS,
    corpses.DEAF_FLOWS: sql.DEAF_FLOWS,
    corpses.EMPTY_TOKENS: sql.EMPTY_TOKENS,
    corpses.UNWOKEN: sql.UNWOKEN,
    corpses.OLD_PAUSES: sql.OLD_PAUSES,
    corpses.OLD_RESUMES: sql.OLD_RESUMES,
    corpses.OLD_SESSIONS: sql.OLD_SESSIONS,
    corpses.OLD_LINKS: sql.OLD_LINKS,
    corpses.OLD_FILES: sql.OLD_FILES,
}


class PostgresCorpses:
    """Corpses on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> Sequence[Found]:
        """Every kind that is not of the sweep, found and mended.

        Raises:
            StoreUnavailable: the database is away; what was mended before is mended.
        """
        found: list[Found] = []
        for kind, statement in _STATEMENTS.items():
            rows = await self._database.read(statement)
            found.append(Found(kind, [row["name"] for row in rows]))
        return found

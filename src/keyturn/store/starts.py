"""Runs that no app event starts (``triggers.ports.RunStarts``)."""

from __future__ import annotations

from uuid import UUID

from keyturn.engine.ports import Run

from . import rows
from .admission import PostgresAdmission
from .database import Database
from .keys import short_key
from .sql import runs as sql


class PostgresStarts:
    """RunStarts on Postgres."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)

    async def start(self, run: Run, idempotency_key: str | None = None) -> UUID:
        """Insert a queued root run and its job; with a key used before, give the run that it started then.

        Raises:
            StoreUnavailable: the database is away.
        """
        values = rows.arrays([rows.run_row(run)], rows.RUN_WIDTH)
        if idempotency_key is None:
            row = await self._database.read_one(sql.START, *values)
        else:
            row = await self._database.read_one(sql.START_WITH_KEY, *values, short_key(idempotency_key))
        assert row is not None, "the statement gives a row for the row it is given"
        if row["waits"]:
            self._admission.call()
        return row["id"]

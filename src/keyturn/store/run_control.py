"""What a person may do with a run (``engine.history.RunControl``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from keyturn.engine.ports import Checkpoint, JournalRecord, Run

from . import rows
from .admission import PostgresAdmission
from .database import Database
from .keys import short_key
from .payloads import clean, pack_values
from .sql import runs as sql


class PostgresRunControl:
    """RunControl on Postgres."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)

    async def request_cancel(self, root_id: UUID) -> Run | None:
        """Ask a root run to end; one that nobody has in hand ends at once, with its helper runs.

        Returns the run as it is then, or None if there is no such root run.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.repeating(lambda: self._cancel(root_id))

    async def _cancel(self, root_id: UUID) -> Run | None:
        async with self._database.transaction() as link:
            state = await link.fetchrow(sql.LOCK_ROOT, root_id)
            if state is None:
                return None
            if state["in_hand"]:
                await link.execute(sql.ASK_TO_CANCEL, root_id)
            elif not state["ended"]:
                await link.execute(sql.END_TREES, [root_id])
            row = await link.fetchrow(sql.GET_RUN, root_id)
            return None if row is None else rows.run_of(row)

    async def decide(self, record: JournalRecord, root_id: UUID) -> bool:
        """Append a person's decision and queue the run; False if it was decided before or has ended.

        A run that a worker has in hand at this moment is queued when it is handed back.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(
            sql.DECIDE, *_decision(record, root_id), clean(record.card), clean(record.digest)
        )
        if row is not None and row["waits"]:
            self._admission.call()
        return row is not None

    async def was_decided(self, record: JournalRecord, root_id: UUID) -> bool:
        """Whether the journal holds this very decision.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.read_one(sql.WAS_DECIDED, *_decision(record, root_id)) is not None

    async def start_rerun(
        self,
        run: Run,
        runs: Sequence[Run],
        journal: Sequence[JournalRecord],
        checkpoints: Sequence[Checkpoint],
        key: str | None = None,
    ) -> UUID:
        """Insert a queued root run with what was copied for it, and its job; once, if called again.

        With a key used before, the id is that of the run that was begun then.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(
            sql.START_RERUN,
            *rows.arrays([rows.run_row(run)], rows.RUN_WIDTH),
            *rows.arrays([rows.run_row(helper) for helper in runs], rows.RUN_WIDTH),
            *rows.arrays([rows.journal_row(record, run.id) for record in journal], rows.JOURNAL_WIDTH),
            *rows.arrays([rows.checkpoint_row(point, run.id) for point in checkpoints], rows.CHECKPOINT_WIDTH),
            short_key(key) if key is not None else None,
        )
        assert row is not None, "the statement gives a row for the row it is given"
        if row["waits"]:
            self._admission.call()
        return row["id"]


def _decision(record: JournalRecord, root_id: UUID) -> list[object]:
    return [root_id, record.run_id, clean(record.path), record.attempt, pack_values(record.result)]

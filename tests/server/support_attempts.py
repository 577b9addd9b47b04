"""What the memory stores of these tests tell of attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from keyturn.engine.attempts import AtWork, Decided
from keyturn.engine.ports import JournalRecord, JournalState

WRITTEN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class MemoryAttempts:
    """Reads a journal whose records were all written at one time."""

    journal: list[JournalRecord]

    async def at_work(self, run_id: UUID) -> Sequence[AtWork]:
        ended = {(r.run_id, r.path, r.attempt) for r in self.journal if r.state is not JournalState.STARTED}
        return [
            AtWork(r.path, r.attempt, r.card, WRITTEN_AT)
            for r in self.journal
            if r.run_id == run_id and (r.run_id, r.path, r.attempt) not in ended
        ]

    async def decisions(self, run_id: UUID, paths: Sequence[str]) -> Sequence[Decided]:
        return [
            Decided(r.path, r.attempt, str(said["answer"]), str(said["by"]), None, WRITTEN_AT, None)
            for r in self.journal
            if r.run_id == run_id and r.path in paths and r.state is JournalState.DECIDED and (said := r.result)
        ]

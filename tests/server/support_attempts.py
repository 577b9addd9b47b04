"""What the memory stores of these tests tell of attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from keyturn.engine.attempts import AtWork, Decided
from keyturn.engine.history import HelperFilter, Question
from keyturn.engine.ports import JournalRecord, JournalState, Run, RunStatus

WRITTEN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class MemoryAttempts:
    """Reads a journal whose records were all written at one time."""

    journal: list[JournalRecord]
    runs: dict[UUID, Run]
    ended: dict[UUID, Mapping[str, int]]

    async def questions(self, root_id: UUID) -> Sequence[Question]:
        records = [r for r in self.journal if (run := self.runs.get(r.run_id)) and run.root_id == root_id]
        answered = {(r.run_id, r.path, r.attempt) for r in records if r.state is JournalState.DECIDED}
        return [
            Question(r.run_id, root_id, r.path, r.attempt, r.card, r.result, r.digest)
            for r in records
            if r.state is JournalState.UNKNOWN and (r.run_id, r.path, r.attempt) not in answered
        ]

    async def left_open(self, root_id: UUID) -> Sequence[Question]:
        ended = {r.path for r in self.journal if r.state in (JournalState.DONE, JournalState.FAILED)}
        return [
            Question(r.run_id, root_id, r.path, r.attempt, r.card, None, r.digest)
            for r in self.journal
            if r.state is JournalState.STARTED
            and r.path not in ended
            and (run := self.runs[r.run_id]).root_id == root_id
            and run.status is RunStatus.CANCELLED
        ]

    async def at_work(self, run_id: UUID) -> Sequence[AtWork]:
        ended = {(r.run_id, r.path, r.attempt) for r in self.journal if r.state is not JournalState.STARTED}
        return [
            AtWork(r.path, r.attempt, r.card, WRITTEN_AT)
            for r in self.journal
            if r.run_id == run_id and (r.run_id, r.path, r.attempt) not in ended
        ]

    async def rounds_ended(self, run_id: UUID) -> Mapping[str, int]:
        return self.ended.get(run_id, {})

    async def decisions(self, run_id: UUID, paths: Sequence[str]) -> Sequence[Decided]:
        return [
            Decided(r.path, r.attempt, str(said["answer"]), str(said["by"]), None, WRITTEN_AT, None)
            for r in self.journal
            if r.run_id == run_id and r.path in paths and r.state is JournalState.DECIDED and (said := r.result)
        ]


def is_wanted(run: Run, wanted: HelperFilter) -> bool:
    """Whether a helper run is one of these."""
    path = run.parent_path or ""
    of_loop = wanted.loop is None or (path.startswith(f"{wanted.loop}[") and "/" not in path[len(wanted.loop) :])
    return of_loop and wanted.path in (None, path) and wanted.status in (None, run.status)

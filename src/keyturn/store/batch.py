"""Commits made ready for the database, and several of them as one."""

from __future__ import annotations

import itertools
from asyncio import Future
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from keyturn.engine.ports import Birth, Commit, CommitRefused, Lease, RunStatus

from . import rows
from .endpoints import Sealer, seal_answer
from .keys import short_key
from .payloads import pack_chunk
from .sql import commit as sql

Columns = tuple[object, ...]


@dataclass(slots=True, eq=False)
class Pending:
    """One commit as rows, and the call that waits for it.

    Attributes:
        id: tells a commit that is sent again from another one.
        closes: whether it gives the lease up.
        birth: what the root's row needs besides where this commit inserts it.
        size: bytes of its payloads, about.
    """

    lease: Lease
    done: Future[None]
    runs: dict[UUID, Columns]
    journal: list[Columns]
    trace: list[Columns]
    starts: list[Columns]
    checkpoints: dict[tuple[UUID, str], Columns]
    closes: bool
    birth: Columns | None = None
    answers: list[Columns] = field(default_factory=list[Columns])
    id: UUID = field(default_factory=uuid4)

    @property
    def size(self) -> int:
        every = itertools.chain(
            self.runs.values(), self.journal, self.trace, self.starts, self.checkpoints.values(), self.answers
        )
        return sum(len(value) for row in every for value in row if isinstance(value, bytes))


class Encoder:
    """Turns commits into rows. Trace chunks get ascending numbers, so that their order is kept.

    Args:
        sealer: seals the answers of endpoints; without one they are not written.
    """

    def __init__(self, sealer: Sealer | None = None) -> None:
        self._sealer = sealer
        self._chunk_numbers = itertools.count(1)

    def encode(self, commit: Commit, done: Future[None]) -> Pending:
        """The commit as rows.

        Raises:
            CommitRefused: a value that cannot be written.
        """
        root_id, whole = commit.lease.root_id, commit.birth is not None
        try:
            return Pending(
                commit.lease,
                done,
                runs={run.id: rows.run_row(run, with_event=whole or run.id != root_id) for run in commit.runs},
                journal=[rows.journal_row(record, root_id) for record in commit.journal],
                trace=list(self._chunks(commit)),
                starts=[(*rows.run_row(start.run), root_id) for start in commit.starts],
                checkpoints={
                    (point.run_id, point.path): rows.checkpoint_row(point, root_id) for point in commit.checkpoints
                },
                closes=any(run.id == root_id and run.status is not RunStatus.RUNNING for run in commit.runs),
                birth=_birth_row(commit.birth),
                answers=[
                    (run.id, root_id, seal_answer(self._sealer, run.id, run.answer))
                    for run in commit.runs
                    if run.answer is not None and self._sealer is not None
                ],
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise CommitRefused(str(error)) from error

    def _chunks(self, commit: Commit) -> Iterator[Columns]:
        if not commit.trace:
            return
        of_run: dict[UUID, list[object]] = defaultdict(list)
        for entry in commit.trace:
            of_run[entry.run_id].append(rows.trace_json(entry))
        for run_id, entries in of_run.items():
            number = next(self._chunk_numbers)
            yield run_id, commit.lease.epoch, number, commit.lease.root_id, len(entries), pack_chunk(entries)


def _birth_row(birth: Birth | None) -> Columns | None:
    if birth is None:
        return None
    key = birth.key
    return birth.ttl, short_key(key.key) if key else None, key.digest if key else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Commits that go in one statement; those of the same root are one, in their order."""

    commits: Sequence[Pending]

    @property
    def statement(self) -> str:
        """The form for what the batch has."""
        return sql.COMMITS[
            any(commit.checkpoints for commit in self.commits),
            any(commit.starts for commit in self.commits),
            any(commit.birth is not None for commit in self.commits),
            any(commit.answers for commit in self.commits),
        ]

    def parameters(self) -> list[list[object]]:
        """The arrays that the statement takes."""
        leases: dict[Lease, UUID] = {}
        runs: dict[UUID, Columns] = {}
        for commit in self.commits:
            leases[commit.lease] = commit.id  # the last one's: only the last can give the lease up
            runs.update(commit.runs)
        births = [
            (*runs.pop(commit.lease.root_id), *commit.birth) for commit in self.commits if commit.birth is not None
        ]
        lease_rows = [(lease.root_id, lease.owner, lease.epoch, key) for lease, key in leases.items()]
        journal = [row for commit in self.commits for row in commit.journal]
        trace = [row for commit in self.commits for row in commit.trace]
        values = [
            *rows.arrays(lease_rows, 4),
            *rows.arrays(runs.values(), rows.RUN_WIDTH),
            *rows.arrays(journal, rows.JOURNAL_WIDTH),
            *rows.arrays(trace, rows.TRACE_WIDTH),
        ]
        points = {key: row for commit in self.commits for key, row in commit.checkpoints.items()}
        if points:
            values += rows.arrays(points.values(), rows.CHECKPOINT_WIDTH)
        starts = [row for commit in self.commits for row in commit.starts]
        if starts:
            values += rows.arrays(starts, rows.RUN_WIDTH + len(sql.STARTED))
        if births:
            values += rows.arrays(births, rows.RUN_WIDTH + len(sql.BORN))
        answers = [row for commit in self.commits for row in commit.answers]
        if answers:
            values += rows.arrays(answers, len(sql.ANSWER))
        return values

    def halves(self) -> tuple[Batch, Batch]:
        """The first and the second half, in order."""
        middle = len(self.commits) // 2
        return Batch(self.commits[:middle]), Batch(self.commits[middle:])

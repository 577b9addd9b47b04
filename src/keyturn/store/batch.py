"""Commits made ready for the database, and several of them as one."""

from __future__ import annotations

import itertools
from asyncio import Future
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from keyturn.engine.ports import Birth, Commit, CommitRefused, Lease, Ride, RunStatus

from . import rows
from .driver import random_uuid
from .endpoints import Sealer, seal_answer
from .keys import short_key
from .payloads import pack_chunk
from .sql import commit as sql
from .sql.commit import Part

Columns = tuple[object, ...]
LARGE = 1024 * 1024  # bytes from which a commit goes alone, so that it keeps nobody else waiting
MOST_BYTES = 16 * LARGE
_MOST_COMMITS = 256
_LARGEST = 128 * LARGE


@dataclass(slots=True, eq=False)
class Pending:
    """One commit as rows, and the call that waits for it.

    Attributes:
        id: tells a commit that is sent again from another one.
        closes: whether it gives the lease up.
        birth: what the root's row needs besides where this commit inserts it.
        ride: a change of data that is made by the same transaction.
        size: bytes of its payloads.
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
    ride: Ride | None = None
    id: UUID = field(default_factory=random_uuid)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = (
            Part.RUNS.weigh(self.runs.values())
            + Part.JOURNAL.weigh(self.journal)
            + Part.TRACE.weigh(self.trace)
            + Part.CHECKPOINTS.weigh(self.checkpoints.values())
            + Part.STARTS.weigh(self.starts)
            + Part.ANSWERS.weigh(self.answers)
        )


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
            CommitRefused: a value that cannot be written, or more than the database is given at once.
        """
        root_id, whole = commit.lease.root_id, commit.birth is not None
        try:
            pending = Pending(
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
                ride=commit.ride,
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise CommitRefused(str(error)) from error
        if pending.size > _LARGEST:
            raise CommitRefused(f"{pending.size:,} bytes in one go, where {_LARGEST:,} are the most")
        return pending

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


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Batch:
    """Commits that go in one statement; those of the same root are one, in their order."""

    commits: Sequence[Pending]

    def statement(self) -> tuple[str, list[list[object]]]:
        """The statement for what the batch has, and the arrays that it takes."""
        leases: dict[Lease, UUID] = {}
        runs: dict[UUID, Columns] = {}
        points: dict[tuple[UUID, str], Columns] = {}
        births: list[Columns] = []
        for commit in self.commits:
            leases[commit.lease] = commit.id  # the last one's: only the last can give the lease up
            runs.update(commit.runs)
            points.update(commit.checkpoints)
            if commit.birth is not None:
                births.append((*runs.pop(commit.lease.root_id), *commit.birth))
        rows_of: dict[Part, Collection[Columns]] = {
            Part.RUNS: runs.values(),
            Part.JOURNAL: [row for commit in self.commits for row in commit.journal],
            Part.TRACE: [row for commit in self.commits for row in commit.trace],
            Part.CHECKPOINTS: points.values(),
            Part.STARTS: [row for commit in self.commits for row in commit.starts],
            Part.BIRTHS: births,
            Part.ANSWERS: [row for commit in self.commits for row in commit.answers],
        }
        parts = tuple(part for part, found in rows_of.items() if found)
        values = rows.arrays([(lease.root_id, lease.owner, lease.epoch, key) for lease, key in leases.items()], 4)
        for part in parts:
            values += rows.arrays(rows_of[part], part.width)
        return sql.commit(parts), values

    @property
    def of_one(self) -> bool:
        """Whether all of it is of one lease."""
        return len({commit.lease for commit in self.commits}) == 1

    @property
    def size(self) -> int:
        """Bytes of its payloads."""
        return sum(commit.size for commit in self.commits)

    def halves(self) -> tuple[Batch, Batch]:
        """The first and the second half, in order."""
        middle = len(self.commits) // 2
        return Batch(self.commits[:middle]), Batch(self.commits[middle:])

    def apart(self) -> tuple[Batch, Batch]:
        """Two parts that share no lease: all others and the heaviest, where that is large; else two halves."""
        of_lease: dict[Lease, list[Pending]] = defaultdict(list)
        for commit in self.commits:
            of_lease[commit.lease].append(commit)
        shares = sorted(of_lease.values(), key=lambda share: sum(commit.size for commit in share))
        large = sum(commit.size for commit in shares[-1]) > max(LARGE, self.size // 2)
        middle = len(shares) - 1 if large else len(shares) // 2
        first, second = shares[:middle], shares[middle:]
        return Batch([c for share in first for c in share]), Batch([c for share in second for c in share])


def take(waiting: deque[Pending]) -> list[Pending]:
    """Take the next batch out of those that wait.

    What follows a commit that begins a run, or gives its lease up, waits for the batch after, as does a large commit
    that others came before, with what follows it; and what another lease of the same run wants to write, since a
    batch knows runs by their roots.
    """
    taken: list[Pending] = []
    later: list[Pending] = []
    behind: set[UUID] = set()
    held: dict[UUID, Lease] = {}
    size = 0
    while waiting and len(taken) < _MOST_COMMITS and size < MOST_BYTES:
        pending = waiting.popleft()
        root_id = pending.lease.root_id
        large = bool(taken) and pending.size > LARGE
        if root_id in behind or large or held.setdefault(root_id, pending.lease) != pending.lease:
            if large:
                behind.add(root_id)
            later.append(pending)
            continue
        taken.append(pending)
        size += pending.size if pending.size <= LARGE else MOST_BYTES
        if pending.closes or pending.birth is not None:
            behind.add(root_id)
    waiting.extendleft(reversed(later))
    return taken

"""One root run in the hands of one worker: its journal, what is still to be written, and its lease.

Everything a run writes goes through here, in order, and only while the lease holds. Results of repeatable
effects are deferred: they ride with the next commit. What the run will never ask for again is forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from keyturn.flows.functions import Clock
from keyturn.flows.json import Values

from .earlier import placed
from .masking import Masker
from .points import Point, Points
from .ports import (
    Commit,
    JournalRecord,
    JournalState,
    Lease,
    LeaseLost,
    Ride,
    Run,
    RunStore,
    RunTree,
    StartRun,
    StoreUnavailable,
    TraceEntry,
)
from .progress import Progress
from .results import Results, loop_of
from .signals import CancelledRun, HandBack

_CANCEL_LOOK_SECONDS = 1.0
_PENDING_LIMIT = 200
BEGUN_AT = "at"  # in the record that an effect is about to be sent, of those that can be looked up
_OTHERWISE = "otherwise"
KNOWN = "known"  # in the record of an attempt without an answer: outputs that it had read before
IN_DOUBT = "in_doubt"  # in the record of a failure: the app may have done it all the same


class Attempts:
    """What the journal holds of one effect."""

    def __init__(self) -> None:
        self._states: dict[int, dict[JournalState, JournalRecord]] = defaultdict(dict)
        self._earlier: JournalRecord | None = None

    def add(self, record: JournalRecord) -> None:
        if record.state is JournalState.EARLIER:
            self._earlier = record
            return
        self._states[record.attempt].setdefault(record.state, record)

    @property
    def last(self) -> int:
        """Number of the last attempt; 0 if there was none."""
        return max(self._states, default=0)

    def of(self, attempt: int, state: JournalState) -> JournalRecord | None:
        """The record of this state of an attempt."""
        return self._states[attempt].get(state) if attempt in self._states else None

    def of_last(self, state: JournalState) -> JournalRecord | None:
        """The record of this state of the last attempt."""
        return self._states[self.last].get(state) if self._states else None

    def before(self, attempt: int, digest: str) -> tuple[bool, bool]:
        """Whether one of the attempts before, those of an earlier run among them, may have done it, and whether a look
        before such a one showed that it was not so.

        Args:
            digest: of what it is; a run before may have been given something else.
        """
        open_ones = [states for number, states in self._states.items() if number < attempt and _is_open(states)]
        otherwise = any(JournalState.OTHERWISE in states for states in open_ones)
        earlier = self._earlier_of(digest)
        told = earlier is not None and (earlier.result or {}).get(_OTHERWISE) is True
        return bool(open_ones) or earlier is not None, otherwise or told

    def begun_at(self, attempt: int, digest: str) -> datetime | None:
        """When the first of the attempts that may have done it, up to this one, was begun; None if that is not
        written down."""
        open_ones = [states for number, states in self._states.items() if number <= attempt and _is_open(states)]
        begun = [_begun_at(states.get(JournalState.STARTED)) for states in open_ones]
        earlier = self._earlier_of(digest)
        begun += [_begun_at(earlier)] if earlier is not None else []
        known = [at for at in begun if at is not None]
        return min(known) if known and len(known) == len(begun) else None

    def known_by(self, attempt: int) -> Values:
        """Outputs that attempts without an answer, up to this one, had read before they were sent; the first counts."""
        found: Values = {}
        for number in sorted(self._states):
            unknown = self._states[number].get(JournalState.UNKNOWN) if number <= attempt else None
            known = (unknown.result or {}).get(KNOWN) if unknown is not None else None
            found = {**known, **found} if isinstance(known, dict) else found
        return found

    def in_doubt(self) -> JournalRecord | None:
        """What another try of the run is to know; None if nothing is in doubt."""
        last = self.any_of_last() or self._earlier
        decided = self.of_last(JournalState.DECIDED)
        happened = decided is not None and (decided.result or {}).get("answer") == "happened"
        if last is None or happened or self.of_last(JournalState.DONE) is not None:
            return None
        unanswered, otherwise = self.before(self.last + 1, last.digest)
        if not unanswered:
            return None
        begun = self.begun_at(self.last, last.digest)
        result: Values = {_OTHERWISE: otherwise}
        if begun is not None:
            result[BEGUN_AT] = begun.isoformat()
        return replace(last, attempt=1, state=JournalState.EARLIER, result=result)

    def _earlier_of(self, digest: str) -> JournalRecord | None:
        return self._earlier if self._earlier is not None and self._earlier.digest == digest else None

    def any_of_last(self) -> JournalRecord | None:
        """Some record of the last attempt."""
        return next(iter(self._states[self.last].values()), None) if self._states else None


def _begun_at(started: JournalRecord | None) -> datetime | None:
    at = (started.result or {}).get(BEGUN_AT) if started is not None else None
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def _is_open(states: Mapping[JournalState, JournalRecord]) -> bool:
    """Whether an attempt may have done what it was to do, as far as its own records tell."""
    failed = states.get(JournalState.FAILED)
    return failed is None or JournalState.UNKNOWN in states or (failed.result or {}).get(IN_DOUBT) is True


@dataclass(slots=True)
class _Pending:
    runs: dict[UUID, Run] = field(default_factory=dict[UUID, Run])
    journal: list[JournalRecord] = field(default_factory=list[JournalRecord])
    trace: list[TraceEntry] = field(default_factory=list[TraceEntry])

    def __len__(self) -> int:
        return len(self.journal) + len(self.trace)


class Followed(Protocol):
    """A run that is going on.

    Attributes:
        run: as the session was last told.
        changed: whether it is to be told again.
    """

    run: Run
    changed: bool

    def snapshot(self) -> Run:
        """The run as it stands; it has not changed then."""
        ...


class Session:
    """The writing side of one root run.

    Args:
        lease: the right to write.
        tree: the run as the store has it.
        guard: raises LeaseLost if this process may no longer count on the lease.
        stopping: tells that the worker wants its runs back.
        points: told of each commit.
    """

    def __init__(
        self,
        lease: Lease,
        tree: RunTree,
        store: RunStore,
        clock: Clock,
        guard: Callable[[], None],
        stopping: Callable[[], bool],
        points: Points,
    ) -> None:
        self.lease = lease
        self.runs: dict[UUID, Run] = dict(tree.runs)
        self.masker = Masker()
        self.guard = guard
        self.points = points
        self._store = store
        self._clock = clock
        self._stopping = stopping
        self._pending = _Pending()
        self._lost = False
        self._looked_at = clock.monotonic()
        self._journal: dict[UUID, dict[str, Attempts]] = defaultdict(lambda: defaultdict(Attempts))
        self._portions: dict[tuple[UUID, str], list[JournalRecord]] = defaultdict(list)
        for record in tree.journal:
            loop = loop_of(record.path)
            if loop is not None:
                self._portions[record.run_id, loop].append(record)
            else:
                run_id, path = placed(record.run_id, record.path)
                self._journal[run_id][path].add(record)
        self._followed: dict[UUID, Followed] = {}
        self._helpers: dict[UUID, set[UUID]] = defaultdict(set)
        for run in tree.runs.values():
            self._note_parent(run)
        self._checkpoints = {(point.run_id, point.path): point for point in tree.checkpoints}
        self._loops: dict[UUID, dict[str, Progress]] = defaultdict(dict)
        self._results: dict[UUID, dict[str, Results]] = defaultdict(dict)

    def attempts(self, run_id: UUID, path: str) -> Attempts:
        """What the journal holds of an effect."""
        return self._journal[run_id][path]

    def progress(self, run_id: UUID, path: str) -> Progress:
        """How far a loop has come; what changes in it is written with each commit."""
        known = self._loops[run_id].get(path)
        if known is None:
            known = self._loops[run_id][path] = Progress(run_id, path, self._checkpoints.pop((run_id, path), None))
        return known

    def results(self, run_id: UUID, path: str, card: str) -> Results:
        """What the rounds of a loop have given; what is new is written with each commit."""
        known = self._results[run_id].get(path)
        if known is None:
            known = Results(run_id, path, card, self._portions.pop((run_id, path), ()))
            self._results[run_id][path] = known
        return known

    def follow(self, followed: Followed) -> None:
        """A run begins or goes on: its state is written with each commit for which it has changed."""
        self._followed[followed.run.id] = followed
        if followed.run.id not in self.runs:
            self.runs[followed.run.id] = followed.run
            self._note_parent(followed.run)

    def leave(self, run: Run) -> None:
        """A run has ended or waits: this is its last state, written with the next commit."""
        self._followed.pop(run.id, None)
        self.put_run(run)

    def put_run(self, run: Run) -> None:
        """A run's new state; written with the next commit."""
        if run.id not in self.runs:
            self._note_parent(run)
        self.runs[run.id] = run
        self._pending.runs[run.id] = run

    def _note_parent(self, run: Run) -> None:
        if run.depth and run.parent_id is not None:
            self._helpers[run.parent_id].add(run.id)

    def settle(self, run_id: UUID) -> None:
        """Nothing in the tree will ask for this helper run again: say so with the next commit, and forget it."""
        run = self.runs.pop(run_id)
        if run.parent_id is not None and run.parent_id in self._helpers:
            self._helpers[run.parent_id].discard(run_id)
        self.settle_helpers_of(run_id)
        self._journal.pop(run_id, None)
        self._loops.pop(run_id, None)
        self._results.pop(run_id, None)
        self._pending.runs[run_id] = replace(run, settled=True)

    def settle_helpers_of(self, run_id: UUID) -> None:
        """A run has ended: nothing will ask for the helper runs that it called."""
        for helper in self._helpers.pop(run_id, ()):
            self.settle(helper)

    def forget_round(self, run_id: UUID, path: str) -> None:
        """The round of a loop with this path has ended: settle and forget all that belongs to it."""
        inside = f"{path}/"
        _drop(self._journal.get(run_id), inside)
        _drop(self._loops.get(run_id), inside)
        _drop(self._results.get(run_id), inside)
        for helper in [self.runs[helper] for helper in self._helpers.get(run_id, ())]:
            if helper.parent_path == path or (helper.parent_path or "").startswith(inside):
                self.settle(helper.id)

    def forget_path(self, run_id: UUID, path: str) -> None:
        """Forget what the journal holds of one path."""
        self._journal[run_id].pop(path, None)

    def record(self, record: JournalRecord) -> None:
        """A journal record; written with the next commit."""
        self._journal[record.run_id][record.path].add(record)
        self._pending.journal.append(record)

    def trace(self, entry: TraceEntry) -> None:
        """A trace entry; written with the next commit."""
        self._pending.trace.append(entry)

    async def commit(
        self, point: Point, *records: JournalRecord, starts: Sequence[StartRun] = (), ride: Ride | None = None
    ) -> JournalRecord | None:
        """Write these records and all that is pending, at once; gives the record of what rode along.

        Args:
            point: what is committed.
            ride: a change of data that is made by the same commit.

        Raises:
            LeaseLost, StoreUnavailable: as RunStore.commit.
        """
        if self._lost:
            raise LeaseLost("an earlier commit of this run did not get through: it goes on elsewhere")
        for record in records:
            self.record(record)
        for followed in self._followed.values():
            if followed.changed:
                self.put_run(followed.snapshot())
        pending, self._pending = self._pending, _Pending()
        portions = (results.portion() for of_run in self._results.values() for results in of_run.values())
        pending.journal += [portion for portion in portions if portion is not None]
        loops = [loop.checkpoint() for loops in self._loops.values() for loop in loops.values() if loop.changed]
        runs = list(pending.runs.values())
        commit = Commit(self.lease, runs, pending.journal, pending.trace, starts, loops, ride=ride)
        try:
            rode = await self.points.around(point, lambda: self._store.commit(commit))
        except (LeaseLost, StoreUnavailable):
            # What this commit held is gone, so nothing that builds on it may be written.
            self._lost = True
            raise
        if rode is not None:
            self._journal[rode.run_id][rode.path].add(rode)
        return rode

    async def commit_if_much(self) -> None:
        """Write when much is pending, so that memory stays flat."""
        results = sum(len(results) for of_run in self._results.values() for results in of_run.values())
        if len(self._pending) + results >= _PENDING_LIMIT:
            await self.commit(Point.CHECKPOINT)

    async def safe_point(self) -> None:
        """Called where a run can be left without a trace: before effects and between rounds of a loop.

        Raises:
            HandBack: the worker is stopping.
            CancelledRun: a person asked the run to end.
        """
        if self._stopping():
            raise HandBack("the worker is stopping")
        now = self._clock.monotonic()
        if now - self._looked_at >= _CANCEL_LOOK_SECONDS:
            self._looked_at = now
            if await self._store.cancel_requested(self.lease.root_id):
                raise CancelledRun("cancelled by a person")


def _drop(known: dict[str, Attempts] | dict[str, Progress] | dict[str, Results] | None, prefix: str) -> None:
    """Take out the paths that begin so."""
    if known:
        for path in [path for path in known if path.startswith(prefix)]:
            del known[path]

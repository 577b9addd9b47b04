"""A run store in memory: for trying a flow out without a database, and for tests of the engine.

It keeps the same rules as the real one: a commit counts only while its lease is the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values

from .pauses import OpenPause, Pause, Resumed, ResumePlace, ResumeState, Resumption
from .ports import Checkpoint, Commit, JournalRecord, JournalState, Lease, LeaseLost, Ride, Run, RunTree, TraceEntry


class MemoryRunStore:
    """Runs, journal and trace of one process.

    Args:
        carry_out: makes the changes that ride with commits.

    Attributes:
        runs: by id, the last state of each.
        journal, trace: in the order of their commits.
        checkpoints: the newest of each loop, by run and path.
        commits: how many commits were taken.
        answers: by run, what its caller is given where its outputs are not the same.
        keys: by flow and key, the run that it started and the digest of the request.
    """

    def __init__(self, carry_out: Callable[[object], Done | Failed] | None = None) -> None:
        self._carry_out = carry_out
        self.runs: dict[UUID, Run] = {}
        self.journal: list[JournalRecord] = []
        self.trace: list[TraceEntry] = []
        self.checkpoints: dict[tuple[UUID, str], Checkpoint] = {}
        self.cancelled: set[UUID] = set()
        self.answers: dict[UUID, Values] = {}
        self.commits = 0
        self.keys: dict[tuple[str, str], tuple[UUID, str]] = {}
        self._epochs: dict[UUID, int] = {}
        self._keys: set[tuple[UUID, str, int, str]] = set()

    def claim(self, run: Run, owner: str = "memory") -> Lease:
        """Add the run if it is new, and take it; an older lease no longer counts."""
        self.runs.setdefault(run.id, run)
        epoch = self._epochs[run.id] = self._epochs.get(run.id, 0) + 1
        return Lease(run.id, owner, epoch)

    async def load(self, root_id: UUID) -> RunTree:
        """A root run with what it needs to go on."""
        runs = {run.id: run for run in self.runs.values() if run.root_id == root_id and not run.settled}
        every = [point for point in self.checkpoints.values() if point.run_id in runs]
        points = [point for point in every if not _is_passed(point, every)]
        journal = [record for record in self.journal if record.run_id in runs and not _is_passed(record, every)]
        return RunTree(self.runs[root_id], runs, journal, points)

    async def commit(self, commit: Commit) -> JournalRecord | None:
        """Take a commit, all of it or nothing."""
        if commit.birth is not None:
            self._bear(commit)
        if self._epochs.get(commit.lease.root_id) != commit.lease.epoch:
            raise LeaseLost("the run was claimed again")
        self.commits += 1
        for run in (*commit.runs, *(start.run for start in commit.starts)):
            self.runs[run.id] = run
            if run.answer is not None:
                self.answers[run.id] = run.answer
        rode = self._ride(commit.ride) if commit.ride else None
        for record in (*commit.journal, *([rode] if rode else ())):
            key = (record.run_id, record.path, record.attempt, record.state.value)
            if key not in self._keys:
                self._keys.add(key)
                self.journal.append(record)
        self.trace += commit.trace
        for point in commit.checkpoints:
            self.checkpoints[point.run_id, point.path] = point
        return rode

    def _ride(self, ride: Ride) -> JournalRecord:
        effect = (ride.run_id, ride.path, ride.attempt)
        known = (one for one in self.journal if (one.run_id, one.path, one.attempt) == effect)
        ended = next((one for one in known if one.state in (JournalState.DONE, JournalState.FAILED)), None)
        if ended is not None:
            return ended
        assert self._carry_out is not None, "nothing here has data of its own"
        return ride.record(self._carry_out(ride.change))

    def _bear(self, commit: Commit) -> None:
        """Take a new run and its key, unless another run has that."""
        root_id, key = commit.lease.root_id, commit.birth.key if commit.birth else None
        flow_id = next(run.flow_id for run in commit.runs if run.id == root_id)
        if key is None or self.keys.setdefault((flow_id, key.key), (root_id, key.digest))[0] == root_id:
            self._epochs.setdefault(root_id, commit.lease.epoch)

    async def cancel_requested(self, root_id: UUID) -> bool:
        """Whether a person asked to cancel this run."""
        return root_id in self.cancelled


def _is_passed(what: JournalRecord | Checkpoint, points: list[Checkpoint]) -> bool:
    mine = (point for point in points if point.run_id == what.run_id and point.holds(what.path))
    return any(point.has_passed(what.path) for point in mine)


class MemoryPauses:
    """Pauses of one process: PauseStore and Resuming.

    Args:
        now: the time at which something is said.

    Attributes:
        standing: by run and path, who pauses; the second value says whether its time is over.
        said: by place.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.standing: dict[tuple[UUID, str], tuple[OpenPause, bool]] = {}
        self.said: dict[UUID, Resumed] = {}

    async def look(self, lease: Lease, pause: Pause, *, over: bool) -> Resumed | bool:
        """Have it known that a run pauses, and look whether it is resumed."""
        key = (pause.run_id, pause.path)
        if pause.place in self.said:
            self.standing.pop(key, None)
            return self.said[pause.place]
        known = self.standing.get(key)
        since = known[0].since if known else self._now()
        is_over = over or (known is not None and known[1])
        self.standing[key] = (OpenPause(pause, lease.root_id, since), is_over)
        return is_over

    async def resume(self, place: ResumePlace, body: JSON, by: str) -> Resumption:
        """Say something at a place; the first one counts."""
        said = self.said.get(place.id)
        if said is not None:
            return Resumption(ResumeState.BEFORE, said.at)
        here = [over for found, over in self.standing.values() if found.pause.place == place.id]
        if here and all(here):
            return Resumption(ResumeState.OVER)
        self.said[place.id] = Resumed(body, by, self._now())
        return Resumption(ResumeState.RESUMED, self.said[place.id].at)

    async def open(self, root_id: UUID) -> Sequence[OpenPause]:
        """Where the tree of a root run pauses now."""
        every = [found for found, over in self.standing.values() if found.root_id == root_id and not over]
        return [found for found in every if found.pause.place not in self.said]

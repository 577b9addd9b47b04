"""The commit points: each place where the program, if it died there, must leave what can be gone on with.

Every point has a name and a sentence, and the places in the code that reach it say so to ``Points``. A watcher that
is handed in is told, and may hold the program up, end it, or raise: this is how ``tests/crash`` kills real processes
at each of them. Without a watcher a point costs a comparison.

To add one: a line in ``Point``, ``points.around(Point.NEW, ...)`` where it is committed, and a case in the crash
suite, which fails until there is one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum, StrEnum
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Moment(StrEnum):
    """When a point is reached."""

    BEFORE = "before"  # the commit is about to be asked for
    AFTER = "after"  # the database has said that it has it
    AT = "at"  # there is no commit of its own


class Point(Enum):
    """The commit points. A value is the point's name, what it stands for, and whether it is a commit."""

    # triggers
    ACCEPTED = "accepted", "An app's events, the runs that they start and the runs' jobs."
    QUEUED = "queued", "A run started by hand, with its job."
    CALLED = "called", "A run that a call of an endpoint starts and does not wait for, with its job and its key."
    FIRED = "fired", "Schedules that are due: firings, runs and jobs, and the next due times; told with each look."
    # workers
    BORN = "born", "The first commit of a run that begins in this process: the run with its lease and its key."
    CLAIMED = "claimed", "A worker takes the lease of a root run."
    SWEPT = "swept", "Runs and jobs that nobody has in hand are given to somebody; told with each sweep."
    RELEASED = "released", "A process that stops gives the lease back, with a job for another one."
    # effects
    STARTED = "started", "An effect is about to be sent; told once more where a look says that it is not so yet."
    SENT = "sent-answer-unread", "The app has answered and nothing of its answer is used yet.", False
    ANSWERED = "answered", "The outcome is known to this process and to nobody else.", False
    DONE = "done", "An effect that happened, with its outputs."
    FAILED = "failed", "An effect that certainly did not happen, with its error."
    UNKNOWN = "unknown", "The outcome of an effect is unknown; what follows from that is not yet written.", False
    REPEAT_DUE = "repeat-due", "When an effect whose outcome is unknown, and which may be repeated, is sent again."
    # the rest of a run
    WAIT_BEGUN = "wait-begun", "The end of a wait."
    PAUSED = "paused", "A run pauses until somebody resumes it; told with each look whether somebody has."
    HELPER_QUEUED = "helper-queued", "A helper flow that nobody waits for: its run, its job and the record of it."
    CHECKPOINT = "checkpoint", "How far a loop has come, with what was pending."
    HANDED_BACK = "handed-back", "Where a run stands whose worker stops."
    PARKED = "parked", "A run that waits for a time; the lease ends with it."
    ASKED = "asked", "A run that waits for a person; the lease ends with it."
    SETTLED = "settled", "The last commit of a run; the lease ends with it."
    # people
    DECIDED = "decided", "What a person says about an unknown outcome, and the run's job."
    CANCELLED = "cancelled", "A person wants a run to end."
    RESUMED = "resumed", "What somebody says to runs that pause, and their jobs."
    RERUN_QUEUED = "rerun-queued", "A run from a card on: the copied journal and the job."
    # store
    ADMITTED = "admitted", "The turns and jobs of runs that waited for them."
    BATCH = "batch", "Commits of all runs of the process that go in one statement."

    def __init__(self, label: str, about: str, commits: bool = True) -> None:
        self.label = label
        self.about = about
        self.moments = (Moment.BEFORE, Moment.AFTER) if commits else (Moment.AT,)


class Watcher(Protocol):
    """Is told of each point that is reached."""

    async def reached(self, point: Point, moment: Moment) -> None:
        """A point is reached; the program goes on when this returns. What it raises passes."""
        ...


class Points:
    """Tells a watcher, if there is one, that points are reached."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self._watcher = watcher

    async def around(self, point: Point, commit: Callable[[], Awaitable[Result]]) -> Result:
        """Commit, and tell before and after it."""
        if self._watcher is None:
            return await commit()
        await self._watcher.reached(point, Moment.BEFORE)
        result = await commit()
        await self._watcher.reached(point, Moment.AFTER)
        return result

    async def at(self, point: Point) -> None:
        """Tell of a point that is no commit of its own."""
        if self._watcher is not None:
            await self._watcher.reached(point, Moment.AT)

    def teller(self, point: Point) -> Callable[[], Awaitable[None]] | None:
        """What tells of a point, for rooms that know nothing of points; None if nobody watches."""
        return None if self._watcher is None else lambda: self.at(point)

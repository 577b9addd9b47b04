"""What people do with runs that pause: see where they do, and resume them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from keyturn.engine.pauses import OpenPause, ResumePlace, ResumeState, Resuming, Resumption
from keyturn.engine.points import Point, Points
from keyturn.flows.json import JSON

from .runs import RunDesk


class NothingPaused(Exception):
    """The run does not pause there."""

    mend = "Look where it pauses: keyturn runs pauses RUN."


class PauseDesk:
    """Resumes runs for people.

    Args:
        points: told of what is said.
    """

    def __init__(self, runs: RunDesk, pauses: Resuming, points: Points | None = None) -> None:
        self._runs = runs
        self._pauses = pauses
        self._points = points or Points()

    async def open(self, run_id: UUID) -> Sequence[OpenPause]:
        """Where the tree of a run pauses now. Raises NoSuchRun."""
        run = await self._runs.get(run_id)
        return await self._pauses.open(run.root_id)

    async def resume(self, run_id: UUID, path: str | None, body: JSON, by: str) -> Resumption:
        """Have a run go on that pauses.

        Args:
            run_id: the run, or its root where it pauses in one place only.
            path: the card; None where the run pauses in one place only.
            by: who says so.

        Raises:
            NoSuchRun, NothingPaused
        """
        found = await self.open(run_id)
        if path is not None:
            found = [one for one in found if (one.pause.run_id, one.pause.path) == (run_id, path)]
        if not found:
            where = f" at {path!r}" if path is not None else ""
            raise NothingPaused(f"Run {run_id} does not pause{where}.")
        if len(found) > 1:
            paths = ", ".join(sorted({one.pause.path for one in found})[:10])
            raise NothingPaused(f"Run {run_id} pauses in {len(found)} places: {paths}. Say which one.")
        place = ResumePlace(found[0].pause.place, found[0].root_id)
        said = self._pauses.resume
        resumption = await self._points.around(Point.RESUMED, lambda: said(place, body, by))
        if resumption.state is ResumeState.OVER:
            raise NothingPaused(f"Run {run_id} does not pause there any more.")
        return resumption

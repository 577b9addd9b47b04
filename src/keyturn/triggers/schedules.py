"""Schedules: fires what is due, each due time once, with any number of processes.

Every process has this loop. What is due is asked of the store, by the store's clock: a process whose own clock is
wrong fires nothing early and nothing twice. It sleeps until the next due time and looks every second all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import CommitRefused, Run, RunStatus, StoreUnavailable
from keyturn.flows.conversion import format_datetime
from keyturn.flows.due_times import catch_up, next_due
from keyturn.flows.functions import Clock
from keyturn.flows.json import Values
from keyturn.flows.schedules import SCHEDULE, BadSchedule, read_schedule

from .ports import DueSchedule, Firing, ScheduleMends, ScheduleStore

log = structlog.get_logger(__name__)

_SHORTEST_SLEEP = 0.02  # what is due now may be in the hands of another process


class Scheduler:
    """Plans and fires schedules.

    Args:
        every: seconds between two looks at most.
        mend_every: seconds between two looks at whether flows and schedules go together.
        batch: schedules that one transaction takes.
        points: told of each look that fires what is due.
    """

    def __init__(
        self,
        store: ScheduleStore,
        clock: Clock,
        new_id: Callable[[], UUID],
        *,
        every: float = 1.0,
        mend_every: float = 30.0,
        batch: int = 200,
        points: Points | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._every = every
        self._mend_every = mend_every
        self._batch = batch
        self._points = points or Points()

    async def run(self) -> None:
        """Fire for ever; a database that is away is waited for."""
        mended_at = float("-inf")
        while True:
            pause = self._every
            try:
                if self._clock.monotonic() - mended_at >= self._mend_every:
                    await self.mend()
                    mended_at = self._clock.monotonic()
                _, left = await self._once()
                due_in = await self._store.until_next()
                if due_in is not None and not left:
                    pause = min(pause, max(due_in, _SHORTEST_SLEEP))
            except (StoreUnavailable, CommitRefused) as error:
                log.warning("schedules not looked at", why=str(error))
            await self._clock.sleep(pause)

    async def once(self) -> list[UUID]:
        """Plan what is new and fire all that is due; gives the runs that were started.

        Raises:
            StoreUnavailable: what did not fire is still due.
        """
        return (await self._once())[0]

    async def _once(self) -> tuple[list[UUID], int]:
        """The runs that were started, and how many schedules are still due because the database did not take them."""
        while await self._store.plan(_first_due, self._batch) == self._batch:
            pass
        started: list[UUID] = []
        left = 0
        while True:
            fired = await self._points.around(Point.FIRED, lambda: self._store.fire(self._firing, self._batch))
            started += fired.runs
            left += fired.left
            if fired.found < self._batch or fired.left:
                break
        if started:
            log.info("schedules fired", runs=len(started))
        return started, left

    async def mend(self) -> ScheduleMends:
        """Put right what does not go with the flows that there are. Raises StoreUnavailable."""
        mends = await self._store.mend()
        if mends.total:
            log.info(
                "schedules mended",
                missing=len(mends.missing),
                orphaned=len(mends.orphaned),
                misled=len(mends.misled),
                overdue=len(mends.overdue),
            )
        return mends

    def _firing(self, due: DueSchedule) -> Firing | None:
        try:
            schedule = read_schedule(due.definition)
        except BadSchedule as error:
            log.error("a schedule cannot be read any more and ends", flow=due.flow_id, why=str(error))
            return None
        caught = catch_up(schedule, due.due, due.now)
        if caught.skipped:
            log.warning("due times were missed", flow=due.flow_id, skipped=caught.skipped)
        run_id = self._new_id()
        event = scheduled_event(run_id, due.now, caught.due, caught.skipped)
        run = Run(run_id, run_id, due.flow_id, due.version, RunStatus.QUEUED, event, trigger=SCHEDULE)
        return Firing(run, caught.due, caught.skipped, caught.next)


def scheduled_event(run_id: UUID, now: datetime, due: datetime, skipped: int = 0) -> Values:
    """What a schedule gives the flow that it starts."""
    return {
        "execution_id": str(run_id),
        "execution_time": format_datetime(now),
        "due_time": format_datetime(due),
        "skipped": skipped,
    }


def _first_due(definition: Values, after: datetime) -> datetime | None:
    try:
        return next_due(read_schedule(definition), after)
    except BadSchedule as error:
        log.error("a schedule cannot be read any more and ends", why=str(error))
        return None

"""Checks of events that are more than their fields: schedules."""

from __future__ import annotations

from datetime import UTC, datetime

from .check_values import Say
from .document import Event
from .due_times import next_due
from .schedules import SCHEDULE, BadSchedule, read_schedule

_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_OPTIONS = ("event", "options")


class EventCheck:
    """Checks options that are right one by one, and may be wrong together."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def event(self, event: Event) -> None:
        """What is wrong with the event."""
        if event.card == SCHEDULE:
            self._schedule(event)

    def _schedule(self, event: Event) -> None:
        try:
            schedule = read_schedule(event.options)
        except BadSchedule as error:
            for flaw in error.flaws:
                path = (*_OPTIONS, flaw.option) if flaw.option in event.options else _OPTIONS
                self._say(flaw.said, flaw.what, flaw.mend, path, None, flaw.option, parts=flaw.parts)
            return
        if next_due(schedule, _BEFORE_ALL) is None:
            mend = "Correct the days and months, or the start and the end."
            self._say("never-due", "The schedule has no due time at all.", mend, _OPTIONS, None, "options")

"""Schedules as people see them: in words, with the due times to come; also while one is being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from keyturn.flows.due_times import next_due
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.schedule_words import in_words
from keyturn.flows.schedules import BadSchedule, Flaw, Interval, Schedule, read_schedule
from keyturn.triggers.ports import ScheduleRecord, ScheduleStore


class NoSuchSchedule(Exception):
    """No schedule starts this flow."""

    mend = "List the schedules; a flow has one if its event is schedule."

    def __init__(self, flow_id: str) -> None:
        super().__init__(f"The flow {flow_id!r} has no schedule.")


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule of a flow.

    Attributes:
        words: the schedule in words, or why it cannot be read any more.
        zone: the zone of its times of day.
        next: its next due time; None where the flow is off or nothing is due any more.
        last: the due time that it fired for last, with the run and how many were missed before it.
        upcoming: due times to come, as many as were asked for.
    """

    flow_id: str
    name: str
    active: bool
    words: str
    zone: str
    next: datetime | None
    last: datetime | None
    last_run: UUID | None
    last_skipped: int
    upcoming: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What options of a schedule would mean from now on.

    Attributes:
        words: the schedule in words; empty if the options make none.
        interval: what it goes by with what was left out, unless that is cron text.
        upcoming: due times to come, in the zone of the schedule.
        flaws: all that is wrong; then there is nothing else.
    """

    words: str = ""
    interval: Interval | None = None
    upcoming: tuple[datetime, ...] = ()
    flaws: tuple[Flaw, ...] = ()


class ScheduleDesk:
    """Lists schedules and tells their due times."""

    def __init__(self, store: ScheduleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def preview(self, options: Mapping[str, JSON], times: int) -> Preview:
        """What these options of a schedule mean, with so many due times from now on; nothing is kept."""
        try:
            schedule = read_schedule(options)
        except BadSchedule as error:
            return Preview(flaws=error.flaws)
        timing = schedule.timing
        upcoming = _from(schedule, next_due(schedule, self._clock.now()), times)
        return Preview(
            words=in_words(schedule),
            interval=None if isinstance(timing, str) else timing,
            upcoming=tuple(due.astimezone(schedule.zone) for due in upcoming),
        )

    async def list(self, page: PageRequest) -> Page[ScheduleView]:
        """Schedules by the id of their flow."""
        found = await self._store.list(page)
        return Page([_view(record, 1) for record in found.rows], found.next)

    async def get(self, flow_id: str, times: int) -> ScheduleView:
        """The schedule of a flow, with so many due times to come. Raises NoSuchSchedule."""
        record = await self._store.get(flow_id)
        if record is None:
            raise NoSuchSchedule(flow_id)
        return _view(record, times)


def _view(record: ScheduleRecord, times: int) -> ScheduleView:
    try:
        schedule = read_schedule(record.definition)
        words, zone, upcoming = in_words(schedule), schedule.zone.key, _upcoming(schedule, record, times)
    except BadSchedule as error:
        words, zone, upcoming = f"It cannot be read any more: {error} Publish the flow anew.", "", ()
    return ScheduleView(
        flow_id=record.flow_id,
        name=record.name,
        active=record.active,
        words=words,
        zone=zone,
        next=upcoming[0] if upcoming else None,
        last=record.last_due,
        last_run=record.last_run,
        last_skipped=record.last_skipped,
        upcoming=upcoming,
    )


def _upcoming(schedule: Schedule, record: ScheduleRecord, times: int) -> tuple[datetime, ...]:
    """Due times from the planned one on; where none is planned yet, from when it will be planned."""
    due = record.next_due
    if due is None and record.plan_after is not None:
        due = next_due(schedule, max(record.plan_after, record.last_due or record.plan_after))
    return _from(schedule, due, times)


def _from(schedule: Schedule, due: datetime | None, times: int) -> tuple[datetime, ...]:
    """So many due times, this one the first."""
    found: list[datetime] = []
    while due is not None and len(found) < times:
        found.append(due)
        due = next_due(schedule, due)
    return tuple(found)

"""The due times of a schedule: pure functions of its definition. All instants are UTC.

What happens when clocks are changed is cronsim's rule, which is Debian cron's
(https://github.com/cuu508/cronsim): a fixed time of day that does not exist is due at the end of the gap, one that
exists twice is due the first time; cron text whose minute or hour begins with ``*`` goes by the time that passes.
Intervals in days, weeks and months have fixed times of day; minutes and hours are time that passes.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from cronsim import CronSim

from .schedules import Interval, Schedule, Unit

MOST_COUNTED = 1000
_TICK = timedelta(microseconds=1)
_FIRST_DAY = date(2000, 1, 1)  # what intervals without a start are counted from
_STEPS = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first due time after an instant, in UTC; None if there is none any more (within 50 years)."""
    if schedule.start is not None and after < schedule.start:
        after = schedule.start - _TICK
    try:
        if isinstance(schedule.timing, str):
            due = _next_by_cron(schedule.timing, schedule.zone, after)
        elif schedule.timing.unit in _STEPS:
            due = _next_step(schedule, schedule.timing, after)
        else:
            due = _next_on_days(schedule, schedule.timing, after)
    except (OverflowError, ValueError):  # the calendar ends with the year 9999
        return None
    return None if due is None or (schedule.end is not None and due > schedule.end) else due


@dataclass(frozen=True, slots=True)
class Caught:
    """Where a schedule stands that was due.

    Attributes:
        due: its latest due time that has come.
        skipped: how many before it are passed over; counted up to ``MOST_COUNTED``.
        next: the due time after it.
    """

    due: datetime
    skipped: int
    next: datetime | None


def catch_up(schedule: Schedule, due: datetime, now: datetime) -> Caught:
    """The latest due time that has come by ``now``, given one that has; those in between are passed over."""
    skipped = 0
    following = next_due(schedule, due)
    while following is not None and following <= now:
        skipped += 1
        due, following = following, next_due(schedule, following)
        if skipped == MOST_COUNTED:
            due = max(due, _latest(schedule, now))
            following = next_due(schedule, due)
            break
    return Caught(due, skipped, following)


def _latest(schedule: Schedule, now: datetime) -> datetime:
    """The last due time up to now, looked for in growing stretches before it."""
    span = timedelta(minutes=1)
    while (found := next_due(schedule, now - span)) is None or found > now:
        span *= 2
    while (following := next_due(schedule, found)) is not None and following <= now:
        found = following
    return found


def _next_by_cron(text: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    for local in CronSim(text, after.astimezone(zone)):
        due = local.astimezone(UTC)
        if due > after:  # in a repeated hour the times of the first one are past
            return due
    return None


def _next_step(schedule: Schedule, interval: Interval, after: datetime) -> datetime:
    anchor = schedule.start or instant_of(_FIRST_DAY, time(), schedule.zone)
    step = _STEPS[interval.unit] * interval.every
    return anchor + ((after - anchor) // step + 1) * step


def _next_on_days(schedule: Schedule, interval: Interval, after: datetime) -> datetime:
    zone = schedule.zone
    anchor = schedule.start.astimezone(zone).date() if schedule.start else _FIRST_DAY
    # a time of day in a gap may be due on the day after
    first = after.astimezone(zone).date() - timedelta(days=1)
    days = {Unit.DAYS: _days, Unit.WEEKS: _weeks, Unit.MONTHS: _months}[interval.unit]
    return next(due for day in days(interval, anchor, first) if (due := instant_of(day, interval.at, zone)) > after)


def _days(interval: Interval, anchor: date, first: date) -> Iterator[date]:
    rounds = -((anchor - first).days // interval.every)
    for number in count(rounds):
        yield anchor + timedelta(days=number * interval.every)


def _weeks(interval: Interval, anchor: date, first: date) -> Iterator[date]:
    monday = anchor - timedelta(days=anchor.weekday())
    for number in count((first - monday).days // 7 // interval.every):
        week = monday + timedelta(weeks=number * interval.every)
        yield from (week + timedelta(days=weekday) for weekday in interval.weekdays)


def _months(interval: Interval, anchor: date, first: date) -> Iterator[date]:
    begin = anchor.year * 12 + anchor.month - 1
    for number in count((first.year * 12 + first.month - 1 - begin) // interval.every):
        year, month = divmod(begin + number * interval.every, 12)
        last = calendar.monthrange(year, month + 1)[1]
        yield date(year, month + 1, min(interval.day, last))


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of day as an instant: the first of two, and the end of the gap where there is none."""
    local = datetime.combine(day, at)
    while (instant := local.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != local:
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return instant

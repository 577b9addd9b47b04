"""A schedule in words."""

from __future__ import annotations

from cron_descriptor import (  # pyright: ignore[reportMissingTypeStubs]
    CasingTypeEnum,
    ExpressionDescriptor,
    FormatError,
    Options,
)

from .schedules import WEEKDAYS, Interval, Schedule, Unit


def in_words(schedule: Schedule) -> str:
    """One sentence without a full stop: ``Mondays and Wednesdays at 07:00, Europe/Berlin``."""
    timing = schedule.timing
    said = _cron(timing) if isinstance(timing, str) else _interval(timing)
    zone = schedule.zone
    parts = [f"{said}, {zone.key}{',' if schedule.start or schedule.end else ''}"]
    parts += [f"from {schedule.start.astimezone(zone):%Y-%m-%d %H:%M}"] if schedule.start else []
    parts += [f"until {schedule.end.astimezone(zone):%Y-%m-%d %H:%M}"] if schedule.end else []
    return " ".join(parts)


def _interval(interval: Interval) -> str:
    unit = interval.unit.value
    often = f"Every {unit[:-1]}" if interval.every == 1 else f"Every {interval.every} {unit}"
    at = f"at {interval.at:%H:%M}"
    match interval.unit:
        case Unit.MINUTES | Unit.HOURS:
            return often
        case Unit.DAYS:
            return f"{often} {at}"
        case Unit.WEEKS:
            days = [WEEKDAYS[day].capitalize() for day in interval.weekdays]
            if interval.every > 1:
                return f"{often} on {_listed(days)} {at}"
            return f"{_weekly(days)} {at}"
        case Unit.MONTHS:
            last = ", or on its last day if it is shorter," if interval.day > 28 else ""
            return f"{often} on day {interval.day}{last} {at}"


def _weekly(days: list[str]) -> str:
    """Days of each week."""
    if len(days) == len(WEEKDAYS):
        return "Every day"
    if days == [day.capitalize() for day in WEEKDAYS[:5]]:
        return "Mondays to Fridays"
    return _listed([f"{day}s" for day in days])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _cron(text: str) -> str:
    options = Options(CasingTypeEnum.Sentence, use_24hour_time_format=True, locale_code="en_US")
    try:
        return ExpressionDescriptor(text, options).get_description()
    except (FormatError, ValueError, IndexError, KeyError):  # cronsim takes forms that it has no words for
        return f"Cron text {text}"

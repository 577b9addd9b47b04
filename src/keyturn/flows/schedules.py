"""What a schedule is: read from the options of the event card ``schedule``, with everything that is wrong in it.

A schedule goes by cron text or by an interval, in a zone of the tz database; ``due_times`` tells its due times.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

from .conversion import ConversionError, converter, to_text
from .json import JSON
from .said import Parts, as_part, code_of
from .suggest import nearest, shown
from .types import NUMBER, Kind, Type

SCHEDULE = "schedule"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_EVERY = 10_000

_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_CRON_FIELD = re.compile(r"[0-9A-Za-z*,/#-]+")
_LONGEST_CRON = 200
_CRON_MEND = "Write five fields: minute, hour, day of the month, month, day of the week; for example 0 9 * * MON."
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Unit(StrEnum):
    """What an interval counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so many units.

    Attributes:
        every: from 1.
        at: time of day, for days, weeks and months.
        weekdays: 0 is Monday; for weeks.
        day: day of the month, 1 to 31, for months; in shorter months it is the last one.
    """

    every: int
    unit: Unit
    at: time
    weekdays: tuple[int, ...]
    day: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due.

    Attributes:
        timing: an interval, or cron text of five fields.
        zone: where its times of day are.
        start, end: nothing is due before or after these instants; an interval counts from its start.
    """

    timing: Interval | str
    zone: ZoneInfo
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a schedule: which sentence, option, what, how to mend it, and what that names."""

    said: str
    option: str
    what: str
    mend: str
    parts: Parts = field(default_factory=dict[str, str])

    @property
    def code(self) -> str:
        """The code of the problem."""
        return code_of(self.said)


class BadSchedule(ValueError):
    """Options that make no schedule; carries all that is wrong."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        self.flaws = flaws
        super().__init__(" ".join(flaw.what for flaw in flaws))


def read_schedule(options: Mapping[str, JSON]) -> Schedule:
    """The schedule that the options of an event describe.

    Raises:
        BadSchedule: they describe none; says everything that is wrong.
    """
    return _Reader(options).read()


class _Reader:
    """Reads option by option and gathers what is wrong."""

    def __init__(self, options: Mapping[str, JSON]) -> None:
        self._options = {name: value for name, value in options.items() if value is not None}
        self._flaws: list[Flaw] = []

    def read(self) -> Schedule:
        zone = self._zone()
        start, end = self._instant("start", zone), self._instant("end", zone)
        if start and end and end < start:
            self._say("bad-schedule/end", "end", "The end comes before the start.", "Correct one of them.")
        timing = self._cron() if "cron" in self._options else self._interval(start and start.astimezone(zone))
        if self._flaws or timing is None:
            raise BadSchedule(tuple(self._flaws))
        return Schedule(timing, zone, start, end)

    def _say(self, said: str, option: str, what: str, mend: str, /, **parts: str) -> None:
        self._flaws.append(Flaw(said, option, what, mend, parts))

    def _text(self, name: str) -> str | None:
        value = self._options.get(name)
        return None if value is None else _text(value).strip()

    def _zone(self) -> ZoneInfo:
        name = self._text("zone") or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, or no name at all
            known = available_timezones()
        near = nearest(name, known) or next((z for z in sorted(known) if z.lower().endswith("/" + name.lower())), None)
        mend = f"Did you mean {near!r}?" if near else "Write it as Europe/Berlin, America/New_York or UTC."
        self._say("unknown-zone", "zone", f"There is no time zone {shown(name)}.", mend, value=as_part(name))
        return ZoneInfo("UTC")

    def _instant(self, name: str, zone: ZoneInfo) -> datetime | None:
        text = self._text(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            mend = "Write it as 2026-12-01T09:00; without an offset it is in the zone of the schedule."
            self._say("bad-schedule/instant", name, f"{shown(text)} is no date and time.", mend, value=as_part(text))
            return None

    def _cron(self) -> str | None:
        for name in ("every", "unit", "at", "weekdays", "day"):
            if name in self._options:
                what = f"Cron text and {name} contradict each other: cron text says it all."
                self._say("bad-schedule/both", name, what, f"Take cron or {name} away.")
        text = " ".join((self._text("cron") or "").split())
        try:
            check_cron(text)
        except ValueError as error:
            self._say("bad-cron", "cron", f"{shown(text)} is no cron text: {error}.", _CRON_MEND, value=as_part(text))
            return None
        return text

    def _interval(self, start: datetime | None) -> Interval | None:
        unit, every = self._unit(), self._every()
        at = self._at() or (start.time() if start else time())
        weekdays = self._weekdays() or ((start.weekday() if start else 0),)
        day = self._day() or (start.day if start else 1)
        if unit is None or every is None:
            return None
        fitting = {Unit.DAYS: ("at",), Unit.WEEKS: ("at", "weekdays"), Unit.MONTHS: ("at", "day")}.get(unit, ())
        for name in ("at", "weekdays", "day"):
            if name in self._options and name not in fitting:
                what = f"{name!r} means nothing for an interval in {unit}."
                mend = "Take it away, or choose another unit; an interval in minutes or hours counts from its start."
                self._say("bad-schedule/needless", name, what, mend, unit=unit.value)
        return Interval(every, unit, at, weekdays, day)

    def _unit(self) -> Unit | None:
        text = self._text("unit")
        if text is None:
            mend = "Add cron, or unit (minutes, hours, days, weeks, months) and every."
            self._say("bad-schedule/nothing", "unit", "The schedule does not say when.", mend)
            return None
        try:
            return Unit(text)
        except ValueError:
            mend = f"Choose one of: {', '.join(Unit)}."
            self._say(
                "bad-schedule/unit", "unit", f"{shown(text)} is no unit of an interval.", mend, value=as_part(text)
            )
            return None

    def _every(self) -> int | None:
        value = self._number("every", 1)
        if value is not None and value != int(value):
            what = f"An interval is a whole number of units, and {value} is none."
            self._say("bad-schedule/fraction", "every", what, "Choose a smaller unit.", value=as_part(value))
            return None
        if value is not None and value < 1:
            what = f"The interval {value} is too short."
            mend = "Give 1 or more; one minute is the shortest."
            self._say("interval-too-short", "every", what, mend, value=as_part(value))
            return None
        if value is not None and value > MOST_EVERY:
            what = f"The interval {value} is too long; {MOST_EVERY} is the most."
            parts = {"value": as_part(value), "most": str(MOST_EVERY)}
            self._say("bad-schedule/long", "every", what, "Choose a larger unit.", **parts)
            return None
        return None if value is None else int(value)

    def _number(self, name: str, otherwise: int) -> int | float | None:
        convert = converter(NUMBER)
        try:
            value = convert(self._options.get(name, otherwise)) if convert else None
            if isinstance(value, float) and not math.isfinite(value):
                raise ConversionError(f"{value} is endless")
        except ConversionError as error:
            what, why = f"{name!r} is no number: {error}.", str(error)
            self._say("bad-schedule/no-number", name, what, "Give a number.", why=why)
            return None
        return value if isinstance(value, int | float) else None

    def _at(self) -> time | None:
        text = self._text("at")
        if text is None:
            return None
        found = _AT.fullmatch(text)
        if found is None:
            mend = "Write it as 09:00 or 17:30."
            self._say("bad-schedule/time", "at", f"{shown(text)} is no time of day.", mend, value=as_part(text))
            return None
        return time(int(found[1]), int(found[2]))

    def _weekdays(self) -> tuple[int, ...]:
        convert = converter(Type(Kind.TEXT, 1))
        raw = self._options.get("weekdays")
        given = convert(raw) if convert and raw is not None else []
        chosen: set[int] = set()
        for name in given if isinstance(given, list) else []:
            if _text(name).lower() in WEEKDAYS:
                chosen.add(WEEKDAYS.index(_text(name).lower()))
            else:
                mend = f"Choose of: {', '.join(WEEKDAYS)}."
                what = f"{shown(name)} is no day of the week."
                self._say("bad-schedule/weekday", "weekdays", what, mend, value=as_part(name))
        return tuple(sorted(chosen))

    def _day(self) -> int | None:
        if "day" not in self._options:
            return None
        value = self._number("day", 1)
        if value is None or value != int(value) or not 1 <= value <= 31:
            what = f"{shown(self._options['day'])} is no day of the month."
            mend = "Give 1 to 31; in shorter months 31 is the last day."
            self._say("bad-schedule/day", "day", what, mend, value=as_part(self._options["day"]))
            return None
        return int(value)


def check_cron(text: str) -> None:
    """Raise ValueError, saying why, for what is no cron text of five fields.

    Steps of "the last" and "the second Friday" mean nothing and are refused here; the rest is told by cronsim.
    """
    fields = text.split(" ")
    if len(text) > _LONGEST_CRON:
        raise ValueError("it is too long")
    if len(fields) != 5:
        raise ValueError(f"it has {len(fields) if text else 0} fields")
    for one in fields:
        parts = one.upper().split(",")
        if not _CRON_FIELD.fullmatch(one) or any("/" in part and ("#" in part or "L" in part) for part in parts):
            raise ValueError(f"{shown(one)} is no field")
    try:
        CronSim(text, _ANY_TIME)
    except CronSimError as error:
        raise ValueError(str(error).replace("Bad ", "wrong ")) from error


def _text(value: JSON) -> str:
    """A value as text; what cannot be written as JSON is shown, and is no option in any case."""
    try:
        return to_text(value)
    except ConversionError:
        return shown(value)

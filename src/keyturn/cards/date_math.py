"""Calendar arithmetic: units, zones, and what lies between two dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from keyturn.flows.errors import CardError

from .exact import Number

UNITS = ("milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "years")
PERIODS = ("minute", "hour", "day", "week", "month", "quarter", "year")
_MILLISECONDS = {"milliseconds": 1, "seconds": 1_000, "minutes": 60_000, "hours": 3_600_000}
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}
_TICK = timedelta(microseconds=1)
_OF_HOSTS = frozenset({"Factory", "localtime", "posixrules"})


def zone_of(name: str) -> tzinfo:
    """A zone by its IANA name; UTC for none.

    Raises:
        CardError: there is no such zone.
    """
    if not name.strip():
        return UTC
    try:
        return ZoneInfo(_of_iana(name.strip()))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name[:60], _zones(), 1)
        guess = f"Did you mean {near[0]}? " if near else ""
        raise CardError.bad_input(
            "zone", f"There is no time zone {name[:60]!r}.", f"{guess}Use an IANA name like Europe/Warsaw, or UTC."
        ) from None


def _of_iana(name: str) -> str:
    """The name, if it is none of those that a host adds: its own zone, and copies that count seconds in another way."""
    if name in _OF_HOSTS or name.startswith(("posix/", "right/")):
        raise ZoneInfoNotFoundError(name)
    return name


@cache
def _zones() -> list[str]:
    return sorted(available_timezones() - _OF_HOSTS)


def add(start: datetime, amount: Number, unit: str, zone: tzinfo) -> datetime:
    """A date moved by so much.

    Hours and less are time that passes. Days and more are moved on the calendar of the zone: the clock shows the same
    time, and where a month is too short, its last day is taken.

    Raises:
        CardError: the amount of months or years is not whole, or the result lies outside the years 1 to 9999.
    """
    try:
        if unit in _MILLISECONDS:
            return start + timedelta(milliseconds=amount * _MILLISECONDS[unit])
        if unit in _DAYS and not isinstance(amount, int):
            return start + timedelta(days=amount * _DAYS[unit])
        local = start.astimezone(zone)
        if not isinstance(amount, int):
            raise CardError.bad_input("amount", f"{amount} {unit} is no whole number.", "Give a whole number.")
        if amount == 0:
            return start  # and not the first of two times that the clock shows alike
        if unit in _DAYS:
            return _wall(local + timedelta(days=amount * _DAYS[unit]))
        return _wall(add_months(local, amount * _MONTHS[unit]))
    except (OverflowError, ValueError):
        raise CardError.bad_input(
            "amount", "The date would lie outside the years 1 to 9999.", "Use a smaller number."
        ) from None


def _wall(moment: datetime) -> datetime:
    """The instant at which the clock of a zone shows this; the first one if it does so twice."""
    return moment.replace(fold=0).astimezone(UTC)


def add_months(moment: datetime, months: int) -> datetime:
    """So many months later, on the last day where the month is too short."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def months_between(start: datetime, end: datetime) -> Fraction:
    """Months from start to end: whole ones, and a part of the month that the end lies in."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    anchor = add_months(start, whole)
    other = _neighbour(start, whole - 1 if end < anchor else whole + 1)
    if other is None or end == anchor:
        return Fraction(whole)
    length = anchor - other if end < anchor else other - anchor
    return whole + Fraction((end - anchor) // _TICK, length // _TICK)


def _neighbour(start: datetime, months: int) -> datetime | None:
    try:
        return add_months(start, months)
    except OverflowError:
        return None


def start_of(moment: datetime, period: str, zone: tzinfo) -> datetime:
    """The beginning of the minute, hour, day, week (Monday), month, quarter or year that a date lies in."""
    local = moment.astimezone(zone).replace(second=0, microsecond=0)
    if period == "minute":
        return local.astimezone(UTC)
    local = local.replace(minute=0)
    if period == "hour":
        return local.astimezone(UTC)
    local = local.replace(hour=0)
    match period:
        case "week":
            local -= timedelta(days=local.weekday())
        case "month":
            local = local.replace(day=1)
        case "quarter":
            local = local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            local = local.replace(month=1, day=1)
        case _:
            pass
    return _wall(local)

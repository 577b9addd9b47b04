"""Date & Time cards. All instants are UTC."""

from __future__ import annotations

from keyturn.flows.conversion import format_datetime
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec, EffectClass, EffectSpec, FieldSpec
from keyturn.flows.types import DATETIME, NUMBER, TEXT


def now(_: Values, ports: EffectPorts) -> Values:
    """The current instant in all its forms."""
    moment = ports.clock.now()
    date = format_datetime(moment)
    milliseconds = moment.microsecond // 1000
    time = f"{moment:%H:%M:%S}.{milliseconds:03d}"
    return {
        "date": date,
        "iso": f"{moment:%Y-%m-%dT%H:%M:%S}+00:00",
        "full": f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year} {time}",
        "time": time,
        "year": moment.year,
        "month": _MONTHS[moment.month - 1],
        "day": moment.day,
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "millisecond": milliseconds,
    }


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

NOW = CardSpec(
    key="date.now",
    title="Now",
    category="Date & Time",
    kind=CardKind.EFFECT,
    summary="Tells the current date and time, in UTC. A run that is resumed keeps the time it had.",
    outputs=(
        FieldSpec("date", DATETIME, "Date", "The instant."),
        FieldSpec("iso", TEXT, "ISO", "As ISO 8601 text without fractions of a second."),
        FieldSpec("full", TEXT, "Full", "In words: September 7, 2016 16:55:25.670."),
        FieldSpec("time", TEXT, "Time", "The time of day."),
        FieldSpec("year", NUMBER, "Year", "The year."),
        FieldSpec("month", TEXT, "Month", "The name of the month, in English."),
        FieldSpec("day", NUMBER, "Day", "The day of the month."),
        FieldSpec("hour", NUMBER, "Hour", "The hour, 0 to 23."),
        FieldSpec("minute", NUMBER, "Minute", "The minute."),
        FieldSpec("second", NUMBER, "Second", "The second."),
        FieldSpec("millisecond", NUMBER, "Millisecond", "The millisecond."),
    ),
    effect=EffectSpec(EffectClass.READ, repeatable=True),
    synonyms=("today", "current time", "timestamp"),
    okta="date:now",
)

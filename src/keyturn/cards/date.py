"""Date & Time cards. Dates are instants; their text is ISO 8601 in UTC with milliseconds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from keyturn.flows.conversion import ConversionError, converter, format_datetime
from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON
from keyturn.flows.spec import FieldSpec, OnNull
from keyturn.flows.types import DATETIME

from . import date_math, date_tokens
from .date_reading import LONGEST_TEXT, UnreadableDateError, UnreadableFormatError, read
from .declare import Category, example
from .exact import Number
from .fields import further, gives, gives_number, gives_text, instant, number, text

DATES = Category("date", "Date & Time")
_START = instant("start", "Start", "The date.")
_START_DATE = replace(_START, title="Start date")
_ZONE_NOTE = "An unknown zone is an error."
_ZONE = text("zone", "Zone", "The time zone, by its IANA name: Europe/Warsaw. UTC for none.", note=_ZONE_NOTE)
_FORMAT = text(
    "format",
    "Format",
    "Tokens like YYYY-MM-DD HH:mm; other text in [brackets]. Without one: ISO 8601 with the offset.",
    note="Over 200 characters are an error.",
)
_TO_INSTANT = converter(DATETIME)
_COMMON = (
    "MM/DD/YYYY",
    "MM/DD/YYYY HH:mm:ss",
    "MMMM D, YYYY",
    "MMMM D, YYYY HH:mm:ss.SSS",
    "MMM D, YYYY",
    "D MMM YYYY",
    "ddd, D MMM YYYY HH:mm:ss z",
    "ddd, D MMM YYYY HH:mm:ss ZZ",
)


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _add(start: str, amount: Number, unit: str, zone: str) -> JSON:
    return format_datetime(date_math.add(_moment(start), amount, unit, date_math.zone_of(zone)))


def _subtract(start: str, amount: Number, unit: str, zone: str) -> JSON:
    return _add(start, -amount, unit, zone)


def _whole(value: float) -> Number:
    return int(value) if value.is_integer() else value


def _difference(end: str, start: str) -> JSON:
    first, last = _moment(start), _moment(end)
    passed = date_tokens.milliseconds(last) - date_tokens.milliseconds(first)
    months = date_math.months_between(first, last)
    return {
        "days": _whole(passed / 86_400_000),
        "months": _whole(float(months)),
        "years": _whole(float(months / 12)),
        "hours": _whole(passed / 3_600_000),
        "minutes": _whole(passed / 60_000),
        "seconds": _whole(passed / 1_000),
        "milliseconds": passed,
    }


def _written(moment: datetime, form: str, zone: str) -> str:
    if len(form) > date_tokens.LONGEST:
        raise CardError.bad_input(
            "format", f"The format has over {date_tokens.LONGEST} characters.", "Make it shorter."
        )
    try:
        return date_tokens.write(moment.astimezone(date_math.zone_of(zone)), form or date_tokens.ISO)
    except (OverflowError, ValueError):
        raise CardError.bad_input("zone", "The date lies outside the years 1 to 9999 there.", "Use UTC.") from None


def _format(start: str, form: str, zone: str) -> JSON:
    return _written(_moment(start), form, zone)


def _convert(start: str, form: str, zone: str) -> JSON:
    moment = _moment(start)
    return {
        "date": start,
        "iso": start,
        "epoch": str(_epoch(start)),
        "unix": str(_unix(start)),
        "human": date_tokens.write(moment, "ddd, DD MMM YYYY HH:mm:ss [GMT]"),
        "custom": _written(moment, form, zone),
    }


def _parse(value: str, form: str, zone: str) -> JSON:
    where = date_math.zone_of(zone)
    said = value.strip()
    if not said:
        return None
    if len(said) > LONGEST_TEXT:
        raise CardError.bad_input(
            "text", f"The text has over {LONGEST_TEXT} characters.", "Take the part out of it that is the date."
        )
    if len(form) > date_tokens.LONGEST:
        raise CardError.bad_input(
            "format", f"The format has over {date_tokens.LONGEST} characters.", "Make it shorter."
        )
    try:
        return format_datetime(read(value, form, where) if form else _common(value))
    except UnreadableFormatError as error:
        raise CardError.bad_input("format", f"The format cannot be used: {error}.", "Use another format.") from None
    except (UnreadableDateError, ConversionError) as error:
        raise CardError.bad_input(
            "text", f"{value[:40]!r} is no date: {error}.", "Check the text and the format."
        ) from None


def _common(value: str) -> datetime:
    assert _TO_INSTANT is not None
    try:
        return _moment(str(_TO_INSTANT(value)))
    except ConversionError:
        for form in _COMMON:
            try:
                return read(value, form, UTC)
            except UnreadableDateError:
                continue
        raise UnreadableDateError("it is neither ISO 8601 nor of another common form") from None


def _epoch(start: str) -> int:
    return date_tokens.milliseconds(_moment(start)) // 1_000


def _unix(start: str) -> int:
    return date_tokens.milliseconds(_moment(start))


def _iso(start: str) -> JSON:
    return start


def _parts(start: str, zone: str) -> JSON:
    try:
        moment = _moment(start).astimezone(date_math.zone_of(zone))
    except (OverflowError, ValueError):
        raise CardError.bad_input("zone", "The date lies outside the years 1 to 9999 there.", "Use UTC.") from None
    return {
        "year": moment.year,
        "month": moment.month,
        "month_name": date_tokens.MONTHS[moment.month - 1],
        "day": moment.day,
        "weekday": date_tokens.WEEKDAYS[moment.weekday()],
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "millisecond": moment.microsecond // 1000,
        "day_of_year": moment.timetuple().tm_yday,
        "week": moment.isocalendar().week,
        "offset": date_tokens.offset_text(moment, ":"),
    }


def _start_of(start: str, period: str, zone: str) -> JSON:
    try:
        return format_datetime(date_math.start_of(_moment(start), period, date_math.zone_of(zone)))
    except (OverflowError, ValueError):
        raise CardError.bad_input("start", "The beginning lies outside the years 1 to 9999.", "Use UTC.") from None


def _now(ports: EffectPorts) -> JSON:
    moment = ports.clock.now()
    moment -= timedelta(microseconds=moment.microsecond % 1000)
    return {
        "date": format_datetime(moment),
        "iso": date_tokens.write(moment, "YYYY-MM-DDTHH:mm:ssZ"),
        "full": date_tokens.write(moment, "MMMM D, YYYY HH:mm:ss.SSS"),
        "minute": moment.minute,
        "hour": moment.hour,
        "time": date_tokens.write(moment, "HH:mm:ss.SSS"),
        "day": moment.day,
        "month": date_tokens.MONTHS[moment.month - 1],
        "year": moment.year,
        "second": moment.second,
        "millisecond": moment.microsecond // 1000,
    }


def _amount(title: str, about: str) -> tuple[FieldSpec, ...]:
    return (
        number("amount", title, about, okta="scale", required=True, note="Months and years must be whole."),
        text(
            "unit",
            "Units",
            "What is counted.",
            default="days",
            null=OnNull.DEFAULT,
            choices=date_math.UNITS,
        ),
        further(
            text(
                "zone",
                "Zone",
                "The zone on whose calendar days, weeks, months and years are counted. UTC for none.",
                note=_ZONE_NOTE,
            )
        ),
    )


CARDS = (
    DATES.card(
        "add",
        "Add",
        "Gives the date that lies so much later.",
        _add,
        inputs=(_START_DATE, *_amount("Add", "How many units are added; a negative number goes back.")),
        outputs=(gives("output", DATETIME, "Output", "The later date."),),
        okta="date:add",
        synonyms=("later", "plus", "in days", "future"),
        examples=(
            example(
                {"start": "2026-01-31T10:00:00.000Z", "amount": 1, "unit": "months"},
                {"output": "2026-02-28T10:00:00.000Z"},
                "The last day is taken where a month is too short.",
            ),
            example(
                {"start": "2026-03-28T08:00:00.000Z", "amount": 1, "unit": "days", "zone": "Europe/Warsaw"},
                {"output": "2026-03-29T07:00:00.000Z"},
                "The clock in Warsaw shows 9:00 on both days, though clocks went forward.",
            ),
        ),
    ),
    DATES.card(
        "subtract",
        "Subtract",
        "Gives the date that lies so much earlier.",
        _subtract,
        inputs=(_START_DATE, *_amount("Subtract", "How many units are taken away; a negative number goes forward.")),
        outputs=(gives("output", DATETIME, "Output", "The earlier date."),),
        okta="date:subtract",
        synonyms=("earlier", "minus", "ago", "past"),
        examples=(
            example(
                {"start": "2026-11-24T10:00:00.000Z", "amount": 90, "unit": "days"},
                {"output": "2026-08-26T10:00:00.000Z"},
            ),
            example(
                {"start": "2026-11-24T10:00:00.000Z", "amount": 15, "unit": "minutes"},
                {"output": "2026-11-24T09:45:00.000Z"},
            ),
        ),
    ),
    DATES.card(
        "difference",
        "Difference",
        "Tells how much lies between two dates: the whole span in each unit, with fractions.",
        _difference,
        inputs=(
            instant("end", "End date", "The later date.", okta="start"),
            instant(
                "start", "Start date", "The earlier date; if it is the later one, the results are negative.", okta="end"
            ),
        ),
        outputs=(
            gives_number("Days of 24 hours.", "days", "Days"),
            gives_number("Months of the calendar.", "months", "Months"),
            gives_number("Years of the calendar.", "years", "Years"),
            gives_number("Hours.", "hours", "Hours"),
            gives_number("Minutes.", "minutes", "Minutes"),
            gives_number("Seconds.", "seconds", "Seconds"),
            gives_number("Milliseconds.", "milliseconds", "Milliseconds"),
        ),
        okta="date:diff",
        synonyms=("between", "duration", "age", "days since"),
        examples=(
            example(
                {"end": "2026-03-01T00:00:00.000Z", "start": "2026-01-01T00:00:00.000Z"},
                {
                    "days": 59,
                    "months": 2,
                    "years": 2 / 12,
                    "hours": 1416,
                    "minutes": 84960,
                    "seconds": 5097600,
                    "milliseconds": 5097600000,
                },
            ),
            example(
                {"end": None, "start": "2026-01-01T00:00:00.000Z"},
                dict.fromkeys(("days", "months", "years", "hours", "minutes", "seconds", "milliseconds")),
            ),
        ),
    ),
    DATES.card(
        "convert",
        "Convert",
        "Writes a date in several forms.",
        _convert,
        inputs=(instant("start", "Start", "The date, or its ISO 8601 text."), _FORMAT, _ZONE),
        outputs=(
            gives("date", DATETIME, "Date", "The date."),
            gives_text("ISO 8601, in UTC.", "iso", "ISO"),
            gives_text("Seconds since 1970.", "epoch", "EPOCH"),
            gives_text("Milliseconds since 1970.", "unix", "UNIX"),
            gives_text("For people, in UTC.", "human", "Human"),
            gives_text("By format and zone, as Date to Text.", "custom", "Custom"),
        ),
        okta="date:fromISO",
        synonyms=("from iso", "format", "timestamp"),
        examples=(
            example(
                {"start": "2016-09-07T16:55:25.670Z", "format": "MM/DD/YYYY", "zone": "US/Pacific"},
                {
                    "date": "2016-09-07T16:55:25.670Z",
                    "iso": "2016-09-07T16:55:25.670Z",
                    "epoch": "1473267325",
                    "unix": "1473267325670",
                    "human": "Wed, 07 Sep 2016 16:55:25 GMT",
                    "custom": "09/07/2016",
                },
            ),
            example({"start": None}, dict.fromkeys(("date", "iso", "epoch", "unix", "human", "custom"))),
        ),
    ),
    DATES.card(
        "format",
        "Date to Text",
        "Writes a date as text, in a format and a time zone.",
        _format,
        inputs=(_START, _FORMAT, _ZONE),
        outputs=(gives_text("The text."),),
        okta="date:format",
        synonyms=("format", "to text", "zone", "display"),
        examples=(
            example(
                {
                    "start": "2026-11-24T20:05:00.000Z",
                    "format": "dddd, MMMM D, Y h:mm a z",
                    "zone": "US/Pacific",
                },
                {"output": "Tuesday, November 24, 2026 12:05 pm PST"},
            ),
            example({"start": "2026-11-24T20:05:00.000Z", "format": "D[/]M"}, {"output": "24/11"}),
        ),
    ),
    DATES.card(
        "parse",
        "Text to Date",
        "Reads a date from text, in a format.",
        _parse,
        inputs=(
            text(
                "text",
                "Start",
                "The text; empty gives null.",
                okta="start",
                note="What is no date of the format, or has over 500 characters, is an error.",
            ),
            text(
                "format",
                "Format",
                "Tokens like YYYY-MM-DD HH:mm. Without one: ISO 8601 and some common forms.",
                note="Tokens that can only be written are an error.",
            ),
            further(
                text("zone", "Zone", "The zone that is meant where the text tells none. UTC for none.", note=_ZONE_NOTE)
            ),
        ),
        outputs=(gives("output", DATETIME, "Output", "The date."),),
        okta="date:parse",
        synonyms=("parse", "from text", "read"),
        examples=(
            example({"text": "12/31/2026", "format": "MM/DD/Y"}, {"output": "2026-12-31T00:00:00.000Z"}),
            example({"text": "1473267325670", "format": "x"}, {"output": "2016-09-07T16:55:25.670Z"}),
        ),
    ),
    DATES.card(
        "epoch",
        "EPOCH",
        "Gives the seconds since 1970.",
        _epoch,
        inputs=(_START,),
        outputs=(gives_number("The seconds, rounded down."),),
        okta="date:epoch",
        synonyms=("timestamp", "seconds"),
        examples=(
            example({"start": "2016-09-07T16:55:25.670Z"}, {"output": 1473267325}),
            example({"start": None}, {"output": None}),
        ),
    ),
    DATES.card(
        "unix",
        "UNIX",
        "Gives the milliseconds since 1970.",
        _unix,
        inputs=(_START,),
        outputs=(gives_number("The milliseconds."),),
        okta="date:unix",
        synonyms=("timestamp", "milliseconds"),
        examples=(
            example({"start": "2016-09-07T16:55:25.670Z"}, {"output": 1473267325670}),
            example({"start": None}, {"output": None}),
        ),
    ),
    DATES.card(
        "iso",
        "ISO",
        "Gives the ISO 8601 text of a date, in UTC.",
        _iso,
        inputs=(_START,),
        outputs=(gives_text("The text."),),
        synonyms=("8601", "to text", "utc"),
        examples=(
            example({"start": "2016-09-07T18:55:25+02:00"}, {"output": "2016-09-07T16:55:25.000Z"}),
            example({"start": None}, {"output": None}),
        ),
    ),
    DATES.card(
        "parts",
        "Date Parts",
        "Takes a date apart, as calendar and clock of a time zone show it.",
        _parts,
        inputs=(_START, _ZONE),
        outputs=(
            gives_number("The year.", "year", "Year"),
            gives_number("The month, 1 to 12.", "month", "Month"),
            gives_text("The name of the month, in English.", "month_name", "Month name"),
            gives_number("The day of the month.", "day", "Day"),
            gives_text("The day of the week, in English.", "weekday", "Weekday"),
            gives_number("The hour, 0 to 23.", "hour", "Hour"),
            gives_number("The minute.", "minute", "Minute"),
            gives_number("The second.", "second", "Second"),
            gives_number("The millisecond.", "millisecond", "Millisecond"),
            gives_number("The day of the year, from 1.", "day_of_year", "Day of the year"),
            gives_number("The week of the year, by ISO 8601.", "week", "Week"),
            gives_text("The offset from UTC: +02:00.", "offset", "Offset"),
        ),
        beyond=True,
        synonyms=("year", "month", "weekday", "hour", "local time"),
        examples=(
            example(
                {"start": "2026-07-01T22:30:00.000Z", "zone": "Europe/Warsaw"},
                {
                    "year": 2026,
                    "month": 7,
                    "month_name": "July",
                    "day": 2,
                    "weekday": "Thursday",
                    "hour": 0,
                    "minute": 30,
                    "second": 0,
                    "millisecond": 0,
                    "day_of_year": 183,
                    "week": 27,
                    "offset": "+02:00",
                },
            ),
            example(
                {"start": None},
                dict.fromkeys(
                    [
                        "year",
                        "month",
                        "month_name",
                        "day",
                        "weekday",
                        "hour",
                        "minute",
                        "second",
                        "millisecond",
                        "day_of_year",
                        "week",
                        "offset",
                    ]
                ),
            ),
        ),
    ),
    DATES.card(
        "start_of",
        "Start Of",
        "Gives the beginning of the day, week, month... that a date lies in.",
        _start_of,
        inputs=(
            _START,
            text(
                "period",
                "Period",
                "What begins; weeks begin on Monday.",
                default="day",
                null=OnNull.DEFAULT,
                choices=date_math.PERIODS,
            ),
            _ZONE,
        ),
        outputs=(gives("output", DATETIME, "Output", "The beginning."),),
        beyond=True,
        synonyms=("midnight", "beginning", "truncate", "round down"),
        examples=(
            example(
                {"start": "2026-11-24T20:05:00.000Z", "period": "day", "zone": "Europe/Warsaw"},
                {"output": "2026-11-23T23:00:00.000Z"},
            ),
            example({"start": "2026-11-24T20:05:00.000Z", "period": "month"}, {"output": "2026-11-01T00:00:00.000Z"}),
        ),
    ),
)

EFFECTS = (
    DATES.chance(
        "now",
        "Now",
        "Tells the current date and time, in UTC. A run that is resumed keeps the time it had.",
        _now,
        outputs=(
            gives("date", DATETIME, "Date", "The instant."),
            gives_text("ISO 8601 with seconds: 2016-09-07T16:55:25+00:00.", "iso", "ISO"),
            gives_text("For people: September 7, 2016 16:55:25.670.", "full", "Full"),
            gives_number("The minute.", "minute", "Minute"),
            gives_number("The hour, 0 to 23.", "hour", "Hour"),
            gives_text("The time of day: 16:55:25.670.", "time", "Time"),
            gives_number("The day of the month.", "day", "Day"),
            gives_text("The name of the month, in English.", "month", "Month"),
            gives_number("The year.", "year", "Year"),
            gives_number("The second.", "second", "Second"),
            gives_number("The millisecond.", "millisecond", "Millisecond"),
        ),
        okta="date:now",
        synonyms=("today", "current time", "timestamp"),
        examples=(
            example(
                {},
                {
                    "date": "2016-09-07T16:55:25.670Z",
                    "iso": "2016-09-07T16:55:25+00:00",
                    "full": "September 7, 2016 16:55:25.670",
                    "minute": 55,
                    "hour": 16,
                    "time": "16:55:25.670",
                    "day": 7,
                    "month": "September",
                    "year": 2016,
                    "second": 25,
                    "millisecond": 670,
                },
                "On an afternoon in September:",
            ),
        ),
    ),
)

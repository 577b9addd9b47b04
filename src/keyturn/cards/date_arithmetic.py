"""Adding to and subtracting from dates. All instants are UTC; months and years go by the calendar."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

from keyturn.flows.conversion import ConversionError, converter, format_datetime, to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec, Choice, Example, FieldSpec
from keyturn.flows.types import DATETIME, NUMBER, TEXT

from .function import FunctionCard

_LENGTHS = {
    "milliseconds": timedelta(milliseconds=1),
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_MONTHS = {"months": 1, "years": 12}
UNITS = (*_LENGTHS, *_MONTHS)


def date_cards() -> tuple[FunctionCard, ...]:
    """Add and Subtract."""
    return (
        FunctionCard(ADD, lambda inputs, _: _moved(inputs, 1)),
        FunctionCard(SUBTRACT, lambda inputs, _: _moved(inputs, -1)),
    )


def _moved(inputs: Values, sign: int) -> Values:
    start, scale, unit = _start(inputs), inputs.get("scale"), to_text(inputs.get("unit"))
    if start is None:
        return {"output": None}
    if isinstance(scale, bool) or not isinstance(scale, int | float):
        raise CardError.bad_input("scale", f"{scale!r} is no number of units.", "Give a number.")
    if unit not in UNITS:
        raise CardError.bad_input("unit", f"{unit!r} is no unit of time.", f"Use one of: {', '.join(UNITS)}.")
    if unit in _MONTHS and scale != int(scale):
        raise CardError.bad_input("scale", f"There are no {scale} {unit}.", "Give a whole number, or use days.")
    try:
        if unit in _MONTHS:
            return {"output": format_datetime(_by_months(start, sign * int(scale) * _MONTHS[unit]))}
        return {"output": format_datetime(start + sign * scale * _LENGTHS[unit])}
    except (OverflowError, ValueError) as error:
        mend = "Give a smaller number."
        raise CardError.bad_input("scale", "The date would lie outside the years 1 to 9999.", mend) from error


def _start(inputs: Values) -> datetime | None:
    convert = converter(DATETIME)
    try:
        text = convert(inputs.get("start")) if convert else None
    except ConversionError as error:
        mend = "Give a date, for example 2026-11-24T12:00:00Z."
        raise CardError.bad_input("start", f"It is no date: {error}.", mend) from error
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _by_months(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))


def _inputs(what: str) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("start", DATETIME, "Start date", "The date to begin with; null gives null.", required=True),
        FieldSpec("scale", NUMBER, what, "How many units; a negative number goes the other way.", required=True),
        FieldSpec(
            "unit",
            TEXT,
            "Units",
            "The unit. Months and years go by the calendar: the 31st becomes the last day of a shorter month.",
            required=True,
            choices=tuple(Choice(unit, unit) for unit in UNITS),
        ),
    )


_OUTPUTS = (FieldSpec("output", DATETIME, "Output", "The date then."),)

ADD = CardSpec(
    key="date.add",
    title="Add",
    category="Date & Time",
    kind=CardKind.PURE,
    summary="Gives a date that lies later by some time.",
    inputs=_inputs("Add"),
    outputs=_OUTPUTS,
    synonyms=("later", "plus", "after", "offset"),
    examples=(
        Example(
            {"start": "2026-11-24T12:00:00.000Z", "scale": 90, "unit": "days"}, {"output": "2027-02-22T12:00:00.000Z"}
        ),
        Example(
            {"start": "2026-01-31T00:00:00.000Z", "scale": 1, "unit": "months"},
            {"output": "2026-02-28T00:00:00.000Z"},
            "A shorter month gives its last day.",
        ),
    ),
    okta="date:add",
)

SUBTRACT = CardSpec(
    key="date.subtract",
    title="Subtract",
    category="Date & Time",
    kind=CardKind.PURE,
    summary="Gives a date that lies earlier by some time.",
    inputs=_inputs("Subtract"),
    outputs=_OUTPUTS,
    synonyms=("earlier", "minus", "before", "ago", "cutoff"),
    examples=(
        Example(
            {"start": "2026-11-24T12:00:00.000Z", "scale": 90, "unit": "days"}, {"output": "2026-08-26T12:00:00.000Z"}
        ),
        Example(
            {"start": "2024-02-29T00:00:00.000Z", "scale": 1, "unit": "years"},
            {"output": "2023-02-28T00:00:00.000Z"},
            "A day that the year does not have becomes the one before it.",
        ),
    ),
    okta="date:subtract",
)

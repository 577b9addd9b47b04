"""The closed table of conversions between types.

========== ============ ====================================================
from       to           how
========== ============ ====================================================
anything   any          nothing happens
null       any type     null stays null
text       number       a decimal number; other text is an error
text       boolean      ``true`` or ``false`` in any case; other text is an error
text       datetime     ISO 8601; without a zone it is UTC
text       object       parsed as JSON
number     text         decimal digits; ``3`` and not ``3.0``
number     boolean      0 is false, 1 is true, others are an error
boolean    text         ``true`` or ``false``
boolean    number       1 or 0
datetime   text         ISO 8601 in UTC with milliseconds
object     text         compact JSON
one        list         a list of one, its item converted
list       text         compact JSON
list       list         each item is converted
========== ============ ====================================================

All else is an error. Whole numbers are exact; decimals are IEEE doubles, never NaN or infinite.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from .json import JSON
from .types import Kind, Type

_INTEGER = re.compile(r"^[+-]?\d+$")
_SHOWN = 40
_LONGEST_NUMBER = 400


class ConversionError(ValueError):
    """A value that cannot become what is asked for."""


def to_text(value: JSON) -> str:
    """Any value as text: null is empty, numbers are decimal, objects and lists are compact JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
        case _:
            return dump_json(value)


def dump_json(value: JSON) -> str:
    """Compact JSON, in insertion order.

    Raises:
        ConversionError: it is nested too deep, or holds a number that JSON cannot hold.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:
        raise ConversionError(f"it cannot be written as JSON: {error}") from error


def converter(target: Type) -> Callable[[JSON], JSON] | None:
    """A function that converts to a type, or None if nothing has to be done.

    The function raises ConversionError.
    """
    if target.depth:
        return _list_converter(converter(target.item))
    return _SCALARS.get(target.kind)


def _list_converter(item: Callable[[JSON], JSON] | None) -> Callable[[JSON], JSON]:
    def convert(value: JSON) -> JSON:
        if value is None:
            return None
        items: list[JSON] = value if isinstance(value, list) else [value]
        return items if item is None else [item(one) for one in items]

    return convert


def _to_text(value: JSON) -> JSON:
    return None if value is None else to_text(value)


def _to_number(value: JSON) -> JSON:
    match value:
        case None:
            return None
        case bool():
            return 1 if value else 0
        case int() | float():
            return value
        case str():
            return _number_in(value)
        case _:
            raise ConversionError(f"{_show(value)} is no number")


def _number_in(text: str) -> JSON:
    stripped = text.strip()
    if len(stripped) <= _LONGEST_NUMBER:
        if _INTEGER.match(stripped):
            return int(stripped)
        try:
            number = float(stripped.replace("_", "x"))
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    raise ConversionError(f"{_show(text)} is no number")


def _to_boolean(value: JSON) -> JSON:
    match value:
        case None | bool():
            return value
        case str() if value.strip().lower() in ("true", "false"):
            return value.strip().lower() == "true"
        case int() | float() if value in (0, 1):
            return value == 1
        case _:
            raise ConversionError(f"{_show(value)} is neither true nor false")


def _to_datetime(value: JSON) -> JSON:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ConversionError(f"{_show(value)} is no date and time")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ConversionError(f"{_show(value)} is no date and time in ISO 8601 form") from None
    return format_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def format_datetime(moment: datetime) -> str:
    """An instant in its one canonical form: ``2026-11-24T12:00:00.000Z``."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise ConversionError(f"{moment} lies outside the years 1 to 9999 in UTC") from None
    return f"{utc:%m-%dT%H:%M:%S}".join((f"{utc.year:04d}-", f".{utc.microsecond // 1000:03d}Z"))


def _to_object(value: JSON) -> JSON:
    match value:
        case None | dict():
            return value
        case str():
            try:
                parsed: JSON = orjson.loads(value)
            except orjson.JSONDecodeError as error:
                raise ConversionError(f"{_show(value)} is not JSON: {error}") from None
            if isinstance(parsed, dict) or parsed is None:
                return parsed
            raise ConversionError(f"{_show(value)} is JSON, but no object")
        case _:
            raise ConversionError(f"{_show(value)} is no object")


def _to_file(value: JSON) -> JSON:
    if value is None or isinstance(value, dict):
        return value
    raise ConversionError(f"{_show(value)} is no file")


_SCALARS: dict[Kind, Callable[[JSON], JSON]] = {
    Kind.TEXT: _to_text,
    Kind.SECRET: _to_text,
    Kind.NUMBER: _to_number,
    Kind.BOOLEAN: _to_boolean,
    Kind.DATETIME: _to_datetime,
    Kind.OBJECT: _to_object,
    Kind.FILE: _to_file,
}


def _show(value: JSON) -> str:
    text = to_text(value)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What happens between two types.

    Attributes:
        possible: there is a conversion, or none is needed.
        may_fail: it depends on the value.
        text: in words, empty where nothing happens.
    """

    possible: bool
    may_fail: bool
    text: str


_NOTHING = Conversion(True, False, "")
_SURE = frozenset(
    {
        (Kind.NUMBER, Kind.TEXT),
        (Kind.BOOLEAN, Kind.TEXT),
        (Kind.DATETIME, Kind.TEXT),
        (Kind.OBJECT, Kind.TEXT),
    }
    | {(Kind.BOOLEAN, Kind.NUMBER), (Kind.FILE, Kind.TEXT)}
    | {(Kind.SECRET, Kind.TEXT), (Kind.TEXT, Kind.SECRET), (Kind.NUMBER, Kind.SECRET)}
)
_PERHAPS = frozenset(
    {(Kind.TEXT, kind) for kind in (Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME, Kind.OBJECT)}
    | {(Kind.NUMBER, Kind.BOOLEAN), (Kind.SECRET, Kind.NUMBER)}
)


def conversion(source: Type, target: Type) -> Conversion:
    """What will happen to a value of one type that is given to another, as far as types tell."""
    if target.kind is Kind.ANY and target.depth <= source.depth:
        return _NOTHING
    if source == target or (source.kind is Kind.ANY and source.depth == 0):
        return _NOTHING
    if source.depth and not target.depth:
        possible = target.kind in (Kind.TEXT, Kind.SECRET)
        return Conversion(possible, False, f"{source} to text as JSON" if possible else f"a {source} is no {target}")
    if target.depth > source.depth:
        inner = conversion(source, target.item)
        return Conversion(inner.possible, inner.may_fail, f"{source} to a {target} of one")
    if source.depth and target.depth:
        return conversion(source.item, target.item)
    pair = (source.kind, target.kind)
    if pair in _SURE or pair in _PERHAPS:
        return Conversion(True, pair in _PERHAPS, f"{source} to {target}")
    return Conversion(False, True, f"there is no conversion from {source} to {target}")

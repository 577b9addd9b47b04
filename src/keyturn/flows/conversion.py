"""The closed table of conversions between types.

========== ============ ====================================================================
from       to           how
========== ============ ====================================================================
anything   any          nothing happens
null       any type     null stays null
text       number       a decimal number; a whole one is exact, ``3.0`` is 3; other text is an error
text       boolean      ``true`` or ``false`` in any case; other text is an error
text       datetime     ISO 8601; without a zone it is UTC; empty text is null
text       object       parsed as JSON, which must be an object
text       list         of objects: parsed as JSON, and a list of one if that is no list;
                        of other things: a list of one
number     text         decimal digits; ``3`` and not ``3.0``
number     boolean      0 is false, 1 is true, others are an error
boolean    text         ``true`` or ``false``
boolean    number       1 or 0
datetime   text         ISO 8601 in UTC with milliseconds
object     text         compact JSON, keys in their order
file       text         compact JSON of what describes the file
one        list         a list of one, its item converted
list       text         compact JSON, not joined
list       list         each item is converted, one level at a time
========== ============ ====================================================================

A secret converts as text does. All else is an error. Whole numbers are exact within 64 bits (beyond them a text
is refused instead of rounded); decimals are IEEE doubles, never NaN or infinite. JSON in a text may be nested 200
levels deep: what is deeper could not be stored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

import orjson

from .json import JSON
from .types import Kind, Type

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_EXACT = 2**53
_SHOWN = 40
_LONGEST_NUMBER = 400
_DEEPEST = 200
_HOLDERS = (dict, list)


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
        if is_deeper(value, _DEEPEST):
            raise ConversionError(
                f"it is nested over {_DEEPEST} levels deep; take out of it the part that is needed"
            ) from error
        raise ConversionError(f"it cannot be written as JSON: {error}") from error


def converter(target: Type) -> Callable[[JSON], JSON] | None:
    """A function that converts to a type, or None if nothing has to be done.

    The function raises ConversionError.
    """
    if target.depth:
        convert = _list_converter(converter(target.item))
        return _parsed_first(convert) if target == Type(Kind.OBJECT, 1) else convert
    return _SCALARS.get(target.kind)


def _list_converter(item: Callable[[JSON], JSON] | None) -> Callable[[JSON], JSON]:
    def convert(value: JSON) -> JSON:
        if value is None:
            return None
        items: list[JSON] = value if isinstance(value, list) else [value]
        return items if item is None else [item(one) for one in items]

    return convert


def _parsed_first(convert: Callable[[JSON], JSON]) -> Callable[[JSON], JSON]:
    """For lists of objects: a text is the JSON of a list, or of one object."""
    return lambda value: convert(_parsed(value) if isinstance(value, str) else value)


def _to_text(value: JSON) -> JSON:
    return value if value is None or isinstance(value, str) else to_text(value)


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
    digits = text.strip()
    if len(digits) <= _LONGEST_NUMBER and _INTEGER.fullmatch(digits):
        whole = int(digits)
        if _SMALLEST <= whole <= _LARGEST:
            return whole
        raise ConversionError(f"{_show(text)} is too long for a whole number; keep it as text")
    if len(digits) <= _LONGEST_NUMBER and _DECIMAL.fullmatch(digits):
        number = float(digits)
        if math.isfinite(number):
            return int(number) if number.is_integer() and abs(number) <= _EXACT else number
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
        raise ConversionError(f"{_show(value)} is no date and time like 2026-12-31T09:00 (ISO 8601)") from None
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
            parsed = _parsed(value)
            if isinstance(parsed, dict) or parsed is None:
                return parsed
            raise ConversionError(f"{_show(value)} is JSON, but no object")
        case _:
            raise ConversionError(f"{_show(value)} is no object")


def _parsed(text: str) -> JSON:
    try:
        parsed: JSON = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConversionError(f"{_show(text)} is not JSON: {error}") from None
    if text.count("{") + text.count("[") > _DEEPEST and is_deeper(parsed, _DEEPEST):
        raise ConversionError(f"{_show(text)} is nested over {_DEEPEST} levels deep")
    return parsed


def is_deeper(value: JSON, levels: int) -> bool:
    """Whether objects and lists are nested over so many levels deep."""
    layer: list[dict[str, JSON] | list[JSON]] = [value] if isinstance(value, _HOLDERS) else []
    for _ in range(levels):
        if not layer:
            return False
        held = chain.from_iterable(item.values() if isinstance(item, dict) else item for item in layer)
        layer = [inner for inner in held if isinstance(inner, _HOLDERS)]
    return bool(layer)


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
    {(kind, Kind.TEXT) for kind in (Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME, Kind.OBJECT, Kind.FILE)}
    | {(Kind.BOOLEAN, Kind.NUMBER)}
)
_PERHAPS = frozenset(
    {(Kind.TEXT, kind) for kind in (Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME, Kind.OBJECT)}
    | {(Kind.NUMBER, Kind.BOOLEAN)}
)


def conversion(source: Type, target: Type) -> Conversion:
    """What will happen to a value of one type that is given to another, as far as types tell."""
    if source == target or source == Type(Kind.ANY) or target == Type(Kind.ANY):
        return _NOTHING
    if source.depth and target.depth:
        inner = conversion(source.item, target.item)
        return Conversion(inner.possible, inner.may_fail, f"each item: {inner.text}" if inner.text else "")
    if source.depth:
        possible = target.kind in (Kind.TEXT, Kind.SECRET)
        return Conversion(possible, False, f"{source} to text as JSON" if possible else f"a {source} is no {target}")
    if target == Type(Kind.OBJECT, 1) and _as_text(source.kind) is Kind.TEXT:
        return Conversion(True, True, f"{source} to {target}, parsed as JSON")
    if target.depth:
        inner = conversion(source, target.item)
        return Conversion(inner.possible, inner.may_fail, f"{source} to a {target} of one")
    pair = (_as_text(source.kind), _as_text(target.kind))
    if pair == (Kind.TEXT, Kind.TEXT):
        return Conversion(True, False, f"{source} to {target}")
    if pair in _SURE or pair in _PERHAPS:
        return Conversion(True, pair in _PERHAPS, f"{source} to {target}")
    return Conversion(False, True, f"there is no conversion from {source} to {target}")


def _as_text(kind: Kind) -> Kind:
    return Kind.TEXT if kind is Kind.SECRET else kind

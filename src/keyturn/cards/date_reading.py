"""Reads dates by format tokens (see ``date_tokens.py``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from .date_tokens import EPOCH, MONTHS, WEEKDAYS, tokens

LONGEST_TEXT = 500  # characters of what may be a date
_NAMES = {"MMM": [name[:3] for name in MONTHS], "MMMM": MONTHS}
_BLANKS = r"\s+"
_DAYS = {"dd": 2, "ddd": 3, "dddd": 9}
# Each token as a pattern, and the part of the date that it tells.
_READERS: dict[str, tuple[str, str]] = {
    "YY": (r"[0-9]{2}", "short_year"),
    "YYYY": (r"[0-9]{4}", "year"),
    "M": (r"[0-9]{1,2}", "month"),
    "MM": (r"[0-9]{1,2}", "month"),
    "MMM": ("|".join(_NAMES["MMM"]), "month_name"),
    "MMMM": ("|".join(_NAMES["MMMM"]), "month_name"),
    "D": (r"[0-9]{1,2}", "day"),
    "DD": (r"[0-9]{1,2}", "day"),
    "Do": (r"[0-9]{1,2}(?:st|nd|rd|th)", "day"),
    "DDD": (r"[0-9]{1,3}", "day_of_year"),
    "DDDD": (r"[0-9]{1,3}", "day_of_year"),
    "H": (r"[0-9]{1,2}", "hour"),
    "HH": (r"[0-9]{1,2}", "hour"),
    "h": (r"[0-9]{1,2}", "hour12"),
    "hh": (r"[0-9]{1,2}", "hour12"),
    "A": (r"[AP]\.?M\.?", "half"),
    "a": (r"[AP]\.?M\.?", "half"),
    "m": (r"[0-9]{1,2}", "minute"),
    "mm": (r"[0-9]{1,2}", "minute"),
    "s": (r"[0-9]{1,2}", "second"),
    "ss": (r"[0-9]{1,2}", "second"),
    "Z": (r"Z|[+-][0-9]{2}:?[0-9]{2}", "offset"),
    "ZZ": (r"Z|[+-][0-9]{2}:?[0-9]{2}", "offset"),
    "z": (r"UTC|GMT|Z", "utc"),
    "X": (r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,3})?", "seconds"),
    "x": (r"[+-]?[0-9]{1,15}", "milliseconds"),
}


class UnreadableFormatError(Exception):
    """A format that cannot be read by; it says why."""


class UnreadableDateError(Exception):
    """A text that is no date of the format."""


def read(text: str, form: str, zone: tzinfo) -> datetime:
    """The date that a text tells; without an offset it is meant in the zone.

    A time that a zone skips (clocks go forward) is taken as if the clock had not been changed yet; of a time that
    comes twice (clocks go back) the first is meant.

    Raises:
        UnreadableFormatError: a token of the format tells nothing that a date is made of.
        UnreadableDateError: the text is not of the format, or no date.
    """
    pattern, kinds = _pattern(form)
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise UnreadableDateError("it is not of the format")
    parts = {kind: found[number + 1] for number, kind in enumerate(kinds)}
    try:
        return _instant(parts) or _moment(parts, zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableDateError(str(error)) from None


@lru_cache(maxsize=512)
def _pattern(form: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    pieces: list[str] = []
    kinds: list[str] = []
    for is_token, text in tokens(form):
        if not is_token:
            blank = text.isspace()
            if text and not (blank and pieces and pieces[-1] == _BLANKS):  # two in a row would take turns in the text
                pieces.append(_BLANKS if blank else re.escape(text))
            continue
        expression, kind = _reader(text)
        if kind in kinds:
            raise UnreadableFormatError(f"the format tells the {kind.replace('_', ' ')} twice")
        pieces.append(f"({expression})" if kind else f"(?:{expression})")
        kinds += [kind] if kind else []
    return re.compile("".join(pieces), re.IGNORECASE), tuple(kinds)


def _reader(token: str) -> tuple[str, str]:
    if token in _DAYS:
        return "|".join(name[: _DAYS[token]] for name in WEEKDAYS), ""
    if token[0] == "S":
        return r"[0-9]{1,9}", "fraction"
    if token[0] in "Yy" and token not in ("YY", "YYYY"):
        return r"[0-9]{1,4}", "year"
    if token not in _READERS:
        raise UnreadableFormatError(f"{token} cannot be read, only written")
    return _READERS[token]


def _instant(parts: Mapping[str, str]) -> datetime | None:
    if "milliseconds" in parts:
        return EPOCH + timedelta(milliseconds=int(parts["milliseconds"]))
    if "seconds" in parts:
        return EPOCH + timedelta(milliseconds=round(float(parts["seconds"]) * 1000))
    return None


def _moment(parts: Mapping[str, str], zone: tzinfo) -> datetime:
    if "year" not in parts and "short_year" not in parts:
        raise UnreadableFormatError("the format tells no year")
    year = int(parts["year"]) if "year" in parts else _century(int(parts["short_year"]))
    moment = datetime(
        year,
        _month(parts),
        _digits(parts.get("day", "1")),
        _hour(parts),
        int(parts.get("minute", 0)),
        int(parts.get("second", 0)),
        int(parts.get("fraction", "0").ljust(6, "0")[:6]),
    )
    if "day_of_year" in parts:
        days = int(parts["day_of_year"])
        moment = moment.replace(month=1, day=1) + timedelta(days=days - 1)
        if moment.year != year or days < 1:
            raise UnreadableDateError("the year has no such day")
    return moment.replace(tzinfo=_zone(parts, zone))


def _digits(text: str) -> int:
    return int(text.rstrip("stndrhSTNDRH"))


def _century(short: int) -> int:
    return short + (2000 if short <= 68 else 1900)


def _month(parts: Mapping[str, str]) -> int:
    name = parts.get("month_name")
    if name is None:
        return int(parts.get("month", 1))
    return _NAMES["MMM"].index(name[:3].capitalize()) + 1


def _hour(parts: Mapping[str, str]) -> int:
    if "hour12" not in parts:
        return int(parts.get("hour", 0))
    hour, half = int(parts["hour12"]), parts.get("half", "")
    if not 0 < hour <= 12:
        raise UnreadableDateError("an hour of twelve is from 1 to 12")
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone(parts: Mapping[str, str], zone: tzinfo) -> tzinfo:
    if "utc" in parts:
        return UTC
    said = parts.get("offset")
    if said is None:
        return zone
    if said in "zZ":
        return UTC
    digits = said[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if said[0] == "-" else size)

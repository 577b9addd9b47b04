"""Writes and reads dates by format tokens, those of moment.js as Okta's cards use them.

========== =====================================================================================
year       ``YYYY`` 2026, ``YY`` 26, ``Y`` and ``y`` 2026
quarter    ``Q``
month      ``M`` 1, ``MM`` 01, ``MMM`` Jan, ``MMMM`` January, ``Mo`` 1st
day        ``D`` 1, ``DD`` 01, ``Do`` 1st, ``DDD`` and ``DDDD`` day of the year
weekday    ``d`` 0 to 6 from Sunday, ``dd`` Su, ``ddd`` Sun, ``dddd`` Sunday, ``E`` 1 to 7 from Monday
week       ``w`` ``ww`` from Sunday, ``W`` ``WW`` ISO 8601, ``GGGG`` its year
hour       ``H`` ``HH`` 0 to 23, ``h`` ``hh`` 1 to 12, ``k`` ``kk`` 1 to 24, ``A`` AM, ``a`` am
time       ``m`` ``mm`` minute, ``s`` ``ss`` second, ``S`` to ``SSSSSSSSS`` parts of it
zone       ``Z`` +05:00, ``ZZ`` +0500, ``z`` its abbreviation
instant    ``X`` seconds since 1970, ``x`` milliseconds
usual      ``L`` 11/24/2026, ``LL``, ``LLL``, ``LLLL``, ``LT``, ``LTS``
========== =====================================================================================

``[text]`` and all other signs stand for themselves. Names are English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

LONGEST = 200
ISO = "YYYY-MM-DDTHH:mm:ssZ"
MONTHS = [
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
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TOKEN = re.compile(
    r"\[(?P<text>[^\[\]]*)\]|\\(?P<sign>.)"
    r"|(?P<token>LTS|LT|L{1,4}|Mo|M{1,4}|Do|D{1,4}|d{1,4}|ww?|WW?|Q|Y{1,6}|y{1,4}|G{4}|E|[aA]|hh?|HH?|kk?|mm?|ss?|S{1,9}"
    r"|zz?|ZZ?|[xX])|(?P<other>.)",
    re.DOTALL,
)
_USUAL = {
    "LT": "h:mm A",
    "LTS": "h:mm:ss A",
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
}


@lru_cache(maxsize=512)
def tokens(form: str) -> tuple[tuple[bool, str], ...]:
    """A format in parts: whether it is a token, and its text."""
    found: list[tuple[bool, str]] = []
    for part in _TOKEN.finditer(form):
        token = part["token"]
        if token in _USUAL:
            found += tokens(_USUAL[token])
        elif token is not None:
            found.append((True, token))
        else:
            found.append((False, part["text"] or part["sign"] or part["other"] or ""))
    return tuple(found)


def write(moment: datetime, form: str) -> str:
    """A date in a format; the zone is that of the date."""
    return "".join(_written(moment, text) if is_token else text for is_token, text in tokens(form))


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def offset_text(moment: datetime, colon: str) -> str:
    """The offset from UTC: +05:30."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th..."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def week_from_sunday(moment: datetime) -> int:
    """The week of the year where weeks begin on Sunday and the first holds January 1st."""
    saturday = moment.date() + timedelta(days=(5 - moment.weekday()) % 7)
    return (saturday.timetuple().tm_yday - 1) // 7 + 1


_Writer = Callable[[datetime], str]


def _hour12(moment: datetime) -> int:
    return moment.hour % 12 or 12


_WRITERS: dict[str, _Writer] = {
    "YY": lambda moment: f"{moment.year % 100:02d}",
    "GGGG": lambda moment: f"{moment.isocalendar().year:04d}",
    "Q": lambda moment: str((moment.month + 2) // 3),
    "M": lambda moment: str(moment.month),
    "Mo": lambda moment: ordinal(moment.month),
    "MM": lambda moment: f"{moment.month:02d}",
    "MMM": lambda moment: MONTHS[moment.month - 1][:3],
    "MMMM": lambda moment: MONTHS[moment.month - 1],
    "D": lambda moment: str(moment.day),
    "DD": lambda moment: f"{moment.day:02d}",
    "Do": lambda moment: ordinal(moment.day),
    "DDD": lambda moment: str(moment.timetuple().tm_yday),
    "DDDD": lambda moment: f"{moment.timetuple().tm_yday:03d}",
    "d": lambda moment: str(moment.isoweekday() % 7),
    "dd": lambda moment: WEEKDAYS[moment.weekday()][:2],
    "ddd": lambda moment: WEEKDAYS[moment.weekday()][:3],
    "dddd": lambda moment: WEEKDAYS[moment.weekday()],
    "E": lambda moment: str(moment.isoweekday()),
    "w": lambda moment: str(week_from_sunday(moment)),
    "ww": lambda moment: f"{week_from_sunday(moment):02d}",
    "W": lambda moment: str(moment.isocalendar().week),
    "WW": lambda moment: f"{moment.isocalendar().week:02d}",
    "H": lambda moment: str(moment.hour),
    "HH": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(_hour12(moment)),
    "hh": lambda moment: f"{_hour12(moment):02d}",
    "k": lambda moment: str(moment.hour or 24),
    "kk": lambda moment: f"{moment.hour or 24:02d}",
    "A": lambda moment: "AM" if moment.hour < 12 else "PM",
    "a": lambda moment: "am" if moment.hour < 12 else "pm",
    "m": lambda moment: str(moment.minute),
    "mm": lambda moment: f"{moment.minute:02d}",
    "s": lambda moment: str(moment.second),
    "ss": lambda moment: f"{moment.second:02d}",
    "Z": lambda moment: offset_text(moment, ":"),
    "ZZ": lambda moment: offset_text(moment, ""),
    "X": lambda moment: str(milliseconds(moment) // 1000),
    "x": lambda moment: str(milliseconds(moment)),
}


def _written(moment: datetime, token: str) -> str:
    writer = _WRITERS.get(token)
    if writer is not None:
        return writer(moment)
    if token[0] in "Yy":
        return f"{moment.year:04d}" if token[0] == "Y" and len(token) < 6 else str(moment.year)
    if token[0] == "S":
        return f"{moment.microsecond:06d}000"[: len(token)]
    return moment.tzname() or "UTC"

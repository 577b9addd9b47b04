"""The plain kinds of values that bodies of requests to the pretend Microsoft 365 tenant have, as OData spells them.

Source: https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html, primitive values. As
Microsoft has it, a date-time names its zone, and what is binary may be written in either alphabet of base64.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from keyturn.sandbox.values import Json, as_text, moment

EDM = {
    "text": "Edm.String",
    "boolean": "Edm.Boolean",
    "int32": "Edm.Int32",
    "int64": "Edm.Int64",
    "double": "Edm.Double",
    "date-time": "Edm.DateTimeOffset",
    "date": "Edm.Date",
    "time": "Edm.TimeOfDay",
    "duration": "Edm.Duration",
    "uuid": "Edm.Guid",
    "base64url": "Edm.Binary",
}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,12})?)?", re.ASCII)
_DURATION = re.compile(r"-?P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BINARY = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")


def fits(kind: str, value: Json) -> bool:
    """Whether a value is of a kind."""
    return _FITS[kind](value)


def _whole(bits: int) -> Callable[[Json], bool]:
    most = 1 << (bits - 1)
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and -most <= value < most


def _written(form: re.Pattern[str], is_real: Callable[[str], bool] = lambda text: True) -> Callable[[Json], bool]:
    return lambda value: form.fullmatch(as_text(value)) is not None and isinstance(value, str) and is_real(value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_FITS: dict[str, Callable[[Json], bool]] = {
    "text": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "int32": _whole(32),
    "int64": _whole(64),
    "double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "date-time": _written(_DATE_TIME, lambda text: moment(text) is not None),
    "date": _written(_DATE, _is_day),
    "time": _written(_TIME),
    "duration": _written(_DURATION),
    "uuid": _written(_UUID),
    "base64url": _written(_BINARY),
}

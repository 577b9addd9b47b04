"""Plain values that the whole sandbox speaks in: JSON, time, keys.

Nothing here knows a vendor or a tenant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"
Tenant: TypeAlias = Literal["okta", "graph", "google"]
Clock: TypeAlias = Callable[[], datetime]

TENANTS: tuple[Tenant, ...] = ("okta", "graph", "google")


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def millis(moment: datetime) -> str:
    """`2026-01-31T09:30:00.000Z`: the form that Okta and Google write dates in."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def seconds(moment: datetime) -> str:
    """`2026-01-31T09:30:00Z`: the form that Microsoft Graph writes dates in."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def normal(key: str) -> str:
    """A login in the form that two spellings of one name share: composed Unicode, no case."""
    return unicodedata.normalize("NFC", key).casefold()


def as_object(value: Json) -> JsonObject:
    """The value if it is a JSON object, else an empty object."""
    return value if isinstance(value, dict) else {}


def as_text(value: Json) -> str:
    """The value if it is text, else an empty text."""
    return value if isinstance(value, str) else ""


def to_json(value: object) -> Json:
    """Tell the type checker that what a JSON parser returned is JSON."""
    return cast("Json", value)

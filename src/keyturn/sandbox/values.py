"""Plain values that the whole sandbox speaks in: JSON, time, keys.

Nothing here knows a vendor or a tenant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast, get_args

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"
Shelf: TypeAlias = "dict[str, JsonObject]"
Tenant: TypeAlias = Literal["okta", "graph", "google", "slack", "scim", "recorder", "mail"]
Clock: TypeAlias = Callable[[], datetime]

TENANTS: tuple[Tenant, ...] = get_args(Tenant)


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


def as_list(value: Json) -> list[Json]:
    """The value if it is a JSON array, else an empty list."""
    return value if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """The texts among the items of a JSON array; none if it is no array."""
    return [item for item in as_list(value) if isinstance(item, str)]


def moment(text: str) -> datetime | None:
    """A date as vendors write it, in UTC where it names no zone; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def to_json(value: object) -> Json:
    """Tell the type checker that what a JSON parser returned is JSON."""
    return cast("Json", value)

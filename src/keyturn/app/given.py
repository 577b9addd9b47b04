"""What a helper run was given, in a line: what tells the rounds of a loop apart."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.engine.masking import MASK
from keyturn.engine.told import TOLD
from keyturn.flows.json import JSON, Values

_MOST_SHOWN = 120
_MOST_FIELDS = 3
_DEEPEST = 3
# By what people are known, then things; as the apps call it.
_NAMES = (
    "login",
    "email",
    "mail",
    "userprincipalname",
    "primaryemail",
    "username",
    "displayname",
    "fullname",
    "name",
    "title",
    "label",
    "id",
)


def in_short(values: Values) -> str | None:
    """The values that a helper run was given, as they are shown, in a line; None where they tell nothing.

    Of an object the field by which people know such a thing is taken. What every flow is told of its call is left out.
    """
    texts = (_text(value, 0) for name, value in values.items() if name not in TOLD)
    said = [text for text in texts if text and text != MASK][:_MOST_FIELDS]
    whole = " · ".join(dict.fromkeys(said))
    if not whole:
        return None
    return whole if len(whole) <= _MOST_SHOWN else f"{whole[: _MOST_SHOWN - 1]}…"


def _text(value: JSON, depth: int) -> str:
    match value:
        case str():
            return " ".join(value[:_MOST_SHOWN].split())
        case bool() | int() | float():
            return str(value).lower() if isinstance(value, bool) else f"{value}"
        case dict() if depth < _DEEPEST:
            return next((text for part in _by_name(value) if (text := _text(part, depth + 1)) and text != MASK), "")
        case list() if depth < _DEEPEST:
            return next((text for part in value if (text := _text(part, depth + 1))), "")
        case _:
            return ""


def _by_name(value: Values) -> Iterator[JSON]:
    """The parts of an object: those by which it is known first, then objects in it, which may have such ones."""
    by_name = {"".join(filter(str.isalnum, name)).lower(): part for name, part in value.items()}
    yield from (by_name[name] for name in _NAMES[:-1] if name in by_name)
    yield from (part for part in value.values() if isinstance(part, dict))
    yield by_name.get(_NAMES[-1])

"""Bodies of requests that begin as JSON does: whether they are some, as far as can be told before a run."""

from __future__ import annotations

import json

from .document import Card
from .spec import FieldSpec
from .types import ANY
from .values import Static, Template, Value

_BODY = "body"
_TYPE = "content-type"
# What a reference may give within JSON: a value of its own, a part of a text, or nothing.
_STAND_INS = ("0", "")


def is_body(field: FieldSpec) -> bool:
    """Whether a field is the body of a request or an answer, of which text goes out as it is."""
    return field.name == _BODY and field.type == ANY


def says_its_type(card: Card) -> bool:
    """Whether the author says what the body is, which may be anything then; or a reference may say it."""
    headers = card.inputs.get("headers")
    if isinstance(headers, dict):
        return any(name.lower() == _TYPE for name in headers)
    return headers is not None


def broken_json(value: Value | None) -> str | None:
    """Why a text that begins as JSON does is none: which sentence of ``body-no-json`` says it, if any does."""
    match value:
        case Static(str(text)):
            said = [text]
        case Template(parts):
            said = ["".join(part if isinstance(part, str) else instead for part in parts) for instead in _STAND_INS]
        case _:
            return None
    if not said[0].lstrip().startswith(("{", "[")):
        return None
    found = [_fault(text.strip()) for text in said]
    return None if None in found else found[0]


def _fault(text: str) -> str | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return "body-no-json/ends" if error.pos >= len(text) or error.msg.startswith("Unterminated") else "body-no-json"
    except (ValueError, RecursionError):  # numbers of thousands of digits, and more brackets than can be counted
        return None
    return None

"""What is said of a part of a manifest that is not of its form, in the words of who writes YAML."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from .form_keys import homes, known_keys
from .request_models import MEDIA_TYPE

_ALIKE = 0.7  # of what difflib counts: ``tpye`` and ``type`` are, ``extra`` and ``next`` are not
_MEND = "Correct the value; see docs/connector.schema.json."
_MOST_HOMES = 3
_WANTED: Mapping[str, str] = {
    "tuple_type": "a list belongs here, for example [a, b]",
    "list_type": "a list belongs here, for example [a, b]",
    "dict_type": "names with values belong here, for example {a: b}",
    "model_type": "a section of names with values belongs here",
    "model_attributes_type": "a section of names with values belongs here",
    "string_type": "a text belongs here; put it into quotes if it looks like something else",
    "bool_type": "true or false belongs here",
    "bool_parsing": "true or false belongs here",
    "int_type": "a whole number belongs here",
    "int_parsing": "a whole number belongs here",
    "int_from_float": "a whole number belongs here",
    "float_type": "a number belongs here",
    "float_parsing": "a number belongs here",
    "recursion_loop": "it is within itself",
}
_PATTERNS: Mapping[str, str] = {
    MEDIA_TYPE: "a media type belongs here, such as application/json",
    r"^[a-z][a-z0-9_]*$": "a name here has small letters, digits and _, and begins with a letter",
    r"^[A-Za-z][A-Za-z0-9-]*$": "a header's name here has letters, digits and hyphens, and begins with a letter",
}


def form_words(path: tuple[str | int, ...], details: ErrorDetails) -> tuple[str, str]:
    """What is wrong with the form of a place, and how to mend it."""
    place, name = ".".join(map(str, path)) or "the manifest", str(path[-1]) if path else "the manifest"
    match details["type"]:
        case "extra_forbidden":
            return f"{place}: there is no {name!r} here.", f"{_guess(name)}See docs/connector.schema.json."
        case "missing":
            return f"{place}: {name!r} is missing.", f"Add {name}: to it."
        case _:
            return f"{place}: {_wanted(details)}.", _MEND


def _guess(name: str) -> str:
    """Where a key stands that does not stand here, or which one was meant."""
    sections = homes().get(name, ())
    if sections:
        more = " and elsewhere" if len(sections) > _MOST_HOMES else ""
        return f"It stands under {', '.join(sections[:_MOST_HOMES])}{more}. "
    near = get_close_matches(name, [key for key in known_keys() if key != name], 1, _ALIKE)
    return f"Did you mean {near[0]!r}? " if near else ""


def _wanted(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _WANTED:
        return _WANTED[kind]
    match kind:
        case "literal_error" | "enum":
            return f"one of these belongs here: {str(context.get('expected', '')).replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            pattern = str(context.get("pattern", ""))
            return _PATTERNS.get(pattern, f"a text of the form {pattern} belongs here")
        case "greater_than_equal":
            return f"a number from {context.get('ge')} belongs here"
        case "less_than_equal":
            return f"a number up to {context.get('le')} belongs here"
        case "too_short":
            return f"at least {context.get('min_length')} item belongs here"
        case _:
            return details["msg"][:1].lower() + details["msg"][1:]

"""Parts of a description of an API by their kind: what is of another kind, or not there, is empty."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from keyturn.flows.json import JSON, Values

OBJECT, LIST, TEXT = "an object", "a list", "a text"


def dict_of(value: JSON) -> Values:
    """An object."""
    return value if isinstance(value, dict) else {}


def list_of(value: JSON) -> list[JSON]:
    """A list."""
    return value if isinstance(value, list) else []


def text_of(holder: Values, name: str) -> str:
    """The text that stands in an object under a name."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def split_address(url: str) -> SplitResult | None:
    """The parts of an address; None of one that cannot be read, such as ``https://[tenant]``."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def misplaced(value: JSON, wanted: str) -> str:
    """That a value is of another kind than belongs in its place; empty where it is right, or there is none."""
    kind = _kind_of(value)
    return "" if value is None or kind == wanted else f"it is {kind}, and {wanted} belongs there"


def _kind_of(value: JSON) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return TEXT
        case int() | float():
            return "a number"
        case list():
            return LIST
        case dict():
            return OBJECT
        case None:
            return "empty"

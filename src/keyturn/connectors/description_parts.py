"""Parts of a description of an API by their kind: what is of another kind, or not there, is empty."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from keyturn.flows.json import JSON, Values


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

"""Keys that go into the Authorization header: which word stands before them, as far as a description tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from keyturn.flows.json import Values

from .description_parts import text_of

_LINE = "\nauth:"
_UNTOLD = """
# The key goes into Authorization, behind the word Bearer. The description does not say which word the app wants before
# it: where it is another one, add defaults: {prefix: ...}; where it is none, use a connection of the kind header."""
# as in "Authorization: SSWS {API Token}"
_SHOWN = re.compile(r"Authorization:\s*([A-Za-z][\w-]*)\s+[{<\[$\w]")


def is_header_key(scheme: Values) -> bool:
    """Whether one signs in by a key in a header."""
    return (text_of(scheme, "type"), text_of(scheme, "in")) == ("apiKey", "header")


def is_in_authorization(scheme: Values) -> bool:
    """Whether what one signs in by goes into that header."""
    return text_of(scheme, "name").lower() == "authorization"


def keys_in_authorization(schemes: Iterable[Values]) -> list[Values]:
    """Ways to sign in by a key in that header."""
    return [one for one in schemes if is_header_key(one) and is_in_authorization(one)]


def prefix_of(scheme: Values) -> str:
    """The word before the key; empty where the description shows none."""
    shown = _SHOWN.search(text_of(scheme, "description"))
    return shown[1] if shown else ""


def with_prefix(text: str) -> str:
    """A manifest as it is written, with a word on a key whose prefix nobody has told."""
    return text.replace(_LINE, _UNTOLD + _LINE, 1)

"""Relative addresses below a connection's base (RFC 3986).

What a reference puts into an address is encoded as one path segment, so that a name with ``#``, ``?`` or ``/``
stays a name. An address that could lead away from the base is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

# RFC 3986: pchar = unreserved / pct-encoded / sub-delims / ":" / "@"
_SEGMENT_SAFE = "!$&'()*+,;=:@~"
_QUERY_SAFE = "!$'()*,;:@/?~"
_PATH_SAFE = _SEGMENT_SAFE + "/"
_WHOLE_QUERY_SAFE = _QUERY_SAFE + "&=+"
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")


class UrlRefused(ValueError):
    """An address that is not taken.

    Attributes:
        mend: what to do about it.
    """

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Inserted:
    """Text that a reference put into an address."""

    text: str


def compose_relative_url(parts: Sequence[str | Inserted]) -> str:
    """Put an address together: literal parts are the author's, inserted ones are encoded.

    An inserted text at the very beginning is taken as a path already and only normalised.
    """
    composed = ""
    for number, part in enumerate(parts):
        if isinstance(part, str):
            composed += normalise_relative_url(part)
        elif number == 0:
            composed += normalise_relative_url(part.text)
        else:
            safe = _QUERY_SAFE if "?" in composed else _SEGMENT_SAFE
            composed += quote(part.text, safe=safe)
    return composed


def normalise_relative_url(text: str) -> str:
    """Encode what may not stand in a path or query; valid percent escapes stay as they are.

    ``#`` becomes ``%23``: a fragment never reaches a server.
    """
    mended = _STRAY_PERCENT.sub("%25", text)
    path, mark, query = mended.partition("?")
    return quote(path, safe=_PATH_SAFE + "%") + mark + quote(query, safe=_WHOLE_QUERY_SAFE + "%")


def check_relative_url(text: str) -> None:
    """Refuse an address that is empty or could lead away from the connection's base.

    Raises:
        UrlRefused: it is absolute, begins with ``//``, holds a backslash, a control character, or a ``.`` or
            ``..`` segment, also in percent-encoded form.
    """
    mend = "Give the path below the connection's address, for example /api/v1/users."
    if not text.strip():
        raise UrlRefused("The address is empty.", mend)
    if _SCHEME.match(text):
        raise UrlRefused("The address is a whole URL; its host comes from the connection.", mend)
    path = text.partition("?")[0]
    if path.startswith("//"):
        raise UrlRefused("The address begins with //, which would name another host.", mend)
    decoded = unquote(path)
    if "\\" in decoded or any(ord(character) < 32 or ord(character) == 127 for character in unquote(text)):
        raise UrlRefused("The address holds a backslash or a control character.", mend)
    if any(unquote(segment) in (".", "..") for segment in re.split(r"/|%2[fF]", path)):
        raise UrlRefused("The address holds a . or .. segment, which could lead out of its place.", mend)

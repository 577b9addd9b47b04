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
# (quote never encodes the unreserved ones: letters, digits, "-._~").
_SEGMENT_SAFE = "!$&'()*+,;=:@"
_QUERY_SAFE = "!$'()*,:@/?"
_PATH_SAFE = _SEGMENT_SAFE + "/"
_WHOLE_QUERY_SAFE = _QUERY_SAFE + "&=+;"
_MEND = "Give the path below the connection's address, for example /api/v1/users."
_ROUNDS = 3
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AS_IT_IS = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")  # a path of which nothing is encoded
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

    An inserted text is one path segment, and behind a ``?`` one name or value of the query. At the very beginning
    it is taken as a path already and only normalised.

    Raises:
        UrlRefused: an inserted text is empty where it is a whole path segment (the address would mean something
            else without it), or cannot be encoded.
    """
    composed = ""
    for number, part in enumerate(parts):
        if isinstance(part, str):
            composed += normalise_relative_url(part)
        elif number == 0:
            composed += normalise_relative_url(part.text)
        elif part.text:
            composed += _quoted(part.text, _QUERY_SAFE if "?" in composed else _SEGMENT_SAFE)
        elif "?" not in composed and composed.endswith("/") and _ends_segment(parts[number + 1 :]):
            mend = "Check what it refers to, or stop before this card if it is empty."
            raise UrlRefused("A value that is put into the address is empty.", mend)
    return composed


def _ends_segment(rest: Sequence[str | Inserted]) -> bool:
    """Whether nothing more is put into the segment that ends here."""
    following = next((text for part in rest if (text := part if isinstance(part, str) else part.text)), "/")
    return following[0] in "/?"


def normalise_relative_url(text: str) -> str:
    """Encode what may not stand in a path or query; valid percent escapes stay as they are.

    ``#`` becomes ``%23``: a fragment never reaches a server.

    Raises:
        UrlRefused: half a surrogate pair, which is no text.
    """
    if _AS_IT_IS.fullmatch(text):
        return text
    mended = _STRAY_PERCENT.sub("%25", text)
    path, mark, query = mended.partition("?")
    return _quoted(path, _PATH_SAFE + "%") + mark + _quoted(query, _WHOLE_QUERY_SAFE + "%")


def encoded_forms(text: str) -> frozenset[str]:
    """How a text may look once it was put into an address, wherever in it."""
    safe = ("", "/", _SEGMENT_SAFE, _QUERY_SAFE, _PATH_SAFE + "%", _WHOLE_QUERY_SAFE + "%")
    return frozenset(quote(text, safe=some, errors="replace") for some in safe)


def _quoted(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise UrlRefused("The address holds half a character, which cannot be encoded.", _MEND) from None


def check_relative_url(text: str) -> None:
    """Refuse an address that is empty or could lead away from the connection's base.

    Raises:
        UrlRefused: it is absolute, holds ``//`` in its path, a backslash, a control character, or a ``.`` or
            ``..`` segment; also where that shows only after decoding, as some servers decode more than once, or
            before a ``;``, as some cut off what follows it.
    """
    if not text.strip():
        raise UrlRefused("The address is empty.", _MEND)
    if _SCHEME.match(text):
        raise UrlRefused("The address is a whole URL; its host comes from the connection.", _MEND)
    path, _, query = text.partition("?")
    if path.startswith("//"):
        raise UrlRefused("The address begins with //, which would name another host.", _MEND)
    if "//" in path:
        mend = "Check that every value that is put into it has text in it."
        raise UrlRefused("The address holds //: a part of it is empty.", mend)
    if _has_control(unquote(query)):
        raise UrlRefused("The address holds a control character.", _MEND)
    _check_path(path)
    for _ in range(_ROUNDS):
        decoded = unquote(path)
        if decoded == path:  # as of nearly every address, at once
            return
        path = decoded
        _check_path(path)


def _check_path(path: str) -> None:
    if "\\" in path or _has_control(path):
        raise UrlRefused("The address holds a backslash or a control character.", _MEND)
    if any(segment.partition(";")[0] in (".", "..") for segment in path.split("/")):
        raise UrlRefused("The address holds a . or .. segment, which could lead out of its place.", _MEND)


def _has_control(text: str) -> bool:
    return _CONTROL.search(text) is not None

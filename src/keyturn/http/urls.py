"""URLs: checked, encoded once, and compared by origin.

One parser (yarl, the one that the client connects by) decides what the host is, so that no two readings
of a URL can differ. Path and query are sent as written; only characters that a URL cannot hold are encoded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from yarl import URL

from .addresses import literal
from .egress import is_host_name
from .errors import InvalidRequest

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_KEEP = "%/:?#[]@!$&'()*+,;=-._~"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WRITE_LIKE = "Write it like https://app.example/path."


def prepare(text: str, query: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> URL:
    """The URL to send to, without its fragment.

    Raises `InvalidRequest` for another scheme than http and https, credentials in the URL, control
    characters, spaces or backslashes, and hosts that are neither a name nor an address.
    """
    if _FORBIDDEN.search(text):
        raise InvalidRequest("The URL holds a space, a control character or a backslash.", "Encode it.")
    try:
        text.encode("utf-8")
        scheme, host, port = _authority(_up_to_path(text))
    except ValueError as error:
        raise InvalidRequest("The URL cannot be read.", _WRITE_LIKE) from error
    encoded = _BAD_PERCENT.sub("%25", quote(text, safe=_KEEP)).partition("#")[0]
    after_authority = encoded.partition("://")[2]
    cut = min((i for i in (after_authority.find(c) for c in "/?") if i >= 0), default=len(after_authority))
    path, _, query_text = after_authority[cut:].partition("?")
    return URL.build(
        scheme=scheme,
        host=f"[{host}]" if ":" in host else host,
        port=port,
        path=path or "/",
        query_string="&".join(part for part in (query_text, encode_pairs(query)) if part),
        encoded=True,
    )


def read_url(text: str, *, encoded: bool = False) -> URL:
    """A URL by the parser that the client connects by. Raises ValueError."""
    try:
        return URL(text, encoded=encoded)
    except IndexError as error:  # yarl's, of an empty host in brackets: http://[]@
        raise ValueError("There is no host.") from error


def _up_to_path(text: str) -> str:
    """Scheme and authority (RFC 3986, section 3)."""
    begin = text.find("://")
    ends = [text.find(mark, begin + 3) for mark in "/?#"] if begin >= 0 else []
    return text[: min((end for end in ends if end >= 0), default=len(text))]


@lru_cache(maxsize=256)  # an app has one address and many paths
def _authority(text: str) -> tuple[str, str, int | None]:
    """Scheme, host and port if one is given, checked. Raises InvalidRequest, ValueError."""
    parsed = read_url(text)
    if parsed.scheme not in ("http", "https"):
        raise InvalidRequest("The URL does not begin with http:// or https://.", _WRITE_LIKE)
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise InvalidRequest("The URL holds a user name or password.", "Put credentials in the connection.")
    host = (parsed.raw_host or "").lower()
    if "%" in host or not (literal(host) or is_host_name(host)):
        raise InvalidRequest("The host of the URL is neither a name nor an address.", _WRITE_LIKE)
    if parsed.port == 0:
        raise InvalidRequest("The port of the URL is 0.", "Use a port from 1 to 65535.")
    return parsed.scheme, host, parsed.explicit_port


def encode_pairs(query: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """Pairs as a query string, every character but the unreserved ones encoded (RFC 3986)."""
    pairs = query.items() if isinstance(query, Mapping) else query
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def origin(url: URL) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454)."""
    return (url.scheme, (url.raw_host or "").removesuffix("."), url.port or 0)


def shown_host(url: URL) -> str:
    """``name`` or ``name:port``, for people."""
    host = url.host_subcomponent or ""
    return f"{host}:{url.explicit_port}" if url.explicit_port else host


def host_of(text: str) -> str:
    """`shown_host` of a URL that may be broken; empty then."""
    try:
        return shown_host(read_url(text))
    except ValueError:
        return ""

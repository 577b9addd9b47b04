"""What a request must fulfil before a connection is looked for."""

from __future__ import annotations

import re
from functools import lru_cache

from .errors import InvalidRequest
from .messages import Request

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_BAD_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_OURS = frozenset({"CONNECT", "TRACE"})
_CLIENTS_OWN = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def check(request: Request, max_bytes: int, host: str) -> str:
    """The method in capitals. Raises `InvalidRequest` for what must not or cannot be sent.

    Headers that decide about the connection or the framing are the client's own: a flow that could set
    them could hide a second request in the first.
    """
    method = request.method.upper()
    problem = _problem(method, request, max_bytes)
    if problem is not None:
        raise InvalidRequest(*problem, host=host, label=request.label)
    return method


def _problem(method: str, request: Request, max_bytes: int) -> tuple[str, str] | None:
    if not _TOKEN.fullmatch(method) or method in _NOT_OURS:
        return (
            "The method is not one that can be sent.",
            "Use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.",
        )
    if isinstance(request.body, bytes) and len(request.body) > max_bytes:
        return (
            f"The body is {len(request.body)} bytes long; at most {max_bytes} are sent.",
            "Send less at a time, or have the operator raise the limit.",
        )
    for name, value in request.headers.items():
        wrong = _wrong_name(name)
        if wrong is not None:
            return wrong
        if _BAD_VALUE.search(value) or not _encodable(value):
            return f"The header {name} holds a line break or another control character.", "Remove it."
    return None


@lru_cache(maxsize=256)  # the same few in every request
def _wrong_name(name: str) -> tuple[str, str] | None:
    if not _TOKEN.fullmatch(name):
        return "A header has a name that is not allowed.", "Use letters, digits and hyphens."
    if is_clients_own(name):
        return f"The header {name} is set by Keyturn itself.", "Remove it."
    return None


def is_clients_own(header: str) -> bool:
    """Whether the client sets a header, and refuses requests that have it."""
    return header.lower() in _CLIENTS_OWN


def _encodable(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

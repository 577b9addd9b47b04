"""A request and its answer, as values."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from multidict import CIMultiDict, CIMultiDictProxy

from .errors import AnswerInvalid
from .proxies import Proxy
from .urls import host_of

Headers = CIMultiDictProxy[str]
"""Header fields: names without regard to case, several values for a name (``getall``), read only."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

_ALWAYS_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})


def headers(fields: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> Headers:
    """Header fields from a mapping or from pairs."""
    return CIMultiDictProxy(CIMultiDict(fields))


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds, for each stage of a request.

    ``queue_s``: a free connection of the pool. ``connect_s``: name, TCP and TLS together.
    ``answer_s``: from the first byte sent to the last byte of the answer, redirects included.
    """

    queue_s: float = 30.0
    connect_s: float = 10.0
    answer_s: float = 60.0

    def __post_init__(self) -> None:
        for name in ("queue_s", "connect_s", "answer_s"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"Timeouts.{name} must be a positive number of seconds.")


class BodySource(Protocol):
    """A body that is too large to be held in memory."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """All of it, from the beginning; may be asked for again."""
        ...


Sink = Callable[[bytes], Awaitable[None]]
"""Takes the body of an answer piece by piece; what it raises ends the reading."""


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Request:
    """One request.

    ``query`` is added to what the URL has, each pair encoded. ``credential_headers`` names the headers
    that carry credentials beside Authorization, Cookie and Proxy-Authorization: they are dropped when a
    redirect leaves the origin and masked in recordings. ``label`` says in errors what the request was for.
    ``follow_redirects``: None follows for GET and HEAD alone. ``proxy``: None for what the client's settings say.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    body: bytes | BodySource | None = None
    timeout: Timeouts | None = None
    label: str = ""
    credential_headers: frozenset[str] = frozenset()
    follow_redirects: bool | None = None
    proxy: Proxy | None = None

    def is_credential(self, name: str) -> bool:
        """Whether the header ``name`` carries credentials."""
        lowered = name.lower()
        return lowered in _ALWAYS_CREDENTIALS or any(lowered == one.lower() for one in self.credential_headers)


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Response:
    """An answer of any status, read to its end and unpacked.

    ``url`` is where it came from after ``hops`` redirects; ``elapsed_ms`` counts from the call of
    `HttpClient.send` to the last byte. ``streamed`` is how many bytes went to a sink in place of ``body``.
    """

    status: int
    reason: str
    headers: Headers
    body: bytes
    elapsed_ms: float
    url: str
    hops: int = 0
    streamed: int | None = None

    def json(self) -> JsonValue:
        """The body as JSON (RFC 8259; UTF-8, 16 and 32 are told apart). Raises `AnswerInvalid`."""
        try:
            value: JsonValue = json.loads(self.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            value = None
        else:
            return value
        kind = self.headers.get("Content-Type", "no content type").partition(";")[0][:80]
        raise AnswerInvalid(
            f"The answer ({self.status}) is not JSON: {kind}, {len(self.body)} bytes.",
            "Check the address and what the app returns for it.",
            status=self.status,
            host=host_of(self.url),
        )


def _no_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is not JSON")

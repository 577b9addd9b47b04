"""The load client: connections that are kept, each with one request under way; the same for all sides.

Requests are bytes made before the clock starts; answers are only cut into pieces, not parsed. So it stays far
below the cost of the servers that it measures (README.md has the figure).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_KEPT_ANSWERS = 100


class LoadFailed(Exception):
    """An answer that is not what was asked for: the measurement means nothing."""


@dataclass(slots=True)
class Load:
    """What came of it.

    Attributes:
        answers: how many answers came, all with the wanted status.
        seconds: from the first request to the last answer.
        waits: seconds that each answer took.
        bodies: the first answers' bodies.
        cpu: processor seconds of the client itself.
    """

    answers: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    def wait_ms(self, part: float) -> float:
        """The wait that this part of the answers (0 to 1) did not exceed, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A POST of JSON, as bytes."""
    given = {"Host": "127.0.0.1", "Content-Type": "application/json", **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def drive(port: int, callers: int, requests: Iterator[bytes], status: int = 200) -> Load:
    """Send requests, ``callers`` at a time, until there are no more.

    Raises:
        LoadFailed: an answer has another status, or a connection was closed.
    """
    load = Load()
    loop = asyncio.get_running_loop()
    took: list[_Caller] = []
    for _ in range(callers):
        _, caller = await loop.create_connection(lambda: _Caller(requests, load, status), "127.0.0.1", port)
        took.append(caller)
    used, began = time.process_time(), time.perf_counter()
    for caller in took:
        caller.begin()
    try:
        await asyncio.gather(*(caller.ended for caller in took))
    finally:
        for caller in took:
            caller.close()
    load.seconds, load.cpu = time.perf_counter() - began, time.process_time() - used
    return load


def until(seconds: float, make: Callable[[int], bytes]) -> Iterator[bytes]:
    """Requests by number, until so many seconds after the first one was taken."""
    end = time.perf_counter() + seconds
    number = 0
    while time.perf_counter() < end:
        yield make(number)
        number += 1


class _Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: Iterator[bytes], load: Load, status: int) -> None:
        self._requests = requests
        self._load = load
        self._wanted = f"HTTP/1.1 {status} ".encode()
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue]

    def begin(self) -> None:
        """Send the next request, if there is one."""
        request = next(self._requests, None)
        if request is None:
            self.ended.set_result(None)
            return
        assert self._transport is not None
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer = self._buffer + data if self._buffer else data
        head = buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        end = head + 4 + _length(buffer[:head])
        if len(buffer) < end:
            return
        if not buffer.startswith(self._wanted):
            self._fail(LoadFailed(buffer[:2000].decode("utf-8", "replace")))
            return
        load = self._load
        load.answers += 1
        load.waits.append(time.perf_counter() - self._sent_at)
        if len(load.bodies) < _KEPT_ANSWERS:
            load.bodies.append(buffer[head + 4 : end])
        self._buffer = b""
        self.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(LoadFailed(f"the connection was closed: {exc}"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: LoadFailed) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at < 0:
        return 0
    end = lower.find(b"\r\n", at)
    return int(lower[at + 15 : end if end >= 0 else len(lower)])

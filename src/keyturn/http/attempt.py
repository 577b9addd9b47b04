"""One request on one connection, and how far it came.

Whether a failed request may have reached the app is not guessed from the name of an exception. An
`Attempt` is told of each stage: by aiohttp's trace hooks up to the connection, and by the very code that
hands over the first bytes.

* A request without a body is written in the same step of the event loop that calls the hook for its
  headers; nothing runs in between.
* A request with a body is written by its `GuardedBody`: aiohttp holds the head back until the first piece
  of the body comes, so that head and piece leave together.

aiohttp repeats idempotent requests by itself when a pooled connection turns out to be dead. `one_try`, a
client middleware, hides those errors from it as `Stopped`.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from types import SimpleNamespace, TracebackType

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from aiohttp.payload import Payload

from .messages import BodySource, Timeouts

_PIECE = 64 * 1024
_TURNS = 4  # of the event loop, for a close that has arrived but was not looked at yet


class Stage(Enum):
    """How far an attempt came."""

    QUEUED = auto()
    RESOLVING = auto()
    CONNECTING = auto()
    CONNECTED = auto()
    STALE = auto()  # the pooled connection was closed before anything was written
    SENDING = auto()  # bytes may have left
    ANSWERED = auto()  # the head of the answer was read


class Stopped(Exception):
    """An attempt ended with ``reason``; not an error that aiohttp would repeat the request for."""

    def __init__(self, reason: aiohttp.ClientError | OSError) -> None:
        super().__init__(type(reason).__name__)
        self.reason = reason


class NotWritten(Exception):
    """Raised inside a body that must not be written any more."""


class Attempt:
    """Follows one request from the pool to the head of its answer.

    ``scope`` is the running deadline: waiting, connecting and answering have one each.
    ``before_send`` is called in the step that hands over the first bytes; what it raises is kept in
    ``veto`` and nothing is sent. ``on_answer`` is awaited when the head of the answer is there and none of it
    was used.
    """

    def __init__(
        self,
        timeouts: Timeouts,
        *,
        has_body: bool,
        careful: bool,
        before_send: Callable[[], None] | None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.stage = Stage.QUEUED
        self.reused = False
        self.has_body = has_body
        self.careful = careful
        self.veto: BaseException | None = None
        self.sent_at: float | None = None
        self._timeouts = timeouts
        self._before_send = before_send
        self._on_answer = on_answer
        self._loop = asyncio.get_running_loop()
        self.scope = asyncio.timeout(timeouts.queue_s)

    @property
    def was_stale(self) -> bool:
        """Whether a failed attempt had a pooled connection that was dead before anything was written."""
        return self.reused and self.stage in (Stage.CONNECTED, Stage.STALE) and not self.scope.expired()

    def connecting(self) -> None:
        """A new connection is being made."""
        self.stage = Stage.CONNECTING
        self._extend(self._timeouts.connect_s)

    def leaving(self) -> None:
        """Bytes are about to leave in this very step. Raises what ``before_send`` raises."""
        if self.sent_at is not None:
            return
        if self.scope.expired():
            raise NotWritten
        if self._before_send is not None:
            with _Keep(self):
                self._before_send()
        self.sent_at = self._loop.time()
        self.stage = Stage.SENDING
        self._extend(self._timeouts.answer_s)

    async def answered(self) -> None:
        """The head of the answer is there."""
        self.stage = Stage.ANSWERED
        if self._on_answer is not None:
            await self._on_answer()

    def _extend(self, seconds: float) -> None:
        if not self.scope.expired():
            self.scope.reschedule(self._loop.time() + seconds)


class _Keep:
    """Keeps the exception of a block in the attempt and lets it pass."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._attempt.veto = exc


class GuardedBody(Payload):
    """A body of bytes whose first piece leaves only with the attempt's consent."""

    _value: bytes
    _autoclose = True

    def __init__(self, value: bytes, attempt: Attempt) -> None:
        super().__init__(value, content_type="application/octet-stream")
        self._size = len(value)
        self._attempt = attempt

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The body as text."""
        return self._value.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it all."""
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write it all; the head goes with the first piece."""
        _leave(self._attempt, writer)
        view = memoryview(self._value)
        await writer.write(bytes(view[:_PIECE]))
        for start in range(_PIECE, len(view), _PIECE):
            await writer.write(bytes(view[start : start + _PIECE]))


class GuardedSource(Payload):
    """As `GuardedBody`, for a body that is read as it is sent."""

    _value: BodySource
    _autoclose = True

    def __init__(self, value: BodySource, attempt: Attempt) -> None:
        super().__init__(value, content_type="application/octet-stream")
        self._size = value.size
        self._attempt = attempt

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Raises TypeError: it is never held as a whole."""
        raise TypeError("a body that is streamed is no text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it all."""
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write it all; the head goes with the first piece, which is read before."""
        pieces = self._value.pieces()
        piece = await anext(pieces, b"")
        _leave(self._attempt, writer)
        await writer.write(piece)
        async for piece in pieces:
            await writer.write(piece)


def _leave(attempt: Attempt, writer: AbstractStreamWriter) -> None:
    """Bytes leave in this very step. Raises NotWritten where the connection was closed meanwhile."""
    transport = writer.transport if isinstance(writer, StreamWriter) else None
    if transport is None or transport.is_closing() or (attempt.reused and attempt.careful and _heard(transport)):
        attempt.stage = Stage.STALE
        raise NotWritten
    attempt.leaving()


def _heard(transport: asyncio.BaseTransport) -> bool:
    """Whether something came on a connection on which nothing was asked: its end, as a rule.

    The event loop may not have looked yet, and a change that is written to a closed connection would have an
    unknown outcome for no reason.
    """
    opened = transport.get_extra_info("socket")
    if opened is None or opened.fileno() < 0:
        return True
    looker = select.poll()
    looker.register(opened.fileno(), select.POLLIN)
    return bool(looker.poll(0))


async def one_try(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Client middleware: failures leave as `Stopped`, so that aiohttp does not send a second time."""
    try:
        return await handler(request)
    except (aiohttp.ClientError, OSError) as exc:
        raise Stopped(exc) from exc


def trace_config() -> aiohttp.TraceConfig:
    """Hooks that tell the `Attempt` given as ``trace_request_ctx`` of each stage."""
    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(_on_create_start)
    config.on_connection_create_end.append(_on_create_end)
    config.on_connection_reuseconn.append(_on_reuse)
    config.on_dns_resolvehost_start.append(_on_resolve_start)
    config.on_dns_resolvehost_end.append(_on_resolve_end)
    config.on_request_headers_sent.append(_on_headers)
    config.freeze()
    return config


def _attempt(context: SimpleNamespace) -> Attempt:
    attempt = context.trace_request_ctx
    assert isinstance(attempt, Attempt)
    return attempt


async def _on_create_start(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceConnectionCreateStartParams
) -> None:
    _attempt(context).connecting()


async def _on_create_end(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceConnectionCreateEndParams
) -> None:
    _attempt(context).stage = Stage.CONNECTED


async def _on_resolve_start(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceDnsResolveHostStartParams
) -> None:
    _attempt(context).stage = Stage.RESOLVING


async def _on_resolve_end(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceDnsResolveHostEndParams
) -> None:
    _attempt(context).stage = Stage.CONNECTING


async def _on_reuse(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    attempt = _attempt(context)
    attempt.reused = True
    attempt.stage = Stage.CONNECTED
    if attempt.careful and not attempt.has_body:
        # The app may have closed this idle connection already. Let the loop look, because a change that
        # is written to a closed connection would have an unknown outcome for no reason. With a body,
        # `GuardedBody` looks itself.
        for _ in range(_TURNS):
            await asyncio.sleep(0)


async def _on_headers(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    attempt = _attempt(context)
    if not attempt.has_body:
        if attempt.scope.expired():
            await asyncio.sleep(0)  # the deadline's cancellation arrives here
        attempt.leaving()

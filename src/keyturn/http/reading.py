"""Reads the body of an answer within the limit, and knows whether it came whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from .errors import AnswerInvalid, AnswerTooLarge, AnswerTruncated, AnswerUnusable
from .messages import Sink
from .unpacking import BadPacking, Unpacker

_BODYLESS = frozenset({204, 304})


async def read_body(answer: aiohttp.ClientResponse, limit: int, host: str, label: str) -> bytes:
    """The unpacked body, at most ``limit`` bytes.

    Raises `AnswerTooLarge` (as soon as it is known, the rest is not read), `AnswerTruncated` and
    `AnswerInvalid`.
    """
    problem: AnswerUnusable
    status = answer.status
    _check_protocol(status, host, label)
    try:
        body = await _read(answer, limit)
    except BadPacking:
        problem = _badly_packed(status, host, label)
    except (aiohttp.ClientError, OSError):
        problem = _truncated(status, host, label)
    else:
        if body is not None:
            return body
        problem = AnswerTooLarge(
            f"The answer of {host} ({status}) is larger than {limit} bytes.",
            "Ask for less at a time, or have the operator raise the limit.",
            status=status,
            host=host,
            label=label,
        )
    raise problem


async def pass_body(answer: aiohttp.ClientResponse, sink: Sink, host: str, label: str) -> int:
    """Give the unpacked body to a sink, piece by piece; tells how many bytes it has.

    Raises `AnswerTruncated`, `AnswerInvalid`, and what the sink raises.
    """
    _check_protocol(answer.status, host, label)
    size = 0
    pieces = _unpacked(answer)
    while True:
        # what reading raises is the answer's matter, what the sink raises is not
        try:
            piece = await anext(pieces, None)
        except BadPacking as error:
            raise _badly_packed(answer.status, host, label) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _truncated(answer.status, host, label) from error
        if piece is None:
            return size
        size += len(piece)
        await sink(piece)


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The body, or None if it is over the limit."""
    if not _has_body(answer):
        return b""
    if answer.content_length is not None and answer.content_length > limit:
        return None
    unpacker = Unpacker(",".join(answer.headers.getall("Content-Encoding", ())))
    body = bytearray()
    async for piece in answer.content.iter_any():
        for unpacked in unpacker.feed(piece):
            body += unpacked
            if len(body) > limit:
                return None
            if len(unpacked) > len(piece):
                await asyncio.sleep(0)  # unpacking is work: let others have their turn
    if not unpacker.complete:
        raise aiohttp.ClientPayloadError("the packed body ended early")
    return bytes(body)


async def _unpacked(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    if not _has_body(answer):
        return
    unpacker = Unpacker(",".join(answer.headers.getall("Content-Encoding", ())))
    async for piece in answer.content.iter_any():
        for unpacked in unpacker.feed(piece):
            yield unpacked
            if len(unpacked) > len(piece):
                await asyncio.sleep(0)  # unpacking is work: let others have their turn
    if not unpacker.complete:
        raise aiohttp.ClientPayloadError("the packed body ended early")


def _has_body(answer: aiohttp.ClientResponse) -> bool:
    return answer.method != "HEAD" and answer.status not in _BODYLESS


def _check_protocol(status: int, host: str, label: str) -> None:
    if status == 101:
        raise AnswerInvalid(
            f"{host} changed to another protocol.", "Use its HTTP API.", status=status, host=host, label=label
        )


def _badly_packed(status: int, host: str, label: str) -> AnswerInvalid:
    return AnswerInvalid(
        f"The answer of {host} ({status}) cannot be unpacked.",
        "The app, or something in between, sends a broken body or an unasked-for packing.",
        status=status,
        host=host,
        label=label,
    )


def _truncated(status: int, host: str, label: str) -> AnswerTruncated:
    return AnswerTruncated(
        f"The answer of {host} ({status}) broke off before its end.",
        "Read it again if it is a read; the status tells whether the app accepted.",
        status=status,
        host=host,
        label=label,
    )

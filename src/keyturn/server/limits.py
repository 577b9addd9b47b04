"""Bounds of request bodies, kept while they arrive: what is too large is never held in memory."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_API = 1_000_000
_FLOWS = 2_000_000
_EVENTS = 5_000_000
_FILES = 10_000_000_000
_DESCRIPTION = 40_000_000  # Microsoft's own, the largest that is known, has 35 million bytes
DESCRIPTIONS = "/api/v1/connectors/openapi"
_AS_IT_COMES = re.compile(r"/api/v1/(?:tables/[^/]+/import|files/[^/]+)")


def limit_of(path: str) -> int:
    """The most bytes that a body sent to this path may have."""
    if path.startswith(("/hooks/", "/endpoints/")):
        return _EVENTS
    if _AS_IT_COMES.fullmatch(path):
        return _FILES  # never held as a whole
    if path.startswith(DESCRIPTIONS):
        return _DESCRIPTION
    return _FLOWS if path in ("/api/v1/flows", "/api/v1/flows/check") else _API


class CallerGone(Exception):
    """The caller hung up before its body was there."""


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, for what is answered before routing.

    Raises:
        HTTPException: 413, before more of it is held than may be.
        CallerGone
    """
    limit = limit_of(scope["path"])
    if _announced(scope) > limit:
        raise HTTPException(413, f"The body is over {limit} bytes.")
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and message["type"] == "http.request" and len(body) <= limit:
        return body
    parts, size = [body], len(body)
    while message["type"] == "http.request" and size <= limit and message.get("more_body", False):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    if message["type"] != "http.request":
        raise CallerGone
    if size > limit:
        raise HTTPException(413, f"The body is over {limit} bytes.")
    return b"".join(parts)


class BodyLimit:
    """Refuses bodies that are too large with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, seen = limit_of(scope["path"]), 0
        too_large = _announced(scope) > limit

        async def counted() -> Message:
            nonlocal seen
            if too_large:
                raise HTTPException(413, f"The body is over {limit} bytes.")
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, f"The body is over {limit} bytes.")
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    """How many bytes a request says that its body has; 0 where it does not say."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(announced) if announced.isdigit() else 0

"""What happens around every request: the access log, security headers, and addresses that are refused."""

from __future__ import annotations

from typing import Protocol

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keyturn.flows.problems import Problem

from .paths import logged
from .problems import SECURITY_HEADERS, answer

log = structlog.get_logger("keyturn.access")

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


class Stopwatch(Protocol):
    """The part of a clock that measures."""

    def monotonic(self) -> float: ...


class AccessLog:
    """Logs each request: method, path, status, milliseconds. Never the query: people put names into it; nor what
    opens something."""

    def __init__(self, app: ASGIApp, clock: Stopwatch) -> None:
        self._app = app
        self._clock = clock
        self._log = log.bind()  # once: it is made anew for each line else, even for a line below the level

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, self._clock.monotonic()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            took = round((self._clock.monotonic() - began) * 1000, 1)
            self._log.info("request", method=scope["method"], path=logged(scope["path"]), status=status, ms=took)


class SecurityHeaders:
    """Adds headers that keep browsers from doing what a page of ours never asks for; an answer may bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in _SECURITY if name not in own]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, guarded)


class PlainAddress:
    """Refuses NUL characters in path and query with 400: Postgres cannot look for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\x00" in scope["path"] or b"%00" in scope["query_string"]):
            problem = Problem("bad-request", "The address holds a NUL character.", "Take %00 out of it.")
            await answer(400, [problem])(scope, receive, send)
            return
        await self._app(scope, receive, send)

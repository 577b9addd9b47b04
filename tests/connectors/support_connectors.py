"""A pretend app for the tests of connectors, and Keyturn's way to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from aiohttp import web

from keyturn.connections.alone import MemoryConnections, MemoryHealth
from keyturn.connectors.actions import ConnectorActions
from keyturn.data.file_transfers import KeptAnswers
from keyturn.flows.actions import ActionCall, Done, Failed, PageAsked, Unknown
from keyturn.flows.document import Retry
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.http.multipart import FilePart

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKEN = "a-secret-token-0123456789"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("actions never wait")


class Kept:
    """Answers that became files, in memory, of up to 1,000 bytes.

    Attributes:
        stored: files that are sent as they really are; without them what is sent tells how it was asked for.
    """

    stored: KeptAnswers | None = None

    def __init__(self) -> None:
        self.files: list[tuple[bytes, str, Mapping[str, str]]] = []

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[KeptOne]:
        yield KeptOne(self)

    async def part(self, file: JSON) -> FilePart:
        if self.stored is not None:
            return await self.stored.part(file)
        if not file:
            raise CardError(ErrorDetail("There is no such file.", code="no-file"))
        return FilePart("paper.pdf", "application/pdf", InPieces([b"%P", b"DF"]))


class InPieces:
    """A body that is read as it is sent."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    @property
    def size(self) -> int:
        return sum(map(len, self._parts))

    async def pieces(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


class KeptOne:
    """One of them, while it is written."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._content = b""

    async def write(self, piece: bytes) -> None:
        self._content += piece
        if len(self._content) > 1_000:
            raise CardError(ErrorDetail("It is too large.", code="file-too-large"))

    async def keep(self, call: ActionCall, url: str, headers: Mapping[str, str]) -> Values:
        self._kept.files.append((self._content, url, headers))
        return {"file": {"file": str(call.run_id)}, "name": "x", "size": len(self._content)}


class App:
    """A pretend app, and Keyturn's way to it."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.answer: Handler = self._fine
        self.actions: ConnectorActions
        self.seal: Callable[[str, str], bytes]
        self.health = MemoryHealth()
        self.store = MemoryConnections()
        self.kept = Kept()
        self.base = ""

    async def _fine(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        return await self.answer(request)

    def says(self, status: int, body: JSON = None, text: str | None = None, **headers: str) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            if text is not None:
                return web.Response(status=status, text=text, headers={"Content-Type": "application/json", **headers})
            return web.json_response(body, status=status, headers=headers)

        self.answer = answer

    async def custom(self, method: str = "GET", **inputs: JSON) -> Done | Failed | Unknown:
        return await self.act("okta.custom_api_action", {"method": method}, {"url": "/api/v1/users", **inputs})

    async def act(
        self,
        card: str,
        options: Values,
        inputs: Values,
        connection: str | None = "okta",
        guard: Callable[[], None] = lambda: None,
        page: PageAsked | None = None,
        retry: Retry | None = None,
    ) -> Done | Failed | Unknown:
        run = uuid4()
        call = ActionCall(run, run, "flow", "card", "each[3]/card", card, connection, options, inputs, 2, guard)
        return await self.actions.perform(replace(call, page=page, retry=retry))

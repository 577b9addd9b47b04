"""A real server that does what it is told, byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import uvloop

from keyturn.http import HttpClient, HttpSettings, Resolver, Timeouts


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Outcomes are tested on both loops: they report closed connections in different ways."""
    both = item.path.name in ("test_http_outcomes.py", "test_http_tls.py")
    return {"asyncio": asyncio.new_event_loop} | ({"uvloop": uvloop.new_event_loop} if both else {})


@dataclass
class Seen:
    """One request as it came over the wire."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Peer:
    """The server's side of one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server: Server

    async def request(self) -> Seen | None:
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        seen = Seen(first, pairs, b"")
        seen.body = await self.reader.readexactly(int(seen.header("Content-Length") or 0))
        self.server.seen.append(seen)
        return seen

    async def answer(self, status: str = "200 OK", body: bytes = b"", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        await self.raw("\r\n".join(lines).encode() + body)

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def drop(self) -> None:
        self.writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]


@dataclass
class Server:
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    open_peers: list[Peer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def answer_all(peer: Peer) -> None:
    """A polite server with keep-alive."""
    while await peer.request():
        await peer.answer(body=b"ok")


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    started: list[asyncio.Server] = []
    records: list[Server] = []

    async def start(script: Script = answer_all, *, tls: object = None) -> Server:
        server = Server()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            server.connections += 1
            peer = Peer(reader, writer, server)
            server.open_peers.append(peer)
            try:
                await script(peer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
        server.port = listening.sockets[0].getsockname()[1]
        started.append(listening)
        records.append(server)
        return server

    yield start
    for listening in started:
        listening.close()
    for record in records:
        for peer in record.open_peers:
            peer.drop()


MakeClient = Callable[..., HttpClient]


@pytest.fixture
async def client() -> AsyncIterator[MakeClient]:
    made: list[HttpClient] = []

    def make(
        *,
        resolver: Resolver | None = None,
        queue_s: float = 5,
        connect_s: float = 5,
        answer_s: float = 5,
        **more: object,
    ) -> HttpClient:
        fields: dict[str, object] = {
            "allow": ("127.0.0.1",),
            "timeouts": Timeouts(queue_s, connect_s, answer_s),
        }
        one = HttpClient(HttpSettings(**(fields | more)), resolver=resolver)  # type: ignore[arg-type]
        made.append(one)
        return one

    yield make
    for one in made:
        await one.aclose()


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for ``condition``, no longer than ``seconds``."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition is any callable
            await asyncio.sleep(0.005)


@pytest.fixture(name="until")
def _until() -> Callable[..., Awaitable[None]]:
    return until

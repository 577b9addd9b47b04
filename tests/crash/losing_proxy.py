"""Stands between the program and Postgres, and cuts the connection when a statement is done and before its answer.

It reads the frontend/backend protocol as far as it must (PostgreSQL documentation, "Message Flow"): which statement a
client executes, and when the server is ready again, which is after the commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

_SOCKET = ".s.PGSQL.5432"


@dataclass
class LosingProxy:
    """Loses the answer of every first, third, fifth... execution of statements that hold one of some texts.

    Attributes:
        url: the database through the proxy.
        met: executions by text; lost: answers that were lost.
    """

    url: str
    target: str
    texts: Sequence[str]
    met: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def loses(self, statement: str) -> bool:
        """Whether the answer to this execution is to be lost; counts it."""
        for text in self.texts:
            if text in statement:
                self.met[text] += 1
                if self.met[text] % 2:
                    self.lost[text] += 1
                    return True
        return False

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Take one connection."""
        down, up = await asyncio.open_unix_connection(self.target)
        link = _Link(self, reader, writer, down, up)
        tasks = [asyncio.create_task(link.to_server()), asyncio.create_task(link.to_client())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for closing in (writer, up):
            closing.close()


@dataclass
class _Link:
    proxy: LosingProxy
    client_in: StreamReader
    client_out: StreamWriter
    server_in: StreamReader
    server_out: StreamWriter
    statements: dict[bytes, str] = field(default_factory=dict)
    losing: bool = False

    async def to_server(self) -> None:
        """Forward what the client says; returns when it has gone."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            length = await self.client_in.readexactly(4)  # the first message has no type
            self.server_out.write(length + await self.client_in.readexactly(int.from_bytes(length, "big") - 4))
            while True:
                kind, body = await _message(self.client_in)
                self._look(kind, body)
                self.server_out.write(kind + (len(body) + 4).to_bytes(4, "big") + body)
                await self.server_out.drain()

    def _look(self, kind: bytes, body: bytes) -> None:
        match kind:
            case b"P":
                name, text, _ = body.split(b"\0", 2)
                self.statements[name] = text.decode()
            case b"B":
                self.losing = self.losing or self.proxy.loses(self.statements.get(body.split(b"\0", 2)[1], ""))
            case b"Q":
                self.losing = self.losing or self.proxy.loses(body.decode())
            case _:
                pass

    async def to_client(self) -> None:
        """Forward what the server says; returns without the answer that is to be lost, when it is there."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind, body = await _message(self.server_in)
                if not self.losing:
                    self.client_out.write(kind + (len(body) + 4).to_bytes(4, "big") + body)
                    await self.client_out.drain()
                elif kind == b"Z":
                    return


async def _message(reader: StreamReader) -> tuple[bytes, bytes]:
    kind = await reader.readexactly(1)
    length = int.from_bytes(await reader.readexactly(4), "big")
    return kind, await reader.readexactly(length - 4)


@asynccontextmanager
async def losing(url: str, *texts: str) -> AsyncIterator[LosingProxy]:
    """A proxy in front of the database at ``url`` that loses answers to statements with these texts."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    target = str(Path(query["host"][0]) / _SOCKET)
    with tempfile.TemporaryDirectory(prefix="keyturn-proxy-") as folder:
        through = urlunsplit(parts._replace(query=urlencode({"host": folder, "port": "5432"}, safe="/")))
        proxy = LosingProxy(through, target, texts)
        server = await asyncio.start_unix_server(proxy.serve, str(Path(folder) / _SOCKET))
        try:
            yield proxy
        finally:
            server.close()
            await server.wait_closed()

"""A mail server that takes letters, or refuses, or goes away, as told (RFC 5321)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class PretendMail:
    """A server and what it was handed.

    Attributes:
        starttls: with which it encrypts in the middle of a conversation, if it does.
        replies: what it says to a command instead of yes, by the command's first word; ``.`` is the end of a letter.
        greeting: what it says first.
        drops: the command at which it goes away.
        said: the commands that it was given.
    """

    replies: dict[str, str] = field(default_factory=dict)
    greeting: str = "220 pretend"
    drops: str = ""
    extensions: tuple[str, ...] = ("AUTH PLAIN",)
    said: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    starttls: ssl.SSLContext | None = None
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(f"{self.greeting}\r\n".encode())
        try:
            while line := await reader.readline():
                text = line.decode().strip()
                self.said.append(text)
                word = text.split(" ")[0].split(":")[0].upper()
                if word == self.drops:
                    return
                if word == "DATA" and "DATA" not in self.replies:
                    writer.write(b"354 go on\r\n")
                    if not await self._letter(reader, writer):
                        return
                    continue
                writer.write(self._reply(word, text).encode())
                if word == "STARTTLS" and self.starttls is not None:
                    await writer.start_tls(self.starttls)
                if word == "QUIT":
                    return
        finally:
            writer.close()

    async def _letter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines: list[str] = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        if self.drops == ".":
            return False
        reply = self.replies.get(".", "250 taken")
        if reply.startswith("250"):
            self.letters.append("".join(lines))
        writer.write(f"{reply}\r\n".encode())
        return True

    def _reply(self, word: str, text: str) -> str:
        known = self.replies.get(text) or self.replies.get(word)
        if known:
            return f"{known}\r\n"
        if word == "EHLO":
            offered = ("STARTTLS",) if self.starttls is not None else ()
            return "".join(f"250-{one}\r\n" for one in ("pretend", *self.extensions, *offered)) + "250 HELP\r\n"
        return {"AUTH": "235 in\r\n", "STARTTLS": "220 go on\r\n", "QUIT": "221 bye\r\n"}.get(word, "250 ok\r\n")


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[PretendMail]:
    """A running one."""
    made = PretendMail()
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()

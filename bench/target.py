"""The app that effects reach: answers after a while and counts what came. Run as ``python -m bench.target``.

``POST /effects/KEY`` is counted by its key; ``GET /tally`` tells the counts and ``POST /reset`` begins anew;
``GET /items?count=N`` gives a list of N records. KEYTURN_BENCH_DELAY is the answer time in seconds.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import orjson
import uvloop


class _Desk:
    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.counts: Counter[str] = Counter()

    def answer(self, method: str, address: str) -> tuple[object, float]:
        """What to answer, and after how long."""
        parts = urlsplit(address)
        if parts.path.startswith("/effects/"):
            key = parts.path.removeprefix("/effects/")
            self.counts[key] += 1
            return {"done": key, "by": "the bench's own app"}, self.delay
        if parts.path == "/tally":
            return dict(self.counts), 0.0
        if parts.path == "/reset":
            self.counts.clear()
            return {}, 0.0
        if parts.path == "/items":
            return records(int(parse_qs(parts.query)["count"][0])), 0.0
        return {"error": f"nothing is at {method} {parts.path}"}, 0.0


def records(count: int) -> list[dict[str, object]]:
    """Records as an app's list of users has them, small."""
    return [{"id": number, "login": f"user{number}@northwind.example"} for number in range(count)]


class _Connection(asyncio.Protocol):
    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            lower = self._buffer[:head].lower()
            at = lower.find(b"content-length:")
            length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < head + 4 + length:
                return
            method, address, _ = self._buffer.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            self._buffer = self._buffer[head + 4 + length :]
            self._answer(*self._desk.answer(method, address))

    def _answer(self, value: object, delay: float) -> None:
        body = orjson.dumps(value)
        data = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        if delay:
            asyncio.get_running_loop().call_later(delay, self._write, data)
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)  # pyright: ignore[reportAttributeAccessIssue]


async def main() -> None:
    """Answer until the process is ended."""
    desk = _Desk(float(os.environ.get("KEYTURN_BENCH_DELAY", "0")))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(desk), "127.0.0.1", int(os.environ["KEYTURN_PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())

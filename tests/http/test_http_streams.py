"""Bodies that are never held as a whole: read as they are sent, given on as they come."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from keyturn.http import AnswerTooLarge, AnswerTruncated, HttpClient, HttpSettings, Request, record

Serve = Callable[..., Awaitable[Any]]  # the server of conftest
Script = Callable[[Any], Awaitable[None]]
LIMIT = 1000


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    made = HttpClient(HttpSettings(allow=("127.0.0.1",), max_response_bytes=LIMIT, max_request_bytes=LIMIT))
    yield made
    await made.aclose()


class Pieces:
    """A body of so many pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.asked = 0

    @property
    def size(self) -> int:
        return sum(map(len, self._pieces))

    async def pieces(self) -> AsyncIterator[bytes]:
        self.asked += 1
        for piece in self._pieces:
            yield piece


class Kept:
    def __init__(self, most: int = 10_000_000) -> None:
        self.whole = b""
        self._most = most

    async def write(self, piece: bytes) -> None:
        self.whole += piece
        if len(self.whole) > self._most:
            raise ArithmeticError("the disk is full")


def answering(body: bytes, *fields: str, status: str = "200 OK") -> Script:
    async def script(peer: Any) -> None:
        while await peer.request():
            await peer.answer(status, body, *fields)

    return script


async def test_an_answer_of_any_size_goes_to_the_sink(client: HttpClient, serve: Serve) -> None:
    whole = bytes(range(256)) * 2000
    server, kept = await serve(answering(whole)), Kept()
    response = await client.send(Request("GET", server.url), sink=kept.write)
    assert (response.body, response.streamed, kept.whole) == (b"", len(whole), whole)
    shown = record(Request("GET", server.url), response).to_json()["response_body"]
    assert shown == {"text": None, "length": len(whole), "cut": True}


async def test_a_packed_answer_is_unpacked_on_the_way(client: HttpClient, serve: Serve) -> None:
    whole = b"hello " * 100_000
    server, kept = await serve(answering(gzip.compress(whole), "Content-Encoding: gzip")), Kept()
    assert (await client.send(Request("GET", server.url), sink=kept.write)).streamed == len(whole)
    assert kept.whole == whole


async def test_other_answers_than_2xx_never_reach_the_sink(client: HttpClient, serve: Serve) -> None:
    server, kept = await serve(answering(b"not here", status="404 Not Found")), Kept()
    response = await client.send(Request("GET", server.url), sink=kept.write)
    assert (response.status, response.body, response.streamed, kept.whole) == (404, b"not here", None, b"")
    server = await serve(answering(b"x" * (LIMIT + 1), status="500 Broken"))
    with pytest.raises(AnswerTooLarge):
        await client.send(Request("GET", server.url), sink=kept.write)


async def test_an_answer_that_breaks_off_is_told(client: HttpClient, serve: Serve) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    server, kept = await serve(script), Kept()
    with pytest.raises(AnswerTruncated):
        await client.send(Request("GET", server.url), sink=kept.write)


async def test_what_the_sink_raises_comes_out(client: HttpClient, serve: Serve) -> None:
    server = await serve(answering(b"x" * 500_000))
    with pytest.raises(ArithmeticError):
        await client.send(Request("GET", server.url), sink=Kept(1000).write)
    assert (await client.send(Request("GET", (await serve()).url))).body == b"ok"


@pytest.mark.parametrize("pieces", [(), (b"",), (b"hello",), (b"a" * 100_000, b"b" * 100_000)])
async def test_a_body_is_read_as_it_is_sent(client: HttpClient, serve: Serve, pieces: tuple[bytes, ...]) -> None:
    server, body = await serve(), Pieces(*pieces)
    request = Request("POST", server.url, body=body)
    response = await client.send(request)
    assert response.status == 200
    assert server.seen[0].body == b"".join(pieces)
    assert server.seen[0].header("Content-Length") == str(body.size)
    shown = record(request, response).to_json()["request_body"]
    assert shown == {"text": None, "length": body.size, "cut": body.size > 0}


async def test_the_caller_is_asked_before_a_streamed_body_leaves(client: HttpClient, serve: Serve) -> None:
    server = await serve()

    def refuse() -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        await client.send(Request("PUT", server.url, body=Pieces(b"x" * 10)), before_send=refuse)
    assert server.seen == []


async def test_a_streamed_body_is_sent_again_where_the_connection_was_closed(client: HttpClient, serve: Serve) -> None:
    async def once(peer: Any) -> None:
        await peer.request()
        await peer.answer(body=b"ok")
        peer.drop()

    server, body = await serve(once), Pieces(b"hello")
    for _ in range(3):
        assert (await client.send(Request("PUT", server.url, body=body))).body == b"ok"
    assert [seen.body for seen in server.seen] == [b"hello"] * 3

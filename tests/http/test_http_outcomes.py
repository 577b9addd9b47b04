"""One try, one honest result: sent or not, answered or not."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import zlib

import pytest

from keyturn.http import (
    AnswerInvalid,
    AnswerTimeout,
    AnswerTooLarge,
    AnswerTruncated,
    AnswerUnreadable,
    ConnectFailed,
    ConnectionLost,
    ConnectionRefused,
    InvalidRequest,
    NameNotResolved,
    NoFreeConnection,
    NotSent,
    Request,
    Timeouts,
)

METHODS = ["GET", "POST", "PUT", "DELETE"]


def request(server, method="GET", path="/", body=None, **more):
    return Request(method, server.url + path, body=body, **more)


async def test_an_answer_of_any_status_is_returned(serve, client):
    async def script(peer):
        await peer.request()
        await peer.answer("503 Come back", b'{"a": [1]}', "Retry-After: 7", "X-A: 1", "x-a: 2")

    server = await serve(script)
    response = await client().send(request(server, "POST", "/x?y=1", b"hello", query={"z": "a b&c/+"}))
    assert (response.status, response.reason, response.body) == (503, "Come back", b'{"a": [1]}')
    assert response.json() == {"a": [1]}
    assert response.headers.getall("X-a") == ["1", "2"]
    assert response.headers["retry-after"] == "7"
    assert response.elapsed_ms >= 0
    seen = server.seen[0]
    assert seen.line == "POST /x?y=1&z=a%20b%26c%2F%2B HTTP/1.1"
    assert seen.body == b"hello"
    assert (seen.header("User-Agent") or "").startswith("Keyturn/")
    assert seen.header("Content-Type") is None


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/a%2Fb?q=%20&x=+", "/a%2Fb?q=%20&x=+"),
        ("/ä?$filter=a'b", "/%C3%A4?$filter=a'b"),
        ("/100%?a=%zz#frag", "/100%25?a=%25zz"),
        ("?a=1", "/?a=1"),
        ("/x/{id}", "/x/%7Bid%7D"),
    ],
)
async def test_paths_and_queries_leave_as_written(serve, client, given, sent):
    server = await serve()
    await client().send(request(server, path=given))
    assert server.seen[0].line == f"GET {sent} HTTP/1.1"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("body", [None, b"", b"some", b"x" * 300_000])
async def test_dropped_after_reading_is_unknown_and_tried_once(serve, client, method, body):
    async def script(peer):
        await peer.request()
        peer.drop()

    server = await serve(script)
    with pytest.raises(ConnectionLost) as caught:
        await client().send(request(server, method, body=body, label="Suspend Ann"))
    assert len(server.seen) == server.connections == 1
    assert caught.value.host == f"127.0.0.1:{server.port}"
    assert not caught.value.reused
    assert str(caught.value).startswith("Suspend Ann: ")


@pytest.mark.parametrize("method", METHODS)
async def test_dropped_before_reading_is_unknown_too(serve, client, method):
    async def script(peer):
        peer.drop()

    server = await serve(script)
    # The client may see the end before it writes (then it knows) or after (then it cannot know).
    with pytest.raises((ConnectionLost, ConnectFailed)):
        await client().send(request(server, method, body=b"x"))
    assert server.connections == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("body", [None, b"x"])
async def test_a_pooled_connection_lost_under_the_request_is_not_retried(serve, client, method, body):
    async def script(peer):
        await peer.request()
        await peer.answer()
        await peer.request()
        peer.drop()

    server, http = await serve(script), client()
    await http.send(request(server))
    with pytest.raises(ConnectionLost) as caught:
        await http.send(request(server, method, body=body))
    assert caught.value.reused
    assert len(server.seen) == 2
    assert server.connections == 1


@pytest.mark.parametrize("body", [None, b"x"])
async def test_a_pooled_connection_closed_in_time_costs_a_change_nothing(serve, client, until, body):
    async def script(peer):
        while await peer.request():
            await peer.answer()

    server, http = await serve(script), client()
    await http.send(request(server))
    # The close reaches the client's kernel, but its loop gets no chance to look before the next call.
    sock = server.open_peers[0].writer.transport.get_extra_info("socket")
    half = socket.socket(fileno=os.dup(sock.fileno()))
    half.shutdown(socket.SHUT_WR)
    half.close()
    asked = []
    response = await http.send(request(server, "POST", body=body), before_send=lambda: asked.append(1))
    assert response.status == 200
    assert server.connections == 2
    assert asked
    assert [seen.line.split()[0] for seen in server.seen] == ["GET", "POST"]


async def test_connections_are_reused(serve, client):
    server, http = await serve(), client()
    for _ in range(5):
        await http.send(request(server, "POST", body=b"x"))
    assert server.connections == 1


async def test_garbage_instead_of_an_answer(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"SSH-2.0-OpenSSH_9\r\n\r\n")

    with pytest.raises(AnswerUnreadable, match="something that is not HTTP"):
        await client().send(request(await serve(script), "POST", body=b"x"))


async def test_half_a_head_is_no_answer(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\nContent-Le")

    with pytest.raises(ConnectionLost):
        await client().send(request(await serve(script)))


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n12345",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"a" * 99)[:20],
    ],
    ids=["length", "chunked", "gzip"],
)
async def test_half_a_body_tells_the_status(serve, client, raw):
    async def script(peer):
        await peer.request()
        await peer.raw(raw)

    with pytest.raises(AnswerTruncated) as caught:
        await client().send(request(await serve(script), "POST", body=b"x"))
    assert caught.value.status == 201


async def test_no_answer_in_time_is_unknown(serve, client):
    async def script(peer):
        await peer.request()
        await peer.reader.read()

    server = await serve(script)
    with pytest.raises(AnswerTimeout):
        await client(answer_s=0.05).send(request(server, "POST", body=b"x"))
    assert len(server.seen) == 1


async def test_the_timeout_of_the_request_wins(serve, client):
    async def script(peer):
        await peer.request()
        await peer.reader.read()

    with pytest.raises(AnswerTimeout):
        await client(answer_s=60).send(request(await serve(script), timeout=Timeouts(answer_s=0.05)))


async def test_a_body_that_never_ends_in_time_is_truncated(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1")
        await peer.reader.read()

    with pytest.raises(AnswerTruncated) as caught:
        await client(answer_s=0.1).send(request(await serve(script)))
    assert caught.value.status == 200


async def test_a_tls_handshake_that_stalls_was_not_sent(serve, client):
    async def script(peer):
        await peer.reader.read()

    server = await serve(script)
    with pytest.raises(ConnectFailed):
        await client(connect_s=0.1).send(Request("POST", f"https://127.0.0.1:{server.port}/", body=b"x"))
    assert server.seen == []


async def test_a_refused_connection_was_not_sent(client):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ConnectionRefused):
        await client().send(Request("POST", f"http://127.0.0.1:{port}/", body=b"x"))


async def test_a_name_without_an_address_was_not_sent(client):
    class Nothing:
        async def resolve(self, host, port):
            raise socket.gaierror(-2, "no such name")

    with pytest.raises(NameNotResolved) as caught:
        await client(resolver=Nothing()).send(Request("GET", "http://nowhere.example/?secret=1"))
    assert "secret" not in str(caught.value)


async def test_a_resolver_that_hangs_was_not_sent(client):
    class Hangs:
        async def resolve(self, host, port):
            await asyncio.Event().wait()

    with pytest.raises(NameNotResolved):
        await client(resolver=Hangs(), connect_s=0.05).send(Request("GET", "http://slow.example/"))


async def test_a_full_pool_was_not_sent_and_does_not_use_up_the_answer_time(serve, client, until):
    release = asyncio.Event()

    async def script(peer):
        while await peer.request():
            await release.wait()
            await peer.answer()

    server, http = await serve(script), client(pool_per_host=1, queue_s=0.1)
    first = asyncio.create_task(http.send(request(server)))
    await until(lambda: len(server.seen) == 1)
    with pytest.raises(NoFreeConnection):
        await http.send(request(server, "POST"))
    release.set()
    assert (await first).status == 200
    assert len(server.seen) == 1


async def test_closing_the_client_ends_waits_for_a_connection(serve, client, until):
    async def script(peer):
        await peer.request()
        await peer.reader.read()

    server, http = await serve(script), client(pool_per_host=1)
    first = asyncio.create_task(http.send(request(server)))
    await until(lambda: len(server.seen) == 1)
    second = asyncio.create_task(http.send(request(server)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await http.aclose()
    with pytest.raises(NotSent):
        await second
    with pytest.raises(ConnectionLost):
        await first


async def test_cancelling_the_caller_stays_a_cancellation(serve, client, until):
    async def script(peer):
        await peer.request()
        await peer.reader.read()

    server = await serve(script)
    task = asyncio.create_task(client().send(request(server)))
    await until(lambda: len(server.seen) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class LeaseLost(Exception):
    pass


class LeaseTimedOut(TimeoutError):
    pass


@pytest.mark.parametrize("body", [None, b"", b"x" * 100_000])
@pytest.mark.parametrize("kind", [LeaseLost, LeaseTimedOut, ConnectionResetError])
async def test_a_veto_stops_every_byte(serve, client, body, kind):
    came = bytearray()
    ended = asyncio.Event()

    async def script(peer):
        came.extend(await peer.reader.read())
        ended.set()

    def veto():
        raise kind("the lease is gone")

    server = await serve(script)
    with pytest.raises(kind, match="the lease is gone"):
        await client().send(request(server, "PUT", body=body), before_send=veto)
    async with asyncio.timeout(5):
        await ended.wait()
    assert came == b""


async def test_before_send_is_asked_once_and_after_the_connection_is_there(serve, client, until):
    server = await serve()
    connections = []

    await client().send(
        request(server, "POST", body=b"x" * 200_000), before_send=lambda: connections.append(len(server.seen))
    )
    assert connections == [0]
    assert server.seen[0].body == b"x" * 200_000


async def test_a_large_answer_is_cut_off_by_its_length(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n")
        await peer.reader.read()

    with pytest.raises(AnswerTooLarge) as caught:
        await client().send(request(await serve(script)))
    assert caught.value.status == 200


async def test_a_large_answer_is_cut_off_while_it_streams(serve, client):
    written = 0

    async def script(peer):
        nonlocal written
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(50):
            await peer.raw(bytes(1024 * 1024))
            written += 1

    with pytest.raises(AnswerTooLarge):
        await client(max_response_bytes=1024 * 1024).send(request(await serve(script)))
    assert written < 50


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_gzip_bomb_is_cut_off(serve, client, chunked):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(50)) + packer.flush()
    framed = f"{len(bomb):x}\r\n".encode() + bomb + b"\r\n0\r\n\r\n" if chunked else bomb
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(bomb)}"

    async def script(peer):
        await peer.request()
        await peer.raw(f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{framing}\r\n\r\n".encode() + framed)
        await peer.reader.read()

    assert len(bomb) < 100_000
    with pytest.raises(AnswerTooLarge):
        await client(max_response_bytes=1024 * 1024).send(request(await serve(script)))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"plain" * 200_000)),
        ("gzip", gzip.compress(b"plain" * 100_000) + gzip.compress(b"plain" * 100_000)),
        ("deflate", zlib.compress(b"plain" * 200_000)),
        ("deflate", zlib.compress(b"plain" * 200_000, wbits=-15)),
        ("identity", b"plain" * 200_000),
    ],
)
async def test_packed_answers_are_unpacked(serve, client, coding, packed):
    async def script(peer):
        await peer.request()
        await peer.answer("200 OK", packed, f"Content-Encoding: {coding}")

    response = await client().send(request(await serve(script)))
    assert response.body == b"plain" * 200_000


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, gzip"])
async def test_a_body_that_is_not_packed_as_it_says(serve, client, coding):
    async def script(peer):
        await peer.request()
        await peer.answer("200 OK", b"not packed", f"Content-Encoding: {coding}")

    with pytest.raises(AnswerInvalid) as caught:
        await client().send(request(await serve(script)))
    assert caught.value.status == 200


async def test_answers_without_a_body(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\nContent-Encoding: gzip\r\n\r\n")
        await peer.request()
        await peer.raw(b"HTTP/1.1 204 No Content\r\n\r\n")

    server, http = await serve(script), client()
    assert (await http.send(request(server, "HEAD"))).body == b""
    assert (await http.send(request(server, "DELETE"))).status == 204
    assert server.connections == 1


async def test_a_change_of_protocol_is_no_answer(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
        await peer.reader.read()

    with pytest.raises(AnswerInvalid):
        await client().send(request(await serve(script)))


async def test_an_early_hint_is_not_the_answer(serve, client):
    async def script(peer):
        await peer.request()
        await peer.raw(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await peer.answer(body=b"final")

    assert (await client().send(request(await serve(script)))).body == b"final"


async def test_header_lines_have_a_limit(serve, client):
    async def script(peer):
        await peer.request()
        await peer.answer("200 OK", b"", "X-Long: " + "x" * 20_000)

    server = await serve(script)
    assert (await client().send(request(server))).status == 200
    with pytest.raises(AnswerUnreadable, match="longer, or has more headers, than Keyturn reads"):
        await client(max_header_bytes=1024).send(request(server))


async def test_headers_have_a_limit(serve, client):
    async def script(peer):
        await peer.request()
        await peer.answer("200 OK", b"", "\r\n".join(f"X-{number}: a" for number in range(5_000)))

    with pytest.raises(AnswerUnreadable, match="longer, or has more headers, than Keyturn reads"):
        await client().send(request(await serve(script)))


async def test_cookies_are_not_kept(serve, client):
    async def script(peer):
        while await peer.request():
            await peer.answer("200 OK", b"", "Set-Cookie: a=b")

    server, http = await serve(script), client()
    for _ in range(2):
        await http.send(request(server))
    assert server.seen[1].header("Cookie") is None


async def test_proxies_of_the_environment_are_not_used(serve, client, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert (await client().send(request(await serve()))).status == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"url": "ftp://a.example/"},
        {"url": "/path"},
        {"url": "http:///path"},
        {"url": "http://user:pass1234@a.example/"},
        {"url": "http://a.example/a b"},
        {"url": "http://a.example\\@b.example/"},
        {"url": "http://a.example/\r\nX: y"},
        {"url": "http://a.example:0/"},
        {"url": "http://a.example:99999/"},
        {"url": "http://ex%61mple.com/"},
        {"url": "http://a..example/"},
        {"url": "http://[fe80::1%25eth0]/"},
        {"url": "http://a.example/\ud800"},
        {"method": "GET /x"},
        {"method": "CONNECT"},
        {"method": ""},
        {"headers": {"X\r\nY": "z"}},
        {"headers": {"X": "a\r\nY: z"}},
        {"headers": {"host": "other.example"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"body": b"x" * 101},
    ],
)
async def test_what_cannot_be_sent_is_said_before_anything_else(client, bad):
    class Never:
        async def resolve(self, host, port):
            raise AssertionError("looked up")

    fields = {"method": "POST", "url": "http://a.example/"} | bad
    with pytest.raises(InvalidRequest) as caught:
        await client(resolver=Never(), max_request_bytes=100).send(Request(**fields))
    assert caught.value.mend
    assert "pass1234" not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>", b"", b'{"a": NaN}', b"\xff\xfe\x00", b"[" * 100_000])
async def test_garbage_is_no_json(serve, client, body):
    async def script(peer):
        await peer.request()
        await peer.answer("200 OK", body, "Content-Type: text/html")

    response = await client().send(request(await serve(script)))
    with pytest.raises(AnswerInvalid) as caught:
        response.json()
    assert caught.value.status == 200
    assert "text/html" in caught.value.what


async def test_a_closed_client_says_so(serve, client):
    http = client()
    await http.aclose()
    with pytest.raises(RuntimeError):
        await http.send(request(await serve()))

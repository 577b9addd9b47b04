"""Encrypted connections: certificates are checked, own authorities can be trusted."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import pytest
from support.certificates import self_signed

from keyturn.http import BadAuthorities, HttpClient, HttpSettings, Request, TlsFailed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1 as a file, and a server context with it."""
    return self_signed(tmp_path_factory.mktemp("tls"))


class Local:
    async def resolve(self, host, port):
        return ["127.0.0.1"]


async def test_an_untrusted_certificate_was_not_sent(serve, client, certificate):
    server = await serve(tls=certificate[1])
    with pytest.raises(TlsFailed):
        await client().send(Request("POST", f"https://127.0.0.1:{server.port}/", body=b"x"))
    assert server.seen == []


async def test_an_own_authority_can_be_trusted(serve, client, certificate):
    ca_file, context = certificate
    server, http = await serve(tls=context), client(ca_file=ca_file)
    for _ in range(2):
        response = await http.send(Request("POST", f"https://127.0.0.1:{server.port}/", body=b"x"))
        assert response.status == 200
    assert server.connections == 1


async def test_a_certificate_for_another_host_is_not_trusted(serve, client, certificate):
    ca_file, context = certificate
    server = await serve(tls=context)
    http = client(ca_file=ca_file, resolver=Local(), allow=("127.0.0.1",))
    with pytest.raises(TlsFailed):
        await http.send(Request("GET", f"https://other.example:{server.port}/"))
    assert server.seen == []


async def test_what_is_wrong_with_a_certificate_is_told(serve, client, certificate, tmp_path):
    ended, context = self_signed(tmp_path, days=-2)
    old, own = await serve(tls=context), await serve(tls=certificate[1])
    for http, url, what, mend in (
        (client(ca_file=ended), f"https://127.0.0.1:{old.port}/", "has expired", "renew it"),
        (client(), f"https://127.0.0.1:{own.port}/", "is not trusted", "KEYTURN_CA_FILE"),
        (
            client(ca_file=certificate[0], resolver=Local(), allow=("127.0.0.1",)),
            f"https://other.example:{own.port}/",
            "is for another name",
            "spelt",
        ),
    ):
        with pytest.raises(TlsFailed) as error:
            await http.send(Request("GET", url))
        assert what in error.value.what
        assert mend in error.value.mend


async def test_a_server_without_tls_was_not_sent(serve, client):
    async def script(peer):
        await peer.reader.readexactly(1)
        await peer.raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = await serve(script)
    with pytest.raises(TlsFailed):
        await client().send(Request("POST", f"https://127.0.0.1:{server.port}/", body=b"x"))


async def test_a_tls_connection_closed_while_idle_costs_a_change_nothing(serve, client, certificate, until):
    ca_file, context = certificate
    closed = []

    async def script(peer):
        await peer.request()
        await peer.answer()
        peer.writer.close()
        await peer.writer.wait_closed()
        closed.append(1)

    server, http = await serve(script, tls=context), client(ca_file=ca_file)
    for n in (1, 2, 3):
        response = await http.send(Request("POST", f"https://127.0.0.1:{server.port}/", body=b"x"))
        assert response.status == 200
        await until(lambda n=n: len(closed) == n)
    assert server.connections == 3


async def test_a_server_that_wants_a_certificate_of_the_client_is_told(client, certificate):
    ca_file, _ = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file.with_name("both.pem"))
    context.load_verify_locations(ca_file)
    context.verify_mode = ssl.CERT_REQUIRED

    async def refuse(reader, writer):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while piece := await reader.read(65_536):  # and on, so that the alert is not lost to a reset
            incoming.write(piece)
            with contextlib.suppress(ssl.SSLError):
                tls.do_handshake()
            writer.write(outgoing.read())
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TlsFailed, match="wants a certificate of the client"):
            await client(ca_file=ca_file).send(Request("POST", f"https://127.0.0.1:{port}/", body=b"x"))


def test_a_file_of_authorities_that_cannot_be_used_is_told(tmp_path):
    other = tmp_path / "flow.yaml"
    other.write_text("id: greet\n", encoding="utf-8")
    for file, what in ((tmp_path / "nowhere.pem", "No such file"), (other, "holds no certificate"), (tmp_path, "")):
        with pytest.raises(BadAuthorities) as error:
            HttpClient(HttpSettings(ca_file=file))
        assert str(file) in error.value.what
        assert what in error.value.what
        assert "PEM" in error.value.mend

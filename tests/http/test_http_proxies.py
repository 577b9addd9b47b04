"""Requests by way of a proxy: tunnels, what it is shown, where it is left out, and the egress rules all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from support.certificates import self_signed

from keyturn.http import (
    DIRECT,
    BadProxy,
    ConnectFailed,
    EgressDenied,
    NotSent,
    Proxy,
    Request,
    read_proxy,
    record,
)

APP = "app.example"
LOGIN = "me:pass-word"


class Names:
    """A resolver; other names than these are known to nobody here."""

    def __init__(self, **known: str) -> None:
        self.known = {name.replace("_", "."): address for name, address in known.items()}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host not in self.known:
            raise OSError("unknown")
        return [self.known[host]]


async def tunnel(peer):
    """A proxy that knows every name as this machine."""
    seen = await peer.request()
    assert seen is not None
    if not seen.line.startswith("CONNECT "):
        await peer.answer(body=b"by way of the proxy")
        return
    port = int(seen.line.split()[1].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await peer.raw(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
        target.close()

    await asyncio.gather(carry(peer.reader, writer), carry(reader, peer.writer), return_exceptions=True)


def refusing(status):
    async def script(peer):
        while await peer.request():
            await peer.answer(status)

    return script


async def test_an_app_without_tls_is_asked_for_by_its_whole_address(serve, client) -> None:
    proxy = await serve(tunnel)
    http = client(proxy=read_proxy(proxy.url, LOGIN, trusted=True), resolver=Names())
    answer = await http.send(Request("GET", f"http://{APP}/x?y=1"))
    assert (answer.status, answer.body) == (200, b"by way of the proxy")
    assert proxy.seen[0].line == f"GET http://{APP}/x?y=1 HTTP/1.1"
    assert proxy.seen[0].header("Proxy-Authorization") == "Basic bWU6cGFzcy13b3Jk"


async def test_an_app_with_tls_is_reached_through_a_tunnel(serve, client, tmp_path) -> None:
    ca_file, context = self_signed(tmp_path, APP)
    app, proxy = await serve(tls=context), await serve(tunnel)
    http = client(proxy=read_proxy(proxy.url, LOGIN, trusted=True), resolver=Names(), ca_file=ca_file)
    answer = await http.send(Request("POST", f"https://{APP}:{app.port}/x", body=b"secret"))
    assert (answer.status, answer.body) == (200, b"ok")
    assert [seen.line for seen in proxy.seen] == [f"CONNECT {APP}:{app.port} HTTP/1.1"]
    assert proxy.seen[0].header("Proxy-Authorization") == "Basic bWU6cGFzcy13b3Jk"
    assert app.seen[0].body == b"secret"
    assert app.seen[0].header("Proxy-Authorization") is None, "what the proxy is shown is nobody else's"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("status", "words"), [("407 Log In", "other credentials"), ("503 No", "")])
async def test_a_proxy_that_refuses_has_sent_nothing(serve, client, scheme: str, status: str, words: str) -> None:
    proxy = await serve(refusing(status))
    http = client(proxy=read_proxy(proxy.url, LOGIN, trusted=True), resolver=Names())
    if (scheme, words) == ("http", ""):
        return  # of an app without TLS nobody can tell the proxy's answer from the app's
    with pytest.raises(ConnectFailed) as error:
        await http.send(Request("POST", f"{scheme}://{APP}/x", body=b"x"))
    assert words in str(error.value)
    assert f"on the way to {APP}" in str(error.value)
    assert "pass-word" not in str(error.value)


async def test_a_proxy_that_is_away_is_told(client, serve) -> None:
    gone = await serve()
    http = client(proxy=read_proxy("http://127.0.0.1:9", trusted=True), resolver=Names())
    with pytest.raises(NotSent, match="proxy on the way"):
        await http.send(Request("GET", f"http://{APP}:{gone.port}/"))


@pytest.mark.parametrize("encrypts", [False, True])
async def test_a_proxy_that_is_not_reached_by_tls_is_told(client, serve, tmp_path, encrypts: bool) -> None:
    """One without TLS, and one whose certificate nobody vouches for: neither is the app's fault."""

    async def plain(peer):
        await peer.raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    proxy = await serve(tunnel, tls=self_signed(tmp_path)[1]) if encrypts else await serve(plain)
    address = proxy.url if proxy.url.startswith("https") else proxy.url.replace("http", "https")
    http = client(proxy=read_proxy(address, trusted=True), resolver=Names())
    with pytest.raises(NotSent, match=rf"The proxy on the way to {APP}") as error:
        await http.send(Request("GET", f"https://{APP}/"))
    assert "proxy" in error.value.mend


@pytest.mark.parametrize(
    ("url", "exceptions", "direct"),
    [
        ("http://{app}:{port}/", (), False),
        ("http://{app}:{port}/", ("app.example",), True),
        ("http://{app}:{port}/", ("*.example",), True),
        ("http://{app}:{port}/", ("app.example:1",), False),
        ("http://127.0.0.1:{port}/", (), True),
        ("http://localhost:{port}/", (), True),
    ],
)
async def test_some_are_reached_without_it(serve, client, url: str, exceptions: tuple[str, ...], direct: bool) -> None:
    app, proxy = await serve(), await serve(tunnel)
    names = Names(app_example="127.0.0.1", localhost="127.0.0.1")
    http = client(
        proxy=read_proxy(proxy.url, trusted=True),
        no_proxy=exceptions,
        resolver=names,
        allow=("127.0.0.1", APP, "localhost"),
    )
    answer = await http.send(Request("GET", url.format(app=APP, port=app.port)))
    assert (answer.body == b"ok") is direct
    assert bool(app.seen) is direct
    assert bool(proxy.seen) is not direct


async def test_a_request_may_have_a_proxy_of_its_own_or_none(serve, client) -> None:
    app, usual, own = await serve(), await serve(tunnel), await serve(tunnel)
    names = Names(app_example="127.0.0.1")
    http = client(proxy=read_proxy(usual.url, trusted=True), resolver=names, allow=("127.0.0.1", APP))
    url = f"http://{APP}:{app.port}/"
    await http.send(Request("GET", url, proxy=read_proxy(own.url)))
    assert (len(own.seen), len(usual.seen), len(app.seen)) == (1, 0, 0)
    await http.send(Request("GET", url, proxy=DIRECT))
    assert (len(own.seen), len(usual.seen), len(app.seen)) == (1, 0, 1)
    await http.send(Request("GET", url))
    assert (len(own.seen), len(usual.seen), len(app.seen)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("http://10.0.0.1/", {}),
        ("http://169.254.169.254/latest/meta-data", {}),
        ("http://[::ffff:10.0.0.1]/", {}),
        ("http://0x0a000001/", {}),
        ("http://inside.example/", {"inside_example": "10.0.0.1"}),
        ("http://metadata.google.internal/computeMetadata/v1/", {}),
        ("http://METADATA.goog./", {}),
    ],
)
async def test_the_egress_rules_hold_behind_a_proxy(serve, client, url: str, known: dict[str, str]) -> None:
    proxy = await serve(tunnel)
    http = client(proxy=read_proxy(proxy.url, trusted=True), resolver=Names(**known), allow=())
    with pytest.raises(EgressDenied):
        await http.send(Request("GET", url))
    assert not proxy.seen


@pytest.mark.parametrize("proxy", ["http://10.1.2.3:3128", "http://inside.example:3128"])
async def test_a_connections_proxy_is_reached_by_the_rules_only(client, proxy: str) -> None:
    http = client(resolver=Names(inside_example="10.0.0.1"), allow=())
    with pytest.raises(EgressDenied):
        await http.send(Request("GET", f"http://{APP}/", proxy=read_proxy(proxy)))


async def test_nothing_of_its_login_is_recorded(serve, client) -> None:
    proxy = await serve(tunnel)
    http = client(resolver=Names(), allow=("127.0.0.1",))
    request = Request("GET", f"http://{APP}/", proxy=read_proxy(proxy.url, LOGIN))
    answer = await http.send(request)
    shown = f"{record(request, answer).to_json()} {request}"
    assert proxy.seen[0].header("Proxy-Authorization")
    assert "pass-word" not in shown
    assert "bWU6" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://proxy.example:3128", Proxy("http://proxy.example:3128")),
        ("http://proxy.example:3128/", Proxy("http://proxy.example:3128")),
        ("https://proxy.example", Proxy("https://proxy.example")),
        ("http://me:p%40ss@proxy.example:1", Proxy("http://proxy.example:1", "me:p@ss")),
        ("http://[fd00::1]:3128", Proxy("http://[fd00::1]:3128")),
        ("direct", DIRECT),
    ],
)
def test_a_proxy_is_read(text: str, expected: Proxy) -> None:
    assert read_proxy(text) == expected


@pytest.mark.parametrize("text", ["", "proxy", "socks5://x", "http://", "http://x:port", "http://x/y", "http://x?y=1"])
def test_what_is_no_proxy_is_told(text: str) -> None:
    with pytest.raises(BadProxy) as error:
        read_proxy(text)
    assert "http://proxy.example:3128" in error.value.mend

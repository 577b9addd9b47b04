"""Redirects: followed for reads, each hop checked, credentials kept at home."""

from __future__ import annotations

import pytest

from keyturn.http import AnswerTimeout, EgressDenied, InvalidRequest, RedirectFailed, Request
from keyturn.http import headers as fields


def to(location, status="302 Found"):
    async def script(peer):
        while await peer.request():
            await peer.answer(status, b"moved", f"Location: {location}")

    return script


SECRETS = {"Authorization": "Bearer s", "Cookie": "a=b", "X-Token": "s", "X-Plain": "p", "Accept": "a/b"}


async def test_a_read_is_followed_to_another_origin_without_credentials(serve, client):
    final = await serve()
    first = await serve(to(f"{final.url}/next?x=1#part"))
    request = Request("GET", first.url, headers=SECRETS, credential_headers=frozenset({"x-token"}))
    response = await client().send(request)
    assert (response.status, response.body, response.hops) == (200, b"ok", 1)
    assert response.url == f"{final.url}/next?x=1"
    assert final.seen[0].line == "GET /next?x=1 HTTP/1.1"
    assert all(first.seen[0].header(name) == value for name, value in SECRETS.items())
    kept = {name for name in SECRETS if final.seen[0].header(name)}
    assert kept == {"X-Plain", "Accept"}


async def test_credentials_stay_within_an_origin_and_never_come_back(serve, client):
    async def script(peer):
        while seen := await peer.request():
            if seen.line.startswith("GET /end"):
                await peer.answer(body=b"end")
            elif seen.line.startswith("GET /a"):
                await peer.answer("307 Temporary", b"", "Location: /b")
            else:
                await peer.answer("301 Moved", b"", f"Location: {away.url}/away")

    home = await serve(script)
    away = await serve(to(f"{home.url}/end"))
    response = await client().send(Request("GET", f"{home.url}/a", headers={"Authorization": "s"}))
    assert response.body == b"end"
    assert response.hops == 3
    assert [seen.header("Authorization") for seen in home.seen] == ["s", "s", None]
    assert away.seen[0].header("Authorization") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_changes_are_not_followed(serve, client, method):
    server = await serve(to("/other"))
    response = await client().send(Request(method, server.url, body=b"x"))
    assert (response.status, response.headers["Location"]) == (302, "/other")
    assert len(server.seen) == 1


async def test_a_read_is_not_followed_when_told_so(serve, client):
    server = await serve(to("/other"))
    assert (await client().send(Request("GET", server.url, follow_redirects=False))).status == 302


async def test_five_hops_and_no_more(serve, client):
    server = await serve(to("/again"))
    with pytest.raises(RedirectFailed) as caught:
        await client().send(Request("GET", server.url))
    assert caught.value.status == 302
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:1/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://2130706433/",
        "//10.0.0.1/x",
    ],
)
async def test_a_redirect_to_a_private_address_is_not_followed(serve, client, location):
    server = await serve(to(location))
    with pytest.raises(RedirectFailed) as caught:
        await client().send(Request("GET", server.url))
    assert isinstance(caught.value.reason, EgressDenied)
    assert caught.value.status == 302


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "http://", "http://[::1", "http://[]@", "a b"]
)
async def test_a_redirect_to_nonsense_tells_so(serve, client, location):
    server = await serve(to(location))
    with pytest.raises(RedirectFailed) as caught:
        await client().send(Request("GET", server.url))
    assert isinstance(caught.value.reason, InvalidRequest | None)


async def test_a_change_that_is_told_to_follow_becomes_a_read(serve, client):
    async def script(peer):
        await peer.request()
        await peer.answer("303 See Other", b"", "Location: /result")
        await peer.request()
        await peer.answer(body=b"done")

    server = await serve(script)
    request = Request("POST", server.url, headers=fields({"Content-Type": "a/b"}), body=b"x", follow_redirects=True)
    assert (await client().send(request)).body == b"done"
    assert server.seen[1].line == "GET /result HTTP/1.1"
    assert server.seen[1].body == b""
    assert server.seen[1].header("Content-Type") is None


async def test_a_body_is_not_handed_to_another_origin(serve, client):
    other = await serve()
    server = await serve(to(f"{other.url}/", "308 Permanent"))
    with pytest.raises(RedirectFailed):
        await client().send(Request("POST", server.url, body=b"client_secret=s", follow_redirects=True))
    assert other.seen == []


async def test_all_hops_share_the_answer_time(serve, client):
    async def script(peer):
        await peer.request()
        await peer.answer("302 Found", b"", "Location: /slow")
        await peer.request()
        await peer.reader.read()

    server = await serve(script)
    with pytest.raises(AnswerTimeout):
        await client(answer_s=0.2).send(Request("GET", server.url))


async def test_before_send_is_asked_at_each_hop(serve, client):
    final = await serve()
    first = await serve(to(final.url))
    asked = []
    await client().send(Request("GET", first.url), before_send=lambda: asked.append(len(first.seen)))
    assert asked == [0, 1]

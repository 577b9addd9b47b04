"""The web app's files: its page at every address of people, assets kept for ever, a strict policy."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from support_client import Client
from support_server import make_site

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def app(tmp_path: Path) -> Client:
    """A server with a small web app; the caller has no token."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<meta name="csp-nonce" content="{{nonce}}"><title>Keyturn</title>')
    (tmp_path / "assets" / "index-a1.js").write_text("console.log('hello');" * 50)
    (tmp_path / "assets" / "inter-b2.woff2").write_bytes(b"font")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return (await make_site(web=tmp_path)).client(None)


@pytest.mark.parametrize("path", ["/", "/history", "/history/01a2", "/flows/a%20b", "/sign-in", "/no/such/screen"])
async def test_a_browser_gets_the_page_wherever_it_goes(app: Client, path: str) -> None:
    answer = await app.get(path, headers=HTML)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>Keyturn</title>" in answer.body
    assert answer.headers["cache-control"] == "no-store"


async def test_the_policy_lets_nothing_reach_another_host_and_no_script_in(app: Client) -> None:
    answer = await app.get("/", headers=HTML)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert not re.search(r"\*|https?:|unsafe", answer.headers["content-security-policy"])


async def test_each_page_has_a_nonce_of_its_own(app: Client) -> None:
    nonces = set()
    for _ in range(3):
        answer = await app.get("/", headers=HTML)
        nonce = re.search(r'content="([^"]+)"', answer.body.decode())
        assert nonce
        assert f"'nonce-{nonce[1]}'" in answer.headers["content-security-policy"]
        nonces.add(nonce[1])
    assert len(nonces) == 3


async def test_assets_are_kept_for_ever_and_packed(app: Client) -> None:
    plain = await app.get("/assets/index-a1.js")
    packed = await app.get("/assets/index-a1.js", headers={"Accept-Encoding": "gzip, br"})
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"].startswith("text/javascript")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    font = await app.get("/assets/inter-b2.woff2", headers={"Accept-Encoding": "gzip"})
    assert (font.body, font.headers["content-type"], "content-encoding" in font.headers) == (
        b"font",
        "font/woff2",
        False,
    )
    assert (await app.get("/icon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/assets/../index.html", "/assets/%2e%2e/%2e%2e/etc/passwd"])
async def test_an_asset_that_is_not_there_is_not_the_page(app: Client, path: str) -> None:
    assert (await app.get(path, headers=HTML)).status == 404


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/hooks/none", "/endpoints/none", "/session/x", "/openapi.json/x"])
async def test_addresses_of_programs_are_never_the_page(app: Client, path: str) -> None:
    answer = await app.get(path, headers=HTML)
    assert answer.status in (401, 404)
    assert answer.headers["content-type"] == "application/json"


async def test_a_program_that_goes_astray_gets_an_error_it_can_read(app: Client) -> None:
    answer = await app.get("/history", headers={"Accept": "application/json"})
    assert answer.problem["code"] == "not-found"
    assert (await app.post("/history", {}, headers=HTML)).status == 404


async def test_an_upgrade_below_it_leaves_the_server_what_it_began_with(app: Client, tmp_path: Path) -> None:
    await app.get("/", headers=HTML)
    (tmp_path / "assets" / "index-a1.js").unlink()
    (tmp_path / "assets" / "index-c3.js").write_text("newer()")
    old, newer = await app.get("/assets/index-a1.js"), await app.get("/assets/index-c3.js")
    assert (old.status, old.body[:13]) == (200, b"console.log('")
    assert newer.status == 404

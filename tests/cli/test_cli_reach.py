"""How ``keyturn run`` reaches apps: own authorities, proxies and egress rules are those of the settings."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certificates import self_signed
from support_cli import Keyturn

FLOW = """\
id: ask
name: Ask
event: {card: manual}
cards:
  - {id: ask, card: api_connector.get, connection: app, inputs: {url: /me}}
"""
CONNECTIONS = """\
app: {{connector: api_connector, kind: none, base_url: "{url}"}}
"""


class App(http.server.BaseHTTPRequestHandler):
    """Answers every GET."""

    def do_GET(self) -> None:
        body = b'{"name": "Ada"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A file with an authority of one's own, and the address of an app with its certificate."""
    ca_file, context = self_signed(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ca_file, f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


def _asking(folder: Path, url: str) -> tuple[str, ...]:
    (folder / "ask.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "connections.yml").write_text(CONNECTIONS.format(url=url), encoding="utf-8")
    return ("run", str(folder / "ask.yaml"), "--connections", str(folder / "connections.yml"))


def test_an_authority_of_ones_own_is_trusted(offline: Keyturn, authority: tuple[Path, str], tmp_path: Path) -> None:
    ca_file, url = authority
    command = _asking(tmp_path, url)
    reached = {"KEYTURN_EGRESS_ALLOW": url.removeprefix("https://")}
    said = offline(*command, **reached)
    assert (said.code, "not trusted" in said.out) == (1, True), said
    said = offline(*command, **reached, KEYTURN_CA_FILE=str(ca_file))
    assert said.code == 0, said


def test_apps_are_reached_by_way_of_the_proxy(offline: Keyturn, tmp_path: Path) -> None:
    said = offline(*_asking(tmp_path, "http://app.example"), KEYTURN_PROXY="http://127.0.0.1:1")
    assert said.code == 1, said
    assert "proxy" in said.out


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KEYTURN_CA_FILE", "/nowhere/ca.pem", "/nowhere/ca.pem cannot be read"),
        ("KEYTURN_PROXY", "proxy.example:3128", "no address of a proxy"),
        ("KEYTURN_EGRESS_ALLOW", "app.example, 10.0.0.1/8", "KEYTURN_EGRESS_ALLOW, entry '10.0.0.1/8'"),
        ("KEYTURN_NO_PROXY", "app.example, 10.0.0.1/8", "KEYTURN_NO_PROXY, entry '10.0.0.1/8'"),
    ],
)
def test_settings_that_cannot_be_read_are_told(
    offline: Keyturn, tmp_path: Path, name: str, value: str, words: str
) -> None:
    said = offline(*_asking(tmp_path, "http://app.example"), **{name: value})
    assert said.code == 2, said
    assert words in said.err
    advice = said.err.strip().splitlines()[-1].split(": ", 1)[-1]
    assert said.err.count(advice) == 1, said.err

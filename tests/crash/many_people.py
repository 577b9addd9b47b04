"""An app with very many people, listed as Okta lists them: page after page, with a Link header (RFC 8288)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def login(number: int) -> str:
    """The user name of one of them."""
    return f"person{number}@northwind.example"


@contextmanager
def many_people(count: int) -> Iterator[str]:
    """The app's address, for as long as the block lasts."""

    class Listing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            first, limit = int(asked.get("after", ["0"])[0]), int(asked["limit"][0])
            last = min(first + limit, count)
            page = [{"id": f"00u{number}", "profile": {"login": login(number)}} for number in range(first, last)]
            body = json.dumps(page).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if last < count:
                address = f"http://{self.headers['Host']}/api/v1/users?limit={limit}&after={last}"
                self.send_header("Link", f'<{address}>; rel="next"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listing)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

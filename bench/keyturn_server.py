"""The real program, started as users start it, with a connection to the bench's own app."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from .documents import JSON, Document
from .place import Place
from .processes import Program, running

_LAST_WORDS_SECONDS = 10.0
HOOK_SECRET = "the bench's event hook"


@dataclass(frozen=True, slots=True)
class Keyturn:
    """A running server and a token for it."""

    program: Program
    token: str
    database: str

    async def call(self, method: str, path: str, body: JSON = None) -> Document:
        """A call of the API.

        Raises:
            urllib.error.HTTPError: it is refused.
            ProgramFailed: the server has ended.
        """
        try:
            return await asyncio.to_thread(self._call, method, path, body)
        except ConnectionError:
            await asyncio.to_thread(self.program.process.wait, _LAST_WORDS_SECONDS)
            self.program.check()
            raise

    def _call(self, method: str, path: str, body: JSON) -> Document:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.program.port}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return cast("Document", json.loads(answer.read() or b"{}"))


@asynccontextmanager
async def keyturn_server(
    place: Place, database: str, flows: Sequence[Document], app_port: int | None = None
) -> AsyncIterator[Keyturn]:
    """Keyturn in a process of its own, with these flows published.

    Logs only warnings, as the servers that it is compared with do.
    """
    token = secrets.token_hex(24)
    environment = {
        "KEYTURN_DATABASE_URL": database,
        "KEYTURN_DATA": str(place.folder / "keyturn"),
        "KEYTURN_SECRET_KEY": secrets.token_hex(32),
        "KEYTURN_ADMIN_TOKEN": token,
        "KEYTURN_LOG_LEVEL": "warning",
        "KEYTURN_EGRESS_ALLOW": "" if app_port is None else f"127.0.0.1:{app_port}",
    }
    async with running("keyturn", ["keyturn.cli.main", "server"], environment, place.folder) as program:
        keyturn = Keyturn(program, token, database)
        if app_port is not None:
            await keyturn.call("PUT", "/connections/okta", _connection(app_port))
        await keyturn.call("POST", "/flows", {"documents": [json.dumps(flow) for flow in flows]})
        yield keyturn


def _connection(port: int) -> Document:
    return {
        "connector": "okta",
        "kind": "bearer",
        "name": "The bench's own app",
        "base_url": f"http://127.0.0.1:{port}",
        "settings": {"prefix": "SSWS"},
        "secrets": {"token": "a token for the bench", "event_hook_secret": HOOK_SECRET},
    }

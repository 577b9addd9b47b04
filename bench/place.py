"""Where a bench runs: a folder of its own, one Postgres for all sides, a fresh database for each measurement."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from keyturn.embedded import EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for logs and data, and the server's address."""

    folder: Path
    server: str

    @asynccontextmanager
    async def database(self, label: str) -> AsyncIterator[str]:
        """A new, empty database; dropped at the end."""
        name = f"bench_{label}_{uuid.uuid4().hex[:12]}"
        await self._tell(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))
        finally:
            await self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def version(self) -> str:
        """The server's version."""
        link = await asyncpg.connect(self.server)
        try:
            return str(await link.fetchval("SHOW server_version"))
        finally:
            await link.close()

    async def settle(self) -> None:
        """Let the server write out what the last measurement left, so that the next one does not pay for it."""
        await self._tell("CHECKPOINT")

    async def _tell(self, statement: str) -> None:
        link = await asyncpg.connect(self.server)
        try:
            await link.execute(statement)
        finally:
            await link.close()


@contextmanager
def open_place(server: str | None = None) -> Iterator[Place]:
    """A place; without a server's address the embedded Postgres runs meanwhile, with the settings that users get."""
    folder = Path(tempfile.mkdtemp(prefix=f"keyturn-bench-{os.getpid()}-", dir="/tmp"))
    folder.chmod(0o711)  # root's Postgres runs as another user
    try:
        if server is not None:
            yield Place(folder, server)
            return
        with EmbeddedPostgres(folder / "postgres") as address:
            yield Place(folder, address.url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

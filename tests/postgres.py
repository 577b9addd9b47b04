"""One embedded Postgres for a whole test run, shared by all its processes; a fresh database for each test."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from keyturn.embedded import EmbeddedPostgres
from keyturn.store import Database
from keyturn.store.migrate import upgrade

# Nothing in a test outlives the machine, so that nothing has to reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
_TEMPLATE = "keyturn_template"


def run_folder(run: str) -> Path:
    """The folder of a test run's server, in a place that the server's user can enter."""
    return Path("/tmp") / f"keyturn-tests-{os.getuid()}-{run}"


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o755, exist_ok=True)
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(run: str) -> str:
    """The address of a run's server; whichever process needs it first starts it."""
    given = os.environ.get("KEYTURN_TEST_DATABASE_URL")
    if given:
        return given
    folder = run_folder(run)
    with _only_one(folder):
        address = folder / "address"
        if not address.exists():
            server = EmbeddedPostgres(folder / "pg", settings=FAST)
            url = server.start().url
            server.leave()
            address.write_text(url, encoding="utf-8")
        return address.read_text(encoding="utf-8")


def sweep(run: str) -> None:
    """Stop this run's server, and those that killed runs left behind."""
    for folder in Path("/tmp").glob(f"keyturn-tests-{os.getuid()}-*"):
        owner = folder.name.rsplit("-", 1)[1]
        if owner != run and (not owner.isdigit() or Path(f"/proc/{owner}").exists()):
            continue
        if (folder / "pg").exists():
            server = EmbeddedPostgres(folder / "pg", settings=FAST)
            server.start()
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def make_template(url: str) -> None:
    """Make the migrated database that others are copied from, once per server."""
    connection = await asyncpg.connect(with_database(url, "postgres"))
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", _TEMPLATE):
            return
        draft = f"{_TEMPLATE}_draft"
        await connection.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        await connection.execute(f'CREATE DATABASE "{draft}"')
        database = Database(with_database(url, draft))
        await database.open()
        try:
            await upgrade(database)
        finally:
            await database.close()
        await connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{_TEMPLATE}"')
    finally:
        await connection.close()


async def make_database(url: str, *, migrated: bool) -> str:
    """A new database; gives its address."""
    name = f"t_{uuid.uuid4().hex}"
    template = _TEMPLATE if migrated else "template0"
    connection = await asyncpg.connect(with_database(url, "postgres"))
    try:
        await connection.execute("SELECT pg_advisory_lock(2)")
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    finally:
        await connection.close()
    return with_database(url, name)


async def drop_database(url: str) -> None:
    """Remove a test's database."""
    name = urlsplit(url).path.lstrip("/")
    connection = await asyncpg.connect(with_database(url, "postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()

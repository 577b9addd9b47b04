"""One embedded Postgres for a whole test run, shared by all its processes; a database as new for each test.

A pytest plugin that ``conftest.py`` takes over. The process that starts the run holds a lock on the run's folder;
the first test that needs a database starts the server, and the end of the run stops it. A run that was killed
leaves a folder that nobody holds: the next run stops its server and removes it.

``KEYTURN_TEST_DATABASE_URL`` names another server to use; its user must be allowed to make databases.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from used_databases import Look, emptied, look

from keyturn.embedded import EmbeddedPostgres, EmbeddedPostgresError

GIVEN = "KEYTURN_TEST_DATABASE_URL"
# Nothing in a test outlives the machine, so that nothing has to reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}

_PREFIX = f"keyturn-tests-{os.getuid()}-"
# Not pytest's own folder: it is private, and root's Postgres runs as another user.
_PLACE = Path("/tmp")


class _Node(Protocol):
    """A worker of xdist, as its controller sees it."""

    config: pytest.Config
    workerinput: dict[str, object]


class Run:
    """A test run: its name, and while it lasts its folder."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = _PLACE / f"{_PREFIX}{name}"
        self._held: IO[str] | None = None

    @property
    def template(self) -> str:
        """The migrated database that others are copied from."""
        return f"keyturn_template_{self.name}"

    def begin(self) -> None:
        """Hold the run's folder until this process ends."""
        self.folder.mkdir()
        self.folder.chmod(0o711)
        held = (self.folder / "owner").open("w")
        fcntl.flock(held, fcntl.LOCK_EX)
        # Others take a folder for dead only if this file is there.
        (self.folder / "begun").write_text(str(os.getpid()))
        self._held = held

    def inherit(self) -> bool:
        """Take the folder over if the process that began it has ended; whether it was.

        It stays held, so that of two runs that find it only one cleans up.
        """
        if not (self.folder / "begun").exists():
            return False
        try:
            owner = (self.folder / "owner").open("r+")
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner.close()
            return False
        self._held = owner
        return True

    def end(self) -> None:
        """Stop the run's server, remove its folder and let go."""
        EmbeddedPostgres(self.folder / "pg").stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.let_go()

    def let_go(self) -> None:
        """Hold the folder no longer."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def server(self) -> str:
        """The address of the run's server; whichever process needs it first starts it."""
        given = os.environ.get(GIVEN)
        if given:
            return given
        with _one_at_a_time(self.folder / "starting"):
            address = self.folder / "address"
            if not address.exists():
                server = EmbeddedPostgres(self.folder / "pg", settings=FAST)
                url = server.start().url
                server.leave()
                address.write_text(url, encoding="utf-8")
            return address.read_text(encoding="utf-8")


_RUN = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run owns it; its workers are told its name."""
    worker: dict[str, object] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[_RUN] = Run(str(worker["keyturn_run"]))
        return
    for folder in _PLACE.glob(f"{_PREFIX}*"):
        _clean_up(Run(folder.name.removeprefix(_PREFIX)))
    run = config.stash[_RUN] = Run(uuid.uuid4().hex[:12])
    run.begin()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: _Node) -> None:
    """Tell a worker which run it belongs to."""
    node.workerinput["keyturn_run"] = node.config.stash[_RUN].name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's server, whichever process started it."""
    run = config.stash.get(_RUN, None)
    if run is not None and not hasattr(config, "workerinput"):
        given = os.environ.get(GIVEN)
        if given:
            asyncio.run(_drop_all(given, run))
        run.end()


def _clean_up(left: Run) -> None:
    """End a run that was killed. What cannot be ended now is for the next run."""
    if left.inherit():
        try:
            left.end()
        except EmbeddedPostgresError as error:
            warnings.warn(f"A killed test run is still in {left.folder}: {error}", stacklevel=1)
            left.let_go()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """Address of the run's server."""
    return pytestconfig.stash[_RUN].server()


@pytest.fixture
async def empty_database_url(postgres_server: str, pytestconfig: pytest.Config) -> AsyncIterator[str]:
    """A new database without tables."""
    url = await _make_database(postgres_server, pytestconfig.stash[_RUN], "template0")
    yield url
    await _drop_database(postgres_server, url)


class Used:
    """The databases that tests of this process have left, as new ones."""

    def __init__(self, server: str, run: Run) -> None:
        self._server = server
        self._run = run
        self._free: list[str] = []
        self._new: Look | None = None

    async def take(self) -> str:
        """A migrated database that is as new."""
        if self._free:
            return self._free.pop()
        await _make_template(self._server, self._run.template)
        url = await _make_database(self._server, self._run, self._run.template)
        if self._new is None:
            link = await asyncpg.connect(url)
            self._new = await look(link)
            await link.close()
        return url

    async def leave(self, url: str) -> None:
        """Keep a database for the next test if it can be made as new, else drop it."""
        if self._new is not None and await emptied(url, self._new):
            self._free.append(url)
        else:
            await _drop_database(self._server, url)


@pytest.fixture(scope="session")
def used_databases(postgres_server: str, pytestconfig: pytest.Config) -> Used:
    """What tests of this process left; all of it goes with the run."""
    return Used(postgres_server, pytestconfig.stash[_RUN])


@pytest.fixture
async def database_url(used_databases: Used) -> AsyncIterator[str]:
    """A migrated database in which nothing was done yet."""
    url = await used_databases.take()
    yield url
    await used_databases.leave(url)


class Databases:
    """Makes as many databases as a test wants."""

    def __init__(self, server: str, run: Run) -> None:
        self._server = server
        self._run = run

    async def copy(self, url: str | None = None) -> str:
        """The address of a new database like the one at ``url`` (with nobody connected); without it a migrated one."""
        if url is None:
            await _make_template(self._server, self._run.template)
        return await _make_database(self._server, self._run, database_of(url) if url else self._run.template)

    async def drop(self, url: str) -> None:
        """Remove a database, whoever uses it."""
        await _drop_database(self._server, url)


@pytest.fixture(scope="session")
def databases(postgres_server: str, pytestconfig: pytest.Config) -> Databases:
    """Makes databases on the run's server; what is not dropped goes with the run."""
    return Databases(postgres_server, pytestconfig.stash[_RUN])


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def database_of(url: str) -> str:
    """The name of the database in an address."""
    return urlsplit(url).path.lstrip("/")


async def _make_template(server: str, name: str) -> None:
    """Make the migrated database, once per run."""
    # Here, as tests without a database do not need the store.
    from keyturn.store import Database
    from keyturn.store.migrate import upgrade

    connection = await asyncpg.connect(server)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", name)
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            return
        draft = f"{name}_draft"
        await connection.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        await connection.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0')
        database = Database(with_database(server, draft))
        await database.open()
        try:
            await upgrade(database)
        finally:
            await database.close()
        await connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    finally:
        await connection.close()


async def _make_database(server: str, run: Run, template: str) -> str:
    name = f"t_{run.name}_{uuid.uuid4().hex[:16]}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    finally:
        await connection.close()
    return with_database(server, name)


async def _drop_database(server: str, url: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{database_of(url)}" WITH (FORCE)')
    finally:
        await connection.close()


async def _drop_all(server: str, run: Run) -> None:
    """Remove what a run leaves on a server that is not its own."""
    connection = await asyncpg.connect(server)
    try:
        found = await connection.fetch("SELECT datname FROM pg_database WHERE datname LIKE '%' || $1 || '%'", run.name)
        for row in found:
            await connection.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')
    finally:
        await connection.close()

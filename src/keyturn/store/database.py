"""The connection to Postgres: its address, its pool, and what happens when it goes away.

Statements that may be sent twice go through ``Database.repeating``: a connection that breaks is replaced and
the statement sent again until the time allowed is over. Everything that means "the database is away" leaves
this module as ``StoreUnavailable``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

from keyturn.engine.ports import CommitRefused, StoreUnavailable

from .driver import Dial, Link, Pool, Row, code_of, connect, make_pool
from .errors import Burdened, DatabaseUrlError, is_away, is_conflict, is_locked_out, is_refusal, unavailable
from .sql import database as sql

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_VITAL_LINKS = 2
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
_LAST_WORDS = 5.0  # seconds for saying good-bye to the server


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How the database is used.

    Attributes:
        pool_size: connections at most, the dedicated ones (group commit, listening, leases) not counted.
        statement_timeout: the server gives up a statement after this time.
        idle_timeout: the server ends a transaction in which nothing is said for this time, so that a process that
            stands still in the middle of one holds up others for no longer. Nothing in one may wait for the world.
        connect_timeout: for making a connection, and for waiting for a free one of the pool.
        patience: how long a statement that may be sent twice is tried again.
        application_name: shown in pg_stat_activity.
    """

    pool_size: int = 10
    statement_timeout: timedelta = timedelta(seconds=30)
    idle_timeout: timedelta = timedelta(seconds=2)
    connect_timeout: timedelta = timedelta(seconds=10)
    patience: timedelta = timedelta(seconds=15)
    application_name: str = "keyturn"


def check_url(url: str) -> str:
    """The address in the form that the driver takes.

    Raises:
        DatabaseUrlError: it cannot be one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DatabaseUrlError(str(error)) from error
    if parts.scheme not in _SCHEMES:
        raise DatabaseUrlError(f"it begins with {parts.scheme or 'nothing'!r}, not with postgresql://")
    if port == 0 or not parts.path.strip("/"):
        raise DatabaseUrlError("it names no database" if port != 0 else "its port is 0")
    return "postgresql" + url[len(parts.scheme) :]


class Database:
    """One Postgres database.

    Args:
        url: ``postgresql://...``; TLS and socket folders as libpq writes them.

    Raises:
        DatabaseUrlError: the address cannot be one.
    """

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        self.url = check_url(url)
        self.settings = settings or DatabaseSettings()
        self._pool: Pool | None = None
        self._vital: Pool | None = None

    async def open(self) -> None:
        """Connect. A database that is not there yet, or restarts, is waited for as long as ``patience`` says.

        Raises:
            StoreUnavailable: there is no database at that address, or it does not let us in.
        """
        if self._pool is not None:
            return
        try:
            await self._open()
        except StoreUnavailable as error:
            if is_locked_out(error.__cause__):
                raise
            log.warning("waiting for the database", why=str(error), seconds=self.settings.patience.total_seconds())
            await self.repeating(self._open)

    async def _open(self) -> None:
        try:
            self._pool = await make_pool(self._dial(limited=True), self.settings.pool_size)
            self._vital = await make_pool(self._dial(limited=True), _VITAL_LINKS)
            await self.check()
        except BaseException as error:
            await self.close()  # one pool may be there, and the next try makes both anew
            if is_away(error):
                raise unavailable(error) from error
            raise

    async def close(self) -> None:
        """Let go of all connections; those in use are ended after some seconds."""
        pools = [pool for pool in (self._pool, self._vital) if pool is not None]
        self._pool = self._vital = None
        for pool in pools:
            try:
                async with asyncio.timeout(_LAST_WORDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def connect(self, *, limited: bool = True) -> Link:
        """A connection of one's own, outside the pool; the caller closes it.

        Args:
            limited: whether the time-out of statements holds.

        Raises:
            StoreUnavailable: the database is away.
        """
        try:
            return await connect(self._dial(limited=limited))
        except Exception as error:
            if is_away(error):
                raise unavailable(error) from error
            raise

    async def hang_up(self, link: Link) -> None:
        """Close a connection of one's own, whatever state it is in."""
        try:
            async with asyncio.timeout(_LAST_WORDS):
                await link.close()
        except Exception as error:
            link.terminate()
            if not is_away(error):
                raise

    async def check(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            StoreUnavailable: there is none.
        """
        async with self.link() as link:
            await link.fetchval(sql.SIGN_OF_LIFE)

    @asynccontextmanager
    async def link(self, *, vital: bool = False) -> AsyncGenerator[Link]:
        """A connection of the pool, for as long as the block lasts.

        Args:
            vital: one that is kept for what must not wait behind all else, however busy this process is.

        Raises:
            StoreUnavailable: the database went away, before or within the block.
            CommitRefused: it does not take what was to be written.
        """
        pool = self._vital if vital else self._pool
        if pool is None:
            raise unavailable(ConnectionError("not connected"))
        try:
            async with pool.acquire(timeout=self.settings.connect_timeout.total_seconds()) as link:
                try:
                    yield link
                except Exception as error:
                    if is_away(error) and code_of(error) is None:
                        link.terminate()  # the client lost track of it: lend it to nobody
                    raise
        except Exception as error:
            if is_away(error):
                raise unavailable(error) from error
            if is_refusal(error):
                raise CommitRefused(str(error)) from error
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Link]:
        """As ``link``, in a transaction that is committed when the block ends well."""
        async with self.link() as link, link.transaction():
            yield link

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """The rows of a statement; sent once."""
        async with self.link() as link:
            return await link.fetch(statement, *values)

    async def fetch_one(self, statement: str, *values: object) -> Row | None:
        """The first row of a statement, or None; sent once."""
        async with self.link() as link:
            return await link.fetchrow(statement, *values)

    async def repeating(self, work: Callable[[], Awaitable[Result]], *, burdens: bool = True) -> Result:
        """Do work that may be done twice, and do it again while the database is away.

        Args:
            burdens: whether it is done again as it is, too, if it was too much for the database.

        Raises:
            StoreUnavailable: the time allowed (``patience``) is over.
            Burdened: it was too much.
        """
        return await repeating(work, self.settings.patience, burdens=burdens)

    async def read(self, statement: str, *values: object) -> Sequence[Row]:
        """The rows of a statement that may be sent twice."""
        return await self.repeating(lambda: self.fetch(statement, *values))

    async def read_vital(self, statement: str, *values: object) -> Sequence[Row]:
        """As ``read``, on a connection that is kept for this."""

        async def work() -> Sequence[Row]:
            async with self.link(vital=True) as link:
                return await link.fetch(statement, *values)

        return await self.repeating(work)

    async def read_one(self, statement: str, *values: object) -> Row | None:
        """The first row of a statement that may be sent twice, or None."""
        return await self.repeating(lambda: self.fetch_one(statement, *values))

    def _dial(self, *, limited: bool) -> Dial:
        settings = self.settings
        seconds = settings.statement_timeout.total_seconds() if limited else 0
        idle = settings.idle_timeout.total_seconds() if limited else 0
        return Dial(
            self.url,
            timeout=settings.connect_timeout.total_seconds(),
            command_timeout=seconds + 5 if limited else None,  # the client waits longer than the server works
            server_settings={
                "application_name": settings.application_name,
                "statement_timeout": _milliseconds(seconds),
                "idle_in_transaction_session_timeout": _milliseconds(idle),
                "timezone": "UTC",
            },
        )


def _milliseconds(seconds: float) -> str:
    """As Postgres takes it; 0 is no limit."""
    return str(int(seconds * 1000))


async def repeating(work: Callable[[], Awaitable[Result]], patience: timedelta, *, burdens: bool = True) -> Result:
    """Do work again, with growing pauses, while it raises StoreUnavailable or met another statement."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience.total_seconds()
    pause = _FIRST_PAUSE
    while True:
        try:
            return await work()
        except StoreUnavailable as error:
            if loop.time() + pause > until or (isinstance(error, Burdened) and not burdens):
                raise
        except Exception as error:
            if not is_conflict(error):
                raise
            if loop.time() + pause > until:
                raise unavailable(error) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)

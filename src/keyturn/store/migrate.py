"""Brings a database to the shape that this program needs.

Any number of programs may do it at once: one works, the others wait for it. Our own tables are Alembic's;
PgQueuer's are installed and converged by its own means, and a comment on its table says which release did it.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pgqueuer.queries import Queries

from .database import Database
from .driver import Link
from .errors import is_away, unavailable
from .queue_settings import queries_on
from .sql import database as sql

_LOCK = 0x6B657974_75726E01  # "keyturn", 1


async def upgrade(database: Database) -> str:
    """Apply what is missing; nothing if nothing is. Returns the revision that the database has then.

    Raises:
        MigrationError: the database was made by a newer program.
        StoreUnavailable: the database is away; what was begun is undone or finished by the next start.
    """
    try:
        await _locked_upgrade(database)
    except Exception as error:
        if any(is_away(cause) for cause in _causes(error)):
            raise unavailable(error) from error
        raise
    return newest()


async def _locked_upgrade(database: Database) -> None:
    link = await database.connect(limited=False)
    try:
        await link.execute(sql.LOCK_MIGRATIONS, _LOCK)
        try:
            await _our_tables(database)
            await _queue_tables(queries_on(link), link)
        finally:
            if not link.is_closed():
                await link.execute(sql.UNLOCK_MIGRATIONS, _LOCK)
    finally:
        await database.hang_up(link)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came from (SQLAlchemy wraps the driver's)."""
    while error is not None:
        yield error
        error = error.__cause__


async def revision(database: Database) -> str | None:
    """The revision that the database has; None for an empty one."""
    async with database.link() as link:
        if not await link.fetchval(sql.HAS_REVISION_TABLE):
            return None
        found = await link.fetchval(sql.READ_REVISION)
        return found if isinstance(found, str) else None


@cache
def newest() -> str:
    """The newest revision that this program knows: revisions are numbers, and files are named after them."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in versions.glob("[0-9]*.py"))


async def _our_tables(database: Database) -> None:
    if await revision(database) == newest():
        return  # without Alembic, which takes its time and serves one database of a process at a time
    from .alembic_upgrade import apply_missing  # half of what a process would have to load at its start

    await apply_missing(database)


async def _queue_tables(queries: Queries, link: Link) -> None:
    note = "PgQueuer " + importlib.metadata.version("pgqueuer")
    assert note.replace(".", "").replace(" ", "").replace("+", "").isalnum()
    if await link.fetchval(sql.READ_QUEUE_NOTE) == note:
        return
    if await queries.schema_is_installed():
        await queries.apply_upgrade()
    else:
        async with link.transaction():  # half an installation would stand in the way of the next
            await queries.install()
    await link.execute(sql.NOTE_QUEUE.format(note=note))

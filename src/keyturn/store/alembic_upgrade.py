"""Applies the versions under ``migrations`` by Alembic. Loaded only where something is missing."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from .database import Database
from .errors import MigrationError


async def apply_missing(database: Database) -> None:
    """Bring our own tables to the newest revision.

    Raises:
        MigrationError: the database was made by a newer program.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: database.connect(limited=False),
        poolclass=NullPool,
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
    except CommandError as error:
        raise MigrationError(
            f"The database was made by a newer Keyturn ({error}). Start that version, or restore a backup."
        ) from error
    finally:
        await engine.dispose()


def head() -> str | None:
    """The revision at the end of the chain."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _run(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "keyturn.store:migrations")
    config.set_main_option("path_separator", "os")
    return config

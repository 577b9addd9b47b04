"""The database of a data folder: embedded, or the one that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from keyturn.embedded import EmbeddedPostgres, EmbeddedPostgresError, FolderInUse

from .settings import Settings


class DatabaseNotRemoved(Exception):
    """A data folder's database cannot be removed, for example as another program uses it; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncGenerator[str]:
    """The database's address; without one in the settings the embedded Postgres runs meanwhile."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    embedded = _embedded(settings.data)
    address = await asyncio.to_thread(embedded.start)
    try:
        yield address.url
    finally:
        await asyncio.to_thread(embedded.stop)


def remove_database(data: Path) -> None:
    """Remove the embedded database of a data folder, with all that is in it; nothing if there is none.

    Raises:
        DatabaseNotRemoved: nothing of it was removed, or not all.
    """
    try:
        _embedded(data).remove()
    except FolderInUse as error:
        raise DatabaseNotRemoved(str(error), "Stop it, or set KEYTURN_DATA to another folder.") from error
    except EmbeddedPostgresError as error:
        raise DatabaseNotRemoved(str(error), error.mend) from error


def _embedded(data: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(data / "postgres")

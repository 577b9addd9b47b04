"""Rows of files (``data.file_ports.FileStore``)."""

from __future__ import annotations

import builtins
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from keyturn.data.file_model import File, NewFile
from keyturn.flows.paging import BadCursor, Page, PageRequest

from .cursors import mark, page_of, page_size, place
from .database import Database
from .payloads import clean
from .sql import files as sql


class PostgresFiles:
    """FileStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, page: PageRequest) -> Page[File]:
        """Files that have not expired, the newest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        size = page_size(page)
        before = _place(page.after) if page.after is not None else (None, None)
        rows = await self._database.read(sql.LIST, size + 1, *before)
        files: builtins.list[File] = [File(**dict(row)) for row in rows]
        return page_of(files, size, lambda file: mark(file.created.isoformat(), str(file.id)))

    async def get(self, file_id: UUID) -> File | None:
        """A file that has not expired, or None."""
        row = await self._database.read_one(sql.GET, file_id)
        return None if row is None else File(**dict(row))

    async def put(self, new: NewFile, kept: timedelta) -> File:
        """Keep a file for so long; if there is one with this id, that one stays and is given."""
        values = (clean(new.name), clean(new.type), new.size, new.sha256, new.content, clean(new.made_by), kept)

        async def work() -> File:
            async with self._database.transaction() as link:
                row = await link.fetchrow(sql.PUT, new.id, *values)
                if row is None:
                    row = await link.fetchrow(sql.GET, new.id)
                if row is None:  # one that has expired is in the way
                    await link.execute(sql.DELETE, new.id)
                    row = await link.fetchrow(sql.PUT, new.id, *values)
                assert row is not None, "nothing is in its way"
                return File(**dict(row))

        return await self._database.repeating(work)

    async def delete(self, file_id: UUID) -> File | None:
        """Remove a file; gives what was there."""
        row = await self._database.read_one(sql.DELETE, file_id)
        return None if row is None else File(**dict(row))

    async def in_use(self, contents: Collection[UUID]) -> Collection[UUID]:
        """Which of these contents a file has."""
        return {row["content"] for row in await self._database.read(sql.IN_USE, list(contents))}


def _place(after: str) -> tuple[datetime, UUID]:
    created, file_id = place(after, str, str)
    try:
        return datetime.fromisoformat(str(created)), UUID(str(file_id))
    except ValueError as error:
        raise BadCursor from error

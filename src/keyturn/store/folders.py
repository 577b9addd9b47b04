"""Folders of flows (``library.folders.FolderStore``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from keyturn.flows.paging import Page, PageRequest
from keyturn.library.folders import MOST_LEVELS, FolderMisplaced, FolderRecord, NewFolder, NoSuchFolder

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Link, code_of
from .payloads import clean, clean_or_none
from .sql import folders as sql

_TREE = 0x6B657974_75726E07  # "keyturn", 7
_STILL_REFERRED_TO = "23503"


class PostgresFolders:
    """FolderStore on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, page: PageRequest, parent: str | None = None) -> Page[FolderRecord]:
        """Folders by id; with ``parent`` those that are in it (empty: at the top).

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST, size + 1, after, clean_or_none(parent))
        return page_of([FolderRecord(**dict(row)) for row in rows], size, lambda folder: mark(folder.id))

    async def get(self, folder_id: str) -> FolderRecord | None:
        row = await self._database.read_one(sql.GET, clean(folder_id))
        return None if row is None else FolderRecord(**dict(row))

    async def put(self, folder: NewFolder) -> FolderRecord:
        """Make a folder, or change it to be so.

        Raises:
            NoSuchFolder: its parent is not there.
            FolderMisplaced: it would be in itself, or too deep.
            StoreUnavailable: the database is away; doing it again does no harm.
        """

        async def work() -> FolderRecord:
            async with self._database.transaction() as link:
                await link.fetchval(sql.LOCK_TREE, _TREE)
                await _look_at_place(link, folder)
                values = (clean(folder.id), clean(folder.name), clean(folder.about), clean_or_none(folder.parent))
                await link.execute(sql.PUT, *values)
                row = await link.fetchrow(sql.GET, clean(folder.id))
                assert row is not None, "it was put there by this transaction"
                return FolderRecord(**dict(row))

        return await self._database.repeating(work)

    async def delete(self, folder_id: str) -> bool:
        """Remove an empty folder; False if it is not there, or not empty."""
        try:
            return await self._database.read_one(sql.DELETE, clean(folder_id)) is not None
        except Exception as error:
            if code_of(error) == _STILL_REFERRED_TO:  # something was put into it at the same time
                return False
            raise

    async def names_in(self, folder_id: str, most: int) -> Sequence[str]:
        """Names of folders and flows in a folder, folders first."""
        rows = await self._database.read(sql.NAMES_IN, clean(folder_id), most)
        return [row["name"] for row in rows]


async def _look_at_place(link: Link, folder: NewFolder) -> None:
    if folder.parent is None:
        return
    above = [row["id"] for row in await link.fetch(sql.ABOVE, clean(folder.parent))]
    if not above:
        raise NoSuchFolder(folder.parent)
    if folder.id in above:
        raise FolderMisplaced.in_itself(folder.id)
    levels = cast("int", await link.fetchval(sql.LEVELS, clean(folder.id)))
    if len(above) + max(levels, 1) > MOST_LEVELS:
        raise FolderMisplaced.too_deep()

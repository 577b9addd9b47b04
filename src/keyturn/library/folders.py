"""Folders of flows: a tree of a few levels. What is in one is never lost: only an empty folder is removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keyturn.flows.document import FLOW_ID
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.problems import Problem, ProblemError

MOST_LEVELS = 10
_LONGEST_ID = 120
_LONGEST_NAME = 200
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class FolderRecord:
    """A folder.

    Attributes:
        parent: the folder that it is in; None at the top.
        flows, folders: how many are in it, those deeper down not counted.
    """

    id: str
    name: str
    about: str
    parent: str | None
    flows: int
    folders: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder as it is to be."""

    id: str
    name: str
    about: str = ""
    parent: str | None = None


class NoSuchFolder(Exception):
    """There is no folder with this id."""

    mend = "List the folders: keyturn folders list."

    def __init__(self, folder_id: str) -> None:
        super().__init__(f"There is no folder {folder_id[:80]!r}.")


class FolderInUse(Exception):
    """A folder that holds flows or folders is not removed."""

    mend = "Move or remove what is in it first."

    def __init__(self, folder: FolderRecord, names: Sequence[str]) -> None:
        count = folder.flows + folder.folders
        shown = ", ".join(names[:_MOST_NAMED])
        more = f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
        super().__init__(f"In {folder.name!r} there is something yet: {shown}{more}.")


class FolderMisplaced(Exception):
    """A folder cannot be where it is wanted: it would be in itself, or too deep."""

    mend = "Choose another place for it."

    @classmethod
    def in_itself(cls, folder_id: str) -> FolderMisplaced:
        return cls(f"The folder {folder_id!r} would be in itself.")

    @classmethod
    def too_deep(cls) -> FolderMisplaced:
        return cls(f"Folders would be over {MOST_LEVELS} levels deep.")


class FolderStore(Protocol):
    """Where folders live. All raise StoreUnavailable where the database is away."""

    async def list(self, page: PageRequest, parent: str | None = None) -> Page[FolderRecord]:
        """Folders by id; with ``parent`` those that are in it (empty: at the top). Raises BadCursor."""
        ...

    async def get(self, folder_id: str) -> FolderRecord | None: ...

    async def put(self, folder: NewFolder) -> FolderRecord:
        """Make a folder, or change it to be so.

        Raises:
            NoSuchFolder: its parent is not there.
            FolderMisplaced: it would be in itself, or too deep.
        """
        ...

    async def delete(self, folder_id: str) -> bool:
        """Remove an empty folder; False if it is not there, or not empty."""
        ...

    async def names_in(self, folder_id: str, most: int) -> Sequence[str]:
        """Names of folders and flows in a folder, those deeper down left out."""
        ...


class Folders:
    """Lists, makes, changes and removes folders."""

    def __init__(self, store: FolderStore) -> None:
        self._store = store

    async def list(self, page: PageRequest, parent: str | None = None) -> Page[FolderRecord]:
        """Folders by id; with ``parent`` those that are in it (empty: at the top)."""
        return await self._store.list(page, parent)

    async def get(self, folder_id: str) -> FolderRecord:
        """A folder. Raises NoSuchFolder."""
        folder = await self._store.get(folder_id)
        if folder is None:
            raise NoSuchFolder(folder_id)
        return folder

    async def put(self, folder: NewFolder) -> FolderRecord:
        """Make a folder, or change it to be so; doing it again changes nothing.

        Raises:
            ProblemError: its id or name cannot be used.
            NoSuchFolder, FolderMisplaced: it cannot be where it is wanted.
        """
        problems = [*_problems(folder)]
        if problems:
            raise ProblemError(problems)
        return await self._store.put(folder)

    async def delete(self, folder_id: str) -> None:
        """Remove an empty folder; one that is not there is no error.

        Raises:
            FolderInUse: there is something in it.
        """
        if not await self._store.delete(folder_id):
            there = await self._store.get(folder_id)
            if there is not None:
                raise FolderInUse(there, await self._store.names_in(folder_id, _MOST_NAMED))


def _problems(folder: NewFolder) -> list[Problem]:
    found: list[Problem] = []
    if FLOW_ID.fullmatch(folder.id) is None or len(folder.id) > _LONGEST_ID:
        mend = "Ids are small letters and digits with - or _ between them."
        found.append(Problem("bad-id", f"{folder.id[:60]!r} is no id of a folder.", mend, field="id", path=("id",)))
    if not folder.name.strip() or len(folder.name) > _LONGEST_NAME:
        mend = f"Give it a name of 1 to {_LONGEST_NAME} characters that are not all blank."
        what = "The folder has no name that people can read."
        found.append(Problem("bad-value", what, mend, field="name", path=("name",)))
    return found

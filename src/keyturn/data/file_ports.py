"""What files need from outside, as protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from keyturn.flows.paging import Page, PageRequest

from .file_model import File, NewFile


@dataclass(frozen=True, slots=True)
class Written:
    """Contents that are on the disk for good."""

    content: UUID
    size: int
    sha256: str


class FileStore(Protocol):
    """Where the rows of files live. All raise StoreUnavailable where the database is away."""

    async def list(self, page: PageRequest) -> Page[File]:
        """Files that have not expired, the newest first. Raises BadCursor."""
        ...

    async def get(self, file_id: UUID) -> File | None:
        """A file that has not expired, or None."""
        ...

    async def put(self, new: NewFile, kept: timedelta) -> File:
        """Keep a file for so long; if there is one with this id, that one stays and is given."""
        ...

    async def delete(self, file_id: UUID) -> File | None:
        """Remove a file; gives what was there."""
        ...

    async def in_use(self, contents: Collection[UUID]) -> Collection[UUID]:
        """Which of these contents a file has."""
        ...


class ContentWriter(Protocol):
    """Contents that are being written."""

    async def write(self, piece: bytes) -> None: ...

    async def finish(self) -> Written:
        """Have them on the disk for good, under their name."""
        ...


class Contents(Protocol):
    """Where contents live. All raise FilesUnavailable where the disk does not do what it should."""

    def writing(self) -> AbstractAsyncContextManager[ContentWriter]:
        """New contents; what was not finished at the end is removed."""
        ...

    def reading(self, content: UUID) -> AsyncIterator[bytes]:
        """Contents from the beginning. Raises FileLost where they are not there."""
        ...

    async def remove(self, content: UUID) -> None:
        """Remove contents; it is no error if they are not there."""
        ...

    async def older_than(self, moment: datetime) -> Sequence[UUID]:
        """Contents that were written before; what was begun before and never finished is removed."""
        ...

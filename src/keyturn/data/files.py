"""Files as cards, people and programs make, read and remove them. None is ever in memory as a whole.

A file is there once its contents are on the disk for good and its row is in the database, in this order; it is gone
when its row is, and its contents follow. So a crash leaves contents without a row at worst, which the sweep removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog

from keyturn.flows.file_values import clean_name, clean_type, file_id
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON
from keyturn.flows.paging import Page, PageRequest

from .errors import FileDamaged, FileLost, FilesUnavailable, FileTaken, FileTooLarge, NoFile, NoSuchFile
from .file_model import File, FileRules, NewFile
from .file_ports import Contents, ContentWriter, FileStore, Written

log = structlog.get_logger(__name__)

_SWEPT_AT_ONCE = 500
_LEFT_ALONE = timedelta(days=1)  # contents without a row: their file may still be in the making


class FileMaker:
    """A file in the making: it is there once it is kept, and not a moment before.

    Attributes:
        written: what was written, once it is kept.
    """

    def __init__(self, files: FileStore, writer: ContentWriter, contents: Contents, rules: FileRules) -> None:
        self._files = files
        self._writer = writer
        self._contents = contents
        self._rules = rules
        self._size = 0
        self.written: Written | None = None

    async def write(self, piece: bytes) -> None:
        """Add to its end. Raises FileTooLarge, FilesUnavailable."""
        self._size += len(piece)
        if self._size > self._rules.largest:
            raise FileTooLarge(self._rules.largest)
        await self._writer.write(piece)

    async def keep(self, file_id: UUID, name: str, media_type: str, made_by: str) -> File:
        """Keep it; if a file has this id already, that one stays and is given."""
        done = self.written = await self._writer.finish()
        new = NewFile(file_id, clean_name(name), clean_type(media_type), done.size, done.sha256, done.content, made_by)
        file = await self._files.put(new, self._rules.kept)
        if file.content != done.content:
            await self._contents.remove(done.content)
        return file


class Files:
    """Makes, reads and removes files."""

    def __init__(self, store: FileStore, contents: Contents, clock: Clock, rules: FileRules) -> None:
        self._store = store
        self._contents = contents
        self._clock = clock
        self.rules = rules

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[FileMaker]:
        """Make a file; what was not kept at the end is gone."""
        async with self._contents.writing() as writer:
            yield FileMaker(self._store, writer, self._contents, self.rules)

    async def put(self, file_id: UUID, name: str, media_type: str, pieces: AsyncIterator[bytes], by: str) -> File:
        """Make a file with an id that was chosen; doing it again changes nothing.

        Raises:
            FileTaken: another file has the id.
            FileTooLarge, FilesUnavailable: it cannot be kept.
        """
        async with self.writing() as maker:
            async for piece in pieces:
                await maker.write(piece)
            file = await maker.keep(file_id, name, media_type, by)
            if maker.written is None or maker.written.sha256 != file.sha256:
                raise FileTaken(str(file_id))
            return file

    async def list(self, page: PageRequest) -> Page[File]:
        """Files, the newest first."""
        return await self._store.list(page)

    async def get(self, file_id: UUID) -> File:
        """A file. Raises NoSuchFile."""
        file = await self._store.get(file_id)
        if file is None:
            raise NoSuchFile(str(file_id))
        return file

    async def find(self, value: JSON, field: str = "file") -> File:
        """The file that a value stands for. Raises NoFile, NoSuchFile."""
        wanted = file_id(value)
        if wanted is None:
            raise NoFile(field)
        file = await self._store.get(wanted)
        if file is None:
            raise NoSuchFile(str(wanted), field)
        return file

    async def known(self, file_id: UUID) -> File | None:
        """A file that is there, or None."""
        return await self._store.get(file_id)

    async def check(self, file: File) -> None:
        """Read a file once, and find it to be as it was written. Raises as ``contents``."""
        async for _ in self.contents(file):
            pass

    async def contents(self, file: File) -> AsyncIterator[bytes]:
        """What is in a file; the last piece comes once all was found to be as it was written.

        Raises:
            FileLost, FileDamaged, FilesUnavailable
        """
        digest, size, held = hashlib.sha256(), 0, b""
        try:
            async for piece in self._contents.reading(file.content):
                if held:
                    yield held
                digest.update(piece)
                size += len(piece)
                held = piece
        except FileLost:
            raise FileLost(file.name) from None
        if size != file.size or digest.hexdigest() != file.sha256:
            raise FileDamaged(file.name)
        if held:
            yield held

    async def delete(self, file_id: UUID) -> bool:
        """Remove a file; whether it was there."""
        file = await self._store.delete(file_id)
        if file is not None:
            await self._contents.remove(file.content)
        return file is not None

    async def sweep(self) -> None:
        """Remove contents that no file has: of files that have expired, or that were never kept.

        Raises:
            StoreUnavailable: what was removed before is removed.
        """
        try:
            left = await self._contents.older_than(self._clock.now() - _LEFT_ALONE)
            for start in range(0, len(left), _SWEPT_AT_ONCE):
                some = left[start : start + _SWEPT_AT_ONCE]
                used = await self._store.in_use(some)
                for content in some:
                    if content not in used:
                        await self._contents.remove(content)
        except FilesUnavailable as error:
            log.warning("files not swept", why=str(error))

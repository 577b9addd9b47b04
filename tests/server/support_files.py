"""Files in memory, for tests of the server."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from support_stores import Switch, page_of

from keyturn.data.errors import FileLost
from keyturn.data.file_model import File, NewFile
from keyturn.data.file_ports import Written
from keyturn.flows.paging import Page, PageRequest

MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class MemoryFiles:
    """FileStore; each file is a second older than the next."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self.known: dict[UUID, File] = {}

    async def list(self, page: PageRequest) -> Page[File]:
        self._switch.check()
        return page_of(sorted(self.known.values(), key=lambda file: file.created, reverse=True), page)

    async def get(self, file_id: UUID) -> File | None:
        self._switch.check()
        return self.known.get(file_id)

    async def put(self, new: NewFile, kept: timedelta) -> File:
        made = MADE + timedelta(seconds=len(self.known))
        values = (new.id, new.name, new.type, new.size, new.sha256, new.content, new.made_by)
        return self.known.setdefault(new.id, File(*values, created=made, expires=made + kept))

    async def delete(self, file_id: UUID) -> File | None:
        return self.known.pop(file_id, None)

    async def in_use(self, contents: Collection[UUID]) -> Collection[UUID]:
        return {file.content for file in self.known.values()} & set(contents)


class MemoryWriter:
    def __init__(self, kept: dict[UUID, bytes], content: UUID) -> None:
        self._kept = kept
        self._content = content
        self._whole = b""

    async def write(self, piece: bytes) -> None:
        self._whole += piece

    async def finish(self) -> Written:
        self._kept[self._content] = self._whole
        return Written(self._content, len(self._whole), hashlib.sha256(self._whole).hexdigest())


class MemoryContents:
    """Contents; ``kept`` may be changed, as a bad disk does."""

    def __init__(self) -> None:
        self.kept: dict[UUID, bytes] = {}
        self._names = count(1)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[MemoryWriter]:
        yield MemoryWriter(self.kept, UUID(int=next(self._names) << 64))

    async def reading(self, content: UUID) -> AsyncIterator[bytes]:
        whole = self.kept.get(content)
        if whole is None:
            raise FileLost(str(content))
        for start in range(0, len(whole), 1000):
            yield whole[start : start + 1000]

    async def remove(self, content: UUID) -> None:
        self.kept.pop(content, None)

    async def older_than(self, moment: datetime) -> Sequence[UUID]:
        return list(self.kept)

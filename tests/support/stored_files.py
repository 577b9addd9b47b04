"""The files of the cases, and files whose contents are on a real disk and whose rows are in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from keyturn.app.clock import SystemClock
from keyturn.app.ids import new_id
from keyturn.data.file_model import File, FileRules, NewFile
from keyturn.data.files import Files
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.store import FolderContents

FILES: Mapping[str, tuple[str, str, bytes]] = {
    "f1": ("people.csv", "text/csv", b"Login,Age\r\nada,36\r\nkim,5\r\n"),
    "f2": ("empty.txt", "text/plain", b""),
    "f3": ("Photo.PNG", "image/png", b"\x89PNG\r\n\x1a\n"),
    "f4": ("grüße", "text/plain; charset=utf-8", "Grüße 👍".encode()),
}
FILE_IDS = {name: UUID(int=7 << 76 | 0b10 << 62 | 0xF00 | number) for number, name in enumerate(FILES, 1)}


def with_files(inputs: Values) -> Values:
    """The inputs of a case, in which files are named, as cards get them."""
    return {name: _file(value) if name == "file" else value for name, value in inputs.items()}


def _file(value: JSON) -> JSON:
    return {"file": str(FILE_IDS[value])} if isinstance(value, str) and value in FILE_IDS else value


class Rows:
    """Rows of files, in memory."""

    def __init__(self) -> None:
        self._known: dict[UUID, File] = {}

    async def list(self, page: PageRequest) -> Page[File]:
        return Page(list(self._known.values())[: page.limit])

    async def get(self, file_id: UUID) -> File | None:
        return self._known.get(file_id)

    async def put(self, new: NewFile, kept: timedelta) -> File:
        now = datetime.now(UTC)
        made = File(
            new.id, new.name, new.type, new.size, new.sha256, new.content, new.made_by, created=now, expires=now + kept
        )
        return self._known.setdefault(new.id, made)

    async def delete(self, file_id: UUID) -> File | None:
        return self._known.pop(file_id, None)

    async def in_use(self, contents: Collection[UUID]) -> Collection[UUID]:
        return {file.content for file in self._known.values()} & set(contents)


async def in_pieces(whole: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


async def make_files(files: Files) -> None:
    """The files of the cases, as far as they are not there."""
    for name, (called, media_type, whole) in FILES.items():
        await files.put(FILE_IDS[name], called, media_type, in_pieces(whole), "the tests")


async def files_of_the_cases(folder: Path) -> Files:
    """The real files, below a folder, with those of the cases among them."""
    files = Files(Rows(), FolderContents(folder, new_id), SystemClock(), FileRules())
    await make_files(files)
    return files

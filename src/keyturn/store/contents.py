"""Contents of files on a disk (``data.file_ports.Contents``), which several servers may share.

Contents are written under another name, reach the disk (fsync), and are then renamed: a name stands for whole contents
always. They have the ids of their own as names, in 256 folders by the last two digits.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from keyturn.data.errors import FileLost, FilesUnavailable
from keyturn.data.file_ports import Written

Result = TypeVar("Result")

_PIECE = 256 * 1024
_NEW = "new"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class FolderContents:
    """Contents in a folder, which is made when it is needed.

    Args:
        new_id: makes names.
    """

    def __init__(self, folder: Path, new_id: Callable[[], UUID]) -> None:
        self._folder = folder
        self._new_id = new_id

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[FolderWriter]:
        """New contents; what was not finished at the end is removed."""
        writer = FolderWriter(self._folder, self._new_id())
        try:
            await _on_disk(writer.open)
            yield writer
        finally:
            writer.drop()

    async def reading(self, content: UUID) -> AsyncIterator[bytes]:
        """Contents from the beginning.

        Raises:
            FileLost: they are not there.
            FilesUnavailable: the disk does not give them.
        """
        path = place_of(self._folder, content)
        try:
            source = await asyncio.to_thread(path.open, "rb", _PIECE)
        except FileNotFoundError:
            raise FileLost(str(content)) from None
        except OSError as error:
            raise _unavailable(error) from error
        with source:
            while piece := await _on_disk(lambda: source.read(_PIECE)):
                yield piece

    async def remove(self, content: UUID) -> None:
        """Remove contents; it is no error if they are not there."""
        await _on_disk(lambda: place_of(self._folder, content).unlink(missing_ok=True))

    async def older_than(self, moment: datetime) -> Sequence[UUID]:
        """Contents that were written before; what was begun before and never finished is removed."""
        return await _on_disk(lambda: _older(self._folder, moment.timestamp()))


class FolderWriter:
    """Contents that are being written."""

    def __init__(self, folder: Path, content: UUID) -> None:
        self._content = content
        self._begun = folder / _NEW / content.hex
        self._place = place_of(folder, content)
        self._file = -1
        self._waiting: list[bytes] = []
        self._waits = 0
        self._digest = hashlib.sha256()
        self._size = 0

    def open(self) -> None:
        """Begin."""
        self._begun.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        self._file = os.open(self._begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)

    async def write(self, piece: bytes) -> None:
        """Add a piece; small ones wait for others."""
        self._waiting.append(piece)
        self._waits += len(piece)
        if self._waits >= _PIECE:
            await _on_disk(self._write)

    async def finish(self) -> Written:
        """Have them on the disk for good, under their name."""
        await _on_disk(self._finish)
        return Written(self._content, self._size, self._digest.hexdigest())

    def drop(self) -> None:
        """Remove what was not finished."""
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
            self._file = -1
        with suppress(OSError):
            self._begun.unlink(missing_ok=True)

    def _write(self) -> None:
        waiting, self._waiting, self._waits = self._waiting, [], 0
        for piece in waiting:
            self._digest.update(piece)
            self._size += len(piece)
            left = memoryview(piece)
            while left:
                left = left[os.write(self._file, left) :]

    def _finish(self) -> None:
        self._write()
        os.fsync(self._file)
        os.close(self._file)
        self._file = -1
        self._place.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        self._begun.rename(self._place)
        _sync(self._place.parent)


def place_of(folder: Path, content: UUID) -> Path:
    """Where contents are."""
    return folder / content.hex[-2:] / content.hex


def _sync(folder: Path) -> None:
    """Have the folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _older(folder: Path, moment: float) -> list[UUID]:
    found: list[UUID] = []
    if not folder.is_dir():
        return found
    for inner in os.scandir(folder):
        if not inner.is_dir(follow_symlinks=False):
            continue
        for entry in os.scandir(inner.path):
            with suppress(FileNotFoundError):  # another server sweeps, too
                if entry.stat(follow_symlinks=False).st_mtime >= moment:
                    continue
                if inner.name == _NEW:
                    os.unlink(entry.path)
                    continue
            with suppress(ValueError):
                found.append(UUID(entry.name))
    return found


async def _on_disk(work: Callable[[], Result]) -> Result:
    """Disks take their time, which nobody else has to wait for."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise _unavailable(error) from error


def _unavailable(error: OSError) -> FilesUnavailable:
    return FilesUnavailable(error.strerror or type(error).__name__)

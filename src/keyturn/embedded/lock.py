"""One program per data folder: a lock that the kernel lets go when its holder dies."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from .errors import FolderInUse


class FolderLock:
    """An exclusive lock on a file beside the folder; the holder's process id and program stand in it.

    Beside and not inside, as the folder belongs to the server's user, who must not be able to swap the file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder.with_name(f"{folder.name}.lock")
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take it at once; doing it twice does no harm.

        Raises:
            FolderInUse: another holder has it.
            OSError: the file cannot be made.
        """
        if self._descriptor is not None:
            return
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "unknown"
            os.close(descriptor)
            raise FolderInUse(
                f"Another program (process {holder}) uses the data folder {self._folder}.",
                "Stop it, or set KEYTURN_DATA to another folder, or give both one KEYTURN_DATABASE_URL.",
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}, {_program()}\n".encode(errors="replace"))
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go of it; doing it twice does no harm."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            # Explicitly, as a forked child may have the descriptor too.
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)
            self._descriptor = None


def _program() -> str:
    name = Path(sys.argv[0]).name if sys.argv else ""
    return name if name not in ("", "-c", "-m") else Path(sys.executable).name

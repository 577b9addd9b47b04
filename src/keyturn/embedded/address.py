"""Where the embedded database is."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from .errors import FolderRefused
from .identity import Identity

DATABASE = "keyturn"
USER = "postgres"
PORT = 5432
# Linux takes 107 bytes, macOS 103.
_LONGEST_SOCKET = 100
# Postgres and its clients read a comma as the start of another folder.
_PLAIN = re.compile(r"[A-Za-z0-9/._ -]+")


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is.

    Attributes:
        socket: folder of the Unix socket; only the server's user (and root) can enter it.
        database: its name.
    """

    socket: Path
    database: str = DATABASE

    @property
    def url(self) -> str:
        """As asyncpg takes it."""
        return f"postgresql://{USER}@/{self.database}?host={quote(str(self.socket), safe='/')}&port={PORT}"


def socket_folder(folder: Path, who: Identity) -> Path:
    """A private folder for the socket with a path that is short and plain enough; made if it is not there.

    Raises:
        FolderRefused: something else lies there.
    """
    inside = folder / "run"
    length = len(os.fsencode(inside)) + len(f"/.s.PGSQL.{PORT}")
    if length <= _LONGEST_SOCKET and _PLAIN.fullmatch(str(inside)):
        return _private(inside, who)
    return _private(_short(folder, who), who)


def forget_socket(folder: Path, who: Identity) -> None:
    """Remove the socket folder that was made for a long path, if it is empty."""
    short = _short(folder, who)
    if short.is_dir() and not any(short.iterdir()):
        short.rmdir()


def _short(folder: Path, who: Identity) -> Path:
    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"keyturn-{who.uid}-{name}"


def _private(folder: Path, who: Identity) -> Path:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        who.own(folder)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != who.uid or stat.S_IMODE(state.st_mode) & 0o077:
        raise FolderRefused(f"{folder} is not a private folder of the database's user.", "Move it away and try again.")
    return folder

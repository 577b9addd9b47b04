"""Who the server runs as. Postgres refuses to run as root, so that root needs a user for it."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import PlatformNotSupported

_NAME = "keyturn-postgres"


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that the server runs as.

    Attributes:
        other: it is not the user of this program.
    """

    uid: int
    gid: int
    other: bool

    def own(self, path: Path) -> None:
        """Give a path of ours to this user."""
        if self.other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_search(self, folder: Path) -> bool:
        """Whether this user can reach what is inside a folder."""
        if not self.other:
            return os.access(folder, os.X_OK)
        state = folder.stat()
        if state.st_uid == self.uid:
            return bool(state.st_mode & stat.S_IXUSR)
        if state.st_gid == self.gid:
            return bool(state.st_mode & stat.S_IXGRP)
        return bool(state.st_mode & stat.S_IXOTH)

    def blocked_at(self, path: Path) -> Path | None:
        """The outermost existing folder above a path that this user cannot search, or None."""
        there = (folder for folder in reversed(path.parents) if folder.exists())
        return next((folder for folder in there if not self.can_search(folder)), None)


def identity() -> Identity:
    """The user to run the server as; made once if this program runs as root.

    Raises:
        PlatformNotSupported: root cannot make a user here.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), other=False)
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError:
        entry = _make()
    return Identity(entry.pw_uid, entry.pw_gid, other=True)


def _make() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    mend = f"Make a system user {_NAME!r}, run Keyturn as another user than root, or set KEYTURN_DATABASE_URL."
    if useradd is None:
        raise PlatformNotSupported("Postgres does not run as root, and there is no useradd to make a user.", mend)
    arguments = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", _NAME]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=30)
    try:
        return pwd.getpwnam(_NAME)
    except KeyError:
        reason = done.stderr.strip()
        raise PlatformNotSupported(f"The user for Postgres could not be made: {reason}", mend) from None

"""The server that runs on a data folder, if one does.

``postmaster.pid`` alone does not tell: after a reboot, or in a new container, its number may be that of any
process, and ``pg_ctl`` would wait for that process or signal it. So the process has to be a Postgres that was
started for this very folder.

Source: https://www.postgresql.org/docs/18/storage-file-layout.html (postmaster.pid) and pidfile.h.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

_FILE = "postmaster.pid"
_SOCKET_LINE, _STATE_LINE = 4, 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server.

    Attributes:
        pid: its process.
        socket: the folder where it listens, once it does.
        ready: it takes connections; else it starts, recovers or stops.
    """

    pid: int
    socket: Path | None
    ready: bool

    def wait_gone(self, seconds: float) -> bool:
        """Wait until the process has ended; whether it has."""
        try:
            psutil.Process(self.pid).wait(timeout=seconds)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            return False
        return True


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that runs on a data folder."""
    lines = _lines(data)
    pid = _pid(lines)
    if pid is None or not _serves(pid, data):
        return None
    socket = lines[_SOCKET_LINE].strip() if len(lines) > _SOCKET_LINE else ""
    state = lines[_STATE_LINE].strip() if len(lines) > _STATE_LINE else ""
    return Postmaster(pid, Path(socket) if socket else None, state == "ready")


def forget_stale(data: Path) -> None:
    """Remove a ``postmaster.pid`` whose number now belongs to something else.

    Postgres would refuse to start beside it. Where the process is simply gone the file stays: Postgres itself
    then looks whether the old server's memory is still in use.
    """
    pid = _pid(_lines(data))
    if pid is not None and psutil.pid_exists(pid) and not _serves(pid, data):
        (data / _FILE).unlink(missing_ok=True)


def _lines(data: Path) -> list[str]:
    try:
        return (data / _FILE).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []


def _pid(lines: list[str]) -> int | None:
    number = lines[0].strip() if lines else ""
    return int(number) if number.isdecimal() and int(number) > 0 else None


def _serves(pid: int, data: Path) -> bool:
    """Whether a process is the Postgres of a folder.

    By its command line, as other users' working folders are hidden from a root without CAP_SYS_PTRACE, which is
    what containers have.
    """
    try:
        process = psutil.Process(pid)
        words = [] if process.status() == psutil.STATUS_ZOMBIE else process.cmdline()
    except psutil.Error:
        return False
    if not words or Path(words[0]).name != "postgres":
        return False
    return any(word == "-D" and _same(folder, data) for word, folder in pairwise(words))


def _same(folder: str, data: Path) -> bool:
    try:
        return os.path.samefile(folder, data)
    except OSError:
        return False

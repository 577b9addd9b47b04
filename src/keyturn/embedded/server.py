"""The embedded server: started on demand, taken over when it runs already, stopped in order."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from .errors import FolderRefused, ServerFailed, VersionMismatch
from .identity import Identity, identity, prepare_folder
from .lock import FolderLock
from .programs import MAJOR, Programs, find_programs

_DATABASE = "keyturn"
_USER = "postgres"
_PORT = 5432
_LONGEST_SOCKET = 100
_START_SECONDS, _STOP_SECONDS = 60.0, 30.0
_INCLUDE = "\ninclude_if_exists = 'keyturn.conf'\n"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is.

    Attributes:
        socket: folder of the Unix socket; only the server's user can enter it.
        database: its name.
    """

    socket: Path
    database: str = _DATABASE

    @property
    def url(self) -> str:
        """As asyncpg takes it."""
        return f"postgresql://{_USER}@/{self.database}?host={quote(str(self.socket), safe='/')}&port={_PORT}"


class EmbeddedPostgres:
    """One server for one data folder.

    Args:
        folder: where data, socket and log lie; made if it is not there.
        settings: server settings that replace ours; for tests.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder.absolute()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._lock = FolderLock(self._folder.with_name(f"{self._folder.name}.lock"))
        self._programs: Programs | None = None

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._folder / "server.log"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> DatabaseAddress:
        """Start the server, or take over the one that runs.

        Raises:
            EmbeddedPostgresError: see ``errors``.
        """
        who = identity()
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        prepare_folder(self._folder, who)
        self._lock.take()
        try:
            programs = self._programs = find_programs(who, self._folder)
            if not self._data.exists():
                self._make_data(programs)
            self._check_version()
            socket = self._socket_folder(who)
            if not self._runs(programs):
                self._configure(socket, who)
                self._start(programs)
            address = DatabaseAddress(self._socket_in_use(socket))
            self._make_database(programs, address)
            return address
        except BaseException:
            self._lock.release()
            raise

    def stop(self) -> None:
        """Stop the server and let go of the folder. Raises ServerFailed if it does not stop."""
        try:
            if self._programs is not None and self._runs(self._programs):
                wait = ("-w", "-t", str(int(_STOP_SECONDS)), "-D", str(self._data))
                limit = _STOP_SECONDS + 5
                done = self._programs.call("pg_ctl", "stop", "-m", "fast", *wait, seconds=limit, check=False)
                if done.returncode != 0:
                    self._programs.call("pg_ctl", "stop", "-m", "immediate", *wait, seconds=limit)
        finally:
            self._lock.release()

    def leave(self) -> None:
        """Let go of the folder and leave the server running, for others to take over."""
        self._lock.release()

    def __enter__(self) -> DatabaseAddress:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_data(self, programs: Programs) -> None:
        """Make the data under another name first, so that an interruption leaves nothing half made."""
        for left in self._folder.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = self._folder / f"new-{secrets.token_hex(4)}"
        programs.call(
            "initdb",
            *("-D", str(draft), "-U", _USER, "--encoding=UTF8", "--auth=trust"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            seconds=_START_SECONDS,
        )
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(_INCLUDE)
        draft.rename(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise VersionMismatch(
                f"The data in {self._data} was made by Postgres {found}; this is Postgres {MAJOR}.",
                "Use the release of Keyturn that made it, dump the data and load it here.",
            )

    def _socket_folder(self, who: Identity) -> Path:
        """A folder for the socket whose path is short enough (Unix allows 107 bytes)."""
        inside = self._folder / "run"
        if len(os.fsencode(inside)) + len(f"/.s.PGSQL.{_PORT}") <= _LONGEST_SOCKET:
            return _private(inside, who)
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return _private(Path("/tmp") / f"keyturn-{who.uid}-{name}", who)

    def _configure(self, socket: Path, who: Identity) -> None:
        settings = {**self._settings, "unix_socket_directories": str(socket), "unix_socket_permissions": "0700"}
        lines = (f"{name} = '{_quoted(value)}'\n" for name, value in settings.items())
        file = self._data / "keyturn.conf"
        file.write_text("".join(lines), encoding="utf-8")
        who.own(file)

    def _runs(self, programs: Programs) -> bool:
        return programs.call("pg_ctl", "status", "-D", str(self._data), seconds=10, check=False).returncode == 0

    def _start(self, programs: Programs) -> None:
        wait = ("-w", "-t", str(int(_START_SECONDS)), "-D", str(self._data), "-l", str(self.log))
        done = programs.call("pg_ctl", "start", *wait, seconds=_START_SECONDS + 5, check=False)
        if done.returncode != 0:
            raise ServerFailed(
                f"Postgres did not start. The end of its log:\n{self._tail()}", f"The whole log is in {self.log}."
            )

    def _socket_in_use(self, expected: Path) -> Path:
        """Where the running server listens: the fifth line of postmaster.pid."""
        lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else expected

    def _make_database(self, programs: Programs, address: DatabaseAddress) -> None:
        where = ("-h", str(address.socket), "-p", str(_PORT), "-U", _USER)
        listed = programs.call("psql", *where, "-d", "postgres", "-lqtA", "-F", ",", seconds=30).stdout
        if address.database not in (line.split(",")[0] for line in listed.splitlines()):
            programs.call("createdb", *where, address.database, seconds=30)

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        except OSError:
            return "(no log)"


def _private(folder: Path, who: Identity) -> Path:
    """A folder that only the server's user can enter.

    Raises:
        FolderRefused: something else lies there.
    """
    if not folder.exists():
        folder.mkdir(mode=0o700)
        who.own(folder)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != who.uid or stat.S_IMODE(state.st_mode) & 0o077:
        raise FolderRefused(f"{folder} is not a private folder of the database's user.", "Move it away and try again.")
    return folder


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")

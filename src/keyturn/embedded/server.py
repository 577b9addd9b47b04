"""The embedded server: started on demand, taken over when it runs already, stopped in order."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from .address import DATABASE, PORT, USER, DatabaseAddress, forget_socket, socket_folder
from .errors import FolderRefused, ServerFailed, VersionMismatch
from .folder import prepare_folder
from .identity import Identity, identity
from .lock import FolderLock
from .postmaster import find_postmaster, forget_stale
from .programs import MAJOR, Programs, find_programs

_START_SECONDS, _STOP_SECONDS = 120.0, 30.0
_POLL_SECONDS = 0.05
_LARGEST_LOG = 10_000_000
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres:
    """One server for one data folder.

    Not for use by several threads at once.

    Args:
        folder: where data, socket and log lie; made if it is not there.
        settings: server settings that replace ours; for tests. A server that is taken over keeps its own.
        install: folder with ``bin`` of a Postgres to use instead of the wheel's; of the same major version.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None, install: Path | None = None) -> None:
        # Without symbolic links: two names must be one lock, and the folders to be passed are the real ones.
        self._folder = folder.resolve()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._install = install
        self._lock = FolderLock(self._folder)

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._folder / "server.log"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> DatabaseAddress:
        """Start the server, or take over the one that runs; at first make the data folder and the database.

        Raises:
            EmbeddedPostgresError: see ``errors``.
        """
        who = identity()
        prepare_folder(self._folder, who)
        self._take_lock()
        try:
            return self._start(who)
        except OSError as error:
            self._lock.release()
            raise FolderRefused(
                f"Postgres cannot use {self._folder}: {error.strerror} ({error.filename}).",
                "Look at the folder's owner, rights and free space, or set KEYTURN_DATA to another folder.",
            ) from error
        except BaseException:
            self._lock.release()
            raise

    def stop(self) -> None:
        """Stop the server, whoever started it, and let go of the folder; nothing if none runs.

        Clients are cut off; what they committed is kept. Takes at most about a minute.

        Raises:
            FolderInUse: another program has the folder.
            ServerFailed: it does not stop.
        """
        if not self._folder.exists():
            return
        self._take_lock()
        try:
            self._stop(identity())
        finally:
            self._lock.release()

    def remove(self) -> None:
        """Stop the server and remove its folder with all data; nothing if there is none.

        Raises:
            FolderInUse: another program has the folder.
            FolderRefused: it cannot be removed.
            ServerFailed: the server does not stop.
        """
        if not self._folder.exists():
            return
        self._take_lock()
        try:
            self._stop(identity())
            shutil.rmtree(self._folder)
        except OSError as error:
            raise FolderRefused(
                f"The data folder {self._folder} cannot be removed: {error.strerror} ({error.filename}).",
                "Remove it by hand, or set KEYTURN_DATA to another folder.",
            ) from error
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

    def _take_lock(self) -> None:
        try:
            self._lock.take()
        except OSError as error:
            raise FolderRefused(
                f"The data folder {self._folder} cannot be locked: {error.strerror} ({error.filename}).",
                "Set KEYTURN_DATA to a folder that this user may write to.",
            ) from error

    def _start(self, who: Identity) -> DatabaseAddress:
        programs = find_programs(who, self._folder, self._install)
        if not self._data.exists():
            self._make_data(programs)
        self._check_version()
        address = DatabaseAddress(self._bring_up(programs))
        _make_database(programs, address)
        return address

    def _bring_up(self, programs: Programs) -> Path:
        """Have a server that takes connections; gives the folder of its socket."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            server = find_postmaster(self._data)
            if server is None:
                socket = socket_folder(self._folder, programs.who)
                self._launch(programs, socket)
                return socket
            if server.ready and server.socket is not None:
                return server.socket
            # Left by a program that died meanwhile: it still starts, recovers or stops.
            time.sleep(_POLL_SECONDS)
        raise self._failed(f"The running Postgres was not ready within {_START_SECONDS:.0f} seconds.")

    def _launch(self, programs: Programs, socket: Path) -> None:
        """Start it. Settings are given by command line: root writes nothing where the server's user could."""
        forget_stale(self._data)
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = {**self._settings, "unix_socket_directories": str(socket), "port": str(PORT)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        # pg_ctl makes the server the leader of a session of its own.
        wait = ("-w", "-t", str(int(_START_SECONDS)), "-D", str(self._data), "-l", str(self.log))
        done = programs.call("pg_ctl", "start", *wait, "-o", options, seconds=_START_SECONDS + 5, check=False)
        if done.returncode != 0:
            raise self._failed("Postgres did not start.")

    def _stop(self, who: Identity) -> None:
        server = find_postmaster(self._data)
        if server is not None:
            programs = find_programs(who, self._folder, self._install)
            wait = ("-w", "-t", str(int(_STOP_SECONDS)), "-D", str(self._data))
            limit = _STOP_SECONDS + 5
            done = programs.call("pg_ctl", "stop", "-m", "fast", *wait, seconds=limit, check=False)
            if done.returncode != 0 and find_postmaster(self._data) is not None:
                programs.call("pg_ctl", "stop", "-m", "immediate", *wait, seconds=limit, check=False)
            if not server.wait_gone(_STOP_SECONDS):
                raise self._failed(f"Postgres (process {server.pid}) did not stop.")
        forget_socket(self._folder, who)

    def _make_data(self, programs: Programs) -> None:
        """Make the data under another name first, so that an interruption leaves nothing half made."""
        for left in self._folder.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = self._folder / f"new-{secrets.token_hex(4)}"
        programs.call(
            "initdb",
            # Whoever can enter the socket's folder is trusted; by network nobody gets in.
            *("-D", str(draft), "-U", USER, "--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            # So that it stays closed if somebody starts it by hand.
            *("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"),
            *(("--no-sync",) if self._settings.get("fsync") == "off" else ()),
            seconds=_START_SECONDS,
        )
        draft.rename(self._data)
        _sync(self._folder)

    def _check_version(self) -> None:
        try:
            found = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise FolderRefused(
                f"{self._data} is not the data of a Postgres: it has no PG_VERSION.",
                "Restore it from a backup, or move it away to begin with an empty database.",
            ) from error
        if found != MAJOR:
            raise VersionMismatch(
                f"The data in {self._data} was made by Postgres {found}; this is Postgres {MAJOR}.",
                "Use the release of Keyturn that made it, dump the data and load it here.",
            )

    def _failed(self, what: str) -> ServerFailed:
        try:
            tail = "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        except OSError:
            tail = "(no log)"
        return ServerFailed(f"{what} The end of its log:\n{tail}", f"The whole log is in {self.log}.")


def _make_database(programs: Programs, address: DatabaseAddress) -> None:
    where = ("-h", str(address.socket), "-p", str(PORT), "-U", USER)
    entered = programs.call("psql", "-X", *where, "-d", DATABASE, "-c", "\\q", seconds=30, check=False)
    if entered.returncode != 0:
        programs.call("createdb", *where, DATABASE, seconds=30)


def _sync(folder: Path) -> None:
    """Have a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The processes of the demo: the sandbox and the server, each on its own, watched and stopped in order."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_POLL_SECONDS = 0.05
# Below those that systems hand out by themselves, so that nobody is given one in the meantime.
_PORTS = range(20_000, 30_000)


class DemoFailed(Exception):
    """The demo cannot go on; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


def free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, else a port that is free now; 0 wants any. Raises DemoFailed."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if wanted:
            probe.bind(("127.0.0.1", wanted))
            return wanted
    return free_row(1)


def free_row(count: int) -> int:
    """The first of ``count`` ports in a row that are free now. Raises DemoFailed."""
    for _ in range(100):
        first = random.choice(_PORTS[:-count])
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + count):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise DemoFailed(f"There are no {count} free ports in a row on 127.0.0.1.", "Close some programs and try again.")


def wait_for(ready: Callable[[], bool], seconds: float, alive: Callable[[], bool], what: str, log: Path) -> None:
    """Wait until something is ready.

    Raises:
        DemoFailed: the process ended, or it took longer than ``seconds``; the end of its log is told.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if not alive() or time.monotonic() > deadline:
            reason = "did not become ready" if alive() else "stopped while starting"
            raise DemoFailed(f"{what} {reason}. The end of its log:\n{tail(log)}", f"The whole log is in {log}.")
        time.sleep(_POLL_SECONDS)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


class Process:
    """One ``keyturn`` command running on its own, its output in a log file.

    ``environment`` is added to this process's; what is None in it is taken out. It has a session of its own, so that
    Ctrl-C in the terminal reaches only the demo, which then stops it in order.
    """

    def __init__(self, arguments: list[str], environment: Mapping[str, str | None], log: Path) -> None:
        self._arguments = arguments
        given = {**os.environ, **environment}
        self._environment = {name: value for name, value in given.items() if value is not None}
        self.log = log
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "keyturn.cli.main", *self._arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def revive(self) -> bool:
        """Start it again if it has ended; whether it had."""
        if self.alive():
            return False
        self._process = self._start()
        return True

    def stop(self, seconds: float = 25.0) -> None:
        """Ask it to stop, and make it stop if it does not."""
        if self.alive():
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

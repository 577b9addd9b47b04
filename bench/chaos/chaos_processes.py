"""The processes of a chaos run: the programs, each on its own, and a Postgres that can be pulled from under them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyturn.embedded import EmbeddedPostgres
from keyturn.embedded.postmaster import find_postmaster

_STOP_SECONDS = 60.0
_PROGRAM = Path(__file__).with_name("chaos_program.py")


class Guard:
    """The process that cleans up when this one has ended; see ``chaos_guard``."""

    def __init__(self, folder: Path) -> None:
        script = Path(__file__).with_name("chaos_guard.py")
        # A session of its own: Ctrl-C in the terminal must not reach it.
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(folder)], stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def watch(self, pid: int) -> None:
        """Have this process ended with the run."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pid}\n")
        self._process.stdin.flush()

    def clean_up(self) -> None:
        """Have everything ended now, and wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(_STOP_SECONDS)


class Program:
    """One ``keyturn`` command as a process, again and again.

    Attributes:
        name: for people.
        starts: how often it was started.
        order: the file in which it finds what to do at a commit point (servers and workers).
    """

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], logs: Path, guard: Guard
    ) -> None:
        self.name = name
        self.starts = 0
        self.order = logs / f"{name}.order"
        watched = (
            [str(_PROGRAM), str(self.order)] if arguments[0] in ("server", "worker") else ["-m", "keyturn.cli.main"]
        )
        self._command = [sys.executable, *watched, *arguments]
        self._environment = dict(environment)
        self._log = logs / f"{name}.log"
        self._guard = guard
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the process that runs, or ran last."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._guard.watch(self._process.pid)
        self.starts += 1

    def alive(self) -> bool:
        """Whether it runs (stalled or not)."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, by SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stall(self) -> None:
        """Have it do nothing until ``go_on``."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without a database, by ``time.monotonic``."""

    since: float
    until: float

    def overlap(self, since: float, until: float) -> float:
        """Seconds of it within another span."""
        return max(0.0, min(self.until, until) - max(self.since, since))


class Postgres:
    """The database, apart from all programs. Its folder is not held, so that the guard can stop it at any time.

    Attributes:
        url: its address, the same after each restart.
        outages: when it was away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = EmbeddedPostgres(folder)
        self.outages: list[Outage] = []
        self.url = self._server.start().url
        self._server.leave()

    def restart(self, *, immediate: bool) -> None:
        """Shut it down as ``pg_ctl stop -m fast`` or ``-m immediate`` would, and start it again."""
        since = time.monotonic()
        server = find_postmaster(self._folder / "data")
        if server is not None:
            os.kill(server.pid, signal.SIGQUIT if immediate else signal.SIGINT)
            assert server.wait_gone(_STOP_SECONDS), "Postgres did not stop"
        self._server.start()
        self._server.leave()
        self.outages.append(Outage(since, time.monotonic()))

    def away(self, since: float, until: float) -> float:
        """Seconds without it within a span."""
        return sum(outage.overlap(since, until) for outage in self.outages)

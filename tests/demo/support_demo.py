"""Real processes for the demo's tests: a data folder that the database's user can enter, and commands."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from keyturn.flows.json import Values
from keyturn.sandbox.client import SandboxCallError, SandboxClient, Urls, read_urls

LONGEST = 110


@contextmanager
def data_folder() -> Iterator[Path]:
    """A new folder; not pytest's, which nobody else may enter."""
    folder = Path(tempfile.mkdtemp(prefix="keyturn-demo-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a command: nothing of Keyturn's but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    return {**kept, "KEYTURN_DATA": str(data), "KEYTURN_PORT": "0", "COLUMNS": "200", **more}


def run_demo(data: Path, *arguments: str, program: Path | None = None, **more: str) -> tuple[int, str, Values]:
    """``keyturn demo --once``: exit code, what it printed, and its last line as JSON."""
    command = [str(program)] if program else [sys.executable, "-m", "keyturn.cli.main"]
    done = subprocess.run(
        [*command, "demo", "--once", *arguments],
        env=environment(data, **more),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
        cwd=data,
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    summary: Values = orjson.loads(lines[-1])
    return done.returncode, done.stdout, summary


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds, with a bound."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


class RunningDemo:
    """``keyturn demo`` as a process of its own, whose server and sandbox may be killed."""

    def __init__(self, data: Path, *arguments: str, **more: str) -> None:
        self.data = data
        self._output = data / "demo.out"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "keyturn.cli.main", "demo", *arguments],
                env=environment(data, PYTHONUNBUFFERED="1", **more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=data,
            )

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    @property
    def sandbox(self) -> SandboxClient:
        """The client of its sandbox; raises SandboxCallError if there is none."""
        return SandboxClient(self.urls)

    @property
    def urls(self) -> Urls:
        """Where its tenants are; raises SandboxCallError if there are none."""
        return read_urls(self.data / "sandbox.json")

    def says(self, words: str) -> None:
        """Wait until it has printed this."""
        self.until(lambda: words in self.output)

    def until(self, what: Callable[[], bool]) -> None:
        """Wait until something holds, as long as the demo runs."""

        def held() -> bool:
            assert self.process.poll() is None or what(), self.output
            return what()

        until(held, LONGEST)

    def child(self, command: str) -> int:
        """The process id of its ``keyturn server`` or ``keyturn sandbox``."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        for pid in children.split():
            if command.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return int(pid)
        raise AssertionError(f"there is no keyturn {command}:\n{self.output}")

    def answered(self, status: int) -> bool:
        """Whether a tenant has answered a run so."""
        try:
            return any(row["run"] and row["status"] == status for row in self.sandbox.ledger())
        except SandboxCallError:
            return False  # not up yet

    def kill(self, command: str) -> None:
        """SIGKILL its server or sandbox."""
        os.kill(self.child(command), signal.SIGKILL)

    def ended(self) -> tuple[int, Values]:
        """Wait for its end: exit code and the last line as JSON."""
        code = self.process.wait(LONGEST)
        summary: Values = orjson.loads(self.output.splitlines()[-1])
        return code, summary

    def end(self) -> None:
        """Stop it in order, if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(LONGEST)


@contextmanager
def running_demo(data: Path, *arguments: str, **more: str) -> Iterator[RunningDemo]:
    """A demo that is stopped in order at the end."""
    demo = RunningDemo(data, *arguments, **more)
    try:
        yield demo
    finally:
        demo.end()

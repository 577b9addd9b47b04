"""Programs that run beside the bench, each a process of its own, and what they use up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from keyturn.cli.demo.processes import free_port

_START_SECONDS = 180.0  # importing the program takes long where others use the processors
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_ROOT = Path(__file__).resolve().parents[1]


class ProgramFailed(Exception):
    """A program did not start, or ended before it was told to."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that listens on a port of 127.0.0.1."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def cpu_seconds(self) -> float:
        """Processor time that it has used so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def peak_mb(self) -> float:
        """The most memory that it ever had in use (VmHWM of Linux), in megabytes of 2**20 bytes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise ProgramFailed("this system does not tell the peak memory of a process")

    def check(self) -> None:
        """Raise ProgramFailed if it has ended."""
        if self.process.poll() is not None:
            end = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise ProgramFailed(f"{self.log.stem} ended with {self.process.returncode}:\n{end}")


@asynccontextmanager
async def running(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, port: int | None = None
) -> AsyncIterator[Program]:
    """``python -m`` these arguments, ready to take connections; the port is in the environment as KEYTURN_PORT.

    Raises:
        ProgramFailed: it does not start; the end of its output is told.
    """
    chosen = port or free_port(0)
    log = folder / f"{name}-{chosen}.log"
    process = _begin(arguments, {**environment, "KEYTURN_PORT": str(chosen)}, log)
    program = Program(chosen, process, log)
    try:
        await _listening(program)
        yield program
        program.check()
    finally:
        _stop(process)


def _begin(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


async def _listening(program: Program) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(program):
        program.check()
        if time.monotonic() > deadline:
            raise ProgramFailed(f"{program.log.stem} does not listen after {_START_SECONDS:.0f} s")
        await asyncio.sleep(_POLL_SECONDS)


def _listens(program: Program) -> bool:
    """Whether it listens itself: another program could have taken the port in the meantime, and would answer there."""
    with contextlib.suppress(psutil.NoSuchProcess):
        opened = psutil.Process(program.process.pid).net_connections("inet")
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == program.port for one in opened)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

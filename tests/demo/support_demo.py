"""Real processes for the demo's tests: a data folder that the database's user can enter, and commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from keyturn.flows.json import Values

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
        os.sched_yield()

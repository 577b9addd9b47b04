"""Ends everything that a chaos run started, whatever became of the run itself.

A process of its own. Its input is a pipe from the run: ``PID`` for each process that was started. When the pipe
closes, because the run has come to its end or was killed, it kills those processes, stops the Postgres and
removes the folder. A file ``keep`` in the folder has the logs stay.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import psutil

from keyturn.embedded import EmbeddedPostgres, EmbeddedPostgresError


def main() -> None:
    """Wait for the pipe to close, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    folder = Path(sys.argv[1])
    started: list[psutil.Process] = []
    for line in sys.stdin:
        with contextlib.suppress(psutil.NoSuchProcess):
            started.append(psutil.Process(int(line)))  # knows when it began: a later one of this number is not hit
    for process in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(started, timeout=10)
    try:
        EmbeddedPostgres(folder / "postgres").stop()
    except EmbeddedPostgresError as error:
        print(f"{folder} is left behind: {error}", file=sys.stderr)
        return
    if not (folder / "keep").exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir() and path.name != "logs":
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            os.unlink(path)


if __name__ == "__main__":
    main()

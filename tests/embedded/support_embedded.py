"""Programs that hold a data folder, and what to ask of processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

AS_ROOT = os.geteuid() == 0
WAIT_SECONDS = 30.0
# These tests kill processes and never the machine: what was written need not reach the disk.
FAST = {"fsync": "off"}

# Starts the server, writes a row, says where it is, and stays until it is ended.
_PROGRAM = """
import asyncio, json, os, sys
from pathlib import Path
import asyncpg
from keyturn.embedded import EmbeddedPostgres

async def write(url):
    link = await asyncpg.connect(url)
    await link.execute("CREATE TABLE kept (word text)")
    await link.execute("INSERT INTO kept VALUES ('before')")
    await link.close()

server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"})
url = server.start().url
asyncio.run(write(url))
print(json.dumps({"url": url}), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that holds a data folder."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def holder(folder: Path) -> Iterator[Holder]:
    """A program of its own, in a process group of its own like that of a terminal's job."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, "the program did not come up"
        yield Holder(process, json.loads(said)["url"])
    finally:
        process.kill()
        process.communicate()


async def words(url: str) -> list[str]:
    """What the program wrote."""
    return [str(row["word"]) for row in await rows(url, "SELECT word FROM kept ORDER BY 1")]


async def rows(url: str, statement: str) -> list[asyncpg.Record]:
    link = await asyncpg.connect(url)
    try:
        return await link.fetch(statement)
    finally:
        await link.close()


def postmaster(folder: Path) -> int:
    """The server's process."""
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def servers_of(folder: Path) -> list[list[str]]:
    """The commands of all servers that were started for a folder."""
    return [command for command in commands() if str(folder / "data") in command]


def commands() -> list[list[str]]:
    """The command lines of all living processes."""
    found: list[list[str]] = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Ask until it holds, for a bounded time."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, what
        pause.wait(0.01)

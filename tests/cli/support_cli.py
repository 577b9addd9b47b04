"""The ``keyturn`` command in this process, and a server for it in a thread."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from support_server import NOWHERE, TOKEN, Site, make_site, with_examples
from typer.testing import CliRunner

from keyturn.cli.main import app
from keyturn.connectors.exchanges import Sender
from keyturn.server.serving import listen, serve


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


@dataclass(frozen=True)
class Keyturn:
    """The command with an environment."""

    environment: dict[str, str]

    def __call__(self, *arguments: str, **environment: str) -> Said:
        env = {"COLUMNS": "240", "NO_COLOR": "1", **self.environment, **environment}
        result = CliRunner().invoke(app, arguments, env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)


@contextmanager
def served_site(network: Sender | None = None, connectors: Path = NOWHERE) -> Iterator[tuple[Site, Keyturn]]:
    """A server with the offboarding flows, and the command that knows its address and token; nothing goes outside."""
    started, port, sites = threading.Event(), list[int](), list[Site]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        sites.append(await with_examples(await make_site(network=network, connectors=connectors)))

        def ready(number: int) -> None:
            port.append(number)
            started.set()

        await serve(sites[0].app, listen("127.0.0.1", 0), stop, ready)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(30), "the server did not start"
    try:
        yield sites[0], Keyturn({"KEYTURN_URL": f"http://127.0.0.1:{port[0]}", "KEYTURN_TOKEN": TOKEN})
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


def wait_for_file(file: Path, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    """Wait until a process that starts has written its file."""
    deadline = time.monotonic() + seconds
    while not file.exists():
        assert process.poll() is None, "it stopped while starting"
        assert time.monotonic() < deadline, "it did not start"
        time.sleep(0.02)

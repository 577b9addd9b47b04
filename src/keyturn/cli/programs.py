"""The programs behind ``keyturn server`` and ``keyturn worker``."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import typer
import uvloop

from keyturn.app.logs import configure
from keyturn.app.main import answering, first_token, run_worker, working
from keyturn.app.settings import Settings
from keyturn.app.wiring import CANNOT_START, open_app
from keyturn.server import create_server
from keyturn.server.serving import ListenFailed, listen, serve

from .exits import Exit, leave


def server(settings: Settings) -> None:
    """Serve and work until SIGINT or SIGTERM."""
    configure(settings.log_level)
    try:
        _run(_server(settings))
    except (*CANNOT_START, ListenFailed) as error:
        leave(Exit.UNREACHABLE, f"Keyturn cannot start: {error}", str(getattr(error, "mend", "")))


def _run(program: Coroutine[Any, Any, None]) -> None:
    """Run on the faster loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(program)


async def _server(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    opened = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": int(opened.getsockname()[1])})

    async with open_app(settings) as app:
        await first_token(app, typer.echo)
        link = await app.services.sessions.link()

        def ready(port: int) -> None:
            typer.echo(f"Keyturn runs at {settings.address} (Ctrl-C stops it)")
            typer.echo(f"Sign in: {settings.sign_in_address(link.code)}")

        async with working(app), answering(app):
            await serve(create_server(app.services), opened, stop, ready)


def worker(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM."""
    configure(settings.log_level)
    try:
        _run(run_worker(settings))
    except CANNOT_START as error:
        leave(Exit.UNREACHABLE, f"Keyturn cannot start: {error}", str(getattr(error, "mend", "")))

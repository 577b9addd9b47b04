"""The program behind ``keyturn server``."""

from __future__ import annotations

import asyncio
import signal

import typer

from keyturn.app.main import answering, first_token, working
from keyturn.app.settings import Settings
from keyturn.app.wiring import CANNOT_START, open_app
from keyturn.engine.points import Watcher
from keyturn.server import create_server
from keyturn.server.serving import ListenFailed, listen, serve

from .running import run


def server(settings: Settings, watcher: Watcher | None = None) -> None:
    """Serve and work until SIGINT or SIGTERM; a watcher is told of each commit point."""
    run(_server(settings, watcher), settings, (*CANNOT_START, ListenFailed))


async def _server(settings: Settings, watcher: Watcher | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    opened = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": int(opened.getsockname()[1])})

    async with open_app(settings, watcher) as app:
        await first_token(app, typer.echo)
        link = await app.services.sessions.link()

        def ready(port: int) -> None:
            typer.echo(f"Keyturn runs at {settings.address} (Ctrl-C stops it)")
            typer.echo(f"Sign in: {settings.sign_in_address(link.code)}")

        async with working(app), answering(app):
            await serve(create_server(app.services), opened, stop, ready)

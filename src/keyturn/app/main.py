"""The programs: the server with its worker, and a worker alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from keyturn.engine.points import Watcher

from .settings import Settings
from .wiring import App, open_app


@asynccontextmanager
async def answering(app: App) -> AsyncGenerator[None]:
    """Calls of endpoints are carried out in this process meanwhile; at the end runs are ended or handed back."""
    renewing = asyncio.create_task(app.in_place.run(), name="in-place-leases")
    try:
        yield
    finally:
        await app.in_place.stop()
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


@asynccontextmanager
async def working(app: App) -> AsyncGenerator[None]:
    """Worker, reconciler and whatever keeps watch work meanwhile; at the end runs are ended or handed back."""
    worker = asyncio.create_task(app.worker.run(), name="worker")
    watches = [
        asyncio.create_task(app.watches.reconciler.run(), name="reconciler"),
        asyncio.create_task(app.watches.scheduler.run(), name="scheduler"),
        asyncio.create_task(app.connector_watch.run(), name="connectors"),
        asyncio.create_task(app.watches.retention.run(), name="retention"),
    ]
    try:
        yield
    finally:
        app.worker.stop()
        for watch in watches:
            watch.cancel()
        for watch in watches:
            with contextlib.suppress(asyncio.CancelledError):
                await watch
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker, app.worker.stop_seconds)


async def first_token(app: App, tell: Callable[[str], None]) -> None:
    """Take over the operator's token, or make the first one and tell it, once."""
    chosen = app.services.settings.admin_token
    if chosen is not None:
        await app.services.tokens.know("operator", chosen.get_secret_value())
        return
    token = await app.services.tokens.first()
    if token is not None:
        tell(f"Your token, shown only this once:\n\n  export KEYTURN_TOKEN={token}\n")


async def run_worker(settings: Settings, watcher: Watcher | None = None) -> None:
    """Work until SIGINT or SIGTERM; a watcher is told of each commit point."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_app(settings, watcher) as app, working(app):
        await stop.wait()

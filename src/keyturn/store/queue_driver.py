"""PgQueuer's way to the database: it outlives a server restart.

PgQueuer ends when a statement of its own fails, and takes up to ten seconds to see that its listener is deaf.
This driver sends its statements again until the database is back, keeps a listening connection of its own, and
wakes the hand-out after each reconnection, since notifications may have been missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

import orjson
import structlog
from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver, NotifyCallback

from keyturn.engine.ports import StoreUnavailable

from .database import Database, repeating
from .driver import Link
from .sql import database as sql

_log = structlog.get_logger(__name__)
_PAUSE = 0.2
_ROUND = timedelta(seconds=2)


class QueueDriver(Driver):
    """PgQueuer's driver protocol on a ``Database``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = asyncio.Event()
        self._callbacks: list[tuple[str, NotifyCallback]] = []
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Rows; while the database is away it is asked again, until ``shutdown`` is set.

        Raises:
            StoreUnavailable: the database is away and the queue is stopping.
        """
        while True:
            try:
                rows = await repeating(lambda: self._database.fetch(query, *args), _ROUND)
            except StoreUnavailable as error:
                if self._stopped.is_set():
                    raise
                _log.warning("queue.database_away", error=str(error))
            else:
                return [dict(row) for row in rows]

    async def execute(self, query: str, *args: object) -> str:
        """As ``fetch``, without rows."""
        await self.fetch(query, *args)
        return ""

    async def notify(self, channel: str, payload: str) -> None:
        await self.fetch(sql.NOTIFY, channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Call back for each notification, through reconnections; returns when it listens."""
        self._callbacks.append((channel, callback))
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="queue-listener")
        await self._listening.wait()

    async def _listen(self) -> None:
        """Keep one listening connection; make another one whenever it breaks."""
        while True:
            try:
                link = await self._database.connect()
            except StoreUnavailable:
                await asyncio.sleep(_PAUSE)
                continue
            try:
                await self._until_broken(link)
            finally:
                link.terminate()
            _log.warning("queue.listener_lost")

    async def _until_broken(self, link: Link) -> None:
        broken = asyncio.Event()
        link.add_termination_listener(lambda _link: broken.set())
        try:
            for channel, callback in self._callbacks:
                await link.add_listener(channel, _relay(callback))
        except (OSError, ConnectionError, StoreUnavailable):
            return
        self._listening.set()
        self._wake()
        await broken.wait()

    def _wake(self) -> None:
        for channel, callback in self._callbacks:
            callback(_table_changed(channel))

    @property
    def shutdown(self) -> asyncio.Event:
        """Set when the queue stops: from then on a database that is away is not waited for."""
        return self._stopped

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopped.set()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)


def _relay(callback: NotifyCallback) -> Callable[[object, object, object, object], None]:
    def notified(_link: object, _process: object, _channel: object, payload: object) -> None:
        if isinstance(payload, str):
            callback(payload)

    return notified


def _table_changed(channel: str) -> str:
    """What PgQueuer's trigger says."""
    event = {
        "channel": channel,
        "operation": "insert",
        "sent_at": datetime.now(UTC),
        "table": "pgqueuer",
        "type": "table_changed_event",
    }
    return orjson.dumps(event).decode()

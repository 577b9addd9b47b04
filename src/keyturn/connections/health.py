"""Notes how connections do, as a by-product of their use; a change is written at once, what stays as it is each minute.

Notes are written beside the work, which neither waits for them nor fails with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

from keyturn.flows.functions import Clock

from .model import Trouble
from .ports import HealthStore

_AGAIN_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class HealthNotes:
    """What this process has noted of connections."""

    def __init__(self, store: HealthStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[str, tuple[Trouble | None, float]] = {}  # None where there is no trouble
        self._writing: set[asyncio.Task[None]] = set()

    def worked(self, connection_id: str) -> None:
        """The app has taken it. Costs nothing while that is known."""
        if self._is_new(connection_id, None):
            self._write(self._store.worked(connection_id, self._clock.now()))

    def failed(self, connection_id: str, trouble: Trouble) -> None:
        """The app has refused it."""
        if self._is_new(connection_id, trouble):
            self._write(self._store.failed(connection_id, trouble, self._clock.now()))

    async def answered(self, connection_id: str) -> None:
        """What was wrong with it is so no more, as an answer shows that does not tell whether the app takes it."""
        await self.written()
        self._noted.pop(connection_id, None)
        await self._store.answered(connection_id)

    async def forget(self, connection_id: str) -> None:
        """What was noted is of other credentials, or of another place."""
        await self.written()
        self._noted.pop(connection_id, None)
        await self._store.forget(connection_id)

    async def written(self) -> None:
        """Wait until all notes are written, or could not be."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    def _is_new(self, connection_id: str, trouble: Trouble | None) -> bool:
        noted, now = self._noted.get(connection_id), self._clock.monotonic()
        if noted is not None and noted[0] == trouble and now < noted[1]:
            return False
        self._noted[connection_id] = trouble, now + _AGAIN_SECONDS
        return True

    def _write(self, note: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(note)
        self._writing.add(task)
        task.add_done_callback(self._wrote)

    def _wrote(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.warning("connection not noted", why=str(task.exception()))

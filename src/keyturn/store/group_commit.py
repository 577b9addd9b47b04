"""Group commit: all that is ready when the last commit returned is the next batch; no tick, no waiting.

One batch is on its way at a time, so that commits land in the order in which they were given. A batch that the
database refuses is halved until the guilty commit is found and only it fails. A batch whose answer was lost is
sent again: its keys make that harmless.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from uuid import UUID

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import Commit, CommitRefused, Lease, LeaseLost, StoreUnavailable

from .batch import Batch, Encoder, Pending
from .database import Database, repeating
from .driver import Link, is_of_driver
from .endpoints import Sealer
from .errors import is_away, is_conflict, unavailable

_MOST_COMMITS = 256
_MOST_BYTES = 16 * 1024 * 1024


class GroupCommitter:
    """Writes the commits of all root runs of this process, on a connection of its own.

    Args:
        database: where to; its ``patience`` bounds how long a lost connection is mended before
            StoreUnavailable.
        sealer: as for ``Encoder``.
        points: told of each batch.
    """

    def __init__(self, database: Database, sealer: Sealer | None = None, points: Points | None = None) -> None:
        self._database = database
        self._points = points or Points()
        self._encoder = Encoder(sealer)
        self._waiting: deque[Pending] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._closed = False

    async def commit(self, commit: Commit) -> None:
        """Write it with the next batch; returns when the database has it.

        Raises:
            LeaseLost: another worker has the run; nothing was written.
            CommitRefused: it holds something that the database cannot hold; nothing was written. Commits of
                the same lease that waited behind it fail with it.
            StoreUnavailable: the database was away for too long; it is not known what it has.
        """
        if self._closed:
            raise StoreUnavailable("The program is stopping: nothing more is written.")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(self._encoder.encode(commit, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="group-commit")
        await done

    async def close(self) -> None:
        """Write what waits, then let go of the connection."""
        self._closed = True
        if self._writer is not None:
            await self._writer
        if self._link is not None:
            await self._database.hang_up(self._link)
            self._link = None

    async def _write(self) -> None:
        batch: list[Pending] = []
        try:
            while self._waiting:
                batch = self._take()
                await self._land(Batch(batch), refused=set())
        finally:
            self._writer = None
            for pending in (*batch, *self._waiting):  # none is left, unless this task was ended from outside
                _settle(pending, StoreUnavailable("The program stopped before the database had it."))
            self._waiting.clear()

    def _take(self) -> list[Pending]:
        """The next batch. What follows a commit that begins a run, or gives its lease up, waits for the one after,
        and so does what another lease of the same run wants to write: a batch knows runs by their roots."""
        taken: list[Pending] = []
        later: list[Pending] = []
        closing: set[UUID] = set()
        held: dict[UUID, Lease] = {}
        size = 0
        while self._waiting and len(taken) < _MOST_COMMITS and size < _MOST_BYTES:
            pending = self._waiting.popleft()
            root_id = pending.lease.root_id
            if root_id in closing or held.setdefault(root_id, pending.lease) != pending.lease:
                later.append(pending)
                continue
            taken.append(pending)
            size += pending.size
            if pending.closes or pending.birth is not None:
                closing.add(pending.lease.root_id)
        self._waiting.extendleft(reversed(later))
        return taken

    async def _land(self, batch: Batch, refused: set[Lease]) -> None:
        """Write a batch and settle each of its commits."""
        batch = _without(batch, refused)
        if not batch.commits:
            return
        try:
            held = await repeating(lambda: self._sent(batch), self._database.settings.patience)
        except StoreUnavailable as error:
            for pending in batch.commits:
                _settle(pending, StoreUnavailable(str(error)))
        except Exception as error:
            if not is_of_driver(error):
                raise
            if len(batch.commits) == 1:
                refused.add(batch.commits[0].lease)
                _settle(batch.commits[0], CommitRefused(str(error)))
                return
            for half in batch.halves():
                await self._land(half, refused)
        else:
            for pending in batch.commits:
                _settle(pending, _verdict(pending, held))

    async def _sent(self, batch: Batch) -> set[UUID]:
        """As ``_send``; its points are told."""
        return await self._points.around(Point.BATCH, lambda: self._send(batch))

    async def _send(self, batch: Batch) -> set[UUID]:
        """The roots for which the batch holds now.

        Raises:
            StoreUnavailable: the connection broke; the batch may be there or not.
        """
        if self._link is None or self._link.is_closed():
            self._link = await self._database.connect()
        try:
            return {row["id"] for row in await self._link.fetch(batch.statement, *batch.parameters())}
        except Exception as error:
            if not is_conflict(error) and is_away(error):
                self._link.terminate()
                self._link = None
                raise unavailable(error) from error
            raise


def _without(batch: Batch, refused: Collection[Lease]) -> Batch:
    """The batch without commits that come after a refused one of their lease; these fail."""
    if not refused:
        return batch
    for pending in batch.commits:
        if pending.lease in refused:
            _settle(pending, CommitRefused("an earlier part of the same run was refused"))
    return Batch([pending for pending in batch.commits if pending.lease not in refused])


def _verdict(pending: Pending, held: Collection[UUID]) -> Exception | None:
    lease = pending.lease
    if lease.root_id in held:
        return None
    return LeaseLost(f"Run {lease.root_id} is not in the hands of {lease.owner} (epoch {lease.epoch}) any more.")


def _settle(pending: Pending, error: Exception | None) -> None:
    if pending.done.done():
        return  # the caller was cancelled
    if error is None:
        pending.done.set_result(None)
    else:
        pending.done.set_exception(error)

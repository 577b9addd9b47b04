"""Group commit: all that is ready when the last commit returned is the next batch; no tick, no waiting.

One batch is on its way at a time, so that commits land in the order in which they were given. A batch that the
database refuses is halved until the guilty commit is found and only it fails. One that is too much for the
database (statement time-out, disk full) is taken apart as well: see ``_land_apart``. A batch whose answer was
lost is sent again: its keys make that harmless.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import Commit, CommitRefused, Lease, LeaseLost, StoreUnavailable

from .admission import PostgresAdmission
from .batch import LARGE, Batch, Encoder, Pending, take
from .database import Database, repeating
from .driver import Link, Row, is_of_driver
from .endpoints import Sealer
from .errors import is_away, is_burden, is_timed_out, unavailable

_PAUSE = 0.1
_TRIES = 2  # alone, before a commit is held to be the reason of its time-outs


class GroupCommitter:
    """Writes the commits of all root runs of this process, on a connection of its own.

    Args:
        database: where to; its ``patience`` bounds how long a lost connection is mended before
            StoreUnavailable.
        admission: called when runs end and others wait for their place.
        sealer: as for ``Encoder``.
        points: told of each batch.
    """

    def __init__(
        self,
        database: Database,
        admission: PostgresAdmission | None = None,
        *,
        sealer: Sealer | None = None,
        points: Points | None = None,
    ) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)
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
                batch = take(self._waiting)
                await self._land(Batch(batch), refused=set())
        finally:
            self._writer = None
            for pending in (*batch, *self._waiting):  # none is left, unless this task was ended from outside
                _settle(pending, StoreUnavailable("The program stopped before the database had it."))
            self._waiting.clear()

    async def _land(self, batch: Batch, refused: set[Lease]) -> None:
        """Write a batch and settle each of its commits."""
        batch = _without(batch, refused)
        if not batch.commits:
            return
        try:
            await self._repeat(batch)
        except StoreUnavailable as error:
            _settle_all(batch, error)
        except Exception as error:
            if not is_of_driver(error):
                raise
            if is_burden(error):
                await self._land_apart(batch, error, refused)
                return
            if len(batch.commits) == 1:
                refused.add(batch.commits[0].lease)
                _settle(batch.commits[0], CommitRefused(str(error)))
                return
            for half in batch.halves():
                await self._land(half, refused)

    async def _land_apart(self, batch: Batch, error: Exception, refused: set[Lease]) -> None:
        """Find out whose fault it is that a batch is too much for the database.

        Parts without the guilty run land. What fails alone, again and again, is either too large itself (it
        timed out, and others landed meanwhile or it is large: it is refused), or everybody is hit, as by a full
        disk: no run fails for that, it goes on when its lease has ended.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._database.settings.patience.total_seconds()
        parts = deque([(part, 0) for part in _parts(batch)])
        landed = False
        while parts:
            part, tries = parts.popleft()
            if tries:
                await asyncio.sleep(_PAUSE)
            try:
                await self._repeat(part)
                landed = True
            except StoreUnavailable as away:
                _settle_all(part, away)
            except Exception as caught:
                if not is_burden(caught):
                    if not is_of_driver(caught):
                        raise
                    await self._land(part, refused)
                    continue
                late = loop.time() >= until
                tries += part.of_one
                if not part.of_one and not late:
                    parts.extend((half, 0) for half in part.apart())
                elif is_timed_out(caught) and part.of_one and tries >= _TRIES and (landed or part.size >= LARGE):
                    refused.add(part.commits[0].lease)
                    _settle_all(part, CommitRefused(f"{part.size:,} bytes; {caught}"))
                elif late:
                    _settle_all(part, unavailable(caught))
                else:
                    parts.append((part, tries))

    async def _repeat(self, batch: Batch) -> None:
        """Send a batch until it is there, and settle its commits.

        Raises:
            StoreUnavailable: the database was away for too long.
        """
        rows = await repeating(lambda: self._sent(batch), self._database.settings.patience)
        held = {row["id"] for row in rows}
        for pending in batch.commits:
            _settle(pending, _verdict(pending, held))
        if any(row["waits"] for row in rows) and any(pending.closes or pending.starts for pending in batch.commits):
            self._admission.call()

    async def _sent(self, batch: Batch) -> Sequence[Row]:
        """As ``_send``; its points are told."""
        return await self._points.around(Point.BATCH, lambda: self._send(batch))

    async def _send(self, batch: Batch) -> Sequence[Row]:
        """The roots for which the batch holds now, and whether runs wait for their turn.

        Raises:
            StoreUnavailable: the connection broke; the batch may be there or not.
        """
        statement, values = batch.statement()
        return await self._on_link(lambda link: link.fetch(statement, *values))

    async def _on_link(self, work: Callable[[Link], Awaitable[Sequence[Row]]]) -> Sequence[Row]:
        """Work on the connection. Raises StoreUnavailable where it breaks."""
        if self._link is None or self._link.is_closed():
            self._link = await self._database.connect()
        try:
            return await work(self._link)
        except Exception as error:
            if is_away(error) and not is_burden(error):
                self._link.terminate()
                self._link = None
                raise unavailable(error) from error
            raise


def _parts(batch: Batch) -> tuple[Batch, ...]:
    return (batch,) if batch.of_one else batch.apart()


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


def _settle_all(batch: Batch, error: StoreUnavailable | CommitRefused) -> None:
    for pending in batch.commits:
        _settle(pending, type(error)(str(error)) if isinstance(error, StoreUnavailable) else error)


def _settle(pending: Pending, error: Exception | None) -> None:
    if pending.done.done():
        return  # the caller was cancelled
    if error is None:
        pending.done.set_result(None)
    else:
        pending.done.set_exception(error)

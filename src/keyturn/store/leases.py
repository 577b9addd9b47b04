"""Who may write for a root run (``workers.ports.LeaseStore``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from keyturn.engine.points import Point, Points
from keyturn.engine.ports import Lease
from keyturn.workers.ports import Swept

from .admission import PostgresAdmission
from .database import Database
from .driver import Link, Row, random_uuid
from .gathering import Gatherer
from .payloads import clean
from .rows import arrays, run_of
from .sql import endpoints, jobs
from .sql import leases as sql
from .sql import runs as runs_sql

_CLAIMS_AT_ONCE = 64
_SWEEPER = 0x6B657974_75726E02  # "keyturn", 2


class PostgresLeases:
    """LeaseStore on Postgres. All times are the database's."""

    def __init__(
        self, database: Database, admission: PostgresAdmission | None = None, points: Points | None = None
    ) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)
        self._points = points or Points()
        self._claims = Gatherer(self._claim, most=_CLAIMS_AT_ONCE)

    async def claim(self, root_id: UUID, owner: str, ttl: timedelta) -> Lease | None:
        """Take a root run that is queued, due, decided, or whose lease has ended.

        Raises:
            StoreUnavailable: the database is away. A lease that was made all the same ends by itself.
        """
        return await self._claims.ask((root_id, owner, ttl, random_uuid()))

    async def _claim(self, claims: Sequence[tuple[UUID, str, timedelta, UUID]]) -> list[Lease | None]:
        given = [(root_id, clean(owner), ttl, claim_id) for root_id, owner, ttl, claim_id in claims]
        rows = await self._database.repeating(lambda: self._database.fetch(sql.CLAIM, *arrays(given, 4)), burdens=False)
        found = {row["id"]: row for row in rows}
        return [_lease(found.get(root_id), owner, claim_id) for root_id, owner, _, claim_id in claims]

    async def renew(self, leases: Collection[Lease], ttl: timedelta) -> Sequence[Lease]:
        """Make these leases last ``ttl`` from now; gives those that still held.

        Raises:
            StoreUnavailable: the database is away.
        """
        if not leases:
            return []
        asked = {(lease.root_id, lease.epoch): lease for lease in leases}
        given = [(lease.root_id, clean(lease.owner), lease.epoch) for lease in leases]
        rows = await self._database.read_vital(sql.RENEW, *arrays(given, 3), ttl)
        return [asked[row["id"], row["epoch"]] for row in rows]

    async def release(self, lease: Lease) -> None:
        """Give a run back unfinished: queued, with a job, for any worker; nothing if the lease is lost.

        Raises:
            StoreUnavailable: the database is away; the lease will end by itself.
        """
        await self._database.read(sql.RELEASE, lease.root_id, clean(lease.owner), lease.epoch)

    async def sweep(self) -> Swept:
        """Look at every run that claims to be alive and enqueue those that nobody has in hand.

        Where another process is at it, nothing is done. Runs that a person asked to cancel while a worker
        had them, and that came back unfinished, are ended.

        Raises:
            StoreUnavailable: the database is away.
        """
        swept = await self._points.around(Point.SWEPT, lambda: self._database.repeating(self._sweep))
        await self._admission.admit()
        return swept

    async def _sweep(self) -> Swept:
        async with self._database.transaction() as link:
            if not await link.fetchval(sql.ONE_SWEEPER, _SWEEPER):
                return Swept()
            cancelled = await _ids(link, sql.FIND_CANCELLED)
            if cancelled:
                await link.execute(runs_sql.END_TREES, cancelled)
            abandoned = await _ids(link, sql.TAKE_ABANDONED)
            due = await _ids(link, sql.TAKE_DUE)
            jobless = await _enqueue_jobless(link, {*abandoned, *due})
            needless = await _remove_needless(link)
            await link.execute(jobs.PRUNE_QUEUE_LOG)
            await link.execute(endpoints.EXPIRE_KEYS)
            await link.execute(endpoints.EXPIRE_ANSWERS)
            return Swept(abandoned, due, jobless, needless, cancelled)


def _lease(row: Row | None, owner: str, claim_id: UUID) -> Lease | None:
    if row is None or row["claim_id"] != claim_id:
        return None
    # The first claim of a run that is no rerun: nothing was recorded of it, so there is nothing to load.
    fresh = run_of(row) if row["epoch"] == 1 and row["rerun_of"] is None else None
    return Lease(row["id"], owner, row["epoch"], fresh)


async def _ids(link: Link, statement: str) -> list[UUID]:
    return [row["id"] for row in await link.fetch(statement)]


async def _enqueue_jobless(link: Link, known: set[UUID]) -> list[UUID]:
    """Give every queued run without a job one; returns those that had none for no known reason."""
    without = await _ids(link, jobs.FIND_JOBLESS)
    if not without:
        return []
    enqueued = await link.fetch(jobs.ENQUEUE_QUEUED, without)
    return [row["root_id"] for row in enqueued if row["root_id"] not in known]


async def _remove_needless(link: Link) -> list[UUID]:
    """Remove jobs of runs that are not queued; returns the runs."""
    found = await _ids(link, jobs.FIND_NEEDLESS)
    if not found:
        return []
    removed = await link.fetch(jobs.REMOVE_NEEDLESS, found)
    return [UUID(bytes=row["payload"]) for row in removed if row["payload"] and len(row["payload"]) == 16]

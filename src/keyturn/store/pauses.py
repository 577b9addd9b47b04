"""Pauses and what is said to them (``engine.pauses``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from keyturn.engine.pauses import OpenPause, Pause, Resumed, ResumePlace, ResumeState, Resumption
from keyturn.engine.ports import Lease, LeaseLost
from keyturn.flows.json import JSON

from .admission import PostgresAdmission
from .database import Database
from .driver import Row
from .payloads import clean, pack, unpack
from .sql import pauses as sql


class PostgresPauses:
    """PauseStore and Resuming on Postgres."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)

    async def look(self, lease: Lease, pause: Pause, *, over: bool) -> Resumed | bool:
        """Have it known that a run pauses, and look whether it is resumed.

        Raises:
            LeaseLost: another worker has the run.
            StoreUnavailable: the database is away.
        """
        return await self._database.repeating(lambda: self._look(lease, pause, over))

    async def _look(self, lease: Lease, pause: Pause, over: bool) -> Resumed | bool:
        path = clean(pause.path)
        async with self._database.transaction() as link:
            await link.execute(sql.LOCK_PLACE, pause.place)
            said = await link.fetchrow(sql.GET_RESUME, pause.place)
            if said is not None:
                await link.execute(sql.REMOVE_PAUSE, pause.run_id, path)
                return Resumed(unpack(said["body"]), said["by"], said["resumed_at"])
            row = await link.fetchrow(
                sql.STAND,
                lease.root_id,
                clean(lease.owner),
                lease.epoch,
                pause.run_id,
                path,
                pause.place,
                pause.until,
                over,
            )
            if row is None:
                raise LeaseLost("the run belongs to another worker")
            return bool(row["over"])

    async def resume(self, place: ResumePlace, body: JSON, by: str) -> Resumption:
        """Say something at a place, and queue the runs that pause there; the first one counts.

        Raises:
            StoreUnavailable: the database is away.
        """
        call = uuid4()
        return await self._database.repeating(lambda: self._resume(place, body, by, call))

    async def _resume(self, place: ResumePlace, body: JSON, by: str, call: UUID) -> Resumption:
        waits = False
        async with self._database.transaction() as link:
            await link.execute(sql.LOCK_PLACE, place.id)
            said = await link.fetchrow(sql.GET_RESUME, place.id)
            if said is not None:  # by this very call, if its answer was lost
                state = ResumeState.RESUMED if said["call"] == call else ResumeState.BEFORE
                return Resumption(state, said["resumed_at"])
            roots = sorted(row["id"] for row in await link.fetch(sql.LIST_PAUSED_ROOTS, place.id))
            if not roots:
                may = await link.fetchrow(sql.SOME_MAY_COME, place.id, place.root_id)
                if may is None or not may["some"]:
                    return Resumption(ResumeState.OVER)
            put = await link.fetchrow(sql.PUT_RESUME, place.id, place.root_id, call, pack(body), clean(by))
            assert put is not None
            if roots:
                woken = await link.fetchrow(sql.WAKE, roots)
                waits = woken is not None and bool(woken["waits"])
        if waits:
            self._admission.call()
        return Resumption(ResumeState.RESUMED, put["resumed_at"])

    async def open(self, root_id: UUID) -> Sequence[OpenPause]:
        """Where the tree of a root run pauses now; a thousand at most, the oldest first.

        Raises:
            StoreUnavailable: the database is away.
        """
        return [open_of(row) for row in await self._database.read(sql.LIST_OPEN, root_id)]


def open_of(row: Row) -> OpenPause:
    """A pause as people see it."""
    pause = Pause(row["run_id"], row["path"], row["place"], row["until"])
    return OpenPause(pause, row["root_id"], row["since"])

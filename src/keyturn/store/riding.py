"""Commits that carry a change of data: the change, its outcome in the journal and all else are one transaction.

The way is that of the group commit, with a transaction of several statements in the place of one. First the runs are
held by their leases, so that nobody writes without one; then the journal is asked whether the outcome is known already
(the answer to an earlier try was lost); then the change is made, and what came of it is recorded by the statement of
the group commit. So there is either both, row and record, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from keyturn.data.changes import (
    DATA_CHANGES,
    ClearTable,
    CreateRow,
    DataChange,
    DeleteRow,
    KeepCursor,
    UpdateRow,
    UpsertRow,
)
from keyturn.data.errors import DataError
from keyturn.data.model import Table
from keyturn.engine.points import Points
from keyturn.engine.ports import Commit, JournalRecord, Ride
from keyturn.flows.actions import Done, Failed

from . import rows
from .admission import PostgresAdmission
from .batch import Batch, Pending
from .database import Database
from .driver import Link, Row
from .endpoints import Sealer
from .flow_cursors import keep_cursor
from .group_commit import GroupCommitter
from .payloads import clean
from .rows import journal_of
from .sql import riding as sql
from .table_rows import carry_out, keep_tables

_Effect = tuple[UUID, str, int]


class _NotBorn(Exception):
    """The run that was to begin with this commit does not: its key is taken. Nothing of it may stay."""


class RideCommitter(GroupCommitter):
    """Writes the commits that carry a change of data, on a connection of its own; the arguments are the group
    commit's."""

    def __init__(
        self,
        database: Database,
        admission: PostgresAdmission | None = None,
        *,
        sealer: Sealer | None = None,
        points: Points | None = None,
    ) -> None:
        super().__init__(database, admission, sealer=sealer, points=points)
        self._records: dict[_Effect, JournalRecord] = {}

    async def carry(self, commit: Commit, ride: Ride) -> JournalRecord:
        """Make the change and write the commit; gives the record of what came of it.

        Raises:
            LeaseLost, CommitRefused, StoreUnavailable: as ``commit``; then nothing was changed either, as far as is
                known.
        """
        try:
            await self.commit(commit)
            return self._records[_effect(ride)]
        finally:
            self._records.pop(_effect(ride), None)

    async def _send(self, batch: Batch) -> Sequence[Row]:
        """As in the group commit. A run that begins here has a transaction of its own, which may end in nothing."""
        born = [pending for pending in batch.commits if pending.birth is not None]
        others = [pending for pending in batch.commits if pending.birth is None]
        parts = [*([pending] for pending in born), *([others] if others else [])]

        async def each(link: Link) -> Sequence[Row]:
            return [row for part in parts for row in await self._transaction(link, part)]

        return await self._on_link(each)

    async def _transaction(self, link: Link, commits: Sequence[Pending]) -> Sequence[Row]:
        try:
            async with link.transaction():
                ready, records = await _carried_out(link, commits)
                if not ready:
                    return []
                statement, values = Batch(ready).statement()
                answer = await link.fetch(statement, *values)
                if any(pending.birth is not None for pending in ready) and not answer:
                    raise _NotBorn
        except _NotBorn:
            return []
        self._records |= records
        return answer


async def _carried_out(link: Link, commits: Sequence[Pending]) -> tuple[list[Pending], dict[_Effect, JournalRecord]]:
    """The commits that hold, with the records of their changes, which are made."""
    leases = {pending.lease: None for pending in commits if pending.birth is None}
    held = {
        row["id"]
        for row in await link.fetch(
            sql.HOLD, *rows.arrays([(lease.root_id, lease.owner, lease.epoch) for lease in leases], 3)
        )
    }
    holding = [pending for pending in commits if pending.birth is not None or pending.lease.root_id in held]
    rides = [pending.ride for pending in holding if pending.ride is not None]
    known = await _known(link, rides)
    due = [ride for ride in rides if _effect(ride) not in known]
    changes = [_change(ride) for ride in due]
    tables = await keep_tables(link, [change.table for change in changes if not isinstance(change, KeepCursor)])
    records = dict(known)
    for ride in sorted(due, key=_place):
        records[_effect(ride)] = ride.record(await _outcome(link, tables, _change(ride)))
    return [_recorded(pending, records, known) for pending in holding], records


async def _known(link: Link, rides: Sequence[Ride]) -> dict[_Effect, JournalRecord]:
    asked = rows.arrays([(ride.run_id, clean(ride.path), ride.attempt) for ride in rides], 3)
    found = [journal_of(row) for row in await link.fetch(sql.KNOWN, *asked)]
    by_effect = {(one.run_id, one.path, one.attempt): one for one in found}
    return {
        _effect(ride): by_effect[key]
        for ride in rides
        if (key := (ride.run_id, clean(ride.path), ride.attempt)) in by_effect
    }


async def _outcome(link: Link, tables: Mapping[str, Table], change: DataChange) -> Done | Failed:
    try:
        if isinstance(change, KeepCursor):
            return Done(await keep_cursor(link, change))
        return Done(await carry_out(link, tables, change))
    except DataError as error:
        return Failed(error.detail)


def _recorded(
    pending: Pending, records: Mapping[_Effect, JournalRecord], known: Mapping[_Effect, JournalRecord]
) -> Pending:
    """The commit with the record of its change, if that is new. A copy: the batch may be sent again."""
    ride = pending.ride
    if ride is None or _effect(ride) in known:
        return pending
    record = rows.journal_row(records[_effect(ride)], pending.lease.root_id)
    return replace(pending, journal=[*pending.journal, record])


def _effect(ride: Ride) -> _Effect:
    return ride.run_id, ride.path, ride.attempt


def _change(ride: Ride) -> DataChange:
    assert isinstance(ride.change, DATA_CHANGES), ride.change
    return ride.change


def _place(ride: Ride) -> tuple[str, str]:
    """One order for all processes, so that two batches seldom wait for each other's rows."""
    change = _change(ride)
    match change:
        case CreateRow() | ClearTable():
            return change.table, ""
        case UpdateRow() | DeleteRow():
            return change.table, change.row_id
        case UpsertRow():
            return change.table, str(change.values.get(change.match))
        case KeepCursor():
            return "", change.flow_id

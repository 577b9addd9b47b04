"""A change of data and the record of it: both are there, or none, whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest
from store_records import TTL, claimed, count, expire, line, queued, seen
from store_tables import add, people

from keyturn.app.ids import new_id
from keyturn.data.changes import ClearTable, CreateRow, DataChange, KeepCursor, RowChange, UpdateRow, UpsertRow
from keyturn.data.model import Table
from keyturn.data.search import Order
from keyturn.engine.ports import (
    Birth,
    Checkpoint,
    Commit,
    JournalRecord,
    JournalState,
    Lease,
    LeaseLost,
    Ride,
    RunStatus,
    StartKey,
    StoreUnavailable,
)
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON
from keyturn.store import Database, DatabaseSettings, Store
from keyturn.store.driver import Link, Row
from keyturn.store.riding import RideCommitter


def ride(run_id: UUID, change: DataChange, path: str = "add") -> Ride:
    """A change with the record of what comes of it."""

    def record(outcome: Done | Failed) -> JournalRecord:
        if isinstance(outcome, Done):
            return line(run_id, path, JournalState.DONE, outcome.outputs)
        return line(run_id, path, JournalState.FAILED, {"error": outcome.error.to_json()})

    return Ride(run_id, path, 1, change, record)


def create(run_id: UUID, login: str = "ada", path: str = "add") -> Ride:
    return ride(run_id, CreateRow("people", new_id(), {"Login": login}), path)


async def both(store: Store, table: Table) -> tuple[int, int]:
    """How many rows and how many records there are."""
    return await store.rows.count(table, None), await count(store, "journal WHERE state IN ('done', 'failed')")


async def test_a_change_and_its_record_are_written_with_all_else(store: Store) -> None:
    table = await people(store)
    run, lease = await claimed(store)
    made = create(run.id)
    rode = await store.runs.commit(Commit(lease, [run], [line(run.id, "before")], [seen(run.id, "add")], ride=made))
    assert rode is not None
    assert (rode.state, rode.path) == (JournalState.DONE, "add")
    [row] = await store.rows.search(table, None, Order(), 10)
    assert rode.result == {"row_id": str(row.id)}
    tree = await store.runs.load(run.id)
    assert {record.path: record for record in tree.journal}["add"] == rode
    assert await both(store, table) == (1, 2)


async def test_what_cannot_be_done_is_recorded_as_failed_and_disturbs_nobody(store: Store) -> None:
    table = await people(store)
    await add(store, table, Login="ada")
    pairs = [await claimed(store) for _ in range(4)]
    changes: list[RowChange] = [
        CreateRow("people", new_id(), {"Login": "ada"}),
        CreateRow("people", new_id(), {"Login": "bob"}),
        UpdateRow("people", str(new_id()), {"Age": 1}),
        CreateRow("nowhere", new_id(), {}),
    ]
    rode = await asyncio.gather(
        *(
            store.runs.commit(Commit(lease, [run], ride=ride(run.id, change)))
            for (run, lease), change in zip(pairs, changes, strict=True)
        )
    )
    codes = [cast("dict[str, object]", (one.result or {}).get("error", {})).get("code") for one in rode if one]
    assert codes == ["not-unique", None, "unknown-row", "unknown-table"]
    assert await both(store, table) == (2, 4)


async def test_what_a_flow_keeps_is_kept_once_and_goes_with_the_flow(store: Store) -> None:
    run, lease = await claimed(store)

    async def keep(value: JSON, path: str) -> JSON:
        rode = await store.runs.commit(Commit(lease, [run], ride=ride(run.id, KeepCursor("f", value), path)))
        return ((rode and rode.result) or {})["cursor"]

    assert await keep(7, "first") is None
    assert await keep(8, "second") == 7
    assert await keep(7, "first") is None  # its answer was lost, and it is sent again
    assert await keep(None, "third") == 8
    await store.flows.delete("f")
    assert await keep(None, "fourth") is None


async def test_without_the_lease_nothing_is_written(store: Store) -> None:
    table = await people(store)
    run, lease = await claimed(store)
    await expire(store, run)
    assert await store.leases.claim(run.id, "w2", TTL) is not None
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [run], [line(run.id, "x")], ride=create(run.id)))
    assert await both(store, table) == (0, 0)


async def test_a_run_may_begin_with_a_change(store: Store) -> None:
    table = await people(store)
    run = queued(status=RunStatus.RUNNING, trigger="endpoint")
    lease, birth = Lease(run.id, "w1", 1), Birth(TTL, StartKey("k", "d"))
    assert await store.runs.commit(Commit(lease, [run], birth=birth, ride=create(run.id)))
    assert await both(store, table) == (1, 1)
    other = queued(status=RunStatus.RUNNING, trigger="endpoint")
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(Lease(other.id, "w1", 1), [other], birth=birth, ride=create(other.id, "bob")))
    assert await both(store, table) == (1, 1)


async def test_the_commits_of_a_run_land_in_their_order(store: Store) -> None:
    table = await people(store)
    run, lease = await claimed(store)
    commits: list[Commit] = []
    for number in range(40):
        point = Checkpoint(run.id, "each", number + 1)
        carries = create(run.id, f"p{number}", f"each[{number}]/add") if number % 3 else None
        commits.append(Commit(lease, [replace(run, cards=number)], checkpoints=[point], ride=carries))
    await asyncio.gather(*map(store.runs.commit, commits))
    tree = await store.runs.load(run.id)
    assert tree.checkpoints[0].next == 40
    assert tree.root.cards == 39
    assert await store.rows.count(table, None) == 26


async def test_runs_without_changes_do_not_wait_for_a_table(store: Store) -> None:
    table = await people(store)
    (run, lease), (other, free) = [await claimed(store) for _ in range(2)]
    async with store.database.transaction() as link:
        await link.execute(f"LOCK TABLE table_rows_{table.number} IN ACCESS EXCLUSIVE MODE")
        waiting = asyncio.create_task(store.runs.commit(Commit(lease, [run], ride=create(run.id))))
        await store.runs.commit(Commit(free, [other], [line(other.id)]))
        assert not waiting.done()
    assert await waiting
    assert await both(store, table) == (1, 2)


async def test_an_update_counts_each_time(store: Store) -> None:
    table = await people(store)
    row_id = str(await add(store, table, Login="ada", Age=0))
    pairs = [await claimed(store) for _ in range(6)]
    swap = UpdateRow("people", row_id, {"Age": 1}, {"column": "Age", "is": "=", "b": 0})
    rode = await asyncio.gather(
        *(store.runs.commit(Commit(lease, [run], ride=ride(run.id, swap))) for run, lease in pairs)
    )
    assert sum(one is not None and one.result == {"updated": True} for one in rode) == 1
    upsert = [UpsertRow("people", new_id(), "Login", {"Login": "eve", "Age": n}) for n in range(6)]
    rode = await asyncio.gather(
        *(
            store.runs.commit(Commit(lease, [run], ride=ride(run.id, change, "up")))
            for (run, lease), change in zip(pairs, upsert, strict=True)
        )
    )
    assert sum(one is not None and bool((one.result or {})["created"]) for one in rode) == 1
    assert await both(store, table) == (2, 12)


class BreakingLink:
    """A connection that breaks before or after its n-th statement; the last one is the end of the transaction."""

    def __init__(self, link: Link, database: BreakingDatabase) -> None:
        self._link = link
        self._database = database

    async def fetch(self, query: str, *args: object) -> Sequence[Row]:
        self._database.strike()
        rows = await self._link.fetch(query, *args)
        self._database.strike()
        return rows

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        self._database.strike()
        row = await self._link.fetchrow(query, *args)
        self._database.strike()
        return row

    def transaction(self) -> AbstractAsyncContextManager[None]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        async with self._link.transaction():
            yield
            self._database.strike()
        self._database.strike()

    def __getattr__(self, name: str) -> object:
        return getattr(self._link, name)


class BreakingDatabase(Database):
    """Breaks a connection at one moment, counted from 1; 0 for never.

    Attributes:
        after_commit: whether the moment was the one after the transaction had ended.
    """

    def __init__(self, url: str, moment: int = 0, patience: float = 5) -> None:
        super().__init__(url, DatabaseSettings(patience=timedelta(seconds=patience)))
        self.moment = moment
        self.seen = 0

    def strike(self) -> None:
        self.seen += 1
        if self.seen == self.moment:
            raise ConnectionResetError("the connection broke")

    async def connect(self, *, limited: bool = True) -> Link:
        return cast("Link", BreakingLink(await super().connect(limited=limited), self))


CHANGES = {
    "create": lambda: CreateRow("people", new_id(), {"Login": "bob"}),
    "refused": lambda: CreateRow("people", new_id(), {"Login": "ada"}),
    "upsert": lambda: UpsertRow("people", new_id(), "Login", {"Login": "bob", "Age": 2}),
    "clear": lambda: ClearTable("people"),
}


async def moments_of(store: Store, url: str, change: RowChange) -> int:
    """How many moments there are in a commit with this change."""
    database = BreakingDatabase(url)
    await database.open()
    run, lease = await claimed(store)
    committer = RideCommitter(database)
    await committer.carry(Commit(lease, [run], ride=ride(run.id, change)), ride(run.id, change))
    await committer.close()
    await database.close()
    return database.seen


@pytest.mark.parametrize("name", CHANGES)
async def test_whatever_breaks_it_happens_once_or_not_at_all(store: Store, database_url: str, name: str) -> None:
    """Broken at each moment: sent again it happens once; given up it has happened with its record, or not."""
    table = await people(store)
    await add(store, table, Login="ada")
    moments = await moments_of(store, database_url, CHANGES[name]())
    assert moments >= 8
    for moment in range(1, moments + 1):
        for patience in (5.0, 0.0):
            await store.database.fetch("TRUNCATE journal")
            await store.rows.apply(ClearTable("people"))
            await add(store, table, Login="ada")
            before = await both(store, table)
            run, lease = await claimed(store)
            made = ride(run.id, CHANGES[name]())
            database = BreakingDatabase(database_url, moment, patience)
            await database.open()
            committer = RideCommitter(database)
            try:
                await committer.carry(Commit(lease, [run], ride=made), made)
                given_up = False
            except StoreUnavailable:
                given_up = True
            await committer.close()
            await database.close()
            after = await both(store, table)
            happened = {"create": (2, 1), "refused": (1, 1), "upsert": (2, 1), "clear": (0, 1)}[name]
            assert after == happened or (given_up and after == before), (moment, patience)
            assert given_up is (patience == 0)
            if moment == moments:
                assert after == happened, "the transaction had ended"

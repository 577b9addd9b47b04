"""The database did it, and its answer was lost: sent again, nothing is doubled and nothing taken for lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from store_records import TTL, claimed, count, expire, line, queued, seen

from keyturn.engine.ports import Commit, RunStatus, StartRun, StoreUnavailable
from keyturn.flows.paging import PageRequest
from keyturn.store import Database, DatabaseSettings, Store
from keyturn.store.driver import Link, Row
from keyturn.store.events import PostgresEvents
from keyturn.store.group_commit import GroupCommitter
from keyturn.store.leases import PostgresLeases
from keyturn.store.starts import PostgresStarts
from keyturn.triggers.ports import Accepted, IncomingEvent


class Losses:
    """How many answers are still to be lost."""

    left = 0

    def strike(self) -> None:
        if self.left > 0:
            self.left -= 1
            raise ConnectionResetError("the answer was lost")


class LossyLink:
    """A connection that does what it is told, and breaks before the answer comes."""

    def __init__(self, link: Link, losses: Losses) -> None:
        self._link = link
        self._losses = losses

    async def fetch(self, query: str, *args: object) -> Sequence[Row]:
        rows = await self._link.fetch(query, *args)
        self._losses.strike()
        return rows

    def __getattr__(self, name: str) -> object:
        return getattr(self._link, name)


class LossyDatabase(Database):
    """A database whose answers are lost on the way, as often as ``losses`` says."""

    def __init__(self, url: str) -> None:
        super().__init__(url, DatabaseSettings(patience=timedelta(seconds=2)))
        self.losses = Losses()

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        rows = await super().fetch(statement, *values)
        self._lose()
        return rows

    async def fetch_one(self, statement: str, *values: object) -> Row | None:
        row = await super().fetch_one(statement, *values)
        self._lose()
        return row

    def _lose(self) -> None:
        try:
            self.losses.strike()
        except ConnectionResetError as error:
            raise StoreUnavailable(str(error)) from error

    async def connect(self, *, limited: bool = True) -> Link:
        return cast("Link", LossyLink(await super().connect(limited=limited), self.losses))


@pytest.fixture
async def lossy(store: Store, database_url: str) -> AsyncIterator[LossyDatabase]:
    database = LossyDatabase(database_url)
    await database.open()
    yield database
    await database.close()


async def test_a_claim(store: Store, lossy: LossyDatabase) -> None:
    run = queued()
    await store.starts.start(run)
    lossy.losses.left = 2
    lease = await PostgresLeases(lossy).claim(run.id, "w1", TTL)
    assert lease is not None
    assert lease.epoch == 1
    await store.runs.commit(Commit(lease, [run]))


async def test_a_claim_that_was_given_up_ends_by_itself(store: Store, lossy: LossyDatabase) -> None:
    run = queued()
    await store.starts.start(run)
    leases = PostgresLeases(lossy)
    lossy.losses.left = 10_000
    with pytest.raises(StoreUnavailable):
        await leases.claim(run.id, "w1", TTL)
    lossy.losses.left = 0
    await expire(store, run)
    assert (await store.leases.sweep()).abandoned == [run.id]


async def test_a_start(store: Store, lossy: LossyDatabase) -> None:
    run = queued()
    for key in (None, "key"):
        lossy.losses.left = 1
        assert await PostgresStarts(lossy).start(run, key) == run.id
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1


async def test_an_accept(store: Store, lossy: LossyDatabase) -> None:
    lossy.losses.left = 1
    accepted = await PostgresEvents(lossy).accept([IncomingEvent("okta", "e1", "t", {}, [queued()])])
    assert accepted == Accepted(0, 1, [])
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1


async def test_commits_up_to_the_one_that_ends_the_run(store: Store, lossy: LossyDatabase) -> None:
    run, lease = await claimed(store)
    committer = GroupCommitter(lossy)
    child = queued("child")
    ended = replace(run, status=RunStatus.SUCCEEDED)
    commits = [
        Commit(lease, [replace(run, cards=1)], [line(run.id, "a")], [seen(run.id, "a")], [StartRun(child)]),
        Commit(lease, [ended], [line(run.id, "b")], [seen(run.id, "b")]),
    ]
    for commit in commits:
        lossy.losses.left = 2
        await committer.commit(commit)
        assert lossy.losses.left == 0
    await committer.close()
    tree = await store.runs.load(run.id)
    assert tree.root.status is RunStatus.SUCCEEDED
    assert [record.path for record in tree.journal] == ["a", "b"]
    assert len((await store.history.trace(run.id, PageRequest())).rows) == 2
    assert await count(store, "pgqueuer WHERE dedupe_key = $1", f"{child.id}:0") == 1

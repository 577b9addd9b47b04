"""Runs whose first commit inserts them: with their lease, once, and never against a key that is taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from store_records import TTL, count, expire, helper_of, line, queued, seen
from test_store_lost_answers import LossyDatabase

from keyturn.engine.ports import (
    Birth,
    Commit,
    CommitRefused,
    JournalState,
    Lease,
    LeaseLost,
    Run,
    RunStatus,
    StartKey,
    StartRun,
)
from keyturn.flows.json import Values
from keyturn.flows.paging import PageRequest
from keyturn.library.ports import NewVersion
from keyturn.store import Database, DatabaseSettings, Store
from keyturn.store.endpoints import PostgresEndpoints
from keyturn.store.group_commit import GroupCommitter
from keyturn.triggers.endpoint.ports import StartedBefore

KEY = StartKey("hire-1", "digest")


class Reversed:
    """Seals by turning bytes round, with their context in front."""

    def seal(self, plain: bytes, context: str) -> bytes:
        return context.encode() + plain[::-1]

    def open(self, sealed: bytes, context: str) -> bytes:
        assert sealed.startswith(context.encode())
        return sealed.removeprefix(context.encode())[::-1]


def born(run: Run | None = None, *, key: StartKey | None = None, ended: bool = True) -> tuple[Run, Lease, Commit]:
    """A run that begins with this commit, and perhaps ends with it."""
    run = run or queued(trigger="endpoint")
    lease = Lease(run.id, "p1", 1)
    row = replace(run, status=RunStatus.SUCCEEDED if ended else RunStatus.RUNNING)
    return row, lease, Commit(lease, [row], [line(run.id)], [seen(run.id, "send")], birth=Birth(TTL, key))


async def row_of(store: Store, run: Run) -> dict[str, object]:
    row = await store.database.fetch_one("SELECT * FROM runs WHERE id = $1", run.id)
    assert row is not None
    return dict(row)


@pytest.fixture
async def other(store: Store, database_url: str) -> AsyncIterator[GroupCommitter]:
    """The group commit of another process."""
    database = Database(database_url, DatabaseSettings(pool_size=2))
    await database.open()
    committer = GroupCommitter(database)
    yield committer
    await committer.close()
    await database.close()


async def test_a_run_that_ends_at_once_is_one_row_in_nobodys_hands(store: Store) -> None:
    run, _, commit = born()
    await store.runs.commit(commit)
    row = await row_of(store, run)
    assert (row["status"], row["epoch"], row["owner"], row["lease_until"]) == ("succeeded", 1, None, None)
    tree = await store.runs.load(run.id)
    assert (tree.root.event, len(tree.journal)) == (run.event, 1)
    assert len((await store.history.trace(run.id, PageRequest())).rows) == 1
    assert await count(store, "pgqueuer") == 0


async def test_a_run_that_goes_on_is_in_hand_like_any_other(store: Store) -> None:
    run, lease, commit = born(ended=False)
    helper, child = helper_of(run), queued("child")
    await store.runs.commit(replace(commit, runs=[run, helper], starts=[StartRun(child)]))
    assert await store.leases.claim(run.id, "w1", TTL) is None
    assert await store.leases.renew([lease, replace(lease, root_id=uuid4())], TTL) == [lease]
    assert await store.leases.renew([replace(lease, owner="p2")], TTL) == []
    assert set((await store.runs.load(run.id)).runs) == {run.id, helper.id}
    assert await count(store, "pgqueuer") == 1
    await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.WAITING)]))
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [run]))


async def test_a_worker_takes_over_what_a_dead_process_began(store: Store) -> None:
    run, lease, commit = born(ended=False)
    await store.runs.commit(replace(commit, journal=[line(run.id, state=JournalState.STARTED)]))
    await expire(store, run)
    assert (await store.leases.sweep()).abandoned == [run.id]
    taken = await store.leases.claim(run.id, "w1", TTL)
    assert taken is not None
    assert taken.epoch == 2
    assert await store.leases.renew([lease], TTL) == []
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED)]))


async def test_a_key_that_is_taken_lets_nothing_of_a_second_run_in(store: Store, other: GroupCommitter) -> None:
    first, _, commit = born(key=KEY)
    await store.runs.commit(commit)
    for ended in (True, False):
        _, _, second = born(key=replace(KEY, digest="another"), ended=ended)
        with pytest.raises(LeaseLost):
            await other.commit(second)
    assert await store.endpoints.started("offboard", KEY.key) == StartedBefore(first.id, KEY.digest)
    assert (await count(store, "runs"), await count(store, "journal"), await count(store, "trace")) == (1, 1, 1)
    elsewhere, _, commit = born(queued("another-flow"), key=KEY)
    await other.commit(commit)
    assert await store.endpoints.started("another-flow", KEY.key) == StartedBefore(elsewhere.id, KEY.digest)


async def test_two_processes_with_the_same_keys_in_opposite_order(store: Store, other: GroupCommitter) -> None:
    keys = [StartKey(f"k{n:02}", "d") for n in range(40)]
    outcomes = await asyncio.gather(
        *(store.runs.commit(born(key=key)[2]) for key in keys),
        *(other.commit(born(key=key)[2]) for key in reversed(keys)),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 40
    assert sum(isinstance(outcome, LeaseLost) for outcome in outcomes) == 40
    assert await count(store, "runs") == await count(store, "endpoint_keys") == 40


async def test_a_lost_answer_is_no_second_birth(store: Store, database_url: str) -> None:
    lossy = LossyDatabase(database_url)
    await lossy.open()
    committer = GroupCommitter(lossy)
    for ended in (True, False):
        lossy.losses.left = 2
        run, _, commit = born(key=StartKey(f"k{ended}", "d"), ended=ended)
        await committer.commit(commit)
        assert lossy.losses.left == 0
        assert (await row_of(store, run))["epoch"] == 1
    await committer.close()
    await lossy.close()
    assert (await count(store, "runs"), await count(store, "endpoint_keys")) == (2, 2)


async def test_births_share_a_batch_with_all_else_and_a_guilty_one_fails_alone(store: Store) -> None:
    good = [born(key=StartKey(f"k{n}", "d"), ended=n % 2 == 0) for n in range(6)]
    run, _, bad = born(key=StartKey("bad", "d"))
    guilty = replace(bad, journal=[line(run.id, attempt=0)])
    outcomes = await asyncio.gather(
        *(store.runs.commit(commit) for _, _, commit in good[:3]),
        store.runs.commit(guilty),
        *(store.runs.commit(commit) for _, _, commit in good[3:]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None)] * 3 + [CommitRefused] + [type(None)] * 3
    assert await store.endpoints.started("offboard", "bad") is None
    assert await count(store, "runs") == 6


async def test_commits_that_follow_a_birth_land_after_it(store: Store) -> None:
    run, lease, commit = born(ended=False)
    await asyncio.gather(
        store.runs.commit(commit),
        *(store.runs.commit(Commit(lease, [replace(run, cards=n)])) for n in range(1, 20)),
    )
    tree = await store.runs.load(run.id)
    assert (tree.root.cards, tree.root.event) == (19, run.event)


async def test_answers_are_sealed_and_go_with_the_keys_after_a_day(store: Store) -> None:
    committer = GroupCommitter(store.database, sealer=Reversed())
    endpoints = PostgresEndpoints(store.database, Reversed())
    answer: Values = {"word": "open sesame"}
    run, lease, commit = born(key=KEY, ended=False)
    await committer.commit(commit)
    await committer.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED, answer=answer)]))
    whole, _, at_once = born()
    await committer.commit(replace(at_once, runs=[replace(whole, answer=answer)]))
    await committer.close()
    assert [await endpoints.answer(one.id) for one in (run, whole)] == [answer, answer]
    assert await endpoints.answer(uuid4()) is None
    assert await count(store, "endpoint_answers WHERE position('sesame'::bytea in sealed) > 0") == 0
    await store.leases.sweep()
    assert await endpoints.started("offboard", KEY.key) is not None
    for table in ("endpoint_keys", "endpoint_answers"):
        await store.database.fetch(f"UPDATE {table} SET made_at = now() - interval '25 hours'")
    await store.leases.sweep()
    assert await endpoints.started("offboard", KEY.key) is None
    assert await endpoints.answer(run.id) is None


async def test_queued_starts_with_one_key_are_one_run(store: Store) -> None:
    runs = [queued() for _ in range(8)]
    started = await asyncio.gather(*(store.endpoints.start(run, KEY) for run in runs))
    assert len({before.run_id for before in started}) == 1
    assert {before.digest for before in started} == {KEY.digest}
    assert await count(store, "runs") == await count(store, "pgqueuer") == 1
    plain = queued()
    assert (await store.endpoints.start(plain, None)).run_id == plain.id


async def test_only_flows_with_an_endpoint_have_tokens(store: Store) -> None:
    def flow(flow_id: str, card: str) -> NewVersion:
        return NewVersion(flow_id, flow_id.title(), {"id": flow_id}, "d", card, None, {})

    await store.flows.publish([flow("a", "endpoint"), flow("b", "helper"), flow("c", "endpoint")], [], "ada")
    assert await store.endpoints.set_token("b", "x", "ada") is False
    assert await store.endpoints.set_token("nobody", "x", "ada") is False
    assert await store.endpoints.find("b") is None
    for digest in ("x", "y"):
        assert await store.endpoints.set_token("a", digest, "ada") is True
        found = await store.endpoints.find("a")
        assert found is not None
        assert (found.token_digest, found.version, found.active) == (digest, 1, True)
    first = await store.endpoints.list(PageRequest(1))
    rest = await store.endpoints.list(PageRequest(1, first.next))
    assert [record.flow_id for record in (*first.rows, *rest.rows)] == ["a", "c"]
    assert (rest.rows[0].token_digest, rest.next) == (None, None)

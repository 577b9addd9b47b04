"""The group commit: what it writes, what it refuses, what it survives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from store_records import MOMENT, claimed, count, helper_of, line, park, queued, seen

from keyturn.engine.ports import (
    Commit,
    JournalState,
    Lease,
    LeaseLost,
    RunStatus,
    StartRun,
    StoreUnavailable,
)
from keyturn.flows.paging import PageRequest
from keyturn.store import CommitRefused, Database, DatabaseSettings, Store
from keyturn.store.group_commit import GroupCommitter


async def test_a_commit_is_read_back_whole(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run, about="Ada", outputs={"n": 1}, shown={"n": 1})
    keeper = helper_of(run, "k", outputs={"n": 1}, shown={"n": "[secret]"})
    keeper = replace(keeper, secret_event=frozenset({"x", "y"}), secret_outputs=frozenset({"n"}))
    ended = replace(
        run, status=RunStatus.SUCCEEDED, outputs={"a": "\x00\ud800"}, cards=3, started_at=MOMENT, ended_at=MOMENT
    )
    record = line(helper.id, "each[17]/send", result={"text": "nul \x00 in data"})
    await store.runs.commit(Commit(lease, [ended, helper, keeper], [record], [seen(run.id, "one")]))
    tree = await store.runs.load(run.id)
    assert tree.root == replace(ended, created_at=tree.root.created_at, shown=ended.outputs)
    for known in (helper, keeper):
        assert tree.runs[known.id] == replace(known, created_at=tree.runs[known.id].created_at)
    assert list(tree.journal) == [record]
    assert (await store.history.trace(run.id, PageRequest())).rows == [seen(run.id, "one")]


async def test_text_with_nul_does_not_fail_a_batch(store: Store) -> None:
    run, lease = await claimed(store)
    await store.runs.commit(Commit(lease, [replace(run, about="a\x00b\ud800")]))
    found = await store.history.get(run.id)
    assert found is not None
    assert found.about == "a\ufffdb\ufffd"


async def test_the_event_of_a_root_is_kept_by_later_commits(store: Store) -> None:
    run, lease = await claimed(store)
    await store.runs.commit(Commit(lease, [replace(run, cards=1)]))
    assert (await store.runs.load(run.id)).root.event == {"login": "ada@example.com"}


async def test_commits_of_many_roots_share_round_trips(store: Store) -> None:
    work = [await claimed(store, owner=f"w{n}") for n in range(40)]
    await store.runs.commit(Commit(work[0][1], [work[0][0]]))
    await asyncio.gather(
        *(store.runs.commit(Commit(lease, [replace(run, cards=7)], [line(run.id)])) for run, lease in work)
    )
    row = await store.database.fetch_one(
        "SELECT count(DISTINCT recorded_at) AS batches, count(*) AS lines FROM journal"
    )
    assert row is not None
    assert row["lines"] == 40
    assert row["batches"] <= 2


async def test_commits_of_one_root_land_in_order(store: Store) -> None:
    run, lease = await claimed(store)
    await asyncio.gather(
        *(
            store.runs.commit(Commit(lease, [replace(run, cards=n)], [line(run.id, f"c{n}")], [seen(run.id, f"c{n}")]))
            for n in range(50)
        )
    )
    tree = await store.runs.load(run.id)
    assert tree.root.cards == 49
    assert [record.path for record in tree.journal] == [f"c{n}" for n in range(50)]
    entries = (await store.history.trace(run.id, PageRequest(200))).rows
    assert [entry.path for entry in entries] == [f"c{n}" for n in range(50)]


async def test_a_stale_epoch_writes_nothing_and_the_others_of_its_batch_do(store: Store) -> None:
    good, held = await claimed(store)
    stolen, lost = await claimed(store)
    wrong = [
        replace(lost, epoch=lost.epoch - 1),
        replace(lost, epoch=lost.epoch + 1),
        replace(lost, owner="somebody"),
        Lease(uuid4(), "w1", 1),
    ]
    foreign = [
        store.runs.commit(
            Commit(lease, [replace(stolen, cards=9)], [line(stolen.id)], [seen(stolen.id, "x")], [StartRun(queued())])
        )
        for lease in wrong
    ]
    results = await asyncio.gather(
        *foreign, store.runs.commit(Commit(held, [good], [line(good.id)])), return_exceptions=True
    )
    assert [type(result) for result in results] == [LeaseLost] * 4 + [type(None)]
    tree = await store.runs.load(stolen.id)
    assert (tree.root.cards, tree.journal) == (0, [])
    assert len((await store.runs.load(good.id)).journal) == 1
    assert await count(store, "runs") == 2
    assert await count(store, "trace") == 0


async def test_a_helper_of_another_tree_is_not_overwritten(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run, cards=1)
    await store.runs.commit(Commit(lease, [helper]))
    other, other_lease = await claimed(store)
    await store.runs.commit(Commit(other_lease, [replace(helper, root_id=other.id, cards=99)]))
    found = await store.history.get(helper.id)
    assert found is not None
    assert (found.root_id, found.cards) == (run.id, 1)


@pytest.mark.parametrize(
    "status", [status for status in RunStatus if status.ended or status in ("waiting", "needs attention")]
)
async def test_the_lease_goes_with_the_commit_that_parks_or_ends(store: Store, status: RunStatus) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, status)
    assert await count(store, "runs WHERE owner IS NULL AND lease_until IS NULL AND status = $1", status.value) == 1
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, journal=[line(run.id)]))


async def test_what_follows_the_giving_up_of_a_lease_in_one_go_is_lost(store: Store) -> None:
    run, lease = await claimed(store)
    first = store.runs.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED)]))
    second = store.runs.commit(Commit(lease, [replace(run, status=RunStatus.FAILED)]))
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert results[0] is None
    assert isinstance(results[1], LeaseLost)
    assert (await store.runs.load(run.id)).root.status is RunStatus.SUCCEEDED


async def test_a_journal_line_is_never_rewritten(store: Store) -> None:
    run, lease = await claimed(store)
    await store.runs.commit(Commit(lease, journal=[line(run.id, result={"n": 1})]))
    await store.runs.commit(Commit(lease, journal=[line(run.id, result={"n": 2})]))
    assert [record.result for record in (await store.runs.load(run.id)).journal] == [{"n": 1}]


async def test_started_runs_come_with_their_jobs(store: Store) -> None:
    run, lease = await claimed(store)
    child = queued("child", parent_id=run.id, parent_path="call", trigger="helper")
    commit = Commit(lease, journal=[line(run.id)], starts=[StartRun(child)])
    await store.runs.commit(commit)
    await store.runs.commit(commit)
    assert await count(store, "pgqueuer WHERE dedupe_key = $1", f"{child.id}:0") == 1
    assert (await store.runs.load(child.id)).root.parent_id == run.id


async def test_only_the_guilty_commit_of_a_batch_fails(store: Store) -> None:
    work = [await claimed(store) for _ in range(17)]
    guilty = 11

    def commit(number: int) -> Commit:
        run, lease = work[number]
        attempt = -1 if number == guilty else 1
        return Commit(lease, [replace(run, cards=5)], [line(run.id, attempt=attempt)])

    results = await asyncio.gather(*(store.runs.commit(commit(number)) for number in range(17)), return_exceptions=True)
    assert [number for number, result in enumerate(results) if result is not None] == [guilty]
    assert isinstance(results[guilty], CommitRefused)
    assert "attempt" in str(results[guilty])
    assert await count(store, "journal") == 16
    assert await count(store, "runs WHERE cards = 5") == 16


async def test_nothing_lands_behind_a_refused_commit_of_its_lease(store: Store) -> None:
    run, lease = await claimed(store)
    other, held = await claimed(store)
    results = await asyncio.gather(
        store.runs.commit(Commit(lease, journal=[line(run.id, "a")])),
        store.runs.commit(Commit(lease, journal=[line(run.id, "b", attempt=2**40)])),
        store.runs.commit(Commit(held, journal=[line(other.id, "x")])),
        store.runs.commit(Commit(lease, journal=[line(run.id, "c")])),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), CommitRefused, type(None), CommitRefused]
    assert [record.path for record in (await store.runs.load(run.id)).journal] == ["a"]
    await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.FAILED)]))


async def test_a_value_that_is_no_json_is_refused_before_it_is_sent(store: Store) -> None:
    run, lease = await claimed(store)
    strange = Commit(lease, [replace(run, outputs={"set": {1, 2}})])  # type: ignore[dict-item]
    with pytest.raises(CommitRefused):
        await store.runs.commit(strange)


async def test_two_leases_of_one_run_are_never_one_batch(store: Store) -> None:
    run, old = await claimed(store)
    await store.database.fetch("UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1", run.id)
    await store.leases.sweep()
    _, new = await claimed(store, run)
    late, good = await asyncio.gather(
        store.runs.commit(Commit(old, journal=[line(run.id, "late")])),
        store.runs.commit(Commit(new, journal=[line(run.id, "good")])),
        return_exceptions=True,
    )
    assert (type(late), good) == (LeaseLost, None)
    assert [record.path for record in (await store.runs.load(run.id)).journal] == ["good"]


async def _cut(axe: Database) -> int:
    rows = await axe.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'keyturn' AND state = 'active' AND query LIKE '%asked AS%'"
    )
    return len(rows)


async def test_cut_connections_lose_nothing_and_double_nothing(store: Store, database_url: str) -> None:
    axe = Database(database_url, DatabaseSettings(application_name="axe"))
    await axe.open()
    work = [await claimed(store) for _ in range(8)]
    finished, enough = asyncio.Event(), asyncio.Event()

    async def write(number: int) -> int:
        """Write at least 60 times, and until the connection was cut often enough."""
        run, lease = work[number]
        step = -1
        while step < 59 or not enough.is_set():
            step += 1
            child = [StartRun(queued("child"))] if step in (0, 20, 40) else []
            await store.runs.commit(
                Commit(lease, [replace(run, cards=step)], [line(run.id, f"s{step}")], [seen(run.id, f"s{step}")], child)
            )
        await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED, cards=60)]))
        return step + 1

    async def chop() -> None:
        """Cut the writer's connection in the middle of a statement, whenever it has got on."""
        cuts, seen_lines = 0, -1
        while not finished.is_set():
            lines = await count(store, "journal")
            if lines > seen_lines and await _cut(axe):
                cuts, seen_lines = cuts + 1, lines
                if cuts > 3:
                    enough.set()

    chopper = asyncio.create_task(chop())
    written = await asyncio.gather(*(write(number) for number in range(8)))
    finished.set()
    await chopper
    for (run, _), steps in zip(work, written, strict=True):
        tree = await store.runs.load(run.id)
        assert [record.path for record in tree.journal] == [f"s{step}" for step in range(steps)]
        assert (tree.root.status, tree.root.cards) == (RunStatus.SUCCEEDED, 60)
        entries = (await store.history.trace(run.id, PageRequest(200))).rows
        assert [entry.path for entry in entries] == [f"s{step}" for step in range(min(steps, 200))]
    assert await count(store, "runs WHERE flow_id = 'child'") == 24
    assert (
        await count(store, "pgqueuer WHERE dedupe_key IN (SELECT id || ':0' FROM runs WHERE flow_id = 'child')") == 24
    )
    await axe.close()


async def test_no_database_for_too_long_is_store_unavailable(database_url: str, store: Store) -> None:
    run, lease = await claimed(store)
    gone = Database("postgresql://nobody@127.0.0.1:1/none", DatabaseSettings(patience=timedelta(milliseconds=50)))
    committer = GroupCommitter(gone)
    results = await asyncio.gather(
        *(committer.commit(Commit(lease, journal=[line(run.id, f"p{n}")])) for n in range(3)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    await committer.close()


async def test_nothing_is_taken_after_the_end(store: Store) -> None:
    run, lease = await claimed(store)
    await store.committer.close()
    with pytest.raises(StoreUnavailable):
        await store.runs.commit(Commit(lease, [run]))


async def test_a_caller_that_goes_away_harms_nobody(store: Store) -> None:
    run, lease = await claimed(store)
    leaving = asyncio.create_task(store.runs.commit(Commit(lease, journal=[line(run.id, "a")])))
    staying = asyncio.create_task(store.runs.commit(Commit(lease, journal=[line(run.id, "b")])))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert [record.path for record in (await store.runs.load(run.id)).journal] == ["a", "b"]


async def test_states_of_one_attempt_stand_side_by_side(store: Store) -> None:
    run, lease = await claimed(store)
    states = [JournalState.STARTED, JournalState.UNKNOWN]
    await store.runs.commit(Commit(lease, journal=[line(run.id, state=state) for state in states]))
    assert [record.state for record in (await store.runs.load(run.id)).journal] == states

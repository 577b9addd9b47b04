"""Checkpoints: what a resumed run still needs is loaded, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from store_records import claimed, count, expire, helper_of, line, queued

from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import Checkpoint, Commit, Lease, LeaseLost, Run, RunStatus, RunTree
from keyturn.store import Store

PATHS = [
    "before",
    "each",
    "each[0]/send",
    "each[1]/send",
    "each[2]/inner[0]/send",
    "each[2]/inner[5]/send",
    "each[10]/send",
    "each[11]/send",
    "each2[0]/send",
    "pages@0",
    "pages@1",
    "pages@2",
]


def points(run_id: UUID) -> list[Checkpoint]:
    return [
        Checkpoint(run_id, "each", 11, (2,)),
        Checkpoint(run_id, "each[2]/inner", 4, (0,)),
        Checkpoint(run_id, "each[1]/inner", 4, (0,)),
        Checkpoint(run_id, "pages", 300, page=1, failed=3, state={"token": "a\x00", "first": 200}),
    ]


async def written(store: Store) -> tuple[Run, Lease, Commit]:
    run, lease = await claimed(store)
    done = replace(helper_of(run, "each[0]"), status=RunStatus.SUCCEEDED, settled=True)
    helpers = [helper_of(run, "each[2]"), done, helper_of(run, "call", status=RunStatus.SUCCEEDED)]
    journal = [line(run.id, path) for path in PATHS] + [line(helper.id, "send") for helper in helpers]
    commit = Commit(lease, [run, *helpers], journal, checkpoints=points(run.id))
    await store.runs.commit(commit)
    return run, lease, commit


def shape(tree: RunTree) -> tuple[set[UUID], list[tuple[UUID, str]], list[Checkpoint]]:
    ordered = sorted(tree.checkpoints, key=lambda point: point.path)
    return set(tree.runs), [(record.run_id, record.path) for record in tree.journal], ordered


async def test_what_a_checkpoint_has_passed_is_not_loaded(store: Store) -> None:
    run, _, _ = await written(store)
    tree = await store.runs.load(run.id)
    mine = [record.path for record in tree.journal if record.run_id == run.id]
    assert mine == [
        "before",
        "each",
        "each[2]/inner[0]/send",
        "each[2]/inner[5]/send",
        "each[11]/send",
        "each2[0]/send",
        "pages@1",
        "pages@2",
    ]
    assert {helper.parent_path for helper in tree.runs.values() if helper.id != run.id} == {"each[2]", "call"}
    assert [point.path for point in shape(tree)[2]] == ["each", "each[2]/inner", "pages"]
    assert next(p for p in tree.checkpoints if p.path == "pages") == points(run.id)[3]


async def test_the_store_in_memory_loads_the_same(store: Store) -> None:
    run, _, commit = await written(store)
    memory = MemoryRunStore()
    lease = memory.claim(run)
    await memory.commit(replace(commit, lease=lease))
    assert shape(await memory.load(run.id)) == shape(await store.runs.load(run.id))


async def test_the_history_keeps_all(store: Store) -> None:
    run, _, _ = await written(store)
    tree = await store.history.tree(run.id)
    assert tree is not None
    assert (len(tree.runs), len(tree.journal), len(tree.checkpoints)) == (4, len(PATHS) + 3, 4)


async def test_a_checkpoint_replaces_the_one_before_and_takes_no_further_row(store: Store) -> None:
    run, lease, _ = await written(store)
    for number in range(12, 20):
        await store.runs.commit(Commit(lease, checkpoints=[Checkpoint(run.id, "each", number)]))
    tree = await store.runs.load(run.id)
    assert next(point for point in tree.checkpoints if point.path == "each") == Checkpoint(run.id, "each", 19)
    assert await count(store, "checkpoints") == 4


async def test_without_the_lease_no_checkpoint_is_written(store: Store) -> None:
    run, lease, _ = await written(store)
    await expire(store, run)
    await claimed_again(store, run)
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, checkpoints=[Checkpoint(run.id, "each", 99)]))
    tree = await store.runs.load(run.id)
    assert next(point for point in tree.checkpoints if point.path == "each").next == 11


async def claimed_again(store: Store, run: Run) -> None:
    await store.leases.sweep()
    _, lease = await claimed(store, run, owner="w2")
    assert lease.epoch == 2


async def test_a_rerun_takes_checkpoints_along(store: Store) -> None:
    new = queued("offboard", trigger="rerun")
    helper = replace(helper_of(new, "each[0]", status=RunStatus.SUCCEEDED), id=uuid4(), settled=True)
    await store.control.start_rerun(new, [helper], [], [Checkpoint(new.id, "each", 3)])
    tree = await store.runs.load(new.id)
    assert shape(tree) == ({new.id}, [], [Checkpoint(new.id, "each", 3)])


async def test_the_journal_is_appended_and_never_rewritten(store: Store) -> None:
    for table in ("journal", "trace"):
        await store.database.fetch(
            f"CREATE FUNCTION no_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'a row of {table} was touched'; END $$"
        )
        await store.database.fetch(
            f"CREATE TRIGGER no_{table} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION no_{table}()"
        )
    run, lease, commit = await written(store)
    await store.runs.commit(replace(commit, journal=[line(run.id, path, result={"other": 1}) for path in PATHS]))
    found = await store.history.tree(run.id)
    assert found is not None
    assert all(record.result == {"ok": True} for record in found.journal)
    await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.SUCCEEDED)]))


async def test_how_many_rounds_of_a_loop_have_ended(store: Store) -> None:
    run, lease = await claimed(store)
    loops = [
        Checkpoint(run.id, "each", 12, (3, 11)),
        Checkpoint(run.id, "each[3]/inner", 5),
        Checkpoint(run.id, "new", 0),
    ]
    await store.runs.commit(Commit(lease, checkpoints=loops))
    assert await store.history.rounds_ended(run.id) == {"each": 10, "each[3]/inner": 5, "new": 0}
    assert await store.history.rounds_ended(uuid4()) == {}

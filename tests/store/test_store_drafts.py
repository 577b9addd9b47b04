"""Drafts, versions that were only tried, flows that were deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from test_store_flows import MANIFEST, version

from keyturn.engine.ports import Run, RunStatus
from keyturn.flows.paging import PageRequest
from keyturn.library.ports import NewDraft, StaleVersion
from keyturn.store import Store


def draft(flow_id: str = "a", text: str = "one", author: str = "ada") -> NewDraft:
    return NewDraft(flow_id, f"Flow {flow_id}", {"id": flow_id, "text": text}, 0, author)


async def test_a_draft_that_changes_nothing_is_kept_and_not_listed(store: Store) -> None:
    first = await store.drafts.put(draft(), 0)
    assert first is not None
    same = await store.drafts.put(replace(draft(), same=True), first.revision)
    assert same is not None
    assert same.same
    assert await store.drafts.get("a") == same
    assert (await store.drafts.list(PageRequest(10))).rows == []
    again = await store.drafts.put(draft(text="two"), same.revision)
    assert again is not None
    assert not again.same
    assert [row.flow_id for row in (await store.drafts.list(PageRequest(10))).rows] == ["a"]


async def test_a_draft_follows_the_revision_that_was_seen(store: Store) -> None:
    first = await store.drafts.put(draft(), 0)
    assert first is not None
    assert await store.drafts.get("a") == first
    assert await store.drafts.put(draft(text="two"), 0) is None
    assert await store.drafts.put(draft(text="two"), first.revision + 100) is None
    second = await store.drafts.put(draft(text="two", author="bob"), first.revision)
    assert second is not None
    assert (second.document["text"], second.author) == ("two", "bob")
    assert second.revision > first.revision
    assert not await store.drafts.delete("a", first.revision)
    assert await store.drafts.delete("a", second.revision)
    assert await store.drafts.put(draft(), second.revision) is None
    assert await store.drafts.get("a") is None


async def test_of_many_editors_at_once_one_wins(store: Store) -> None:
    first = await store.drafts.put(draft(), 0)
    assert first is not None
    every = [store.drafts.put(draft(text=str(number)), first.revision) for number in range(8)]
    assert sum(kept is not None for kept in await asyncio.gather(*every)) == 1


async def test_drafts_are_listed_without_documents(store: Store) -> None:
    for flow_id in ("c", "a", "b"):
        await store.drafts.put(draft(flow_id), 0)
    page = await store.drafts.list(PageRequest(2))
    rest = await store.drafts.list(PageRequest(2, page.next))
    assert [head.flow_id for head in [*page.rows, *rest.rows]] == ["a", "b", "c"]
    assert [head.flow_id for head in (await store.drafts.list(PageRequest(9), "OW B")).rows] == ["b"]
    whole = await store.drafts.whole(PageRequest(2))
    last = await store.drafts.whole(PageRequest(2, whole.next))
    assert [found.document["id"] for found in [*whole.rows, *last.rows]] == ["a", "b", "c"]
    assert last.next is None
    assert await store.drafts.names(["b", "none"]) == {"b": "Flow b"}


async def test_a_version_follows_the_one_that_it_should(store: Store) -> None:
    await store.flows.publish([version("a", follows=0)], [MANIFEST], "ada")
    with pytest.raises(StaleVersion, match="version 1, published by ada") as stale:
        await store.flows.publish([version("b"), version("a", "d2", follows=0)], [MANIFEST], "bob")
    assert stale.value.current == 1
    assert await store.flows.get("b") is None
    (again,) = await store.flows.publish([version("a", follows=0)], [MANIFEST], "ada")  # its answer was lost
    assert again.version == 1
    (second,) = await store.flows.publish([version("a", "d2", follows=1)], [MANIFEST], "bob")
    assert second.version == 2


async def test_a_trial_is_no_version_of_the_flow(store: Store) -> None:
    tried = await store.flows.try_out(version("a"), [MANIFEST], "ada")
    assert tried.version == 1
    assert await store.flows.get("a") is None
    assert (await store.flows.versions("a", PageRequest(9))).rows == []
    assert await store.flows.version("a", 1) == tried
    assert await store.flows.try_out(version("a"), [MANIFEST], "bob") == tried
    (published,) = await store.flows.publish([version("a")], [MANIFEST], "ada")
    assert published.version == 2
    assert (await store.flows.try_out(version("a", "d3"), [], "ada")).version == 3
    assert [record.version for record in (await store.flows.versions("a", PageRequest(9))).rows] == [2]
    assert [record.version for record in (await store.flows.current(PageRequest(9))).rows] == [2]


async def test_a_run_of_a_trial_of_a_flow_that_was_never_published_is_handed_out(store: Store) -> None:
    tried = await store.flows.try_out(version("a"), [MANIFEST], "ada")
    run = Run(
        id=UUID(int=7),
        root_id=UUID(int=7),
        flow_id="a",
        version=tried.version,
        status=RunStatus.QUEUED,
        event={},
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    await store.starts.start(run)
    stored = await store.history.get(run.id)
    assert stored is not None
    assert not stored.waits_for_turn


async def test_a_deleted_flow_leaves_its_versions_and_its_numbers(store: Store) -> None:
    schedule = {"unit": "days", "at": "07:00"}
    await store.flows.publish([version("a", schedule=schedule, event_card="schedule")], [MANIFEST], "ada")
    assert await store.flows.delete("a")
    assert not await store.flows.delete("a")
    assert await store.flows.get("a") is None
    assert await store.flows.version("a", None) is None
    assert await store.flows.version("a", 1) is not None
    (anew,) = await store.flows.publish([version("a")], [MANIFEST], "ada")
    assert anew.version == 2


async def test_recent_runs_are_the_newest_of_each_flow_helper_runs_too(store: Store) -> None:
    for number in range(1, 5):
        run = Run(
            id=UUID(int=number),
            root_id=UUID(int=number),
            flow_id="a",
            version=1,
            status=RunStatus.QUEUED,
            event={},
            created_at=datetime(2026, 3, number, tzinfo=UTC),
        )
        await store.starts.start(run)
    await store.database.fetch("UPDATE runs SET root_id = $1 WHERE id = $2", UUID(int=1), UUID(int=4))
    found = await store.flows.recent_runs(["a", "b"], 3)
    assert [run.id.int for run in found["a"]] == [4, 3, 2]
    assert found["b"] == []


async def test_what_starts_a_flow_is_told_until_a_version_tells_it(store: Store) -> None:
    made = replace(draft("new"), document={"id": "new", "event": {"card": "schedule"}})
    new = await store.drafts.put(made, 0)
    await store.drafts.put(replace(made, flow_id="old", base_version=1), 0)
    await store.drafts.put(replace(made, flow_id="odd", document={"event": [1]}), 0)
    assert new is not None
    assert new.event_card == "schedule"
    heads = (await store.drafts.list(PageRequest(9))).rows
    assert {head.flow_id: head.event_card for head in heads} == {"new": "schedule", "odd": "", "old": ""}

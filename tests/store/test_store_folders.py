"""Folders of flows, and which flows are in them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from test_store_flows import MANIFEST, version

from keyturn.flows.paging import PageRequest
from keyturn.library.folders import MOST_LEVELS, FolderMisplaced, NewFolder, NoSuchFolder
from keyturn.library.ports import FlowFilter, NewDraft, NewVersion
from keyturn.store import Store


def wanted_in(folder: str | None, flow_id: str = "a", digest: str = "d1") -> NewVersion:
    made = version(flow_id, digest)
    document = {**made.document, **({"folder": folder} if folder else {})}
    return replace(made, folder=folder, document=document)


async def publish(store: Store, *versions: NewVersion) -> None:
    await store.flows.publish(versions, [MANIFEST], "ada")


async def place_of(store: Store, flow_id: str = "a") -> str | None:
    record = await store.flows.get(flow_id)
    assert record is not None
    return record.folder


async def test_folders_are_made_changed_and_counted(store: Store) -> None:
    top = await store.folders.put(NewFolder("people", "People"))
    assert (top.parent, top.flows, top.folders) == (None, 0, 0)
    assert await store.folders.put(NewFolder("people", "People")) == top
    await store.folders.put(NewFolder("leavers", "Leavers", "Who goes", "people"))
    await publish(store, version("a"))
    moved = await store.flows.move("a", "people")
    assert moved is not None
    assert moved.folder == "people"
    counted = await store.folders.get("people")
    assert counted is not None
    assert (counted.flows, counted.folders) == (1, 1)
    renamed = await store.folders.put(NewFolder("people", "Everybody"))
    assert renamed.name == "Everybody"
    assert renamed.updated_at > top.updated_at


async def test_a_full_folder_is_not_removed(store: Store) -> None:
    await store.folders.put(NewFolder("people", "People"))
    await store.folders.put(NewFolder("leavers", "Leavers", parent="people"))
    await publish(store, version("a"))
    await store.flows.move("a", "leavers")
    assert not await store.folders.delete("leavers")
    assert [await store.folders.names_in(name, 5) for name in ("people", "leavers")] == [["Leavers"], ["Flow a"]]
    await store.flows.move("a", None)
    assert not await store.folders.delete("people")
    assert await store.folders.delete("leavers")
    assert await store.folders.delete("people")
    assert not await store.folders.delete("people")


async def test_a_flow_that_was_never_published_is_in_its_folder_too(store: Store) -> None:
    await store.folders.put(NewFolder("people", "People"))
    drafted = NewDraft("a", "Flow a", {"id": "a"}, 0, "ada", "people")
    kept = await store.drafts.put(drafted, 0)
    assert kept is not None
    folder = await store.folders.get("people")
    assert folder is not None
    assert folder.flows == 1
    assert await store.folders.names_in("people", 5) == ["Flow a"]
    assert not await store.folders.delete("people")
    await publish(store, version("a"))  # from here on it is where it was published, whatever its draft says
    await store.flows.move("a", None)
    assert await store.folders.names_in("people", 5) == []
    assert await store.folders.delete("people")


async def test_a_folder_is_never_in_itself_and_not_too_deep(store: Store) -> None:
    before: str | None = None
    for level in range(MOST_LEVELS):
        await store.folders.put(NewFolder(f"f{level}", "F", parent=before))
        before = f"f{level}"
    with pytest.raises(FolderMisplaced, match="levels deep"):
        await store.folders.put(NewFolder("deeper", "D", parent=before))
    for inside in ("f0", "f1", "f9"):
        with pytest.raises(FolderMisplaced, match="in itself"):
            await store.folders.put(NewFolder("f0", "F", parent=inside))
    await store.folders.put(NewFolder("two", "T"))
    with pytest.raises(FolderMisplaced, match="levels deep"):
        await store.folders.put(NewFolder("f0", "F", parent="two"))
    with pytest.raises(NoSuchFolder, match="nobody"):
        await store.folders.put(NewFolder("x", "X", parent="nobody"))


async def test_two_who_move_folders_into_each_other_make_no_circle(store: Store) -> None:
    await asyncio.gather(*(store.folders.put(NewFolder(name, name)) for name in "ab"))
    moves = [store.folders.put(NewFolder("a", "a", parent="b")), store.folders.put(NewFolder("b", "b", parent="a"))]
    results = await asyncio.gather(*moves, return_exceptions=True)
    assert sum(isinstance(result, FolderMisplaced) for result in results) == 1


async def test_folders_are_listed_by_page_and_by_parent(store: Store) -> None:
    for name in ("c", "a", "b"):
        await store.folders.put(NewFolder(name, name, parent="a" if name == "b" else None))
    page = await store.folders.list(PageRequest(2))
    rest = await store.folders.list(PageRequest(2, page.next))
    assert [row.id for row in (*page.rows, *rest.rows)] == ["a", "b", "c"]
    assert [row.id for row in (await store.folders.list(PageRequest(9), "")).rows] == ["a", "c"]
    assert [row.id for row in (await store.folders.list(PageRequest(9), "a")).rows] == ["b"]


async def test_publishing_puts_a_flow_where_its_document_wants_it(store: Store) -> None:
    await publish(store, wanted_in("new"), version("b"))
    made = await store.folders.get("new")
    assert made is not None
    assert (made.name, made.flows) == ("new", 1)
    assert await place_of(store, "b") is None
    assert [flow.id for flow in (await store.flows.list(PageRequest(9), FlowFilter(folder="new"))).rows] == ["a"]
    assert [flow.id for flow in (await store.flows.list(PageRequest(9), FlowFilter(folder=""))).rows] == ["b"]


async def test_a_flow_that_was_moved_stays_until_its_document_says_something_new(store: Store) -> None:
    await publish(store, wanted_in("one"))
    await store.folders.put(NewFolder("mine", "Mine"))
    await store.flows.move("a", "mine")
    await publish(store, wanted_in("one"))
    await publish(store, wanted_in("one", digest="d2"))
    assert await place_of(store) == "mine"
    await publish(store, wanted_in(None, digest="d3"))
    assert await place_of(store) == "mine"
    await publish(store, wanted_in("two", digest="d4"))
    assert await place_of(store) == "two"


async def test_a_flow_is_moved_only_to_where_there_is_a_folder(store: Store) -> None:
    await publish(store, version("a"))
    with pytest.raises(NoSuchFolder):
        await store.flows.move("a", "nobody")
    assert await store.flows.move("nobody", None) is None
    assert await store.flows.move("nobody", "nobody") is None

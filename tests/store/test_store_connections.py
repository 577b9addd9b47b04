"""Connections."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from store_records import MOMENT

from keyturn.connections.model import AuthKind, Connection
from keyturn.flows.paging import PageRequest
from keyturn.store import Store

OKTA = Connection(
    id="okta",
    connector="okta",
    name="Okta (tést)",
    kind=AuthKind.BEARER,
    base_url="https://example.okta.com",
    settings={"prefix": "SSWS"},
    sealed=b"\x00\x01sealed",
    created_at=MOMENT,
    updated_at=MOMENT,
)


async def test_a_connection_comes_back_whole(store: Store) -> None:
    assert await store.connections.put(OKTA) == OKTA
    assert await store.connections.get("okta") == OKTA
    only = replace(OKTA, users=("ines", "ci"), reaches=("https://files.example",))
    assert await store.connections.put(only) == only
    assert await store.connections.get("okta") == only


async def test_replacing_keeps_the_time_of_creation(store: Store) -> None:
    await store.connections.put(OKTA)
    later = MOMENT + timedelta(days=1)
    changed = replace(OKTA, sealed=b"new", kind=AuthKind.HEADER, created_at=later, updated_at=later)
    assert await store.connections.put(changed) == replace(changed, created_at=MOMENT)


async def test_of_several_who_make_the_same_one_does(store: Store) -> None:
    asked = [store.connections.make(replace(OKTA, name=f"by {number}")) for number in range(5)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 4 + [True]
    kept = await store.connections.get("okta")
    assert not await store.connections.make(OKTA)
    assert await store.connections.get("okta") == kept


async def test_deleting_tells_whether_there_was_one(store: Store) -> None:
    await store.connections.put(OKTA)
    assert await store.connections.delete("okta")
    assert not await store.connections.delete("okta")
    assert await store.connections.get("okta") is None
    assert await store.connections.get("\x00") is None


async def test_connections_are_listed_by_id_in_pages(store: Store) -> None:
    for connection_id in ("c", "a", "b"):
        await store.connections.put(replace(OKTA, id=connection_id))
    page = await store.connections.list(PageRequest(2))
    rest = await store.connections.list(PageRequest(2, page.next))
    assert [connection.id for connection in [*page.rows, *rest.rows]] == ["a", "b", "c"]
    assert rest.next is None

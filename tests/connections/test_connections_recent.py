"""Connections that are remembered for a moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.recent import RecentConnections
from keyturn.flows.paging import Page, PageRequest

AT = datetime(2026, 11, 24, tzinfo=UTC)
ADA = Connection("ada", "okta", "Ada", AuthKind.BEARER, "https://a.example", {}, b"1", AT, AT)


class Clock:
    seconds = 0.0

    def now(self) -> datetime:
        return AT

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits here")


class Store:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.rows: dict[str, Connection] = {}
        self.asked = 0
        self.free = asyncio.Event()
        self.free.set()

    async def get(self, connection_id: str) -> Connection | None:
        self.asked += 1
        found = self.rows.get(connection_id)
        await self.free.wait()
        return found

    async def list(self, page: PageRequest) -> Page[Connection]:
        return Page(list(self.rows.values()))

    async def put(self, connection: Connection) -> Connection:
        self.rows[connection.id] = connection
        return connection

    async def make(self, connection: Connection) -> bool:
        return self.rows.setdefault(connection.id, connection) is connection

    async def delete(self, connection_id: str) -> bool:
        return self.rows.pop(connection_id, None) is not None


async def test_a_connection_is_read_once_a_second() -> None:
    store, clock = Store(), Clock()
    recent = RecentConnections(store, clock)
    store.rows["ada"] = ADA
    assert [await recent.get("ada") for _ in range(5)] == [ADA] * 5
    assert store.asked == 1
    store.rows["ada"] = replace(ADA, name="changed elsewhere")
    clock.seconds = 0.9
    assert await recent.get("ada") == ADA
    clock.seconds = 1.0
    assert await recent.get("ada") == store.rows["ada"]


async def test_what_is_not_there_is_not_remembered() -> None:
    store = Store()
    recent = RecentConnections(store, Clock())
    assert await recent.get("ada") is None
    store.rows["ada"] = ADA
    assert await recent.get("ada") == ADA


async def test_a_change_counts_at_once() -> None:
    recent = RecentConnections(Store(), Clock())
    await recent.put(ADA)
    assert await recent.get("ada") == ADA
    newer = await recent.put(replace(ADA, name="newer"))
    assert await recent.get("ada") == newer
    assert await recent.delete("ada")
    assert await recent.get("ada") is None
    assert (await recent.list(PageRequest())).rows == []


async def test_a_change_counts_although_the_former_state_is_being_read() -> None:
    store = Store()
    recent = RecentConnections(store, Clock())
    store.rows["ada"] = ADA
    store.free.clear()
    reading = asyncio.create_task(recent.get("ada"))
    while not store.asked:  # noqa: ASYNC110  one turn of the loop
        await asyncio.sleep(0)
    newer = await recent.put(replace(ADA, name="newer"))
    store.free.set()
    assert await reading == ADA
    assert await recent.get("ada") == newer


async def test_those_who_ask_at_the_same_time_share_one_look() -> None:
    store = Store()
    recent = RecentConnections(store, Clock())
    store.rows["ada"] = ADA
    store.free.clear()
    asking = [asyncio.create_task(recent.get("ada")) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()  # whoever began it may go away
    await asyncio.sleep(0)
    store.free.set()
    assert await asyncio.gather(*asking[1:]) == [ADA] * 4
    assert store.asked == 1

"""Sign-in links and sessions in a real Postgres."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from keyturn.access.ports import LinkRecord
from keyturn.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINK = LinkRecord("link", "ada", frozenset({"runs.read", "admin"}), NOW + HOUR)


async def test_a_link_opens_one_session_whoever_comes_at_once(store: Store) -> None:
    await store.sessions.put_link(LINK)
    tries = [store.sessions.open("link", f"session {n}", NOW, NOW + HOUR) for n in range(8)]
    opened = [record for record in await asyncio.gather(*tries) if record]
    assert len(opened) == 1
    assert await store.sessions.get(opened[0].digest) == opened[0]
    assert (opened[0].name, opened[0].permissions, opened[0].created_at) == ("ada", LINK.permissions, NOW)


async def test_an_opening_whose_answer_was_lost_may_be_repeated(store: Store) -> None:
    await store.sessions.put_link(LINK)
    first = await store.sessions.open("link", "mine", NOW, NOW + HOUR)
    assert first is not None
    assert await store.sessions.open("link", "mine", NOW, NOW + HOUR) == first
    assert await store.sessions.open("link", "another", NOW, NOW + HOUR) is None


async def test_an_expired_link_opens_nothing(store: Store) -> None:
    await store.sessions.put_link(LINK)
    assert await store.sessions.open("link", "late", NOW + HOUR, NOW + 2 * HOUR) is None
    assert await store.sessions.open("unknown", "none", NOW, NOW + HOUR) is None


async def test_a_session_is_noted_as_used_and_closed(store: Store) -> None:
    await store.sessions.put_link(LINK)
    await store.sessions.open("link", "mine", NOW, NOW + HOUR)
    await store.sessions.touch("mine", NOW + HOUR, NOW + 2 * HOUR)
    await store.sessions.touch("mine", NOW, NOW)  # an older look changes nothing
    found = await store.sessions.get("mine")
    assert found is not None
    assert (found.seen_at, found.expires_at) == (NOW + HOUR, NOW + 2 * HOUR)
    await store.sessions.close("mine")
    await store.sessions.close("mine")
    assert await store.sessions.get("mine") is None

"""Tokens of connections that processes share, and how connections do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from store_records import MOMENT
from test_store_connections import OKTA

from keyturn.connections.model import Health, Trouble
from keyturn.store import Store

NO = Trouble("refused", "It said no.", "Ask again.")


async def test_one_holder_at_a_time(store: Store) -> None:
    await store.connections.put(OKTA)
    held = await asyncio.gather(*(store.grants.hold("okta", f"holder-{n}", 60) for n in range(20)))
    assert held.count(True) == 1
    first = f"holder-{held.index(True)}"
    assert await store.grants.hold("okta", first, 60), "its first answer may have been lost"
    await store.grants.release("okta", "somebody else")
    assert not await store.grants.hold("okta", "late", 60)
    await store.grants.release("okta", first)
    assert await store.grants.hold("okta", "late", 60)


async def test_a_holder_that_died_is_followed(store: Store) -> None:
    await store.connections.put(OKTA)
    assert await store.grants.hold("okta", "dead", 0)
    assert await store.grants.hold("okta", "next", 60)


async def test_what_is_kept_goes_with_its_connection(store: Store) -> None:
    assert not await store.grants.hold("okta", "me", 60), "there is no such connection"
    await store.grants.write("okta", b"sealed")
    assert await store.grants.read("okta") is None
    await store.connections.put(OKTA)
    await store.grants.write("okta", b"sealed")
    await store.connections.put(replace(OKTA, name="another"))
    assert await store.grants.read("okta") == b"sealed"
    await store.grants.forget("okta")
    assert await store.grants.read("okta") is None
    await store.grants.write("okta", b"again")
    await store.connections.delete("okta")
    assert await store.grants.read("okta") is None


async def test_the_first_refusal_in_a_row_is_kept(store: Store) -> None:
    await store.health.worked("okta", MOMENT)
    assert not await store.health.of(["okta"]), "there is no such connection"
    await store.connections.put(OKTA)
    await store.health.worked("okta", MOMENT)
    assert await store.health.of(["okta", "other"]) == {"okta": Health(MOMENT)}
    first, second = MOMENT + timedelta(hours=1), MOMENT + timedelta(hours=2)
    await store.health.failed("okta", NO, first)
    await store.health.failed("okta", replace(NO, what="No again."), second)
    found = (await store.health.of(["okta"]))["okta"]
    assert (found.worked_at, found.failing_since) == (MOMENT, first)
    assert found.trouble == replace(NO, what="No again.")
    await store.health.worked("okta", second)
    assert await store.health.of(["okta"]) == {"okta": Health(second)}


async def test_a_budget_is_one_for_all_and_no_minute_has_more(store: Store) -> None:
    await store.connections.put(replace(OKTA, per_minute=600))
    assert (await store.connections.get("okta")) == replace(OKTA, per_minute=600)
    interval, burst = 60 / 570, 30
    waits = sorted(await asyncio.gather(*(store.budgets.reserve("okta", interval, burst) for _ in range(200))))
    assert waits[:burst] == [0] * burst, "a few at once after a pause"
    assert sum(wait <= 1 for wait in waits) <= burst + 1 / interval + 1
    assert 16 < waits[-1] < 19, "200 requests at 9.5 a second, less the burst"
    assert await store.budgets.reserve("nobody", interval, burst) == 0

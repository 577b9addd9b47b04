"""Tokens of connections that processes share, and how connections do."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
from store_records import MOMENT
from test_store_connections import OKTA

from keyturn.connections.budget import RateBudgets
from keyturn.connections.model import Health, Trouble
from keyturn.sandbox.limits import RateLimits
from keyturn.store import DatabaseSettings, Store, open_store

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
    await store.health.forget("okta")
    assert not await store.health.of(["okta"])


async def test_a_budget_is_one_for_all_and_no_minute_has_more(store: Store) -> None:
    await store.connections.put(replace(OKTA, per_minute=600))
    assert (await store.connections.get("okta")) == replace(OKTA, per_minute=600)
    interval, burst = 60 / 570, 30
    waits = sorted(await asyncio.gather(*(store.budgets.reserve("okta", interval, burst) for _ in range(200))))
    assert waits[:burst] == [0] * burst, "a few at once after a pause"
    assert sum(wait <= 1 for wait in waits) <= burst + 1 / interval + 1
    assert 16 < waits[-1] < 19, "200 requests at 9.5 a second, less the burst"
    assert await store.budgets.reserve("nobody", interval, burst) == 0


class Ahead:
    """A clock that does not wait: it remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime:
        return MOMENT

    def monotonic(self) -> float:
        return time.monotonic() + self.slept

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def test_four_workers_together_are_refused_by_no_app_that_takes_600_a_minute(
    store: Store, database_url: str, settings: DatabaseSettings
) -> None:
    connection = await store.connections.put(replace(OKTA, per_minute=600))

    async def send(budgets: RateBudgets, clock: Ahead) -> float:
        await budgets.turn(connection)
        return clock.monotonic()

    async def work(worker: Store) -> list[float]:
        clocks = [Ahead() for _ in range(250)]
        return await asyncio.gather(*(send(RateBudgets(worker.budgets, clock), clock) for clock in clocks))

    async with AsyncExitStack() as stack:
        workers = [store]
        while len(workers) < 4:
            workers.append(await open_store(database_url, settings))
            stack.push_async_callback(workers[-1].close)
        sent = sorted([when for found in await asyncio.gather(*map(work, workers)) for when in found])
    moment = iter([MOMENT + timedelta(seconds=when - sent[0]) for when in sent])
    app = RateLimits(lambda: next(moment))
    app.set_for("okta", 600)
    assert [app.take("okta") for _ in sent] == [True] * 1_000, "no 429"
    assert sent[-1] - sent[0] < 110, "and the limit is used"


async def test_places_that_are_taken_together_come_one_after_the_other(store: Store) -> None:
    await store.connections.put(replace(OKTA, per_minute=60))
    waits = sorted(await asyncio.gather(*(store.budgets.reserve("okta", 10.0, 2) for _ in range(20))))
    assert waits[:2] == [0.0, 0.0]
    assert [round(after - before) for before, after in itertools.pairwise(waits[2:])] == [10] * 17
    assert 160 < await store.budgets.reserve("okta", 10.0, 2) - waits[2] < 190


async def test_nobody_waits_for_the_hour_by_which_the_clock_was_set_back(store: Store, database_url: str) -> None:
    await store.connections.put(replace(OKTA, per_minute=60))
    for _ in range(3):
        waited = await store.budgets.reserve("okta", 10.0, 1)
    assert 15 < waited <= 20
    link = await asyncpg.connect(database_url)
    await link.execute("UPDATE connection_budgets SET next_at = next_at + '1 hour', taken_at = taken_at + '1 hour'")
    await link.close()
    assert 20 < await store.budgets.reserve("okta", 10.0, 1) <= 30

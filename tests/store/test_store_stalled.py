"""A process that stands still in the middle of a transaction holds up nobody for long."""

from __future__ import annotations

import asyncio
import time

import pytest
from store_records import claimed, count, expire, queued, until

from keyturn.engine.ports import StoreUnavailable
from keyturn.store import Store
from keyturn.store.admission import _LOCK
from keyturn.store.leases import _SWEEPER


@pytest.mark.parametrize("lock", [_SWEEPER, _LOCK])
async def test_runs_of_a_dead_worker_are_taken_though_another_stands_still_in_its_sweep(
    store: Store, lock: int
) -> None:
    run, _ = await claimed(store)
    await expire(store, run)
    waits = queued()
    await store.starts.start(waits)
    await store.database.fetch("UPDATE runs SET turn = NULL WHERE id = $1", waits.id)
    began = time.monotonic()
    holding = asyncio.Event()

    async def stand_still() -> None:
        async with store.database.transaction() as link:
            await link.execute("SELECT pg_advisory_xact_lock($1)", lock)
            holding.set()
            await asyncio.Event().wait()

    standing = asyncio.create_task(stand_still())
    await holding.wait()

    async def taken() -> bool:
        await store.leases.sweep()
        return await count(store, "runs WHERE status = 'queued' AND turn IS NOT NULL") == 2

    await until(taken)
    assert time.monotonic() - began < 8
    standing.cancel()
    with pytest.raises((asyncio.CancelledError, StoreUnavailable)):
        await standing

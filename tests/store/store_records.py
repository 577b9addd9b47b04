"""Records for the store's tests, and a way to wait for what happens elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from keyturn.engine.ports import Commit, JournalRecord, JournalState, Lease, Run, RunStatus, TraceEntry
from keyturn.flows.json import Values
from keyturn.store import Store

TTL = timedelta(seconds=30)
MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def queued(flow_id: str = "offboard", **values: object) -> Run:
    """A root run that nobody has begun."""
    run_id = uuid4()
    run = Run(run_id, run_id, flow_id, 1, RunStatus.QUEUED, {"login": "ada@example.com"})
    return replace(run, **values)  # type: ignore[arg-type]


def helper_of(root: Run, path: str = "call", **values: object) -> Run:
    """A helper run in the tree of a root."""
    run = Run(uuid4(), root.id, "helper", 1, RunStatus.RUNNING, {"x": 1}, root.id, path, depth=1)
    return replace(run, **values)  # type: ignore[arg-type]


def line(
    run_id: UUID,
    path: str = "send",
    state: JournalState = JournalState.DONE,
    result: Values | None = None,
    attempt: int = 1,
) -> JournalRecord:
    """A journal record."""
    return JournalRecord(run_id, path, attempt, state, "okta.send", "d1", {"ok": True} if result is None else result)


def seen(run_id: UUID, path: str, status: str = "done", **values: object) -> TraceEntry:
    """A trace entry."""
    entry = TraceEntry(run_id, path, path, "text.compose", status, MOMENT, 1.5, {"a": 1}, {"output": path})
    return replace(entry, **values)  # type: ignore[arg-type]


async def claimed(store: Store, run: Run | None = None, owner: str = "w1") -> tuple[Run, Lease]:
    """A started run in the hands of a worker."""
    run = run or queued()
    await store.starts.start(run)
    lease = await store.leases.claim(run.id, owner, TTL)
    assert lease is not None
    return replace(run, status=RunStatus.RUNNING), lease


async def park(store: Store, run: Run, lease: Lease, status: RunStatus, wake_at: datetime | None = None) -> None:
    """Commit that a run waits, which gives the lease up."""
    await store.runs.commit(Commit(lease, [replace(run, status=status, wake_at=wake_at)]))


async def expire(store: Store, run: Run) -> None:
    """Let the lease of a run have ended."""
    statement = "UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1"
    await store.database.fetch(statement, run.id)


async def count(store: Store, what: str, *values: object) -> int:
    """Rows of a table or a condition on it."""
    row = await store.database.fetch_one(f"SELECT count(*) AS n FROM {what}", *values)
    assert row is not None
    return row["n"]


async def until(happened: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait for something that happens elsewhere; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not await happened():  # noqa: ASYNC110  it happens in another process or in the database
            await asyncio.sleep(0.01)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer (checked at its end)."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    yield
    assert loop.time() - began < seconds

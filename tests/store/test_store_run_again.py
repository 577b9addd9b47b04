"""Runs that were run again: which run stands for them, and which failures are still open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_records import MOMENT, queued

from keyturn.engine.history import Again, RunFilter
from keyturn.engine.ports import RunStatus
from keyturn.flows.paging import PageRequest
from keyturn.store import Store

FAILED_STILL = RunFilter(status=RunStatus.FAILED, run_again=False)
ALL = PageRequest(100)


async def test_a_run_tells_of_the_newest_run_that_ran_it_again(store: Store) -> None:
    """The line: first <- second <- third, and beside: first <- fourth, the last; alone <- cancelled."""
    at = [MOMENT + timedelta(seconds=n) for n in range(6)]
    first, alone = (queued(status=RunStatus.FAILED, created_at=at[0]) for _ in range(2))
    second = queued(status=RunStatus.FAILED, created_at=at[1], rerun_of=first.id)
    third = queued(status=RunStatus.SUCCEEDED, created_at=at[2], rerun_of=second.id)
    fourth = queued(status=RunStatus.FAILED, created_at=at[3], rerun_of=first.id)
    cancelled = queued(status=RunStatus.CANCELLED, created_at=at[4], rerun_of=alone.id)
    every = [first, alone, second, third, fourth, cancelled]
    for run in every:
        await store.starts.start(run)
    newest = Again(fourth.id, RunStatus.FAILED, at[3])
    assert await store.history.run_again([run.id for run in every]) == {
        first.id: newest,
        second.id: newest,
        alone.id: Again(cancelled.id, RunStatus.CANCELLED, at[4]),
    }
    assert await store.history.run_again([]) == {}
    still = await store.history.list(FAILED_STILL, ALL)
    assert {run.id for run in still.rows} == {alone.id, fourth.id}, "cancelled has done nothing"
    assert await store.history.failed_and_run_again(MOMENT, 100) == 2
    assert await store.history.failed_and_run_again(at[1], 100) == 1
    assert await store.history.failed_and_run_again(MOMENT, 3) == 0, "the newest are counted"


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ([(0, RunStatus.CANCELLED), (1, RunStatus.SUCCEEDED)], 2),
        ([(0, RunStatus.SUCCEEDED), (0, RunStatus.CANCELLED)], 1),
        ([(0, RunStatus.SUCCEEDED), (1, RunStatus.CANCELLED)], 1),
        ([(0, RunStatus.CANCELLED), (1, RunStatus.CANCELLED)], None),
        ([(0, RunStatus.RUNNING)], 1),
    ],
)
async def test_what_was_cancelled_stands_for_nothing_wherever_it_is_in_the_line(
    store: Store, line: list[tuple[int, RunStatus]], stands: int | None
) -> None:
    runs = [queued(status=RunStatus.FAILED, created_at=MOMENT)]
    for number, (earlier, status) in enumerate(line, 1):
        at = MOMENT + timedelta(seconds=number)
        runs.append(queued(status=status, created_at=at, rerun_of=runs[earlier].id))
    for run in runs:
        await store.starts.start(run)
    told = (await store.history.run_again([runs[0].id]))[runs[0].id]
    assert told.run_id == runs[stands if stands is not None else -1].id
    still = await store.history.list(FAILED_STILL, ALL)
    assert [run.id for run in still.rows] == ([] if stands is not None else [runs[0].id])
    assert await store.history.failed_and_run_again(MOMENT, 100) == (stands is not None)

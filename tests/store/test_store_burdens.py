"""Too much for the database: time-outs, a full disk, huge results. Neighbours never pay for it.

A trigger raises what the server would raise for a certain row: there is no filling of disks in a test.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from store_records import claimed, count, line

from keyturn.engine.ports import Commit, Lease, Run, RunStatus, StoreUnavailable
from keyturn.store import CommitRefused, DatabaseSettings, Store, open_store

HIT = """
CREATE FUNCTION hit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN new;
END $$;
CREATE TRIGGER hit BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION hit();
"""
RAISES = "IF new.path LIKE '{path}' THEN RAISE EXCEPTION 'too much' USING ERRCODE = '{code}'; END IF;"
SLOW = "IF new.path LIKE '{path}' THEN PERFORM pg_sleep(30); END IF;"
TIMED_OUT, DISK_FULL, NO_MEMORY = "57014", "53100", "53200"


@pytest.fixture
async def hurried(database_url: str) -> AsyncIterator[Store]:
    """A store that gives a statement little time, and an outage no long wait."""
    settings = DatabaseSettings(patience=timedelta(seconds=3), statement_timeout=timedelta(milliseconds=700))
    opened = await open_store(database_url, settings)
    yield opened
    await opened.close()


async def strike(store: Store, body: str, path: str = "guilty", code: str = "") -> None:
    link = await store.database.connect()
    await link.execute(HIT.format(body=body.format(path=path, code=code)))
    await store.database.hang_up(link)


async def heal(store: Store) -> None:
    await store.database.fetch("DROP TRIGGER hit ON journal")


async def land(store: Store, work: list[tuple[Run, Lease]], guilty: int) -> list[BaseException | None]:
    """One commit of each run, all in one batch; the guilty one's path says so."""

    def commit(number: int) -> Commit:
        run, lease = work[number]
        return Commit(lease, [replace(run, cards=5)], [line(run.id, "guilty" if number == guilty else "good")])

    commits = (store.runs.commit(commit(number)) for number in range(len(work)))
    return list(await asyncio.gather(*commits, return_exceptions=True))


@pytest.mark.parametrize(
    ("body", "code", "verdict"),
    [
        pytest.param(SLOW, "", CommitRefused, id="really too slow"),
        pytest.param(RAISES, TIMED_OUT, CommitRefused, id="timed out"),
        pytest.param(RAISES, DISK_FULL, StoreUnavailable, id="no room for it"),
        pytest.param(RAISES, NO_MEMORY, StoreUnavailable, id="no memory for it"),
    ],
)
async def test_only_the_guilty_run_of_a_batch_fails(
    hurried: Store, body: str, code: str, verdict: type[Exception]
) -> None:
    """A time-out that hits one run again and again is of its making; room and memory may come back."""
    work = [await claimed(hurried) for _ in range(9)]
    await strike(hurried, body, code=code)
    results = await land(hurried, work, guilty=6)
    assert [number for number, result in enumerate(results) if result is not None] == [6]
    assert isinstance(results[6], verdict)
    assert await count(hurried, "journal") == 8
    assert await count(hurried, "runs WHERE cards = 5") == 8


@pytest.mark.parametrize("code", [TIMED_OUT, DISK_FULL])
async def test_what_hits_everybody_fails_no_run(hurried: Store, code: str) -> None:
    work = [await claimed(hurried) for _ in range(6)]
    await strike(hurried, RAISES, path="%", code=code)
    results = await land(hurried, work, guilty=-1)
    assert all(isinstance(result, StoreUnavailable) for result in results), results
    await heal(hurried)
    assert await land(hurried, work, guilty=-1) == [None] * 6, "it goes on where it stood"


async def test_room_that_comes_back_in_time_is_waited_for(hurried: Store) -> None:
    work = [await claimed(hurried) for _ in range(6)]
    await strike(hurried, RAISES, path="%", code=DISK_FULL)
    landing = asyncio.create_task(land(hurried, work, guilty=-1))
    assert not (await asyncio.wait([landing], timeout=0.5))[0]
    await heal(hurried)
    assert await landing == [None] * 6


async def test_commits_of_the_guilty_run_land_in_order_or_not_at_all(hurried: Store) -> None:
    (bad, bad_lease), (good, good_lease) = await claimed(hurried), await claimed(hurried)
    await strike(hurried, RAISES, code=TIMED_OUT)
    results = await asyncio.gather(
        hurried.runs.commit(Commit(bad_lease, journal=[line(bad.id, "first")])),
        hurried.runs.commit(Commit(good_lease, journal=[line(good.id, "first")])),
        hurried.runs.commit(Commit(bad_lease, journal=[line(bad.id, "guilty")])),
        hurried.runs.commit(Commit(bad_lease, journal=[line(bad.id, "third")])),
        return_exceptions=True,
    )
    assert results[1] is None
    assert isinstance(results[2], CommitRefused)
    assert isinstance(results[3], CommitRefused)
    paths = [record.path for record in (await hurried.runs.load(bad.id)).journal]
    assert paths == (["first"] if results[0] is None else [])
    await hurried.runs.commit(Commit(bad_lease, [replace(bad, status=RunStatus.FAILED)]))


async def test_a_result_of_60_mb_is_stored_and_keeps_its_neighbours_apart(store: Store) -> None:
    """It goes in a batch of its own: what is ready at the same time does not wait for it."""
    big, big_lease = await claimed(store)
    work = [await claimed(store) for _ in range(4)]
    landed: list[str] = []

    async def commit(name: str, run: Run, lease: Lease, size: int) -> None:
        await store.runs.commit(Commit(lease, [run], [line(run.id, result={"text": "x" * size})]))
        landed.append(name)

    others = [commit("small", run, lease, 10) for run, lease in work]
    await asyncio.gather(others[0], others[1], commit("big", big, big_lease, 60_000_000), others[2], others[3])
    assert landed == ["small"] * 4 + ["big"]
    (record,) = (await store.runs.load(big.id)).journal
    assert record.result == {"text": "x" * 60_000_000}


async def test_more_than_the_database_is_given_at_once_is_refused_in_words(store: Store) -> None:
    (big, big_lease), (good, good_lease) = await claimed(store), await claimed(store)
    results = await asyncio.gather(
        store.runs.commit(Commit(big_lease, journal=[line(big.id, result={"text": "x" * 140_000_000})])),
        store.runs.commit(Commit(good_lease, journal=[line(good.id)])),
        return_exceptions=True,
    )
    assert isinstance(results[0], CommitRefused)
    assert "140,0" in str(results[0])
    assert results[1] is None
    await store.runs.commit(Commit(big_lease, [replace(big, status=RunStatus.FAILED)]))


async def test_a_statement_that_times_out_is_no_reason_to_hang_up(hurried: Store) -> None:
    """Else each one would cost everybody a new connection."""
    await hurried.runs.commit(Commit((await claimed(hurried))[1]))
    mine = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%asked AS%'"
    before = await hurried.database.fetch(mine)
    work = [await claimed(hurried) for _ in range(3)]
    await strike(hurried, RAISES, code=TIMED_OUT)
    await land(hurried, work, guilty=1)
    assert await hurried.database.fetch(mine) == before

"""The connection: addresses, failures, recovery."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from store_records import claimed, line

from keyturn.engine.ports import Commit, StoreUnavailable
from keyturn.store import Database, DatabaseSettings, DatabaseUrlError, Store, open_store

IMPATIENT = DatabaseSettings(patience=timedelta(milliseconds=50), connect_timeout=timedelta(seconds=2))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://localhost/x", "mysql"),
        ("", "nothing"),
        ("postgresql://localhost", "no database"),
        ("postgresql://localhost/", "no database"),
        ("postgresql://localhost:port/x", "ort"),
        ("postgresql://localhost:0/x", "port is 0"),
    ],
)
def test_a_wrong_address_is_said_in_words(url: str, says: str) -> None:
    with pytest.raises(DatabaseUrlError, match=says) as raised:
        Database(url)
    assert "KEYTURN_DATABASE_URL" in str(raised.value)


def test_no_secret_is_in_the_words() -> None:
    with pytest.raises(DatabaseUrlError) as raised:
        Database("mysql://me:hunter2@localhost/x")
    assert "hunter2" not in str(raised.value)


async def test_no_database_at_the_address_is_store_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="running and reachable"):
        await open_store("postgresql://nobody@127.0.0.1:1/none", IMPATIENT)


async def test_a_database_that_is_not_there_yet_is_waited_for(database_url: str) -> None:
    """As after a restart of the machine, when everything starts at once."""
    socket = Path(parse_qs(urlsplit(database_url).query)["host"][0])
    callers: list[None] = []

    async def hang_up_twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(None)
        if len(callers) > 2:
            there, back = await asyncio.open_unix_connection(socket / ".s.PGSQL.5432")
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        writer.close()

    with tempfile.TemporaryDirectory(dir="/tmp") as door:
        async with await asyncio.start_unix_server(hang_up_twice, Path(door) / ".s.PGSQL.5432"):
            database = Database(database_url.replace(quote(str(socket), safe="/"), door))
            await database.open()
            await database.check()
            await database.close()
    assert len(callers) > 2


async def _pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    while piece := await source.read(65_536):
        to.write(piece)
    to.close()


async def test_an_unknown_database_is_store_unavailable(database_url: str) -> None:
    name = database_url.split("?")[0].rsplit("/", 1)[1]
    patient = DatabaseSettings(patience=timedelta(hours=1))  # no patience helps here, so that it is said at once
    database = Database(database_url.replace(f"/{name}", "/no_such_database", 1), patient)
    with pytest.raises(StoreUnavailable, match="does not exist"):
        await database.open()


async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    database = Database(database_url, DatabaseSettings(statement_timeout=timedelta(milliseconds=100)))
    await database.open()
    with pytest.raises(StoreUnavailable):
        await database.fetch("SELECT pg_sleep(60)")
    await database.check()
    await database.close()


async def test_sessions_tell_whose_they_are(database_url: str) -> None:
    database = Database(database_url, DatabaseSettings(application_name="keyturn-worker-7"))
    await database.open()
    row = await database.fetch_one("SELECT current_setting('application_name') AS name")
    assert row is not None
    assert row["name"] == "keyturn-worker-7"
    await database.close()


async def test_a_closed_database_is_unavailable(store: Store) -> None:
    await store.database.check()
    await store.database.close()
    with pytest.raises(StoreUnavailable):
        await store.database.check()


async def test_all_connections_cut_and_everything_goes_on(store: Store, database_url: str) -> None:
    run, lease = await claimed(store)
    await store.runs.commit(Commit(lease, [run]))
    await asyncio.gather(*(store.database.check() for _ in range(8)))
    axe = Database(database_url, DatabaseSettings(application_name="axe"))
    await axe.open()
    await axe.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'keyturn'"
    )
    reads = [store.history.get(run.id) for _ in range(8)]
    found, _ = await asyncio.gather(asyncio.gather(*reads), store.runs.commit(Commit(lease, journal=[line(run.id)])))
    assert {one.id for one in found if one} == {run.id}
    await axe.close()

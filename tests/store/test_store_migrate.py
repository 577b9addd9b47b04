"""The database's shape."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil

import orjson
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from store_records import count
from store_tables import add, people

from keyturn.data.search import read_order, read_where
from keyturn.store import Database, MigrationError, Store, upgrade
from keyturn.store.alembic_upgrade import head
from keyturn.store.migrate import newest, revision
from keyturn.store.migrations import versions


async def test_an_empty_database_gets_all_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await database.open()
    assert await revision(database) is None
    assert await upgrade(database) == newest()
    assert await revision(database) == newest()
    rows = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {"flows", "runs", "journal", "trace", "events", "tokens", "pgqueuer"} <= {row["tablename"] for row in rows}
    await database.close()


def test_the_newest_file_is_the_end_of_the_chain() -> None:
    assert newest() == head()


async def test_many_programs_may_start_at_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(6)]
    await asyncio.gather(*(database.open() for database in databases))
    assert set(await asyncio.gather(*map(upgrade, databases))) == {newest()}
    await asyncio.gather(*(database.close() for database in databases))


async def test_a_second_upgrade_keeps_the_data(store: Store) -> None:
    await store.database.fetch("INSERT INTO start_keys (key, run_id) VALUES ('k', gen_random_uuid())")
    await upgrade(store.database)
    assert await count(store, "start_keys") == 1


async def go_back(database: Database, to: str) -> None:
    """Bring a database to an earlier revision."""
    config = Config()
    config.set_main_option("script_location", "keyturn.store:migrations")
    config.set_main_option("path_separator", "os")

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, to)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: database.connect(limited=False))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


async def indexes_of(store: Store, table: str) -> set[str]:
    rows = await store.database.fetch("SELECT indexname FROM pg_indexes WHERE tablename = $1", table)
    return {row["indexname"] for row in rows}


async def test_rows_and_flows_from_before_are_found_after_an_upgrade(store: Store) -> None:
    """What 0015 and 0019 make of tables and flows that are there already."""
    table = await people(store)
    rows = f"table_rows_{table.number}"
    for login in ("ada", "bob"):
        await add(store, table, Login=login)
    now = await indexes_of(store, rows)
    await go_back(store.database, "0014")
    document = orjson.dumps({"id": "greet", "cards": [{"id": "say", "inputs": {"text": "Good  morning"}}]})
    await store.database.fetch(
        "INSERT INTO flows (id, name, version, event_card) VALUES ('greet', 'Greet', 1, 'manual')"
    )
    await store.database.fetch(
        "INSERT INTO flow_versions (flow_id, version, document, digest, manifests, author)"
        " VALUES ('greet', 1, $1, 'x', $2, 'ada')",
        document,
        b"{}",
    )
    gone = {f"{rows}_created", f"{rows}_updated"}
    assert await indexes_of(store, rows) == now - gone
    assert await count(store, "pg_class WHERE relname IN ('pauses', 'resumes')") == 0

    assert await upgrade(store.database) == newest()

    assert await indexes_of(store, rows) == now >= gone
    assert await count(store, "pauses") + await count(store, "resumes") == 0
    since = {"column": "Created", "is": "greater than", "b": "2020-01-01"}
    found = await store.rows.search(table, read_where(table, since), read_order(table, "Updated", "desc"), 10)
    assert [row.values["Login"] for row in found] == ["bob", "ada"]
    await add(store, table, Login="eve")
    assert await count(store, rows) == 3
    assert await count(store, "flows WHERE id = 'greet' AND words LIKE '%Good morning%'") == 1


async def test_the_queue_s_tables_are_converged_when_its_release_changed(store: Store) -> None:
    await store.database.fetch("COMMENT ON TABLE pgqueuer IS 'PgQueuer 0.1'")
    await upgrade(store.database)
    row = await store.database.fetch_one("SELECT obj_description('pgqueuer'::regclass, 'pg_class') AS note")
    assert row is not None
    assert row["note"].startswith("PgQueuer 1.")


async def test_a_database_of_a_newer_program_is_refused_in_words(store: Store) -> None:
    await store.database.fetch("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="newer Keyturn"):
        await upgrade(store.database)


def test_each_migration_says_when_it_is_safe() -> None:
    names = [module.name for module in pkgutil.iter_modules(versions.__path__)]
    assert names
    for name in names:
        module = importlib.import_module(f"{versions.__name__}.{name}")
        assert module.SAFE in ("before", "after"), f"{name}: say SAFE = 'before' or 'after' the old code stops"

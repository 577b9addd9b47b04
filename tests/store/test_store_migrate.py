"""The database's shape."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil

import pytest
from store_records import count

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

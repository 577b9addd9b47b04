"""Starting, stopping, and what the database is like."""

from __future__ import annotations

import stat
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from support_embedded import FAST, rows, servers_of

from keyturn.embedded import (
    EmbeddedPostgres,
    FolderInUse,
    FolderRefused,
    PlatformNotSupported,
    ServerFailed,
    VersionMismatch,
)


async def test_a_restart_keeps_the_data(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        await rows(address.url, "CREATE TABLE kept AS SELECT 'a word' AS word")
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        assert [r["word"] for r in await rows(address.url, "SELECT word FROM kept")] == ["a word"]


async def test_what_was_removed_begins_empty(place: Path) -> None:
    left = EmbeddedPostgres(place / "pg", settings=FAST)
    await rows(left.start().url, "CREATE TABLE kept AS SELECT 'a word' AS word")
    with pytest.raises(FolderInUse):
        EmbeddedPostgres(place / "pg").remove()
    left.leave()
    EmbeddedPostgres(place / "pg").remove()
    assert servers_of(place / "pg") == []
    assert not (place / "pg").exists()
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        found = await rows(address.url, "SELECT to_regclass('kept')::text AS kept")
    assert [row["kept"] for row in found] == [None]
    EmbeddedPostgres(place / "elsewhere").remove()


async def test_it_is_durable_unicode_and_roomy_by_itself(place: Path) -> None:
    with EmbeddedPostgres(place / "pg") as address:
        assert address.database == "keyturn"
        found = {str(r["name"]): str(r["setting"]) for r in await rows(address.url, "SELECT * FROM pg_settings")}
        collation = await rows(
            address.url,
            "SELECT datlocprovider::text AS provider, datlocale AS locale FROM pg_database"
            " WHERE datname = current_database()",
        )
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_connections": "200",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    assert {name: found[name] for name in expected} == expected
    assert [tuple(row) for row in collation] == [("b", "C.UTF-8")]


async def test_settings_can_be_replaced(place: Path) -> None:
    settings = {"fsync": "off", "application_name": 'it\'s a \\ "test" $HOME'}
    with EmbeddedPostgres(place / "pg", settings=settings) as address:
        found = await rows(address.url, "SELECT reset_val FROM pg_settings WHERE name IN ('fsync', 'application_name')")
    assert {str(r["reset_val"]) for r in found} == set(settings.values())


async def test_sqlalchemy_takes_the_address(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        engine = create_async_engine(address.url.replace("postgresql:", "postgresql+asyncpg:", 1))
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT current_database()"))).scalar_one() == "keyturn"
        await engine.dispose()


async def test_only_the_server_s_user_can_enter(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        for folder in (place / "pg", place / "pg" / "data", address.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert folder.stat().st_uid == (place / "pg").stat().st_uid
        host_rules = await rows(address.url, "SELECT auth_method FROM pg_hba_file_rules WHERE type <> 'local'")
        assert {str(r["auth_method"]) for r in host_rules} == {"reject"}


async def test_stop_leaves_no_process_and_cuts_clients(place: Path) -> None:
    server = EmbeddedPostgres(place / "pg", settings=FAST)
    link = await asyncpg.connect(server.start().url)
    assert servers_of(place / "pg")
    server.stop()
    assert servers_of(place / "pg") == []
    assert not (place / "pg" / "data" / "postmaster.pid").exists()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await link.fetchval("SELECT 1")


def test_stopping_what_does_not_run_does_nothing(place: Path) -> None:
    server = EmbeddedPostgres(place / "pg", settings=FAST)
    server.stop()
    assert not (place / "pg").exists()
    server.start()
    server.stop()
    server.stop()


@pytest.mark.parametrize("name", ["n" * 120, "a, b", "grün 100%"])
async def test_a_long_or_odd_path_is_no_hindrance(place: Path, name: str) -> None:
    server = EmbeddedPostgres(place / name / "pg", settings=FAST)
    try:
        address = server.start()
        assert len(str(address.socket)) < 80
        assert stat.S_IMODE(address.socket.stat().st_mode) == 0o700
        assert [r["n"] for r in await rows(address.url, "SELECT 1 AS n")] == [1]
    finally:
        server.stop()
    assert not address.socket.exists()


def test_a_failed_start_shows_the_log_and_lets_go(place: Path) -> None:
    with pytest.raises(ServerFailed, match="max_connections") as caught:
        EmbeddedPostgres(place / "pg", settings=FAST | {"max_connections": "minus one"}).start()
    assert str(place / "pg" / "server.log") in caught.value.mend
    with EmbeddedPostgres(place / "pg", settings=FAST):
        assert len(servers_of(place / "pg")) == 1


def test_data_of_another_version_is_left_alone(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST):
        pass
    version = place / "pg" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(VersionMismatch, match="Postgres 17"):
        EmbeddedPostgres(place / "pg", settings=FAST).start()
    assert version.read_text() == "17\n"
    assert servers_of(place / "pg") == []


def test_data_that_is_none_is_refused(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST):
        pass
    (place / "pg" / "data" / "PG_VERSION").unlink()
    with pytest.raises(FolderRefused, match="PG_VERSION"):
        EmbeddedPostgres(place / "pg", settings=FAST).start()


def test_a_first_start_that_was_interrupted_is_begun_anew(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST):
        pass
    data = place / "pg" / "data"
    data.rename(place / "pg" / "new-0123")
    (place / "pg" / "new-0123" / "PG_VERSION").unlink()
    with EmbeddedPostgres(place / "pg", settings=FAST):
        assert data.exists()
    assert not (place / "pg" / "new-0123").exists()


def test_a_log_that_has_grown_large_is_put_aside(place: Path) -> None:
    server = EmbeddedPostgres(place / "pg", settings=FAST)
    with server:
        pass
    with server.log.open("r+") as log:
        log.truncate(11_000_000)
    with server:
        assert server.log.stat().st_size < 100_000
    assert server.log.with_suffix(".log.1").stat().st_size >= 11_000_000


def test_without_programs_it_says_what_to_do(place: Path) -> None:
    with pytest.raises(PlatformNotSupported) as caught:
        EmbeddedPostgres(place / "pg", install=place / "nothing", settings=FAST).start()
    assert "KEYTURN_DATABASE_URL" in caught.value.mend

"""Databases that tests have left, emptied for the next ones: making one takes ten times as much work.

A database is given to another test only if it is then as a new one is: the same relations, columns, functions, triggers
and settings, the same rows, and nobody connected. Whatever a test did beyond writing rows and making tables, its
database is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

_LARGEST = 512 * 1024
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = (
    "SELECT oid::regclass::text AS name, pg_table_size(oid) AS size FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
_SEQUENCES = (
    "SELECT seqrelid::regclass::text, seqstart, pg_sequence_last_value(seqrelid) AS last FROM pg_sequence ORDER BY 1"
)
_SHAPE = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT concat_ws(' ', relname, relkind, relpersistence, relhastriggers, reloptions) FROM ours
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped)
        FROM pg_attribute JOIN ours ON ours.oid = attrelid
    UNION ALL SELECT concat_ws(' ', indexrelid, indisvalid, indisready) FROM pg_index JOIN ours ON ours.oid = indexrelid
    UNION ALL SELECT concat_ws(' ', conrelid, conname, contype, convalidated)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgrelid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', typname, typtype) FROM pg_type WHERE typnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', objoid, objsubid, description)
        FROM pg_description JOIN ours ON ours.oid = objoid WHERE classoid = 'pg_class'::regclass
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT extname FROM pg_extension
    UNION ALL SELECT concat_ws(' ', setrole, setconfig)
        FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
    UNION ALL SELECT concat_ws(' ', 'analyzed', starelid, staattnum) FROM pg_statistic JOIN ours ON ours.oid = starelid
) AS shape (line)
"""


@dataclass(frozen=True)
class Look:
    """What a database is like.

    Attributes:
        shape: all but rows.
        tables: what tables there are.
        rows: a digest of the rows of each table that has some.
        sequences: what was drawn from each sequence last.
    """

    shape: str
    tables: frozenset[str]
    rows: dict[str, str]
    sequences: dict[str, int | None]


async def look(link: asyncpg.Connection) -> Look:
    """What the database is like."""
    tables = [str(row["name"]) for row in await link.fetch(_TABLES)]
    rows = {name: await _digest(link, name) for name in await _filled(link, tables)}
    sequences = {row["seqrelid"]: row["last"] for row in await link.fetch(_SEQUENCES)}
    return Look(str(await link.fetchval(_SHAPE)), frozenset(tables), rows, sequences)


async def emptied(url: str, new: Look) -> bool:
    """Take out what a test has written; whether the database is as a new one then."""
    try:
        link = await asyncpg.connect(url, timeout=30)
    except (asyncpg.PostgresError, OSError, TimeoutError):
        return False
    try:
        return await _emptied(link, new)
    except asyncpg.PostgresError:
        return False
    finally:
        await link.close()


async def _emptied(link: asyncpg.Connection, new: Look) -> bool:
    await link.execute("SET lock_timeout = '5s'")
    await link.execute(_OTHERS)
    sizes = {str(row["name"]): int(row["size"]) for row in await link.fetch(_TABLES)}
    if made := sizes.keys() - new.tables:
        await link.execute(f"DROP TABLE {', '.join(made)} CASCADE")
    kept = [name for name in sizes if name not in made]
    # what is deleted stays in the table's file, and what is cut off costs a new file
    cut = [name for name in kept if sizes[name] > _LARGEST]
    deleted = [name for name in await _filled(link, kept) if name not in new.rows and name not in cut]
    # without foreign keys and triggers: all goes
    statements = ["SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in deleted)]
    await link.execute("; ".join(statements + [f"TRUNCATE {name} CASCADE" for name in cut]))
    drawn = [row for row in await link.fetch(_SEQUENCES) if row["last"] is not None]
    for row in drawn:
        if new.sequences.get(row["seqrelid"]) is None:
            await link.execute("SELECT setval($1::text::regclass, $2, false)", row["seqrelid"], row["seqstart"])
    return await look(link) == new


async def _filled(link: asyncpg.Connection, tables: Sequence[str]) -> list[str]:
    """The tables that have rows."""
    if not tables:
        return []
    asked = ", ".join(f"CASE WHEN EXISTS (SELECT FROM {name}) THEN {number} END" for number, name in enumerate(tables))
    found = await link.fetchval(f"SELECT ARRAY[{asked}]")
    return [tables[number] for number in found if number is not None]


async def _digest(link: asyncpg.Connection, table: str) -> str:
    whole = f"SELECT md5(string_agg(one::text, E'\\n' ORDER BY one::text)) FROM {table} AS one"
    return str(await link.fetchval(whole))

"""A database that a test has left is given to the next one, as ``tests/used_databases.py`` says."""

from __future__ import annotations

import asyncpg
import pytest
from postgres import Used

LARGE = (
    "INSERT INTO manifests SELECT n, 'x', convert_to(string_agg(md5(n::text || m::text), ''), 'UTF8')"
    " FROM generate_series(1, 30) n, generate_series(1, 1500) m GROUP BY n"
)


async def left(used: Used, *statements: str) -> tuple[str, str]:
    """The database that a test took, did this to and left, and the one that the next test takes."""
    first = await used.take()
    link = await asyncpg.connect(first)
    for statement in statements:
        await link.execute(statement)
    await link.close()
    await used.leave(first)
    second = await used.take()
    await used.leave(second)
    return first, second


@pytest.mark.parametrize(
    "statements",
    [
        ["INSERT INTO flow_turns VALUES ('x', nextval('flow_turns_served'))"],
        [LARGE],
        ["CREATE TABLE mine (id bigserial PRIMARY KEY)", "CREATE TABLE yours (mine bigint REFERENCES mine)"],
    ],
    ids=["rows", "many rows", "tables"],
)
async def test_it_is_emptied_and_given_again(used_databases: Used, statements: list[str]) -> None:
    for _ in range(5):  # one that autovacuum has been at meanwhile is none like a new one, and rightly dropped
        first, second = await left(used_databases, *statements)
        if first == second:
            break
    assert first == second
    link = await asyncpg.connect(second)
    assert not await link.fetchval("SELECT EXISTS (SELECT FROM manifests) OR to_regclass('mine') IS NOT NULL")
    await link.close()


@pytest.mark.parametrize(
    "statement", ["ALTER TABLE runs ADD COLUMN mine text", "DROP TABLE journal", "CREATE TYPE mine AS ENUM ('x')"]
)
async def test_it_is_not_if_more_was_changed(used_databases: Used, statement: str) -> None:
    first, second = await left(used_databases, statement)
    assert first != second

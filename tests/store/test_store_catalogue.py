"""SQL has one home, and all of it fits the database."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg

import keyturn
from keyturn.store import Store
from keyturn.store import sql as catalogue

SOURCE = Path(keyturn.__file__).parent
HOMES = (SOURCE / "store" / "sql", SOURCE / "store" / "migrations")
STATEMENT = re.compile(r"\s*(SELECT\s|INSERT INTO\s|DELETE FROM\s|UPDATE \w+ SET\s|WITH \w+ AS\s|CREATE TABLE\s)")
TEMPLATES = {"NOTE_QUEUE"}


def statements() -> Iterator[tuple[str, str]]:
    """Every public statement of the catalogue, with its name."""
    for module_info in pkgutil.iter_modules(catalogue.__path__):
        module = importlib.import_module(f"{catalogue.__name__}.{module_info.name}")
        for name, value in vars(module).items():
            if name.isupper() and not name.startswith("_") and isinstance(value, str) and name not in TEMPLATES:
                yield f"{module_info.name}.{name}", value


def test_sql_is_in_the_catalogue_and_nowhere_else() -> None:
    strays: list[str] = []
    for path in SOURCE.rglob("*.py"):
        if any(path.is_relative_to(home) for home in HOMES):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
                strays.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not strays, f"Move these statements to a named constant in store/sql: {strays}"


async def test_every_statement_fits_the_migrated_database(store: Store, database_url: str) -> None:
    link = await asyncpg.connect(database_url)
    prepared = 0
    for name, text in statements():
        try:
            await link.prepare(text)
        except asyncpg.PostgresError as error:
            raise AssertionError(f"{name} does not fit: {error}") from error
        prepared += 1
    assert prepared > 40
    await link.close()

"""SQL is in the store and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from project_files import Finding, Source, hold, sources

# The embedded server makes its own database before there is a store.
ROOMS = frozenset({"store", "embedded"})

# Statements as they are written: capitals, or small letters with the punctuation that no English sentence has.
_STATEMENT = re.compile(
    r"""(?mx) ^ \s* (?:
        SELECT \b [\s\S]* \b FROM \b | SELECT \s+ [\w(*$'"]+ .* \( | SELECT \s+ 1 \b
      | INSERT \s+ INTO \b | DELETE \s+ FROM \b | UPDATE \s+ \S+ \s+ SET \b | MERGE \s+ INTO \b
      | WITH \s+ (?:RECURSIVE \s+)? \w+ (?:\s* \([^)]*\))? \s+ AS \s+ (?:MATERIALIZED \s+)? \(
      | (?:CREATE|ALTER|DROP) \s+ (?:OR \s+ REPLACE \s+)? (?:UNIQUE \s+)?
        (?:TABLE|INDEX|VIEW|SCHEMA|DATABASE|ROLE|USER|TYPE|FUNCTION|TRIGGER|EXTENSION|SEQUENCE) \b
      | TRUNCATE \s+ \w | LISTEN \s+ \w | NOTIFY \s+ \w | GRANT \s+ \w+ .* \b TO \b | SET \s+ LOCAL \s
      | select \s+ [\w*$,.()\s]+ \s from \s+ \w+ \s* (?:; | where\b | order\s+by\b | join\b | limit\b)
      | select \s+ \* \s+ from \s
      | insert \s+ into \s+ \w+ \s* \( | update \s+ \w+ \s+ set \s+ \w+ \s* = | delete \s+ from \s+ \w+ \s+ where \b
      | create \s+ table \s+ \S+ \s* \(
    )"""
)


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def sql_outside_the_store(source: Source) -> Iterator[Finding]:
    if source.room in ROOMS:
        return
    tree = source.tree()
    passed_over = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over:
            found = _STATEMENT.search(node.value)
            if found:
                yield source.finding(node.lineno, f"SQL: {found.group().strip()[:40]!r}")


def test_sql_is_in_the_store() -> None:
    hold(
        (found for source in sources("src", ending=".py") for found in sql_outside_the_store(source)),
        mend="state what is needed in your room's ports.py; a module of keyturn.store implements it, with the "
        "statement named in keyturn/store/sql.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM run WHERE id = $1",
        "\n    SELECT *\n    FROM run",
        "SELECT count(*)",
        "SELECT 1",
        "INSERT INTO run (id) VALUES ($1)",
        "UPDATE run SET state = $1",
        "DELETE FROM run",
        "WITH due AS (SELECT 1)",
        "CREATE UNIQUE INDEX run_key ON run (id)",
        'DROP DATABASE "x"',
        "LISTEN jobs",
        "select id, state from run where id = $1",
        "select * from run",
        "update run set state = 1",
        "delete from run where id = 1",
    ],
)
def test_statements_are_found(text: str) -> None:
    code = f"def f(db):\n    return db.fetch({text!r})\n"
    assert [found.line for found in sql_outside_the_store(Source("src/keyturn/engine/a.py", code))] == [2]
    assert not list(sql_outside_the_store(Source("src/keyturn/store/a.py", code)))


def test_parts_of_formatted_text_are_read() -> None:
    code = 'x = f"SELECT id FROM {table}"'
    assert list(sql_outside_the_store(Source("src/keyturn/app/a.py", code)))


@pytest.mark.parametrize(
    "text",
    [
        "Select a flow from the list",
        "select one from the list, then press Enter",
        "select one from the list",
        "Delete from here on",
        "Update the user, set a password",
        "With care as (always) needed",
        "UPDATE",
        "Insert into the table what is missing",
        "SELECT",
    ],
)
def test_sentences_are_not_statements(text: str) -> None:
    assert not list(sql_outside_the_store(Source("src/keyturn/cli/a.py", f"x = {text!r}")))


def test_docstrings_may_quote_sql() -> None:
    code = '"""SELECT 1 FROM run, in a docstring."""\n\nclass A:\n    """DELETE FROM run"""\n'
    assert not list(sql_outside_the_store(Source("src/keyturn/engine/a.py", code)))

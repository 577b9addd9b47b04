"""Files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from project_files import Finding, Source, hold, sources

LONGEST_FILE = 600
LONGEST_FUNCTION = 60
FOLDERS = ("src", "tests", "examples", "bench", "web/src")
ENDINGS = (".py", ".ts", ".tsx", ".css", ".sql", ".yaml")
# Paths that may be longer, each with its reason. It starts empty and should end so.
ALLOWED: dict[str, str] = {}


def long_files(source: Source) -> Iterator[Finding]:
    count = len(source.text.splitlines())
    if count > LONGEST_FILE and source.path not in ALLOWED:
        yield source.finding(LONGEST_FILE + 1, f"{count} lines, at most {LONGEST_FILE}")


def long_functions(source: Source) -> Iterator[Finding]:
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            count = node.end_lineno - node.lineno + 1
            if count > LONGEST_FUNCTION:
                yield source.finding(node.lineno, f"{node.name} has {count} lines, at most {LONGEST_FUNCTION}")


def test_files_are_short() -> None:
    hold(
        (found for source in sources(*FOLDERS, ending=ENDINGS) for found in long_files(source)),
        mend="one idea to a module; move the second idea into a module of its own, named after it.",
    )


def test_functions_are_short() -> None:
    hold(
        (found for source in sources(*FOLDERS, ending=".py") for found in long_functions(source)),
        mend="give the steps of the function names of their own; a long table belongs into a constant.",
    )


def test_the_rules_bite() -> None:
    assert not list(long_files(Source("src/a.py", "x = 1\n" * LONGEST_FILE)))
    assert list(long_files(Source("src/a.py", "x = 1\n" * (LONGEST_FILE + 1))))
    just_right = "async def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1)
    assert not list(long_functions(Source("src/a.py", just_right)))
    [found] = long_functions(Source("src/a.py", "y = 1\n" + just_right + "    x = 1\n"))
    assert (found.line, found.what) == (2, "f has 61 lines, at most 60")

"""Tests wait for what happens, not for time to pass; and none is passed over without a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from project_files import Finding, Source, dotted, hold, sources

_SLEEPS = frozenset({"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"})
_SKIPS = frozenset(
    {"pytest.skip", "pytest.xfail", "pytest.importorskip"}
    | {f"pytest.mark.{mark}" for mark in ("skip", "skipif", "xfail")}
    | {"unittest.skip", "unittest.skipIf", "unittest.expectedFailure"}
)


def _is_test_module(source: Source) -> bool:
    return source.path.rsplit("/", 1)[-1].startswith("test_")


def _within_loops(tree: ast.AST) -> set[int]:
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.While | ast.For | ast.AsyncFor))
    return {id(inner) for loop in loops for inner in ast.walk(loop)}


def sleeps(source: Source) -> Iterator[Finding]:
    """Sleeping that is not the beat of a polling helper, which is a loop in a module that holds no tests."""
    if "sleep" not in source.text:
        return
    tree = source.tree()
    polling = set[int]() if _is_test_module(source) else _within_loops(tree)
    bare = {
        f"{name.asname or name.name}": f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or id(node) in polling:
            continue
        name = dotted(node.func)
        nothing = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
        if bare.get(name, name) in _SLEEPS and not nothing:
            yield source.finding(node.lineno, f"{name}() in a test")


def silent_skips(source: Source) -> Iterator[Finding]:
    if not any(name.rsplit(".", 1)[-1] in source.text for name in _SKIPS):
        return
    tree = source.tree()
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or dotted(node) not in _SKIPS:
            continue
        call = called.get(id(node))
        named = {argument.arg for argument in call.keywords} if call else set[str | None]()
        spoken = call is not None and dotted(node) in {"pytest.skip", "pytest.xfail", "unittest.skip"} and call.args
        if not spoken and "reason" not in named:
            yield source.finding(node.lineno, f"{dotted(node)} without a reason")


def test_tests_do_not_sleep() -> None:
    hold(
        (found for source in sources("tests", ending=".py") for found in sleeps(source)),
        mend="await the event or condition itself, or a helper that polls within a time limit (`until` in the "
        "folder's conftest or support module). Time is a port: move the test's clock by hand.",
    )


def test_skips_give_a_reason() -> None:
    hold(
        (found for source in sources("tests", ending=".py") for found in silent_skips(source)),
        mend="say what is missing and how to get it: reason='needs Chromium: apt-get install chromium'.",
    )


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(0.1)",
        "async def test_a():\n    await asyncio.sleep(PAUSE)",
        "from time import sleep as nap\nnap(1)",
        "while not done():\n    time.sleep(0.01)",
    ],
)
def test_sleeping_is_found(code: str) -> None:
    assert len(list(sleeps(Source("tests/a/test_a.py", code)))) == 1


def test_yielding_and_polling_helpers_pass() -> None:
    assert not list(sleeps(Source("tests/a/test_a.py", "await asyncio.sleep(0)\nawait clock.sleep(9)")))
    poll = "async def until(happened):\n    while not happened():\n        await asyncio.sleep(0.01)\n"
    assert not list(sleeps(Source("tests/a/conftest.py", poll)))
    assert list(sleeps(Source("tests/a/conftest.py", "await asyncio.sleep(0.01)")))


@pytest.mark.parametrize(
    "code",
    [
        "@pytest.mark.skip\ndef test_a(): ...",
        "@pytest.mark.skipif(x)\ndef test_a(): ...",
        "pytest.skip()",
        "@pytest.mark.xfail(strict=True)\ndef test_a(): ...",
    ],
)
def test_a_silent_skip_is_found(code: str) -> None:
    assert len(list(silent_skips(Source("tests/a/test_a.py", code)))) == 1


@pytest.mark.parametrize("code", ["pytest.skip('needs x')", "pytest.mark.skipif(x, reason='needs x')"])
def test_a_skip_with_a_reason_passes(code: str) -> None:
    assert not list(silent_skips(Source("tests/a/test_a.py", code)))

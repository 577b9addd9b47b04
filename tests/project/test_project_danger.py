"""No text becomes code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from project_files import Finding, Source, dotted, hold, sources

_CALLS = frozenset(
    {"eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec", "os.system", "os.popen"}
    | {"pickle.loads", "pickle.load", "marshal.loads", "marshal.load", "shelve.open"}
)
_SUSPECT = re.compile(rf"(?<![.\w])(?:{'|'.join(map(re.escape, sorted(_CALLS)))})\s*\(|\bshell\b")


def text_becomes_code(source: Source) -> Iterator[Finding]:
    if not _SUSPECT.search(source.text):
        return
    for node in ast.walk(source.tree()):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        if name in _CALLS:
            yield source.finding(node.lineno, f"{name}()")
        for argument in node.keywords:
            if argument.arg == "shell" and not (isinstance(argument.value, ast.Constant) and not argument.value.value):
                yield source.finding(node.lineno, "a command line that a shell reads")


def test_no_text_becomes_code() -> None:
    hold(
        (found for source in sources("src", "tests", "bench", ending=".py") for found in text_becomes_code(source)),
        mend="compile to closures over data (see keyturn.engine.compile), parse with a parser, pass argument lists "
        "to processes. Keyturn has no expression language on purpose: docs/decisions/0002.",
    )


@pytest.mark.parametrize("code", ["eval(x)", "exec(x)", "builtins.exec(x)", "pickle.loads(x)", "run(x, shell=True)"])
def test_it_is_found(code: str) -> None:
    assert len(list(text_becomes_code(Source("src/a.py", code)))) == 1


@pytest.mark.parametrize("code", ["re.compile(x)", "plan.exec(x)", "run(x, shell=False)", "'eval(x)'"])
def test_what_only_looks_so_passes(code: str) -> None:
    assert not list(text_becomes_code(Source("src/a.py", code)))

"""What the project's own rules read: its files, and how they tell what they found."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_NOT_OURS = frozenset(
    {".git", ".venv", ".hypothesis", ".pytest_cache", ".ruff_cache", ".import_linter_cache"}
    | {"__pycache__", "node_modules", "dist", "build"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule.

    Attributes:
        path: relative to the project, with slashes.
        line: from 1.
        what: what is wrong there, in a few words.
    """

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"  {self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Source:
    """A text file: its path relative to the project, and its text."""

    path: str
    text: str

    def tree(self) -> ast.Module:
        """The parsed file, if it is Python."""
        return ast.parse(self.text, self.path)

    def lines(self) -> Iterator[tuple[int, str]]:
        return enumerate(self.text.splitlines(), 1)

    def finding(self, line: int, what: str) -> Finding:
        return Finding(self.path, line, what)

    @property
    def room(self) -> str:
        """The folder below src/keyturn; empty elsewhere and for the package's own file."""
        parts = self.path.split("/")
        return parts[2] if parts[:2] == ["src", "keyturn"] and len(parts) > 3 else ""


def hold(findings: Iterable[Finding], *, mend: str) -> None:
    """Fail with all findings and with how to mend them."""
    __tracebackhide__ = True
    told = [str(finding) for finding in findings]
    assert not told, "\n".join([f"{len(told)} found:", *told, f"To mend: {mend}"])


@cache
def project_paths() -> tuple[str, ...]:
    """All files of the project: those that git tracks or would, else what lies there and is not made by a tool."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT).as_posix()) for path in _walk(ROOT)]
    return tuple(sorted(path for path in listed if path and (ROOT / path).is_file()))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_OURS:
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def sources(*folders: str, ending: str | tuple[str, ...] = "") -> Iterator[Source]:
    """The text files below some folders (all, if none is named) with some ending; binary files are passed over."""
    below = tuple(f"{folder}/" for folder in folders) or ("",)
    for path in project_paths():
        if path.startswith(below) and path.endswith(ending):
            raw = (ROOT / path).read_bytes()
            if b"\0" not in raw:
                yield Source(path, raw.decode("utf-8"))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each absolute import; ``from a import b`` gives both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""

"""What checks of a manifest find: a place, what is wrong there, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from keyturn.flows.problems import Problem

Path: TypeAlias = tuple[str | int, ...]
Told: TypeAlias = Iterator[tuple[Path, str, str]]


def problems_of(told: Iterable[tuple[Path, str, str]]) -> list[Problem]:
    """All that was told as problems, each with its path and with its place in words."""
    return [
        Problem("bad-manifest", f"{'.'.join(map(str, path))}: {what}", mend, path=path) for path, what, mend in told
    ]

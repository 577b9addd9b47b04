"""What is known of operations, found by the method and the path of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Templates(Generic[T]):
    """Facts by operation: `GET /users/{id}`, with `*` for any method.

    A segment in braces stands for any one, one that ends in `*}` for the rest; capitals do not matter.
    """

    def __init__(self, operations: Iterable[tuple[str, T]]) -> None:
        self._operations = [(*_read(name), fact) for name, fact in operations]

    def of(self, method: str, path: str) -> T | None:
        """What is known of the operation that a request means: of several, that with the most words of its path."""
        segments = path.strip("/").lower().split("/")
        best: tuple[int, T] | None = None
        for name, template, fact in self._operations:
            words = _words_met(template, segments) if name in (method, "*") else None
            if words is not None and (best is None or words > best[0]):
                best = (words, fact)
        return None if best is None else best[1]


def _read(name: str) -> tuple[str, tuple[str, ...]]:
    method, _, path = name.partition(" ")
    return method, tuple(path.strip("/").lower().split("/"))


def _words_met(template: tuple[str, ...], segments: list[str]) -> int | None:
    """How many of the path's segments are words of the template; None if it is another path."""
    words = 0
    for place, segment in enumerate(template):
        if segment.endswith("*}"):
            return words if place < len(segments) else None
        if place >= len(segments) or not (segment.startswith("{") or segment == segments[place]):
            return None
        words += not segment.startswith("{")
    return words if len(segments) == len(template) else None

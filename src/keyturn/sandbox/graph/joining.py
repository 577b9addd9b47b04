"""Conditions that are joined: `and` before `or`, `not`, and parentheses, in filters and in rules of dynamic groups."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeAlias

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.values import JsonObject

Condition: TypeAlias = Callable[[JsonObject], bool]


def all_of(parts: list[Condition]) -> Condition:
    """Whether each of them holds."""
    return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)


def any_of(parts: list[Condition]) -> Condition:
    """Whether one of them holds."""
    return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)


class Joining(ABC):
    """Reads joined conditions.

    Args:
        tokens: where it reads; a token has a ``mark`` or a ``word``.
        fail: what is raised if it cannot be read.
        deepest: how many conditions may stand in each other.
    """

    def __init__(self, tokens: Cursor, fail: Callable[[], Exception], deepest: int) -> None:
        self._tokens = tokens
        self._fail = fail
        self._deepest = deepest
        self._depth = 0

    @abstractmethod
    def _test(self) -> Condition:
        """A condition with no other in it."""

    def _not(self) -> Condition:
        inner = self._one()
        return lambda row: not inner(row)

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return any_of(parts)

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return all_of(parts)

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > self._deepest:
            raise self._fail()
        try:
            if self._take("not"):
                return self._not()
            if self._take("("):
                grouped = self._either()
                self._expect(")")
                return grouped
            return self._test()
        finally:
            self._depth -= 1

    def _take(self, wanted: str) -> bool:
        return self._tokens.take(lambda found: (found["mark"] or (found["word"] or "").lower()) == wanted)

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fail()

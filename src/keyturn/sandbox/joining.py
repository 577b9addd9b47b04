"""Conditions that are joined: `and` before `or`, `not`, and parentheses, in the filters and rules of all tenants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, TypeAlias, TypeVar

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.values import JsonObject

Subject = TypeVar("Subject")
Test: TypeAlias = Callable[[Subject], bool]
Condition: TypeAlias = Test[JsonObject]


def all_of(parts: list[Test[Subject]]) -> Test[Subject]:
    """Whether each of them holds."""
    return parts[0] if len(parts) == 1 else lambda subject: all(part(subject) for part in parts)


def any_of(parts: list[Test[Subject]]) -> Test[Subject]:
    """Whether one of them holds."""
    return parts[0] if len(parts) == 1 else lambda subject: any(part(subject) for part in parts)


class Joining(ABC, Generic[Subject]):
    """Reads joined conditions.

    Args:
        tokens: where it reads; a token has a ``mark`` or a ``word``.
        fail: what is raised if it cannot be read.
        deepest: how many conditions may stand in each other.
    """

    _and: ClassVar[tuple[str, ...]] = ("and",)
    _or: ClassVar[tuple[str, ...]] = ("or",)
    _negating: ClassVar[tuple[str, ...]] = ("not",)

    def __init__(self, tokens: Cursor, fail: Callable[[], Exception], deepest: int) -> None:
        self._tokens = tokens
        self._fail = fail
        self._deepest = deepest
        self._depth = 0

    def whole(self) -> Test[Subject]:
        """The condition that the whole text is. Raises what ``fail`` makes."""
        found = self._either()
        if not self._tokens.at_end:
            raise self._fail()
        return found

    @abstractmethod
    def _test(self) -> Test[Subject]:
        """A condition with no other in it."""

    def _not(self) -> Test[Subject]:
        inner = self._one()
        return lambda subject: not inner(subject)

    def _either(self) -> Test[Subject]:
        parts = [self._both()]
        while self._take(*self._or):
            parts.append(self._both())
        return any_of(parts)

    def _both(self) -> Test[Subject]:
        parts = [self._one()]
        while self._take(*self._and):
            parts.append(self._one())
        return all_of(parts)

    def _one(self) -> Test[Subject]:
        self._depth += 1
        if self._depth > self._deepest:
            raise self._fail()
        try:
            if self._take(*self._negating):
                return self._not()
            if self._take("("):
                grouped = self._either()
                self._expect(")")
                return grouped
            return self._test()
        finally:
            self._depth -= 1

    def _take(self, *wanted: str) -> bool:
        return self._tokens.take(lambda found: (found["mark"] or (found["word"] or "").lower()) in wanted)

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fail()

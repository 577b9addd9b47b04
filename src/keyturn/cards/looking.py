"""Looks at every text, list and level of a value, so that nothing in a flow is beyond the limits.

It is done in two places for all cards: where inputs are read (``reading.py``), and where what a card puts together is
taken (``function.py``). Most cards take apart or leave out, and what they give is no larger than what they were given.

What is large is remembered once it was looked at, as nobody changes a value: a card that takes one item out of a long
list, in a loop over it, must not go through the whole list each time.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from keyturn.flows.json import JSON

from .limits import Limits

# Looking at so many values costs no more than remembering.
_FEW = 100
# What is remembered is kept in memory: so many values in all, with what is in them, and so many of their own.
_REMEMBERED = 1_000_000
_PLACES = 100

Container: TypeAlias = dict[str, JSON] | list[JSON]


class Look(Protocol):
    """Looks at a value that is given for a field."""

    def __call__(self, field: str, value: JSON, more_levels: int = 0) -> None:
        """Raise CardError, which names the field, if anything in the value is beyond the limits.

        Args:
            field: the input, or what stands for what the card gives.
            value: any; it must not be changed afterwards.
            more_levels: that it may have beyond the limit.
        """
        ...


class _TooDeep(Exception):
    pass


class _TooLong(Exception):
    def __init__(self, found: str | list[JSON]) -> None:
        super().__init__()
        self.found = found


def looker(limits: Limits) -> Look:
    """What looks at values for the cards of one catalogue, and remembers the large ones."""
    text, items, depth = limits.text, limits.items, limits.depth
    remembered, seen = _Remembered(), 0

    def walk(value: Container, levels: int) -> int:
        """Gives how many levels the value has."""
        nonlocal seen
        if not levels:
            raise _TooDeep
        count = len(value)
        if count > _FEW:
            known = remembered.levels(value)
            if known is not None:
                if known > levels:
                    raise _TooDeep
                return known
        if isinstance(value, dict):
            held = value.values()
        else:
            held = value
            if count > items:
                raise _TooLong(value)
        seen += count
        below = 0
        for item in held:
            kind = type(item)
            if kind is str:
                if len(item) > text:  # pyright: ignore[reportArgumentType]
                    raise _TooLong(item)  # pyright: ignore[reportArgumentType]
            elif kind is dict or kind is list:
                inner = walk(item, levels - 1)  # pyright: ignore[reportArgumentType]
                if inner > below:
                    below = inner
        return below + 1

    def look(field: str, value: JSON, more_levels: int = 0) -> None:
        nonlocal seen
        if isinstance(value, str):
            if len(value) > text:
                raise limits.too_long(field, value)
        elif isinstance(value, (dict, list)):
            seen = 0
            try:
                levels = walk(value, depth + more_levels)
            except _TooDeep:
                raise limits.too_deep(field) from None
            except _TooLong as beyond:
                raise limits.too_long(field, beyond.found) from None
            if seen > _FEW:
                remembered.add(value, levels, seen)

    return look


class _Remembered:
    """Large values that were found within the limits, the latest ones, each with its levels and what it holds."""

    def __init__(self) -> None:
        self._values: dict[int, tuple[Container, int, int]] = {}
        self._held = 0

    def levels(self, value: Container) -> int | None:
        """How many levels a value has; None if it is not remembered. As it is kept, no other value has its place."""
        known = self._values.get(id(value))
        return None if known is None else known[1]

    def add(self, value: Container, levels: int, holds: int) -> None:
        if holds > _REMEMBERED or id(value) in self._values:
            return
        self._values[id(value)] = (value, levels, holds)
        self._held += holds
        while self._held > _REMEMBERED or len(self._values) > _PLACES:
            self._held -= self._values.pop(next(iter(self._values)))[2]

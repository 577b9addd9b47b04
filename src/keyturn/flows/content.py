"""Comparing values by content, so that list cards find equal items without looking at each pair."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import cast

from .conversion import to_text
from .json import JSON

_LIST, _OBJECT, _TRUE, _FALSE = object(), object(), object(), object()
_LAST = 4


def content_key(value: JSON) -> Hashable:
    """A key that is equal for values of equal content: 1 is 1.0 and not true, the order of keys does not matter."""
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if not isinstance(value, dict | list):
        return value
    marks: list[Hashable] = []
    waiting: list[JSON] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            keys = sorted(item)
            marks += (_OBJECT, len(keys), *keys)
            waiting += [item[key] for key in keys]
        elif isinstance(item, list):
            marks += (_LIST, len(item))
            waiting += item
        else:
            marks.append((_TRUE if item else _FALSE) if isinstance(item, bool) else item)
    return tuple(marks)


def folded_key(value: JSON) -> Hashable:
    """As ``content_key``, but texts are equal whatever their capital letters."""
    return value.casefold() if isinstance(value, str) else content_key(value)


class Members:
    """The items of a list, to ask of many values whether they are in it.

    What is equal is as in ``conditions.compare``: by content; and where one of the two is text, both as text, but null
    is no text.
    """

    def __init__(self, items: Sequence[JSON]) -> None:
        """Nothing is computed before the first question."""
        self._items = items
        self._keys: frozenset[Hashable] | None = None
        self._texts: frozenset[str] | None = None

    def __contains__(self, value: object) -> bool:
        """Whether an item is equal to a value, which is JSON."""
        if self._keys is None:
            self._keys = frozenset(map(content_key, self._items))
        item = cast("JSON", value)
        if content_key(item) in self._keys:
            return True
        if item is None or not self._items:
            return False
        if not isinstance(item, str):
            return to_text(item) in self._keys  # of all keys only those of texts are text
        if self._texts is None:
            others = (other for other in self._items if other is not None and not isinstance(other, str))
            self._texts = frozenset(map(to_text, others))
        return item in self._texts


def sort_key(value: JSON) -> tuple[int, float | str]:
    """The order of values: numbers, then texts by code points, then false and true, then all else, null last."""
    match value:
        case None:
            return (_LAST, 0)
        case bool():
            return (2, int(value))
        case int() | float():
            return (0, value)
        case str():
            return (1, value)
        case _:
            return (3, 0)

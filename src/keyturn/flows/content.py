"""Comparing values by content, so that list cards find equal items without looking at each pair."""

from __future__ import annotations

from collections.abc import Hashable

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

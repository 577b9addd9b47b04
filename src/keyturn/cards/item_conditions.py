"""Conditions on the items of a list: one comparison, as Okta's list cards have it, or a group of them.

A group is a structure as in If/Else, with ``path`` in the place of ``a``: ``{all: [{path: status, is: equal to,
b: ACTIVE}, {any: [...]}]}``. The path is that of an item; without one the item itself is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias, cast

from keyturn.flows.check_conditions import BY_ORDER_OR_EQUAL
from keyturn.flows.conditions import (
    GROUPS,
    ITEM_OPERATORS,
    MOST_LEVELS,
    NOT_SAME,
    SAME,
    Operator,
    compare,
    same_content,
)
from keyturn.flows.content import Members
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .paths import get_path

OKTA_SYMBOLS = {SAME: "===", NOT_SAME: "!=="}

_NUMBERS = frozenset[type]({int, float})

Test: TypeAlias = Callable[[JSON], bool]


def item_test(path: str, operator: str, value: JSON, when: Values | None) -> Test:
    """A test of one item.

    Raises:
        CardError: ``when`` is no condition.
    """
    return _group_test(when, 0) if when else _comparison(path, operator, value)


def _comparison(path: str, operator: str, value: JSON) -> Test:
    take: Callable[[JSON], JSON] = (lambda item: get_path(item, path)) if path else (lambda item: item)
    if operator == SAME:
        return lambda item: same_content(take(item), value)
    if operator == NOT_SAME:
        return lambda item: not same_content(take(item), value)
    if isinstance(value, list) and operator in (Operator.IN, Operator.NOT_IN):
        members, wanted = Members(value), operator == Operator.IN
        return lambda item: (take(item) in members) is wanted
    if operator not in ITEM_OPERATORS:
        raise _wrong(f"{operator!r} is no comparison")
    return lambda item: compare(take(item), operator, value)


def _group_test(condition: JSON, level: int) -> Test:
    if not isinstance(condition, dict):
        raise _wrong("a condition is an object")
    if level > MOST_LEVELS:
        raise _wrong(f"it is nested over {MOST_LEVELS} levels deep")
    groups = [name for name in GROUPS if name in condition]
    if groups:
        parts = condition[groups[0]]
        if len(condition) > 1 or not isinstance(parts, list) or not parts:
            raise _wrong(f"{groups[0]} stands alone and holds a list of conditions")
        return _joined(groups[0], [_group_test(part, level + 1) for part in parts])
    path, operator = condition.get("path"), condition.get("is")
    if not isinstance(operator, str) or not isinstance(path, str | None) or condition.keys() - {"path", "is", "b"}:
        raise _wrong("a comparison has path, is and b")
    return _comparison(path or "", operator, condition.get("b"))


def _joined(group: str, tests: list[Test]) -> Test:
    match group:
        case "all":
            return lambda item: all(test(item) for test in tests)
        case "any":
            return lambda item: any(test(item) for test in tests)
        case _:
            return lambda item: not any(test(item) for test in tests)


def mixed_items(inputs: Values) -> tuple[str, ...]:
    """A warning if a text met a number in one of the items. Only their kinds are looked at, as lists are long."""
    values, when = inputs.get("list"), inputs.get("when")
    if not isinstance(values, list):
        values = [values]
    alone: Values = {"path": inputs.get("path"), "is": inputs.get("is"), "b": inputs.get("value")}
    parts = list(_comparisons(when or alone))
    for path, operator, value in parts:
        if operator is not None and operator not in BY_ORDER_OR_EQUAL:
            continue
        other = frozenset[type]({str}) if type(value) in _NUMBERS else _NUMBERS if type(value) is str else None
        if other is not None and not other.isdisjoint(_kinds(values, path)):
            place = f"path {path}" if path else "the items"
            return (f"In {place} a text met a number: they were compared as text. Give the value the items' type.",)
    return ()


def _kinds(values: Sequence[JSON], path: str) -> set[type]:
    """The types of what is compared. Where all items are objects that have it, no step of it is in Python."""
    if not path:
        return set(map(type, values))
    try:
        return set(map(type, map(itemgetter(path), cast("list[Values]", values))))
    except (KeyError, TypeError):
        return {type(get_path(item, path)) for item in values}


def _comparisons(condition: JSON) -> Iterator[tuple[str, JSON, JSON]]:
    """The comparisons in a condition that has been carried out."""
    if not isinstance(condition, dict):
        return
    if "is" in condition:
        yield str(condition.get("path") or ""), condition["is"], condition.get("b")
    for group in GROUPS:
        parts = condition.get(group)
        for part in parts if isinstance(parts, list) else []:
            yield from _comparisons(part)


def _wrong(what: str) -> CardError:
    return CardError.bad_input("when", f"The condition cannot be used: {what}.", "Write {path, is, b}, or a group.")

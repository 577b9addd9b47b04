"""Comparisons and groups of them.

A condition is ``{a, is, b}``, or a group ``{all: [...]}``, ``{any: [...]}``, ``{none: [...]}``, nested at will. It
is a structure and not text: there is nothing to parse and nothing to inject.

Two numbers compare as numbers, two texts as text, true and false only as equal or not. If one side is text, both
are compared as text (so the text ``6`` is not less than the number ``30``). Null equals only null, and no
ordering holds with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from enum import StrEnum

from .conversion import to_text
from .errors import CardError
from .json import JSON

MOST_LEVELS = 64


class Operator(StrEnum):
    """The comparison operators, by the words of the document."""

    EQUAL = "equal to"
    NOT_EQUAL = "not equal to"
    GREATER = "greater than"
    LESS = "less than"
    GREATER_OR_EQUAL = "greater than or equal to"
    LESS_OR_EQUAL = "less than or equal to"
    MULTIPLE = "a multiple of"
    IN = "in"
    NOT_IN = "not in"
    HAS_KEY = "has key"
    HAS_NO_KEY = "does not have key"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"


UNARY = frozenset({Operator.EMPTY, Operator.NOT_EMPTY})
GROUPS = ("all", "any", "none")
OKTA_SYMBOLS: dict[Operator, str] = {
    Operator.EQUAL: "==",
    Operator.NOT_EQUAL: "!=",
    Operator.GREATER: ">",
    Operator.LESS: "<",
    Operator.GREATER_OR_EQUAL: ">=",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.MULTIPLE: "%",
    Operator.IN: "in",
    Operator.NOT_IN: "not in",
    Operator.HAS_KEY: "has",
    Operator.HAS_NO_KEY: "doesn't have",
    Operator.EMPTY: "is empty",
    Operator.NOT_EMPTY: "is not empty",
}


def is_mixed(a: JSON, b: JSON) -> bool:
    """Whether a text meets a number: they are compared as text, which is seldom meant."""
    return (isinstance(a, str) and _is_number(b)) or (_is_number(a) and isinstance(b, str))


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(a: JSON, operator: str, b: JSON = None) -> bool:
    """Whether the comparison holds.

    Raises:
        CardError: there is no such operator.
    """
    test = _TESTS.get(operator)
    if test is None:
        raise CardError.bad_input("is", f"{operator!r} is no comparison.", f"Use one of: {', '.join(Operator)}.")
    return test(a, b)


def _equal(a: JSON, b: JSON) -> bool:
    if is_mixed(a, b):
        return to_text(a) == to_text(b)
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return a == b


def _ordered(holds: Callable[[int], bool]) -> Callable[[JSON, JSON], bool]:
    def test(a: JSON, b: JSON) -> bool:
        order = _order(a, b)
        return order is not None and holds(order)

    return test


def _order(a: JSON, b: JSON) -> int | None:
    """-1, 0 or 1, or None where there is no order."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return None if isinstance(a, bool) or isinstance(b, bool) else (a > b) - (a < b)
    if a is None or b is None or not (isinstance(a, str) or isinstance(b, str)):
        return None
    left, right = to_text(a), to_text(b)
    return (left > right) - (left < right)


def _multiple(a: JSON, b: JSON) -> bool:
    if not isinstance(a, int | float) or not isinstance(b, int | float) or isinstance(a, bool) or isinstance(b, bool):
        return False
    return b != 0 and a % b == 0


def _within(a: JSON, b: JSON) -> bool:
    if isinstance(b, list):
        return any(_equal(a, item) for item in b)
    if a is None or b is None:
        return False
    return to_text(a) in to_text(b)


def _has_key(a: JSON, b: JSON) -> bool:
    return isinstance(a, dict) and to_text(b) in a


def is_empty(value: JSON) -> bool:
    """Null, empty text, empty object, empty list; 0 and false are not empty."""
    return value is None or value in ("", {}, [])


_TESTS: dict[str, Callable[[JSON, JSON], bool]] = {
    Operator.EQUAL: _equal,
    Operator.NOT_EQUAL: lambda a, b: not _equal(a, b),
    Operator.GREATER: _ordered(lambda order: order > 0),
    Operator.LESS: _ordered(lambda order: order < 0),
    Operator.GREATER_OR_EQUAL: _ordered(lambda order: order >= 0),
    Operator.LESS_OR_EQUAL: _ordered(lambda order: order <= 0),
    Operator.MULTIPLE: _multiple,
    Operator.IN: _within,
    Operator.NOT_IN: lambda a, b: not _within(a, b),
    Operator.HAS_KEY: _has_key,
    Operator.HAS_NO_KEY: lambda a, b: not _has_key(a, b),
    Operator.EMPTY: lambda a, b: is_empty(a),
    Operator.NOT_EMPTY: lambda a, b: not is_empty(a),
}


def evaluate(condition: JSON, level: int = 0) -> bool:
    """Whether a resolved condition holds.

    Raises:
        CardError: it is no condition, or nested over 64 levels deep.
    """
    if level > MOST_LEVELS:
        raise CardError.bad_input("when", "The condition is nested too deep.", f"Use {MOST_LEVELS} levels at most.")
    if isinstance(condition, dict):
        operator = condition.get("is")
        if isinstance(operator, str):
            return compare(condition.get("a"), operator, condition.get("b"))
        for group, parts in condition.items():
            if group in GROUPS and isinstance(parts, list):
                return _group(group, (evaluate(part, level + 1) for part in parts))
    raise CardError.bad_input("when", "This is no condition.", "Give a comparison {a, is, b} or a group of them.")


def _group(group: str, results: Iterator[bool]) -> bool:
    if group == "all":
        return all(results)
    holds = any(results)
    return holds if group == "any" else not holds


ConditionProblem = tuple[tuple[str | int, ...], str, str]


def condition_problems(raw: JSON, path: tuple[str | int, ...] = ()) -> list[ConditionProblem]:
    """What is wrong with a condition as written: path, what, how to mend it."""
    if len(path) > 2 * MOST_LEVELS:
        return [(path, "The condition is nested too deep.", f"Use {MOST_LEVELS} levels at most.")]
    if not isinstance(raw, dict):
        return [(path, "This is no condition.", "Give a comparison {a, is, b}, or a group: all, any or none.")]
    groups = [name for name in GROUPS if name in raw]
    if groups and len(raw) > 1:
        return [(path, f"A group holds only {groups[0]!r}.", "Put other comparisons into the group's list.")]
    if groups:
        return _group_problems(raw[groups[0]], (*path, groups[0]))
    return _comparison_problems(raw, path)


def _group_problems(parts: JSON, path: tuple[str | int, ...]) -> list[ConditionProblem]:
    if not isinstance(parts, list) or not parts:
        return [(path, "A group needs a list of comparisons.", "Write it as a list with at least one comparison.")]
    return [problem for number, part in enumerate(parts) for problem in condition_problems(part, (*path, number))]


def _comparison_problems(raw: dict[str, JSON], path: tuple[str | int, ...]) -> list[ConditionProblem]:
    problems: list[ConditionProblem] = []
    operator = raw.get("is")
    for name in raw:
        if name not in ("a", "is", "b"):
            problems.append(((*path, name), f"A comparison has no {name!r}.", "It has a, is and b."))
    if "a" not in raw:
        problems.append((path, "The comparison has no value a.", "Add a: the value that is compared."))
    if not isinstance(operator, str) or operator not in _TESTS:
        near = get_close_matches(str(operator), [known.value for known in Operator], 1)
        mend = f"Did you mean {near[0]!r}? " if near else ""
        problems.append(((*path, "is"), f"{operator!r} is no comparison.", f"{mend}Use: {', '.join(Operator)}."))
    elif operator not in UNARY and "b" not in raw:
        problems.append((path, "The comparison has no value b.", "Add b: the value that a is compared with."))
    return problems

"""Comparisons and groups of them.

A condition is ``{a, is, b}``, or a group ``{all: [...]}``, ``{any: [...]}``, ``{none: [...]}``, nested at will. It
is a structure and not text: there is nothing to parse and nothing to inject.

Two numbers compare as numbers, two texts as text (datetimes, being text of one form, by time), true and false only
as equal or not, objects and lists by content. If one side is text, both are compared as text, so that the text ``6``
is not less than the number ``30``: ``is_mixed`` tells of it. Null equals only null, and no ordering holds with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeVar, cast

from .conversion import to_text
from .errors import CardError
from .json import JSON
from .said import NO_PARTS, Parts, as_part

MOST_LEVELS = 64

_Comparable = TypeVar("_Comparable", float, str)


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


SAME, NOT_SAME = "equal and the same type", "not equal or not the same type"  # of items of lists only
ITEM_OPERATORS = (*(str(operator) for operator in Operator), SAME, NOT_SAME)
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
    if isinstance(a, str) != isinstance(b, str):
        return a is not None and b is not None and to_text(a) == to_text(b)
    return same_content(a, b)


def same_content(a: JSON, b: JSON) -> bool:
    """Equal by content; unlike in Python, true is not 1. Without recursion: values may be nested deep."""
    waiting: list[tuple[JSON, JSON]] = [(a, b)]
    while waiting:
        left, right = waiting.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            waiting += [(left[key], right[key]) for key in left]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            waiting += zip(left, right, strict=True)
        elif left != right or isinstance(left, bool) != isinstance(right, bool):
            return False
    return True


def _ordered(holds: Callable[[int], bool]) -> Callable[[JSON, JSON], bool]:
    def test(a: JSON, b: JSON) -> bool:
        order = _order(a, b)
        return order is not None and holds(order)

    return test


def _order(a: JSON, b: JSON) -> int | None:
    """-1, 0 or 1, or None where there is no order."""
    if _is_number(a) and _is_number(b):
        return _sign(cast("float", a), cast("float", b))
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return None
    return _sign(to_text(a), to_text(b)) if isinstance(a, str) or isinstance(b, str) else None


def _sign(a: _Comparable, b: _Comparable) -> int:
    return (a > b) - (a < b)


def _multiple(a: JSON, b: JSON) -> bool:
    """As people count: 0.3 is a multiple of 0.1, though their doubles are not."""
    if not (_is_number(a) and _is_number(b)) or b == 0:
        return False
    return (Fraction(repr(a)) / Fraction(repr(b))).denominator == 1


def _within(a: JSON, b: JSON) -> bool:
    """A member of a list, or a part of a text."""
    if isinstance(b, list):
        return any(_equal(a, item) for item in b)
    if a is None or b is None or isinstance(a, dict | list) or isinstance(b, dict):
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


class ConditionProblem(NamedTuple):
    """What is wrong with a condition as written: where, what, how to mend it; which sentence it is, what that names."""

    path: tuple[str | int, ...]
    what: str
    mend: str
    said: str
    parts: Parts = NO_PARTS


@dataclass(frozen=True, slots=True)
class Form:
    """What a comparison is made of.

    Attributes:
        first: the name of what is compared.
        required: it must be there.
        operators: the comparisons that there are.
    """

    first: str
    required: bool
    operators: tuple[str, ...]


OF_VALUES = Form("a", True, tuple(str(operator) for operator in Operator))
OF_ITEMS = Form("path", False, ITEM_OPERATORS)


def _levels(path: tuple[str | int, ...]) -> int:
    return len(path) // 2


def condition_problems(raw: JSON, path: tuple[str | int, ...] = (), form: Form = OF_VALUES) -> list[ConditionProblem]:
    """What is wrong with a condition as written."""
    if _levels(path) > MOST_LEVELS:
        mend, parts = f"Use {MOST_LEVELS} levels at most.", {"most": str(MOST_LEVELS)}
        return [ConditionProblem(path, "The condition is nested too deep.", mend, "bad-condition/deep", parts)]
    if not isinstance(raw, dict):
        mend = f"Give a comparison {{{form.first}, is, b}}, or a group: all, any or none."
        return [ConditionProblem(path, "This is no condition.", mend, "bad-condition/no-condition")]
    groups = [name for name in GROUPS if name in raw]
    if groups and len(raw) > 1:
        what, mend = f"A group holds only {groups[0]!r}.", "Put other comparisons into the group's list."
        return [ConditionProblem(path, what, mend, "bad-condition/group-and-more")]
    if groups:
        return _group_problems(raw[groups[0]], (*path, groups[0]), form)
    return _comparison_problems(raw, path, form)


def _group_problems(parts: JSON, path: tuple[str | int, ...], form: Form) -> list[ConditionProblem]:
    if not isinstance(parts, list) or not parts:
        what, mend = "A group needs a list of comparisons.", "Write it as a list with at least one comparison."
        return [ConditionProblem(path, what, mend, "bad-condition/empty-group")]
    return [problem for number, part in enumerate(parts) for problem in condition_problems(part, (*path, number), form)]


def _comparison_problems(raw: dict[str, JSON], path: tuple[str | int, ...], form: Form) -> list[ConditionProblem]:
    first, allowed = form.first, ", ".join(form.operators)
    if not raw.keys() & {first, "is", "b"}:
        what = f"A condition has {first}, is and b, or is a group: all, any or none."
        return [ConditionProblem(path, what, "Write one of the two.", "bad-condition/no-condition")]
    problems: list[ConditionProblem] = []
    operator = raw.get("is")

    def say(said: str, where: tuple[str | int, ...], what: str, mend: str, parts: Parts = NO_PARTS) -> None:
        problems.append(ConditionProblem(where, what, mend, f"bad-condition/{said}", parts))

    for name in raw:
        if name not in (first, "is", "b"):
            what, mend = f"A comparison has no {name!r}.", f"It has {first}, is and b."
            say("unknown-name", (*path, name), what, mend, {"name": name})
    if form.required and first not in raw:
        say("no-first", path, f"The comparison has no value {first}.", f"Add {first}: the value that is compared.")
    if "is" not in raw:
        say("no-comparison", path, "The comparison has no 'is'.", f"Use one of: {allowed}.")
    elif not isinstance(operator, str) or operator not in form.operators:
        near = _near(str(operator))
        guess = f"Did you mean {near!r}? " if near else ""
        mend = f"{guess}Use one of: {allowed}."
        say("no-operator", (*path, "is"), f"{operator!r} is no comparison.", mend, {"value": as_part(operator)})
    elif operator not in UNARY and "b" not in raw:
        say("no-second", path, "The comparison has no value b.", "Add b: the value that a is compared with.")
    return problems


def _near(wrong: str) -> str | None:
    symbols = {symbol: str(operator) for operator, symbol in OKTA_SYMBOLS.items()} | {
        "=": "equal to",
        "<>": "not equal to",
    }
    if wrong in symbols:
        return symbols[wrong]
    return next(iter(get_close_matches(wrong.lower(), [str(operator) for operator in Operator], 1)), None)

"""Filters as SCIM writes them (RFC 7644 section 3.4.2.2), which Okta uses for users, groups, apps and its log.

`attribute operator value`, `and`, `or`, `not`, parentheses. Texts are compared whatever their case and spelling, dates
as instants; of an attribute with several values one that fits is enough, and one without a value meets no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.joining import Condition, Joining
from keyturn.sandbox.values import Json, JsonObject, moment, normal

_TOKEN = re.compile(
    r'\s*(?:(?P<mark>[()])|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<number>-?\d+(?:\.\d+)?)\b|(?P<word>[A-Za-z_$][\w.:$-]*))'
)
_ORDERS = ("gt", "ge", "lt", "le")
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda held, wanted: held == wanted,
    "ne": lambda held, wanted: held != wanted,
    "sw": lambda held, wanted: held.startswith(wanted),
    "ew": lambda held, wanted: held.endswith(wanted),
    "co": lambda held, wanted: wanted in held,
    "gt": lambda held, wanted: held > wanted,
    "ge": lambda held, wanted: held >= wanted,
    "lt": lambda held, wanted: held < wanted,
    "le": lambda held, wanted: held <= wanted,
}
OPERATORS = (*_TEXT_TESTS, "pr")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_DEEPEST = 20


class NotUnderstood(ValueError):
    """The expression is none that is taken here."""


@dataclass(frozen=True)
class Rules:
    """What a filter may say.

    knows: whether there is an attribute of this name, and it may be filtered by with this operator; dates: attributes
    that are compared as instants.
    """

    knows: Callable[[str, str], bool]
    dates: frozenset[str] = frozenset()


def condition(expression: str, rules: Rules) -> Condition:
    """Whether a document meets an expression. Raises NotUnderstood."""
    return _Parser(expression, rules).whole()


def values_at(document: Json, path: str) -> list[Json]:
    """The values at a dotted path; items of arrays each for itself, null and empty text not at all."""
    held: list[Json] = [document]
    for name in path.split("."):
        held = [item.get(name) for item in held if isinstance(item, dict)]
        held = [each for item in held for each in (item if isinstance(item, list) else [item])]
    return [item for item in held if item is not None and item != ""]


class _Parser(Joining[JsonObject]):
    def __init__(self, text: str, rules: Rules) -> None:
        super().__init__(Cursor(text.strip(), _TOKEN, NotUnderstood), NotUnderstood, _DEEPEST)
        self._rules = rules

    def _not(self) -> Condition:
        """Only what stands in parentheses is negated."""
        self._expect("(")
        inner = self._either()
        self._expect(")")
        return lambda document: not inner(document)

    def _test(self) -> Condition:
        name, operator = self._tokens.next()["word"], (self._tokens.next()["word"] or "").lower()
        if name is None or operator not in OPERATORS or not self._rules.knows(name, operator):
            raise NotUnderstood
        if operator == "pr":
            return lambda document: bool(values_at(document, name))
        return self._comparison(name, operator, self._value())

    def _value(self) -> Json:
        found = self._tokens.next()
        if found["text"] is not None:
            return re.sub(r"\\(.)", r"\1", found["text"])
        if found["number"] is not None:
            return float(found["number"])
        if found["word"] in _WORDS:
            return _WORDS[found["word"]]
        raise NotUnderstood

    def _comparison(self, name: str, operator: str, value: Json) -> Condition:
        if name in self._rules.dates:
            return _by_date(name, operator, value)
        if value is None:
            if operator not in ("eq", "ne"):
                raise NotUnderstood
            return lambda document: bool(values_at(document, name)) == (operator == "ne")
        return lambda document: _any(operator, values_at(document, name), value)


def _any(operator: str, held: Iterable[Json], wanted: Json) -> bool:
    items = list(held)
    if operator == "ne":
        return not any(_fits("eq", item, wanted) for item in items)
    return any(_fits(operator, item, wanted) for item in items)


def _fits(operator: str, held: Json, wanted: Json) -> bool:
    if isinstance(held, bool) or isinstance(wanted, bool):
        return operator == "eq" and str(held).lower() == str(wanted).lower()
    if isinstance(held, int | float) and isinstance(wanted, int | float):
        less, same = held < wanted, held == wanted
        return _ordered(operator, less, same)
    return _TEXT_TESTS[operator](normal(str(held)), normal(str(wanted)))


def _ordered(operator: str, less: bool, same: bool) -> bool:
    outcomes = {"eq": same, "lt": less, "le": less or same, "gt": not less and not same, "ge": not less}
    return outcomes.get(operator, False)


def _by_date(name: str, operator: str, value: Json) -> Condition:
    wanted = moment(value) if isinstance(value, str) else None
    if wanted is None or operator not in ("eq", *_ORDERS):
        raise NotUnderstood

    def meets(document: JsonObject) -> bool:
        held = [moment(text) for text in values_at(document, name) if isinstance(text, str)]
        return any(_ordered(operator, one < wanted, one == wanted) for one in held if one is not None)

    return meets

"""Filters of Okta's event hooks: which events of a type a hook is told of, in Okta's expression language.

`event.target.?[type eq 'UserGroup'].size() > 0 && event.target.?[displayName eq 'Sales'].size() > 0`

Source: EventHookFilters in Okta's OpenAPI description, and https://developer.okta.com/docs/concepts/event-hooks/. Taken
are comparisons of an event's properties, selections from its lists, `&&`, `||`, `!` and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.filters import NotUnderstood, values_at
from keyturn.sandbox.joining import Condition, Joining
from keyturn.sandbox.values import Json, JsonObject

_TOKEN = re.compile(
    r"\s*(?:(?P<mark>\.\?\[|\]|\.size\(\)|&&|\|\||==|!=|>=|<=|[<>!()])|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|(?P<number>-?\d+)\b|(?P<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*))"
)
_SPELLED = {"==": "eq", "!=": "ne", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
_JOINING = ("and", "or", "not")
_EVENT = "event."  # how paths begin outside of selections
_NAMES: dict[str, Json] = {"true": True, "false": False, "null": None}
_ORDERS: dict[str, Callable[[str, str], bool]] = {
    "gt": lambda held, wanted: held > wanted,
    "ge": lambda held, wanted: held >= wanted,
    "lt": lambda held, wanted: held < wanted,
    "le": lambda held, wanted: held <= wanted,
}
_DEEPEST = 20


@lru_cache(maxsize=256)
def event_filter(expression: str) -> Condition:
    """Whether an event meets an expression. Raises NotUnderstood."""
    return _Parser(expression.strip()).whole()


class _Parser(Joining[JsonObject]):
    _and = ("&&", "and")
    _or = ("||", "or")
    _negating = ("!", "not")

    def __init__(self, text: str) -> None:
        super().__init__(Cursor(text, _TOKEN, NotUnderstood), NotUnderstood, _DEEPEST)
        self._root = _EVENT

    def _test(self) -> Condition:
        """A comparison of what stands at a path, or of how many of a list meet a condition."""
        word = self._tokens.next()["word"]
        if word is None or not word.startswith(self._root) or word in _JOINING or word in _NAMES:
            raise NotUnderstood
        path = word.removeprefix(self._root)
        if not self._take(".?["):
            operator, value = self._compared()
            return lambda row: _holds(operator, values_at(row, path), value)
        chosen = self._selection()
        operator, value = self._compared()

        def counted(row: JsonObject) -> bool:
            held = [each for each in values_at(row, path) if isinstance(each, dict) and chosen(each)]
            return _holds(operator, [len(held)], value)

        return counted

    def _selection(self) -> Condition:
        """The condition on the items of a list, whose paths begin with nothing."""
        outside, self._root = self._root, ""
        chosen = self._either()
        self._root = outside
        self._expect("]")
        self._expect(".size()")
        return chosen

    def _compared(self) -> tuple[str, Json]:
        found = self._tokens.next()
        operator = _SPELLED.get(found["mark"] or "") or (found["word"] or "").lower()
        if operator not in ("eq", "ne", *_ORDERS):
            raise NotUnderstood
        return operator, self._value()

    def _value(self) -> Json:
        found = self._tokens.next()
        if found["number"] is not None:
            return int(found["number"])
        if found["word"] in _NAMES:
            return _NAMES[found["word"]]
        text = found["single"] if found["single"] is not None else found["double"]
        if text is None:
            raise NotUnderstood
        return text


def _holds(operator: str, held: list[Json], wanted: Json) -> bool:
    if operator in ("eq", "ne"):
        same = wanted in held if wanted is not None else not held
        return same == (operator == "eq")
    if isinstance(wanted, bool) or wanted is None:
        return False
    pairs = [one for one in held if type(one) is type(wanted)]
    test = _ORDERS[operator]
    return any(test(_sortable(one), _sortable(wanted)) for one in pairs)


def _sortable(value: Json) -> str:
    """Numbers as texts that sort as they do."""
    return f"{value + 10**18:020d}" if isinstance(value, int) else str(value)

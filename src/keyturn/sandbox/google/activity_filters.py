"""The `filters` of a list of activities: parameters of events, compared.

Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list (filters).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keyturn.sandbox.google import words
from keyturn.sandbox.google.workspace import same
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object

_ONE = re.compile(r"([^<>=,]+)(==|<>|<=|>=|<|>)([^,]+)")
_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_VALUES = ("value", "intValue", "boolValue")


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What one parameter of an event is to be."""

    name: str
    sign: str
    value: str

    def holds(self, event: JsonObject) -> bool:
        """Whether an event has the parameter, and it is so; an event without the parameter is never listed."""
        return any(self._is(found) for found in _values(event, self.name))

    def _is(self, found: str) -> bool:
        if self.sign in ("==", "<>"):
            return same(found, self.value) is (self.sign == "==")
        try:
            return _ORDERS[self.sign](int(found), int(self.value))
        except ValueError:
            return False


def activity_filters(text: str | None) -> list[ActivityFilter]:
    """Read `PARAMETER==VALUE,PARAMETER<>VALUE`. Raises Refused (400) for what is none."""
    if text is None:
        return []
    found = [_ONE.fullmatch(one) for one in text.split(",")]
    if None in found:
        raise words.invalid("filters")
    return [ActivityFilter(*one.groups()) for one in found if one is not None]


def meets(row: JsonObject, name: str | None, filters: Sequence[ActivityFilter]) -> bool:
    """Whether an activity has an event of this name (None for any), of which all filters hold."""
    events = [as_object(event) for event in as_list(row["events"])]
    return any(name in (None, event.get("name")) and all(one.holds(event) for one in filters) for event in events)


def _values(event: JsonObject, name: str) -> list[str]:
    rows = [as_object(row) for row in as_list(event.get("parameters", []))]
    return [_text(row[kind]) for row in rows if row.get("name") == name for kind in _VALUES if kind in row]


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

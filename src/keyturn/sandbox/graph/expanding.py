"""What `$expand` asks for: `manager($levels=max;$select=id,displayName),memberOf`.

Source: https://learn.microsoft.com/en-us/graph/query-parameters#expand and .../graph/api/user-list-manager.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from keyturn.sandbox.graph.odata import NotUnderstood

_PART = re.compile(r"\s*(?P<name>\w+)\s*(?:\((?P<options>[^()]*)\))?\s*(?:,|$)")
_HIGHEST = 1_000


@dataclass(frozen=True)
class Expansion:
    """One link to follow.

    select: what is shown of whom it leads to, empty for the usual; levels: how often it is followed, 0 if that is not
    said, and it is followed once.
    """

    name: str
    select: tuple[str, ...] = ()
    levels: int = 0


def read_expand(text: str) -> tuple[Expansion, ...]:
    """The links that an `$expand` names. Raises NotUnderstood."""
    found: list[Expansion] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise NotUnderstood(text[at:])
        found.append(_expansion(part["name"], part["options"] or ""))
        at = part.end()
    return tuple(found)


def _expansion(name: str, text: str) -> Expansion:
    select: tuple[str, ...] = ()
    levels = 0
    for option in filter(None, (each.strip() for each in text.split(";"))):
        key, _, value = option.partition("=")
        if key == "$select":
            select = tuple(each.strip() for each in value.split(",") if each.strip())
        elif key == "$levels":
            levels = _levels(value)
        else:  # one level alone is expanded, and nothing else is taken within it
            raise NotUnderstood(option)
    return Expansion(name, select, levels)


def _levels(value: str) -> int:
    if value == "max":
        return _HIGHEST
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:5]) <= _HIGHEST:
        raise NotUnderstood(f"$levels={value}")
    return int(value)

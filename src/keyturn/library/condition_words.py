"""Conditions as a person says them, and what changed from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

import orjson

from keyturn.flows.conditions import GROUPS, UNARY
from keyturn.flows.json import JSON, Values

_REFERENCE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_JOINED = {"all": " and ", "any": " or ", "none": " or "}


def is_condition(value: JSON) -> TypeGuard[Values]:
    """Whether it is a comparison, or a group of conditions; of columns of a table too."""
    if not isinstance(value, dict):
        return False
    group = _group(value)
    if group is not None:
        return all(is_condition(part) for part in group[1])
    return isinstance(value.get("is"), str) and value.keys() <= {"a", "column", "is", "b"}


def in_words(condition: Values) -> str:
    """A condition in one line: ``event.score greater than 10 and (level equal to "high" or forced equal to true)``."""
    group = _group(condition)
    if group is None:
        return _comparison(condition)
    word, parts = group
    said = _JOINED[word].join(_part(part) for part in parts) or "nothing"
    return f"none of: {said}" if word == "none" else said


def changes(old: Values, new: Values, where: str) -> Iterator[str]:
    """A line for each comparison that came, went or differs."""
    before, after = _group(old), _group(new)
    if before is None or after is None:
        yield f"{where}: {in_words(old)} -> {in_words(new)}"
    elif before[0] != after[0]:
        if before[1] == after[1]:
            yield f"{where}: {before[0]} of them -> {after[0]} of them: {in_words(new)}"
        else:
            yield f"{where}: {in_words(old)} -> {in_words(new)}"
    else:
        yield from _within(before[1], after[1], f"{where}, {after[0]} of")


def _within(before: list[Values], after: list[Values], where: str) -> Iterator[str]:
    gone = [part for part in before if part not in after]
    come = [part for part in after if part not in before]
    if len(gone) == len(come):
        for one, other in zip(gone, come, strict=True):
            yield from changes(one, other, where)
        if not gone and before != after:
            yield f"{where}: another order, {_listed(before)} -> {_listed(after)}"
        return
    yield from (f"{where}: removed {in_words(part)}" for part in gone)
    yield from (f"{where}: added {in_words(part)}" for part in come)


def _group(value: Values) -> tuple[str, list[Values]] | None:
    """The word of a group with its parts; None for a comparison."""
    for word in GROUPS:
        parts = value.get(word)
        if len(value) == 1 and isinstance(parts, list):
            return word, [part if isinstance(part, dict) else {} for part in parts]
    return None


def _part(part: Values) -> str:
    return f"({in_words(part)})" if _group(part) else in_words(part)


def _comparison(value: Values) -> str:
    first = str(value["column"]) if "column" in value else _operand(value.get("a"))
    said = str(value.get("is", "equal to"))
    return f"{first} {said}" if said in UNARY else f"{first} {said} {_operand(value.get('b'))}"


def _operand(value: JSON) -> str:
    if isinstance(value, str) and _REFERENCE.search(value):
        return _REFERENCE.sub(r"\1", value)
    return "nothing" if value is None else orjson.dumps(value).decode()


def _listed(parts: list[Values]) -> str:
    return ", ".join(in_words(part) for part in parts)

"""Comparisons that mean something else than they seem to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .conditions import GROUPS, Operator
from .json import JSON
from .types import Kind, Type

_BY_ORDER_OR_EQUAL = frozenset(
    {Operator.EQUAL, Operator.NOT_EQUAL, Operator.GREATER, Operator.LESS}
    | {Operator.GREATER_OR_EQUAL, Operator.LESS_OR_EQUAL, Operator.MULTIPLE}
)


def mixed_comparisons(
    condition: JSON, type_of: Callable[[JSON], Type]
) -> Iterator[tuple[tuple[str | int, ...], JSON, JSON]]:
    """Comparisons of text with a number, in a condition that has no problems: path, the text, the number."""
    if not isinstance(condition, dict):
        return
    for group in GROUPS:
        parts = condition.get(group)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            for path, text, other in mixed_comparisons(part, type_of):
                yield (group, number, *path), text, other
    if condition.get("is") in _BY_ORDER_OR_EQUAL:
        a, b = condition.get("a"), condition.get("b")
        kinds = (_plain(type_of(a)), _plain(type_of(b)))
        if kinds == (Kind.TEXT, Kind.NUMBER):
            yield (), a, b
        elif kinds == (Kind.NUMBER, Kind.TEXT):
            yield (), b, a


def _plain(kind: Type) -> Kind | None:
    return None if kind.depth else Kind.TEXT if kind.kind is Kind.SECRET else kind.kind

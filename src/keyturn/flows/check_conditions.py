"""Comparisons that mean something else than they seem to.

The checker finds them in what a flow says, and the engine in the values that meet in a run: there the history tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .conditions import GROUPS, Operator, is_mixed
from .json import JSON
from .types import ANY, NUMBER, TEXT, Kind, Type

BY_ORDER_OR_EQUAL = frozenset(
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
    operator = condition.get("is")
    if isinstance(operator, str) and operator in BY_ORDER_OR_EQUAL:
        a, b = condition.get("a"), condition.get("b")
        kinds = (_plain(type_of(a)), _plain(type_of(b)))
        if kinds == (Kind.TEXT, Kind.NUMBER):
            yield (), a, b
        elif kinds == (Kind.NUMBER, Kind.TEXT):
            yield (), b, a


def empty_comparisons(condition: JSON) -> Iterator[tuple[str | int, ...]]:
    """Paths of the comparisons without a first value, in a condition that has no problems."""
    if not isinstance(condition, dict):
        return
    for group in GROUPS:
        parts = condition.get(group)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            for path in empty_comparisons(part):
                yield (group, number, *path)
    if "a" in condition and condition["a"] in ("", None):
        yield ("a",)


def mixed_items(
    condition: JSON, item: Type, type_of: Callable[[JSON], Type]
) -> Iterator[tuple[tuple[str | int, ...], JSON]]:
    """As ``mixed_comparisons``, of items of one type that are compared themselves: path, and what they are compared
    with. What is at a path in an item may be of any type."""
    if not isinstance(condition, dict):
        return
    for group in GROUPS:
        parts = condition.get(group)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            for path, other in mixed_items(part, item, type_of):
                yield (group, number, *path), other
    if condition.get("is") in BY_ORDER_OR_EQUAL and not condition.get("path"):
        other = condition.get("b")
        if {_plain(item), _plain(type_of(other))} == {Kind.TEXT, Kind.NUMBER}:
            yield (), other


def mixed_warnings(condition: JSON, field: str = "") -> tuple[str, ...]:
    """What the history says about a resolved condition in which a text met a number; without their values.

    Args:
        field: the name of the input that holds the condition.
    """
    found = mixed_comparisons(condition, _type_of_value)
    return tuple(_told(".".join(map(str, (field, *path) if field else path))) for path, _, _ in found)


def mixed_inputs(inputs: Mapping[str, JSON]) -> tuple[str, ...]:
    """The same for a card whose inputs are a comparison."""
    a, b = inputs.get("a"), inputs.get("b")
    if not is_mixed(a, b):
        return ()
    return mixed_warnings({"a": a, "is": inputs.get("is") or Operator.EQUAL.value, "b": b})


def _told(place: str) -> str:
    where = f"In {place} a" if place else "A"
    return f"{where} text met a number: they were compared as text. Convert one of them: {{{{ ... as number }}}}."


def _type_of_value(value: JSON) -> Type:
    match value:
        case str():
            return TEXT
        case int() | float() if not isinstance(value, bool):
            return NUMBER
        case _:
            return ANY


def _plain(kind: Type) -> Kind | None:
    return None if kind.depth else Kind.TEXT if kind.kind is Kind.SECRET else kind.kind

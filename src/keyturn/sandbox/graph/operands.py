"""Which values a `$filter` may compare a property with.

Source: https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html, literals; the words are
those of Microsoft's library for OData, which Graph answers with.
"""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.sandbox.graph.plain_values import EDM
from keyturn.sandbox.values import Json

_KINDS = {
    "eq": "Equal",
    "ne": "NotEqual",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqual",
    "lt": "LessThan",
    "le": "LessThanOrEqual",
}
_NUMBERS = frozenset({"int32", "int64", "double"})
# in lists these may have quotes
_QUOTED = frozenset({"uuid", "date-time"})


@dataclass(frozen=True)
class Literal:
    """A value in a filter: its kind, as in `EDM` or `null`, and itself."""

    kind: str
    value: Json


def misfit_of(operator: str, kind: str | None, literal: Literal) -> str | None:
    """Why a property of a kind is not compared with a value; None if it is."""
    if kind is None or _fits(kind, literal):
        return None
    types = f"'{EDM[kind]}' and '{EDM[literal.kind]}'"
    told = "A binary operator with incompatible types was detected. Found operand types"
    return f"{told} {types} for operator kind '{_KINDS[operator]}'."


def misfit_in_list(kind: str | None, literal: Literal) -> str | None:
    """Why a value is none of a list of what a property of a kind may be; None if it is."""
    if kind is None or _fits(kind, literal) or (literal.kind == "text" and kind in _QUOTED):
        return None
    value = literal.value
    shown = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    return f"Cannot convert the literal '{shown}' to the expected type '{EDM[kind]}'."


def misfit_in_function(name: str, literal: Literal) -> str | None:
    """Why a function of texts does not take a value; None if it does."""
    if literal.kind in ("text", "null"):
        return None
    signature = f"{name}(Edm.String Nullable=true, Edm.String Nullable=true)"
    told = f"No function signature for the function with name '{name}' matches the specified arguments."
    return f"{told} The function signatures considered are: {signature}."


def _fits(kind: str, literal: Literal) -> bool:
    return literal.kind in ("null", kind) or (kind in _NUMBERS and literal.kind in _NUMBERS)

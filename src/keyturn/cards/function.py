"""A function card: its declaration and its code, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keyturn.flows.json import Values
from keyturn.flows.spec import CardSpec


@dataclass(frozen=True, slots=True)
class FunctionCard:
    """A pure card.

    Attributes:
        run: takes inputs (declared and free, converted to their types) and the names of the free outputs;
            returns outputs; raises ``CardError`` alone. It never changes its inputs.
    """

    spec: CardSpec
    run: Callable[[Values, tuple[str, ...]], Values]

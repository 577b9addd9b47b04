"""The code of function cards, as the engine sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Protocol

from .json import Values
from .spec import CardSpec, FieldSpec


class Clock(Protocol):
    """Time, as a port."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


Compute = Callable[[Values, tuple[str, ...]], Values]
"""A pure card: inputs (converted to their declared types) and names of free outputs to outputs."""


Warn = Callable[[Values], tuple[str, ...]]
"""What the history says of the inputs of a pure card that work and are seldom meant; without values."""


@dataclass(frozen=True, slots=True)
class EffectPorts:
    """What an effect of a function card may use.

    Attributes:
        random: chance that anybody may guess; from 0 to below 1.
        secure_bytes: bytes that nobody can guess, for keys and nonces.
    """

    clock: Clock
    random: Callable[[], float]
    secure_bytes: Callable[[int], bytes] = token_bytes


EffectCompute = Callable[[Values, EffectPorts], Values]
"""A function card that is not repeatable (now, random): its result is journaled."""


@dataclass(frozen=True, slots=True)
class ControlRules:
    """What holds for the values of a card that the engine itself carries out, or has carried out.

    Attributes:
        read: its inputs, as its declaration says what becomes of null, empty, out-of-range and too-large ones.
        check: looks at what it gives. Both raise CardError.
    """

    read: Callable[[Values], Values]
    check: Callable[[Values], None]


class Functions(Protocol):
    """The code of the function cards."""

    def compute(self, key: str) -> Compute | None:
        """A pure card's function, or None."""
        ...

    def warn(self, key: str) -> Warn | None:
        """What a pure card warns of, or None if it never does."""
        ...

    def effect(self, key: str) -> EffectCompute | None:
        """The function of a card that is not repeatable, or None."""
        ...

    def control(self, key: str) -> ControlRules | None:
        """What holds for the values of a control card, or None if it is none."""
        ...

    def action(self, spec: CardSpec, fields: tuple[FieldSpec, ...]) -> ControlRules:
        """What holds for the values of a card that touches the world, with these inputs; these stay as they are."""
        ...

"""Bounds of what function cards make."""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.flows.conversion import is_deeper
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest values.

    Attributes:
        text: characters (code points) of a text.
        items: items of a list.
        depth: levels of objects and lists inside each other; beyond some 250 nothing can be stored.
    """

    text: int = 10_000_000
    items: int = 1_000_000
    depth: int = 100

    def check_text(self, field: str, length: int) -> None:
        """Raise CardError if a text would be too long."""
        if length > self.text:
            raise CardError.bad_input(
                field,
                f"The text would have {length} characters; {self.text} is the most.",
                "Make it shorter, or work on its parts one by one.",
            )

    def check_items(self, field: str, count: int) -> None:
        """Raise CardError if a list would be too long."""
        if count > self.items:
            raise CardError.bad_input(
                field,
                f"The list would have {count} items; {self.items} is the most.",
                "Work on its parts one by one.",
            )

    def check_depth(self, field: str, value: JSON, first: int | None = None) -> None:
        """Raise CardError if a value is nested too deep, in the first so many values of each level if that is given."""
        if is_deeper(value, self.depth, first):
            raise CardError.bad_input(
                field,
                f"The value is nested over {self.depth} levels deep.",
                "Take out of it the part that is needed.",
            )


DEFAULT_LIMITS = Limits()

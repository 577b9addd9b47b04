"""Bounds of what function cards make."""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.flows.errors import CardError


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest values.

    Attributes:
        text: characters (code points) of a text.
        items: items of a list.
    """

    text: int = 10_000_000
    items: int = 1_000_000

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


DEFAULT_LIMITS = Limits()

"""Bounds of what function cards make."""

from __future__ import annotations

from dataclasses import dataclass

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
            raise self._long_text(field, length)

    def check_items(self, field: str, count: int) -> None:
        """Raise CardError if a list would be too long."""
        if count > self.items:
            raise self._long_list(field, count)

    def too_long(self, field: str, value: str | list[JSON]) -> CardError:
        """The error for a text or a list that is too long."""
        said = self._long_text if isinstance(value, str) else self._long_list
        return said(field, len(value))

    def _long_text(self, field: str, length: int) -> CardError:
        return CardError.bad_input(
            field,
            f"The text would have {length} characters; {self.text} is the most.",
            "Make it shorter, or work on its parts one by one.",
        )

    def _long_list(self, field: str, count: int) -> CardError:
        return CardError.bad_input(
            field,
            f"The list would have {count} items; {self.items} is the most.",
            "Work on its parts one by one.",
        )

    def too_deep(self, field: str) -> CardError:
        """The error for a value that is nested too deep."""
        return CardError.bad_input(
            field,
            f"The value is nested over {self.depth} levels deep.",
            "Take out of it the part that is needed.",
        )


DEFAULT_LIMITS = Limits()

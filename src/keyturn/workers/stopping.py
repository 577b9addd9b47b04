"""One flag: the worker wants its runs back."""

from __future__ import annotations


class Stopping:
    """Set once by the worker; asked by the engine at each safe point."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        """Have runs handed back at their next safe point."""
        self._asked = True

    def asked(self) -> bool:
        """Whether runs are to be handed back."""
        return self._asked

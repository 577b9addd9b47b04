"""Where fresh identifiers and secrets come from: a port, so that tests can replay."""

from __future__ import annotations

import secrets
import uuid
from typing import Protocol


class Ids(Protocol):
    """A source of identifiers."""

    def uuid(self) -> str:
        """A fresh UUID."""
        ...

    def word(self, length: int) -> str:
        """A fresh word of letters and digits, hard to guess."""
        ...


_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class SystemIds:
    """Identifiers from the operating system's randomness."""

    def uuid(self) -> str:
        """A random UUID (RFC 9562, version 4)."""
        return str(uuid.uuid4())

    def word(self, length: int) -> str:
        """`length` random letters and digits."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))

"""API tokens, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token as stored: only its hash.

    Attributes:
        digest: SHA-256 of the token, hex.
        permissions: names of permissions; ``*`` for all.
    """

    name: str
    digest: str
    permissions: frozenset[str]
    created_at: datetime


class TokenStore(Protocol):
    """Where tokens live."""

    async def put(self, token: TokenRecord, *, only_first: bool = False) -> bool:
        """Insert or replace by name; with ``only_first`` only if there is no token yet. Tells if it was."""
        ...

    async def by_digest(self, digest: str) -> TokenRecord | None: ...

"""API tokens, sign-in links and sessions, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keyturn.flows.paging import Page, PageRequest


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

    async def list(self, page: PageRequest) -> Page[TokenRecord]:
        """Tokens by name."""
        ...

    async def unknown(self, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that no token has, in their order."""
        ...

    async def delete(self, name: str) -> bool:
        """Remove a token with the sessions that its holder opened; whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A sign-in link as stored: it opens one session and is gone.

    Attributes:
        digest: SHA-256 of the link's code, hex.
        name: whose session it opens.
        permissions: what that session may do.
    """

    digest: str
    name: str
    permissions: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session of a browser as stored.

    Attributes:
        digest: SHA-256 of the cookie's value, hex.
        seen_at: when it was used last, to the minutes.
        expires_at: when it ends if it is not used again.
    """

    digest: str
    name: str
    permissions: frozenset[str]
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class SessionStore(Protocol):
    """Where sign-in links and sessions live."""

    async def put_link(self, link: LinkRecord) -> None: ...

    async def open(self, link: str, session: str, now: datetime, expires_at: datetime) -> SessionRecord | None:
        """Take a link away and make its session, in one transaction; None if the link is not there or has expired.

        Args:
            link, session: digests.
        """
        ...

    async def get(self, digest: str) -> SessionRecord | None: ...

    async def touch(self, digest: str, seen_at: datetime, expires_at: datetime) -> None:
        """Note that a session was used."""
        ...

    async def close(self, digest: str) -> None:
        """Remove a session; nothing if it is gone."""
        ...

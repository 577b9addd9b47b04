"""API tokens: made here, kept as a hash, told once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from keyturn.flows.functions import Clock
from keyturn.flows.paging import Page, PageRequest

from .permissions import ALL, Permission, allows
from .ports import TokenRecord, TokenStore

_PREFIX = "kt_"
FIRST_TOKEN = "first"


class Refused(Exception):
    """A caller may not do this; ``mend`` says what to do."""

    mend = ""


class NotAuthenticated(Refused):
    """No token, or none that is known (401)."""

    mend = "Send the header 'Authorization: Bearer <token>' with a token of this installation."


class NotPermitted(Refused):
    """The token is known and lacks the permission (403)."""

    def __init__(self, needed: Permission) -> None:
        self.mend = f"Use a token with the permission {needed.value!r}."
        super().__init__(f"This token may not do that: it lacks the permission {needed.value!r}.")


def digest_of(token: str) -> str:
    """What is stored of a token: SHA-256, hex. With 256 random bits it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class OwnToken(Exception):
    """Somebody wants to replace or remove the token that they are using (409)."""

    mend = "Use another token with the permission 'admin' for it."

    def __init__(self, name: str) -> None:
        super().__init__(f"The token {name!r} is the one you are using.")


class NoSuchToken(Exception):
    """There is no token by this name (404)."""

    mend = "keyturn tokens list shows their names."

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no token {name!r}.")


class Tokens:
    """Makes, lists, removes and checks tokens."""

    def __init__(self, store: TokenStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def first(self) -> str | None:
        """The first token of an installation, with all permissions; None if there is a token already.

        With several processes starting at once, one of them gets it.
        """
        return await self._make(FIRST_TOKEN, {ALL}, only_first=True)

    async def make(self, name: str, permissions: Iterable[Permission]) -> str:
        """A new token by this name; an older one of the same name stops working. It is told only here."""
        token = await self._make(name, {permission.value for permission in permissions}, only_first=False)
        assert token is not None
        return token

    async def list(self, page: PageRequest) -> Page[TokenRecord]:
        """Tokens by name; what they are nobody can tell any more."""
        return await self._store.list(page)

    async def unknown(self, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that no token has, in their order."""
        return await self._store.unknown(names) if names else ()

    async def remove(self, name: str) -> None:
        """Have a token open nothing any more, nor the sessions that were opened with it.

        Raises:
            NoSuchToken: there is none by this name.
        """
        if not await self._store.delete(name):
            raise NoSuchToken(name)

    async def know(self, name: str, token: str) -> None:
        """Let a token that an operator chose have all permissions."""
        await self._store.put(TokenRecord(name, digest_of(token), frozenset({ALL}), self._clock.now()))

    async def _make(self, name: str, permissions: set[str], *, only_first: bool) -> str | None:
        token = _PREFIX + secrets.token_urlsafe(32)
        record = TokenRecord(name, digest_of(token), frozenset(permissions), self._clock.now())
        return token if await self._store.put(record, only_first=only_first) else None

    async def check(self, token: str | None, needed: Permission) -> TokenRecord:
        """The token's record, if it may do what is needed.

        The look-up is by hash: how long it takes tells nothing about a stored token.

        Raises:
            NotAuthenticated: there is no such token.
            NotPermitted: it lacks the permission.
        """
        record = await self._store.by_digest(digest_of(token)) if token else None
        if record is None:
            raise NotAuthenticated("No valid token was sent.")
        if not allows(record.permissions, needed):
            raise NotPermitted(needed)
        return record

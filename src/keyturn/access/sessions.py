"""Sessions of people in the web app: opened by a link that works once, kept by a cookie.

Link and cookie are random secrets of 256 bits, so that a plain hash is enough to store. Writes of a session show a
second value besides the cookie, which other sites cannot read (OWASP: synchronizer token).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.flows.functions import Clock

from .permissions import ALL, Permission, allows
from .ports import LinkRecord, SessionRecord, SessionStore
from .tokens import NotAuthenticated, NotPermitted, Refused, digest_of

ADMINISTRATOR = "administrator"
LINK_LASTS = timedelta(hours=1)
UNUSED_LASTS = timedelta(hours=12)
LONGEST = timedelta(days=7)
_NOTED_EVERY = timedelta(minutes=5)


class LinkRefused(Exception):
    """A sign-in link that opens nothing (any more)."""

    mend = "Make a new one on the server: keyturn sign-in. Starting the server prints one too."


class NoSession(NotAuthenticated):
    """The session has ended (401)."""

    mend = "Sign in again with a new link; on the server 'keyturn sign-in' prints one."


class ForgedWrite(Refused):
    """A write with a session's cookie that does not show the session's second value (403)."""

    mend = "Send the value 'csrf' of GET /session in the header Keyturn-CSRF, or use a token instead of the cookie."


@dataclass(frozen=True, slots=True)
class Link:
    """A new sign-in link; its code is told only here."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened; ``secret`` goes into the cookie and is told only here."""

    secret: str
    record: SessionRecord


def csrf_of(secret: str) -> str:
    """The second value of a session, made from its secret."""
    return hashlib.sha256(b"csrf\0" + secret.encode()).hexdigest()


class Sessions:
    """Makes links, opens, checks and closes sessions."""

    def __init__(self, store: SessionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def link(self, name: str = ADMINISTRATOR, permissions: Set[str] = frozenset({ALL})) -> Link:
        """A link that opens one session, within an hour."""
        code, expires_at = secrets.token_urlsafe(32), self._clock.now() + LINK_LASTS
        await self._store.put_link(LinkRecord(digest_of(code), name, frozenset(permissions), expires_at))
        return Link(code, expires_at)

    async def open(self, code: str) -> Opened:
        """Open the session of a link, which then is gone. Raises LinkRefused."""
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        record = await self._store.open(digest_of(code), digest_of(secret), now, now + UNUSED_LASTS)
        if record is None:
            raise LinkRefused("This sign-in link was used before, has expired, or is not whole.")
        return Opened(secret, record)

    async def find(self, secret: str) -> SessionRecord | None:
        """The session of a cookie, if it lives. Using it keeps it, for a week at the most."""
        record = await self._store.get(digest_of(secret))
        now = self._clock.now()
        if record is None or record.expires_at <= now:
            return None
        if now - record.seen_at >= _NOTED_EVERY:
            ends = min(now + UNUSED_LASTS, record.created_at + LONGEST)
            await self._store.touch(record.digest, now, ends)
        return record

    async def check(self, secret: str, needed: Permission, csrf: str | None, *, writes: bool) -> SessionRecord:
        """The session, if it may do what is needed.

        Args:
            csrf: the second value, as the caller showed it; only writes need it.

        Raises:
            NoSession: it has ended.
            ForgedWrite: a write without the second value.
            NotPermitted: it lacks the permission.
        """
        record = await self.find(secret)
        if record is None:
            raise NoSession("Your session has ended.")
        if writes:
            ensure_own(secret, csrf)
        if not allows(record.permissions, needed):
            raise NotPermitted(needed)
        return record

    async def close(self, secret: str) -> None:
        """End a session."""
        await self._store.close(digest_of(secret))


def ensure_own(secret: str, csrf: str | None) -> None:
    """Raises ForgedWrite unless the session's second value was shown."""
    if csrf is None or not hmac.compare_digest(csrf.encode(), csrf_of(secret).encode()):
        raise ForgedWrite("This write did not come from a page of this installation.")

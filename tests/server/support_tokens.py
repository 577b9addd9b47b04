"""Tokens and sessions in memory, as the database keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from keyturn.access.ports import LinkRecord, SessionRecord, TokenRecord
from keyturn.flows.paging import Page, PageRequest


@dataclass
class MemoryTokens:
    tokens: dict[str, TokenRecord] = field(default_factory=dict[str, TokenRecord])

    async def put(self, token: TokenRecord, *, only_first: bool = False) -> bool:
        if only_first and self.tokens:
            return False
        self.tokens[token.name] = token
        return True

    async def by_digest(self, digest: str) -> TokenRecord | None:
        return next((token for token in self.tokens.values() if token.digest == digest), None)

    async def list(self, page: PageRequest) -> Page[TokenRecord]:
        names = sorted(name for name in self.tokens if page.after is None or name > page.after)
        shown = names[: page.limit]
        return Page([self.tokens[name] for name in shown], shown[-1] if len(names) > len(shown) else None)

    async def unknown(self, names: Sequence[str]) -> Sequence[str]:
        return [name for name in names if name not in self.tokens]

    async def delete(self, name: str) -> bool:
        return self.tokens.pop(name, None) is not None


@dataclass
class MemorySessions:
    links: dict[str, LinkRecord] = field(default_factory=dict[str, LinkRecord])
    sessions: dict[str, SessionRecord] = field(default_factory=dict[str, SessionRecord])

    async def put_link(self, link: LinkRecord) -> None:
        self.links[link.digest] = link

    async def open(self, link: str, session: str, now: datetime, expires_at: datetime) -> SessionRecord | None:
        used = self.links.pop(link, None)
        if used is None or used.expires_at <= now:
            return None
        record = SessionRecord(session, used.name, used.permissions, now, now, expires_at)
        self.sessions[session] = record
        return record

    async def get(self, digest: str) -> SessionRecord | None:
        return self.sessions.get(digest)

    async def touch(self, digest: str, seen_at: datetime, expires_at: datetime) -> None:
        self.sessions[digest] = replace(self.sessions[digest], seen_at=seen_at, expires_at=expires_at)

    async def close(self, digest: str) -> None:
        self.sessions.pop(digest, None)

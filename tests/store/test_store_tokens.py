"""Tokens of the API in a real Postgres."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from keyturn.access.ports import LinkRecord, TokenRecord
from keyturn.flows.paging import PageRequest
from keyturn.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _token(name: str, digest: str = "") -> TokenRecord:
    return TokenRecord(name, digest or f"of {name}", frozenset({"runs.read"}), NOW)


async def test_tokens_are_listed_by_name(store: Store) -> None:
    for name in ("ravi", "ci", "ines"):
        await store.tokens.put(_token(name))
    first = await store.tokens.list(PageRequest(2))
    assert [token.name for token in first.rows] == ["ci", "ines"]
    rest = await store.tokens.list(PageRequest(2, first.next))
    assert (rest.rows, rest.next) == ([_token("ravi")], None)
    assert await store.tokens.unknown(["zoe", "ci", "ada", "ravi"]) == ["zoe", "ada"]


async def test_a_token_goes_with_its_sessions(store: Store) -> None:
    for name in ("ines", "ravi"):
        await store.tokens.put(_token(name))
        for link in ("opened", "unopened"):
            await store.sessions.put_link(LinkRecord(f"{link} by {name}", name, frozenset({"runs.read"}), NOW + HOUR))
        await store.sessions.open(f"opened by {name}", f"session of {name}", NOW, NOW + HOUR)
    assert await store.tokens.delete("ines")
    assert not await store.tokens.delete("ines")
    assert await store.tokens.by_digest("of ines") is None
    assert await store.tokens.by_digest("of ravi") == _token("ravi")
    assert await store.sessions.get("session of ines") is None
    assert await store.sessions.get("session of ravi") is not None
    assert await store.sessions.open("unopened by ines", "late", NOW, NOW + HOUR) is None
    assert await store.sessions.open("unopened by ravi", "fine", NOW, NOW + HOUR) is not None

"""API tokens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from keyturn.access.permissions import Permission, allows
from keyturn.access.ports import TokenRecord
from keyturn.access.tokens import NotAuthenticated, NotPermitted, Tokens, digest_of


class MemoryTokens:
    def __init__(self) -> None:
        self.records: dict[str, TokenRecord] = {}

    async def put(self, token: TokenRecord, *, only_first: bool = False) -> bool:
        if only_first and self.records:
            return False
        self.records[token.name] = token
        return True

    async def by_digest(self, digest: str) -> TokenRecord | None:
        return next((record for record in self.records.values() if record.digest == digest), None)


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


def tokens() -> tuple[Tokens, MemoryTokens]:
    store = MemoryTokens()
    return Tokens(store, Clock()), store


async def test_the_first_token_is_made_once_and_may_do_everything() -> None:
    made, _ = tokens()
    token = await made.first()
    assert token is not None
    assert await made.first() is None
    for permission in Permission:
        assert (await made.check(token, permission)).name == "first"


async def test_only_its_hash_is_stored() -> None:
    made, store = tokens()
    token = await made.first()
    assert token is not None
    assert token not in repr(store.records)
    assert store.records["first"].digest == digest_of(token)


@pytest.mark.parametrize("token", [None, "", "kt_wrong"])
async def test_an_unknown_token_is_refused(token: str | None) -> None:
    made, _ = tokens()
    await made.first()
    with pytest.raises(NotAuthenticated):
        await made.check(token, Permission.RUNS_READ)


async def test_a_token_may_do_what_it_was_made_for_and_no_more() -> None:
    made, _ = tokens()
    token = await made.make("reader", [Permission.RUNS_READ])
    await made.check(token, Permission.RUNS_READ)
    with pytest.raises(NotPermitted, match=r"runs\.manage"):
        await made.check(token, Permission.RUNS_MANAGE)


async def test_a_new_token_of_a_name_replaces_the_old_one() -> None:
    made, _ = tokens()
    old = await made.make("ci", [Permission.RUNS_READ])
    await made.make("ci", [Permission.RUNS_READ])
    with pytest.raises(NotAuthenticated):
        await made.check(old, Permission.RUNS_READ)


async def test_an_operator_may_bring_a_token() -> None:
    made, _ = tokens()
    await made.know("operator", "a-token-that-was-chosen-elsewhere")
    await made.check("a-token-that-was-chosen-elsewhere", Permission.ADMIN)


def test_all_includes_each() -> None:
    assert all(allows({"*"}, permission) for permission in Permission)
    assert not allows({"flows.read"}, Permission.FLOWS_WRITE)

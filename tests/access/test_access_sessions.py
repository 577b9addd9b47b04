"""Sign-in links and sessions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from keyturn.access.permissions import Permission
from keyturn.access.ports import LinkRecord, SessionRecord
from keyturn.access.sessions import (
    LINK_LASTS,
    LONGEST,
    UNUSED_LASTS,
    ForgedWrite,
    LinkRefused,
    NoSession,
    Sessions,
    csrf_of,
)
from keyturn.access.tokens import NotPermitted


@dataclass
class Memory:
    links: dict[str, LinkRecord] = field(default_factory=dict)
    sessions: dict[str, SessionRecord] = field(default_factory=dict)

    async def put_link(self, link: LinkRecord) -> None:
        self.links[link.digest] = link

    async def open(self, link: str, session: str, now: datetime, expires_at: datetime) -> SessionRecord | None:
        used = self.links.pop(link, None)
        if used is None or used.expires_at <= now:
            return None
        made = SessionRecord(session, used.name, used.permissions, now, now, expires_at)
        return self.sessions.setdefault(session, made)

    async def get(self, digest: str) -> SessionRecord | None:
        return self.sessions.get(digest)

    async def touch(self, digest: str, seen_at: datetime, expires_at: datetime) -> None:
        self.sessions[digest] = replace(self.sessions[digest], seen_at=seen_at, expires_at=expires_at)

    async def close(self, digest: str) -> None:
        self.sessions.pop(digest, None)


@dataclass
class Clock:
    time: datetime = datetime(2026, 11, 24, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)
    store: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.store, self.clock)

    async def signed_in(self, *permissions: str) -> str:
        link = await self.sessions.link("ada", frozenset(permissions) or frozenset({"*"}))
        return (await self.sessions.open(link.code)).secret


async def test_a_link_opens_one_session() -> None:
    world = World()
    link = await world.sessions.link()
    opened = await world.sessions.open(link.code)
    assert opened.record.name == "administrator"
    with pytest.raises(LinkRefused):
        await world.sessions.open(link.code)


@pytest.mark.parametrize(("later", "opens"), [(LINK_LASTS - timedelta(seconds=1), True), (LINK_LASTS, False)])
async def test_a_link_opens_for_an_hour(later: timedelta, opens: bool) -> None:
    world = World()
    link = await world.sessions.link()
    world.clock.time += later
    if opens:
        assert await world.sessions.open(link.code)
    else:
        with pytest.raises(LinkRefused, match="expired"):
            await world.sessions.open(link.code)


async def test_neither_codes_nor_cookies_are_stored() -> None:
    world = World()
    link = await world.sessions.link()
    assert link.code not in repr(world.store)
    opened = await world.sessions.open(link.code)
    assert opened.secret not in repr(world.store)
    assert csrf_of(opened.secret) not in repr(world.store)


async def test_a_session_that_is_not_used_ends_after_half_a_day() -> None:
    world = World()
    secret = await world.signed_in()
    world.clock.time += UNUSED_LASTS - timedelta(minutes=1)
    assert await world.sessions.find(secret)
    world.clock.time += UNUSED_LASTS - timedelta(minutes=1)
    assert await world.sessions.find(secret), "using it had kept it"
    world.clock.time += UNUSED_LASTS
    with pytest.raises(NoSession):
        await world.sessions.check(secret, Permission.RUNS_READ, None, writes=False)


async def test_a_session_ends_after_a_week_however_much_it_is_used() -> None:
    world = World()
    secret, began = await world.signed_in(), world.clock.time
    while await world.sessions.find(secret):
        world.clock.time += timedelta(hours=1)
    assert world.clock.time - began == LONGEST


@pytest.mark.parametrize("shown", [None, "", "0" * 64, "é"])
async def test_a_write_shows_the_second_value_of_its_session(shown: str | None) -> None:
    world = World()
    secret, other = await world.signed_in(), await world.signed_in()
    for csrf in (shown, csrf_of(other)):
        with pytest.raises(ForgedWrite):
            await world.sessions.check(secret, Permission.RUNS_START, csrf, writes=True)
    assert await world.sessions.check(secret, Permission.RUNS_START, csrf_of(secret), writes=True)
    assert await world.sessions.check(secret, Permission.RUNS_READ, shown, writes=False)


async def test_a_session_may_do_what_its_link_was_made_for() -> None:
    world = World()
    secret = await world.signed_in("runs.read")
    assert await world.sessions.check(secret, Permission.RUNS_READ, None, writes=False)
    with pytest.raises(NotPermitted):
        await world.sessions.check(secret, Permission.ADMIN, csrf_of(secret), writes=True)


async def test_a_closed_session_is_gone() -> None:
    world = World()
    secret = await world.signed_in()
    await world.sessions.close(secret)
    assert await world.sessions.find(secret) is None
    await world.sessions.close(secret)

"""Tokens that processes share: renewed once, never used twice, not lost with whoever asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson
import pytest
from support_connections import Clock, Idp, RotatingIdp, World, answer

from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.alone import MemoryGrants
from keyturn.connections.grants import TokenRequest
from keyturn.connections.model import token_context_of
from keyturn.connections.problems import ConnectionProblem
from keyturn.http import (
    AnswerTimeout,
    ConnectFailed,
    HttpError,
    NoFreeConnection,
    Request,
    Response,
    Timeouts,
    headers,
)

SECRETS = {"client_secret": "s3cret"}


async def rotating() -> tuple[World, RotatingIdp]:
    """A connection that is signed in, at an app that takes each refresh token once."""
    idp = RotatingIdp()
    return await signed_in(World(idp)), idp


async def signed_in(world: World) -> World:
    connection = await world.signed_in()
    form = {"grant_type": "authorization_code", "code": "the-code"}
    await world.tokens.keep(connection, SECRETS, TokenRequest(connection.settings["token_url"], form))
    return world


async def test_processes_share_a_token() -> None:
    world, idp = await rotating()
    connection = world.store.rows["c"]
    assert (await world.process().get(connection, SECRETS)).access == "token-1"
    assert len(idp.forms) == 1


async def test_of_four_processes_with_fifty_runs_each_one_renews_and_once() -> None:
    world, idp = await rotating()
    connection = world.store.rows["c"]
    processes = [world.process() for _ in range(4)]
    world.clock.seconds = 90
    found = await asyncio.gather(*(p.get(connection, SECRETS) for p in processes for _ in range(50)))
    assert {one.access for one in found} == {"token-2"}
    assert [form["grant_type"] for form in idp.forms] == ["authorization_code", "refresh_token"]


async def test_a_refused_token_is_renewed_once_for_all_processes() -> None:
    world, idp = await rotating()
    connection = world.store.rows["c"]
    processes = [world.process() for _ in range(4)]
    found = await asyncio.gather(*(p.get(connection, SECRETS, refused="token-1") for p in processes))
    assert {one.access for one in found} == {"token-2"}
    assert len(idp.forms) == 2


async def test_a_caller_that_gives_up_does_not_lose_the_refresh_token() -> None:
    world, idp = await rotating()
    connection = world.store.rows["c"]
    world.clock.seconds = 90
    idp.asked.clear()
    asking = asyncio.create_task(world.tokens.get(connection, SECRETS))
    await idp.asked.wait()
    asking.cancel()
    assert (await world.tokens.get(connection, SECRETS)).access == "token-2"
    assert len(idp.forms) == 2


async def test_who_signed_in_long_ago_must_do_it_again() -> None:
    world, idp = await rotating()
    connection = world.store.rows["c"]
    world.clock.seconds, idp.good = 90, "revoked"
    told: list[str] = []
    for tokens in (world.tokens, world.tokens, world.process()):  # the second time nothing is asked any more
        with pytest.raises(ConnectionProblem, match="signed in") as problem:
            await tokens.get(connection, SECRETS)
        assert problem.value.code == "needs-sign-in"
        told.append(str(problem.value).partition("signed in: ")[2])
        world.clock.seconds += 3_600
    assert len(idp.forms) == 2
    why = "(invalid_grant used or unknown)."
    assert told[0] == f"the app does not take the sign-in any more {why}"
    assert set(told[1:]) == {f"the app has not taken the sign-in since 00:01 on 24 November 2026, UTC {why}"}
    assert await world.tokens.look(connection, SECRETS) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"client_id": "another"}, "its client_id"),
        ({"scope": "read", "token_url": "https://idp.example/v2/token"}, "its scope and token_url"),
    ],
)
async def test_a_changed_client_needs_a_new_sign_in_and_says_why(change: dict[str, str], named: str) -> None:
    world, idp = await rotating()
    changed = await world.signed_in(**change)
    for tokens in (world.tokens, world.process()):
        with pytest.raises(ConnectionProblem, match=rf"{named} changed after the sign-in") as problem:
            await tokens.get(changed, SECRETS)
        assert problem.value.code == "needs-sign-in"
    assert await world.tokens.look(changed, SECRETS) is None
    await world.signed_in()
    assert (await world.tokens.get(world.store.rows["c"], SECRETS)).access == "token-1", "it was changed back"
    assert len(idp.forms) == 1


async def test_a_new_client_secret_keeps_the_sign_in_and_is_shown_at_once() -> None:
    world, idp = await rotating()
    connection, new = world.store.rows["c"], {"client_secret": "n3w"}
    assert (await world.tokens.look(connection, new)) is not None
    found = await asyncio.gather(*(tokens.get(connection, new) for tokens in (world.tokens, world.process())))
    assert {one.access for one in found} == {"token-2"}
    assert [form["grant_type"] for form in idp.forms] == ["authorization_code", "refresh_token"]
    assert (idp.forms[-1]["client_secret"], idp.forms[-1]["refresh_token"]) == ("n3w", "refresh-1")


async def test_a_wrong_new_client_secret_ends_no_sign_in() -> None:
    world, idp = await rotating()
    connection, good, make = world.store.rows["c"], {"client_secret": "n3w"}, idp._make
    wrong = answer(401, b'{"error": "invalid_client"}')
    idp._make = lambda number: make(number) if idp.forms[-1]["client_secret"] == "n3w" else wrong
    with pytest.raises(ConnectionProblem, match="invalid_client") as problem:
        await world.tokens.get(connection, {"client_secret": "mistyped"})
    assert problem.value.code == "no-token"
    assert (await world.tokens.get(connection, good)).access == "token-3"


async def test_a_token_that_cannot_be_renewed_serves_on_with_a_new_client_secret() -> None:
    world = await signed_in(World())
    connection, new = world.store.rows["c"], {"client_secret": "n3w"}
    for tokens in (world.tokens, world.process()):
        assert (await tokens.get(connection, new)).access == "token-1"
    with pytest.raises(ConnectionProblem, match="signed in"):
        await world.tokens.get(connection, new, refused="token-1")
    assert len(world.idp.forms) == 1


async def test_a_sign_in_from_before_is_good_for_the_connection_as_it_was() -> None:
    world, idp = await rotating()
    connection, kept = world.store.rows["c"], await world.tokens.look(world.store.rows["c"], SECRETS)
    assert kept is not None
    fields = orjson.loads(kept.to_bytes())[:6]  # as it was kept when it was not known what for
    await world.grants.write("c", world.vault.seal(orjson.dumps(fields), token_context_of("c")))
    assert (await world.process().get(connection, SECRETS)).access == "token-1"
    with pytest.raises(ConnectionProblem, match="it was changed after the sign-in"):
        await world.process().get(connection, {"client_secret": "n3w"})
    world.clock.seconds = 90
    renewed = world.process()
    assert (await renewed.get(connection, SECRETS)).access == "token-2"
    assert (await renewed.get(connection, {"client_secret": "n3w"})).access == "token-3"
    assert len(idp.forms) == 3


async def test_a_process_that_died_while_it_renewed_is_not_waited_for_forever() -> None:
    world, _ = await rotating()
    connection = world.store.rows["c"]
    await world.grants.hold("c", "somebody who died", 60)
    world.clock.seconds = 90
    with pytest.raises(ConnectionProblem, match="does not come to an end") as problem:
        await world.tokens.get(connection, SECRETS)
    assert problem.value.try_again


def later(seconds: int) -> Response:
    told = headers({"Content-Type": "application/json", "Retry-After": str(seconds)})
    return replace(answer(429, b'{"error": "slow_down"}'), headers=told)


@pytest.mark.parametrize(
    ("told", "requests", "asked_for"),
    [(3, 3, None), (240, 1, 240.0), (5, 2, 5.0)],
    ids=["is waited for", "is for the card to wait", "as long as others may be held"],
)
async def test_a_token_endpoint_that_says_later(told: int, requests: int, asked_for: float | None) -> None:
    good = answer(200, b'{"access_token": "token", "expires_in": 100}')
    world = World(Idp(lambda n: good if n == 3 else later(told)))
    connection = await world.oauth()
    if asked_for is None:
        assert (await world.tokens.get(connection, {"client_secret": "s3cret"})).access == "token"
        assert 6 <= world.clock.seconds <= 8
    else:
        with pytest.raises(ConnectionProblem) as problem:
            await world.tokens.get(connection, {"client_secret": "s3cret"})
        assert (problem.value.retry_after, problem.value.try_again) == (asked_for, True)
    assert len(world.idp.forms) == requests


# However slowly it goes, nobody else may hold the token while its request is under way


class Holds(MemoryGrants):
    """Holds end by themselves, as those in a database do."""

    def __init__(self, clock: Clock, takes: float) -> None:
        super().__init__()
        self.clock, self.takes, self.until, self._holder = clock, takes, 0.0, ""

    async def hold(self, connection_id: str, holder: str, seconds: float) -> bool:
        if self.clock.seconds < self.until and self._holder != holder:
            return False
        self._holder, self.until = holder, self.clock.seconds + seconds
        await self.clock.sleep(self.takes)
        return True

    async def release(self, connection_id: str, holder: str) -> None:
        if self._holder == holder:
            self.until = 0.0


@dataclass(frozen=True)
class Slow:
    """How long the stages of requests would take, in seconds; the first ones are answered with "later"."""

    queue: float = 0.0
    connect: float = 0.0
    answer: float = 0.0
    later: int = 0
    hold: float = 0.0


class SlowIdp(RotatingIdp):
    """Keeps to the time-outs of a request, as the HTTP client does."""

    def __init__(self, slow: Slow) -> None:
        super().__init__()
        self.slow, self.clock, self.late = slow, Clock(), list[float]()
        self.held_until: Callable[[], float] = lambda: 0.0
        self._renewals = self._under_way = self.most_at_once = 0

    async def send(self, request: Request) -> Response:
        if not self.forms:
            return await super().send(request)  # the sign-in
        held_until, self._under_way = self.held_until(), self._under_way + 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            return await self._slowly(request, request.timeout or Timeouts())
        finally:
            self._under_way -= 1
            self.late.append(self.clock.seconds - held_until)

    async def _slowly(self, request: Request, timeouts: Timeouts) -> Response:
        self._renewals += 1
        await self._pass(self.slow.queue, timeouts.queue_s, NoFreeConnection)
        await self._pass(self.slow.connect, timeouts.connect_s, ConnectFailed)
        if self._renewals <= self.slow.later:
            return later(1)
        response = await super().send(request)
        await self._pass(self.slow.answer, timeouts.answer_s, AnswerTimeout)
        return response

    async def _pass(self, seconds: float, most: float, problem: type[HttpError]) -> None:
        until = self.clock.seconds + min(seconds, most)
        while self.clock.seconds < until:
            self.clock.seconds = min(self.clock.seconds + 0.25, until)
            await asyncio.sleep(0)
        if seconds > most:
            raise problem("It took too long.", "Try again.")


@pytest.mark.parametrize("answer_seconds", [5.0, 60.0, 3600.0])
@pytest.mark.parametrize(
    ("slow", "renewed"),
    [
        (Slow(queue=3, connect=8, answer=4), True),
        (Slow(queue=29, connect=9, answer=59), False),
        (Slow(connect=9, answer=4000), False),
        (Slow(queue=4, answer=4, later=1), True),
        (Slow(queue=9, answer=4000, later=1), False),
        (Slow(connect=4, answer=4000, later=2), False),
        (Slow(hold=25, answer=4000), False),
        (Slow(hold=45), False),
    ],
    ids=str,
)
async def test_a_renewal_never_outlasts_its_hold(slow: Slow, renewed: bool, answer_seconds: float) -> None:
    idp = SlowIdp(slow)
    world = World(idp)
    idp.clock, grants = world.clock, Holds(world.clock, slow.hold)
    idp.held_until = lambda: grants.until
    world.grants = grants
    world.tokens = world.process()
    connection = (await signed_in(world)).store.rows["c"]
    world.clock.seconds = 90
    timeouts = Timeouts(answer_s=answer_seconds)
    processes = [AccessTokens(idp, grants, world.vault, world.clock, timeouts=timeouts) for _ in range(2)]
    found = await asyncio.gather(*(p.get(connection, SECRETS) for p in processes), return_exceptions=True)
    assert idp.most_at_once <= 1
    assert all(late <= -5 for late in idp.late), "with time to store what came"
    if renewed:
        assert {one.access for one in found if not isinstance(one, BaseException)} == {"token-2"}
        assert [form["grant_type"] for form in idp.forms] == ["authorization_code", "refresh_token"]
    else:
        problems = [one for one in found if isinstance(one, ConnectionProblem)]
        assert len(problems) == len(found)
        assert any("database" in one.mend for one in problems) == (slow.hold > 30)
        assert all("sign-in service" in one.mend for one in problems if slow.answer > 100 and not slow.later)


class Hangs(Idp):
    """Passes over all time-outs, as a look-up of a name may that no time-out covers."""

    async def send(self, request: Request) -> Response:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Jumping)
        loop.ahead += 55
        await asyncio.Event().wait()
        raise AssertionError


class Jumping(asyncio.SelectorEventLoop):
    """A loop whose clock can be set ahead."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_a_request_that_hangs_is_given_up_while_the_token_is_held() -> None:
    async def asking() -> None:
        world = World(Hangs())
        connection = await world.oauth()
        with pytest.raises(ConnectionProblem, match=r"the sign-in service at .+ did not answer in time") as problem:
            await world.tokens.get(connection, SECRETS)
        assert "sign-in service" in problem.value.mend
        assert "database" not in problem.value.mend
        assert (problem.value.code, problem.value.try_again) == ("no-token", True)
        assert await world.grants.hold("c", "somebody else", 60), "it is held no longer"

    with asyncio.Runner(loop_factory=Jumping) as runner:
        runner.run(asking())

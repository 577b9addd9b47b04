"""Tokens that processes share: renewed once, never used twice, not lost with whoever asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from support_connections import Idp, RotatingIdp, World, answer

from keyturn.connections.grants import TokenRequest
from keyturn.connections.problems import ConnectionProblem
from keyturn.http import Response, headers

SECRETS = {"client_secret": "s3cret"}


async def rotating() -> tuple[World, RotatingIdp]:
    """A connection that is signed in, at an app that takes each refresh token once."""
    idp = RotatingIdp()
    world = World(idp)
    connection = await world.signed_in()
    form = {"grant_type": "authorization_code", "code": "the-code"}
    await world.tokens.keep(connection, SECRETS, TokenRequest(connection.settings["token_url"], form))
    return world, idp


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
    for _ in range(2):  # the second time nothing is asked any more
        with pytest.raises(ConnectionProblem, match="signed in") as problem:
            await world.tokens.get(connection, SECRETS)
        assert problem.value.code == "needs-sign-in"
    assert len(idp.forms) == 2


async def test_a_changed_client_needs_a_new_sign_in() -> None:
    world, _ = await rotating()
    changed = await world.signed_in(client_id="another")
    with pytest.raises(ConnectionProblem) as problem:
        await world.tokens.get(changed, SECRETS)
    assert problem.value.code == "needs-sign-in"


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

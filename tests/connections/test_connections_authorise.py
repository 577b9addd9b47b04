"""Credentials in request headers; tokens fetched once."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from urllib.parse import quote_plus, urlencode

import orjson
import pytest
from support_connections import Idp, World, answer

from keyturn.connections.alone import authoriser_alone
from keyturn.connections.model import EVENT_HOOK_SECRET, AuthKind
from keyturn.connections.problems import ConnectionProblem
from keyturn.connections.vault import Vault
from keyturn.http import AnswerTimeout, Response


@pytest.mark.parametrize(
    ("kind", "settings", "secrets", "expected"),
    [
        (AuthKind.BEARER, {}, {"token": "abc"}, {"Authorization": "Bearer abc"}),
        (AuthKind.BEARER, {"prefix": "SSWS"}, {"token": "abc"}, {"Authorization": "SSWS abc"}),
        (AuthKind.HEADER, {"header": "X-Key"}, {"value": "abc"}, {"X-Key": "abc"}),
        (
            AuthKind.HEADER,
            {"header": "DD-API-KEY", "header_2": "DD-APPLICATION-KEY", "header_3": "X-Empty"},
            {"value": "abc", "value_2": "def"},
            {"DD-API-KEY": "abc", "DD-APPLICATION-KEY": "def"},
        ),
        (
            AuthKind.BASIC,
            {"user": "ada"},
            {"password": "pässword"},
            {"Authorization": "Basic " + base64.b64encode("ada:pässword".encode()).decode()},
        ),
    ],
)
async def test_each_kind_has_its_header(
    kind: AuthKind, settings: dict[str, str], secrets: dict[str, str], expected: dict[str, str]
) -> None:
    world = World()
    await world.make(kind, settings, secrets)
    authorised = await world.authoriser.authorise("c")
    assert authorised.headers == expected
    assert set(secrets.values()) <= authorised.secrets
    for secret in secrets.values():
        assert secret not in repr(authorised)
        assert secret not in repr(await world.store.get("c"))


async def test_fifty_callers_cause_one_token_request() -> None:
    world = World()
    await world.oauth()
    found = await asyncio.gather(*(world.authoriser.authorise("c") for _ in range(50)))
    assert {one.headers["Authorization"] for one in found} == {"Bearer token-1"}
    assert len(world.idp.forms) == 1
    assert world.idp.forms[0]["grant_type"] == "client_credentials"
    assert world.idp.forms[0]["scope"] == "a b"


async def test_a_token_is_renewed_at_80_percent_of_its_life() -> None:
    world = World()
    await world.oauth()
    await world.authoriser.authorise("c")
    world.clock.seconds = 79
    await world.authoriser.authorise("c")
    assert len(world.idp.forms) == 1
    world.clock.seconds = 81
    assert (await world.authoriser.authorise("c")).headers["Authorization"] == "Bearer token-2"


async def test_a_refused_token_is_renewed_once_for_all_who_had_it() -> None:
    world = World()
    await world.oauth()
    refused = await world.authoriser.authorise("c")
    renewed = await asyncio.gather(*(world.authoriser.renew(refused) for _ in range(10)))
    assert {one.headers["Authorization"] for one in renewed} == {"Bearer token-2"}
    assert len(world.idp.forms) == 2


async def test_a_changed_connection_does_not_use_the_old_token() -> None:
    world = World()
    await world.oauth()
    await world.authoriser.authorise("c")
    await world.oauth()  # as it was: the token stays good
    assert (await world.authoriser.authorise("c")).headers["Authorization"] == "Bearer token-1"
    await world.oauth(secret="another")
    assert (await world.authoriser.authorise("c")).headers["Authorization"] == "Bearer token-2"


@pytest.mark.parametrize(
    ("make", "words", "again"),
    [
        (
            lambda n: answer(401, b'{"error": "invalid_client", "error_description": "AADSTS7000215"}'),
            "AADSTS7000215",
            False,
        ),
        (
            lambda n: answer(401, b'{"error": {"code": "InvalidAuthenticationToken", "message": "is empty."}}'),
            "401 InvalidAuthenticationToken is empty.$",
            False,
        ),
        (lambda n: answer(400, b'{"error": ["a"], "error_description": {"a": 1}}'), "400 and nothing that", False),
        (lambda n: answer(503, b"{}"), "503", True),
        (lambda n: answer(200, b"{}"), "200", False),
        (lambda n: answer(200, b"not json"), "No token", True),
    ],
)
async def test_no_token_is_a_problem_with_a_way_out(make: Callable[[int], Response], words: str, again: bool) -> None:
    world = World(Idp(make))
    await world.oauth()
    with pytest.raises(ConnectionProblem, match=words) as problem:
        await world.authoriser.authorise("c")
    assert (problem.value.code, problem.value.try_again) == ("no-token", again)
    assert problem.value.mend
    assert "s3cret" not in str(problem.value)


@pytest.mark.parametrize("client_auth", ["", "basic"])
async def test_a_token_endpoint_that_quotes_what_it_was_sent_gives_no_secret_away(client_auth: str) -> None:
    secret, sent = "s/3 cret+ż", [""]

    def quote(n: int) -> Response:
        form, proof = world.idp.forms[-1], world.idp.proofs[-1]
        sent[:] = [secret, quote_plus(secret), form.get("client_secret", proof)]
        fields = {"error": "invalid_client", "error_description": f"sent {' '.join(sent)} {urlencode(form)} {proof}"}
        return answer(400, orjson.dumps(fields))

    world = World(Idp(quote))
    await world.make(
        AuthKind.OAUTH_CLIENT_CREDENTIALS,
        {"token_url": "https://idp.example/token", "client_id": "me", "client_auth": client_auth},
        {"client_secret": secret},
    )
    with pytest.raises(ConnectionProblem, match=r"400 invalid_client sent \*\*\* \*\*\* ") as problem:
        await world.authoriser.authorise("c")
    assert not [one for one in sent if one in str(problem.value)]


async def test_a_silent_token_endpoint_may_be_tried_again() -> None:
    def silent(n: int) -> Response:
        raise AnswerTimeout(what="no answer", mend="try again", host="idp.example", label="token")

    world = World(Idp(silent))
    await world.oauth()
    with pytest.raises(ConnectionProblem) as problem:
        await world.authoriser.authorise("c")
    assert problem.value.try_again


async def test_unknown_and_unreadable_connections_say_so() -> None:
    world = World()
    with pytest.raises(ConnectionProblem, match="no connection 'c'"):
        await world.authoriser.authorise("c")
    await world.oauth()
    other = authoriser_alone(world.idp, world.store, Vault(bytes([1]) * 32), world.clock)
    with pytest.raises(ConnectionProblem, match="cannot be opened") as problem:
        await other.authorise("c")
    assert problem.value.code == "cannot-decrypt"
    with pytest.raises(ConnectionProblem, match="sealed with the key"):
        await other.hook_secret("c")


async def test_the_event_hook_secret_is_kept_with_the_others() -> None:
    world = World()
    assert await world.authoriser.hook_secret("c") is None
    await world.make(AuthKind.BEARER, {}, {"token": "t"})
    assert await world.authoriser.hook_secret("c") is None
    await world.make(AuthKind.BEARER, {}, {"token": "t", EVENT_HOOK_SECRET: "h"})
    assert await world.authoriser.hook_secret("c") == ("okta", "h")

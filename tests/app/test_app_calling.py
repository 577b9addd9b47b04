"""Calls to apps for a connection itself: tests, and registering hooks."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.scripted import Said, Scripted

from keyturn.app.calling import ConnectionCaller
from keyturn.connections.alone import MemoryBudgets, MemoryConnections, authoriser_alone
from keyturn.connections.budget import RateBudgets
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.exchanges import Maskers, Ways
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.json import JSON
from keyturn.http import AnswerTooLarge, Request, Response
from keyturn.triggers.subscribe import Answer, SubscribeFailed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKEN = "token-4711-of-mine"
USERS = "/v1.0/organization"


class Clock:
    """Sleeping takes no time, and is counted."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Place:
    """An app, and the way to it by a connection ``c``."""

    def __init__(self, connector: str, kind: AuthKind = AuthKind.BEARER, **settings: str) -> None:
        self.app, self.clock, self.store = Scripted(), Clock(), MemoryConnections()
        self.registry = ConnectorRegistry()
        authoriser = authoriser_alone(self.app, self.store, Vault(bytes(32)), self.clock)
        secrets = {"token": TOKEN, "password": "4711-is-secret", "client_secret": "s3cret"}
        sealed = authoriser.seal("c", secrets)
        self.store.rows["c"] = Connection("c", connector, "c", kind, "https://app.example", settings, sealed, NOW, NOW)
        budgets = RateBudgets(MemoryBudgets(self.clock), self.clock)
        ways = Ways(authoriser, self.app, self.clock, Maskers(), budgets, self.registry.trusted_origins)
        self.caller = ConnectionCaller(self.registry, ways)

    async def call(self, path: str = USERS) -> Answer:
        return await self.caller.call("c", "GET", path)


async def test_a_token_that_the_app_takes_no_longer_is_renewed() -> None:
    place = Place("office365", AuthKind.OAUTH_CLIENT_CREDENTIALS, token_url="https://idp.example/token", client_id="me")
    place.app.on("POST /token", *(Said(200, {"access_token": f"t-{n}", "expires_in": 900}) for n in (1, 2)))
    place.app.on(f"GET {USERS}", Said(401, {"error": {"code": "InvalidAuthenticationToken"}}), Said(200, {"value": []}))
    assert await place.call() == Answer(200, {"value": []})
    assert [request.headers["Authorization"] for request in place.app.requests if request.method == "GET"] == [
        "Bearer t-1",
        "Bearer t-2",
    ]


@pytest.mark.parametrize(
    ("status", "scopes", "told"),
    [
        (403, ("User.Read.All",), "It needs User.Read.All. The connection lacks User.Read.All. In the Microsoft"),
        (403, ("Group.Read.All",), ""),  # that it has
        (403, (), ""),
        (401, ("User.Read.All",), ""),
    ],
)
async def test_a_refusal_tells_which_scope_is_missing(status: int, scopes: tuple[str, ...], told: str) -> None:
    claims = base64.urlsafe_b64encode(b'{"roles":["Group.Read.All"]}').rstrip(b"=").decode()
    place = Place("office365", AuthKind.OAUTH_CLIENT_CREDENTIALS, token_url="https://idp.example/token", client_id="me")
    place.app.on("POST /token", *[Said(200, {"access_token": f"e30.{claims}.x", "expires_in": 900})] * 2)
    place.app.on(f"GET {USERS}", *[Said(status, {"error": {"code": "Authorization_RequestDenied"}})] * 2)
    answer = await place.caller.call("c", "GET", USERS, scopes=scopes)
    assert answer.scopes.startswith(told)
    assert bool(answer.scopes) is bool(told)


async def test_what_the_manifest_says_of_every_request_holds_here_too() -> None:
    place = Place("github")
    place.app.on("GET /user", Said(200, {"login": "eva"}))
    await place.call("/user?per_page=1")
    manifest = place.registry.connector("github")
    assert manifest is not None
    assert manifest.model.headers
    assert manifest.model.headers.items() <= place.app.requests[0].headers.items()
    assert place.app.seen == ["GET /user?per_page=1"]


async def test_it_keeps_to_the_budget_of_the_connection() -> None:
    place = Place("office365")
    place.store.rows["c"] = replace(place.store.rows["c"], per_minute=2)
    place.app.on(f"GET {USERS}", Said(200, {}))
    for _ in range(3):
        await place.call()
    assert place.clock.seconds >= 60


@pytest.mark.parametrize(
    ("kind", "repeats"),
    [
        (AuthKind.BEARER, lambda request: {"error": {"message": f"no {request.headers['Authorization']}"}}),
        (AuthKind.BASIC, lambda request: {"error": {"message": f"no {request.headers['Authorization']}"}}),
        (AuthKind.BEARER, lambda _: {TOKEN: [f"a {TOKEN}", 5, None, True]}),
        (AuthKind.BASIC, lambda _: {"number": 12, "text": "4711-is-secret"}),
    ],
)
async def test_what_an_app_repeats_of_the_credentials_is_masked(
    kind: AuthKind, repeats: Callable[[Request], JSON]
) -> None:
    place = Place("okta", kind, user="it@northwind.example")

    class Repeating(Scripted):
        async def send(
            self,
            request: Request,
            *,
            before_send: Callable[[], None] | None = None,
            on_answer: Callable[[], Awaitable[None]] | None = None,
        ) -> Response:
            self.on("GET /me", Said(401, repeats(request)))
            return await super().send(request, before_send=before_send, on_answer=on_answer)

    place.caller._ways = replace(place.caller._ways, http=Repeating())  # type: ignore[attr-defined]
    answer = await place.call("/me")
    shown = repr(answer)
    assert answer.status == 401
    assert "***" in shown
    for secret in (TOKEN, "4711-is-secret", "aXRAbm9ydGh3aW5kLmV4YW1wbGU6NDcxMS1pcy1zZWNyZXQ="):
        assert secret not in shown


async def test_an_answer_that_cannot_be_used_sends_nobody_to_look_whether_it_happened() -> None:
    place = Place("office365")
    place.app.on(f"GET {USERS}", AnswerTooLarge("it is over 10 MB", "Ask for less.", status=200))
    with pytest.raises(SubscribeFailed) as refused:
        await place.call()
    assert refused.value.code == "answer-unusable"
    assert "whether it happened" not in refused.value.mend

"""Runs that use one connection at the same time, in several processes: one token for all, and one limit."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import orjson
import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.alone import MemoryBudgets, MemoryConnections, MemoryGrants, MemoryHealth
from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.grants import TokenRequest
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.exchanges import Sender
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import PublishedFlow, Run, RunStatus
from keyturn.flows.document import Flow
from keyturn.flows.json import Values
from keyturn.http import Request, Response
from keyturn.http.messages import headers

START = datetime(2026, 11, 24, tzinfo=UTC)
SECRETS = {"client_secret": "s3cret"}
READS: Values = {
    "id": "reads",
    "name": "Reads a person",
    "event": {"card": "manual"},
    "cards": [
        {"id": "user", "card": "okta.read_user", "connection": "okta", "inputs": {"user": "eva"}},
        {"id": "give", "card": "flow.return", "inputs": {"login": "{{ user.login }}"}},
    ],
}


_TURNS = 30  # of the loop, after which everybody who can do something has done it


class Clock:
    """Time stands still while anybody has something to do, and then moves to when the first sleeper wakes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0
        self._moving: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        awake = asyncio.Event()
        heapq.heappush(self._sleepers, (self.seconds + seconds, self._count, awake))
        if self._moving is None or self._moving.done():
            self._moving = asyncio.create_task(self._move())
        await awake.wait()

    async def _move(self) -> None:
        while self._sleepers:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            until, _, awake = heapq.heappop(self._sleepers)
            self.seconds = max(self.seconds, until)
            awake.set()


class Okta:
    """Takes each refresh token once (RFC 9700, 4.14.2), the newest access token only, and so many requests a minute."""

    def __init__(self, clock: Clock, a_minute: int | None = None) -> None:
        self._clock = clock
        self._a_minute = a_minute
        self.renewals = 0
        self.ended = False
        self.forbids = False
        self.came: list[float] = []
        self.refused: list[int] = []

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        if before_send is not None:
            before_send()
        await asyncio.sleep(0)
        if urlsplit(request.url).path == "/token":
            assert isinstance(request.body, bytes)
            return self._token(parse_qs(request.body.decode()))
        return self._read(request.headers.get("Authorization", ""))

    def _token(self, form: dict[str, list[str]]) -> Response:
        known = form.get("refresh_token", form.get("code"))
        if known != [f"refresh-{self.renewals}"]:
            return self._says(400, {"error": "invalid_grant"})
        self.renewals += 1
        self.ended = False
        names = {"access_token": f"token-{self.renewals}", "refresh_token": f"refresh-{self.renewals}"}
        return self._says(200, {**names, "expires_in": 100})

    def _read(self, authorization: str) -> Response:
        now = self._clock.seconds
        self.came.append(now)
        if self._a_minute is not None and sum(now - 60 < one for one in self.came) > self._a_minute:
            return self._says(429, {"errorCode": "E0000047"})
        if self.forbids or self.ended or authorization != f"Bearer token-{self.renewals}":
            return self._says(401, {"errorCode": "E0000011"})
        return self._says(200, {"id": "00u1", "status": "ACTIVE", "profile": {"login": "eva@x.example"}})

    def _says(self, status: int, body: Values) -> Response:
        if status >= 400:
            self.refused.append(status)
        fields = headers({"Content-Type": "application/json"})
        return Response(status, "", fields, orjson.dumps(body), 1.0, "https://x.okta.example")


class Echo:
    """Says back what it was sent."""

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        if before_send is not None:
            before_send()
        assert isinstance(request.body, bytes)
        said = {"echo": orjson.loads(request.body), "key": request.headers["X-Key"], "fruit": "banana", "total": 7712}
        fields = headers({"Content-Type": "application/json"})
        return Response(200, "", fields, orjson.dumps(said), 1.0, request.url)


class Published:
    def __init__(self, flow: Values = READS) -> None:
        self._flow = flow

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow:
        return PublishedFlow(Flow.model_validate(self._flow), 1)


class Installation:
    """Processes that share connections, tokens and limits, and nothing else; somebody has signed the connection in."""

    def __init__(self, per_minute: int | None = None) -> None:
        self.clock = Clock()
        self.okta = Okta(self.clock, per_minute)
        self.per_minute = per_minute
        self._connections, self._grants, self._vault = MemoryConnections(), MemoryGrants(), Vault(bytes(32))
        self._budgets = MemoryBudgets(self.clock)

    async def sign_in(self) -> None:
        tokens = AccessTokens(self.okta, self._grants, self._vault, self.clock)
        sealed = Authoriser(self._connections, self._vault, tokens).seal("okta", SECRETS)
        settings = {"authorize_url": "https://x.okta.example/authorize", "token_url": "https://x.okta.example/token"}
        settings |= {"client_id": "me"}
        base, kind = "https://x.okta.example", AuthKind.OAUTH_CODE
        made = Connection("okta", "okta", "okta", kind, base, settings, sealed, START, START, None, self.per_minute)
        await self._connections.put(made)
        form = {"grant_type": "authorization_code", "code": "refresh-0"}
        await tokens.keep(made, SECRETS, TokenRequest(settings["token_url"], form))

    async def with_key(self, key: str) -> None:
        tokens = AccessTokens(self.okta, self._grants, self._vault, self.clock)
        sealed = Authoriser(self._connections, self._vault, tokens).seal("okta", {"value": key})
        base, settings = "https://x.okta.example", {"header": "X-Key"}
        made = Connection("okta", "api_connector", "okta", AuthKind.HEADER, base, settings, sealed, START, START)
        await self._connections.put(made)

    def process(self, flow: Values = READS, network: Sender | None = None) -> Engine:
        registry, functions = ConnectorRegistry(), BuiltInCards()
        tokens = AccessTokens(self.okta, self._grants, self._vault, self.clock)
        authoriser = Authoriser(self._connections, self._vault, tokens)
        notes, budgets = HealthNotes(MemoryHealth(), self.clock), RateBudgets(self._budgets, self.clock)
        self.store = MemoryRunStore()
        return Engine(
            store=self.store,
            plans=Plans(Published(flow), CombinedCatalogue(functions, registry), functions),
            actions=ConnectorActions(registry, authoriser, network or self.okta, self.clock, notes, budgets),
            clock=self.clock,
            random=Random(7),
            guard=lambda lease: None,
            stopping=lambda: False,
        )

    async def runs(self, processes: int, each: int) -> list[RunStatus]:
        """So many runs at the same time in so many processes."""
        waiting: list[Awaitable[RunStatus]] = []
        for _ in range(processes):
            engine, store = self.process(), self.store
            waiting += [self.run(engine, store) for _ in range(each)]
        return list(await asyncio.gather(*waiting))

    async def run(self, engine: Engine, store: MemoryRunStore, event: Values | None = None) -> RunStatus:
        run_id = uuid4()
        run = Run(run_id, run_id, "reads", 1, RunStatus.QUEUED, event or {}, created_at=self.clock.now())
        return await engine.execute(store.claim(run))


@pytest.mark.parametrize("processes", [1, 5])
@pytest.mark.parametrize("revoked", [False, True], ids=["expired", "revoked before its time"])
async def test_fifty_runs_whose_token_has_ended_cause_one_refresh(processes: int, revoked: bool) -> None:
    there = Installation()
    await there.sign_in()
    if revoked:
        there.okta.ended = True
    else:
        there.clock.seconds += 90
    assert await there.runs(processes, 50 // processes) == [RunStatus.SUCCEEDED] * 50
    assert there.okta.renewals == 2, "the code, and one refresh token"
    assert 400 not in there.okta.refused
    assert len(there.okta.came) == 50 + there.okta.refused.count(401)


async def test_a_process_whose_token_and_the_shared_one_have_both_ended_asks_for_another() -> None:
    there = Installation()
    await there.sign_in()
    first, its = there.process(), there.store
    assert await there.run(first, its) is RunStatus.SUCCEEDED
    there.okta.ended = True
    assert await there.runs(1, 1) == [RunStatus.SUCCEEDED], "another process has renewed it"
    there.okta.ended = True
    assert await there.run(first, its) is RunStatus.SUCCEEDED
    assert there.okta.renewals == 3, "the code, and one refresh token for each time"


async def test_of_a_token_that_was_made_just_now_no_other_is_made() -> None:
    there = Installation()
    await there.sign_in()
    there.okta.forbids = True
    assert await there.runs(1, 1) == [RunStatus.FAILED]
    assert there.okta.renewals == 2
    assert there.okta.refused == [401, 401]


async def test_four_workers_together_stay_under_the_limit_of_a_connection() -> None:
    there = Installation(per_minute=60)
    await there.sign_in()
    assert await there.runs(4, 40) == [RunStatus.SUCCEEDED] * 160
    assert there.okta.refused.count(429) == 0
    assert there.clock.seconds < 200, "and the limit is used"
    assert len(there.okta.came) == 160 + there.okta.refused.count(401)


@pytest.mark.parametrize(("pin", "key"), [("7", "a"), ("77", "na"), ("true", "none"), ("0000-7712", "12345678")])
async def test_short_secrets_are_masked_in_a_trace_that_can_still_be_read(pin: str, key: str) -> None:
    there = Installation()
    await there.with_key(key)
    body = {"pin": "{{ event.pin }}", "number": 12345678}
    card: Values = {"id": "send", "card": "api_connector.post", "connection": "okta", "inputs": {}}
    card["inputs"] = {"url": "https://x.okta.example/data", "body": body}
    event = {"card": "helper", "outputs": {"pin": "secret"}}
    engine = there.process({"id": "reads", "name": "Sends a pin", "event": event, "cards": [card]}, Echo())
    assert await there.run(engine, there.store, {"pin": pin}) is RunStatus.SUCCEEDED
    (entry,) = (entry for entry in there.store.trace if entry.path == "send" and entry.exchanges)
    (exchange,) = entry.exchanges
    assert isinstance(exchange, dict)
    for body in (exchange["request_body"], exchange["response_body"]):
        assert isinstance(body, dict)
        text = str(body["text"])
        assert f'"{pin}"' not in text
        assert f'"{key}"' not in text
    assert '"fruit":"banana","total":7712' in text
    assert '"pin":"***"' in text or '"pin": "***"' in text or "[secret]" in text

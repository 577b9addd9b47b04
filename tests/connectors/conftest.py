"""A pretend app for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from support.whole import halves, nothing_by_halves
from support_connectors import NOW, TOKEN, App, Clock

from keyturn.connections.alone import authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.http import HttpClient, HttpSettings, Timeouts

__all__ = ["halves", "nothing_by_halves"]


@pytest.fixture
async def app() -> AsyncIterator[App]:
    made = App()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", made.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    settings = HttpSettings(timeouts=Timeouts(answer_s=10), max_response_bytes=100_000, allow=("127.0.0.1",))
    http, clock = HttpClient(settings), Clock()
    authoriser = authoriser_alone(http, made.store, Vault(bytes(32)), clock)
    base = made.base = f"http://127.0.0.1:{port}/base"
    for name, connector in (
        ("okta", "okta"),
        ("office365", "office365"),
        ("google", "google_workspace"),
        ("slack", "slack"),
        ("github", "github"),
        ("scim", "scim"),
        ("workday", "workday"),
    ):
        sealed = authoriser.seal(name, {"token": TOKEN})
        await made.store.put(Connection(name, connector, name, AuthKind.BEARER, base, {}, sealed, NOW, NOW))
    for name, kind in (("open", AuthKind.NONE), ("own", AuthKind.BEARER)):
        sealed = authoriser.seal(name, {"token": TOKEN} if kind is AuthKind.BEARER else {})
        await made.store.put(Connection(name, "api_connector", name, kind, base, {}, sealed, NOW, NOW))
    made.seal = lambda name, value: authoriser.seal(name, {"value": value})
    made.actions = actions_alone(ConnectorRegistry(), authoriser, http, clock, made.health, files=made.kept)
    yield made
    await http.aclose()
    await runner.cleanup()

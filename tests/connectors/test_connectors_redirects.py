"""Answers that send a request on: reads are followed, changes are not, and credentials stay with the app."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from support_connectors import TOKEN, App

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import Values


class Elsewhere:
    """Another host, as far as origins go."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.answer = web.Response(text="Name,Licence\nEva,E3\n", content_type="application/octet-stream")
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        return self.answer


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    made = Elsewhere()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", made.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/file?sig=let-me-in"
    yield made
    await runner.cleanup()


CARDS = [("office365.custom_api_action", "office365", {"method": "GET"}), ("api_connector.get", "own", {})]


@pytest.mark.parametrize(("card", "connection", "options"), CARDS)
async def test_a_read_is_sent_on_without_credentials(
    app: App, elsewhere: Elsewhere, card: str, connection: str, options: Values
) -> None:
    app.says(302, None, Location=elsewhere.url)
    inputs: Values = {"url": "/reports", "headers": {"X-Mine": "mine", "Accept": "text/csv"}}
    done = await app.act(card, options, inputs, connection=connection)
    assert isinstance(done, Done), done
    assert done.outputs["body"] == "Name,Licence\nEva,E3\n"
    assert app.seen[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert app.seen[0].headers["X-Mine"] == "mine"
    [there] = elsewhere.seen
    assert TOKEN not in str(there.headers)
    assert "X-Mine" not in there.headers
    assert there.headers["Accept"] == "text/csv"
    [exchange] = done.exchanges
    assert isinstance(exchange, dict)
    assert (exchange["hops"], exchange["status"]) == (1, 200)
    assert "/file?***" in str(exchange["final_url"])
    assert "let-me-in" not in str(exchange), "the address alone lets one in"
    assert ["X-Mine", "mine"] in list(exchange["request_headers"] or []), "what an author wrote is shown as before"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_change_is_never_sent_on(app: App, elsewhere: Elsewhere, method: str, status: int) -> None:
    app.says(status, None, Location=elsewhere.url)
    failed = await app.custom(method, body=None if method == "DELETE" else {"a": 1})
    assert isinstance(failed, Failed)
    assert (failed.status, failed.error.code) == (status, "app-answered")
    assert (len(app.seen), elsewhere.seen) == (1, [])


async def test_a_read_that_is_sent_on_and_on_ends(app: App) -> None:
    app.says(302, None, Location=f"{app.base}/again")
    failed = await app.custom()
    assert isinstance(failed, Failed)
    assert failed.error.code == "answer-unusable"
    assert "more than 5 times" in failed.error.message
    assert len(app.seen) == 6


async def test_a_read_is_not_sent_on_to_where_nothing_may_go(app: App) -> None:
    app.says(302, None, Location="http://169.254.169.254/latest/meta-data")
    failed = await app.custom()
    assert isinstance(failed, Failed)
    assert failed.error.code == "answer-unusable"
    assert "could not be followed" in failed.error.message
    assert "where Keyturn does not go" in failed.error.why
    assert "KEYTURN_EGRESS_ALLOW" in failed.error.mend
    assert "Custom API Action" not in failed.error.mend, "it has the same rules"


async def test_a_sign_in_page_behind_a_redirect_is_no_answer(app: App, elsewhere: Elsewhere) -> None:
    elsewhere.answer = web.Response(text="<!doctype html><p>Sign in", content_type="text/html")
    app.says(302, None, Location=elsewhere.url)
    failed = await app.custom()
    assert isinstance(failed, Failed)
    assert failed.error.code == "answer-unusable"
    assert "sends the request on to 127.0.0.1, and there is a web page" in failed.error.message
    assert app.base in failed.error.mend


async def test_a_refusal_elsewhere_says_nothing_of_the_connection(app: App, elsewhere: Elsewhere) -> None:
    elsewhere.answer = web.Response(status=401)
    app.says(302, None, Location=elsewhere.url)
    failed = await app.custom()
    assert isinstance(failed, Failed)
    assert (failed.status, failed.error.status) == (None, 401)
    assert len(elsewhere.seen) == 1

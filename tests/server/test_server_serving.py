"""Serving over a real socket: the real port is told, stopping is clean, and logs keep queries out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import structlog
from support_server import TOKEN, Site

from keyturn.server.serving import ListenFailed, listen, serve


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The site at an address of its own."""
    stop, told = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(site.app, listen("127.0.0.1", 0), stop, told.set_result))
    port = await asyncio.wait_for(told, 10)
    yield f"http://127.0.0.1:{port}"
    stop.set()
    await asyncio.wait_for(task, 20)


async def test_any_free_port_is_told_and_answers(site: Site) -> None:
    async with (
        served(site) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/healthz") as answer,
    ):
        assert (answer.status, await answer.json()) == (200, {"status": "alive"})
        assert "server" not in answer.headers


async def test_after_stopping_nobody_listens(site: Site) -> None:
    async with served(site) as address:
        pass
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{address}/healthz")


async def test_nothing_is_printed_and_queries_stay_out_of_the_log(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with served(site) as address, aiohttp.ClientSession() as session:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with session.get(f"{address}/api/v1/runs?about=ada%40example.com", headers=headers) as answer:
                assert answer.status == 200
    (logged,) = [entry for entry in logs if entry["event"] == "request"]
    assert (logged["method"], logged["path"], logged["status"]) == ("GET", "/api/v1/runs", 200)
    assert "ada" not in str(logs)
    assert TOKEN not in str(logs)
    assert capfd.readouterr() == ("", "")


async def test_a_delivery_of_20_mb_gets_its_413_over_the_wire(site: Site) -> None:
    async with (
        served(site) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/hooks/okta/okta", data=b"x" * 20_000_000) as answer,
    ):
        assert answer.status == 413
        assert (await answer.json())["problems"][0]["code"] == "too-large"


def test_a_taken_port_is_an_error_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ListenFailed, match="cannot listen") as caught:
            listen("127.0.0.1", taken.getsockname()[1])
    assert "KEYTURN_PORT" in caught.value.mend

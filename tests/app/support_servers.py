"""Keyturn's server as a process of its own, and an Okta that delivers to it."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

from keyturn.flows.json import JSON, Values

TOKEN = "kt_operator_of_these_tests"
SECRET = "the event hook's secret"
_KEY = "11" * 32
_LONGEST_START = 90.0
_PAUSE = 0.1  # between deliveries of one sender: some load, and not all that the machine can bear


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    address: str

    async def call(self, session: aiohttp.ClientSession, method: str, path: str, body: JSON = None) -> Values:
        """A request of the operator that must succeed."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with session.request(method, f"{self.address}/api/v1{path}", json=body, headers=headers) as answer:
            said = await answer.read()
            assert answer.status < 300, said
            return orjson.loads(said)

    async def deliver(self, session: aiohttp.ClientSession, events: Sequence[str]) -> int:
        """A delivery of Okta's with events of these ids; the status of the answer, 0 if none came."""
        try:
            async with session.post(
                f"{self.address}/hooks/okta/okta",
                json=delivery(events),
                headers={"Authorization": SECRET},
                timeout=aiohttp.ClientTimeout(60),
            ) as answer:
                await answer.read()
                return answer.status
        except aiohttp.ClientError:
            return 0


class Okta:
    """Delivers one event after another, and keeps what it was answered."""

    def __init__(self, session: aiohttp.ClientSession, to: Server) -> None:
        self._session = session
        self._to = to
        self._numbers = itertools.count()
        self.answers: dict[str, int] = {}

    async def deliver_for_ever(self) -> None:
        while True:
            event = f"e{next(self._numbers)}"
            self.answers[event] = await self._to.deliver(self._session, [event])
            await asyncio.sleep(_PAUSE)

    async def heard(self, status: int, number: int, seconds: float = 60) -> None:
        """Wait until so many more answers had this status."""
        wanted = list(self.answers.values()).count(status) + number
        async with asyncio.timeout(seconds):
            while list(self.answers.values()).count(status) < wanted:  # noqa: ASYNC110  it happens in the servers
                await asyncio.sleep(0.05)


def delivery(events: Sequence[str]) -> Values:
    """What Okta sends for suspended users, one event each."""
    sent: list[JSON] = [
        {
            "uuid": event_id,
            "eventType": "user.lifecycle.suspend",
            "published": "2026-03-01T12:00:00.000Z",
            "outcome": {"result": "SUCCESS"},
            "target": [{"type": "User", "id": f"00u{event_id}", "alternateId": f"{event_id}@example.com"}],
        }
        for event_id in events
    ]
    return {"eventType": "com.okta.event_hook", "eventId": events[0], "data": {"events": sent}}


@contextmanager
def server(data: Path, database_url: str, **settings: str) -> Iterator[Server]:
    """A server with its worker, ready to be called."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    own = {
        "KEYTURN_DATA": str(data),
        "KEYTURN_DATABASE_URL": database_url,
        "KEYTURN_SECRET_KEY": _KEY,
        "KEYTURN_ADMIN_TOKEN": TOKEN,
        "KEYTURN_PORT": "0",
        "KEYTURN_LOG_LEVEL": "error",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "keyturn.cli.main", "server"],
        env={**kept, **own, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    impatience = threading.Timer(_LONGEST_START, process.kill)
    impatience.start()
    try:
        assert process.stdout is not None
        line = next((line for line in process.stdout if line.startswith("Keyturn runs at ")), "")
        impatience.cancel()
        assert line, "the server did not start"
        yield Server(process, line.split()[3])
    finally:
        impatience.cancel()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


async def set_up(to: Server, session: aiohttp.ClientSession, flows: Sequence[str]) -> None:
    """A connection to Okta, and flows that start when a user is suspended."""
    connection: Values = {
        "connector": "okta",
        "kind": "bearer",
        "base_url": "https://northwind.okta.example",
        "secrets": {"token": "okta-token", "event_hook_secret": SECRET},
    }
    await to.call(session, "PUT", "/connections/okta", connection)
    await to.call(session, "POST", "/flows", {"documents": [document(flow) for flow in flows]})


def document(flow: str) -> Values:
    """A small flow that commits what it found out."""
    return {
        "id": flow,
        "name": flow,
        "event": {"card": "okta.user_suspended", "connection": "okta"},
        "cards": [{"id": "hello", "card": "text.compose", "inputs": {"text": "It was {{ run.id }}."}}],
    }


async def until_all(session: aiohttp.ClientSession, to: Server, most: int, status: str, seconds: float) -> list[Values]:
    """Wait until every run has this status; gives the runs."""
    async with asyncio.timeout(seconds):
        while True:
            runs = await all_runs(session, to, most)
            if all(run["status"] == status for run in runs):
                return runs
            await asyncio.sleep(0.2)


async def all_runs(session: aiohttp.ClientSession, to: Server, most: int) -> list[Values]:
    """All runs there are; at most ``most`` are expected."""
    runs: list[Values] = []
    after = ""
    while len(runs) <= most:
        page = await to.call(session, "GET", f"/runs?limit=200{after}")
        rows = page["rows"]
        assert isinstance(rows, list)
        runs += [row for row in rows if isinstance(row, dict)]
        if not page["next"]:
            return runs
        after = f"&after={page['next']}"
    raise AssertionError(f"more than {most} runs")

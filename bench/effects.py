"""W2: an event and three HTTP effects, durable; beside a DBOS workflow with the same three steps."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from . import audit
from .documents import EFFECTS_FLOW, effects_flow, event
from .keyturn_server import HOOK_SECRET, keyturn_server
from .load import drive, post
from .place import Place
from .processes import Program, running

CALLERS = 64
_WARM_UP = 40
_POLL_SECONDS = 0.01
_LONGEST_SECONDS = 30.0
_KEYTURN_ENDED = "SELECT count(*) FROM runs WHERE flow_id = $1 AND ended_at IS NOT NULL"
_DBOS_ENDED = "SELECT count(*) FROM dbos.workflow_status WHERE status NOT IN ('PENDING', 'ENQUEUED')"
_KEYTURN_STATES = "SELECT status, count(*) FROM runs GROUP BY status ORDER BY status"
_DBOS_STATES = "SELECT status, count(*) FROM dbos.workflow_status GROUP BY status ORDER BY status"


# Runs and accepted deliveries for each second, waits for 200 (median, 99th percentile), processor time for each run.
_Figures: TypeAlias = "tuple[float, float, tuple[float, float], float]"


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: where events go, and how its tables are asked."""

    path: str
    ended: tuple[str, ...]
    states: str


_KEYTURN = _Side("/hooks/okta/okta", (_KEYTURN_ENDED, EFFECTS_FLOW), _KEYTURN_STATES)
_DBOS = _Side("/events", (_DBOS_ENDED,), _DBOS_STATES)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a measurement gave.

    Attributes:
        per_second: runs, from the first event to the last run's end.
        accepted_per_second: deliveries that were answered 200.
        wait_ms: median and 99th percentile of those answers.
        cpu_ms: processor time of the server for a run.
    """

    per_second: float
    accepted_per_second: float
    wait_ms: tuple[float, float]
    cpu_ms: float
    audited: int

    def to_json(self) -> dict[str, object]:
        return {
            "runs_per_s": round(self.per_second, 1),
            "accepted_per_s": round(self.accepted_per_second, 1),
            "accept_ms_median": round(self.wait_ms[0], 2),
            "accept_ms_p99": round(self.wait_ms[1], 2),
            "server_cpu_ms_per_run": round(self.cpu_ms, 3),
            "audited": self.audited,
        }


class _App:
    """The bench's own app, as the bench sees it."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def tally(self) -> dict[str, int]:
        """How often each effect came."""
        return await asyncio.to_thread(self._get)

    def _get(self) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.program.port}/tally", timeout=30) as answer:
            return json.loads(answer.read())


@asynccontextmanager
async def running_app(place: Place, delay: float = 0.0) -> AsyncIterator[_App]:
    """The app in a process of its own."""
    environment = {"KEYTURN_BENCH_DELAY": str(delay)}
    async with running("app", ["bench.target"], environment, place.folder) as program:
        yield _App(program)


def _users(count: int) -> dict[str, str]:
    return {str(uuid.uuid4()): f"user{number}@northwind.example" for number in range(count)}


def _deliveries(users: dict[str, str], path: str) -> Iterator[bytes]:
    headers = {"Authorization": HOOK_SECRET}
    made = [post(path, json.dumps(event(key, login)).encode(), headers) for key, login in users.items()]
    return iter(made)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Events that were delivered and whose runs have ended.

    Attributes:
        url: the database that knows of them.
        users: the user by event.
        counts: how often each effect came to the app.
    """

    url: str
    users: dict[str, str]
    counts: dict[str, int]
    figures: _Figures


@asynccontextmanager
async def delivered_to_keyturn(place: Place, events: int, delay: float) -> AsyncIterator[Delivered]:
    """Deliver events to Keyturn; the database stays for as long as the block lasts."""
    async with place.database("effects") as url:
        async with (
            running_app(place, delay) as app,
            keyturn_server(place, url, [effects_flow()], app.program.port) as keyturn,
        ):
            users, figures = await _measure(keyturn.program, url, events, _KEYTURN)
            counts = await app.tally()
        yield Delivered(url, users, counts, figures)


async def keyturn_effects(place: Place, events: int, delay: float) -> Finished:
    """One measurement of Keyturn. Raises audit.AuditFailed."""
    async with delivered_to_keyturn(place, events, delay) as done:
        audited = await audit.audit_effects(done.url, done.users, done.counts)
        return Finished(*done.figures, audited)


async def dbos_effects(place: Place, events: int, delay: float) -> Finished:
    """One measurement of DBOS. Raises audit.AuditFailed."""
    async with running_app(place, delay) as app, place.database("dbos") as url:
        environment = {"KEYTURN_DATABASE_URL": url, "KEYTURN_BENCH_APP": str(app.program.port)}
        async with running("dbos", ["bench.dbos_server"], environment, place.folder) as program:
            users, figures = await _measure(program, url, events, _DBOS)
            audited = await audit.audit_dbos(url, users, await app.tally())
            return Finished(*figures, audited)


async def _measure(program: Program, url: str, events: int, side: _Side) -> tuple[dict[str, str], _Figures]:
    """Warm up, then deliver events and wait for the last run; gives all users and the figures."""
    link = await asyncpg.connect(url)
    try:
        warm, users = _users(min(_WARM_UP, events)), _users(events)
        await drive(program.port, 8, _deliveries(warm, side.path))
        await _all_ended(link, side, len(warm), program)
        requests = _deliveries(users, side.path)
        used, began = program.cpu_seconds(), time.perf_counter()
        load = await drive(program.port, min(CALLERS, events), requests)
        await _all_ended(link, side, len(warm) + events, program)
        seconds, cpu = time.perf_counter() - began, program.cpu_seconds() - used
    finally:
        await link.close()
    figures = (events / seconds, load.per_second, (load.wait_ms(0.5), load.wait_ms(0.99)), cpu * 1000 / events)
    return warm | users, figures


async def _all_ended(link: asyncpg.Connection, side: _Side, wanted: int, program: Program) -> None:
    """Wait for so many ended runs; what no longer moves is told with the states that it is in."""
    moved, last = time.monotonic(), -1
    while (ended := await link.fetchval(*side.ended)) < wanted:
        program.check()
        if ended != last:
            moved, last = time.monotonic(), ended
        if time.monotonic() - moved > _LONGEST_SECONDS:
            states = ", ".join(f"{row['count']} {row['status']}" for row in await link.fetch(side.states))
            raise audit.AuditFailed(f"no run ended for {_LONGEST_SECONDS:.0f} s; there are {states}; {wanted} wanted")
        await asyncio.sleep(_POLL_SECONDS)

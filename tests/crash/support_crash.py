"""A Keyturn of its own for each case: database and flows, a person in the shared sandbox, and the audit."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

import asyncpg
import orjson
from postgres import Databases
from pydantic import SecretStr

from keyturn.app.connections import ConnectionForm
from keyturn.app.examples import examples_folder
from keyturn.app.settings import Settings
from keyturn.app.wiring import App, open_app
from keyturn.cli.demo.story import connections
from keyturn.cli.demo.tenants import PersonState, look
from keyturn.connections.vault import Vault
from keyturn.engine.history import Answer, RunFilter
from keyturn.engine.pauses import MadeAddress
from keyturn.engine.ports import JournalRecord, JournalState, Run, RunStatus
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import PageRequest
from keyturn.flows.yaml_format import load
from keyturn.sandbox.client import SandboxClient, Urls
from keyturn.triggers.endpoint.answers import EndpointAnswer
from keyturn.triggers.endpoint.request import EndpointRequest
from keyturn.triggers.resume import ProvedAddresses

Unknown = Literal["repeat", "ask"]
HOOK_SECRET = "the-secret-of-the-crash-suite"
KEY = "5f" * 32
PERSON = "ada"
# Of processes that are killed: long enough for a machine that is busy, short enough to wait for.
LEASE_SECONDS = 4.0
_LONG_LEASE = 30.0

_HERE = Path(__file__).parent
_LONGEST = 90.0
_OF_RUNS = (
    "runs, journal, trace, checkpoints, events, event_runs, start_keys, endpoint_keys, endpoint_answers, firings,"
    " flow_turns, pgqueuer, pauses, resumes"
)
_CALLED, _CALENDAR = "offboard-when-called", "offboard-by-the-calendar"


@dataclass(frozen=True)
class Tenants:
    """The sandbox, a process of its own."""

    urls: Urls
    client: SandboxClient

    async def reset(self, faults: Sequence[str] = ()) -> None:
        """Put everybody back to the first day, and turn these faults on."""
        await asyncio.to_thread(self.client.reset)
        for tenant in ("graph", "google"):
            wanted = [fault for fault in faults if fault.startswith(f"{tenant}:")]
            if wanted:
                await asyncio.to_thread(self.client.set_fault, tenant, ",".join(wanted).removeprefix(f"{tenant}:"))

    async def last(self) -> int:
        """The number of the newest entry of the ledger."""
        rows = await asyncio.to_thread(self.client.ledger)
        return int(str(rows[-1]["seq"])) if rows else 0


def flows(unknown: Unknown) -> list[Flow]:
    """The offboarding of the examples, and the suite's own flows, with this answer to unknown outcomes."""
    files = [*sorted(examples_folder("offboarding").glob("*.yaml")), *sorted((_HERE / "flows").glob("*.yaml"))]
    found: list[Flow] = []
    for file in files:
        flow = load(file.read_text(encoding="utf-8").replace("unknown: repeat", f"unknown: {unknown}"), file.name).flow
        assert flow is not None, file
        found.append(flow)
    return found


def settings_for(url: str, urls: Urls, data: Path, lease_seconds: float = 6) -> Settings:
    """Settings of a process with this database."""
    return Settings(
        data=data,
        database_url=SecretStr(url),
        secret_key=SecretStr(KEY),
        egress_allow=",".join(fields["base_url"].split("//")[1] for fields in urls.values()),
        answer_seconds=20,
        lease_seconds=lease_seconds,
        log_level="info",
    )


async def seed(databases: Databases, tenants: Tenants, data: Path, unknown: Unknown) -> str:
    """A database with connections and flows, for others to be copied from; nobody is connected to it."""
    url = await databases.copy()
    async with open_app(settings_for(url, tenants.urls, data)) as app:
        for name, form in connections(tenants.urls).items():
            if name == "okta":
                form["secrets"] = {**form["secrets"], "event_hook_secret": HOOK_SECRET}  # type: ignore[dict-item]
            await app.services.connections.put(name, ConnectionForm(**form))  # type: ignore[arg-type]
        await app.services.library.publish(flows(unknown), "crash suite")
    return url


@dataclass(frozen=True)
class Seeds:
    """What cases are made from.

    Attributes:
        urls: filled databases in which nothing ever runs.
        free: copies that a case has left, emptied of runs.
    """

    databases: Databases
    tenants: Tenants
    data: Path
    urls: dict[Unknown, str]
    free: dict[Unknown, list[str]] = field(default_factory=lambda: {"repeat": [], "ask": []})

    @asynccontextmanager
    async def case(self, unknown: Unknown, login: str) -> AsyncIterator[Place]:
        """A Keyturn with a database of its own, in which nobody works yet."""
        free = self.free[unknown]
        url = free.pop() if free else await self.databases.copy(self.urls[unknown])
        since = await self.tenants.last()
        killable = settings_for(url, self.tenants.urls, self.data, LEASE_SECONDS)
        async with open_app(settings_for(url, self.tenants.urls, self.data, _LONG_LEASE)) as app:
            yield Place(app, self.tenants, killable, login, since)
        await _forget_runs(url)
        free.append(url)


async def _forget_runs(url: str) -> None:
    """Remove what a case has left, and whoever is still connected: much cheaper than a new database."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.execute(f"TRUNCATE {_OF_RUNS} CASCADE")
    finally:
        await connection.close()


@dataclass(frozen=True)
class Call:
    """What an app sends to Keyturn."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Asked:
    """A question that a person must answer."""

    run_id: UUID
    path: str
    attempt: int


@dataclass(frozen=True)
class Place:
    """One Keyturn and one person.

    Attributes:
        app: wired in the test's process; it works only within ``working``.
        killable: settings for processes that are to die: their leases are short.
        since: the sandbox's ledger before this case.
    """

    app: App
    tenants: Tenants
    killable: Settings
    login: str
    since: int

    @property
    def url(self) -> str:
        """The address of its database."""
        assert self.killable.database_url is not None
        return self.killable.database_url.get_secret_value()

    @property
    def patient(self) -> Settings:
        """Settings for processes that are to die at a point: a busy machine does not cost them their leases before,
        and ``lease_ends`` has nobody wait for them."""
        return self.killable.model_copy(update={"lease_seconds": _LONG_LEASE})

    @asynccontextmanager
    async def another_app(self) -> AsyncIterator[App]:
        """Another process's app, so to speak; a busy machine does not cost it its leases."""
        async with open_app(self.patient) as app:
            yield app

    def delivery(self) -> bytes:
        """What Okta sends when this person is suspended; the same each time."""
        person: Values = {"id": "00u1", "type": "User", "alternateId": self.login, "displayName": "Somebody"}
        event: Values = {
            "uuid": f"suspension-of-{self.login}",
            "eventType": "user.lifecycle.suspend",
            "published": "2026-11-24T12:00:00.000Z",
            "target": [person],
            "outcome": {"result": "SUCCESS"},
        }
        return orjson.dumps({"eventType": "com.okta.event_hook", "eventId": "d1", "data": {"events": [event]}})

    def hook(self) -> Call:
        """The delivery, as Okta sends it."""
        return Call("/hooks/okta/okta", {"Authorization": HOOK_SECRET}, self.delivery())

    async def call(self, flow: str | None) -> Call:
        """A call of an endpoint of the suite, with a new client token; the same but for that each time."""
        token = (await self.app.services.endpoint_desk.make_token(flow or _CALLED, PERSON)).token
        headers = {"x-api-client-token": token, "idempotency-key": "once", "content-type": "application/json"}
        return Call(f"/endpoints/{flow or _CALLED}", headers, orjson.dumps({"Username": self.login}))

    async def answer(self, call: Call) -> EndpointAnswer:
        """Take a call of an endpoint in this process."""

        async def read() -> bytes:
            return call.body

        headers = [(name.encode(), value.encode()) for name, value in call.headers.items()]
        request = EndpointRequest("POST", headers, b"", read)
        return await self.app.services.endpoints.call(call.path.rpartition("/")[2], request)

    async def paused(self) -> None:
        """Wait until the root run pauses."""

        async def pauses() -> bool:
            return (await self.root()).status is RunStatus.WAITING

        await until(pauses)

    async def resume_address(self) -> str:
        """The resume address that the root run has made, as the flow sees it."""
        (made,) = [record for record in await self.journal() if record.card == "flow.resume_address"]
        address = ProvedAddresses(Vault(bytes.fromhex(KEY)), "").write(MadeAddress.from_json(made.result or {}))
        assert address is not None
        return address

    async def day_comes(self) -> None:
        """Put the person into the suite's schedule, and let its due time be now. Nobody has fired it yet."""
        await asyncio.to_thread(self.tenants.client.suspend, self.login)
        text = (_HERE / "flows" / f"{_CALENDAR}.yaml").read_text(encoding="utf-8")
        flow = load(text.replace("nobody@northwind.example", self.login), _CALENDAR).flow
        assert flow is not None
        await self.app.services.library.publish([flow], "crash suite")
        due = "UPDATE schedules SET plan_after = NULL, next_due = now() WHERE flow_id = $1"
        await self.rows(due, _CALENDAR)

    async def worker_died(self) -> None:
        """Let the root run be as a worker leaves it that died long ago."""
        left = "UPDATE runs SET status = 'running', owner = 'dead', lease_until = now() WHERE id = root_id"
        await self.rows(left)
        await self.rows("DELETE FROM pgqueuer")

    async def lease_ends(self) -> None:
        """Let the time of whoever died be over. That others wait for it: ``test_crash_fencing``, ``..._own_data``.

        So it is with a job that was taken by somebody who died before the lease; that others wait for this one:
        ``tests/store/test_store_queue.py``.
        """
        await self.rows("UPDATE runs SET lease_until = now() WHERE lease_until > now()")
        await self.rows(
            "UPDATE pgqueuer SET heartbeat = now() - interval '1 hour' WHERE status = 'picked'"
            " AND payload IN (SELECT uuid_send(id) FROM runs WHERE owner IS NULL)"
        )

    async def firings(self) -> list[UUID]:
        """The runs of all due times that have fired."""
        return [row["run_id"] for row in await self.rows("SELECT run_id FROM firings")]

    async def suspend(self) -> None:
        """Suspend the person in Okta, and have the event delivered."""
        await asyncio.to_thread(self.tenants.client.suspend, self.login)
        await self.app.services.okta_hook.receive("okta", HOOK_SECRET, self.delivery())

    async def begin(self, flow: str, **inputs: JSON) -> UUID:
        """Suspend the person in Okta, and start one of the suite's flows by hand."""
        await asyncio.to_thread(self.tenants.client.suspend, self.login)
        return await self.app.services.manual.start(flow, {"Username": self.login, **inputs}, str(uuid4()))

    async def runs(self) -> list[Run]:
        """All runs of this database."""
        return list((await self.app.services.history.list(RunFilter(), PageRequest(200))).rows)

    async def root(self) -> Run:
        """The one root run."""
        (found,) = [run for run in await self.runs() if run.id == run.root_id]
        return found

    async def journal(self) -> list[JournalRecord]:
        """The journals of all runs."""
        records: list[JournalRecord] = []
        for run in await self.runs():
            if run.id == run.root_id:
                tree = await self.app.services.history.tree(run.id)
                records += tree.journal if tree else ()
        return records

    async def requests(self) -> list[dict[str, JSON]]:
        """What the tenants received about this person from runs."""
        rows = await asyncio.to_thread(self.tenants.client.ledger, self.since)
        return [{**row} for row in rows if row["run"] and self.login in str(row["path"])]

    async def questions(self) -> list[Asked]:
        """What a person is asked."""
        roots = [run.id for run in await self.runs() if run.id == run.root_id]
        found = [await self.app.services.history.questions(root) for root in roots]
        return [Asked(q.run_id, q.path, q.attempt) for questions in found for q in questions]

    async def tenants_state(self) -> PersonState:
        """How the person stands."""
        return await asyncio.to_thread(look, self.tenants.client, self.login)

    async def quiet(self) -> str:
        """Wait until no run has anything to do (``working`` works meanwhile); gives how the root runs stand."""
        await until(self._quiet)
        roots = [run for run in await self.runs() if run.id == run.root_id]
        return ", ".join(sorted({run.status.value for run in roots})) or "no run"

    async def decide(self, asked: Asked, answer: Answer) -> None:
        """Answer a question."""
        await self.app.services.runs.decide(asked.run_id, asked.path, asked.attempt, answer, None, PERSON)

    async def _quiet(self) -> bool:
        roots = [run for run in await self.runs() if run.id == run.root_id]
        return all(run.status.ended or run.status is RunStatus.NEEDS_ATTENTION for run in roots)

    async def lease(self) -> object:
        """Until when the lease of the root run lasts."""
        (row,) = await self.rows("SELECT lease_until FROM runs WHERE id = root_id")
        return row["lease_until"]

    async def rows(self, statement: str, *values: object) -> Sequence[asyncpg.Record]:
        """What its database answers."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    async def number(self, statement: str, *values: object) -> int:
        """The first value that its database answers."""
        (row,) = await self.rows(statement, *values)
        return int(row[0])

    async def renewed(self, lease: object, times: int) -> None:
        """Wait until the lease was renewed for so many times."""
        for _ in range(times):
            known = lease

            async def changed(known: object = known) -> bool:
                return await self.lease() != known

            await until(changed)
            lease = await self.lease()

    async def audit(self) -> Sequence[dict[str, JSON]]:
        """Compare the ledger with the history; gives the requests.

        Every request has its *started* record; none was sent twice; what is recorded as done was sent once in that
        attempt, and never again after it.
        """
        requests, journal = await self.requests(), await self.journal()
        sent = Counter((str(r["run"]), str(r["card"]), int(str(r["attempt"]))) for r in requests)
        assert not [key for key, times in sent.items() if times > 1], f"sent twice: {sent}"
        of_state: dict[JournalState, set[tuple[str, str, int]]] = {state: set() for state in JournalState}
        for record in journal:
            of_state[record.state].add((str(record.run_id), record.path, record.attempt))
        unrecorded = sent.keys() - of_state[JournalState.STARTED]
        assert not unrecorded, f"sent without a record: {unrecorded}"
        begun = [r for r in journal if r.state is JournalState.STARTED and r.card != "flow.pause"]
        changes = {(str(r.run_id), r.path, r.attempt) for r in begun}
        done = of_state[JournalState.DONE] & changes
        assert done <= sent.keys(), f"recorded as done and never sent: {done - sent.keys()}"
        late = {key for key in sent for run, path, number in done if key[:2] == (run, path) and key[2] > number}
        assert not late, f"sent again after it was recorded as done: {late}"
        return requests


async def until(happened: Callable[[], Awaitable[bool]], seconds: float = _LONGEST) -> None:
    """Wait for something that happens elsewhere; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not await happened():  # noqa: ASYNC110  it happens in another process
            await asyncio.sleep(0.1)


def wait_for_file(file: Path) -> None:
    """Wait until a process has written a file."""
    deadline = time.monotonic() + _LONGEST
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} was not written"
        time.sleep(0.05)

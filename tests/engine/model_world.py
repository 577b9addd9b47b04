"""The real engine, library of flows, triggers and Postgres store, with an app, a clock and workers of the test's own.

Workers die or stall at a chosen step: before or after a commit, before or after a request. A dead one never
comes back: whatever it was about to do does not happen. Nothing sleeps: leases and waits end by a statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import orjson
from model_flows import Shape
from model_oracle import Answer, ModelRun, Oracle
from support_engine import AppCards, Outcome, refused, silent

from keyturn.app.runs import RunDesk
from keyturn.app.tables import TableDesk
from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.vault import Vault
from keyturn.data.actions import TableActions
from keyturn.data.definition import ColumnForm, TableForm
from keyturn.data.search import read_order
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.pauses import Pause, PausesOf, Resumed, ResumePlace
from keyturn.engine.ports import Commit, JournalRecord, Lease, LeaseLost, RunStatus, RunTree
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON, Values
from keyturn.library.library import document_digest
from keyturn.library.ports import NewVersion
from keyturn.library.published import PublishedFlows
from keyturn.store import Store
from keyturn.triggers.manual import ManualStart
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.triggers.resume import ProvedAddresses
from keyturn.workers.guard import LeaseGuard

# Far from the database's own time, so that nothing is due before the test says so.
START = datetime(2100, 1, 1, tzinfo=UTC)
TTL = timedelta(hours=1)
_GUARD_SECONDS = 1e6
_STALL_SECONDS = 1e7
EVENT_CARD = "app.happened"
SECRET = "a secret of the model's"
_NO_ADDRESSES = ProvedAddresses(Vault(bytes(32)), "https://keyturn.example")  # its pauses have none

JOBS = "SELECT payload FROM pgqueuer WHERE entrypoint = 'run' AND status = 'queued'"
TAKE_JOB = "DELETE FROM pgqueuer WHERE payload = uuid_send($1::uuid)"
EXPIRE = "UPDATE runs SET lease_until = now() - interval '1 second' WHERE owner = $1 AND status = 'running'"
DUE = """
UPDATE runs SET wake_at = now() - interval '1 second' WHERE id = ANY($1::uuid[]) AND wake_at <= $2::timestamptz
"""
ROWS = "SELECT id, status, version FROM runs WHERE root_id = id AND flow_id = ANY($1::text[])"


class Hour:
    """The time of day, for all; it moves when the test says so, or somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


class WorkerClock:
    """The clock of one worker: the time of all, and a monotonic one that jumps when the worker was stalled."""

    def __init__(self, hour: Hour) -> None:
        self._hour = hour
        self.stalled = 0.0

    def now(self) -> datetime:
        return self._hour.now()

    def monotonic(self) -> float:
        return self._hour.seconds + self.stalled

    async def sleep(self, seconds: float) -> None:
        self._hour.seconds += seconds


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls a worker: at which of its steps, and whether it dies or is stalled."""

    step: int
    dies: bool


class Gate:
    """Counts the steps of one worker and stops it at one of them."""

    def __init__(self, trouble: Trouble | None) -> None:
        self._trouble = trouble
        self._steps = 0
        self._go_on = asyncio.Event()
        self.reached = asyncio.Event()
        self.dead = False
        self.expired = False

    async def step(self) -> None:
        """One step; does not return where the worker dies, and later where it is stalled."""
        if self._trouble is not None and self._steps == self._trouble.step:
            self.reached.set()
        self._steps += 1
        if self.reached.is_set():
            await self._go_on.wait()
        if self.dead:
            await asyncio.Event().wait()

    @property
    def dies(self) -> bool:
        return self._trouble is not None and self._trouble.dies

    def open(self) -> None:
        """Let a stalled worker go on."""
        self._go_on.set()


@dataclass(slots=True)
class Held:
    """A run in the hands of a worker that is stalled."""

    owner: str
    run: ModelRun
    gate: Gate
    clock: WorkerClock
    task: asyncio.Task[RunStatus]
    lease: Lease


class WorkersStore:
    """The real store, as one worker reaches it."""

    def __init__(self, store: Store, oracle: Oracle, gate: Gate) -> None:
        self._store = store
        self._oracle = oracle
        self._gate = gate

    async def load(self, root_id: UUID) -> RunTree:
        return await self._store.runs.load(root_id)

    async def commit(self, commit: Commit) -> JournalRecord | None:
        await self._gate.step()
        rode = await self._store.runs.commit(commit)
        self._oracle.landed(commit, rode)
        await self._gate.step()
        return rode

    async def cancel_requested(self, root_id: UUID) -> bool:
        return await self._store.runs.cancel_requested(root_id)


class WorkersPauses:
    """The real pauses, as one worker reaches them."""

    def __init__(self, store: Store, oracle: Oracle, gate: Gate) -> None:
        self._store = store
        self._oracle = oracle
        self._gate = gate

    async def look(self, lease: Lease, pause: Pause, *, over: bool) -> Resumed | bool:
        await self._gate.step()
        found = await self._store.pauses.look(lease, pause, over=over)
        self._oracle.looked(pause.place, found)
        await self._gate.step()
        return found


@dataclass(slots=True)
class App:
    """Answers as it was told, then always well; rows are made by who makes them."""

    oracle: Oracle
    gate: Gate
    lease: Lease
    answers: list[str]
    rows: TableActions

    async def perform(self, call: ActionCall) -> Outcome:
        await self.gate.step()
        if call.card.startswith("table."):
            fields = call.inputs["fields"]
            assert isinstance(fields, dict)
            named: Values = {**call.inputs, "fields": {**fields, "Run": str(call.run_id)}}
            return await self.rows.perform(replace(call, inputs=named))
        call.before_send()
        sent = self.oracle.sending(call, self.lease.epoch, self.gate.expired)
        answer = self.answers.pop(0) if self.answers else Answer.DONE
        await self.gate.step()
        sent.answer = answer
        match answer:
            case Answer.TOO_MANY:
                return refused(429)
            case Answer.BROKEN:
                return refused(500)
            case Answer.SILENT:
                return silent()
            case _:
                return Done({"status": 200, "body": {"n": sent.n}})


class OneMapping:
    """Every event stands for the one event card."""

    @dataclass(frozen=True, slots=True)
    class Mapped:
        card: str
        outputs: Values
        skip: str = ""

    def map(self, connector: str, event: Values, envelope: Values, headers: Values) -> Sequence[Mapped]:
        return [self.Mapped(EVENT_CARD, {})]


class Secrets:
    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        return "app", SECRET


@dataclass(slots=True)
class ModelWorld:
    """One example's part of a database: two flows of its own, ``main`` and ``part``, and their runs."""

    store: Store
    name: str = field(default_factory=lambda: uuid4().hex[:12])
    hour: Hour = field(default_factory=Hour)
    oracle: Oracle = field(init=False)
    plans: Plans = field(init=False)
    manual: ManualStart = field(init=False)
    hook: OktaEventHook = field(init=False)
    desk: RunDesk = field(init=False)
    tables: TableDesk = field(init=False)
    workers: int = 0

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.hour.now)
        functions = BuiltInCards()
        catalogue = CombinedCatalogue(functions, AppCards())
        self.plans = Plans(PublishedFlows(self.store.flows), catalogue, functions)
        clock = WorkerClock(self.hour)
        self.manual = ManualStart(self.store.starts, self.plans, clock, uuid4)
        self.desk = RunDesk(self.store.history, self.store.control, self.plans, clock, uuid4)
        self.tables = TableDesk(self.store.tables, self.store.rows, uuid4)
        self.hook = OktaEventHook(
            events=self.store.events,
            flows=self.store.flows,
            mapping=OneMapping(),
            secrets=Secrets(),
            clock=clock,
            new_id=uuid4,
        )

    def id_of(self, flow: str) -> str:
        return f"{flow}-{self.name}"

    async def publish(self, flow: str, shape: Shape, version: int) -> None:
        """Publish a version; only ``main`` is started by the app's event."""
        flow_id = self.id_of(flow)
        document = shape.document(flow_id, self.id_of("part"), self.id_of("rows"), version)
        connection = self.name if flow == "main" else None
        new = NewVersion(flow_id, flow, document, document_digest(document), EVENT_CARD, connection, {})
        (published,) = await self.store.flows.publish([new], [], "model")
        assert published.version == version
        self.oracle.shapes[flow, version] = shape

    async def make_table(self) -> None:
        """The table in which cards make rows."""
        columns = (ColumnForm("Run"), ColumnForm("Card"), ColumnForm("Once", unique=True))
        await self.tables.put(self.id_of("rows"), TableForm(columns))

    async def resume(self, place: UUID, root: UUID) -> None:
        """Somebody says something to a pause."""
        resumption = await self.store.pauses.resume(ResumePlace(place, root), None, "model")
        self.oracle.resumed(place, resumption.state)

    async def deliver(self, events: Sequence[str]) -> Sequence[UUID]:
        """One delivery of the app's event hook; gives the runs that it started."""
        listed: list[JSON] = [{"uuid": event, "eventType": "happened"} for event in events]
        body: Values = {"eventType": "com.okta.event_hook", "eventId": str(uuid4()), "data": {"events": listed}}
        return (await self.hook.receive(self.name, SECRET, orjson.dumps(body))).runs

    async def with_jobs(self) -> set[UUID]:
        """Runs of this example that the queue would hand out."""
        found = {UUID(bytes=row["payload"]) for row in await self.store.database.fetch(JOBS)}
        return found & self.oracle.runs.keys()

    async def work(
        self, run: ModelRun, answers: Sequence[str], trouble: Trouble | None, stop_after: int | None = None
    ) -> Held | None:
        """Have a new worker take a run's job and carry it as far as it goes; gives what it still holds.

        Args:
            stop_after: the worker is asked to stop after so many looks at it.
        """
        await self.store.database.fetch(TAKE_JOB, run.id)
        self.workers += 1
        owner = f"{self.name}:{self.workers}"
        lease = await self.store.leases.claim(run.id, owner, TTL)
        assert lease is not None, f"a run that is {run.status} could not be claimed"
        assert lease.epoch > run.epoch, "a claim must overtake the one before"
        run.epoch, run.fenced, run.status = lease.epoch, False, RunStatus.RUNNING
        gate, clock = Gate(trouble), WorkerClock(self.hour)
        guard = LeaseGuard(clock, _GUARD_SECONDS, 1)
        guard.taken(lease, clock.monotonic())
        looks = iter(range(10**9))
        engine = Engine(
            store=WorkersStore(self.store, self.oracle, gate),
            plans=self.plans,
            actions=App(self.oracle, gate, lease, [*answers], TableActions(self.store.tables, self.store.rows, uuid4)),
            clock=clock,
            random=Random(7),
            guard=guard.ensure,
            stopping=lambda: stop_after is not None and next(looks) >= stop_after,
            pausing=PausesOf(_NO_ADDRESSES, WorkersPauses(self.store, self.oracle, gate)),
        )
        held = Held(owner, run, gate, clock, asyncio.create_task(engine.execute(lease)), lease)
        return await self.follow(held)

    async def follow(self, held: Held) -> Held | None:
        """Wait until a worker has ended, died or is stalled; gives what it still holds, stalled."""
        reached = asyncio.create_task(held.gate.reached.wait())
        await asyncio.wait({held.task, reached}, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        if not held.task.done() and not held.gate.dies:
            return held
        if not held.task.done():
            await self.die(held)
            return None
        await self._finished(held)
        return None

    async def _finished(self, held: Held) -> None:
        try:
            status = held.task.result()
        except LeaseLost:
            assert held.gate.expired or held.run.fenced, "a lease was lost that holds"
            return
        if status is RunStatus.QUEUED:
            await self.store.leases.release(held.lease)
            if not held.run.fenced:
                held.run.status, held.run.fenced = RunStatus.QUEUED, True
            return
        assert self.oracle.left[held.run.id, held.lease.epoch] is status

    async def die(self, held: Held) -> None:
        """The worker is gone with all that it knew; its lease has ended."""
        held.gate.dead = True
        held.task.cancel()
        (left,) = await asyncio.gather(held.task, return_exceptions=True)
        if isinstance(left, AssertionError):
            raise left
        await self.expire(held)

    async def expire(self, held: Held) -> None:
        """A stalled or dead worker's lease has ended, and its own clock says so."""
        await self.store.database.fetch(EXPIRE, held.owner)
        held.clock.stalled += _STALL_SECONDS
        held.gate.expired = True

    async def wake(self, held: Held) -> None:
        """A stalled worker goes on, and does what it still may."""
        held.gate.open()
        await asyncio.wait({held.task})
        await self._finished(held)

    async def sweep(self) -> None:
        """The reconciler looks; what it must do to each run of ours is known."""
        rows = await self.store.database.fetch(
            "SELECT id, status, decided, lease_until < now() AS over, cancel_requested"
            " FROM runs WHERE id = ANY($1::uuid[])",
            [*self.oracle.runs],
        )
        await self.store.leases.sweep()
        for row in rows:
            run = self.oracle.runs[row["id"]]
            idle = row["status"] in ("queued", "waiting", "needs attention") or row["over"]
            if run.status.ended or not idle:
                continue
            if row["cancel_requested"]:
                run.status, run.fenced = RunStatus.CANCELLED, True
            elif row["decided"] and row["status"] in ("waiting", "needs attention"):
                run.status, run.fenced = RunStatus.QUEUED, True  # resumed while it was in hand
            elif row["over"] and row["status"] == "running":
                run.status, run.fenced = RunStatus.QUEUED, True

    async def pass_time(self, seconds: float) -> None:
        """Let time pass; runs whose wait is over are found by the reconciler."""
        self.hour.seconds += seconds
        waiting = [run for run in self.oracle.runs.values() if run.status is RunStatus.WAITING]
        await self.store.database.fetch(DUE, [run.id for run in waiting], self.hour.now())
        due = await self.store.database.fetch(
            "SELECT id FROM runs WHERE id = ANY($1::uuid[]) AND wake_at <= now()", [run.id for run in waiting]
        )
        await self.sweep()
        for row in due:
            run = self.oracle.runs[row["id"]]
            if run.status is RunStatus.WAITING:
                run.status = RunStatus.QUEUED

    async def check(self) -> None:
        """The database agrees with the model about every root run, and each queued one has its job."""
        rows = await self.store.database.fetch(ROWS, [self.id_of("main"), self.id_of("part")])
        found = {row["id"]: (row["status"], row["version"]) for row in rows}
        wanted = {run.id: (run.status.value, run.version) for run in self.oracle.runs.values()}
        assert found == wanted
        queued = {run.id for run in self.oracle.runs.values() if run.status is RunStatus.QUEUED}
        assert await self.with_jobs() >= queued, "a queued run has no job"
        table = await self.tables.get(self.id_of("rows"))
        made = [row.values for row in await self.store.rows.search(table, None, read_order(table, None, None), 10_000)]
        found_rows = sorted((str(row["Run"]), str(row["Card"])) for row in made)
        assert found_rows == sorted((str(run), path) for run, path in self.oracle.rows)

"""A world for the engine in which nothing is real but the engine: scripted apps, a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.vault import Vault
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryPauses, MemoryRunStore
from keyturn.engine.pauses import PausesOf
from keyturn.engine.ports import Commit, PublishedFlow, Run, RunStatus, StoreUnavailable
from keyturn.flows.actions import ActionCall, Done, Failed, Ready, Turns, Unknown
from keyturn.flows.document import Flow
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec, EffectClass, EffectSpec, FieldFormat, FieldSpec, Variant
from keyturn.flows.types import ANY, NUMBER, OBJECT, SECRET, TEXT
from keyturn.triggers.resume import ProvedAddresses, ResumeCalls

Outcome = Done | Failed | Unknown | Ready
Script = Callable[[ActionCall], Outcome]

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def _action(key: str, effect: EffectSpec) -> CardSpec:
    return CardSpec(
        key=key,
        title=key,
        category="App",
        kind=CardKind.EFFECT,
        summary="For tests.",
        connector="app",
        inputs=(
            FieldSpec("url", TEXT, format=FieldFormat.RELATIVE_URL),
            FieldSpec("body", ANY),
        ),
        outputs=(FieldSpec("status", NUMBER), FieldSpec("body", OBJECT)),
        effect=effect,
    )


class AppCards:
    """Actions of a pretend connector: a read, a change, and a change that may be repeated."""

    def __init__(self) -> None:
        self._cards = {
            "app.read": _action("app.read", EffectSpec(EffectClass.READ, repeatable=True)),
            "app.search": replace(
                _action("app.search", EffectSpec(EffectClass.READ, repeatable=True)),
                options=(FieldSpec("results", TEXT, default="stream"),),
                variants=(Variant((("results", ("stream",)),), streams=True),),
            ),
            "app.change": _action("app.change", EffectSpec(EffectClass.CHANGE)),
            "app.lookable": _action("app.lookable", EffectSpec(EffectClass.CHANGE, read_back="GET /x")),
            "app.keyed": replace(
                _action("app.keyed", EffectSpec(EffectClass.ENSURE, repeatable=True)),
                outputs=(FieldSpec("status", TEXT), FieldSpec("key", SECRET), FieldSpec("outcome", TEXT)),
            ),
            "app.guarded": replace(
                _action("app.guarded", EffectSpec(EffectClass.CHANGE)),
                inputs=(
                    FieldSpec("code", SECRET),
                    FieldSpec("who", OBJECT, fields=(FieldSpec("name", TEXT), FieldSpec("pin", SECRET))),
                    FieldSpec("note", TEXT),
                ),
            ),
            "app.ensure": _action("app.ensure", EffectSpec(EffectClass.ENSURE, repeatable=True)),
            "app.sure": _action("app.sure", EffectSpec(EffectClass.ENSURE, repeatable=True, read_back="GET /x")),
        }

    def get(self, key: str) -> CardSpec | None:
        return self._cards.get(key)

    def all(self) -> Iterable[CardSpec]:
        return self._cards.values()


class ScriptedApp:
    """Answers actions as told, and remembers what was sent."""

    def __init__(self, script: Script | None = None) -> None:
        self.sent: list[ActionCall] = []
        self._script = script or (lambda call: Done({"status": 200, "body": {}}))

    async def perform(self, call: ActionCall) -> Outcome:
        call.before_send()
        self.sent.append(call)
        return self._script(call)

    @property
    def paths(self) -> list[str]:
        return [call.path for call in self.sent]


def refused(status: int, message: str = "refused") -> Failed:
    return Failed(ErrorDetail(message, code="app-answered", status=status), status=status)


def silent() -> Unknown:
    return Unknown(ErrorDetail("no answer came", code="no-answer"))


def in_turn(*outcomes: Outcome) -> Script:
    rest = list(outcomes)
    return lambda call: rest.pop(0) if len(rest) > 1 else rest[0]


class World:
    """Flows, an app, a store and an engine."""

    def __init__(
        self,
        *flows: Values,
        script: Script | None = None,
        store: MemoryRunStore | None = None,
        app: ScriptedApp | None = None,
        vault: Vault | None = None,
        pauses: MemoryPauses | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.clock = HandClock()
        self.pauses = pauses or MemoryPauses(self.clock.now)
        addresses = ProvedAddresses(vault or Vault(bytes(32)), "https://keyturn.example")
        self.resumes = ResumeCalls(addresses, self.pauses)
        self.store = store or MemoryRunStore()
        self.app = app or ScriptedApp(script)
        self.flows: dict[tuple[str, int], Flow] = {}
        self.current: dict[str, int] = {}
        self.stopping = False
        self.guard: Callable[[], None] = lambda: None
        for flow in flows:
            self.publish(flow)
        functions = BuiltInCards()
        self.plans = Plans(self, CombinedCatalogue(functions, AppCards()), functions)
        self.engine = Engine(
            store=self.store,
            plans=self.plans,
            actions=self.app,
            clock=self.clock,
            random=Random(7),
            guard=lambda lease: self.guard(),
            stopping=lambda: self.stopping,
            pausing=PausesOf(addresses, self.pauses),
            turns=turns,
        )

    def publish(self, raw: Values) -> None:
        flow = Flow.model_validate({"name": raw["id"], "event": {"card": "manual"}, **raw})
        version = self.current[flow.id] = self.current.get(flow.id, 0) + 1
        self.flows[flow.id, version] = flow

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        number = version or self.current.get(flow_id, 0)
        flow = self.flows.get((flow_id, number))
        return PublishedFlow(flow, number) if flow else None

    def queued(self, flow_id: str = "main", event: Mapping[str, object] | None = None) -> Run:
        run_id = uuid4()
        values: Values = dict(event or {})  # type: ignore[arg-type]
        version = self.current[flow_id]
        return Run(run_id, run_id, flow_id, version, RunStatus.QUEUED, values, created_at=self.clock.now())

    async def run(self, flow_id: str = "main", **event: object) -> Run:
        """Run a flow until it ends or waits."""
        return await self.go_on(self.queued(flow_id, event))

    async def go_on(self, run: Run) -> Run:
        """Claim and carry out a run, as a worker does."""
        await self.engine.execute(self.store.claim(run))
        return self.store.runs[run.id]

    def outputs(self, run: Run) -> Values:
        assert run.status is RunStatus.SUCCEEDED, (run.status, run.error)
        return run.outputs or {}

    def shown(self, run_id: UUID, path: str) -> str:
        """The status of the last trace entry of a card."""
        return [entry.status for entry in self.store.trace if (entry.run_id, entry.path) == (run_id, path)][-1]


class Dies(MemoryRunStore):
    """A store whose process dies: after so many commits none is taken any more."""

    left = 1_000_000

    async def commit(self, commit: Commit) -> None:
        if self.left == 0:
            raise StoreUnavailable("the process is gone")
        self.left -= 1
        await super().commit(commit)


async def run_dying(world: World, store: Dies, commits: int = 2) -> tuple[Run, int]:
    """Run to the end, with a death after so many commits each; gives the run and how often it died."""
    run, deaths = world.queued(), 0
    while not store.runs.get(run.id, run).status.ended:
        assert deaths < 200, "it does not come any further"
        store.left = commits
        try:
            await world.go_on(run)
        except StoreUnavailable:
            deaths += 1
    return store.runs[run.id], deaths


class PowerCut(BaseException):
    """The process is gone: nothing after it happens."""


async def cut_while_sending(world: World) -> Run:
    """Start the flow and lose the process after the request left."""

    def cut(call: ActionCall) -> Outcome:
        raise PowerCut

    usual, world.app._script = world.app._script, cut
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    world.app._script = usual
    return run

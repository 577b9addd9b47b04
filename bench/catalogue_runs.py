"""Control cards without rounds and events, of ``bench.catalogue``.

A control card does nothing by itself: what is measured is a run with it, over a store in memory, by the first example
of its declaration. Of an event it is what makes the values that the flow begins with. Processor time is counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import orjson

from keyturn.cards.catalogue import BuiltInCards
from keyturn.connections.vault import Vault
from keyturn.engine.compile import compile_plan
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.helpers import event_values
from keyturn.engine.memory import MemoryPauses, MemoryRunStore
from keyturn.engine.pauses import PausesOf
from keyturn.engine.plan import Plan
from keyturn.engine.ports import PublishedFlow, Run, RunStatus
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.document import Flow
from keyturn.flows.due_times import next_due
from keyturn.flows.schedules import read_schedule
from keyturn.flows.spec import CardKind, CardSpec, Example
from keyturn.triggers.endpoint.request import EndpointRequest
from keyturn.triggers.endpoint.shape import shape_of
from keyturn.triggers.manual import event_by_hand
from keyturn.triggers.resume import ProvedAddresses

from .documents import JSON

_START = datetime(2026, 11, 25, tzinfo=UTC)
CALLS = 200
_ENDED = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.WAITING)
_GREET: dict[str, JSON] = {
    "id": "greet",
    "name": "Greet",
    "event": {"card": "helper", "outputs": {"name": "text"}},
    "cards": [{"id": "give", "card": "flow.return", "inputs": {"said": "Hello"}}],
}


class _Clock:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime:
        return _START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self._seconds += seconds


class _NoActions:
    async def perform(self, call: ActionCall) -> Done:
        raise AssertionError(f"there is no action in these flows: {call.card}")


class _Flows:
    def __init__(self, *documents: dict[str, JSON]) -> None:
        self._flows = {str(one["id"]): Flow.model_validate(one) for one in documents}

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        flow = self._flows.get(flow_id)
        return PublishedFlow(flow, 1) if flow else None


def measure_runs(rounds: int, only: str = "", calls: int = CALLS) -> list[tuple[str, float, float | None]]:
    """Key and microseconds of a run with the card, or of what an event gives.

    Args:
        calls: of a round.
    """
    cards = BuiltInCards()
    chosen = [spec for spec in cards.all() if spec.key.startswith(only)]
    control = [spec for spec in chosen if spec.kind is CardKind.CONTROL and not spec.rounds]
    events = [spec for spec in chosen if spec.kind is CardKind.EVENT]
    return [
        *((spec.key, asyncio.run(_of_runs(cards, spec, rounds, calls)), None) for spec in control),
        *((spec.key, _of_event(cards, spec, rounds, calls), None) for spec in events),
    ]


async def _of_runs(cards: BuiltInCards, spec: CardSpec, rounds: int, calls: int) -> float:
    example = spec.examples[0]
    card: dict[str, JSON] = {"id": "it", "card": spec.key, "inputs": example.inputs, "options": example.options}
    card |= {**example.more, "outputs": {**example.free_outputs}}
    flow: dict[str, JSON] = {"id": "bench", "name": "Bench", "event": {"card": "manual"}, "cards": [card]}
    plans = Plans(_Flows(flow, _GREET), cards, cards)
    best = float("inf")
    for _ in range(rounds):
        world = [_engine(plans) for _ in range(calls)]
        began = time.process_time()
        for engine, store in world:
            run_id = uuid4()
            status = await engine.execute(store.claim(Run(run_id, run_id, "bench", 1, RunStatus.QUEUED, {})))
            assert status in _ENDED, (spec.key, status)
        best = min(best, (time.process_time() - began) / calls)
    return best * 1_000_000


def _engine(plans: Plans) -> tuple[Engine, MemoryRunStore]:
    store, clock = MemoryRunStore(), _Clock()
    addresses = ProvedAddresses(Vault(bytes(32)), "https://keyturn.example")
    engine = Engine(
        store=store,
        plans=plans,
        actions=_NoActions(),
        clock=clock,
        random=Random(1),
        guard=lambda lease: None,
        stopping=lambda: False,
        pausing=PausesOf(addresses, MemoryPauses(clock.now)),
    )
    return engine, store


def _of_event(cards: BuiltInCards, spec: CardSpec, rounds: int, calls: int) -> float:
    best = float("inf")
    for call in _calls(cards, spec, rounds):
        began = time.process_time()
        for _ in range(calls):
            call()
        best = min(best, (time.process_time() - began) / calls)
    return best * 1_000_000


def _calls(cards: BuiltInCards, spec: CardSpec, rounds: int) -> Iterator[Callable[[], object]]:
    example = spec.examples[0]
    event: dict[str, JSON] = {"card": spec.key, "outputs": {**example.free_outputs}, "options": example.options}
    flow = Flow.model_validate({"id": "bench", "name": "Bench", "event": event})
    plan = compile_plan(PublishedFlow(flow, 1), cards, cards)
    call = _maker(spec.key, plan, example)
    for _ in range(rounds):
        yield call


def _maker(key: str, plan: Plan, example: Example) -> Callable[[], object]:
    """What makes the values of an event."""
    match key:
        case "helper":
            return lambda: event_values(plan, example.inputs)
        case "schedule":
            return lambda: next_due(read_schedule(example.options), _START)
        case "endpoint":
            body = orjson.dumps(example.inputs)
            return lambda: shape_of(plan).read(EndpointRequest("POST", [], b"", _nothing), body)
        case _:
            return lambda: event_by_hand(plan, example.inputs)


async def _nothing() -> bytes:
    return b""

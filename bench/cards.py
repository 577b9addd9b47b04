"""What a function card costs beside a direct Python call of the same function.

Neither waits for anything, so that processor time is measured: it does not count what other programs take meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import uuid4

from keyturn.app.clock import SystemClock
from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import PublishedFlow, Run, RunStatus
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.document import Flow

from .audit import AuditFailed
from .documents import JSON

CARDS = 400
_FLOW = "bench-cards"


@dataclass(frozen=True, slots=True)
class CardCost:
    """Microseconds of processor time for a card: carried out with its trace, and as a direct call of its function."""

    carried_out: float
    direct: float

    @property
    def overhead(self) -> float:
        return self.carried_out - self.direct

    def to_json(self) -> dict[str, object]:
        return {
            "carried_out_us": round(self.carried_out, 3),
            "direct_us": round(self.direct, 3),
            "overhead_us": round(self.overhead, 3),
        }


class _NoActions:
    async def perform(self, call: ActionCall) -> Done | Failed | Unknown:
        raise AssertionError(f"there is no action in this flow: {call.card}")


class _OneFlow:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        return PublishedFlow(self._flow, 1) if flow_id == _FLOW else None


def _flow(count: int) -> Flow:
    cards: list[JSON] = [
        {"id": f"card{n}", "card": "text.compose", "inputs": {"text": "{{ event.login }} is " + str(n)}}
        for n in range(count)
    ]
    event: JSON = {"card": "helper", "outputs": {"login": "text"}}
    return Flow.model_validate({"id": _FLOW, "name": "Cards", "event": event, "cards": cards})


async def _seconds(count: int, repeats: int) -> float:
    """The median time of a run with so many cards; the engine's own store in memory takes its commits."""
    functions = BuiltInCards()
    plans = Plans(_OneFlow(_flow(count)), functions, functions)
    took: list[float] = []
    for _ in range(repeats):
        store = MemoryRunStore()
        engine = Engine(
            store=store,
            plans=plans,
            actions=_NoActions(),
            clock=SystemClock(),
            random=Random(1),
            guard=lambda: None,
            stopping=lambda: False,
        )
        run_id = uuid4()
        run = Run(run_id, run_id, _FLOW, 1, RunStatus.QUEUED, {"login": "ada@northwind.example"})
        lease = store.claim(run)
        began = time.process_time()
        status = await engine.execute(lease)
        took.append(time.process_time() - began)
        _audit(status, store, count)
    return _middle(took[1:] or took)


def _audit(status: RunStatus, store: MemoryRunStore, count: int) -> None:
    """Every card is in the trace, with what it was given and gave."""
    texts = [f"ada@northwind.example is {number}" for number in range(count)]
    shown = [(entry.inputs, entry.outputs) for entry in store.trace]
    if status is not RunStatus.SUCCEEDED or shown != [({"text": text}, {"output": text}) for text in texts]:
        raise AuditFailed(f"the trace of {count} cards is not what it must be; the run {status.value}")


def _direct(count: int) -> float:
    """Seconds for a direct call."""
    compute = BuiltInCards().compute("text.compose")
    assert compute is not None
    given = [{"text": f"ada@northwind.example is {number}"} for number in range(count)]
    began = time.process_time()
    for inputs in given:
        compute(inputs, ())
    return (time.process_time() - began) / count


def card_cost(repeats: int) -> CardCost:
    """One measurement: what each further card adds to a run, and what its function alone takes."""
    few, many = 1, 1 + CARDS
    carried_out = (asyncio.run(_seconds(many, repeats)) - asyncio.run(_seconds(few, repeats))) / CARDS
    direct = _middle([_direct(CARDS) for _ in range(repeats)])
    return CardCost(carried_out * 1e6, direct * 1e6)


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]

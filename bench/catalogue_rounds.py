"""Cards with rounds, of ``bench.catalogue``: a run of the card alone, with one small card in each round.

The engine carries it out over its store in memory. Processor time is counted; of a run with two rounds most is the run
itself.
"""

from __future__ import annotations

import asyncio
import time
from random import Random
from uuid import uuid4

from keyturn.app.clock import SystemClock
from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import PublishedFlow, Run, RunStatus
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.document import Flow

from .documents import JSON

_FLOW = "bench-rounds"
_FEW = 2
_ROUNDS_OF_MANY = 1
_NOTHING: JSON = {"id": "n", "card": "flow.comment"}


def _gives(value: JSON) -> JSON:
    return {"id": "give", "card": "flow.return", "options": {"leave": "branch"}, "inputs": {"it": value}}


_BODIES: dict[str, JSON] = {
    "list.for_each": _NOTHING,
    "list.for_each_ignoring": _NOTHING,
    "list.map": _gives("{{ item }}"),
    "list.filter_custom": _gives(True),
    "list.find_custom": _gives(False),
    "list.reduce": _gives("{{ item }}"),
    "list.sort_custom": _gives("{{ item }}"),
    "list.remove_duplicates_custom": _gives("{{ item }}"),
    "object.map": _gives("{{ item.value }}"),
    "object.map_to_list": _gives("{{ item.value }}"),
    "flow.repeat": _NOTHING,
    "flow.paginate": _gives({"records": ["{{ item }}"]}),
}


class _NoActions:
    async def perform(self, call: ActionCall) -> Done:
        raise AssertionError(f"there is no action in this flow: {call.card}")


class _OneFlow:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        return PublishedFlow(self._flow, 1) if flow_id == _FLOW else None


def measure_rounds(items: int, rounds: int, only: str = "") -> list[tuple[str, float, float | None]]:
    """Key, microseconds with two rounds, and with so many; Paginate is measured with one page alone."""
    return [
        (key, _best(key, _FEW, rounds), None if key == "flow.paginate" else _best(key, items, _ROUNDS_OF_MANY))
        for key in _BODIES
        if key.startswith(only)
    ]


def _inputs(key: str, items: int) -> dict[str, JSON]:
    match key:
        case "flow.repeat":
            return {"count": items}
        case "flow.paginate":
            return {"object": {}}
        case "object.map" | "object.map_to_list":
            return {"object": "{{ event.values }}"}
        case _:
            return {"list": "{{ event.values }}"}


def _values(key: str, items: int) -> JSON:
    if key.startswith("object."):
        return {f"key{number}": number for number in range(items)}
    return [(number * 7919) % items for number in range(items)]


def _best(key: str, items: int, rounds: int) -> float:
    card: JSON = {"id": "it", "card": key, "inputs": _inputs(key, items), "do": [_BODIES[key]]}
    event: JSON = {"card": "manual", "outputs": {"values": "any"}}
    document = {"id": _FLOW, "name": "Rounds", "save_data": False, "event": event, "cards": [card]}
    functions = BuiltInCards()
    plans = Plans(_OneFlow(Flow.model_validate(document)), functions, functions)
    values = _values(key, items)
    return min(asyncio.run(_seconds(plans, values)) for _ in range(rounds)) * 1_000_000


async def _seconds(plans: Plans, values: JSON) -> float:
    store, run_id = MemoryRunStore(), uuid4()
    engine = Engine(
        store=store,
        plans=plans,
        actions=_NoActions(),
        clock=SystemClock(),
        random=Random(1),
        guard=lambda lease: None,
        stopping=lambda: False,
    )
    lease = store.claim(Run(run_id, run_id, _FLOW, 1, RunStatus.QUEUED, {"values": values}))
    began = time.process_time()
    status = await engine.execute(lease)
    took = time.process_time() - began
    assert status is RunStatus.SUCCEEDED, store.runs[run_id].error
    return took

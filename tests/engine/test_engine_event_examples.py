"""What the events' declarations say in their examples holds: what starts a flow gives it these values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from support_engine import HandClock, World

from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.plan import Plan
from keyturn.engine.ports import Run
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.spec import CardKind, Example
from keyturn.triggers.endpoint.request import EndpointRequest
from keyturn.triggers.endpoint.shape import shape_of
from keyturn.triggers.manual import ManualStart, event_by_hand
from keyturn.triggers.ports import DueSchedule, Fired, Firing, ScheduleMends, ScheduleRecord
from keyturn.triggers.schedules import Scheduler

CARDS = BuiltInCards()
EVENTS = [spec for spec in CARDS.all() if spec.kind is CardKind.EVENT]
EXAMPLES = [
    pytest.param(spec.key, example, id=f"{spec.key}-{number}")
    for spec in EVENTS
    for number, example in enumerate(spec.examples)
]


class Starts:
    def __init__(self) -> None:
        self.runs: list[Run] = []

    async def start(self, run: Run, idempotency_key: str | None = None) -> UUID:
        self.runs.append(run)
        return run.id


class OneDue:
    """A schedule that is due."""

    def __init__(self, definition: Values, due: datetime, now: datetime) -> None:
        self._due = DueSchedule("started", 1, definition, due, now)
        self.firing: Firing | None = None

    async def plan(self, first: Callable[[Values, datetime], datetime | None], most: int) -> int:
        return 0

    async def fire(self, firing: Callable[[DueSchedule], Firing | None], most: int) -> Fired:
        self.firing = firing(self._due)
        return Fired(1, [])

    async def until_next(self) -> float | None:
        return None

    async def mend(self) -> ScheduleMends:
        return ScheduleMends()

    async def list(self, page: PageRequest) -> Page[ScheduleRecord]:
        return Page([])

    async def get(self, flow_id: str) -> ScheduleRecord | None:
        return None


class OnePlan:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    async def get(self, flow_id: str, version: int | None = None) -> Plan:
        return self._plan


def started(key: str, example: Example) -> Values:
    """A flow that gives what its event gives it."""
    return {
        "id": "started",
        "event": {"card": key, "outputs": {**example.free_outputs}, "options": example.options},
        "cards": [
            {
                "id": "give",
                "card": "flow.return",
                "inputs": {name: f"{{{{ event.{name} }}}}" for name in example.outputs},
            }
        ],
    }


async def nothing() -> bytes:
    return b""


def called(plan: Plan, example: Example) -> Values:
    given = example.more.get("headers", {})
    assert isinstance(given, dict)
    headers = [(name.encode(), str(value).encode()) for name, value in given.items()]
    method, query = str(example.more.get("method", "POST")), str(example.more.get("query", ""))
    request = EndpointRequest(method, headers, query.encode(), nothing)
    return shape_of(plan).read(request, orjson.dumps(example.inputs))


async def delegated(plan: Plan, example: Example) -> Values:
    starts = Starts()
    desk = ManualStart(starts, OnePlan(plan), HandClock(), uuid4)  # type: ignore[arg-type]
    await desk.delegate("started", example.inputs, str(example.more["who"]))
    return starts.runs[0].event


async def due(example: Example) -> Values:
    at, now = (datetime.fromisoformat(str(example.more[name])).astimezone(UTC) for name in ("due", "now"))
    store = OneDue(example.options, at, now)
    await Scheduler(store, HandClock(), uuid4, batch=2).once()
    assert store.firing is not None
    return store.firing.run.event


async def called_by_a_card(world: World, example: Example) -> JSON:
    """What Call Flow, or the card that the example names, gets of the flow."""
    by = str(example.more.get("by", "flow.call"))
    if by == "flow.call":
        call: Values = {"flow": "started", "with": example.inputs}
        card: Values = {"id": "it", "card": by, "call": call, "outputs": dict.fromkeys(example.outputs, "any")}
        given: Values = {name: f"{{{{ it.{name} }}}}" for name in example.outputs}
    else:
        [(name, item)] = example.inputs.items()
        call = {"flow": "started", "with": {name: "{{ item }}"}}
        card = {"id": "it", "card": by, "call": call, "inputs": {"list": [item]}}
        given = {"first": "{{ it.list[0] }}"}
    world.publish({"id": "main", "cards": [card, {"id": "give", "card": "flow.return", "inputs": given}]})
    outputs = world.outputs(await world.run())
    return outputs.get("first", outputs)


async def outputs_of(key: str, example: Example) -> JSON:
    """What the flow gives that is started so."""
    world = World(started(key, example))
    if key == "helper":
        return await called_by_a_card(world, example)
    plan = await world.plans.get("started", 1)
    assert plan is not None
    match key:
        case "manual":
            event = event_by_hand(plan, example.inputs)
        case "delegated":
            event = await delegated(plan, example)
        case "schedule":
            event = await due(example)
        case _:
            event = called(plan, example)
    return world.outputs(await world.run("started", **event))


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
async def test_the_examples_of_an_event_hold(key: str, example: Example) -> None:
    got = await outputs_of(key, example)
    assert isinstance(got, dict)
    assert {name: "..." if example.outputs.get(name) == "..." and value else value for name, value in got.items()} == (
        example.outputs
    )


@pytest.mark.parametrize("spec", EVENTS, ids=lambda spec: spec.key)
def test_the_examples_of_an_event_show_all_that_it_gives(spec) -> None:
    for example in spec.examples:
        assert {*example.outputs} == {*example.free_outputs} | {output.name for output in spec.outputs}

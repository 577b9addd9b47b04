"""Event cards do what their table of cases says: what they give to a flow, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
import pytest
from support.card_tables import cases_of

from keyturn.app.clock import SystemClock
from keyturn.cards.cases import Case, Expected
from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.compile import compile_plan
from keyturn.engine.helpers import event_values
from keyturn.engine.plan import Plan
from keyturn.engine.ports import PublishedFlow, Run
from keyturn.flows.conversion import format_datetime
from keyturn.flows.document import Flow
from keyturn.flows.due_times import next_due
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError
from keyturn.flows.schedules import BadSchedule, read_schedule
from keyturn.flows.spec import CardKind
from keyturn.triggers.endpoint.request import EndpointRequest
from keyturn.triggers.endpoint.shape import shape_of
from keyturn.triggers.manual import ManualStart, event_by_hand

CARDS = BuiltInCards()
EVENTS = {spec.key for spec in CARDS.all() if spec.kind is CardKind.EVENT}
RUN = UUID(int=1)


def plan_of(case: Case) -> Plan:
    event = {"card": case.key} | {name: case.ports[name] for name in ("outputs", "options") if name in case.ports}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": event})
    return compile_plan(PublishedFlow(flow, 1), CARDS, CARDS)


class Starts:
    """Remembers the run that is started."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    async def start(self, run: Run, idempotency_key: str | None = None) -> UUID:
        self.runs.append(run)
        return run.id


class OnePlan:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    async def get(self, flow_id: str, version: int | None = None) -> Plan:
        return self._plan


async def delegated(case: Case) -> Values:
    starts = Starts()
    plans = OnePlan(plan_of(case))
    desk = ManualStart(starts, plans, SystemClock(), lambda: RUN)  # type: ignore[arg-type]
    await desk.delegate("f", case.given, "kim")
    return {name: "RUN" if value == str(RUN) else value for name, value in starts.runs[0].event.items()}


async def _nothing() -> bytes:
    return b""


def called(case: Case) -> Values:
    given = case.ports.get("headers")
    sent: Sequence[tuple[bytes, bytes]] = [
        (name.encode(), str(value).encode()) for name, value in (given if isinstance(given, dict) else {}).items()
    ]
    method, query = str(case.ports.get("method", "POST")), str(case.ports.get("query", ""))
    request = EndpointRequest(method, sent, query.encode(), _nothing)
    return shape_of(plan_of(case)).read(request, orjson.dumps(case.given))


def first_due(case: Case) -> JSON:
    options = case.ports["options"]
    assert isinstance(options, dict)
    due = next_due(read_schedule(options), datetime.fromisoformat(str(case.ports["now"])))
    return due and format_datetime(due)


async def event_of(case: Case) -> JSON:
    match case.key:
        case "helper":
            return event_values(plan_of(case), case.given)
        case "manual":
            return event_by_hand(plan_of(case), case.given)
        case "delegated":
            return await delegated(case)
        case "endpoint":
            return called(case)
        case _:
            return first_due(case)


async def outcome(case: Case) -> JSON | Expected:
    try:
        event = await event_of(case)
    except CardError as error:
        return Expected(error.detail.field or "")
    except ProblemError as error:
        return Expected(error.problems[0].field or "")
    except BadSchedule as error:
        return Expected(error.flaws[0].option)
    return next(iter(event.values())) if isinstance(event, dict) and len(event) == 1 else event


@pytest.mark.parametrize("key", sorted(EVENTS))
async def test_cases(key: str) -> None:
    mine = cases_of(key)
    got = [(case.given, case.ports, await outcome(case)) for case in mine]
    assert got == [(case.given, case.ports, case.expected) for case in mine]
    assert len(mine) >= 8


async def test_what_a_schedule_gives_is_given_by_hand_too_unless_somebody_gives_it() -> None:
    flow = Flow.model_validate(
        {"id": "f", "name": "F", "event": {"card": "schedule", "options": {"every": 1, "unit": "days"}}}
    )
    plan, starts = compile_plan(PublishedFlow(flow, 1), CARDS, CARDS), Starts()
    desk = ManualStart(starts, OnePlan(plan), SystemClock(), lambda: RUN)  # type: ignore[arg-type]
    await desk.start("f", {})
    event = starts.runs[0].event
    now = event["execution_time"]
    assert isinstance(now, str)
    assert abs((datetime.fromisoformat(now) - SystemClock().now()).total_seconds()) < 60
    assert event == {"execution_id": str(RUN), "execution_time": now, "due_time": now, "skipped": 0}
    await desk.start("f", {"due_time": "2026-11-24T12:00:00.000Z", "skipped": 2})
    given = starts.runs[1].event
    assert (given["due_time"], given["skipped"]) == ("2026-11-24T12:00:00.000Z", 2)
    assert given["execution_id"] == str(RUN)

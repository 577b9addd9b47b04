"""Starting a flow by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from keyturn.engine.engine import Plans
from keyturn.engine.helpers import event_values
from keyturn.engine.plan import Plan
from keyturn.engine.points import Point, Points
from keyturn.engine.ports import TRIAL, Run, RunStatus
from keyturn.flows.errors import CardError
from keyturn.flows.functions import Clock
from keyturn.flows.json import Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.schedules import SCHEDULE

from .ports import RunStarts
from .schedules import scheduled_event

MANUAL = "manual"
DELEGATED = "delegated"  # the event card of flows that people run who see nothing else
_GIVEN_TO_DELEGATED = frozenset({"user_id", "execution_id"})


class UnknownFlow(Exception):
    """There is no active flow with this id."""

    mend = "List the flows, or publish and switch on this one."


class ManualStart:
    """Starts published flows with inputs given by a person or a program."""

    def __init__(
        self,
        starts: RunStarts,
        plans: Plans,
        clock: Clock,
        new_id: Callable[[], UUID],
        points: Points | None = None,
    ) -> None:
        self._starts = starts
        self._plans = plans
        self._clock = clock
        self._new_id = new_id
        self._points = points or Points()

    async def start(
        self, flow_id: str, inputs: Values, idempotency_key: str | None = None, *, version: int | None = None
    ) -> UUID:
        """Queue a run of a flow's current version, or of another one to try it; gives its id.

        Raises:
            UnknownFlow: there is no such active flow.
            ProblemError: an input is unknown or does not fit.
        """
        plan = await self._plans.get(flow_id, version)
        if plan is None:
            raise UnknownFlow(f"There is no active flow {flow_id!r}.")
        trigger = MANUAL if version is None else TRIAL
        run_id = self._new_id()
        event = started_by_hand(plan, inputs, run_id, self._clock.now())
        return await self._start(plan, event, idempotency_key, run_id, trigger)

    async def delegate(self, flow_id: str, inputs: Values, runner: str, idempotency_key: str | None = None) -> UUID:
        """Queue a run of a delegated flow for somebody who may run these; gives its id.

        Raises:
            UnknownFlow: there is no such active flow, or something else starts it.
            ProblemError: an input is unknown or does not fit.
        """
        plan = await self._plans.get(flow_id, None)
        if plan is None or plan.flow.event.card != DELEGATED:
            raise UnknownFlow(f"There is no active delegated flow {flow_id!r}.")
        own = [name for name in inputs if name in _GIVEN_TO_DELEGATED]
        if own:
            raise ProblemError(_unknown(flow_id, name, list(plan.flow.event.outputs)) for name in own)
        run_id = self._new_id()
        event = {**event_by_hand(plan, inputs), "user_id": runner, "execution_id": str(run_id)}
        return await self._start(plan, event, idempotency_key, run_id, DELEGATED)

    async def _start(self, plan: Plan, event: Values, idempotency_key: str | None, run_id: UUID, trigger: str) -> UUID:
        run = Run(
            id=run_id,
            root_id=run_id,
            flow_id=plan.flow.id,
            version=plan.version,
            status=RunStatus.QUEUED,
            event=event,
            created_at=self._clock.now(),
            trigger=trigger,
        )
        return await self._points.around(Point.QUEUED, lambda: self._starts.start(run, idempotency_key))


def started_by_hand(plan: Plan, inputs: Values, run_id: UUID, now: datetime) -> Values:
    """What a run by hand begins with: of a flow with a schedule also what each start of a schedule gives, as if it
    were due now, where the inputs do not say otherwise.

    Raises:
        ProblemError: an input is unknown or does not fit.
    """
    event = event_by_hand(plan, inputs)
    if plan.flow.event.card != SCHEDULE:
        return event
    always = scheduled_event(run_id, now, now)
    return {**event, **{name: value for name, value in always.items() if name not in inputs}}


def event_by_hand(plan: Plan, inputs: Values) -> Values:
    """What a flow is started with by a person or a program.

    Raises:
        ProblemError: an input is unknown or does not fit.
    """
    flow_id = plan.flow.id
    unknown = [name for name in inputs if name not in plan.event_fields]
    if unknown:
        raise ProblemError(_unknown(flow_id, name, list(plan.event_fields)) for name in unknown)
    try:
        return event_values(plan, inputs)
    except CardError as error:
        detail = error.detail
        problem = Problem("bad-input", detail.message, detail.mend, flow=flow_id, field=detail.field)
        raise ProblemError([problem]) from error


def _unknown(flow_id: str, name: str, known: list[str]) -> Problem:
    mend = f"Its inputs are {', '.join(known)}." if known else "It takes no inputs."
    return Problem("unknown-input", f"The flow has no input {name!r}.", mend, flow=flow_id, field=name)

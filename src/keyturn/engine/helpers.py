"""Helper flows: runs of their own, in the tree of the run that calls them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import Values

from .context import RunContext, Visit
from .earlier import child_id
from .effects import EffectSite
from .plan import CallPlan, Plan
from .points import Point
from .ports import JournalState, Run, RunStatus, StartRun
from .signals import AttentionNeeded, CancelledRun, Leave, Parked
from .told import of_call

if TYPE_CHECKING:
    from .executor import EngineLimits, Executor

_GOOD = frozenset({RunStatus.SUCCEEDED, RunStatus.STOPPED})


class Helpers:
    """Calls and starts helper flows for the runs of one session."""

    def __init__(
        self,
        executor: Executor,
        plan_of: Callable[[str, int | None], Awaitable[Plan | None]],
        limits: EngineLimits,
    ) -> None:
        self._executor = executor
        self._plan_of = plan_of
        self._limits = limits
        self._current: dict[str, Plan] = {}

    async def call(self, visit: Visit, call: CallPlan, given: Values, path: str, error: Values | None = None) -> Values:
        """Run a helper to its end and give what it returns. A helper that has ended before is not run again.

        Which of the outputs are made from secrets is put into the visit.

        Args:
            error: why it is called, where it deals with an error.

        Raises:
            CardError: there is no such helper, it cannot take the values, or it failed.
        """
        run = await self.ended(visit.context, call, given, path, error)
        visit.secret = run.secret_outputs
        return run.outputs or {}

    async def ended(
        self, caller: RunContext, call: CallPlan, given: Values, path: str, error: Values | None = None
    ) -> Run:
        """The helper's run, ended well. Raises CardError as ``call``."""
        run = await self._called(caller, call, given, path, error)
        if run.status is RunStatus.CANCELLED:
            raise CancelledRun("a helper run was cancelled")
        if run.status not in _GOOD:
            raise CardError(ErrorDetail.from_json(run.error or {}))
        return run

    async def _called(self, caller: RunContext, call: CallPlan, given: Values, path: str, error: Values | None) -> Run:
        """The helper's run, ended somehow."""
        session = self._executor.session
        known = session.runs.get(child_id(caller.run.id, path))
        if known is not None and known.status.ended:
            return known
        plan = await self._plan(call.flow_id, known.version if known else None)
        run = known or self._new_run(caller, plan, call, given, path, error)
        context = RunContext(run, plan, session, self._executor.clock)
        if run.depth % self._limits.new_task_every == 0:
            await asyncio.create_task(self.carry_out(context))
        else:
            await self.carry_out(context)
        return context.run

    async def carry_out(self, context: RunContext) -> None:
        """Carry out a run from its first card; its end is put into the session.

        Raises:
            Parked, AttentionNeeded, CancelledRun, HandBack: the tree as a whole cannot go on now.
        """
        context.begin()
        try:
            await self._executor.cards(context, context.plan.steps, context.values)
        except Leave as leave:
            status = RunStatus.STOPPED if leave.stopped else RunStatus.SUCCEEDED
            context.end(status, leave.outputs, secret=leave.secret, raw=leave.raw)
        except CardError as error:
            masked = context.session.masker.show_values(error.detail.to_json())
            context.end(RunStatus.FAILED, error=masked)
        except Parked as parked:
            context.suspend(RunStatus.WAITING, wake_at=parked.until)
            raise
        except AttentionNeeded as needed:
            context.suspend(RunStatus.NEEDS_ATTENTION, error=needed.error)
            raise
        except CancelledRun:
            context.end(RunStatus.CANCELLED)
            raise
        else:
            context.end(RunStatus.SUCCEEDED, {})

    async def start(self, site: EffectSite, caller: RunContext, call: CallPlan, given: Values) -> Values:
        """Queue a run of its own; journal record, run and job are one commit."""
        session = self._executor.session
        known = session.attempts(site.run_id, site.path).of_last(JournalState.DONE)
        if known is not None:
            return known.result or {}
        plan = await self._plan(call.flow_id, None)
        run_id = child_id(caller.run.id, site.path)
        told = of_call(plan.told, caller, site.path, None)
        run = Run(
            id=run_id,
            root_id=run_id,
            flow_id=call.flow_id,
            version=plan.version,
            status=RunStatus.QUEUED,
            event=event_values(plan, given) | told,
            parent_id=caller.run.id,
            parent_path=site.path,
            created_at=self._executor.clock.now(),
            trigger="helper",
            secret_event=_secret_given(caller, call, given | told),
        )
        outputs: Values = {"run_id": str(run_id)}
        await session.commit(Point.HELPER_QUEUED, site.record(JournalState.DONE, outputs), starts=[StartRun(run)])
        return outputs

    async def plan_now(self, flow_id: str) -> Plan | None:
        """The plan of a flow as it is called now; None if there is no such active flow."""
        return self._current.get(flow_id) or await self._plan_of(flow_id, None)

    async def _plan(self, flow_id: str, version: int | None) -> Plan:
        """The plan of a version. The current one is looked up once: all rounds of a loop have the same helper."""
        plan = self._current.get(flow_id) if version is None else None
        if plan is None:
            plan = await self._plan_of(flow_id, version)
        if plan is not None and version is None:
            self._current[flow_id] = plan
        if plan is None:
            raise CardError(
                ErrorDetail(
                    f"There is no active flow {flow_id!r} to call.",
                    code="no-such-flow",
                    mend="Publish it, or switch it on, or call another flow.",
                )
            )
        return plan

    def _new_run(
        self, caller: RunContext, plan: Plan, call: CallPlan, given: Values, path: str, error: Values | None
    ) -> Run:
        parent, told = caller.run, of_call(plan.told, caller, path, error)
        if parent.depth + 1 > self._limits.depth:
            raise CardError(
                ErrorDetail(
                    f"Stack limit exceeded: helper flows call each other {self._limits.depth} levels deep.",
                    code="stack-limit",
                    mend="Look for flows that call each other in a circle.",
                )
            )
        return Run(
            id=child_id(parent.id, path),
            root_id=parent.root_id,
            flow_id=plan.flow.id,
            version=plan.version,
            status=RunStatus.QUEUED,
            event=event_values(plan, given) | told,
            parent_id=parent.id,
            parent_path=path,
            depth=parent.depth + 1,
            created_at=self._executor.clock.now(),
            trigger="helper",
            secret_event=_secret_given(caller, call, given | told),
        )


def _secret_given(caller: RunContext, call: CallPlan, given: Values) -> frozenset[str]:
    """Names of what a helper is given that its caller knows to be secret, so that the helper's run knows it too."""
    return call.with_.made_from(caller.secrets) | caller.session.masker.names_in(given)


def event_values(plan: Plan, given: Values) -> Values:
    """What a flow is started with, converted to the types that its event declares; missing ones are null.

    Raises:
        CardError: a value cannot be converted.
    """
    values: Values = {**dict.fromkeys(plan.event_fields), **given}
    for name, kind in plan.event_fields.items():
        convert = converter(kind)
        if convert is None:
            continue
        try:
            values[name] = convert(values[name])
        except ConversionError as error:
            raise CardError.bad_input(
                name, f"{plan.flow.name} cannot take {name!r}: {error}.", f"Give it {kind}."
            ) from error
    return values

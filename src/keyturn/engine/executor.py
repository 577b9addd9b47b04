"""Carries out the cards of runs, in the order of the document.

Pure cards are plain calls. Control cards are in ``control`` and ``loops``, helper flows in ``helpers``,
effects in ``effects``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from keyturn.flows.actions import Actions, PageAsked, Turns
from keyturn.flows.conversion import ConversionError
from keyturn.flows.errors import CardError
from keyturn.flows.functions import Clock, Compute, EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind

from .context import RunContext, Visit
from .control import CONTROL
from .effects import Effects, EffectSite
from .helpers import Helpers
from .loops import for_each_record
from .pauses import Pausing
from .plan import Plan, StepPlan
from .ports import JournalState
from .session import Session
from .signals import AttentionNeeded, Leave, Signal

_YIELD_SECONDS = 0.005
_SAME_INSTANT = 0.0005  # seconds for which the calendar is not looked at again: history shows milliseconds


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Bounds of a run.

    Attributes:
        depth: levels of helper flows.
        new_task_every: levels after which a helper gets a task (and so a call stack) of its own.
    """

    depth: int = 250
    new_task_every: int = 20


class Executor:
    """Carries out the runs of one session.

    Args:
        plan_of: gives the plan of a flow version (None: the current one), or None if there is none.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        clock: Clock,
        random: Random,
        plan_of: Callable[[str, int | None], Awaitable[Plan | None]],
        limits: EngineLimits,
        pausing: Pausing,
        turns: Turns | None,
    ) -> None:
        self.session = session
        self.clock = clock
        self.pausing = pausing
        self.effects = Effects(session, actions, clock, random, turns)
        self.helpers = Helpers(self, plan_of, limits)
        self._effect_ports = EffectPorts(clock, random.random)
        self._yielded = clock.monotonic()

    async def cards(self, context: RunContext, steps: tuple[StepPlan, ...], values: Values, prefix: str = "") -> None:
        """Carry out cards one after another; their outputs go into ``values``."""
        now, monotonic = self.clock.now, self.clock.monotonic
        began = monotonic()
        at, looked = now(), began
        for step in steps:
            if began - self._yielded > _YIELD_SECONDS:  # let other runs go on every few milliseconds
                self._yielded = began
                await asyncio.sleep(0)
                began = monotonic()
            if began - looked > _SAME_INSTANT:
                at, looked = now(), began
            path, plain = prefix + step.id, step.plain
            ended = None if plain is None else self._plain(context, step, plain, values, path, at, began)
            if ended is None:
                values[step.id] = await self._card(Visit(context, step, values, path, at, began))
                ended = monotonic()
            began = ended  # a look at the clock is a good part of what a card costs
            if context.plan.about is not None:
                context.note_about()

    def _plain(
        self,
        context: RunContext,
        step: StepPlan,
        compute: Compute,
        values: Values,
        path: str,
        at: datetime,
        began: float,
    ) -> float | None:
        """Carry out a plain card; gives when it ended, or None where it is to be carried out as any other card: it
        fails, or there are secrets."""
        if context.secrets.any:
            return None
        try:
            inputs = step.inputs.resolve(values)
            outputs = compute(inputs, ())
        except CardError:
            return None
        values[step.id] = outputs
        ended = self.clock.monotonic()
        context.tell(step, path, at, ended - began, inputs, outputs)
        return ended

    async def _failed(self, visit: Visit, raised: CardError) -> Values:
        error = visit.locate(raised)
        if visit.step.on_error.then == "continue":
            return await self._went_on(visit, error)
        visit.finish("failed", error=error.detail)
        return await self._on_error(visit, error)

    async def _went_on(self, visit: Visit, error: CardError) -> Values:
        """``then: continue``: what the card hands on instead of its outputs is in the trace beside its error."""
        try:
            outputs = await self._handed_on(visit, error)
        except Signal:
            visit.finish("waiting")
            raise
        except CardError:
            visit.finish("failed", error=error.detail)
            raise
        visit.finish("failed", outputs, error.detail)
        return outputs

    async def _handed_on(self, visit: Visit, error: CardError) -> Values:
        """Values, and what the called flow gives."""
        plan, shown = visit.step.on_error, error.detail.to_flow()
        scope: Values = {**visit.values, "error": shown}
        secret = plan.values.made_from(visit.context.secrets)
        outputs = plan.values.resolve(scope)
        if plan.call is not None:
            given = plan.call.with_.resolve(scope)
            outputs |= await self.helpers.call(visit, plan.call, given, f"{visit.path}/on_error", shown)
            secret |= visit.secret
        visit.secret = secret
        return {**outputs, "error": shown}

    async def _card(self, visit: Visit) -> Values:
        try:
            outputs = await self._outputs(visit)
        except CardError as raised:
            return await self._failed(visit, raised)
        except Leave as leave:
            visit.secret = leave.secret
            visit.finish("done", leave.outputs)
            raise
        except AttentionNeeded as asked:
            of_itself = (asked.run_id, asked.path) == (visit.context.run.id, visit.path)
            visit.finish("unknown" if of_itself else "waiting")
            raise
        except Signal:
            visit.finish("waiting")
            raise
        if visit.step.on_error.then == "continue":
            outputs = {**outputs, "error": None}
        visit.finish("done", outputs)
        return outputs

    async def _outputs(self, visit: Visit) -> Values:
        step = visit.step
        visit.inputs = step.inputs.resolve(visit.values)
        if step.secret_inputs:
            visit.learn_given()
        if step.compute is not None:
            return self._computed(visit, step.compute)
        if step.spec.kind is CardKind.CONTROL:
            return await self._controlled(visit)
        if step.rules is not None:
            step.rules.read(visit.given)  # raises for what cannot be; what is sent stays as it was given
        if step.effect_compute is not None:
            return self._journaled(visit)
        if step.streams:
            return convert_outputs(step, await for_each_record(self, visit))
        outputs = await self._action(visit)
        if step.rules is not None:
            step.rules.check(outputs)
        return convert_outputs(step, outputs)

    async def _controlled(self, visit: Visit) -> Values:
        """A control card: its inputs are read as its declaration says."""
        step, rules = visit.step, visit.step.rules
        if rules is None:
            return convert_outputs(step, await CONTROL[step.key](self, visit))
        visit.read = rules.read(visit.given)
        outputs = await CONTROL[step.key](self, visit)
        rules.check(outputs)
        return convert_outputs(step, outputs)

    @staticmethod
    def _computed(visit: Visit, compute: Compute) -> Values:
        """A pure card: a plain call."""
        step = visit.step
        outputs = compute(visit.given, step.free_outputs)
        if step.warn is not None:
            visit.warnings = step.warn(visit.given)
        return convert_outputs(step, outputs)

    async def _action(self, visit: Visit) -> Values:
        site = self.site(visit)
        try:
            return await self.effects.perform(site)
        finally:
            visit.attempt, visit.exchanges = site.attempt, site.exchanges

    async def page(self, visit: Visit, number: int, token: JSON) -> Values:
        """One page of an action that reads page after page, with an entry of its own in the trace.

        Args:
            number: of the page, from 0.
            token: what the page before gave for this one; None for the first.
        """
        reading = visit.context.visit(visit.step, visit.values, f"{visit.path}@{number}")
        reading.inputs = visit.given
        site = self.site(reading, page=PageAsked(token if isinstance(token, str) else None))
        try:
            found = await self.effects.perform(site)
        except CardError as error:
            reading.finish("failed", error=error.detail)
            raise
        finally:
            reading.attempt, reading.exchanges = site.attempt, site.exchanges
        records = found.get("records")
        reading.finish("done", {"records": len(records) if isinstance(records, list) else 0}, counts=False)
        return found

    def site(self, visit: Visit, page: PageAsked | None = None) -> EffectSite:
        """The effect that a card stands for."""
        context, step = visit.context, visit.step
        manifest = context.plan.manifests.get(step.spec.connector) if step.spec.connector else None
        return EffectSite(context.run.id, context.run.flow_id, step, visit.path, visit.given, manifest, page)

    def _journaled(self, visit: Visit) -> Values:
        """A function card that is not repeatable: its first result counts for ever."""
        step = visit.step
        assert step.effect_compute is not None
        site = self.site(visit)
        known = self.session.attempts(site.run_id, site.path).of_last(JournalState.DONE)
        if known is not None and known.digest == site.digest:
            return known.result or {}
        outputs = step.effect_compute(visit.given, self._effect_ports)
        self.session.record(site.record(JournalState.DONE, outputs))
        return outputs

    async def _on_error(self, visit: Visit, error: CardError) -> Values:
        """Do what the card's ``on_error`` says once no try is left."""
        context, plan = visit.context, visit.step.on_error
        shown = error.detail.to_flow()
        scope: Values = {**visit.values, "error": shown}
        match plan.then:
            case "return":
                secret = plan.values.made_from(context.secrets)
                raise Leave(whole_flow=True, outputs=plan.values.resolve(scope), secret=secret) from error
            case "call" if plan.call is not None:
                given = plan.call.with_.resolve(scope)
                path = f"{visit.path}/on_error"
                outputs = await self.helpers.call(visit, plan.call, given, path, shown)
                raise Leave(whole_flow=True, outputs=outputs, secret=visit.secret) from error
            case _:
                raise error


def convert_outputs(step: StepPlan, outputs: Values) -> Values:
    """Free outputs converted to the types that the author declared; missing ones are null.

    Raises:
        CardError: a value does not fit its declared type.
    """
    if not step.free_outputs:
        return outputs
    result = {**dict.fromkeys(step.free_outputs), **outputs}
    for name, convert in step.convert_outputs:
        try:
            result[name] = convert(result[name])
        except ConversionError as error:
            raise CardError.bad_input(
                name, f"The output {name!r} cannot be used: {error}.", "Declare the type that it really has."
            ) from error
    return result

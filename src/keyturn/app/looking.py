"""What an app says now about an effect of which nobody knows whether it happened: for the person who must decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from keyturn.engine.earlier import placed
from keyturn.engine.effects import digest_of
from keyturn.engine.engine import Plans
from keyturn.engine.history import History, Question, TraceFilter
from keyturn.engine.masking import Masker
from keyturn.engine.plan import StepPlan, walk_steps
from keyturn.engine.ports import Run
from keyturn.engine.rerun import card_of
from keyturn.engine.session import Attempts
from keyturn.flows.actions import ActionCall, Actions, Done, Failed, Proof, Ready
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import MAX_PAGE, PageRequest

from .runs import NoSuchRun, NothingToDecide

CANNOT_LOOK = "cannot-look"


class _CannotLook(Exception):
    """The app cannot be asked whether it happened."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the app says.

    Attributes:
        says: that it happened, that it did not, or nothing that tells.
        outputs: what the card would have given, if it happened; secrets are masked.
        proof: the field of the answer that tells, and what stands there, masked; None where the answer as a whole does.
        whole: nothing of the outputs is masked or cut, so that they can be handed on as they are.
        error: why it tells nothing; its code is ``cannot-look`` where looking again would not help.
        exchanges: the requests of looking and their answers, masked.
    """

    says: Literal["happened", "did not happen", "nothing"]
    outputs: Values | None
    whole: bool
    error: Values | None
    exchanges: Sequence[JSON]
    at: datetime
    proof: Proof | None = None


class Looking:
    """Has the action of a card look whether it happened. Nothing is changed in the app, nor in the run.

    What the card was given stands in its history only, where secrets are masked and long values cut. That it is what
    was sent is proved by the digest that the journal holds of it; else nobody is asked.
    """

    def __init__(self, history: History, plans: Plans, actions: Actions, clock: Clock) -> None:
        self._history = history
        self._plans = plans
        self._actions = actions
        self._clock = clock

    async def look(self, run_id: UUID, path: str, attempt: int) -> Looked:
        """Ask the app.

        Raises:
            NoSuchRun, NothingToDecide: the outcome of this card is not unknown.
        """
        run = await self._history.get(run_id)
        if run is None:
            raise NoSuchRun(f"There is no run {run_id}.")
        question = await self._question(run, path, attempt)
        try:
            step, manifest = await self._step(run, path)
            inputs = await self._sent(run, step, question)
        except _CannotLook as error:
            mend = "Look in the app itself whether it happened."
            detail = ErrorDetail(str(error), code=CANNOT_LOOK, mend=mend)
            return Looked("nothing", None, False, detail.to_json(), (), self._clock.now())
        attempts = await self._attempts(run, path)
        outcome = await self._actions.perform(
            ActionCall(
                run_id=run.id,
                root_id=run.root_id,
                flow_id=run.flow_id,
                card_id=step.id,
                path=path,
                card=step.key,
                connection=step.connection,
                options=step.options,
                inputs=inputs,
                attempt=attempt,
                before_send=_nothing,
                manifest=manifest,
                look=True,
                sent_at=attempts.begun_at(attempt, question.digest),
                was_otherwise=attempts.before(attempt + 1, question.digest)[1],
            )
        )
        masker, now, exchanges = Masker(), self._clock.now(), [*outcome.exchanges]
        shown = [masker.show(exchange) for exchange in exchanges]
        proof = None if isinstance(outcome, Ready) else _shown(masker, outcome.proof)
        match outcome:
            case Done(outputs=outputs):
                visible = masker.show_made(outputs, step.secret & outputs.keys())
                return Looked("happened", visible, visible == outputs, None, shown, now, proof)
            case Failed(not_there=True):
                return Looked("did not happen", None, False, None, shown, now, proof)
            case Failed(error=error):
                return Looked("nothing", None, False, _told(masker, error), shown, now)
            case _:
                told = getattr(outcome, "error", None)
                error = _told(masker, told) if isinstance(told, ErrorDetail) else None
                return Looked("nothing", None, False, error, shown, now, proof)

    async def _question(self, run: Run, path: str, attempt: int) -> Question:
        open_ones = [*await self._history.questions(run.root_id), *await self._history.left_open(run.root_id)]
        for question in open_ones:
            if (question.run_id, question.path, question.attempt) == (run.id, path, attempt):
                return question
        raise NothingToDecide(f"Nothing is asked about {path!r}, attempt {attempt}, of this run.")

    async def _attempts(self, run: Run, path: str) -> Attempts:
        """What the journal has of the card."""
        tree = await self._history.tree(run.root_id)
        attempts = Attempts()
        for record in tree.journal if tree is not None else ():
            if placed(record.run_id, record.path) == (run.id, path):
                attempts.add(record)
        return attempts

    async def _step(self, run: Run, path: str) -> tuple[StepPlan, str | None]:
        """The card, and the manifest that its version was published with."""
        plan = await self._plans.get(run.flow_id, run.version)
        steps = walk_steps(plan.steps) if plan is not None else ()
        step = next((one for one in steps if one.id == card_of(path)), None)
        if plan is None or step is None:
            raise _CannotLook(f"Version {run.version} of {run.flow_id!r} is not there any more.")
        if step.effect is None or step.effect.read_back is None:
            raise _CannotLook(f"{step.spec.title} has no way to look whether it happened.")
        return step, plan.manifests.get(step.spec.connector or "")

    async def _sent(self, run: Run, step: StepPlan, question: Question) -> Values:
        """What the card was given, as the history has it, if it is that indeed."""
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._history.trace(run.id, page, TraceFilter(path=question.path))
            for entry in found.rows:
                inputs = entry.inputs if isinstance(entry.inputs, dict) else None
                if inputs is not None and digest_of(step.key, step.options, inputs) == question.digest:
                    return inputs
            page = PageRequest(MAX_PAGE, found.next) if found.next else None
        raise _CannotLook("What was sent is not in the history as it was: it is secret, too long, or was not kept.")


def _nothing() -> None:
    """A look is a read of its own and needs no lease."""


def _shown(masker: Masker, proof: Proof | None) -> Proof | None:
    return replace(proof, value=masker.show(proof.value)) if proof is not None else None


def _told(masker: Masker, error: ErrorDetail) -> Values:
    return masker.show_values(error.to_json())

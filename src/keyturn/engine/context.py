"""One run while it is carried out: its plan, its row, and how its cards are told about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values

from .masking import MASK
from .plan import Plan, StepPlan
from .ports import ENDPOINT, Run, RunStatus, TraceEntry
from .session import Session


class RunContext:
    """The state of one run of one plan.

    What changes with every card is kept here and becomes a ``Run`` only when something is written.

    Attributes:
        run: the run as it was last told to the session.
        values: what cards and roots (event, run, flow) have given so far.
        cards: number of cards carried out.
        changed: whether the session is to be told the run anew with its next commit.
    """

    def __init__(self, run: Run, plan: Plan, session: Session, clock: Clock) -> None:
        self.run = run
        self.plan = plan
        self.session = session
        self.clock = clock
        self.values: Values = {}
        self.cards = 0
        self.changed = True
        self._about = run.about
        self._started_at = run.started_at

    def begin(self) -> None:
        """Fill the roots and mark the run as running."""
        for name in self.plan.secret_fields:
            self.session.masker.learn(self.run.event.get(name))
        started = self._started_at = self._started_at or self.clock.now()
        self.values["event"] = self.run.event
        self.values["run"] = {
            "id": str(self.run.id),
            "root_id": str(self.run.root_id),
            "started_at": stamp(started),
        }
        self.values["flow"] = {
            "id": self.run.flow_id,
            "name": self.plan.flow.name,
            "version": self.run.version,
        }
        self.session.follow(self)
        self.note_about()

    def snapshot(self) -> Run:
        """The run as it stands, to be written while it goes on."""
        self.changed = False
        self._put(RunStatus.RUNNING)
        return self.run

    def note_about(self) -> None:
        """Set the person concerned as soon as what it refers to is there."""
        if self._about is not None or self.plan.about is None:
            return
        if self.plan.about_roots <= self.values.keys():
            try:
                about = to_text(self.plan.about(self.values)).strip()
            except CardError:
                return
            self._about = about[:500] or None
            self.changed = True

    def end(self, status: RunStatus, outputs: Values | None = None, error: Values | None = None) -> None:
        """Mark the run as ended. What a root run gives is only shown, so that it is masked like its trace."""
        answer = None
        if outputs is not None and self.run.depth == 0:
            keep, given = self.plan.flow.save_data, outputs
            outputs = self.session.masker.show_values(given) if keep else None
            answer = given if self.run.trigger == ENDPOINT and outputs != given else None
        self._put(status, outputs=outputs, error=error, ended_at=self.clock.now(), answer=answer)
        self.session.leave(self.run)
        if self.run.depth:
            self.session.settle_helpers_of(self.run.id)

    def suspend(self, status: RunStatus, *, wake_at: datetime | None = None, error: Values | None = None) -> None:
        """Mark the run as waiting for a time or a person."""
        self._put(status, wake_at=wake_at, error=error)
        self.session.leave(self.run)

    def _put(
        self,
        status: RunStatus,
        *,
        outputs: Values | None = None,
        error: Values | None = None,
        ended_at: datetime | None = None,
        wake_at: datetime | None = None,
        answer: Values | None = None,
    ) -> None:
        self.run = replace(
            self.run,
            status=status,
            about=self._about,
            started_at=self._started_at,
            cards=self.cards,
            outputs=outputs,
            error=error,
            ended_at=ended_at,
            wake_at=wake_at,
            answer=answer,
        )

    def visit(self, step: StepPlan, values: Values, path: str) -> Visit:
        """Begin with a card."""
        return Visit(self, step, values, path, self.clock.now(), self.clock.monotonic())


@dataclass(slots=True)
class Visit:
    """One card being carried out in one run.

    Attributes:
        values: what this card sees; its own outputs go there too.
        path: card and loop indices, for example ``each[17]/suspend``.
        at, began: when it started, by the calendar and by the monotonic clock (seconds).
        attempt, exchanges: of its effect, for the trace.
        warnings: what its comparisons met that is seldom meant, for the trace.
    """

    context: RunContext
    step: StepPlan
    values: Values
    path: str
    at: datetime
    began: float
    inputs: Values | None = None
    attempt: int = 1
    exchanges: Sequence[JSON] = ()
    warnings: tuple[str, ...] = ()

    @property
    def given(self) -> Values:
        """The resolved inputs (empty before they are resolved)."""
        return self.inputs or {}

    def locate(self, error: CardError) -> CardError:
        """The error with its place."""
        run = self.context.run
        return error.located(card=self.step.id, title=self.step.title, flow=run.flow_id, run=str(run.id))

    def finish(
        self, status: str, outputs: Values | None = None, error: ErrorDetail | None = None, *, counts: bool = True
    ) -> None:
        """Count the card and add its entry to the trace; secrets are masked here."""
        context, step = self.context, self.step
        masker = context.session.masker
        if step.secret and outputs is not None:
            masker.learn(outputs)
        if counts and status in ("done", "failed"):
            context.cards += 1
        keep = context.plan.flow.save_data
        shown: JSON = None
        if keep and outputs is not None:
            shown = dict.fromkeys(outputs, MASK) if step.secret else masker.show(outputs)
        context.session.trace(
            TraceEntry(
                run_id=context.run.id,
                path=self.path,
                card_id=step.id,
                card=step.key,
                status=status,
                at=self.at,
                ms=round((context.clock.monotonic() - self.began) * 1000, 3),
                inputs=masker.show(self.inputs) if keep and self.inputs is not None else None,
                outputs=shown,
                error=masker.show_values(error.to_json()) if error else None,
                attempt=self.attempt,
                exchanges=[masker.show(exchange) for exchange in self.exchanges] if keep and self.exchanges else (),
                warnings=self.warnings,
            )
        )


def stamp(moment: datetime) -> str:
    """An instant as flows see it: ISO 8601, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

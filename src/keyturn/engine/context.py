"""One run while it is carried out: its plan, its row, and how its cards are told about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values

from .inputs import NO_NAMES
from .likely import explained
from .masking import MASK
from .plan import Plan, StepPlan
from .ports import ENDPOINT, RAW_ANSWER, Run, RunStatus, TraceEntry
from .secret_inputs import values_at
from .secrets import WHOLE, SecretPlaces
from .session import Session
from .told import EXECUTION_ID


class RunContext:
    """The state of one run of one plan.

    What changes with every card is kept here and becomes a ``Run`` only when something is written.

    Attributes:
        run: the run as it was last told to the session.
        values: what cards and roots (event, run, flow) have given so far.
        cards: number of cards carried out.
        changed: whether the session is to be told the run anew with its next commit.
        secrets: where in ``values`` secrets are.
        answered: the caller of the endpoint has its answer; what the run gives at its end is not for it.
        keeps: whether what cards are given and give is kept for history.
    """

    def __init__(self, run: Run, plan: Plan, session: Session, clock: Clock) -> None:
        self.run = run
        self.plan = plan
        self.session = session
        self.clock = clock
        self.values: Values = {}
        self.cards = 0
        self.changed = True
        self.secrets = SecretPlaces()
        self.answered = False
        self._about = run.about
        self._started_at = run.started_at
        self.keeps = plan.flow.save_data

    def begin(self) -> None:
        """Fill the roots and mark the run as running."""
        secret = self.plan.secret_fields | self.run.secret_event
        self.secrets.add("event", secret)
        for name in secret:
            self.session.masker.learn(self.run.event.get(name))
        started = self._started_at = self._started_at or self.clock.now()
        self.values |= roots_of(self.run, self.plan, started)
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
            made = frozenset({"about"}) if self.secrets.hold(self.plan.about_heads) else NO_NAMES
            shown = self.session.masker.show_made({"about": about}, made)
            self._about = to_text(shown["about"])[:500] or None
            self.changed = True

    def answer(self, given: Values) -> bool:
        """Have the caller of the endpoint answered by the next commit, while the run goes on; False if none waits."""
        if self.answered or self.run.depth or self.run.trigger != ENDPOINT:
            return False
        self.answered = True
        self._put(RunStatus.RUNNING, answer={RAW_ANSWER: given})
        self.changed = False
        self.session.put_run(self.run)
        return True

    def end(
        self,
        status: RunStatus,
        outputs: Values | None = None,
        error: Values | None = None,
        secret: frozenset[str] = NO_NAMES,
        raw: bool = False,
    ) -> None:
        """Mark the run as ended. What a root run gives is only shown, so that it is masked like its trace.

        Args:
            secret: names of outputs that are made from secrets.
            raw: the outputs are an HTTP answer for the caller.
        """
        masker = self.session.masker
        shown = masker.show_made(outputs, secret) if outputs is not None and self.plan.flow.save_data else None
        answer: Values | None = None
        waited_for = self.run.trigger == ENDPOINT and not self.run.depth and not self.answered
        if outputs is not None and waited_for and (raw or shown != outputs):
            answer = {RAW_ANSWER: outputs} if raw else outputs
        secret |= masker.names_in(outputs or {})
        given = outputs if self.run.depth else shown
        self._put(
            status,
            outputs=given,
            error=error,
            ended_at=self.clock.now(),
            answer=answer,
            shown=shown,
            secret_outputs=secret,
        )
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
        shown: Values | None = None,
        secret_outputs: frozenset[str] = NO_NAMES,
    ) -> None:
        self.run = self.run.standing(
            status,
            about=self._about,
            cards=self.cards,
            started_at=self._started_at,
            ended_at=ended_at,
            wake_at=wake_at,
            outputs=outputs,
            shown=shown,
            secret_outputs=secret_outputs,
            error=error,
            answer=answer,
        )

    def visit(self, step: StepPlan, values: Values, path: str) -> Visit:
        """Begin with a card."""
        return Visit(self, step, values, path, self.clock.now(), self.clock.monotonic())

    def tell(self, step: StepPlan, path: str, at: datetime, seconds: float, inputs: Values, outputs: Values) -> None:
        """Count a plain card that is done and add its entry to the trace: what ``Visit.finish`` comes to for those."""
        self.cards += 1
        session = self.session
        entry = TraceEntry(self.run.id, path, step.id, step.key, "done", at, int(seconds * 1_000_000) / 1000)
        if self.keeps:
            show = session.masker.show_open
            entry.inputs, entry.outputs = show(inputs), show(outputs)
        session.trace(entry)


@dataclass(slots=True)
class Visit:
    """One card being carried out in one run.

    Attributes:
        values: what this card sees; its own outputs go there too.
        path: card and loop indices, for example ``each[17]/suspend``.
        at, began: when it started, by the calendar and by the monotonic clock (seconds).
        inputs: as they were resolved, for the trace; ``read`` has what the card makes of them.
        attempt, exchanges: of its effect, for the trace.
        secret: names of its outputs that are made from secrets, as far as the card itself knows.
        warnings: what its comparisons met that is seldom meant, for the trace.
    """

    context: RunContext
    step: StepPlan
    values: Values
    path: str
    at: datetime
    began: float
    inputs: Values | None = None
    read: Values | None = None
    attempt: int = 1
    exchanges: Sequence[JSON] = ()
    secret: frozenset[str] = NO_NAMES
    warnings: tuple[str, ...] = ()

    @property
    def given(self) -> Values:
        """The resolved inputs, read as the card's declaration says (empty before they are resolved)."""
        return self.read or self.inputs or {}

    def number(self, name: str) -> int | float:
        """An input of which the card's declaration makes sure that it is a number."""
        value = self.given[name]
        assert isinstance(value, int | float), name
        return value

    def text(self, name: str) -> str:
        """An input of which the card's declaration makes sure that it is a text."""
        value = self.given[name]
        assert isinstance(value, str), name
        return value

    def locate(self, error: CardError) -> CardError:
        """The error with its place, and why it came about, likely."""
        run = self.context.run
        return explained(self, error).located(
            card=self.step.id, title=self.step.title, flow=run.flow_id, run=str(run.id)
        )

    def finish(
        self, status: str, outputs: Values | None = None, error: ErrorDetail | None = None, *, counts: bool = True
    ) -> None:
        """Count the card and add its entry to the trace; secrets are masked here."""
        context, step = self.context, self.step
        masker = context.session.masker
        secret = NO_NAMES
        if outputs is not None and (context.secrets.any or self.secret or step.secret):
            secret = self._secret_outputs(outputs, computed=error is None)
        if counts and status in ("done", "failed"):
            context.cards += 1
        keep = context.keeps
        shown: JSON = None
        if keep and outputs is not None:
            shown = {**masker.show_values(outputs), **dict.fromkeys(secret, MASK)} if secret else masker.show(outputs)
        context.session.trace(
            TraceEntry(
                run_id=context.run.id,
                path=self.path,
                card_id=step.id,
                card=step.key,
                status=status,
                at=self.at,
                ms=milliseconds(context.clock.monotonic() - self.began),
                inputs=self._shown_inputs() if keep else None,
                outputs=shown,
                error=masker.show_values(error.to_json()) if error else None,
                attempt=self.attempt,
                exchanges=[masker.show(exchange) for exchange in self.exchanges] if keep and self.exchanges else (),
                warnings=self.warnings,
            )
        )

    def _secret_outputs(self, outputs: Values, *, computed: bool) -> frozenset[str]:
        """Learn the outputs that are secret, and give their names: declared ones, those that the card knows of, and
        all that a function makes from secrets."""
        step, places = self.step, self.context.secrets
        makes = places.any and computed and not (step.compute is None and step.effect_compute is None)
        if makes and step.inputs.made_from(places):
            names, secret = frozenset({WHOLE}), frozenset(outputs)
        else:
            names = (step.secret | self.secret) if computed else self.secret
            secret = names & outputs.keys()
        places.add(step.id, names)
        for name in secret:
            self.context.session.masker.learn(outputs[name])
        return secret

    def learn_given(self) -> None:
        """Learn what the card is given that is secret by its type, before anything is sent or told."""
        for value in values_at(self.inputs or {}, self.step.secret_inputs):
            self.context.session.masker.learn(value)

    def _shown_inputs(self) -> JSON:
        masker, places = self.context.session.masker, self.context.secrets
        if self.inputs is None or not (places.any or self.step.secret_inputs):
            return masker.show(self.inputs)
        call = self.step.call
        made = self.step.inputs.made_from(places) | (call.with_.made_from(places) if call else NO_NAMES)
        return masker.show_made(self.inputs, made | self.step.hidden)


def roots_of(run: Run, plan: Plan, started: datetime | None) -> Values:
    """What there is before a run's first card: its event, and what the flow is told of itself and its run."""
    event, told = run.event, plan.told
    if told:
        event = {**dict.fromkeys(told), **event}
        if EXECUTION_ID in told:
            event[EXECUTION_ID] = str(run.id)
    started_at = None if started is None else stamp(started)
    return {
        "event": event,
        "run": {"id": str(run.id), "root_id": str(run.root_id), "started_at": started_at},
        "flow": {"id": run.flow_id, "name": plan.flow.name, "version": run.version},
    }


def milliseconds(seconds: float) -> float:
    """A time as the history shows it: milliseconds to the microsecond, cut, as rounding takes twice as long."""
    return int(seconds * 1_000_000) / 1000


def stamp(moment: datetime) -> str:
    """An instant as flows see it: ISO 8601, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What a person may do with a run: cancel, decide an unknown outcome, run again from a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from keyturn.engine.attempts import Begun
from keyturn.engine.compile import PlanError
from keyturn.engine.engine import Plans
from keyturn.engine.history import (
    EVERY_HELPER,
    Answer,
    HelperFilter,
    History,
    Question,
    RunControl,
    TraceFilter,
)
from keyturn.engine.plan import Plan
from keyturn.engine.points import Point, Points
from keyturn.engine.ports import JournalRecord, JournalState, Run, RunStatus, RunTree, TraceEntry
from keyturn.engine.rerun import Rerun, RerunRefused, plan_rerun
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest

from .culprit import culprit_of
from .given import in_short
from .under_way import shown_event, under_way


class NoSuchRun(Exception):
    """There is no run with this id."""

    mend = "List the runs: keyturn runs list. Runs that ended long ago are removed (KEYTURN_HISTORY_DAYS)."


class NothingToDecide(Exception):
    """The run does not wait for this decision."""

    mend = "Look at the run's open questions."


class NoSuchValue(Exception):
    """A card of a run has no such value."""

    mend = "Look at the trace of the run."


class NotShown(Exception):
    """What an event gave cannot be shown."""

    mend = "Publish the flow again, and start it anew."


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a value stands in a run's trace."""

    path: str
    attempt: int
    part: Literal["inputs", "outputs"]
    field: str


class RunDesk:
    """Acts on runs for people."""

    def __init__(
        self,
        history: History,
        control: RunControl,
        plans: Plans,
        clock: Clock,
        new_id: Callable[[], UUID],
        points: Points | None = None,
    ) -> None:
        self._history = history
        self._control = control
        self._plans = plans
        self._clock = clock
        self._new_id = new_id
        self._points = points or Points()

    async def get(self, run_id: UUID) -> Run:
        """A run. Raises NoSuchRun."""
        run = await self._history.get(run_id)
        if run is None:
            raise NoSuchRun(f"There is no run {run_id}.")
        return run

    async def tree(self, run_id: UUID) -> RunTree:
        """The whole tree that a run belongs to. Raises NoSuchRun."""
        run = await self.get(run_id)
        tree = await self._history.tree(run.root_id)
        if tree is None:
            raise NoSuchRun(f"There is no run {run.root_id}.")
        return tree

    async def tree_page(self, run_id: UUID, page: PageRequest) -> Page[Run]:
        """Runs of the tree that a run belongs to, its root first. Raises NoSuchRun."""
        return await self._history.tree_page((await self.get(run_id)).root_id, page)

    async def helpers(self, run_id: UUID, page: PageRequest, wanted: HelperFilter = EVERY_HELPER) -> Page[Run]:
        """Helper runs that a run started itself, in the order in which they were made. Raises NoSuchRun."""
        return await self._history.helpers((await self.get(run_id)).id, page, wanted)

    async def given(self, runs: Sequence[Run]) -> Mapping[UUID, str]:
        """What each run was given, in a line; without those of which nothing can be shown."""
        found: dict[UUID, str] = {}
        for run in runs:
            try:
                values = await self._event(run)
            except (NotShown, PlanError):
                continue
            if values is not None and (said := in_short(values)) is not None:
                found[run.id] = said
        return found

    async def culprit(self, run_id: UUID) -> TraceEntry | None:
        """What the card did at which a run ended in failure; None where there is none. Raises NoSuchRun."""
        run = await self.get(run_id)
        return await culprit_of(self._history, run) if run.status is RunStatus.FAILED else None

    async def event(self, run_id: UUID) -> Values | None:
        """What the event gave a run, secrets masked; None where its flow keeps no data.

        Raises:
            NoSuchRun, NotShown: its version is not there, which alone says what is secret.
        """
        return await self._event(await self.get(run_id))

    async def _event(self, run: Run) -> Values | None:
        plan = await self._plans.get(run.flow_id, run.version)
        if plan is None:
            raise NotShown(f"Version {run.version} of {run.flow_id!r}, which says what is secret, is not there.")
        if not plan.flow.save_data:
            return None
        return shown_event(run, plan)[0]

    async def at_work(self, run: Run, wanted: TraceFilter) -> Sequence[Begun]:
        """The cards of a run that are at work, and the loops around them; none of a run that does not go on."""
        return await under_way(self._history, self._plans, run, wanted) if run.status is RunStatus.RUNNING else ()

    async def value(self, run_id: UUID, place: ValuePlace) -> JSON:
        """A value of a card's trace, whole. Raises NoSuchRun and NoSuchValue."""
        wanted = TraceFilter(path=place.path)
        run, page = await self.get(run_id), PageRequest(MAX_PAGE)
        while True:
            found = await self._history.trace(run.id, page, wanted)
            begun = () if found.next else await self.at_work(run, wanted)
            for entry in (*found.rows, *(one.entry for one in begun)):
                values = entry.inputs if place.part == "inputs" else entry.outputs
                if entry.attempt == place.attempt and isinstance(values, dict) and place.field in values:
                    return values[place.field]
            if found.next is None:
                raise NoSuchValue(f"The card at {place.path!r} has no {place.field!r} among its {place.part}.")
            page = PageRequest(MAX_PAGE, found.next)

    async def cancel(self, run_id: UUID) -> Run:
        """Ask the tree of this run to end; asking twice changes nothing. Raises NoSuchRun."""
        run = await self.get(run_id)
        ask = self._points.around(Point.CANCELLED, lambda: self._control.request_cancel(run.root_id))
        return await ask or run

    async def questions(self, run_id: UUID) -> Sequence[Question]:
        """What a person must say about the tree of this run. Raises NoSuchRun."""
        run = await self.get(run_id)
        return await self._history.questions(run.root_id)

    async def left_open(self, run_id: UUID) -> Sequence[Question]:
        """What was sent before the tree of this run was cancelled, and whose outcome nobody knows. Raises NoSuchRun."""
        run = await self.get(run_id)
        return await self._history.left_open(run.root_id)

    async def decide(
        self, run_id: UUID, path: str, attempt: int, answer: Answer, outputs: Values | None, by: str
    ) -> Run:
        """Say what happened to an effect; the run then goes on. Saying the same again changes nothing.

        Args:
            outputs: what the card gave, for ``happened``.
            by: who says so.

        Raises:
            NoSuchRun, NothingToDecide
        """
        run = await self.get(run_id)
        result: Values = {"answer": answer, "outputs": outputs or {}, "by": by}
        asked = {(q.run_id, q.path, q.attempt): q.card for q in await self._history.questions(run.root_id)}
        card = asked.get((run_id, path, attempt))
        record = JournalRecord(run_id, path, attempt, JournalState.DECIDED, card or "", "", result)
        if card is not None:
            await self._points.around(Point.DECIDED, lambda: self._control.decide(record, run.root_id))
        if await self._control.was_decided(record, run.root_id):  # now, or before by an answer that was lost
            return await self.get(run_id)
        raise NothingToDecide(f"Nothing is asked about {path!r}, attempt {attempt}, of this run.")

    async def preview_rerun(self, run_id: UUID, path: str, version: int | None) -> Rerun:
        """What running again from a card would keep and send; nothing happens yet.

        Args:
            run_id: the root run or one of its helper runs.
            path: the card to begin with.
            version: version of the root flow; None for the one that the run had.

        Raises:
            NoSuchRun, RerunRefused
        """
        tree = await self.tree(run_id)
        plans = {run.id: await self._plan(run.flow_id, run.version) for run in tree.runs.values()}
        chosen = plans[tree.root.id] if version is None else await self._plan(tree.root.flow_id, version)
        return plan_rerun(tree, run_id, path, plans, new_id=self._new_id(), version=chosen, now=self._clock.now())

    async def rerun(self, run_id: UUID, path: str, version: int | None, idempotency_key: str | None = None) -> Rerun:
        """Run again from a card: queues the new run. With a key used before for this run nothing new is begun, and the
        new run is the one that was begun then.

        Raises:
            As ``preview_rerun``, and where a card before differs.
        """
        rerun = await self.preview_rerun(run_id, path, version)
        rerun.ensure_possible()
        key = f"rerun {run_id} {idempotency_key}" if idempotency_key is not None else None
        start = self._control.start_rerun
        begun = await self._points.around(
            Point.RERUN_QUEUED, lambda: start(rerun.run, rerun.runs, rerun.journal, rerun.checkpoints, key)
        )
        return rerun if begun == rerun.run.id else replace(rerun, run=await self.get(begun))

    async def _plan(self, flow_id: str, version: int) -> Plan:
        plan = await self._plans.get(flow_id, version)
        if plan is None:
            detail = ErrorDetail(
                f"Version {version} of {flow_id!r} is not there.",
                code="rerun-refused",
                mend="Choose another version.",
            )
            raise RerunRefused(detail)
        return plan

"""The engine: takes a root run that a worker holds, and carries it as far as it goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from random import Random

from keyturn.flows.actions import Actions, Turns
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.functions import Clock, Functions
from keyturn.flows.spec import Catalogue

from .compile import PlanError, compile_plan
from .context import RunContext
from .executor import EngineLimits, Executor
from .pauses import NoPauses, Pausing
from .plan import Plan
from .points import Point, Points
from .ports import CommitRefused, FlowSource, Lease, PublishedCards, PublishedFlow, Run, RunStatus, RunStore, RunTree
from .session import Session
from .signals import AttentionNeeded, CancelledRun, HandBack, Parked

_PLANS_KEPT = 500
_LAST = {RunStatus.WAITING: Point.PARKED, RunStatus.NEEDS_ATTENTION: Point.ASKED}


class Plans:
    """Compiled plans by flow version; the oldest unused ones are dropped."""

    def __init__(
        self, flows: FlowSource, catalogue: Catalogue, functions: Functions, published: PublishedCards | None = None
    ) -> None:
        self._flows = flows
        self._catalogue = catalogue
        self._published = published
        self._functions = functions
        self._kept: OrderedDict[tuple[str, int], Plan] = OrderedDict()

    async def get(self, flow_id: str, version: int | None) -> Plan | None:
        """The plan of a version (None: the current one), or None if there is no such active flow.

        Raises:
            PlanError: the stored version cannot be compiled by this installation.
        """
        if version is not None and (plan := self._kept.get((flow_id, version))):
            self._kept.move_to_end((flow_id, version))
            return plan
        published = await self._flows.published(flow_id, version)
        return await self._compiled(published) if published else None

    async def _compiled(self, published: PublishedFlow) -> Plan:
        key = (published.flow.id, published.version)
        plan = self._kept.get(key)
        if plan is None:
            catalogue = await self._published.cards(published.manifests) if self._published else self._catalogue
            plan = self._kept[key] = compile_plan(published, catalogue, self._functions)
            if len(self._kept) > _PLANS_KEPT:
                self._kept.popitem(last=False)
        return plan


class Engine:
    """Carries out root runs.

    Args:
        guard: raises LeaseLost if this process may no longer count on a lease.
        stopping: tells that runs are to be handed back at the next safe point.
        points: told of each commit.
        pausing: how runs pause; without it they cannot.
        turns: what changes wait for before they are recorded as started, or None.
    """

    def __init__(
        self,
        *,
        store: RunStore,
        plans: Plans,
        actions: Actions,
        clock: Clock,
        random: Random,
        guard: Callable[[Lease], None],
        stopping: Callable[[], bool],
        limits: EngineLimits | None = None,
        points: Points | None = None,
        pausing: Pausing | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._store = store
        self._plans = plans
        self._actions = actions
        self._clock = clock
        self._random = random
        self._guard = guard
        self._stopping = stopping
        self._limits = limits or EngineLimits()
        self._points = points or Points()
        self._pausing = pausing or NoPauses()
        self._turns = turns

    async def execute(
        self, lease: Lease, store: RunStore | None = None, guard: Callable[[], None] | None = None
    ) -> RunStatus:
        """Carry a root run in hand as far as it goes, and commit where it stands.

        Args:
            store, guard: this run's own, where it has some.

        Returns the state it was left in; ``queued`` means that it is handed back, for the caller to release.

        Raises:
            LeaseLost: another worker has it; nothing more was written or sent.
            StoreUnavailable: the database is away; the lease will end and the run goes on elsewhere.
        """
        store, guard = store or self._store, guard or (lambda: self._guard(lease))
        fresh = lease.fresh
        tree = RunTree(fresh, {fresh.id: fresh}, ()) if fresh else await store.load(lease.root_id)
        session = Session(lease, tree, store, self._clock, guard, self._stopping, self._points)
        executor = Executor(
            session, self._actions, self._clock, self._random, self._plans.get, self._limits, self._pausing, self._turns
        )
        try:
            await self._carry_out(executor, session, tree.root)
            await session.commit(_LAST.get(session.runs[lease.root_id].status, Point.SETTLED))
        except HandBack:
            await session.commit(Point.HANDED_BACK)
            return RunStatus.QUEUED
        except CommitRefused as refused:
            self._end_refused(session, refused)
            await session.commit(Point.SETTLED)
        return session.runs[lease.root_id].status

    def _end_refused(self, session: Session, refused: CommitRefused) -> None:
        """Fail what was under way: its last records could not be stored."""
        for run in list(session.runs.values()):
            if not run.status.ended or run.id == session.lease.root_id:  # the root's end may be what was refused
                detail = ErrorDetail(
                    str(refused),
                    code="not-storable",
                    flow=run.flow_id,
                    run=str(run.id),
                    why="What a card gave is too large, or holds what a database cannot store.",
                    mend="Make the values that the last card gives smaller, or leave out what cannot be stored.",
                )
                ended = self._clock.now()
                error = session.masker.show_values(detail.to_json())
                session.put_run(
                    replace(
                        run,
                        status=RunStatus.FAILED,
                        error=error,
                        ended_at=ended,
                        outputs=None,
                        shown=None,
                        answer=None,
                    )
                )

    async def _carry_out(self, executor: Executor, session: Session, root: Run) -> None:
        try:
            plan = await self._plans.get(root.flow_id, root.version)
        except PlanError as error:
            session.put_run(_unplanned(root, str(error), self._clock))
            return
        if plan is None:
            session.put_run(_unplanned(root, "the flow's version is not there any more", self._clock))
            return
        context = RunContext(root, plan, session, self._clock)
        try:
            await executor.helpers.carry_out(context)
        except (Parked, AttentionNeeded, CancelledRun):
            return  # the context has put the state of each run of the tree into the session


def _unplanned(root: Run, reason: str, clock: Clock) -> Run:
    detail = ErrorDetail(
        f"The flow cannot be run: {reason}.",
        code="cannot-plan",
        flow=root.flow_id,
        run=str(root.id),
        why="It was published by another version of Keyturn, or what it needs was deleted.",
        mend="Publish the flow again; the checker then says what is wrong.",
    )
    return replace(root, status=RunStatus.FAILED, error=detail.to_json(), ended_at=clock.now())

"""What carries out runs, put together: engine, worker, and the runs that begin in this process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from keyturn.engine.engine import Engine, Plans
from keyturn.engine.pauses import Pausing
from keyturn.engine.points import Points
from keyturn.flows.actions import Actions, Turns
from keyturn.store import QueueSettings, Store
from keyturn.workers.guard import LeaseGuard
from keyturn.workers.in_place import InPlace
from keyturn.workers.stopping import Stopping
from keyturn.workers.worker import Worker, WorkerSettings, new_owner

from .clock import SystemClock
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Running:
    """Makes them from the same parts; each has an engine, a guard and an owner's name of its own."""

    settings: Settings
    store: Store
    plans: Plans
    actions: Actions
    turns: Turns
    clock: SystemClock
    points: Points
    pausing: Pausing

    def worker(self) -> Worker:
        """Takes runs from the queue."""
        guard, stopping = self._guard(), Stopping()
        return Worker(
            owner=new_owner(),
            engine=self._engine(guard, stopping),
            leases=self.store.leases,
            queue=self.store.queue(QueueSettings(heartbeat=timedelta(seconds=self.settings.lease_seconds))),
            clock=self.clock,
            guard=guard,
            settings=self._worker_settings,
            stopping=stopping,
            points=self.points,
        )

    def in_place(self) -> InPlace:
        """Begins runs in this process; each brings a guard of its own."""
        stopping = Stopping()
        return InPlace(
            owner=new_owner(),
            engine=self._engine(self._guard(), stopping),
            runs=self.store.runs,
            leases=self.store.leases,
            clock=self.clock,
            settings=self._worker_settings,
            stopping=stopping,
            points=self.points,
        )

    @property
    def _worker_settings(self) -> WorkerSettings:
        return WorkerSettings(at_once=self.settings.runs_at_once, lease_seconds=self.settings.lease_seconds)

    def _guard(self) -> LeaseGuard:
        settings = self._worker_settings
        return LeaseGuard(self.clock, settings.lease_seconds, settings.margin_seconds)

    def _engine(self, guard: LeaseGuard, stopping: Stopping) -> Engine:
        return Engine(
            store=self.store.runs,
            plans=self.plans,
            actions=self.actions,
            clock=self.clock,
            random=SystemRandom(os.urandom(8)),
            guard=guard.ensure,
            stopping=stopping.asked,
            points=self.points,
            pausing=self.pausing,
            turns=self.turns,
        )

"""What the workers need from a store and a queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from keyturn.engine.ports import Lease

from . import corpses
from .corpses import Found


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look of the reconciler found and mended.

    Attributes:
        abandoned: runs whose lease ended; they were handed out again.
        due: waiting runs whose time has come.
        jobless: queued runs without a job.
        jobs: jobs that no run needs, removed; their runs, as far as they name one.
        cancelled: runs that a person asked to cancel and nobody had in hand, ended.
    """

    abandoned: Sequence[UUID] = field(default_factory=list[UUID])
    due: Sequence[UUID] = field(default_factory=list[UUID])
    jobless: Sequence[UUID] = field(default_factory=list[UUID])
    jobs: Sequence[UUID] = field(default_factory=list[UUID])
    cancelled: Sequence[UUID] = field(default_factory=list[UUID])

    @property
    def total(self) -> int:
        return sum(len(found.names) for found in self.found())

    def found(self) -> list[Found]:
        """The same, kind by kind."""
        kinds = {
            corpses.ABANDONED: self.abandoned,
            corpses.DUE: self.due,
            corpses.JOBLESS: self.jobless,
            corpses.NEEDLESS: self.jobs,
            corpses.UNSERVED: self.cancelled,
        }
        return [Found(kind, [str(run_id) for run_id in runs]) for kind, runs in kinds.items()]


class LeaseStore(Protocol):
    """Who may write for a root run."""

    async def claim(self, root_id: UUID, owner: str, ttl: timedelta) -> Lease | None:
        """Take a root run that is queued, due, or whose lease has ended; raises its epoch, sets it running.

        Returns None if it has ended, waits for something else, or another owner's lease holds.
        """
        ...

    async def renew(self, leases: Collection[Lease], ttl: timedelta) -> Sequence[Lease]:
        """Make these leases last ``ttl`` from now; gives those that still held."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give a run back unfinished: queued, with a job, for any worker."""
        ...

    async def sweep(self) -> Swept:
        """Look at every run that claims to be alive and enqueue those that nobody has in hand."""
        ...


Handle = Callable[[UUID], Awaitable[None]]


class Queue(Protocol):
    """Hands out root runs."""

    async def run(self, handle: Handle, *, at_once: int) -> None:
        """Hand out jobs to ``handle`` until ``stop``; at most ``at_once`` at a time."""
        ...

    def stop(self) -> None:
        """Take no more jobs; ``run`` returns when those in hand are done."""
        ...

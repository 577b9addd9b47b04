"""Reading runs back: the history, and what a person may do with a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

from .ports import Checkpoint, JournalRecord, Run, RunStatus, RunTree, TraceEntry

Answer = Literal["happened", "again", "stop"]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are wanted; None means any.

    Attributes:
        about: the person concerned, exactly.
        since, until: when they were made; until is not included.
        text: what the person concerned, or the id or name of the flow contains, in upper or lower case.
    """

    flow_id: str | None = None
    status: RunStatus | None = None
    about: str | None = None
    roots_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """An effect whose outcome is unknown, waiting for a person."""

    run_id: UUID
    root_id: UUID
    path: str
    attempt: int
    card: str
    error: Values | None


class History(Protocol):
    """The store's reading side."""

    async def list(self, filter: RunFilter, page: PageRequest) -> Page[Run]:
        """Runs, newest first."""
        ...

    async def get(self, run_id: UUID) -> Run | None: ...

    async def tree(self, root_id: UUID) -> RunTree | None: ...

    async def trace(self, run_id: UUID, page: PageRequest) -> Page[TraceEntry]:
        """What each card of one run did, in order; a later entry of the same path and attempt replaces."""
        ...

    async def questions(self, root_id: UUID) -> Sequence[Question]:
        """Effects of this run whose outcome a person must tell."""
        ...


class RunControl(Protocol):
    """The store's side of what a person may do."""

    async def request_cancel(self, root_id: UUID) -> Run | None:
        """Ask the run to end; one that no worker has in hand (queued, waiting...) ends at once."""
        ...

    async def decide(self, record: JournalRecord, root_id: UUID) -> bool:
        """Append a person's decision and queue the run, in one transaction; False if decided before."""
        ...

    async def was_decided(self, record: JournalRecord, root_id: UUID) -> bool:
        """Whether the journal holds this very decision."""
        ...

    async def start_rerun(
        self, run: Run, runs: Sequence[Run], journal: Sequence[JournalRecord], checkpoints: Sequence[Checkpoint]
    ) -> None:
        """Insert a queued root run with what was copied for it, and its job, in one transaction."""
        ...

"""Reading runs back: the history, and what a person may do with a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

from .attempts import AtWork, Decided
from .pauses import OpenPause
from .ports import Checkpoint, JournalRecord, Run, RunStatus, RunTree, TraceEntry

Answer = Literal["happened", "again", "stop"]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are wanted; None means any.

    Attributes:
        about: the person concerned, exactly; with ``roots_only`` also that of a helper run, as ``text`` is.
        since, until: when they were made; until is not included.
        trials: whether runs that only try something are among them.
        run_again: whether runs that were run again since are among them.
        text: what the person concerned, or the id or name of the flow contains, in upper or lower case.
    """

    flow_id: str | None = None
    status: RunStatus | None = None
    about: str | None = None
    roots_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    trials: bool = True
    run_again: bool = True


@dataclass(frozen=True, slots=True)
class Again:
    """The newest run that ran a run again, or ran one again that did so; a cancelled one if there is no other."""

    run_id: UUID
    status: RunStatus
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A helper run for which its root answers to a filter.

    Attributes:
        count: how many helper runs of this root answer to it.
    """

    run_id: UUID
    flow_id: str
    about: str | None
    parent_path: str | None
    count: int


@dataclass(frozen=True, slots=True)
class HelperFilter:
    """Which of the helper runs that a run started itself are wanted; None means any.

    Attributes:
        path: that of this card in this round.
        loop: those of the rounds of the loop with this path.
    """

    path: str | None = None
    loop: str | None = None
    status: RunStatus | None = None


EVERY_HELPER = HelperFilter()


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """Which entries of a trace are wanted; None means any.

    Attributes:
        inside: those that stand directly in this round of a loop (``each[17]``), or in no loop for an empty text.
        path: those of this card in this round: the first one and what was tried again.
        status: done | failed | skipped | waiting | unknown.
    """

    inside: str | None = None
    path: str | None = None
    status: str | None = None

    def wants(self, entry: TraceEntry) -> bool:
        """Whether an entry is one of these."""
        before, _, last = entry.path.rpartition("/")
        return (
            (self.inside is None or (before == self.inside and last != ""))
            and self.path in (None, entry.path)
            and self.status in (None, entry.status)
        )


EVERY_ENTRY = TraceFilter()


@dataclass(frozen=True, slots=True)
class Question:
    """An effect whose outcome is unknown, waiting for a person.

    Attributes:
        digest: of card kind, options and inputs, as the journal has it.
    """

    run_id: UUID
    root_id: UUID
    path: str
    attempt: int
    card: str
    error: Values | None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class WorksFor:
    """What a helper run works for: the flow of its root run, and whom that is about."""

    flow_id: str
    about: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question among those of all runs, with the run that asks it.

    Attributes:
        since: when it came up.
        works_for: of a helper run.
    """

    question: Question
    flow_id: str
    version: int
    about: str | None
    since: datetime | None
    works_for: WorksFor | None = None


@dataclass(frozen=True, slots=True)
class PausedRun:
    """A pause among those of all runs, with the run that pauses, and what this works for if it is a helper run."""

    open: OpenPause
    flow_id: str
    version: int
    about: str | None
    works_for: WorksFor | None = None


class History(Protocol):
    """The store's reading side."""

    async def list(self, filter: RunFilter, page: PageRequest) -> Page[Run]:
        """Runs, newest first."""
        ...

    async def parts(self, root_ids: Sequence[UUID], filter: RunFilter) -> Mapping[UUID, Part]:
        """Of root runs that answer to the person or text of a filter by their helper runs only: the first of these."""
        ...

    async def run_again(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Again]:
        """Of root runs that were run again: the newest run that did so."""
        ...

    async def get(self, run_id: UUID) -> Run | None: ...

    async def tree(self, root_id: UUID) -> RunTree | None: ...

    async def tree_page(self, root_id: UUID, page: PageRequest) -> Page[Run]:
        """The root run, then its helper runs in the order in which they were made."""
        ...

    async def helpers(self, run_id: UUID, page: PageRequest, wanted: HelperFilter = EVERY_HELPER) -> Page[Run]:
        """Helper runs that a run started itself, in the order in which they were made."""
        ...

    async def counts(self, since: datetime, most: int, *, trials: bool = True) -> Mapping[str, int]:
        """How many root runs made since then are in each status; the newest ``most`` are counted, trials if wanted."""
        ...

    async def failed_and_run_again(self, since: datetime, most: int, *, trials: bool = True) -> int:
        """How many of these have failed and were run again since."""
        ...

    async def trace(self, run_id: UUID, page: PageRequest, wanted: TraceFilter = EVERY_ENTRY) -> Page[TraceEntry]:
        """What each card of one run did, in order; a later entry of the same path and attempt replaces.

        With a filter a page may be short though more follows: a look goes through so many entries and no more.
        """
        ...

    async def at_work(self, run_id: UUID) -> Sequence[AtWork]:
        """What was begun in a run and has not ended, as far as the journal and helper runs tell."""
        ...

    async def rounds_ended(self, run_id: UUID) -> Mapping[str, int]:
        """How many rounds of the loops of a run have ended, by the path of the loop, as its last commit told."""
        ...

    async def decisions(self, run_id: UUID, paths: Sequence[str]) -> Sequence[Decided]:
        """What people decided about effects of these paths, in order."""
        ...

    async def questions(self, root_id: UUID) -> Sequence[Question]:
        """Effects of this run whose outcome a person must tell."""
        ...

    async def left_open(self, root_id: UUID) -> Sequence[Question]:
        """Effects of this run's tree that were sent before it was cancelled, and whose outcome nobody knows."""
        ...

    async def all_questions(self, page: PageRequest) -> Page[Asked]:
        """Effects of all runs whose outcome a person must tell, oldest first."""
        ...

    async def all_pauses(self, page: PageRequest) -> Page[PausedRun]:
        """Where runs pause until somebody resumes them, oldest first."""
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
        self,
        run: Run,
        runs: Sequence[Run],
        journal: Sequence[JournalRecord],
        checkpoints: Sequence[Checkpoint],
        key: str | None = None,
    ) -> UUID:
        """Insert a queued root run with what was copied for it, and its job, in one transaction; gives its id.

        With a key used before nothing is inserted, and the id is that of the run that was begun then.
        """
        ...

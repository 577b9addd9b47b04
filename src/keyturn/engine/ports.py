"""What the engine needs from outside, as protocols; and the records that pass through them.

``store`` implements them, ``app`` wires them, tests replace them. What connectors and cards offer to the
engine is in ``flows.actions`` and ``flows.functions``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from keyturn.flows.actions import Done, Failed
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import Catalogue

RAW_ANSWER = "$raw"  # the only key of the answer of a run that ended with an HTTP answer of its own
TRIAL = "trial"  # the trigger of runs that try a draft, a card of one, or an action
ENDPOINT = "endpoint"  # the trigger of runs whose caller is given what they return


class RunStatus(StrEnum):
    """The states of a run (design section 5)."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    STOPPED = "stopped"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NEEDS_ATTENTION = "needs attention"

    @property
    def ended(self) -> bool:
        return self in _ENDED


_ENDED = frozenset({RunStatus.SUCCEEDED, RunStatus.STOPPED, RunStatus.FAILED, RunStatus.CANCELLED})


class LeaseLost(Exception):
    """The run belongs to another worker now: write nothing, send nothing."""


class StoreUnavailable(Exception):
    """The database did not take the write within the time allowed; nothing is known to be committed."""


class Busy(Exception):
    """As many runs as this process takes are under way, or it stops; nothing was begun."""


class CommitRefused(Exception):
    """The store took none of this content and never will: a value it cannot hold.

    Attributes:
        reason: the database's own words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database cannot hold what was to be written: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for one root run.

    Attributes:
        root_id: the root run; its tree of synchronous helper runs is included.
        owner: the worker's id.
        epoch: raised by each claim.
        fresh: the root run, where nothing else of it is stored yet; saves loading it.
    """

    root_id: UUID
    owner: str
    epoch: int
    fresh: Run | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)  # made for every run: a frozen one takes three times as long; nothing changes it
class Run:
    """One execution of a flow, as stored.

    Attributes:
        id: for helper runs derived from parent and path, so that a resumed parent finds it again.
        root_id: the run at the top of its tree; its own id for a root.
        parent_id, parent_path: the run and card path that started it, or None.
        flow_id, version: the published version that it runs with to its end.
        event: the values that the event gave.
        outputs: what Return gave, or None.
        error: the error that ended it (``CardError.to_json``), or None.
        about: the person concerned, or None.
        cards: number of cards carried out so far.
        depth: 0 for a root, one more for each helper level.
        wake_at: when a waiting run goes on, or None.
        trigger: what started it: an event card's key, ``manual``, ``trial``, ``rerun``.
        shown: the outputs as people may see them, secrets masked; None where no data is kept.
        secret_event: fields of the event that were given secrets, whatever type the flow gives them.
        secret_outputs: names of outputs that are made from secrets.
        settled: nothing in its tree asks for it again: its caller has ended, or a checkpoint has passed it.
        answer: what an endpoint's run gave, where ``outputs`` (masked, cut, perhaps not kept) is not the same; it is
            for the caller's eyes only. Written, and not read back with the run.
        waits_for_turn: it is queued, and its flow or connections have no place for it yet; the store's to say.
        cancelling: somebody has asked its tree to end, and it has not ended yet; the store's to say.
    """

    id: UUID
    root_id: UUID
    flow_id: str
    version: int
    status: RunStatus
    event: Values
    parent_id: UUID | None = None
    parent_path: str | None = None
    outputs: Values | None = None
    error: Values | None = None
    about: str | None = None
    cards: int = 0
    depth: int = 0
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    wake_at: datetime | None = None
    trigger: str = "manual"
    rerun_of: UUID | None = None
    settled: bool = False
    answer: Values | None = None
    waits_for_turn: bool = False
    shown: Values | None = None
    secret_event: frozenset[str] = frozenset()
    secret_outputs: frozenset[str] = frozenset()
    cancelling: bool = False

    def standing(
        self,
        status: RunStatus,
        *,
        about: str | None,
        cards: int,
        started_at: datetime | None,
        ended_at: datetime | None = None,
        wake_at: datetime | None = None,
        outputs: Values | None = None,
        shown: Values | None = None,
        secret_outputs: frozenset[str] = frozenset(),
        error: Values | None = None,
        answer: Values | None = None,
    ) -> Run:
        """The run as it stands by now: what is not given is as it was when it began. As ``dataclasses.replace``, which
        takes four times as long."""
        return Run(
            self.id,
            self.root_id,
            self.flow_id,
            self.version,
            status,
            self.event,
            self.parent_id,
            self.parent_path,
            outputs,
            error,
            about,
            cards,
            self.depth,
            self.created_at,
            started_at,
            ended_at,
            wake_at,
            self.trigger,
            self.rerun_of,
            self.settled,
            answer,
            self.waits_for_turn,
            shown,
            self.secret_event,
            secret_outputs,
            self.cancelling,
        )


class JournalState(StrEnum):
    STARTED = "started"  # committed before an effect is sent
    OTHERWISE = "otherwise"  # the app showed, before it was sent, that it was not so
    DONE = "done"  # the outcome is known
    FAILED = "failed"  # the app answered with a failure, or nothing was sent
    UNKNOWN = "unknown"  # sent, and no outcome came back
    DECIDED = "decided"  # a person said what happened
    EARLIER = "earlier"  # the run before, of which this is another try, may have done it: nobody knows


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class JournalRecord:
    """One line of a run's journal; appended, never rewritten. Unique by (run, path, attempt, state).

    Attributes:
        path: card and loop indices, for example ``each[17]/suspend``.
        attempt: from 1.
        card: the card's key.
        digest: of card kind, options and inputs; a replayed record counts only if it agrees.
        result: outputs for done, error for failed and unknown, decision for decided.
    """

    run_id: UUID
    path: str
    attempt: int
    state: JournalState
    card: str
    digest: str
    result: Values | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a loop has come; the newest one of a loop replaces the one before.

    Every round below ``next`` that is not in ``open`` has ended and is never entered again.

    Attributes:
        path: of the loop's card.
        next: the first round that was never entered.
        open: rounds below ``next`` that have not ended, in order.
        failed: how many rounds failed without ending the loop.
        page: number of the page that is being worked on, of a list that comes in pages; else 0.
        state: what the loop needs besides to go on, or None.
    """

    run_id: UUID
    path: str
    next: int
    open: tuple[int, ...] = ()
    failed: int = 0
    page: int = 0
    state: Values | None = None

    def has_passed(self, path: str) -> bool:
        """Whether a path lies in a round that has ended, or is that of an earlier page."""
        rest = path[len(self.path) :]
        if rest.startswith("@"):
            return int(rest[1:]) < self.page
        number = int(rest[1 : rest.index("]")])
        return number < self.next and number not in self.open

    def holds(self, path: str) -> bool:
        """Whether a path lies in this loop."""
        return path.startswith((self.path + "[", self.path + "@"))


@dataclass(slots=True)
class TraceEntry:
    """What one card did, for history. Values are masked before they get here.

    Not frozen, since one is made for every card and a frozen one takes three times as long; nothing changes it.

    Attributes:
        at: when it started.
        ms: how long it took, in milliseconds, without what it waited for others.
        waited: milliseconds between the sessions in which it was carried out; told by the history only.
        status: done | failed | skipped | waiting | unknown.
        exchanges: HTTP requests and answers, masked.
        warnings: what worked, but is seldom meant; without values.
    """

    run_id: UUID
    path: str
    card_id: str
    card: str
    status: str
    at: datetime
    ms: float
    inputs: JSON = None
    outputs: JSON = None
    error: Values | None = None
    attempt: int = 1
    exchanges: Sequence[JSON] = ()
    replayed: bool = False
    warnings: tuple[str, ...] = ()
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class StartRun:
    """A run to be created with its job in the same commit (Call Flow Async)."""

    run: Run


@dataclass(frozen=True, slots=True)
class StartKey:
    """A key by which a caller starts a flow once, however often the call is sent.

    Attributes:
        key: the caller's own; with the flow it is unique.
        digest: of the request, so that another request with the same key is noticed.
    """

    key: str
    digest: str


@dataclass(slots=True)  # made for every run: a frozen one takes three times as long; nothing changes it
class Birth:
    """The commit is a root run's first: it inserts the run together with its lease, if that is not there yet.

    Attributes:
        ttl: how long the lease lasts.
        key: reserved by the same commit; if another run has it, nothing is written.
    """

    ttl: timedelta
    key: StartKey | None = None


@dataclass(frozen=True, slots=True)
class Ride:
    """A change of Keyturn's own data that is one transaction with the journal record of its outcome.

    Attributes:
        run_id, path, attempt: the effect. If the journal knows its outcome already, the change is not made again.
        change: what is to be done; made by ``Actions``, understood by the store.
        record: gives the journal record of an outcome.
    """

    run_id: UUID
    path: str
    attempt: int
    change: object
    record: Callable[[Done | Failed], JournalRecord]


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Commit:
    """Everything that one root run writes at once; all of it or nothing, only while the lease holds.

    Attributes:
        runs: run rows to insert or update, the last state of each.
        journal: records to append.
        trace: entries to append.
        starts: runs to create and enqueue.
        checkpoints: of loops that have come further.
        birth: the run is not in the store yet and begins with this; ``runs`` holds the root's row.
        ride: a change of data, made and recorded with all else or not at all.
    """

    lease: Lease
    runs: Sequence[Run] = ()
    journal: Sequence[JournalRecord] = ()
    trace: Sequence[TraceEntry] = ()
    starts: Sequence[StartRun] = ()
    checkpoints: Sequence[Checkpoint] = ()
    birth: Birth | None = None
    ride: Ride | None = None

    def bearing(self, birth: Birth) -> Commit:
        """The same as the first one of a run."""
        return Commit(
            self.lease, self.runs, self.journal, self.trace, self.starts, self.checkpoints, birth=birth, ride=self.ride
        )


@dataclass(slots=True)  # made for every run: a frozen one takes three times as long; nothing changes it
class RunTree:
    """A root run as the store knows it: its helper runs, their journals, and how far their loops have come."""

    root: Run
    runs: Mapping[UUID, Run]
    journal: Sequence[JournalRecord]
    checkpoints: Sequence[Checkpoint] = ()


class RunStore(Protocol):
    """Where runs live."""

    async def load(self, root_id: UUID) -> RunTree:
        """A root run with what it needs to go on: helper runs that are not settled, and of root and these the
        checkpoints and the journal records that no checkpoint has passed."""
        ...

    async def commit(self, commit: Commit) -> JournalRecord | None:
        """Write all of it in one transaction. May be called again with the same content.

        Gives the record of the ride as it stands in the journal; None where nothing rides along.

        Raises:
            LeaseLost: another worker has the run; or its birth found its key taken.
            StoreUnavailable: the database did not take it.
            CommitRefused: the database will never take it; a later commit may still end the run.
        """
        ...

    async def cancel_requested(self, root_id: UUID) -> bool:
        """Whether a person asked to cancel this run."""
        ...


@dataclass(frozen=True, slots=True)
class PublishedFlow:
    """An immutable version of a flow.

    Attributes:
        manifests: connector name and digest of the manifest that it was published with.
    """

    flow: Flow
    version: int
    manifests: Mapping[str, str] = field(default_factory=dict[str, str])


class PublishedCards(Protocol):
    """The cards as they were when a version of a flow was published."""

    async def cards(self, manifests: Mapping[str, str]) -> Catalogue:
        """The catalogue of a version, by the digests of its connectors' manifests."""
        ...


class FlowSource(Protocol):
    """Where published flows come from; implementations cache."""

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        """A version of a flow; the current one if ``version`` is None. None if there is none or it is off."""
        ...

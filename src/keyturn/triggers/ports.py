"""What the triggers need from a store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from keyturn.engine.ports import Run
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One event as an app delivered it, with the runs that it starts.

    Attributes:
        event_id: the app's own id of the event; with the connection it is unique.
        payload: the event as it came (kept sealed where no flow saves data is a later matter).
        runs: one queued run for each subscribed flow; may be empty.
        note: why it starts nothing, where it does not; else empty.
    """

    connection_id: str
    event_id: str
    type: str
    payload: Values
    runs: Sequence[Run] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run that an event started: of which flow, as that is called now, and how it stands."""

    id: UUID
    flow_id: str
    flow_name: str
    status: str


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event that was received, as it came, and what it started."""

    id: int
    connection_id: str
    event_id: str
    type: str
    received_at: datetime
    payload: Values
    started: Sequence[StartedRun]
    note: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of a delivery: how many events were new, and the runs they started."""

    new_events: int
    known_events: int
    runs: Sequence[UUID]


class EventStore(Protocol):
    """Where events are committed together with what they start."""

    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        """Commit events, runs and jobs in one transaction.

        An event that is there already starts nothing again. Returns only after the commit.

        Raises:
            StoreUnavailable: nothing is known to be committed; the sender must be told to try again.
        """
        ...

    async def list(self, page: PageRequest) -> Page[EventRecord]:
        """Events, newest first."""
        ...


class RunStarts(Protocol):
    """Starts runs that no app event starts: by hand, by a rerun, by another flow."""

    async def start(self, run: Run, idempotency_key: str | None = None) -> UUID:
        """Insert a queued root run and its job in one transaction.

        With a key that was used before, the run that it started then is returned and nothing is inserted.
        """
        ...


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose due time has come.

    Attributes:
        version: the flow's current version.
        definition: the options of its event.
        due: the due time, in UTC.
        now: the database's time.
    """

    flow_id: str
    version: int
    definition: Values
    due: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Firing:
    """What a schedule that is due starts.

    Attributes:
        run: the queued run.
        due: the due time that it is for: the latest that has come.
        skipped: how many due times before it are passed over.
        following: the due time after it, or None if there is none any more.
    """

    run: Run
    due: datetime
    skipped: int
    following: datetime | None


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of one look.

    Attributes:
        found: how many schedules were due.
        runs: what they started; another process may have fired the rest.
        left: how many the database did not take; they are still due.
    """

    found: int
    runs: Sequence[UUID]
    left: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleMends:
    """What was found wrong with schedules, by ids of flows.

    Attributes:
        missing: flows whose schedule was not there, or of another version; it was made.
        orphaned: schedules of flows that something else starts; they were removed.
        misled: schedules that went on while their flow was off, or rested while it was on; they were put right.
        overdue: schedules that nobody fired for a while; firing them is what mends them.
    """

    missing: Sequence[str] = ()
    orphaned: Sequence[str] = ()
    misled: Sequence[str] = ()
    overdue: Sequence[str] = ()

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.orphaned) + len(self.misled) + len(self.overdue)


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A schedule as it stands.

    Attributes:
        active: whether its flow is on; else nothing is due.
        plan_after: where it is not planned yet: its next due time is the first after this instant.
        next_due: None where it is not planned, rests, or has ended.
        last_due, last_run, last_skipped: the due time that it fired for last, the run, and what was passed over.
        now: the database's time.
    """

    flow_id: str
    name: str
    active: bool
    definition: Values
    plan_after: datetime | None
    next_due: datetime | None
    last_due: datetime | None
    last_run: UUID | None
    last_skipped: int
    now: datetime


class ScheduleStore(Protocol):
    """Where schedules are, with the due times that they fired at. All times are the store's."""

    async def plan(self, first_due: Callable[[Values, datetime], datetime | None], most: int) -> int:
        """Give schedules that are new or changed their next due time, up to ``most``; gives how many there were."""
        ...

    async def fire(self, firing: Callable[[DueSchedule], Firing | None], most: int) -> Fired:
        """Fire up to ``most`` schedules that are due: firing, run, job and next due time in one transaction.

        Each due time fires once, however many processes do this at once. A schedule for which ``firing`` gives
        None ends.
        """
        ...

    async def until_next(self) -> float | None:
        """Seconds until something is to be done, 0 or less if it is now; None if nothing is planned."""
        ...

    async def mend(self) -> ScheduleMends:
        """Look whether each flow that a schedule starts has it, and no other flow has one; put that right."""
        ...

    async def list(self, page: PageRequest) -> Page[ScheduleRecord]:
        """Schedules by the id of their flow."""
        ...

    async def get(self, flow_id: str) -> ScheduleRecord | None: ...

"""What the triggers need from a store."""

from __future__ import annotations

from collections.abc import Sequence
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
class EventRecord:
    """An event that was received."""

    id: int
    connection_id: str
    event_id: str
    type: str
    received_at: datetime
    runs: Sequence[UUID]
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

"""What endpoints need from a store, and from who carries out their runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from keyturn.engine.ports import Run, StartKey
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class EndpointRecord:
    """A flow that has an endpoint.

    Attributes:
        version: the flow's current one.
        active: a flow that is switched off is not started.
        token_digest: of the client token; None if none was made yet.
        made_at: when the client token was made.
    """

    flow_id: str
    name: str
    version: int
    active: bool
    token_digest: str | None
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class StartedBefore:
    """What an Idempotency-Key stands for: the run that it started, and the digest of the request."""

    run_id: UUID
    digest: str


class EndpointStore(Protocol):
    """Where endpoints, their tokens and keys live. All methods raise StoreUnavailable."""

    async def find(self, flow_id: str) -> EndpointRecord | None:
        """The endpoint of a flow; None if there is no such flow, or another event starts it."""
        ...

    async def list(self, page: PageRequest) -> Page[EndpointRecord]:
        """Endpoints by the id of their flow."""
        ...

    async def set_token(self, flow_id: str, digest: str, author: str) -> bool:
        """Have an endpoint take this token and no other; False if the flow has no endpoint."""
        ...

    async def started(self, flow_id: str, key: str) -> StartedBefore | None:
        """The run that a key started in the last 24 hours, or None."""
        ...

    async def start(self, run: Run, key: StartKey | None) -> StartedBefore:
        """Insert a queued root run and its job; with a key that was used before, give the run that it started."""
        ...

    async def answer(self, run_id: UUID) -> Values | None:
        """What a run gave, where its outputs do not say so; kept for 24 hours."""
        ...


class Runs(Protocol):
    """Runs as they are stored."""

    async def get(self, run_id: UUID) -> Run | None: ...


class Work(Protocol):
    """A run that was begun in this process."""

    @property
    def run(self) -> Run:
        """As it was last committed; before the first commit as it was begun."""
        ...

    @property
    def closed(self) -> Values | None:
        """The answer that the run has given to its caller while it goes on, or None."""
        ...

    async def wait(self, seconds: float) -> bool:
        """Wait for it to come to rest, or to answer its caller; whether it did.

        Raises:
            Busy: no place was free meanwhile; nothing was begun.
            LeaseLost: another process has it, or another run has its key.
            StoreUnavailable: the database is away; it is not known what it has.
        """
        ...

    async def keep(self) -> None:
        """Have it stored now, so that others may be told of it. Raises as ``wait``."""
        ...


class InPlaceRuns(Protocol):
    """Begins runs in this process, with no queue in between."""

    def begin(self, run: Run, key: StartKey | None, patience: float) -> Work:
        """Begin a root run; it waits for a free place for ``patience`` seconds.

        Raises:
            Busy: too many wait already, or the process stops.
        """
        ...

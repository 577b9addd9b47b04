"""What the verdict rests on: what the tenants received, and what the database holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

# Faults of the sandbox that carry a request out and give no usable answer.
_PERFORMED = ("slow", "drop", "garbage", "huge")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as it lies in the database.

    Attributes:
        event_id: of a run that an app's event started.
        key: of a run that a call of the endpoint started.
        due, skipped: of a run that a schedule started: its due time (seconds since 1970), and those passed over.
    """

    id: UUID
    flow_id: str
    status: str
    event_id: UUID | None = None
    parent_id: UUID | None = None
    rerun_of: UUID | None = None
    version: int = 1
    key: str = ""
    due: float | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a journal; ``answer`` is a person's, ``at`` when it was written (seconds since 1970)."""

    run_id: UUID
    path: str
    attempt: int
    state: str
    card: str
    answer: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that a tenant received; ``at`` in seconds since 1970.

    ``marker`` is what only one version of the flow sends.
    """

    run_id: UUID
    path: str
    attempt: int
    method: str
    status: int | None
    fault: str = ""
    at: float = 0.0
    marker: str = ""

    @property
    def read(self) -> bool:
        """Whether it asked only."""
        return self.method in ("GET", "HEAD")

    @property
    def performed(self) -> bool:
        """Whether the tenant did what was asked."""
        kind = self.fault.partition(":")[2].partition("x")[0].partition("@")[0]
        return kind in _PERFORMED or (self.status is not None and 200 <= self.status < 300)

    @property
    def refused(self) -> bool:
        """Whether the tenant answered that it did not do it."""
        return self.status is not None and self.status >= 400


@dataclass(frozen=True, slots=True)
class Clock:
    """A flow that a schedule starts.

    Attributes:
        dues: all its due times, in order, in seconds since 1970.
        since: those before it, it need not have fired: they were past when it was published.
    """

    flow_id: str
    dues: Sequence[float]
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict rests on.

    Attributes:
        accepted: ids of events that were answered with 2xx.
        wrong: people with an accepted event who are not offboarded in every tenant.
        called: keys of calls that were answered with 2xx.
        markers: what each version of the flow sends that is published anew.
        clocks: the flows that a schedule starts.
    """

    accepted: Collection[UUID]
    runs: Sequence[RunRow]
    journal: Sequence[Line]
    sent: Sequence[Sent]
    wrong: Collection[str] = ()
    called: Collection[str] = ()
    markers: Mapping[int, str] = field(default_factory=dict[int, str])
    clocks: Sequence[Clock] = ()

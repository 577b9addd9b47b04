"""Pauses: a run waits until somebody resumes it, or its time is over.

A *resume address* is known before the run pauses, so that the flow can send it. It stands for a place, whose number
follows from the run and the card that made it. Whoever shows the address resumes every run that pauses there, and what
they say is kept for runs that come there later; the first who says something counts. ``store`` and ``triggers``
implement what is asked for here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .ports import Lease


@dataclass(frozen=True, slots=True)
class ResumePlace:
    """What a resume address stands for.

    Attributes:
        id: its number, which is no secret.
        root_id: the root run that made it; runs again from a later card pause at the same place.
    """

    id: UUID
    root_id: UUID


@dataclass(frozen=True, slots=True)
class MadeAddress:
    """A resume address without what proves it: with the installation's key it can be written again.

    Attributes:
        key: the name of the key that proves it.
        base: what it begins with.
    """

    place: ResumePlace
    key: str
    base: str

    def to_json(self) -> Values:
        return {"id": str(self.place.id), "root": str(self.place.root_id), "key": self.key, "base": self.base}

    @classmethod
    def from_json(cls, raw: Values) -> MadeAddress:
        place = ResumePlace(UUID(str(raw["id"])), UUID(str(raw["root"])))
        return cls(place, str(raw["key"]), str(raw["base"]))


class ResumeAddresses(Protocol):
    """Makes addresses that nobody can guess."""

    def make(self, place: ResumePlace) -> MadeAddress:
        """An address for a place, to be proved by the present key."""
        ...

    def write(self, made: MadeAddress) -> str | None:
        """The whole address; None if the key that proves it is not there any more."""
        ...

    def place_of(self, address: str) -> ResumePlace | None:
        """What an address stands for; None if it is none of ours."""
        ...


@dataclass(frozen=True, slots=True)
class Pause:
    """One run that pauses.

    Attributes:
        place: the number of the place where it does.
        until: when its time is over.
    """

    run_id: UUID
    path: str
    place: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    """What somebody said at a place.

    Attributes:
        body: what they sent, or null.
        by: who: the address itself, or somebody by name.
    """

    body: JSON
    by: str
    at: datetime


class PauseStore(Protocol):
    """The engine's side of where pauses live."""

    async def look(self, lease: Lease, pause: Pause, *, over: bool) -> Resumed | bool:
        """Have it known that a run pauses, and look whether it is resumed; both at one instant.

        Args:
            over: the pause's time is over: if nobody has resumed it by now, nobody can any more.

        Returns what somebody said; else whether its time is over for good.

        Raises:
            LeaseLost, StoreUnavailable: as RunStore.commit.
        """
        ...


class ResumeState(StrEnum):
    """What became of an attempt to resume."""

    RESUMED = "resumed"
    BEFORE = "resumed before"
    OVER = "over"  # the pause's time is over, or the run has ended


@dataclass(frozen=True, slots=True)
class Resumption:
    """The answer to an attempt to resume.

    Attributes:
        at: when it was resumed; None where it was not.
    """

    state: ResumeState
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenPause:
    """A run that pauses now, for people.

    Attributes:
        since: when it began to.
    """

    pause: Pause
    root_id: UUID
    since: datetime


class Resuming(Protocol):
    """The side of where pauses live that resumes runs."""

    async def resume(self, place: ResumePlace, body: JSON, by: str) -> Resumption:
        """Say something at a place, and queue the runs that pause there, in one transaction; the first one counts.

        Raises:
            StoreUnavailable: the database is away.
        """
        ...

    async def open(self, root_id: UUID) -> Sequence[OpenPause]:
        """Where the tree of a root run pauses now; a thousand at most, the oldest first."""
        ...


class Pausing(Protocol):
    """What the engine needs to pause."""

    @property
    def addresses(self) -> ResumeAddresses: ...

    @property
    def store(self) -> PauseStore: ...


@dataclass(frozen=True, slots=True)
class PausesOf:
    """Addresses and store, put together."""

    addresses: ResumeAddresses
    store: PauseStore


class NoPauses:
    """Where runs cannot pause."""

    @property
    def addresses(self) -> ResumeAddresses:
        raise CardError(_CANNOT)

    @property
    def store(self) -> PauseStore:
        raise CardError(_CANNOT)


_CANNOT = ErrorDetail("A run cannot pause here.", code="cannot-pause", mend="Publish the flow and start it there.")

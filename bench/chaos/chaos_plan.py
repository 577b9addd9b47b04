"""What will go wrong, and when: made from a seed before anything starts, so that a run can be had again.

A plan holds what is done to the processes, not what they make of it: two runs of one plan meet the same
disturbances at the same times, and differ only in how the machine happens to schedule the processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from uuid import UUID

from keyturn.engine.points import Moment, Point

WORKERS, SERVERS = 4, 2
_EVENTS_PER_SECOND = 8.0
_SHORTEST = 20.0
_FIRST_AFTER = 2.0
_MEAN_PAUSE = 2.5  # seconds between disturbances
_LARGEST_DELIVERY = 10
_EVENTS_PER_CALL = 8
_FEWEST_CALLS = 4
_REPEATED_WITHIN = 2.0  # seconds in which a caller who is impatient calls again
_MEAN_PUBLICATION = 6.0  # seconds between new versions of a flow
_FAULTS = (
    *((tenant, fault) for tenant in ("okta", "graph", "google") for fault in ("500x4", "429x6", "slowx5", "dropx6")),
    *((tenant, "dropbeforex3") for tenant in ("okta", "graph", "google")),
    *((tenant, "garbagex3") for tenant in ("graph", "google")),
    *(("graph", f"{fault}@revokeSignInSessions") for fault in ("dropx8", "slowx8", "dropbeforex4", "garbagex4")),
)


class Kind(StrEnum):
    KILL_WORKER = "kill worker"
    KILL_SERVER = "kill server"
    STALL_WORKER = "stall worker"
    STALL_SERVER = "stall server"
    RESTART_FAST = "restart postgres (fast)"
    RESTART_IMMEDIATE = "restart postgres (immediate)"
    CUT = "cut connections"
    FAULT = "fault"
    KILL_AT = "kill at a commit point"
    STALL_AT = "stall at a commit point"
    DELAY_AT = "delay a commit point"
    RAISE_AT = "raise at a commit point"


AT_POINTS = (Kind.KILL_AT, Kind.STALL_AT, Kind.DELAY_AT, Kind.RAISE_AT)


_WEIGHTS = {
    Kind.KILL_WORKER: 8,
    Kind.KILL_SERVER: 3,
    Kind.STALL_WORKER: 4,
    Kind.STALL_SERVER: 2,
    Kind.RESTART_FAST: 1,
    Kind.RESTART_IMMEDIATE: 1,
    Kind.CUT: 4,
    Kind.FAULT: 10,
    Kind.KILL_AT: 6,
    Kind.STALL_AT: 2,
    Kind.DELAY_AT: 2,
    Kind.RAISE_AT: 2,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of Okta: its id, and which of the people it concerns."""

    id: UUID
    person: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of Okta's event hook.

    Attributes:
        at: seconds after the start.
        server: which server it goes to first; a second attempt goes to the other one.
        events: positions in the plan's events.
    """

    at: float
    server: int
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint.

    Attributes:
        at: seconds after the start.
        server: which server it goes to first.
        key: its Idempotency-Key; others may have the same.
        person: whom it names.
    """

    at: float
    server: int
    key: str
    person: int


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One thing that goes wrong.

    Attributes:
        at: seconds after the start.
        target: number of the worker or server; at a point, of the program.
        seconds: how long it is stalled, or away before it is started again.
        share: which part of the database's connections is cut, from 0 to 1.
        fault: tenant and fault of the sandbox.
        point: the commit point at which it happens, and when there.
    """

    at: float
    kind: Kind
    target: int = 0
    seconds: float = 0.0
    share: float = 0.0
    fault: tuple[str, str] = ("", "")
    point: tuple[Point, Moment] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is done in one run of the chaos; ``publications`` are times, in seconds after the start."""

    seed: int
    events: Sequence[Event]
    deliveries: Sequence[Delivery]
    disturbances: Sequence[Disturbance]
    calls: Sequence[Call]
    publications: Sequence[float]
    seconds: float


def make_plan(seed: int, events: int, people: int, *, rate: float = _EVENTS_PER_SECOND) -> Plan:
    """The plan of a seed.

    Args:
        events: how many happen.
        people: how many people they are spread over.
        rate: events per second.
    """
    random = Random(seed)
    seconds = max(_SHORTEST, events / rate)
    happened = [Event(UUID(int=random.getrandbits(128), version=4), number % people) for number in range(events)]
    deliveries = sorted(_deliveries(random, events, seconds), key=lambda delivery: delivery.at)
    disturbances = list(_disturbances(random, seconds))
    number = max(_FEWEST_CALLS, events // _EVENTS_PER_CALL)
    calls = sorted(_calls(random, number, people, seconds), key=lambda call: call.at)
    return Plan(seed, happened, deliveries, disturbances, calls, list(_publications(random, seconds)), seconds)


def _deliveries(random: Random, events: int, seconds: float) -> Iterator[Delivery]:
    """Every event at least once, some two or three times, in bundles, in no order."""
    copies = [number for number in range(events) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    random.shuffle(copies)
    while copies:
        size = random.randint(1, _LARGEST_DELIVERY)
        bundle, copies = copies[:size], copies[size:]
        yield Delivery(random.uniform(0, seconds), random.randrange(SERVERS), tuple(bundle))


def _calls(random: Random, number: int, people: int, seconds: float) -> Iterator[Call]:
    """Every call at least once, some two or three times at once, at whichever server."""
    for _ in range(number):
        key, person, at = f"{random.getrandbits(64):016x}", random.randrange(people), random.uniform(0, seconds)
        for _ in range(random.choice((1, 1, 2, 3))):
            yield Call(at + random.uniform(0, _REPEATED_WITHIN), random.randrange(SERVERS), key, person)


def _publications(random: Random, seconds: float) -> Iterator[float]:
    at = random.uniform(0, _MEAN_PUBLICATION)
    while at < seconds:
        yield at
        at += random.expovariate(1 / _MEAN_PUBLICATION)


def _disturbances(random: Random, seconds: float) -> Iterator[Disturbance]:
    at = _FIRST_AFTER
    kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    while at < seconds:
        yield _disturbance(random, at, random.choices(kinds, weights)[0])
        at += min(3 * _MEAN_PAUSE, random.expovariate(1 / _MEAN_PAUSE))


def _disturbance(random: Random, at: float, kind: Kind) -> Disturbance:
    match kind:
        case Kind.KILL_WORKER:
            return Disturbance(at, kind, random.randrange(WORKERS), seconds=random.uniform(0.1, 4))
        case Kind.KILL_SERVER:
            return Disturbance(at, kind, random.randrange(SERVERS), seconds=random.uniform(0.1, 4))
        case Kind.STALL_WORKER:
            return Disturbance(at, kind, random.randrange(WORKERS), seconds=random.uniform(1, 15))
        case Kind.STALL_SERVER:
            return Disturbance(at, kind, random.randrange(SERVERS), seconds=random.uniform(1, 15))
        case Kind.CUT:
            return Disturbance(at, kind, share=random.uniform(0.2, 1))
        case Kind.KILL_AT:
            return _at_point(random, at, kind, random.uniform(0.1, 4))
        case Kind.STALL_AT | Kind.DELAY_AT | Kind.RAISE_AT:
            return _at_point(random, at, kind, random.uniform(1, 15))
        case Kind.FAULT:
            return Disturbance(at, kind, fault=random.choice(_FAULTS))
        case _:
            return Disturbance(at, kind)


def _at_point(random: Random, at: float, kind: Kind, seconds: float) -> Disturbance:
    point = random.choice([*Point])
    target = random.randrange(SERVERS + WORKERS)
    return Disturbance(at, kind, target, seconds=seconds, point=(point, random.choice(point.moments)))

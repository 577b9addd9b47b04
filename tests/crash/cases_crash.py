"""What is killed where, and what must be so afterwards: a scenario for each commit point.

The offboarding sends three requests: disable and revoke to Microsoft 365, suspend to Google. Where an outcome is left
open it is mostly that of the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from killable import Order
from support_crash import Unknown

from keyturn.engine.history import Answer
from keyturn.engine.points import Moment, Point
from keyturn.flows.json import Values

BEFORE, AFTER, AT = Moment
REVOKE = "/users/{login}/revokeSignInSessions"
Way = Literal["work", "deliver", "start", "call", "sweep", "fire", "decide", "cancel", "rerun", "pause", "resume"]


@dataclass(frozen=True)
class Left:
    """What a process leaves that is killed.

    Attributes:
        seen: requests that the tenants have received by then.
        asks: whether it cannot be known if a request happened.
        follow: requests that follow it if it is taken for done.
        repeated: requests beyond the three when all has ended, where unknown outcomes are repeated.
    """

    seen: int = 0
    asks: bool = False
    follow: int = 1
    repeated: int = 0


@dataclass(frozen=True)
class Case:
    """One process that is killed."""

    scenario: Scenario
    moment: Moment
    unknown: Unknown
    choice: Answer | None = None

    @property
    def left(self) -> Left:
        return self.scenario.left[self.moment]

    @property
    def orders(self) -> tuple[Order, ...]:
        return (*self.scenario.first, Order(self.scenario.point, self.moment, number=self.scenario.number))

    def __str__(self) -> str:
        return f"{self.scenario.point.label} {self.moment}, unknown: {self.unknown}, {self.choice or 'nobody asked'}"


@dataclass(frozen=True)
class Scenario:
    """How a point is reached.

    Attributes:
        number: the process dies when the point is reached for this time.
        way: what the killed process does, or has done to it.
        flow, inputs: started by hand, or called, instead of the event.
        fault: of the sandbox, for this person.
        first: orders that are obeyed before.
        unknowns: settings of the cards with which the point is reached.
    """

    point: Point
    left: Mapping[Moment, Left]
    number: int = 1
    way: Way = "work"
    flow: str | None = None
    inputs: Values = field(default_factory=dict)  # type: ignore[arg-type]
    fault: str = ""
    first: tuple[Order, ...] = ()
    unknowns: tuple[Unknown, ...] = ("repeat", "ask")

    def cases(self) -> Iterator[Case]:
        for moment, left in self.left.items():
            # where every outcome is known the setting is never read: the stricter one is enough
            for unknown in self.unknowns if left.asks or left.repeated else self.unknowns[-1:]:
                choices: tuple[Answer, ...] = ("happened", "again", "stop")
                if unknown == "ask" and left.asks:
                    yield from (Case(self, moment, unknown, choice) for choice in choices)
                else:
                    yield Case(self, moment, unknown)


_NOTHING = {BEFORE: Left(), AFTER: Left()}
_HAND_BACK = (Order(Point.DONE, AFTER, "hand back"),)
_DROPPED = f"graph:dropx1@{REVOKE}"
_LIMITED = f"graph:429x1@{REVOKE}"

SCENARIOS = (
    Scenario(Point.ACCEPTED, _NOTHING, way="deliver"),
    Scenario(Point.QUEUED, _NOTHING, way="start", flow="offboard-later", inputs={"Seconds": 0}),
    Scenario(Point.CALLED, _NOTHING, way="call", flow="offboard-when-told"),
    Scenario(Point.FIRED, _NOTHING, way="fire"),
    # of a run that a dead worker left
    Scenario(Point.SWEPT, _NOTHING, way="sweep"),
    # the first commit of a run says that the first request is about to be sent
    Scenario(Point.BORN, {BEFORE: Left(), AFTER: Left(0, asks=True, follow=2)}, way="call"),
    Scenario(Point.ADMITTED, _NOTHING, way="start", flow="offboard-in-turn"),
    Scenario(Point.CLAIMED, _NOTHING),
    Scenario(Point.RELEASED, {BEFORE: Left(1), AFTER: Left(1)}, first=_HAND_BACK),
    Scenario(Point.HANDED_BACK, {BEFORE: Left(1), AFTER: Left(1)}, first=_HAND_BACK),
    Scenario(Point.STARTED, {BEFORE: Left(1), AFTER: Left(1, asks=True)}, number=2),
    Scenario(Point.SENT, {AT: Left(2, asks=True, repeated=1)}, number=2),
    Scenario(Point.ANSWERED, {AT: Left(2, asks=True, repeated=1)}, number=2),
    Scenario(Point.DONE, {BEFORE: Left(2, asks=True, repeated=1), AFTER: Left(2)}, number=2),
    # the app has refused the second request, so that it is sent again in any case
    Scenario(Point.FAILED, {BEFORE: Left(2, asks=True, repeated=1), AFTER: Left(2, repeated=1)}, fault=_LIMITED),
    Scenario(Point.UNKNOWN, {AT: Left(2, asks=True, repeated=1)}, fault=_DROPPED),
    Scenario(
        Point.REPEAT_DUE,
        {BEFORE: Left(2, repeated=1), AFTER: Left(2, repeated=1)},
        fault=_DROPPED,
        unknowns=("repeat",),
    ),
    # a card that may be repeated asks nobody
    Scenario(Point.ASKED, {BEFORE: Left(2, asks=True), AFTER: Left(2, asks=True)}, fault=_DROPPED, unknowns=("ask",)),
    Scenario(Point.WAIT_BEGUN, _NOTHING, flow="offboard-later", inputs={"Seconds": 1}),
    Scenario(Point.PARKED, _NOTHING, flow="offboard-later", inputs={"Seconds": 6}),
    Scenario(Point.PAUSED, _NOTHING, way="pause", flow="offboard-after-a-word"),
    Scenario(Point.RESUMED, _NOTHING, way="resume", flow="offboard-after-a-word"),
    # the run's first commit is its answer to the caller (Close)
    Scenario(Point.DONE, _NOTHING, way="call", flow="offboard-and-answer-first"),
    Scenario(Point.HELPER_QUEUED, _NOTHING, flow="offboard-apart"),
    Scenario(Point.CHECKPOINT, _NOTHING, flow="offboard-after-a-list", inputs={"Items": [*range(250)]}),
    Scenario(Point.SETTLED, {BEFORE: Left(3), AFTER: Left(3)}),
    Scenario(
        Point.DECIDED,
        {BEFORE: Left(2, asks=True), AFTER: Left(2, asks=True)},
        way="decide",
        fault=_DROPPED,
        unknowns=("ask",),
    ),
    Scenario(Point.CANCELLED, _NOTHING, way="cancel"),
    Scenario(Point.RERUN_QUEUED, {BEFORE: Left(3, repeated=1), AFTER: Left(3, repeated=1)}, way="rerun"),
    # the fourth batch is the one that says that the second request is done
    Scenario(Point.BATCH, {BEFORE: Left(2, asks=True, repeated=1), AFTER: Left(2)}, number=4),
)

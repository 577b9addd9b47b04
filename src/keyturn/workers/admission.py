"""Admission: which waiting runs come to the queue next, in turns between flows and under their limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """What holds for the whole installation; the last program that started says it.

    Attributes:
        flow_at_once: root runs of a flow at once, where the flow says nothing; None for as many as there are.
        ahead: jobs that one flow may have in the queue; the rest of its runs wait outside.
    """

    flow_at_once: int | None = None
    ahead: int = 256


@dataclass(frozen=True, slots=True)
class WaitingFlow:
    """A flow with runs that wait for their turn.

    Attributes:
        next: the turn that its next run would have in the queue.
        served: says when it had its last turn, counted up; 0 for never.
        at_once: root runs of it at once, or None.
        connections: those with a limit that its runs use, helper flows' included.
        runs: the runs that may come next, oldest first.
    """

    id: str
    next: int
    served: int
    at_once: int | None
    connections: tuple[str, ...]
    runs: tuple[UUID, ...]

    @property
    def limited(self) -> bool:
        """Whether what is taken has to be known for it."""
        return self.at_once is not None or bool(self.connections)


@dataclass(frozen=True, slots=True)
class Taken:
    """What root runs take now that are admitted or carried out, by flow and by connection."""

    flows: Mapping[str, int]
    connections: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A run that is admitted, and its turn in the queue."""

    run_id: UUID
    flow_id: str
    turn: int


def in_turns(flows: Sequence[WaitingFlow], taken: Taken, limits: Mapping[str, int]) -> list[Turn]:
    """The runs to be admitted, in the order in which they get their places.

    The flow that was served longest ago is first; then one run of each flow, round after round, as long as its
    flow and each of its connections has a place.

    Args:
        limits: of connections: root runs at once.
    """
    free = {name: most - taken.connections.get(name, 0) for name, most in limits.items()}
    line = deque((flow, 0) for flow in sorted(flows, key=lambda flow: (flow.served, flow.id)))
    turns: list[Turn] = []
    while line:
        flow, number = line.popleft()
        full = flow.at_once is not None and taken.flows.get(flow.id, 0) + number >= flow.at_once
        if full or number == len(flow.runs) or any(free.get(name, 1) <= 0 for name in flow.connections):
            continue  # nothing is given back meanwhile: it has had its last turn
        turns.append(Turn(flow.runs[number], flow.id, flow.next + number))
        for name in flow.connections:
            if name in free:
                free[name] -= 1
        line.append((flow, number + 1))
    return turns

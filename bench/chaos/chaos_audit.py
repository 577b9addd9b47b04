"""The verdict: what was lost and what was done twice, by what the tenants received and the database holds.

Nothing here asks Keyturn what it believes. The ledger of the sandbox says which run, card and attempt each
request came from and what became of it; the journal and the runs are read from the database as they lie there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

ENDED = frozenset({"succeeded", "stopped", "failed", "cancelled"})
# The flows that each event starts, and the effects that a run that succeeded must have brought about.
STARTED = ("offboard-suspended-user", "chaos-follow-up")
EFFECTS: Mapping[str, frozenset[str]] = {
    "office-365-offboarding": frozenset({"disable", "revoke"}),
    "google-workspace-offboarding": frozenset({"suspend"}),
    "chaos-follow-up": frozenset({"user_read", *(f"each[{number}]/sign_out" for number in range(3))}),
    "chaos-later": frozenset({"revoke"}),
}
HELPERS: Mapping[str, frozenset[str]] = {
    "offboard-suspended-user": frozenset({"office-365-offboarding", "google-workspace-offboarding"}),
    "chaos-follow-up": frozenset({"chaos-later"}),
}
# Cards that keep to `unknown: ask`: no second request without a person's word.
ASKING = frozenset({("chaos-later", "revoke")})
# Faults of the sandbox that carry a request out and give no usable answer.
_PERFORMED = ("slow", "drop", "garbage", "huge")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as it lies in the database; ``event_id`` of a run that an app's event started."""

    id: UUID
    flow_id: str
    status: str
    event_id: UUID | None = None
    parent_id: UUID | None = None
    rerun_of: UUID | None = None


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
    """A request that a tenant received; ``at`` in seconds since 1970."""

    run_id: UUID
    path: str
    attempt: int
    method: str
    status: int | None
    fault: str = ""
    at: float = 0.0

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
class Evidence:
    """What the verdict rests on.

    Attributes:
        accepted: ids of events that were answered with 2xx.
        wrong: people with an accepted event who are not offboarded in every tenant.
    """

    accepted: Collection[UUID]
    runs: Sequence[RunRow]
    journal: Sequence[Line]
    sent: Sequence[Sent]
    wrong: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each thing that was lost or done twice, in words."""

    duplicates: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    repeated: int = 0


def judge(evidence: Evidence) -> Verdict:
    """Look through the evidence."""
    return Verdict(
        duplicates=[
            *_twice_started(evidence),
            *_twice_sent(evidence),
            *_sent_though_done(evidence),
            *_unasked(evidence),
        ],
        lost=[*_not_started(evidence), *_not_ended(evidence), *_not_done(evidence), *_done_nowhere(evidence)]
        + [f"{login} is not offboarded everywhere" for login in evidence.wrong],
        repeated=_repeated(evidence),
    )


def _twice_started(evidence: Evidence) -> Iterator[str]:
    found = Counter((run.event_id, run.flow_id) for run in evidence.runs if run.event_id and run.rerun_of is None)
    for (event, flow), count in found.items():
        if count > 1:
            yield f"event {event} started {flow} {count} times"


def _twice_sent(evidence: Evidence) -> Iterator[str]:
    changes = (one for one in evidence.sent if not one.read)
    for (run, path, attempt), count in Counter((one.run_id, one.path, one.attempt) for one in changes).items():
        if count > 1:
            yield f"attempt {attempt} of {path} of run {run} was sent {count} times"


def _sent_though_done(evidence: Evidence) -> Iterator[str]:
    """Effects sent after they were recorded as done.

    Of changes each attempt is recorded before it is sent, so that the numbers tell. Reads are not: a worker that
    died takes its attempts with it and the next one counts anew. There the times tell.
    """
    done = {(line.run_id, line.path): line for line in evidence.journal if _is_done(line)}
    for one in evidence.sent:
        last = done.get((one.run_id, one.path))
        if last is not None and (one.at > last.at if one.read else one.attempt > last.attempt):
            yield f"{one.path} of run {one.run_id} was done at attempt {last.attempt} and sent as attempt {one.attempt}"


def _unasked(evidence: Evidence) -> Iterator[str]:
    flow_of = {run.id: run.flow_id for run in evidence.runs}
    allowed = {(line.run_id, line.path, line.attempt) for line in evidence.journal if line.answer == "again"}
    by_effect: dict[tuple[UUID, str], list[Sent]] = defaultdict(list)
    for one in evidence.sent:
        if (flow_of.get(one.run_id, ""), one.path) in ASKING:
            by_effect[one.run_id, one.path].append(one)
    for (run, path), attempts in by_effect.items():
        for one in sorted(attempts, key=lambda one: one.attempt)[:-1]:
            if not one.refused and (run, path, one.attempt) not in allowed:
                yield f"{path} of run {run} was sent again after attempt {one.attempt}, and nobody was asked"


def _not_started(evidence: Evidence) -> Iterator[str]:
    started = {(run.event_id, run.flow_id) for run in evidence.runs}
    for event in evidence.accepted:
        for flow in STARTED:
            if (event, flow) not in started:
                yield f"event {event} was accepted and did not start {flow}"


def _not_ended(evidence: Evidence) -> Iterator[str]:
    for run in evidence.runs:
        if run.status not in ENDED:
            yield f"run {run.id} of {run.flow_id} is {run.status}"


def _not_done(evidence: Evidence) -> Iterator[str]:
    """Runs that succeeded without having done what their flow says."""
    done: dict[UUID, set[str]] = defaultdict(set)
    helpers: dict[UUID, set[str]] = defaultdict(set)
    for line in evidence.journal:
        if _is_done(line):
            done[line.run_id].add(line.path)
    for run in evidence.runs:
        if run.parent_id is not None:
            helpers[run.parent_id].add(run.flow_id)
    for run in evidence.runs:
        if run.status == "succeeded":
            missing = EFFECTS.get(run.flow_id, frozenset()) - done[run.id]
            missing |= HELPERS.get(run.flow_id, frozenset()) - helpers[run.id]
            if missing:
                yield f"run {run.id} of {run.flow_id} succeeded without {', '.join(sorted(missing))}"


def _done_nowhere(evidence: Evidence) -> Iterator[str]:
    """Effects that the journal says are done, and that no tenant carried out."""
    performed = {(one.run_id, one.path, one.attempt) for one in evidence.sent if one.performed}
    for line in evidence.journal:
        sent_by_us = line.state == "done" and line.card.endswith(".custom_api_action")
        if sent_by_us and (line.run_id, line.path, line.attempt) not in performed:
            yield f"{line.path} of run {line.run_id} is recorded as done, and no tenant did it"


def _repeated(evidence: Evidence) -> int:
    """Requests that were sent again because the outcome of the one before was unknown."""
    unknown = {(line.run_id, line.path, line.attempt) for line in evidence.journal if line.state == "unknown"}
    return sum((one.run_id, one.path, one.attempt - 1) in unknown for one in evidence.sent)


def _is_done(line: Line) -> bool:
    return line.state == "done" or line.answer == "happened"

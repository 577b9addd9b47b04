"""The verdict: what was lost and what was done twice, by what the tenants received and the database holds.

Nothing here asks Keyturn what it believes. The ledger of the sandbox says which run, card and attempt each
request came from and what became of it; the journal and the runs are read from the database as they lie there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from chaos_evidence import Clock, Evidence, Line, Sent

ENDED = frozenset({"succeeded", "stopped", "failed", "cancelled"})
# The flows that each event starts, and the effects that a run that succeeded must have brought about.
STARTED = ("offboard-suspended-user", "chaos-follow-up")
EFFECTS: Mapping[str, frozenset[str]] = {
    "office-365-offboarding": frozenset({"disable", "revoke"}),
    "google-workspace-offboarding": frozenset({"suspend"}),
    "chaos-follow-up": frozenset({"user_read", *(f"each[{number}]/sign_out" for number in range(3))}),
    "chaos-later": frozenset({"revoke"}),
    "chaos-form": frozenset({"sign_out"}),
}
_BY_THE_CLOCK = frozenset({"sign_out"})
HELPERS: Mapping[str, frozenset[str]] = {
    "offboard-suspended-user": frozenset({"office-365-offboarding", "google-workspace-offboarding"}),
    "chaos-follow-up": frozenset({"chaos-later"}),
}
# Cards that keep to `unknown: ask`: no second request without a person's word.
ASKING = frozenset({("chaos-later", "revoke")})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each thing that was lost or done twice, in words."""

    duplicates: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    mixed: list[str] = field(default_factory=list[str])
    repeated: int = 0


def judge(evidence: Evidence) -> Verdict:
    """Look through the evidence."""
    return Verdict(
        duplicates=[
            *_twice_started(evidence),
            *_twice_fired(evidence),
            *_twice_sent(evidence),
            *_sent_though_done(evidence),
            *_unasked(evidence),
        ],
        lost=[
            *_not_started(evidence),
            *_not_fired(evidence),
            *_not_ended(evidence),
            *_not_done(evidence),
            *_done_nowhere(evidence),
            *(f"{login} is not offboarded everywhere" for login in evidence.wrong),
        ],
        mixed=[*_mixed(evidence)],
        repeated=_repeated(evidence),
    )


def _twice_started(evidence: Evidence) -> Iterator[str]:
    first = [run for run in evidence.runs if run.rerun_of is None]
    for (event, flow), count in Counter((run.event_id, run.flow_id) for run in first if run.event_id).items():
        if count > 1:
            yield f"event {event} started {flow} {count} times"
    for key, count in Counter(run.key for run in first if run.key).items():
        if count > 1:
            yield f"calls with the key {key} started {count} runs"


def _twice_fired(evidence: Evidence) -> Iterator[str]:
    for clock in evidence.clocks:
        for due, count in Counter(due for due, _ in _firings(evidence, clock)).items():
            if count > 1:
                yield f"{clock.flow_id} fired {count} times for the due time {due}"
            if due not in clock.dues:
                yield f"{clock.flow_id} fired for {due}, when it was not due"


def _firings(evidence: Evidence, clock: Clock) -> list[tuple[float, int]]:
    """Due times, each with the number of those before it that were passed over."""
    mine = (run for run in evidence.runs if run.flow_id == clock.flow_id and run.rerun_of is None)
    return sorted((run.due, run.skipped) for run in mine if run.due is not None)


def _not_fired(evidence: Evidence) -> Iterator[str]:
    """Due times that neither fired nor are counted as missed by the one that fired after them."""
    for clock in evidence.clocks:
        covered: set[float] = set()
        for due, skipped in _firings(evidence, clock):
            before = [one for one in clock.dues if one <= due]
            covered |= {*before[-1 - skipped :]}
        for due in clock.dues:
            if due >= clock.since and due not in covered:
                yield f"{clock.flow_id} was due at {due} and did not fire"


def _mixed(evidence: Evidence) -> Iterator[str]:
    """Requests of a run that another version of its flow sends."""
    version_of = {run.id: run.version for run in evidence.runs}
    for one in evidence.sent:
        if one.marker and one.run_id in version_of:
            version = version_of[one.run_id]
            if evidence.markers.get(version) != one.marker:
                yield f"run {one.run_id} began with version {version} and sent {one.marker}"


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
    keys = {run.key for run in evidence.runs}
    for key in sorted({*evidence.called} - keys):
        yield f"the call with the key {key} was answered with 2xx and started nothing"


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
    expected = {**EFFECTS, **{clock.flow_id: _BY_THE_CLOCK for clock in evidence.clocks}}
    for run in evidence.runs:
        if run.status == "succeeded":
            missing = expected.get(run.flow_id, frozenset()) - done[run.id]
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

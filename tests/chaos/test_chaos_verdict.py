"""The plan is the seed's alone, and the verdict finds what is planted."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from chaos import faults_of
from chaos_audit import Verdict, judge
from chaos_evidence import Clock, Evidence, Line, RunRow, Sent
from chaos_plan import AT_POINTS, Kind, make_plan

from keyturn.engine.points import Point

EVENT = uuid4()
CARD = "office365.custom_api_action"


def run(flow: str, **values: object) -> RunRow:
    return replace(RunRow(uuid4(), flow, "succeeded"), **values)  # type: ignore[arg-type]


class Tale:
    """One event whose runs all went well: what there is to spoil."""

    def __init__(self) -> None:
        self.root = run("offboard-suspended-user", event_id=EVENT)
        self.follow = run("chaos-follow-up", event_id=EVENT)
        self.office = run("office-365-offboarding", parent_id=self.root.id)
        self.google = run("google-workspace-offboarding", parent_id=self.root.id)
        self.later = run("chaos-later", parent_id=self.follow.id)
        self.runs = [self.root, self.follow, self.office, self.google, self.later]
        self.journal: list[Line] = []
        self.sent: list[Sent] = []
        for owner, path in (
            (self.office, "disable"),
            (self.office, "revoke"),
            (self.google, "suspend"),
            (self.later, "revoke"),
            (self.follow, "user_read"),
            *((self.follow, f"each[{number}]/sign_out") for number in range(3)),
        ):
            self.request(owner, path, 1)
            self.line(owner, path, 1, "done")

    def request(self, owner: RunRow, path: str, attempt: int, status: int | None = 200, fault: str = "") -> None:
        self.sent.append(Sent(owner.id, path, attempt, "GET" if path == "user_read" else "POST", status, fault))

    def line(self, owner: RunRow, path: str, attempt: int, state: str, answer: str = "") -> None:
        self.journal.append(Line(owner.id, path, attempt, state, CARD, answer))

    def drop(self, owner: RunRow, path: str) -> None:
        """Take an effect out of the journal."""
        self.journal = [line for line in self.journal if (line.run_id, line.path) != (owner.id, path)]

    def verdict(self, *wrong: str, accepted: frozenset[UUID] = frozenset({EVENT})) -> tuple[int, int, int]:
        found = judge(Evidence(accepted, self.runs, self.journal, self.sent, wrong))
        return len(found.duplicates), len(found.lost), found.repeated


def test_a_tale_that_went_well_has_no_fault() -> None:
    assert Tale().verdict() == (0, 0, 0)


@pytest.mark.parametrize(("seconds", "duplicates"), [(-1.0, 0), (1.0, 1)])
def test_a_read_is_asked_again_until_its_result_is_recorded(seconds: float, duplicates: int) -> None:
    tale = Tale()
    tale.request(tale.follow, "user_read", 2)
    tale.sent[-1] = replace(tale.sent[-1], at=seconds)
    assert tale.verdict() == (duplicates, 0, 0)


def test_the_same_attempt_sent_twice_is_a_duplicate() -> None:
    tale = Tale()
    tale.request(tale.google, "suspend", 1)
    assert tale.verdict()[0] == 1


def test_a_done_effect_sent_again_is_a_duplicate() -> None:
    tale = Tale()
    tale.request(tale.office, "disable", 2)
    assert tale.verdict()[0] == 1


def test_two_runs_for_one_event_and_flow_are_a_duplicate_and_a_rerun_is_none() -> None:
    tale = Tale()
    tale.runs.append(run("chaos-follow-up", event_id=EVENT, status="failed"))
    assert tale.verdict()[0] == 1
    tale.runs[-1] = replace(tale.runs[-1], rerun_of=tale.follow.id)
    assert tale.verdict()[0] == 0


@pytest.mark.parametrize(
    ("status", "answer", "duplicates"), [(None, "", 1), (200, "", 1), (429, "", 0), (None, "again", 0)]
)
def test_an_effect_that_asks_is_sent_again_after_a_refusal_or_a_word_only(
    status: int | None, answer: str, duplicates: int
) -> None:
    tale = Tale()
    tale.drop(tale.later, "revoke")
    tale.sent = [one for one in tale.sent if one.run_id != tale.later.id]
    tale.request(tale.later, "revoke", 1, status)
    tale.request(tale.later, "revoke", 2)
    tale.line(tale.later, "revoke", 2, "done")
    if answer:
        tale.line(tale.later, "revoke", 1, "decided", answer)
    assert tale.verdict()[0] == duplicates


def test_what_is_repeated_because_unknown_is_counted() -> None:
    tale = Tale()
    tale.drop(tale.google, "suspend")
    tale.line(tale.google, "suspend", 1, "unknown")
    tale.request(tale.google, "suspend", 2)
    tale.line(tale.google, "suspend", 2, "done")
    assert tale.verdict() == (0, 0, 1)


def test_an_accepted_event_without_its_runs_is_lost() -> None:
    assert Tale().verdict(accepted=frozenset({EVENT, uuid4()}))[1] == 2  # of each of two flows


@pytest.mark.parametrize("status", ["queued", "running", "waiting", "needs attention"])
def test_a_run_that_never_ended_is_lost(status: str) -> None:
    tale = Tale()
    tale.runs.append(run("chaos-later", status=status))
    assert tale.verdict()[1] == 1


def test_a_person_who_is_not_offboarded_is_lost() -> None:
    assert Tale().verdict("ada@northwind.example")[1] == 1


def test_a_run_that_succeeded_without_its_effects_is_lost() -> None:
    tale = Tale()
    tale.drop(tale.follow, "each[1]/sign_out")
    assert tale.verdict()[1] == 1


def test_a_run_whose_helper_never_began_is_lost() -> None:
    tale = Tale()
    tale.runs.remove(tale.later)
    assert tale.verdict()[1] == 1


@pytest.mark.parametrize(
    ("status", "fault", "lost"), [(500, "", 1), (None, "google:dropbeforex3", 1), (None, "google:dropx2", 0)]
)
def test_what_is_recorded_as_done_must_have_been_done(status: int | None, fault: str, lost: int) -> None:
    tale = Tale()
    tale.sent = [one for one in tale.sent if one.path != "suspend"]
    tale.request(tale.google, "suspend", 1, status, fault)
    assert tale.verdict()[1] == lost


def judged(*runs: RunRow, **evidence: object) -> Verdict:
    """What is said of these runs, without a word about what they did."""
    return judge(Evidence((), runs, (), **{"sent": (), **evidence}))  # type: ignore[arg-type]


def called(key: str, **values: object) -> RunRow:
    return run("form", key=key, **values)


def test_calls_with_one_key_are_one_run_and_an_answered_one_has_its_run() -> None:
    assert judged(called("a"), called("b"), called=("a",)) == Verdict()
    assert len(judged(called("a"), called("a")).duplicates) == 1
    assert judged(called("a"), called("a", rerun_of=uuid4())) == Verdict()
    assert len(judged(called("a"), called=("a", "b")).lost) == 1


CLOCK = Clock("clock", (60.0, 120.0, 180.0, 240.0), since=90.0)


def fired(due: float, skipped: int = 0) -> RunRow:
    return run("clock", due=due, skipped=skipped, status="cancelled")


@pytest.mark.parametrize(
    ("runs", "duplicates", "lost"),
    [
        ((fired(120), fired(180), fired(240)), 0, 0),
        ((fired(60), fired(120), fired(180), fired(240)), 0, 0),  # it was published just in time for the first
        ((fired(120), fired(240, 1)), 0, 0),
        ((fired(240, 2),), 0, 0),
        ((fired(240, 1),), 0, 1),
        ((fired(120), fired(240)), 0, 1),
        ((fired(120), fired(180)), 0, 1),
        ((), 0, 3),
        ((fired(120), fired(180), fired(180), fired(240)), 1, 0),
        ((fired(120), fired(150), fired(180), fired(240)), 1, 0),
    ],
)
def test_each_due_time_fires_once_or_is_counted_as_missed(runs: tuple[RunRow, ...], duplicates: int, lost: int) -> None:
    found = judged(*runs, clocks=(CLOCK,))
    assert (len(found.duplicates), len(found.lost)) == (duplicates, lost)


def test_a_run_by_the_clock_that_succeeded_has_done_something() -> None:
    assert len(judged(run("clock", due=180.0, skipped=1), fired(240), clocks=(CLOCK,)).lost) == 1


@pytest.mark.parametrize(("sends", "mixed"), [("version=1", 1), ("version=2", 0), ("version=3", 1), ("", 0)])
def test_a_run_sends_what_its_version_sends(sends: str, mixed: int) -> None:
    one = run("flow", version=2)
    request = Sent(one.id, "card", 1, "POST", 200, marker=sends)
    assert len(judged(one, sent=(request,), markers={1: "version=1", 2: "version=2"}).mixed) == mixed


def test_one_seed_makes_one_plan_and_another_seed_another() -> None:
    assert make_plan(7, 100, 20) == make_plan(7, 100, 20)
    assert make_plan(7, 100, 20) != make_plan(8, 100, 20)


def test_a_plan_delivers_every_event_some_of_them_again_and_disturbs_everything() -> None:
    plan = make_plan(7, 2000, 20)
    delivered = [number for delivery in plan.deliveries for number in delivery.events]
    assert set(delivered) == set(range(2000))
    assert len(delivered) > 2500
    assert {disturbance.kind for disturbance in plan.disturbances} == set(Kind)
    assert {delivery.server for delivery in plan.deliveries} == {0, 1}
    assert all(0 <= one.at <= plan.seconds for one in (*plan.deliveries, *plan.disturbances))
    assert {call.server for call in plan.calls} == {0, 1}
    assert len({call.key for call in plan.calls}) == 250 < len(plan.calls)
    assert len(plan.publications) > 20


def test_a_plan_has_something_happen_at_each_commit_point() -> None:
    plan = make_plan(7, 600, 50, rate=0.08)  # two hours
    reached = {one.point for one in plan.disturbances if one.point is not None}
    assert reached == {(point, moment) for point in Point for moment in point.moments}
    assert all((one.point is not None) == (one.kind in AT_POINTS) for one in plan.disturbances)


GOOD = {
    "duplicates": 0,
    "lost": 0,
    "mixed_versions": 0,
    "never_resumed": 0,
    "resumed_worst_s": 9.5,
    "died_by_themselves": 0,
    "accepted": 3,
    "calls_answered": 2,
    "due_times_fired": 2,
    "versions_published": 1,
    "runs_of_killed_workers": 2,
    "disturbances": {"kill worker": 1},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"duplicates": 1},
        {"lost": 1},
        {"never_resumed": 1},
        {"resumed_worst_s": 10.0},
        {"died_by_themselves": 1},
        {"accepted": 0},
        {"mixed_versions": 1},
        {"calls_answered": 0},
        {"due_times_fired": 0},
        {"versions_published": 0},
        {"runs_of_killed_workers": 0},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_tally_is_good_only_if_all_of_it_is(wrong: dict[str, float]) -> None:
    assert faults_of(GOOD) == []  # type: ignore[arg-type]
    assert len(faults_of({**GOOD, **wrong})) == 1  # type: ignore[arg-type]

"""Effects: what is journaled, replayed, sent again, and asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from support_engine import START, Outcome, PowerCut, World, cut_while_sending, in_turn, refused, silent

from keyturn.engine.ports import (
    Commit,
    CommitRefused,
    JournalRecord,
    JournalState,
    LeaseLost,
    Run,
    RunStatus,
)
from keyturn.engine.retry import wait_before
from keyturn.flows.actions import ActionCall, Done, Failed
from keyturn.flows.document import Retry
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values

OK = Done({"status": 200, "body": {"n": 1}})


def flow(*cards: Values) -> Values:
    back: Values = {"id": "give", "card": "flow.return", "inputs": {"n": "{{ one.body.n }}"}}
    return {"id": "main", "cards": [*cards, back]}


def one(card: str = "app.change", **on_error: object) -> Values:
    return {"id": "one", "card": card, "inputs": {"url": "/x"}, "on_error": dict(on_error)}  # type: ignore[dict-item]


def decide(world: World, run: Run, answer: str, outputs: Values | None = None, path: str = "one") -> None:
    last = max(r.attempt for r in world.store.journal if r.path == path)
    result: Values = {"answer": answer, "outputs": outputs or {}}
    world.store.journal.append(JournalRecord(run.id, path, last, JournalState.DECIDED, "app.change", "", result))


async def test_a_change_is_recorded_as_started_before_it_is_sent() -> None:
    world = World(flow(one()))
    seen: list[JournalState] = []
    world.app._script = lambda call: seen.extend(r.state for r in world.store.journal) or OK  # type: ignore[func-returns-value]
    assert world.outputs(await world.run()) == {"n": 1}
    assert seen == [JournalState.STARTED]
    assert [r.state for r in world.store.journal] == [JournalState.STARTED, JournalState.DONE]


class TurnsThatEnd:
    """Turns of an app: the process dies while it waits for the first one."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def turn(self, connection_id: str) -> float | None:
        self.asked.append(connection_id)
        if len(self.asked) == 1:
            raise PowerCut
        return 7.5


async def test_a_change_has_had_its_turn_before_it_is_recorded_as_started() -> None:
    turns = TurnsThatEnd()
    world = World(flow({**one(), "connection": "limited"}), turns=turns, script=lambda call: OK)
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    assert not world.store.journal, "nothing is in doubt"
    assert world.outputs(await world.go_on(run)) == {"n": 1}
    assert turns.asked == ["limited", "limited"]
    assert [call.turn_at for call in world.app.sent] == [7.5]


async def test_who_is_cancelled_while_a_change_waits_for_its_turn_sends_nothing() -> None:
    class Cancelling:
        async def turn(self, connection_id: str) -> float | None:
            world.store.cancelled.add(run.id)
            world.clock.seconds += 60
            return 7.5

    world = World(flow({**one(), "connection": "limited"}), turns=Cancelling(), script=lambda call: OK)
    run = world.queued()
    assert (await world.go_on(run)).status is RunStatus.CANCELLED
    assert world.app.sent == []
    assert not world.store.journal


async def test_a_read_is_not_committed_before_it_is_sent() -> None:
    world = World(flow(one("app.read")))
    commits: list[int] = []
    world.app._script = lambda call: commits.append(world.store.commits) or OK  # type: ignore[func-returns-value]
    await world.run()
    assert commits == [0]


async def test_a_done_effect_is_never_sent_again() -> None:
    world = World(flow(one(), {**one(), "id": "two"}))

    def second_cut(call: ActionCall) -> Outcome:
        if call.path == "two":
            raise PowerCut
        return OK

    world.app._script = second_cut
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    world.app._script = lambda call: OK
    await world.go_on(run)
    assert world.app.paths == ["one", "two"]
    assert world.store.runs[run.id].status is RunStatus.NEEDS_ATTENTION


@pytest.mark.parametrize(
    ("card", "on_error", "sent", "status"),
    [
        ("app.change", {}, 1, RunStatus.NEEDS_ATTENTION),
        ("app.change", {"unknown": "repeat"}, 2, RunStatus.SUCCEEDED),
        ("app.ensure", {}, 2, RunStatus.SUCCEEDED),
        ("app.read", {}, 2, RunStatus.SUCCEEDED),
    ],
)
async def test_after_a_crash_only_what_is_safe_is_sent_again(
    card: str, on_error: Values, sent: int, status: RunStatus
) -> None:
    world = World(flow(one(card, **on_error)), script=lambda call: OK)
    run = await cut_while_sending(world)
    assert (await world.go_on(run)).status is status
    assert len(world.app.sent) == sent


async def test_no_answer_to_a_change_asks_a_person_at_once() -> None:
    world = World(flow(one(retry={"times": 3})), script=lambda call: silent())
    run = await world.run()
    assert (run.status, len(world.app.sent)) == (RunStatus.NEEDS_ATTENTION, 1)
    assert run.error is not None
    assert (run.error["card"], run.error["message"]) == ("one", "no answer came")


@pytest.mark.parametrize("status", [200, 204, 303])
@pytest.mark.parametrize("on", [(), ("any",), (200, 204, 303, 503)])
async def test_a_change_whose_answer_is_of_no_use_is_not_sent_again(status: int, on: tuple[int | str, ...]) -> None:
    taken = Failed(ErrorDetail("cannot be used", code="answer-unusable", status=status), status=status, taken=True)
    retry = {"retry": {"times": 3, "wait": "1s", "on": [*on]}} if on else {}
    world = World(flow(one(**retry)), script=lambda call: taken)
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert world.app.paths == ["one"]
    assert [r.state for r in world.store.journal] == [JournalState.STARTED, JournalState.UNKNOWN]


@pytest.mark.parametrize("card", [one("app.ensure"), one(unknown="repeat")], ids=["repeatable", "repeat"])
async def test_where_repeating_is_safe_an_answer_of_no_use_counts_as_none(card: Values) -> None:
    error = ErrorDetail("cannot be used", code="answer-unusable", mend="Check the address.", status=200)
    taken = Failed(error, status=200, taken=True, known={"was": "x"})
    world = World(flow(card), script=lambda call: taken)
    run = await world.run()
    assert (run.status, world.app.paths) == (RunStatus.FAILED, ["one"] * 3)
    assert run.error is not None
    assert run.error["mend"] == "Check the address.", "it says by itself what to do"
    assert [call.known for call in world.app.sent] == [{}, {"was": "x"}, {"was": "x"}]
    world = World(flow(card), script=in_turn(taken, OK))
    assert (await world.run()).status is RunStatus.SUCCEEDED


async def test_a_read_whose_answer_is_of_no_use_fails_like_others() -> None:
    card = one("app.read")
    taken = Failed(ErrorDetail("cannot be used", code="answer-unusable", status=200), status=200, taken=True)
    world = World(flow(card), script=lambda call: taken)
    assert (await world.run()).status is RunStatus.FAILED
    assert world.app.paths == ["one"]
    card["on_error"] |= {"retry": {"times": 1, "wait": "1s", "on": ["any"]}}  # type: ignore[operator]
    world = World(flow(card), script=lambda call: taken)
    assert (await world.run()).status is RunStatus.FAILED
    assert world.app.paths == ["one", "one"]


async def test_no_answer_to_a_read_is_tried_again_and_then_an_error() -> None:
    world = World(flow(one("app.read")), script=lambda call: silent())
    assert (await world.run()).status is RunStatus.FAILED
    assert len(world.app.sent) == 3


@pytest.mark.parametrize(
    ("card", "on_error", "least", "most"),
    [
        ("app.change", {"unknown": "repeat", "retry": {"times": 3, "wait": "5s..20s"}}, (5, 5, 5), (10, 20, 20)),
        ("app.read", {"retry": {"times": 3, "wait": "5s..20s"}}, (5, 5, 5), (10, 20, 20)),
        ("app.change", {"unknown": "repeat"}, (1, 1), (2, 4)),
        ("app.read", {}, (1, 1), (2, 4)),
    ],
)
async def test_an_unknown_outcome_is_repeated_after_the_wait_that_the_card_declares(
    card: str, on_error: Values, least: tuple[float, ...], most: tuple[float, ...]
) -> None:
    world = World(flow(one(card, **on_error)))
    sent: list[float] = []

    def fall_silent(call: ActionCall) -> Outcome:
        sent.append(world.clock.seconds)
        return silent()

    world.app._script = fall_silent
    assert (await world.run()).status is RunStatus.FAILED
    waits = [after - before for before, after in pairwise(sent)]
    assert len(waits) == len(least)
    assert all(low <= wait <= high for low, wait, high in zip(least, waits, most, strict=True)), waits


async def test_the_time_of_an_unknown_repeat_is_in_the_journal_before_it_is_waited_for() -> None:
    world = World(flow(one(unknown="repeat", retry={"times": 2, "wait": "10m"})), script=in_turn(silent(), OK))
    run = await world.run()
    assert run.status is RunStatus.WAITING
    assert run.wake_at is not None
    assert 600 <= (run.wake_at - START).total_seconds() <= 1200
    world.clock.seconds = 300
    assert (await world.go_on(run)).wake_at == run.wake_at
    world.clock.seconds = 1300
    assert world.outputs(await world.go_on(run)) == {"n": 1}
    assert len(world.app.sent) == 2


async def test_a_crash_while_an_unknown_repeat_is_waited_for_does_not_begin_the_wait_anew() -> None:
    world = World(flow(one(unknown="repeat", retry={"times": 2, "wait": "20s"})), script=in_turn(silent(), OK))
    usual = world.clock.sleep

    async def cut(seconds: float) -> None:
        raise PowerCut

    world.clock.sleep = cut  # type: ignore[method-assign]
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    world.clock.sleep = usual  # type: ignore[method-assign]
    world.clock.seconds = 15
    assert world.outputs(await world.go_on(run)) == {"n": 1}
    assert 20 <= world.clock.seconds <= 40
    assert [call.attempt for call in world.app.sent] == [1, 2]


async def test_repeating_an_unknown_change_is_bounded_and_then_an_error() -> None:
    world = World(flow(one(unknown="repeat")), script=lambda call: silent())
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error["code"] == "no-answer"
    assert run.error["mend"] == "Run again from this card: it is one that may be sent again."
    assert len(world.app.sent) == 3
    assert (await world.go_on(run)).status is RunStatus.FAILED
    assert len(world.app.sent) == 3


@pytest.mark.parametrize(
    ("answer", "sent", "status", "outputs"),
    [
        ("happened", 1, RunStatus.SUCCEEDED, {"n": 5}),
        ("again", 2, RunStatus.SUCCEEDED, {"n": 1}),
        ("stop", 1, RunStatus.FAILED, None),
    ],
)
async def test_a_persons_answer_ends_an_unknown_outcome(
    answer: str, sent: int, status: RunStatus, outputs: Values | None
) -> None:
    world = World(flow(one()), script=in_turn(silent(), OK))
    run = await world.run()
    decide(world, run, answer, {"body": {"n": 5}})
    after = await world.go_on(run)
    assert (after.status, after.outputs, len(world.app.sent)) == (status, outputs, sent)


async def test_the_card_that_asks_is_unknown_in_the_trace_and_what_is_around_it_waits() -> None:
    helper: Values = {"id": "inner", "event": {"card": "helper"}, "cards": [one()]}
    call: Values = {"id": "call", "card": "flow.call", "call": {"flow": "inner"}}
    world = World(helper, {"id": "main", "cards": [call]}, script=in_turn(silent()))
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    (inner,) = [other for other in world.store.runs.values() if other.parent_id == run.id]
    assert (world.shown(inner.id, "one"), world.shown(run.id, "call")) == ("unknown", "waiting")


async def test_listed_statuses_are_tried_again_and_never_sooner_than_told() -> None:
    slow_down = Failed(ErrorDetail("slow down", status=429), status=429, retry_after=20)
    world = World(flow(one(retry={"times": 2, "wait": "1s..5s"})), script=in_turn(slow_down, refused(503), OK))
    run = await world.run()
    assert world.outputs(run) == {"n": 1}
    assert [call.attempt for call in world.app.sent] == [1, 2, 3]
    assert 21 <= world.clock.seconds <= 27


def test_runs_that_were_told_the_same_moment_come_back_one_by_one() -> None:
    told = Failed(ErrorDetail("slow down", status=429), status=429, retry_after=240)
    waits = [wait_before(Retry(times=3), 1, told, Random(seed)) for seed in range(20)]
    assert 240 <= min(waits) < 250 < max(waits) <= 264
    assert len({round(wait) for wait in waits}) > 8


async def test_a_wait_that_is_too_long_ends_the_card_and_says_so() -> None:
    tomorrow = Failed(ErrorDetail("slow down", status=429), status=429, retry_after=86_400)
    world = World(flow(one(retry={"times": 3})), script=lambda call: tomorrow)
    run = await world.run()
    assert (run.status, len(world.app.sent), world.clock.seconds) == (RunStatus.FAILED, 1, 0)
    assert run.error is not None
    assert "wait for 1 day" in str(run.error["mend"])
    patient = World(flow(one(retry={"times": 3, "wait": "1s..2d"})), script=in_turn(tomorrow, OK))
    assert (await patient.run()).status is RunStatus.WAITING


async def test_other_statuses_are_not_tried_again() -> None:
    world = World(flow(one(retry={"times": 3})), script=lambda call: refused(400))
    assert (await world.run()).status is RunStatus.FAILED
    assert len(world.app.sent) == 1


async def test_tries_are_bounded() -> None:
    world = World(flow(one(retry={"times": 2, "wait": "1s"})), script=lambda call: refused(503, "busy"))
    run = await world.run()
    assert (run.status, len(world.app.sent)) == (RunStatus.FAILED, 3)
    assert run.error is not None
    assert run.error["message"] == "busy"


async def test_what_was_never_sent_is_tried_again_where_it_may_pass() -> None:
    unreachable = Failed(ErrorDetail("refused connection"), not_sent=True, try_again=True)
    world = World(flow(one(retry={"times": 1, "wait": "1s"})), script=in_turn(unreachable, OK))
    assert world.outputs(await world.run()) == {"n": 1}


async def test_a_long_wait_between_tries_parks_the_run() -> None:
    world = World(flow(one(retry={"times": 1, "wait": "10m"})), script=in_turn(refused(503), OK))
    run = await world.run()
    assert run.status is RunStatus.WAITING
    assert run.wake_at is not None
    assert 600 <= (run.wake_at - START).total_seconds() <= 1200
    world.clock.seconds = 1300
    assert world.outputs(await world.go_on(run)) == {"n": 1}
    assert len(world.app.sent) == 2


@pytest.mark.parametrize(
    ("on", "status", "tried"),
    [
        ([429, 503], 503, 3),
        ([429, 503], 500, 1),
        (["5xx"], 500, 3),
        (["5xx"], 429, 1),
        (["4xx"], 429, 3),
        (["any"], 418, 3),
        ([], 503, 1),
    ],
)
async def test_which_statuses_are_tried_again(on: list[object], status: int, tried: int) -> None:
    retry = {"times": 2, "wait": "1s", "on": on}
    world = World(flow(one(retry=retry)), script=lambda call: refused(status))
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert len(world.app.sent) == tried


@pytest.mark.parametrize(
    ("on", "told", "not_told"),
    [
        ([429, 503], {429, 503}, {500}),
        (["5xx"], {500, 503, 599}, {429}),
        (["any"], {302, 400, 599}, set()),
        ([], set(), {503}),
    ],
)
async def test_an_action_is_told_with_which_statuses_it_is_tried_again(
    on: list[object], told: set[int], not_told: set[int]
) -> None:
    world = World(flow(one(retry={"times": 2, "on": on})))
    await world.run()
    given = world.app.sent[0].retry
    assert given is not None
    assert {status for status in told | not_told if given.covers(status)} == told


async def test_each_status_may_have_its_own_wait() -> None:
    retry = {"times": 3, "wait": "1s", "on": ["any"], "waits": {"429": "20s", "5xx": "7s"}}
    answers, sent_at = in_turn(refused(429), refused(502), refused(400), OK), list[float]()

    def script(call: ActionCall) -> Outcome:
        sent_at.append(world.clock.seconds)
        return answers(call)

    world = World(flow(one(retry=retry)), script=script)
    assert (await world.run()).status is RunStatus.SUCCEEDED
    assert sent_at == [0, 20, 27, 28]


async def test_a_wait_survives_a_restart_and_is_not_begun_anew() -> None:
    nap: Values = {"id": "nap", "card": "flow.wait", "inputs": {"delay": 2, "unit": "hour"}}
    world = World({"id": "main", "cards": [nap]})
    run = await world.run()
    assert (run.status, run.wake_at and (run.wake_at - START).total_seconds()) == (RunStatus.WAITING, 7200)
    world.clock.seconds = 3600
    assert (await world.go_on(run)).wake_at == run.wake_at
    world.clock.seconds = 7200
    assert (await world.go_on(run)).status is RunStatus.SUCCEEDED


async def test_now_is_journaled_and_stays_the_same_after_a_crash() -> None:
    now: Values = {"id": "now", "card": "date.now"}
    one_more = {**one(unknown="repeat"), "inputs": {"url": "/x", "body": "{{ now.date }}"}}
    world = World({"id": "main", "cards": [now, one_more]}, script=lambda call: OK)
    run = await cut_while_sending(world)
    world.clock.seconds = 500
    await world.go_on(run)
    bodies = {str(call.inputs["body"]) for call in world.app.sent}
    assert bodies == {"2026-11-24T12:00:00.000Z"}


async def test_a_record_of_another_request_is_never_taken_for_this_one() -> None:
    world = World(flow(one(unknown="repeat")), script=lambda call: OK)
    run = world.queued()
    world.store.runs[run.id] = run
    world.store.journal.append(JournalRecord(run.id, "one", 1, JournalState.DONE, "app.change", "other", {}))
    after = await world.go_on(run)
    assert (after.status, world.app.sent) == (RunStatus.NEEDS_ATTENTION, [])


async def test_a_worker_that_lost_its_lease_writes_and_sends_nothing() -> None:
    world = World(flow(one(), {**one(), "id": "two"}), script=lambda call: OK)
    run = world.queued()
    stale = world.store.claim(run)

    def overtaken(call: ActionCall) -> Outcome:
        world.store.claim(run)
        return OK

    world.app._script = overtaken
    with pytest.raises(LeaseLost):
        await world.engine.execute(stale)
    assert world.app.paths == ["one"]
    assert [r.state for r in world.store.journal] == [JournalState.STARTED]


async def test_what_the_store_cannot_hold_fails_the_run_and_nothing_else() -> None:
    world = World(flow(one()), script=lambda call: OK)
    usual = world.store.commit

    async def refuse_results(commit: Commit) -> None:
        if any(record.state is JournalState.DONE for record in commit.journal):
            raise CommitRefused("too large")
        await usual(commit)

    world.store.commit = refuse_results  # type: ignore[method-assign]
    run = await world.run()
    assert (run.status, len(world.app.sent)) == (RunStatus.FAILED, 1)
    assert run.error is not None
    assert run.error["code"] == "not-storable"


async def test_the_guard_is_asked_right_before_sending() -> None:
    world = World(flow(one()))

    def expired() -> None:
        raise LeaseLost("too late")

    world.guard = expired
    with pytest.raises(LeaseLost):
        await world.run()
    assert world.app.sent == []


async def test_a_cancelled_run_sends_nothing_more() -> None:
    world = World(flow(one(), {**one(), "id": "two"}))
    run = world.queued()

    def cancel(call: ActionCall) -> Outcome:
        world.store.cancelled.add(run.id)
        world.clock.seconds += 2
        return OK

    world.app._script = cancel
    assert (await world.go_on(run)).status is RunStatus.CANCELLED
    assert world.app.paths == ["one"]


async def test_a_stopping_worker_hands_back_at_the_next_safe_point() -> None:
    world = World(flow(one(), {**one(), "id": "two"}))

    def stop(call: ActionCall) -> Outcome:
        world.stopping = True
        return OK

    world.app._script = stop
    run = world.queued()
    assert await world.engine.execute(world.store.claim(run)) is RunStatus.QUEUED
    world.stopping = False
    world.app._script = lambda call: OK
    assert (await world.go_on(run)).status is RunStatus.SUCCEEDED
    assert world.app.paths == ["one", "two"]


async def test_ids_for_the_ledger_are_those_of_run_and_card() -> None:
    world = World(flow(one()))
    run = await world.run()
    call = world.app.sent[0]
    assert (call.run_id, call.card_id, call.attempt) == (UUID(str(run.id)), "one", 1)


class Shows:
    """An app that shows, before anything is sent, that it is not so; the process dies at the first attempt."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, bool, bool]] = []

    async def perform(self, call: ActionCall) -> Outcome:
        self.seen.append((call.attempt, call.unanswered, call.was_otherwise))
        if call.attempt == 1:
            assert call.on_otherwise is not None
            await call.on_otherwise()
            raise PowerCut
        return silent() if call.attempt == 2 else OK


async def test_what_a_look_showed_before_it_was_sent_is_known_to_all_attempts_after_a_crash_too() -> None:
    app = Shows()
    world = World(flow(one("app.ensure")))
    world.engine._actions = app
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    assert world.outputs(await world.go_on(run)) == {"n": 1}
    assert app.seen == [(1, False, False), (2, True, True), (3, True, True)]
    assert [(record.attempt, record.state.value) for record in world.store.journal][:2] == [
        (1, "started"),
        (1, "otherwise"),
    ]


@pytest.mark.parametrize(
    ("failed", "unanswered"),
    [
        (refused(503), True),
        (replace(refused(200), taken=True), True),
        (replace(refused(429), retry_after=1.0), False),
        (replace(refused(429), retry_after=1.0, began=True), True),
        (Failed(ErrorDetail("no way", code="not-reached"), try_again=True, began=True), True),
        (Failed(ErrorDetail("no way", code="not-reached"), not_sent=True, try_again=True), False),
    ],
)
async def test_a_failure_is_in_doubt_where_the_app_may_have_done_it(failed: Failed, unanswered: bool) -> None:
    again = one("app.ensure", retry={"times": 1, "wait": "1s..2s", "on": ["any"]})
    world = World(flow(again), script=in_turn(failed, OK))
    await world.run()
    told = [(call.unanswered, call.was_otherwise) for call in world.app.sent]
    assert told == [(False, False), (unanswered, False)]


async def test_what_attempts_without_an_answer_had_read_is_known_to_those_that_follow() -> None:
    first, second = replace(silent(), known={"was": "x"}), replace(silent(), known={"was": "y", "of": 1})
    world = World(flow(one("app.ensure")), script=in_turn(first, second, OK))
    await world.run()
    assert [call.known for call in world.app.sent] == [{}, {"was": "x"}, {"was": "x", "of": 1}]

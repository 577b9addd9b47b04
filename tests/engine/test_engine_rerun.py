"""Run again from a card: what becomes of helper flows before it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from support_engine import Outcome, World, refused, silent

from keyturn.engine.earlier import child_id
from keyturn.engine.ports import TRIAL, Commit, Run, RunStatus, RunTree
from keyturn.engine.rerun import Rerun, plan_rerun
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import Values

SENDS = ("first", "second", "last")


def send(card_id: str) -> Values:
    return {"id": card_id, "card": "app.change", "inputs": {"url": "/x"}}


def world_that(happens: str) -> World:
    """A flow that calls a helper of three changes; this happens when the helper's second is sent, and only once."""
    happened: list[str] = []

    def script(call: ActionCall) -> Outcome:
        if call.path == "second" and not happened:
            happened.append(happens)
            if happens == "fail":
                return refused(403)
            if happens == "cancel":
                world.store.cancelled.add(call.root_id)
                world.clock.seconds += 2
        return Done({"status": 200, "body": {}})

    given: Values = {"sent": "{{ second.status }}"}
    calls: Values = {"id": "ask", "card": "flow.call", "call": {"flow": "part", "with": {}}}
    calls |= {"outputs": {"sent": "number"}, "on_error": {"then": "continue"}}
    give: Values = {"id": "give", "card": "flow.return", "inputs": given}
    part: Values = {"id": "part", "event": {"card": "helper"}, "cards": [*map(send, SENDS), give]}
    end: Values = {"id": "give", "card": "flow.return", "inputs": {"sent": "{{ ask.sent }}"}}
    world = World({"id": "main", "cards": [calls, send("after"), end]}, part, script=script)
    return world


async def run_again(world: World, run: Run, card: str, helper: Run | None = None) -> tuple[Rerun, Run]:
    """Run an ended run again from a card, of it or of a helper run, as the desk does; the plan and how it ended."""
    runs = {one.id: one for one in world.store.runs.values() if one.root_id == run.id}
    tree = RunTree(run, runs, world.store.journal, [*world.store.checkpoints.values()])
    plans = {one.id: await world.plans.get(one.flow_id, one.version) for one in runs.values()}
    known = {run_id: plan for run_id, plan in plans.items() if plan is not None}
    made = plan_rerun(
        tree, (helper or run).id, card, known, new_id=uuid4(), version=known[run.id], now=world.clock.now()
    )
    lease = world.store.claim(made.run)
    await world.store.commit(Commit(lease, made.runs, made.journal, checkpoints=made.checkpoints))
    return made, await world.go_on(made.run)


@pytest.mark.parametrize(
    ("happens", "ended", "sent_before", "sent_again", "fate", "outputs"),
    [
        # one that was cancelled goes on after what it has done
        ("cancel", RunStatus.CANCELLED, ["first", "second"], ["last", "after"], "will be sent", {"sent": 200}),
        # one that came to an end keeps it, good or bad
        ("succeed", RunStatus.SUCCEEDED, [*SENDS, "after"], ["after"], "kept", {"sent": 200}),
        ("fail", RunStatus.FAILED, ["first", "second", "after"], ["after"], "kept", {"sent": None}),
    ],
)
async def test_a_helper_before_the_card_keeps_its_end_and_goes_on_if_it_was_cancelled(
    happens: str, ended: RunStatus, sent_before: list[str], sent_again: list[str], fate: str, outputs: Values
) -> None:
    world = world_that(happens)
    run = await world.run()
    assert world.store.runs[child_id(run.id, "ask")].status is ended
    assert world.app.paths == sent_before
    world.app.sent.clear()
    made, after = await run_again(world, run, "after")
    assert world.app.paths == sent_again
    assert world.outputs(after) == outputs
    assert [line.fate for line in made.preview if line.card_id == "ask"] == [fate]


async def test_a_helper_that_goes_on_has_the_version_that_it_began_with() -> None:
    world = world_that("cancel")
    run = await world.run()
    world.publish({"id": "part", "event": {"card": "helper"}, "cards": [send("other")]})
    world.app.sent.clear()
    _, after = await run_again(world, run, "after")
    assert (after.status, world.app.paths) == (RunStatus.SUCCEEDED, ["last", "after"])
    helper = world.store.runs[child_id(after.id, "ask")]
    assert (helper.version, helper.status, helper.root_id) == (1, RunStatus.SUCCEEDED, after.id)


async def test_the_preview_from_a_call_names_what_its_helper_sent() -> None:
    world = world_that("fail")
    run = await world.run()
    made, _ = await run_again(world, run, "ask")
    found = [(line.flow_id, line.card_id, line.fate) for line in made.preview]
    sent = "will be sent"
    assert found[:4] == [
        ("main", "ask", sent),
        ("part", "first", sent),
        ("part", "second", sent),
        ("main", "after", sent),
    ]
    made, _ = await run_again(world, run, "after")
    assert {line.flow_id for line in made.preview} == {"main"}


async def test_the_preview_from_a_card_of_a_helper_has_its_cards_behind_the_call() -> None:
    world = world_that("fail")
    run = await world.run()
    helper = world.store.runs[child_id(run.id, "ask")]
    made, _ = await run_again(world, run, "second", helper)
    assert [(line.flow_id, line.card_id, line.calls) for line in made.preview] == [
        ("main", "ask", "part"),
        ("part", "first", None),
        ("part", "second", None),
        ("part", "last", None),
        ("part", "give", None),
        ("main", "after", None),
        ("main", "give", None),
    ]


async def test_what_is_tried_once_more_stays_a_trial_and_by_another_version_is_none() -> None:
    world = world_that("fail")
    run = await world.run()
    assert (await run_again(world, run, "after"))[0].run.trigger == "rerun"
    tried = replace(run, trigger=TRIAL)
    made, again = await run_again(world, tried, "after")
    assert made.run.trigger == TRIAL
    assert (await run_again(world, again, "after"))[0].run.trigger == TRIAL
    other = await world.plans.get("main", run.version)
    assert other is not None
    runs = {one.id: one for one in world.store.runs.values() if one.root_id == run.id}
    tree = RunTree(tried, runs, world.store.journal, [])
    plans = {one.id: await world.plans.get(one.flow_id, one.version) for one in runs.values()}
    known = {run_id: plan for run_id, plan in plans.items() if plan is not None}
    newer = replace(other, version=run.version + 1)
    used = plan_rerun(tree, run.id, "after", known, new_id=uuid4(), version=newer, now=world.clock.now())
    assert used.run.trigger == "rerun"


def ensures(card_id: str = "one", person: str = "/x") -> Values:
    return {"id": card_id, "card": "app.ensure", "inputs": {"url": person}}


def told(world: World) -> list[tuple[str, bool, bool]]:
    return [(call.path, call.unanswered, call.was_otherwise) for call in world.app.sent]


@pytest.mark.parametrize("where", ["in the run", "in a helper that is made anew", "in the helper it begins with"])
async def test_another_run_knows_what_the_one_before_may_have_done(where: str) -> None:
    """Its attempts were used up without an answer: what is so now may be its own doing."""
    lost = True

    def script(call: ActionCall) -> Outcome:
        return silent() if lost else Done({"status": 200, "body": {}})

    if where == "in the run":
        world = World({"id": "main", "cards": [ensures()]}, script=script)
    else:
        calls: Values = {"id": "ask", "card": "flow.call", "call": {"flow": "part", "with": {}}}
        part: Values = {"id": "part", "event": {"card": "helper"}, "cards": [ensures()]}
        world = World({"id": "main", "cards": [calls]}, part, script=script)
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert told(world) == [("one", False, False), ("one", True, False), ("one", True, False)]
    for _ in range(2):  # and a third run of the second
        helper = world.store.runs.get(child_id(run.id, "ask")) if where == "in the helper it begins with" else None
        card = "ask" if where == "in a helper that is made anew" else "one"
        world.app.sent.clear()
        _, run = await run_again(world, run, card, helper)
        assert told(world)[0] == ("one", True, False)
        assert run.status is RunStatus.FAILED
    lost = False
    world.app.sent.clear()
    helper = world.store.runs.get(child_id(run.id, "ask")) if where == "in the helper it begins with" else None
    _, run = await run_again(world, run, "ask" if where == "in a helper that is made anew" else "one", helper)
    assert (run.status, told(world)) == (RunStatus.SUCCEEDED, [("one", True, False)])
    world.app.sent.clear()
    helper = world.store.runs.get(child_id(run.id, "ask")) if where == "in the helper it begins with" else None
    _, run = await run_again(world, run, "ask" if where == "in a helper that is made anew" else "one", helper)
    assert told(world) == [("one", False, False)], "the run before knows its outcome"


async def test_that_it_was_not_so_before_is_known_to_another_run_too() -> None:
    shown = True

    async def perform(call: ActionCall) -> Outcome:
        world.app.sent.append(call)
        if shown and call.attempt == 1:
            assert call.on_otherwise is not None
            await call.on_otherwise()
        return silent() if shown else Done({"status": 200, "body": {}})

    world = World({"id": "main", "cards": [ensures()]})
    world.app.perform = perform  # type: ignore[method-assign]
    run = await world.run()
    world.app.sent.clear()
    shown = False
    await run_again(world, run, "one")
    assert told(world) == [("one", True, True)]


async def test_what_was_done_to_somebody_else_is_nothing_to_know() -> None:
    world = World({"id": "main", "cards": [ensures()]}, script=lambda call: silent())
    run = await world.run()
    world.publish({"id": "main", "cards": [ensures(person="/y")]})
    newer = await world.plans.get("main", 2)
    assert newer is not None
    older = await world.plans.get("main", 1)
    assert older is not None
    tree = RunTree(run, {run.id: run}, world.store.journal, [])
    made = plan_rerun(tree, run.id, "one", {run.id: older}, new_id=uuid4(), version=newer, now=world.clock.now())
    await world.store.commit(Commit(world.store.claim(made.run), made.runs, made.journal))
    world.app.sent.clear()
    await world.go_on(made.run)
    assert told(world)[0] == ("one", False, False)


async def test_a_refusal_leaves_nothing_in_doubt_for_another_run() -> None:
    world = World({"id": "main", "cards": [ensures()]}, script=lambda call: refused(403))
    run = await world.run()
    world.app.sent.clear()
    await run_again(world, run, "one")
    assert told(world) == [("one", False, False)]

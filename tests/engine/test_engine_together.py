"""Lanes at once: none waits for another, none fails with another, and a death changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from support_engine import Dies, Outcome, ScriptedApp, World, refused, run_dying, silent

from keyturn.engine.ports import JournalState, RunStatus
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON, Values


def lane(name: str, card: str = "app.ensure", count: int = 1) -> Values:
    cards: list[JSON] = [
        {"id": f"{name}{number}", "card": card, "connection": "a", "inputs": {"url": f"/{name}", "body": number}}
        for number in range(count)
    ]
    return {"lane": name, "cards": cards, "set": {name: f"{{{{ {name}{count - 1}.status }}}}"}}


def flow(*lanes: Values, options: Values | None = None) -> Values:
    names = [str(one["lane"]) for one in lanes]
    card: Values = {
        "id": "all",
        "card": "branch.together",
        "options": options or {},
        "branches": [*lanes],
        "outputs": dict.fromkeys(names, "number"),
    }
    given: Values = {name: f"{{{{ all.{name} }}}}" for name in names}
    given |= {"failed": "{{ all.failed }}", "errors": "{{ all.errors }}"}
    return {"id": "main", "cards": [card, {"id": "give", "card": "flow.return", "inputs": given}]}


class Meeting(ScriptedApp):
    """An app that answers nobody until so many have come."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self._all_here = asyncio.Event()
        self._wanted = wanted

    async def perform(self, call: ActionCall) -> Outcome:
        outcome = await super().perform(call)
        if len(self.sent) == self._wanted:
            self._all_here.set()
        async with asyncio.timeout(20):
            await self._all_here.wait()
        return outcome


async def test_lanes_go_at_the_same_time() -> None:
    world = World(flow(lane("okta"), lane("google"), lane("office")), app=Meeting(3))
    run = await world.run()
    assert world.outputs(run) == {
        "okta": 200,
        "google": 200,
        "office": 200,
        "failed": 0,
        "errors": {"okta": None, "google": None, "office": None},
    }


async def test_a_failure_keeps_no_other_lane_from_its_end() -> None:
    def script(call: ActionCall) -> Outcome:
        return refused(403, "not allowed") if call.inputs["url"] == "/okta" else Done({"status": 200, "body": {}})

    world = World(flow(lane("okta", count=2), lane("google", count=3)), script=script)
    outputs = world.outputs(await world.run())
    assert (outputs["okta"], outputs["google"], outputs["failed"]) == (None, 200, 1)
    errors = outputs["errors"]
    assert isinstance(errors, dict)
    assert errors["google"] is None
    okta = errors["okta"]
    assert isinstance(okta, dict)
    assert (okta["message"], okta["card"], okta["method"], okta["statusCode"]) == ("not allowed", "okta0", "okta0", 403)
    assert [call.card_id for call in world.app.sent if call.inputs["url"] == "/google"] == [
        "google0",
        "google1",
        "google2",
    ]


async def test_the_card_may_fail_once_all_lanes_have_ended() -> None:
    def script(call: ActionCall) -> Outcome:
        return refused(403) if call.inputs["url"] == "/b" else Done({"status": 200, "body": {}})

    world = World(flow(lane("a", count=3), lane("b"), options={"failures": "fail"}), script=script)
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error["card"] == "b0"
    assert len(world.app.sent) == 4


@pytest.mark.parametrize("commits", [3, 4, 7])
async def test_a_death_sends_nothing_again_that_is_recorded_as_done(commits: int) -> None:
    store = Dies()

    def never_again(call: ActionCall) -> Outcome:
        done = {line.path for line in store.journal if line.state is JournalState.DONE}
        assert call.path not in done
        return refused(404) if call.path == "b1" else Done({"status": 200, "body": {}})

    world = World(flow(lane("a", count=4), lane("b", count=4)), store=store, script=never_again)
    run, deaths = await run_dying(world, store, commits)
    assert deaths
    outputs = world.outputs(run)
    assert (outputs["a"], outputs["b"], outputs["failed"]) == (200, None, 1)


async def test_an_unknown_outcome_in_one_lane_does_not_keep_the_others_waiting() -> None:
    def script(call: ActionCall) -> Outcome:
        return silent() if call.inputs["url"] == "/a" else Done({"status": 200, "body": {}})

    world = World(flow(lane("a", "app.change"), lane("b", "app.change", count=3)), script=script)
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert [call.path for call in world.app.sent] == ["a0", "b0", "b1", "b2"]
    question = next(line for line in world.store.journal if line.state is JournalState.UNKNOWN)
    decision: Values = {"answer": "happened", "outputs": {"status": 204}}
    world.store.journal.append(replace(question, state=JournalState.DECIDED, result=decision))
    run = await world.go_on(world.store.runs[run.id])
    outputs = world.outputs(run)
    assert (outputs["a"], outputs["b"], outputs["failed"]) == (204, 200, 0)
    assert len(world.app.sent) == 4


async def test_lanes_do_not_see_each_other_and_their_secrets_stay_masked() -> None:
    lanes: list[Values] = [
        {
            "lane": "x",
            "cards": [{"id": "up", "card": "text.upper", "inputs": {"text": "{{ event.pw }}"}}],
            "set": {"x": "{{ up.output }}"},
        },
        {"lane": "y", "set": {"y": "open"}},
    ]
    card: Values = {"id": "all", "card": "branch.together", "branches": [*lanes], "outputs": {"x": "text", "y": "text"}}
    main: Values = {"id": "main", "event": {"card": "helper", "outputs": {"pw": "secret"}}, "cards": [card]}
    world = World(main)
    await world.run(pw="hush hush")
    assert "HUSH" not in repr(world.store.trace)
    assert "open" in repr(world.store.trace)

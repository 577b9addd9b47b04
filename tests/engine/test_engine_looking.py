"""After an unknown outcome an effect that can be looked up is looked up, before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from support_engine import Outcome, PowerCut, World, cut_while_sending, refused, silent

from keyturn.engine.ports import JournalState, RunStatus
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values

OK = Done({"status": 200, "body": {"n": 1}})
SEEN = Done({"status": 200, "body": {"n": 2}})
NOT_SO = Failed(ErrorDetail("it did not happen", code="did-not-happen"), not_there=True)
NOT_LOOKED = Failed(ErrorDetail("no token for looking", code="no-token"), not_sent=True, try_again=True)
FLOW: Values = {
    "id": "main",
    "cards": [
        {"id": "one", "card": "app.lookable", "inputs": {"url": "/x"}},
        {"id": "give", "card": "flow.return", "inputs": {"n": "{{ one.body.n }}"}},
    ],
}


def world_of(
    sends: Sequence[Outcome], looks: Sequence[Outcome], retry: Values | None = None, card: str = "app.lookable"
) -> World:
    sent, looked = list(sends), list(looks)

    def script(call: ActionCall) -> Outcome:
        return (looked if call.look else sent).pop(0)

    one, give = FLOW["cards"]  # type: ignore[misc]
    one = {**one, "card": card}
    return World({**FLOW, "cards": [{**one, "on_error": {"retry": retry}} if retry else one, give]}, script=script)


def calls(world: World) -> list[str]:
    return ["look" if call.look else "send" for call in world.app.sent]


async def test_what_looking_shows_to_have_happened_is_done() -> None:
    world = world_of([silent()], [SEEN])
    assert world.outputs(await world.run()) == {"n": 2}
    assert calls(world) == ["send", "look"]
    states = [record.state for record in world.store.journal]
    assert states == [JournalState.STARTED, JournalState.UNKNOWN, JournalState.DONE]
    assert world.clock.seconds >= 1, "an app that is slow has a moment before it is asked"


async def test_what_certainly_did_not_happen_is_sent_again() -> None:
    world = world_of([silent(), OK], [NOT_SO])
    assert world.outputs(await world.run()) == {"n": 1}
    assert calls(world) == ["send", "look", "send"]


@pytest.mark.parametrize("look", [silent(), Failed(ErrorDetail("refused"), status=403), NOT_LOOKED])
async def test_a_person_is_asked_where_looking_does_not_tell(look: Outcome) -> None:
    world = world_of([silent()], [look])
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert calls(world) == ["send", "look"]


async def test_an_app_that_stays_silent_is_not_pressed_for_ever() -> None:
    world = world_of([silent()] * 3, [NOT_SO] * 3)
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert calls(world) == ["send", "look", "send", "look", "send", "look"]
    assert "showed each time that it had not happened" in str(run.error)


async def test_it_is_looked_up_however_many_attempts_were_used_up_before() -> None:
    world = world_of([refused(429), refused(429), refused(429), silent()], [SEEN], retry={"times": 3, "on": [429]})
    assert world.outputs(await world.run()) == {"n": 2}
    assert calls(world) == ["send"] * 4 + ["look"]


async def test_after_a_crash_it_is_looked_up_and_not_sent_again() -> None:
    world = world_of([], [SEEN])
    run = await cut_while_sending(world)
    assert world.outputs(await world.go_on(run)) == {"n": 2}
    assert calls(world) == ["send", "look"]


async def test_who_looks_is_told_when_the_first_attempt_that_may_have_done_it_was_begun() -> None:
    world = world_of([refused(429), silent(), silent()], [NOT_SO, SEEN], retry={"times": 2, "on": [429]})
    world.outputs(await world.run())
    begun = [record.result for record in world.store.journal if record.state is JournalState.STARTED]
    times = [datetime.fromisoformat(str((one or {})["at"])) for one in begun]
    assert times == sorted({*times})
    assert [(call.look, call.sent_at) for call in world.app.sent] == [
        (False, None),
        (False, None),
        (True, times[1]),
        (False, times[1]),
        (True, times[1]),
    ]


async def test_who_looks_is_told_what_the_app_showed_before_it_was_sent() -> None:
    """What is gone was taken away only if it was there."""
    world, seen = world_of([], []), list[tuple[bool, bool]]()

    async def perform(call: ActionCall) -> Outcome:
        seen.append((call.look, call.was_otherwise))
        if call.look:
            return SEEN
        assert call.on_otherwise is not None
        await call.on_otherwise()
        return silent()

    world.app.perform = perform  # type: ignore[method-assign]
    world.outputs(await world.run())
    assert seen == [(False, False), (True, True)]


async def test_what_came_with_a_fault_of_the_app_may_have_happened_then() -> None:
    world = world_of([refused(503), silent()], [SEEN], retry={"times": 2, "on": [503]})
    world.outputs(await world.run())
    first = next(record.result for record in world.store.journal if record.state is JournalState.STARTED)
    assert world.app.sent[-1].sent_at == datetime.fromisoformat(str((first or {})["at"]))


async def test_after_a_crash_it_is_still_known_when_it_was_begun() -> None:
    world = world_of([], [SEEN])
    run = await cut_while_sending(world)
    begun = world.clock.now()
    world.clock.seconds += 3600
    world.outputs(await world.go_on(run))
    assert world.app.sent[-1].sent_at == begun


async def test_who_must_decide_is_told_what_the_look_found() -> None:
    doubt = Unknown(ErrorDetail("One like it is there, and may have been there before.", code="outcome-unknown"))
    world = world_of([silent()], [doubt])
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    asked = next(record.result for record in world.store.journal if record.state is JournalState.UNKNOWN)
    error = (run.error or asked or {}).get("error", run.error)
    assert "may have been there before" in str(error)


async def test_what_may_be_repeated_is_looked_up_once_no_attempt_got_an_answer() -> None:
    world = world_of([silent()] * 3, [SEEN], card="app.sure")
    assert world.outputs(await world.run()) == {"n": 2}
    assert calls(world) == ["send", "send", "send", "look"]
    assert world.store.journal[-1].state is JournalState.DONE


async def test_what_may_be_repeated_is_looked_up_where_its_answers_were_of_no_use() -> None:
    taken = Failed(ErrorDetail("cannot be used", code="answer-unusable"), status=200, taken=True)
    world = world_of([taken] * 3, [SEEN], card="app.sure")
    assert world.outputs(await world.run()) == {"n": 2}
    assert calls(world) == ["send", "send", "send", "look"]


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_that_had_no_answer_of_the_app_is_no_answer_where_repeating_is_safe(status: int) -> None:
    world = world_of([refused(status)] * 3, [SEEN], card="app.sure")
    assert world.outputs(await world.run()) == {"n": 2}
    assert calls(world) == ["send", "send", "send", "look"]
    world = world_of([refused(status)] * 3, [NOT_SO], card="app.sure")
    run = await world.run()
    assert (run.status, calls(world)) == (RunStatus.FAILED, ["send", "send", "send", "look"])
    assert run.error is not None
    assert run.error["status"] == status
    once = world_of([refused(status)], [], card="app.lookable")
    assert (await once.run()).status is RunStatus.FAILED, "what must not be sent twice goes by what the app said"
    for other in (500, 503):
        world = world_of([refused(other)], [], card="app.sure")
        assert ((await world.run()).status, calls(world)) == (RunStatus.FAILED, ["send"])


async def test_after_a_crash_of_its_last_attempt_it_is_looked_up_as_well() -> None:
    world = world_of([silent(), silent()], [SEEN], card="app.sure")
    usual = world.app._script

    def cut(call: ActionCall) -> Outcome:
        if call.attempt == 3:
            raise PowerCut
        return usual(call)

    world.app._script = cut
    run = world.queued()
    with pytest.raises(PowerCut):
        await world.go_on(run)
    world.app._script = usual
    assert world.outputs(await world.go_on(run)) == {"n": 2}
    assert calls(world) == ["send", "send", "send", "look"]


async def test_what_may_be_repeated_and_gets_an_answer_is_not_looked_up() -> None:
    world = world_of([silent(), OK], [], card="app.sure")
    assert world.outputs(await world.run()) == {"n": 1}


@pytest.mark.parametrize(
    ("look", "why"),
    [(NOT_SO, "Looking showed at last that it had not happened."), (silent(), ""), (NOT_LOOKED, "")],
)
async def test_what_may_be_repeated_fails_where_looking_shows_nothing_and_asks_nobody(look: Outcome, why: str) -> None:
    world = world_of([silent()] * 3, [look], card="app.sure")
    run = await world.run()
    assert (run.status, calls(world)) == (RunStatus.FAILED, ["send", "send", "send", "look"])
    assert run.error is not None
    assert run.error["message"] == "no answer came"
    assert ("Looking" in str(run.error["why"])) == bool(why)
    assert why in str(run.error["why"])
    assert "may be sent again" in str(run.error["mend"])


@pytest.mark.parametrize("card", ["app.lookable", "app.sure"])
async def test_a_look_that_was_refused_is_told_where_the_card_ends(card: str) -> None:
    refusal = ErrorDetail("Looking did not tell.", code="outcome-unknown", why="It was refused: it needs logs.read.")
    world = world_of([silent()] * 3, [Unknown(refusal)], card=card)
    run = await world.run()
    assert run.status is (RunStatus.NEEDS_ATTENTION if card == "app.lookable" else RunStatus.FAILED)
    assert "Looking did not tell. It was refused: it needs logs.read." in str(run.error)

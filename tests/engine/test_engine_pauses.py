"""Pauses: known address, the first word, the end of the time; and nothing of it is lost or shown."""

from __future__ import annotations

from typing import Any

import pytest
from support_engine import Dies, Outcome, ScriptedApp, World

from keyturn.connections.vault import Vault
from keyturn.engine.masking import MASK
from keyturn.engine.pauses import ResumePlace, ResumeState
from keyturn.engine.ports import Run, RunStatus, StoreUnavailable
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON
from keyturn.triggers.resume import NoSuchAddress, PauseOver

ADDRESS: dict[str, Any] = {"id": "where", "card": "flow.resume_address"}
MAIL: dict[str, Any] = {"id": "mail", "card": "app.change", "inputs": {"url": "/x", "body": "{{ where.address }}"}}
PAUSE: dict[str, Any] = {
    "id": "rest",
    "card": "flow.pause",
    "inputs": {"address": "{{ where.address }}", "limit": 2, "unit": "day"},
    "outputs": {"approved": "boolean"},
}
GIVE: dict[str, Any] = {
    "id": "give",
    "card": "flow.return",
    "inputs": {"resumed": "{{ rest.resumed }}", "approved": "{{ rest.approved }}"},
}
ASKING: dict[str, Any] = {"id": "main", "cards": [ADDRESS, MAIL, PAUSE, GIVE]}
DAY = 86_400


def mailed(app: ScriptedApp) -> str:
    """The address that the flow sent."""
    (address,) = {call.inputs["body"] for call in app.sent}
    assert isinstance(address, str)
    return address


async def paused(world: World) -> Run:
    run = await world.run()
    assert run.status is RunStatus.WAITING, run.error
    assert run.wake_at is not None
    assert (run.wake_at - world.clock.now()).days == 2
    return run


async def test_whoever_has_the_address_resumes_the_run() -> None:
    world = World(ASKING)
    run = await paused(world)
    resumption = await world.resumes.call(mailed(world.app), {"approved": True})
    assert resumption.state is ResumeState.RESUMED
    assert world.outputs(await world.go_on(run)) == {"resumed": True, "approved": True}


async def test_the_first_word_counts() -> None:
    world = World(ASKING)
    run = await paused(world)
    first = await world.resumes.call(mailed(world.app), {"approved": False})
    again = await world.resumes.call(mailed(world.app), {"approved": True})
    assert (again.state, again.at) == (ResumeState.BEFORE, first.at)
    assert world.outputs(await world.go_on(run)) == {"resumed": True, "approved": False}
    assert (await world.resumes.call(mailed(world.app), None)).state is ResumeState.BEFORE


async def test_a_word_before_the_pause_is_kept_for_it() -> None:
    class Hasty(ScriptedApp):
        """Who gets the letter answers before the run has come to its pause."""

        async def perform(self, call: ActionCall) -> Outcome:
            outcome = await super().perform(call)
            await world.resumes.call(mailed(self), {"approved": True})
            return outcome

    world = World(ASKING, app=Hasty())
    assert world.outputs(await world.run()) == {"resumed": True, "approved": True}


async def test_time_that_is_over_stays_over() -> None:
    world = World(ASKING)
    run = await paused(world)
    world.clock.seconds += 2 * DAY
    assert world.outputs(await world.go_on(run)) == {"resumed": False, "approved": None}
    with pytest.raises(PauseOver):
        await world.resumes.call(mailed(world.app), {"approved": True})


async def test_a_word_in_the_last_moment_counts() -> None:
    world = World(ASKING)
    run = await paused(world)
    world.clock.seconds += 2 * DAY
    await world.resumes.call(mailed(world.app), {"approved": True})
    assert world.outputs(await world.go_on(run)) == {"resumed": True, "approved": True}


@pytest.mark.parametrize("spoiled", ["", "x", "cut", "flipped", "ktr_", "ktr_%%%"])
async def test_nobody_guesses_an_address(spoiled: str) -> None:
    world = World(ASKING)
    await paused(world)
    right = mailed(world.app)
    last = "A" if right[-10] != "A" else "B"
    wrong = {"cut": right[:-4], "flipped": right[:-10] + last + right[-9:]}.get(spoiled, spoiled)
    with pytest.raises(NoSuchAddress):
        await world.resumes.call(wrong, None)


async def test_the_address_is_shown_nowhere_and_stored_nowhere() -> None:
    world = World(ASKING)
    run = await paused(world)
    token = mailed(world.app).rpartition("/")[2]
    await world.resumes.call(token, None)
    await world.go_on(run)
    assert token not in str(world.store.trace)
    assert token not in str(world.store.journal)
    assert token not in str(world.store.runs)
    shown = {entry.path: entry for entry in world.store.trace}
    assert shown["where"].outputs == {"address": MASK}
    assert isinstance(shown["rest"].inputs, dict)
    assert shown["rest"].inputs["address"] == MASK


async def test_a_new_key_of_the_installation_changes_no_address_that_was_sent() -> None:
    old, new = bytes(32), bytes([7] * 32)
    world = World(ASKING, vault=Vault(old))
    run = await paused(world)
    later = World(ASKING, vault=Vault(new, [old]), store=world.store, app=world.app, pauses=world.pauses)
    later.clock = world.clock
    await later.resumes.call(mailed(world.app), {"approved": True})
    assert later.outputs(await later.go_on(run)) == {"resumed": True, "approved": True}
    assert len(world.app.sent) == 1


async def test_without_the_key_that_proves_it_the_card_says_so() -> None:
    world = World(ASKING, vault=Vault(bytes(32)))
    run = await paused(world)
    later = World(ASKING, vault=Vault(bytes([7] * 32)), store=world.store, app=world.app, pauses=world.pauses)
    failed = await later.go_on(run)
    assert failed.error is not None
    assert (failed.error["card"], failed.error["code"]) == ("where", "resume-key-gone")
    assert "KEYTURN_FORMER_SECRET_KEYS" in str(failed.error["mend"])


async def test_rounds_pause_at_places_of_their_own() -> None:
    give = {"id": "say", "card": "flow.return", "options": {"leave": "branch"}, "inputs": {"said": "{{ rest.body }}"}}
    each: dict[str, Any] = {
        "id": "each",
        "card": "list.map",
        "inputs": {"list": [1, 2, 3], "at_once": 3},
        "do": [{"id": "rest", "card": "flow.pause"}, give],
    }
    back: dict[str, Any] = {"id": "back", "card": "flow.return", "inputs": {"list": "{{ each.list }}"}}
    world = World({"id": "main", "cards": [each, back]})
    run = await world.run()
    for number in (2, 0, 1):
        found = {one.pause.path: one for one in await world.pauses.open(run.id)}
        place = found[f"each[{number}]/rest"].pause.place
        await world.pauses.resume(ResumePlace(place, run.id), number, "ada")
        run = await world.go_on(run)
    assert world.outputs(run) == {"list": [0, 1, 2]}


async def test_a_helper_flow_pauses_at_the_address_that_its_caller_gives() -> None:
    rest: dict[str, Any] = {"id": "rest", "card": "flow.pause", "inputs": {"address": "{{ event.where }}"}}
    give: dict[str, Any] = {"id": "give", "card": "flow.return", "inputs": {"body": "{{ rest.body }}"}}
    helper: dict[str, Any] = {
        "id": "helper",
        "event": {"card": "helper", "outputs": {"where": "text"}},
        "cards": [rest, give],
    }
    call: dict[str, Any] = {
        "id": "call",
        "card": "flow.call",
        "call": {"flow": "helper", "with": {"where": "{{ where.address }}"}},
        "outputs": {"body": "any"},
    }
    back: dict[str, Any] = {"id": "back", "card": "flow.return", "inputs": {"body": "{{ call.body }}"}}
    world = World({"id": "main", "cards": [ADDRESS, MAIL, call, back]}, helper)
    run = await world.run()
    assert run.status is RunStatus.WAITING
    await world.resumes.call(mailed(world.app), ["yes"])
    assert world.outputs(await world.go_on(run)) == {"body": ["yes"]}


async def test_a_process_that_dies_anywhere_changes_nothing() -> None:
    said: JSON = {"approved": True}

    def script(call: ActionCall) -> Done:
        return Done({"status": 200, "body": {}})

    store = Dies()
    world = World({**ASKING, "cards": [ADDRESS, {**MAIL, "card": "app.read"}, PAUSE, GIVE]}, store=store, script=script)
    run, deaths = world.queued(), 0
    while not store.runs.get(run.id, run).status.ended:
        assert deaths < 50
        store.left = deaths % 2
        try:
            left = await world.go_on(run)
        except StoreUnavailable:
            deaths += 1
            continue
        if left.status is RunStatus.WAITING:
            await world.resumes.call(mailed(world.app), said)
    assert deaths >= 3
    assert world.outputs(store.runs[run.id]) == {"resumed": True, "approved": True}


async def test_the_end_of_the_time_is_the_same_after_a_death() -> None:
    store = Dies()
    world = World(ASKING, store=store)
    run = await paused(world)
    world.clock.seconds += 2 * DAY
    store.left = 0
    with pytest.raises(StoreUnavailable):
        await world.go_on(run)  # it has closed the place, and died before it could note so
    with pytest.raises(PauseOver):
        await world.resumes.call(mailed(world.app), None)
    store.left = 100
    assert world.outputs(await world.go_on(run))["resumed"] is False

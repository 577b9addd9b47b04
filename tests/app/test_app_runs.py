"""What a person may do with a run: decide, cancel, run again from a card."""

from __future__ import annotations

from uuid import uuid4

import pytest
from support_app import LOGIN, World

from keyturn.app.runs import NoSuchRun, NothingToDecide
from keyturn.engine.ports import RunStatus
from keyturn.engine.rerun import RerunRefused
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import PageRequest
from keyturn.flows.problems import ProblemError

ASKING = Flow.model_validate(
    {
        "id": "asking",
        "name": "Asking",
        "about": "{{ event.Username }}",
        "event": {"card": "helper", "outputs": {"Username": "text"}},
        "cards": [
            {
                "id": "suspend",
                "card": "google_workspace.custom_api_action",
                "connection": "google_workspace",
                "options": {"method": "PUT"},
                "inputs": {"url": "/admin/directory/v1/users/{{ event.Username }}", "body": {"suspended": True}},
            },
            {"id": "said", "card": "flow.return", "inputs": {"status": "{{ suspend.status }}"}},
        ],
    }
)
CALLING = Flow.model_validate(
    {
        "id": "calling",
        "name": "Calling",
        "event": {"card": "manual", "outputs": {"Username": "text"}},
        "cards": [
            {
                "id": "office",
                "card": "flow.call",
                "call": {"flow": "office-365-offboarding", "with": {"Username": "{{ event.Username }}"}},
            },
            {
                "id": "google",
                "card": "flow.call",
                "call": {"flow": "google-workspace-offboarding", "with": {"Username": "{{ event.Username }}"}},
            },
        ],
    }
)


async def unknown_outcome(world: World):
    await world.services.library.publish([ASKING], "test")
    await world.ask(lambda: world.tenants.set_fault("google", "dropx1"))
    run = await world.settled(await world.start("asking", Username=LOGIN))
    assert run.status is RunStatus.NEEDS_ATTENTION
    questions = await world.services.runs.questions(run.id)
    assert [(q.path, q.attempt, q.card) for q in questions] == [("suspend", 1, "google_workspace.custom_api_action")]
    return run


@pytest.mark.parametrize(
    ("answer", "sent", "status", "outputs"),
    [
        ("happened", 1, RunStatus.SUCCEEDED, {"status": 200}),
        ("again", 2, RunStatus.SUCCEEDED, {"status": 200}),
        ("stop", 1, RunStatus.FAILED, None),
    ],
)
async def test_an_unknown_outcome_waits_for_a_person(
    world: World, answer: str, sent: int, status: RunStatus, outputs: dict[str, int] | None
) -> None:
    run = await unknown_outcome(world)
    await world.services.runs.decide(run.id, "suspend", 1, answer, {"status": 200}, "ada")  # type: ignore[arg-type]
    after = await world.settled(run.id)
    assert (after.status, after.outputs) == (status, outputs)
    assert len(await world.requests()) == sent
    with pytest.raises(NothingToDecide):
        await world.services.runs.decide(run.id, "suspend", 1, "again", None, "ada")


async def test_a_run_that_waits_for_a_person_can_be_cancelled(world: World) -> None:
    run = await unknown_outcome(world)
    assert (await world.services.runs.cancel(run.id)).status is RunStatus.CANCELLED
    assert (await world.services.runs.cancel(run.id)).status is RunStatus.CANCELLED


async def test_unknown_runs_are_told(world: World) -> None:
    with pytest.raises(NoSuchRun):
        await world.services.runs.cancel(uuid4())


async def failed_in_google(world: World):
    await world.services.library.publish([CALLING], "test")
    await world.ask(lambda: world.tenants.set_fault("google", "403"))
    run = await world.settled(await world.start("calling", Username=LOGIN))
    assert run.status is RunStatus.FAILED
    await world.ask(world.tenants.clear_faults)
    return run


async def test_run_again_from_a_card_sends_nothing_of_what_came_before(world: World) -> None:
    run = await failed_in_google(world)
    before = await world.requests()
    preview = await world.services.runs.preview_rerun(run.id, "google", None)
    fates = {(line.flow_id, line.card_id): line.fate for line in preview.preview}
    sent = {("calling", "google"): "will be sent", ("google-workspace-offboarding", "suspend"): "will be sent"}
    assert fates == {("calling", "office"): "kept"} | sent
    assert await world.requests() == before
    rerun = await world.services.runs.rerun(run.id, "google", None)
    after = await world.settled(rerun.run.id)
    assert (after.status, after.rerun_of, after.trigger) == (RunStatus.SUCCEEDED, run.id, "rerun")
    fresh = (await world.requests())[len(before) :]
    assert [method for method, _, _ in fresh] == ["PUT"]


async def test_run_again_from_a_card_of_a_helper(world: World) -> None:
    run = await failed_in_google(world)
    before = await world.requests()
    helper = next(r for r in await world.runs() if r.flow_id == "google-workspace-offboarding" and r.root_id == run.id)
    rerun = await world.services.runs.rerun(helper.id, "suspend", None)
    after = await world.settled(rerun.run.id)
    assert (after.status, after.flow_id) == (RunStatus.SUCCEEDED, "calling")
    assert len(await world.requests()) == len(before) + 1


async def test_a_newer_version_shows_what_has_no_place_any_more(world: World) -> None:
    run = await failed_in_google(world)
    without_office = CALLING.model_copy(update={"cards": CALLING.cards[1:]})
    await world.services.library.publish([without_office], "test")
    preview = await world.services.runs.preview_rerun(run.id, "google", 2)
    fates = {line.card_id: line.fate for line in preview.preview}
    assert fates == {"google": "will be sent", "suspend": "will be sent", "office": "orphaned"}


def _putting(body: JSON, url: str, **more: JSON) -> Flow:
    """A flow that sends a body and then fails; what it is given can be written in several ways."""
    send: Values = {
        "id": "send",
        "card": "google_workspace.custom_api_action",
        "connection": "google_workspace",
        "options": {"method": "PUT"},
        "inputs": {"url": url, "body": body},
        **more,
    }
    made: Values = {"id": "made", "card": "text.compose", "inputs": {"text": "/admin/directory/v1/users"}}
    end: Values = {"id": "end", "card": "error.return_error", "inputs": {"message": "over"}}
    event: Values = {"card": "manual", "outputs": {"Username": "text"}}
    cards: list[JSON] = [made, send, end]
    return Flow.model_validate({"id": "putting", "name": "Putting", "event": event, "cards": cards})


_USER = "/admin/directory/v1/users/{{ event.Username }}"
_FIXED = f"/admin/directory/v1/users/{LOGIN}"


@pytest.mark.parametrize(
    ("first", "second", "fate"),
    [
        (_putting({"suspended": True}, _USER), _putting({"suspended": True}, _USER, title="Other words"), "kept"),
        (_putting({"suspended": True}, _USER), _putting({"suspended": False}, _USER), "changed"),
        (_putting({"suspended": True}, _FIXED), _putting({"suspended": False}, _FIXED), "changed"),
        (_putting({"suspended": True}, _FIXED), _putting({"suspended": True}, _FIXED, note="n"), "kept"),
        (_putting({"suspended": True}, _USER), _putting({"suspended": True}, "{{ made.output }}/x"), "changed"),
    ],
    ids=["words", "body", "all static", "nothing", "address"],
)
async def test_another_version_keeps_only_what_is_given_the_same(
    world: World, first: Flow, second: Flow, fate: str
) -> None:
    await world.services.library.publish([first], "test")
    run = await world.settled(await world.start("putting", Username=LOGIN))
    assert run.status is RunStatus.FAILED
    await world.services.library.publish([second], "test")
    before = await world.requests()
    preview = await world.services.runs.preview_rerun(run.id, "end", 2)
    assert {line.card_id: line.fate for line in preview.preview}["send"] == fate
    if fate == "changed":
        with pytest.raises(RerunRefused, match="cannot be kept"):
            await world.services.runs.rerun(run.id, "end", 2)
        fresh = await world.services.runs.rerun(run.id, "send", 2)
        assert (await world.settled(fresh.run.id)).status is RunStatus.FAILED
    else:
        fresh = await world.services.runs.rerun(run.id, "end", 2)
        again = await world.settled(fresh.run.id)
        assert (again.status, again.error and again.error["message"]) == (RunStatus.FAILED, "over")
        assert await world.requests() == before


async def test_what_refers_to_something_that_differs_is_kept_if_it_is_unchanged(world: World) -> None:
    first = _putting({"suspended": True}, "{{ made.output }}/{{ event.Username }}")
    other = first.cards[0].model_copy(update={"inputs": {"text": "{{ event.Nobody }}/admin/directory/v1/users"}})
    event = first.event.model_copy(update={"outputs": {"Username": "text", "Nobody": "text"}})
    second = first.model_copy(update={"event": event, "cards": (other, *first.cards[1:])})
    await world.services.library.publish([first], "test")
    run = await world.settled(await world.start("putting", Username=LOGIN))
    await world.services.library.publish([second], "test")
    preview = await world.services.runs.preview_rerun(run.id, "end", 2)
    assert {line.card_id: line.fate for line in preview.preview}["send"] == "kept if unchanged"


async def test_the_offboarding_says_whom_it_concerns_and_only_what_went_wrong(world: World) -> None:
    nobody = await world.settled(await world.services.manual.start("offboard-suspended-user", {}))
    assert nobody.error is not None
    assert str(nobody.error["message"]).startswith("The event names no user")
    assert await world.requests() == []
    await world.ask(lambda: world.tenants.set_fault("graph", "403"))
    event: Values = {"Okta User": {"Alternate ID": LOGIN}}
    run = await world.settled(await world.services.manual.start("offboard-suspended-user", event))
    assert run.error is not None
    said = str(run.error["message"])
    assert said.startswith(f"{LOGIN} is not offboarded everywhere. Office 365: ")
    assert "Google Workspace" not in said


async def test_run_again_refuses_what_it_cannot_do(world: World) -> None:
    run = await failed_in_google(world)
    with pytest.raises(RerunRefused, match="no card"):
        await world.services.runs.rerun(run.id, "nobody", None)
    with pytest.raises(RerunRefused, match="Version 7"):
        await world.services.runs.rerun(run.id, "google", 7)


async def test_inputs_that_do_not_fit_are_problems(world: World) -> None:
    with pytest.raises(ProblemError, match="Nobody"):
        await world.start("office-365-offboarding", Nobody="x")


async def test_the_same_key_starts_one_run(world: World) -> None:
    first = await world.services.manual.start("office-365-offboarding", {"Username": LOGIN}, "key-1")
    assert await world.services.manual.start("office-365-offboarding", {"Username": LOGIN}, "key-1") == first
    await world.settled(first)
    assert len(await world.runs()) == 1


async def test_history_shows_the_exchange_without_secrets(world: World) -> None:
    run = await world.settled(await world.start("office-365-offboarding", Username=LOGIN))
    trace = (await world.services.history.trace(run.id, PageRequest(200))).rows
    assert [entry.path for entry in trace] == [
        "order",
        "account_url",
        "account_body",
        "disable",
        "sessions_url",
        "revoke",
    ]
    exchange = trace[3].exchanges[0]
    assert isinstance(exchange, dict)
    assert (exchange["method"], exchange["status"]) == ("PATCH", 204)
    assert "Bearer ey" not in repr(trace)
    headers = dict(exchange["request_headers"])  # type: ignore[call-overload]
    assert headers["Authorization"] not in ("", None)
    assert headers["Keyturn-Run"] == str(run.id)
    secret = await world.services.connections.get("office365")
    assert "client_secret" not in repr(secret)


@pytest.mark.parametrize("lost", ["dropx1", "drop"])
async def test_the_state_is_read_back_where_what_is_ensured_got_no_answer(world: World, lost: str) -> None:
    """Nobody is asked, and what was done is no failure, however many answers were lost."""
    flow: JSON = {
        "id": "leaving",
        "name": "Leaving",
        "event": {"card": "helper", "outputs": {"Username": "text"}},
        "cards": [
            {
                "id": "out",
                "card": "google_workspace.remove_user_from_group",
                "connection": "google_workspace",
                "options": {"ensure": True},
                "inputs": {"user": "{{ event.Username }}", "group": "all-staff@northwind.example"},
            },
            {"id": "said", "card": "flow.return", "inputs": {"outcome": "{{ out.outcome }}"}},
        ],
    }
    await world.services.library.publish([Flow.model_validate(flow)], "test")
    await world.ask(lambda: world.tenants.set_fault("google", f"{lost}@DELETE"))
    run = await world.settled(await world.start("leaving", Username=LOGIN))
    assert (run.status, run.error) == (RunStatus.SUCCEEDED, None)
    assert run.outputs == {"outcome": "done"}

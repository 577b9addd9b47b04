"""What control cards do to the line of a run."""

from __future__ import annotations

import pytest
from support_engine import World, refused

from keyturn.engine.ports import RunStatus
from keyturn.flows.actions import Failed
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import JSON, Values


def give(**inputs: object) -> Values:
    return {"id": "give", "card": "flow.return", "inputs": inputs}  # type: ignore[dict-item]


def text(card_id: str, value: str) -> Values:
    return {"id": card_id, "card": "text.compose", "inputs": {"text": value}}


def test_support_is_importable() -> None:
    assert World.__name__ == "World"


async def test_values_keep_their_type_alone_and_become_text_in_a_template() -> None:
    world = World(
        {
            "id": "main",
            "event": {"card": "manual", "outputs": {"n": "number", "list": "list of number"}},
            "cards": [
                give(alone="{{ event.n }}", within="n is {{ event.n }}", all="{{ event.list }}", deep=["{{ event.n }}"])
            ],
        }
    )
    run = await world.run(n=3, list=[1, 2])
    assert world.outputs(run) == {"alone": 3, "within": "n is 3", "all": [1, 2], "deep": [3]}


@pytest.mark.parametrize(("score", "level"), [(11, "high"), (10, "middle"), (5, "middle"), (4, "low"), (None, "low")])
async def test_if_takes_the_first_lane_that_holds(score: int | None, level: str) -> None:
    lanes = [
        {"when": {"a": "{{ event.score }}", "is": "greater than", "b": 10}, "set": {"level": "high"}},
        {"when": {"any": [{"a": "{{ event.score }}", "is": "greater than", "b": 4}]}, "set": {"level": "middle"}},
        {"otherwise": True, "cards": [text("word", "low")], "set": {"level": "{{ word.output }}"}},
    ]
    card: Values = {"id": "risk", "card": "branch.if", "branches": lanes, "outputs": {"level": "text"}}  # type: ignore[dict-item]
    event: Values = {"card": "manual", "outputs": {"score": "number"}}
    world = World({"id": "main", "event": event, "cards": [card, give(level="{{ risk.level }}")]})
    assert world.outputs(await world.run(score=score)) == {"level": level}


async def test_the_trace_tells_where_a_text_met_a_number_and_not_what_they_were() -> None:
    mixed: Values = {"a": "{{ event.x }}", "is": "less than", "b": 30}
    lanes: list[JSON] = [{"when": {"all": [mixed]}, "set": {}}, {"otherwise": True, "set": {}}]
    cards: list[Values] = [
        {"id": "lanes", "card": "branch.if", "branches": lanes},
        {"id": "compare", "card": "boolean.compare", "inputs": mixed},
        {"id": "throw", "card": "error.return_error_if", "inputs": {"when": mixed, "message": "no"}},
        {"id": "stop", "card": "branch.continue_if", "inputs": {"when": {"none": [mixed]}}},
        give(),
    ]
    event: Values = {"card": "manual", "outputs": {"x": "any"}}
    world = World({"id": "main", "event": event, "cards": cards})  # type: ignore[dict-item]
    await world.run(x="6000")
    told = {entry.path: [warning.split(" a text met")[0] for warning in entry.warnings] for entry in world.store.trace}
    assert told == {
        "lanes": ["In branches.0.when.all.0"],
        "compare": ["A text met a number: they were compared as text. Convert one of them: {{ ... as number }}."],
        "throw": ["In when"],
        "stop": ["In when.none.0"],
        "give": [],
    }
    assert "6000" not in str([entry.warnings for entry in world.store.trace])
    world.store.trace.clear()
    await world.run(x=6000)
    assert not any(entry.warnings for entry in world.store.trace)


@pytest.mark.parametrize(
    ("card", "inputs", "warns"),
    [
        ("list.filter", {"list": ["5", "6"], "is": "greater than", "value": 5}, True),
        ("list.filter", {"list": [5, 6], "is": "greater than", "value": 5}, False),
        ("list.filter", {"list": [{"n": 1}, {"n": "2"}], "path": "n", "value": 1}, True),
        ("list.filter", {"list": ["5"], "is": "in", "value": 5}, False),
        (
            "list.find",
            {"list": [1], "when": {"any": [{"is": "equal to", "b": 1}, {"is": "less than", "b": "x"}]}},
            True,
        ),
        ("list.find", {"list": "7", "is": "less than", "value": 5}, True),
        ("branch.assign_if", {"a": "6", "is": "less than", "b": 30}, True),
        ("branch.assign_if", {"when": {"all": [{"a": 6, "is": "less than", "b": "30"}]}}, True),
        ("branch.assign_if", {"a": "6", "b": "6"}, False),
        ("boolean.expression", {"formula": "x < 30", "x": "6"}, True),
        ("boolean.expression", {"formula": "x < 30 or x = '6'", "x": 31}, True),
        ("boolean.expression", {"formula": "x < 30 and x > 1", "x": 6}, False),
    ],
)
async def test_the_trace_tells_where_items_or_values_of_two_types_met(card: str, inputs: Values, warns: bool) -> None:
    world = World({"id": "main", "cards": [{"id": "it", "card": card, "inputs": inputs}]})
    await world.run()
    [entry] = world.store.trace
    assert bool(entry.warnings) is warns
    assert not any(value in str(entry.warnings) for value in ("30", "'6'"))


async def test_if_without_a_lane_that_holds_gives_nulls() -> None:
    lane = {"when": {"a": 1, "is": "equal to", "b": 2}, "set": {"level": "x"}}
    card: Values = {"id": "risk", "card": "branch.if", "branches": [lane], "outputs": {"level": "text"}}
    world = World({"id": "main", "cards": [card, give(level="{{ risk.level }}")]})
    assert world.outputs(await world.run()) == {"level": None}


async def test_continue_if_stops_the_flow_without_an_error() -> None:
    stop: Values = {
        "id": "stop",
        "card": "branch.continue_if",
        "options": {"leave": "flow"},
        "inputs": {"when": {"a": 1, "is": "equal to", "b": 2}, "message": "not for us"},
    }
    world = World({"id": "main", "cards": [stop, give(never=True)]})
    run = await world.run()
    assert (run.status, run.outputs) == (RunStatus.STOPPED, {"message": "not for us"})


async def test_continue_if_in_a_branch_leaves_only_the_branch() -> None:
    stop: Values = {
        "id": "stop",
        "card": "branch.continue_if",
        "inputs": {"when": {"a": 1, "is": "equal to", "b": 2}, "message": "m"},
    }
    lane: Values = {"otherwise": True, "cards": [stop, text("never", "x")]}
    card: Values = {"id": "box", "card": "branch.if", "branches": [lane], "outputs": {"message": "text"}}
    world = World({"id": "main", "cards": [card, give(after="{{ box.message }}")]})
    run = await world.run()
    assert world.outputs(run) == {"after": "m"}
    assert "never" not in [entry.path for entry in world.store.trace]


async def test_return_in_a_branch_leaves_what_it_says() -> None:
    def flow(leave: str) -> Values:
        back: Values = {"id": "back", "card": "flow.return", "options": {"leave": leave}, "inputs": {"x": 1}}
        lane: Values = {"otherwise": True, "cards": [back]}
        card: Values = {"id": "box", "card": "branch.if", "branches": [lane], "outputs": {"x": "number"}}
        return {"id": "main", "cards": [card, give(y="{{ box.x }}")]}

    whole, only = World(flow("flow")), World(flow("branch"))
    assert whole.outputs(await whole.run()) == {"x": 1}
    assert only.outputs(await only.run()) == {"y": 1}


async def test_if_error_catches_and_shows_the_error() -> None:
    card: Values = {
        "id": "safe",
        "card": "branch.if_error",
        "branches": [
            {"try": True, "cards": [{"id": "go", "card": "app.change", "inputs": {"url": "/x"}}], "set": {"ok": True}},
            {"catch": True, "set": {"ok": False, "why": "{{ error.message }}", "where": "{{ error.card }}"}},
        ],
        "outputs": {"ok": "boolean", "why": "text", "where": "text"},
    }
    flow: Values = {
        "id": "main",
        "cards": [card, give(ok="{{ safe.ok }}", why="{{ safe.why }}", where="{{ safe.where }}")],
    }
    bad = World(flow, script=lambda call: refused(404, "no such user"))
    good = World(flow)
    assert bad.outputs(await bad.run()) == {"ok": False, "why": "no such user", "where": "go"}
    assert good.outputs(await good.run()) == {"ok": True, "why": None, "where": None}


async def test_return_error_fails_the_flow_even_from_inside_a_branch() -> None:
    fail: Values = {"id": "fail", "card": "error.return_error", "inputs": {"message": "no", "status_code": 418}}
    lane: Values = {"otherwise": True, "cards": [fail]}
    world = World({"id": "main", "cards": [{"id": "box", "card": "branch.if", "branches": [lane]}]})
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["message"], run.error["status"], run.error["card"]) == ("no", 418, "fail")


@pytest.mark.parametrize(("title", "called"), [("Send it", "Send it"), (None, "app.change")])
async def test_return_error_if_says_why_where_an_error_that_it_was_given_does(title: str | None, called: str) -> None:
    send: Values = {"id": "send", "title": title, "card": "app.change"}
    part: Values = {"id": "part", "name": "The part", "event": {"card": "helper"}, "cards": [send]}
    ask: Values = {"id": "ask", "card": "flow.call", "call": {"flow": "part"}, "on_error": {"then": "continue"}}
    when: Values = {"any": [{"a": "{{ ask.error }}", "is": "is not empty"}]}
    fail: Values = {"id": "fail", "card": "error.return_error_if", "inputs": {"when": when, "message": "Not done."}}
    down = Failed(ErrorDetail("It answered 500.", code="app-answered", why="It has a fault.", status=500), status=500)
    world = World({"id": "main", "cards": [ask, fail]}, part, script=lambda call: down)
    error = (await world.run()).error
    assert error is not None
    assert (error["message"], error["card"]) == ("Not done.", "fail")
    assert error["why"] == f"“{called}” in “The part”: It has a fault."
    assert error["mend"] == (
        f"The flow itself reports this. Look at the run of the helper flow “The part”, in which “{called}” failed."
    )


async def test_return_error_leads_to_the_card_of_its_own_flow_that_failed() -> None:
    send: Values = {"id": "send", "title": "Send it", "card": "app.change", "on_error": {"then": "continue"}}
    when: Values = {"a": "{{ send.error }}", "is": "is not empty"}
    fail: Values = {"id": "fail", "card": "error.return_error_if", "inputs": {"when": when, "message": "Not done."}}
    world = World({"id": "main", "cards": [send, fail]}, script=lambda call: refused(500, "It answered 500."))
    error = (await world.run()).error
    assert error is not None
    assert str(error["mend"]).endswith("Look at “Send it”.")


async def test_return_error_if_fails_only_if_it_holds() -> None:
    card: Values = {
        "id": "check",
        "card": "error.return_error_if",
        "inputs": {"when": {"a": "{{ event.x }}", "is": "is empty"}, "message": "x is missing"},
    }
    world = World({"id": "main", "event": {"card": "manual", "outputs": {"x": "text"}}, "cards": [card]})
    assert (await world.run(x="here")).status is RunStatus.SUCCEEDED
    assert (await world.run()).status is RunStatus.FAILED


@pytest.mark.parametrize(
    ("on_error", "status", "outputs"),
    [
        ({"then": "halt"}, RunStatus.FAILED, None),
        ({"then": "return", "values": {"said": "{{ error.message }}"}}, RunStatus.SUCCEEDED, {"said": "boom"}),
        ({"then": "continue"}, RunStatus.SUCCEEDED, {"error": "boom", "status": None}),
        ({"then": "continue", "values": {"status": 0}}, RunStatus.SUCCEEDED, {"error": "boom", "status": 0}),
        (
            {"then": "call", "call": {"flow": "rescue", "with": {"why": "{{ error.message }}"}}},
            RunStatus.SUCCEEDED,
            {"r": "boom"},
        ),
    ],
)
async def test_on_error_in_all_its_forms(on_error: Values, status: RunStatus, outputs: Values | None) -> None:
    go: Values = {"id": "go", "card": "app.change", "inputs": {"url": "/x"}, "on_error": on_error}
    rescue: Values = {
        "id": "rescue",
        "event": {"card": "helper", "outputs": {"why": "text"}},
        "cards": [give(r="{{ event.why }}")],
    }
    main: Values = {"id": "main", "cards": [go, give(error="{{ go.error.message }}", status="{{ go.status }}")]}
    world = World(main, rescue, script=lambda call: refused(404, "boom"))
    run = await world.run()
    assert (run.status, run.outputs) == (status, outputs)


async def test_a_card_that_went_well_has_no_error_to_continue_with() -> None:
    go: Values = {"id": "go", "card": "app.change", "inputs": {"url": "/x"}, "on_error": {"then": "continue"}}
    world = World({"id": "main", "cards": [go, give(error="{{ go.error }}", status="{{ go.status }}")]})
    assert world.outputs(await world.run()) == {"error": None, "status": 200}


async def test_wrong_types_are_errors_that_name_card_and_field() -> None:
    wait: Values = {"id": "nap", "card": "flow.wait", "inputs": {"delay": "{{ event.x }}", "unit": "second"}}
    world = World({"id": "main", "event": {"card": "manual", "outputs": {"x": "text"}}, "cards": [wait]})
    run = await world.run(x="potato")
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["card"], run.error["field"]) == ("nap", "delay")
    assert "potato" in str(run.error["message"])


async def test_about_is_set_from_the_card_it_refers_to() -> None:
    world = World(
        {
            "id": "main",
            "about": "{{ who.output }}",
            "event": {"card": "manual", "outputs": {"login": "text"}},
            "cards": [text("who", "{{ event.login }}@example.com")],
        }
    )
    assert (await world.run(login="ada")).about == "ada@example.com"


@pytest.mark.parametrize(
    ("inputs", "given", "warned"),
    [
        ({}, {"records": [1], "next": None}, []),
        ({}, {"records": [1]}, []),
        ({}, {"items": [1], "next": None}, ["No round gave 'records', which is collected; they gave items, next."]),
        (
            {"next": "cursor"},
            {"records": [1], "next": "/b"},
            ["No round gave 'cursor', by which there would be a next page; they gave records, next."],
        ),
        ({"collect": ""}, {"next": None}, []),
    ],
)
async def test_pages_whose_keys_no_round_gave_are_told(inputs: Values, given: Values, warned: list[str]) -> None:
    leave: Values = {"id": "r", "card": "flow.return", "options": {"leave": "branch"}, "inputs": given}
    pages: Values = {"id": "pages", "card": "flow.paginate", "inputs": inputs, "do": [leave]}
    world = World({"id": "main", "event": {"card": "manual"}, "cards": [pages]})
    await world.run()
    [entry] = [entry for entry in world.store.trace if entry.path == "pages"]
    assert [*entry.warnings] == warned


async def test_pages_that_collect_what_no_round_gave_fail_with_what_they_gave() -> None:
    leave: Values = {"id": "r", "card": "flow.return", "options": {"leave": "branch"}, "inputs": {"records": [1]}}
    pages: Values = {"id": "pages", "card": "flow.paginate", "inputs": {"collect": "items"}, "do": [leave]}
    world = World({"id": "main", "event": {"card": "manual"}, "cards": [pages]})
    run = await world.run()
    assert "they gave records." in str(run.error)

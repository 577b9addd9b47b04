"""Helper flows and loops: trees of runs."""

from __future__ import annotations

import pytest
from support_engine import Outcome, World, in_turn, refused, silent

from keyturn.engine.helpers import child_id
from keyturn.engine.ports import RunStatus
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON, Values

OK = Done({"status": 200, "body": {}})


def helper(flow_id: str, *cards: Values, **outputs: str) -> Values:
    return {"id": flow_id, "event": {"card": "helper", "outputs": {**outputs}}, "cards": [*cards]}


def call(card_id: str, flow_id: str, **with_: JSON) -> Values:
    return {"id": card_id, "card": "flow.call", "call": {"flow": flow_id, "with": with_}}


def send(card_id: str = "send", body: JSON = None) -> Values:
    return {"id": card_id, "card": "app.change", "inputs": {"url": "/x", "body": body}}


def give(**inputs: JSON) -> Values:
    return {"id": "give", "card": "flow.return", "inputs": inputs}


def loop(items: JSON, at_once: int = 1, **body: JSON) -> Values:
    return {"id": "each", "card": "list.for_each", "inputs": {"list": items, "at_once": at_once}, **body}


async def test_a_helper_gets_values_converted_to_its_types_and_gives_its_own() -> None:
    double = helper("double", give(n="{{ event.n }}"), n="number")
    main: Values = {
        "id": "main",
        "cards": [{**call("c", "double", n="21"), "outputs": {"n": "number"}}, give(n="{{ c.n }}")],
    }
    world = World(main, double)
    run = await world.run()
    assert world.outputs(run) == {"n": 21}
    child = world.store.runs[child_id(run.id, "c")]
    assert (child.status, child.parent_id, child.root_id, child.depth) == (RunStatus.SUCCEEDED, run.id, run.id, 1)


TOLD = give(
    index="{{ event.index }}", by="{{ event.parent }}", why="{{ event.error.message }}", id="{{ event.execution_id }}"
)


def told_of(world: World) -> list[Values]:
    """What the helper runs of a world returned, in the order of their calls."""
    return [run.outputs or {} for run in world.store.runs.values() if run.flow_id == "h"]


async def test_a_helper_is_told_where_in_the_list_it_is_and_who_calls_it() -> None:
    world = World({"id": "main", "name": "Main", "cards": [loop(["a", "b"], call={"flow": "h"})]}, helper("h", TOLD))
    run = await world.run()
    caller = {"id": "main", "name": "Main", "method": "each", "execution_id": str(run.id), "wf_id": "main"}
    by = {**caller, "root_execution_id": str(run.id), "root_wf_id": "main"}
    ids = [str(child_id(run.id, f"each[{number}]")) for number in (0, 1)]
    assert told_of(world) == [{"index": n, "by": by, "why": None, "id": ids[n]} for n in (0, 1)]


@pytest.mark.parametrize("card", ["flow.call", "flow.call_async"])
async def test_a_helper_that_is_called_alone_has_no_place_in_a_list(card: str) -> None:
    inside = {**call("c", "h"), "card": card}
    world = World({"id": "main", "cards": [loop([1], do=[inside])]}, helper("h", TOLD))
    await world.run()
    for waiting in [run for run in world.store.runs.values() if run.status is RunStatus.QUEUED]:
        await world.go_on(waiting)
    (told,) = told_of(world)
    assert (told["index"], told["by"]["method"]) == (None, "c")  # type: ignore[index,call-overload]


@pytest.mark.parametrize("then", ["call", "continue"])
async def test_a_helper_that_deals_with_an_error_is_told_it(then: str) -> None:
    failing = {**send(), "on_error": {"then": then, "call": {"flow": "h"}}}
    world = World({"id": "main", "cards": [failing]}, helper("h", TOLD), script=lambda c: refused(403, "no"))
    await world.run()
    (told,) = told_of(world)
    assert (told["index"], told["why"], told["by"]["method"]) == (None, "no", "send")  # type: ignore[index,call-overload]


async def test_a_helper_that_is_started_by_hand_has_no_caller() -> None:
    world = World(helper("main", TOLD))
    run = await world.run()
    assert world.outputs(run) == {"index": None, "by": None, "why": None, "id": str(run.id)}


async def test_inputs_of_a_helper_take_the_places_of_what_it_would_be_told() -> None:
    own = helper("h", give(index="{{ event.index }}", error="{{ event.error }}"), index="text", error="text")
    world = World({"id": "main", "cards": [loop([1], call={"flow": "h", "with": {"index": "{{ item }}"}})]}, own)
    await world.run()
    assert told_of(world) == [{"index": "1", "error": None}]


async def test_a_helper_that_asks_for_nothing_keeps_nothing_of_its_call() -> None:
    world = World({"id": "main", "cards": [call("c", "h", n=1)]}, helper("h", give(n="{{ event.n }}"), n="number"))
    run = await world.run()
    assert world.store.runs[child_id(run.id, "c")].event == {"n": 1}


async def test_a_secret_in_an_error_stays_one_in_the_flow_that_deals_with_it() -> None:
    failing: Values = {
        **send(),
        "inputs": {"url": "/x", "body": "{{ event.pw }}"},
        "on_error": {"then": "call", "call": {"flow": "h"}},
    }
    event: Values = {"card": "manual", "outputs": {"pw": "secret"}}
    main: Values = {"id": "main", "event": event, "cards": [failing]}
    world = World(main, helper("h", TOLD), script=lambda c: refused(403, f"no {c.inputs['body']}"))
    await world.run(pw="hunter2-long")
    shown = [(run.shown, run.error) for run in world.store.runs.values()]
    assert "hunter2-long" not in repr((shown, world.store.trace))


async def test_a_failed_helper_fails_its_caller_and_says_where() -> None:
    world = World({"id": "main", "cards": [call("c", "h")]}, helper("h", send()), script=lambda c: refused(403, "no"))
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["message"], run.error["flow"], run.error["card"]) == ("no", "h", "send")


async def test_one_failing_helper_does_not_keep_the_next_from_running() -> None:
    first = {**call("first", "bad"), "on_error": {"then": "continue"}}
    second = {**call("second", "good"), "on_error": {"then": "continue"}}
    report: Values = {
        "id": "report",
        "card": "error.return_error_if",
        "inputs": {
            "when": {"a": "{{ first.error }}", "is": "is not empty"},
            "message": "first: {{ first.error.message }}",
        },
    }

    def script(c: ActionCall) -> Outcome:
        return refused(500, "broken") if c.flow_id == "bad" else OK

    world = World(
        {"id": "main", "cards": [first, second, report]}, helper("bad", send()), helper("good", send()), script=script
    )
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error["message"] == "first: broken"
    assert [c.flow_id for c in world.app.sent] == ["bad", "good"]


async def test_what_a_card_hands_on_instead_of_its_outputs_is_in_the_trace() -> None:
    failing = {**send(), "on_error": {"then": "continue", "values": {"said": "no: {{ error.message }}"}}}
    world = World({"id": "main", "cards": [failing, give(said="{{ send.said }}")]}, script=lambda c: refused(500, "x"))
    assert world.outputs(await world.run()) == {"said": "no: x"}
    entry = next(entry for entry in world.store.trace if entry.path == "send")
    assert entry.status == "failed"
    assert isinstance(entry.outputs, dict)
    assert entry.outputs["said"] == "no: x"


async def test_continue_hands_on_what_a_called_flow_gives_and_calls_it_once() -> None:
    rescue: JSON = {"flow": "rescue", "with": {"why": "{{ error.message }}"}}
    failing = {**send(), "on_error": {"then": "continue", "values": {"n": 1}, "call": rescue}}
    after: Values = {"id": "after", "card": "app.change", "inputs": {"url": "/y", "body": "{{ send.said }}"}}
    world = World(
        {
            "id": "main",
            "cards": [failing, after, give(said="{{ send.said }}", n="{{ send.n }}", why="{{ send.error.message }}")],
        },
        helper(
            "rescue", {**send("mend"), "inputs": {"url": "/mend"}}, give(said="saved from {{ event.why }}"), why="text"
        ),
        script=lambda c: refused(500, "x") if c.path == "send" else silent() if c.path == "after" else OK,
    )
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    run = await world.go_on(run)
    assert world.app.paths == ["send", "mend", "after"]
    assert world.app.sent[2].inputs["body"] == "saved from x"
    helper_run = world.store.runs[child_id(run.id, "send/on_error")]
    assert helper_run.shown == {"said": "saved from x"}


async def test_an_ended_helper_is_not_run_again_after_a_restart() -> None:
    world = World(
        {"id": "main", "cards": [call("a", "h"), call("b", "h")]}, helper("h", send()), script=in_turn(OK, silent(), OK)
    )
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert (await world.go_on(run)).status is RunStatus.NEEDS_ATTENTION
    assert len(world.app.sent) == 2


async def test_a_helper_keeps_the_version_it_began_with() -> None:
    world = World({"id": "main", "cards": [call("a", "h")]}, helper("h", send()), script=in_turn(silent(), OK))
    run = await world.run()
    world.publish(helper("h", send("other")))
    await world.go_on(run)
    child = world.store.runs[child_id(run.id, "a")]
    assert (child.version, world.app.paths) == (1, ["send"])


async def test_calling_a_flow_that_is_not_there_is_an_error_with_a_way_out() -> None:
    run = await World({"id": "main", "cards": [call("c", "nobody")]}).run()
    assert run.error is not None
    assert run.error["code"] == "no-such-flow"
    assert run.error["mend"]


async def test_endless_recursion_ends_with_an_error() -> None:
    run = await World(helper("main", call("again", "main"))).run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert "Stack limit exceeded" in str(run.error["message"])


async def test_call_flow_async_queues_a_run_of_its_own_once() -> None:
    start: Values = {"id": "go", "card": "flow.call_async", "call": {"flow": "h", "with": {"n": 1}}}
    world = World({"id": "main", "cards": [start, send()]}, helper("h", n="number"), script=lambda c: silent())
    run = await world.run()
    await world.go_on(run)
    others = [r for r in world.store.runs.values() if r.flow_id == "h"]
    assert [(r.status, r.event, r.root_id == r.id) for r in others] == [(RunStatus.QUEUED, {"n": 1}, True)]


@pytest.mark.parametrize("at_once", [1, 3, 200])
async def test_for_each_calls_the_helper_once_for_each_item(at_once: int) -> None:
    each = loop(
        [{"login": "a"}, {"login": "b"}, {"login": "c"}],
        at_once,
        call={"flow": "one", "with": {"Login": "{{ item.login }}", "At": "{{ index }}"}},
    )
    one = helper("one", send(body="{{ event.At }}{{ event.Login }}"), Login="text", At="number")
    world = World({"id": "main", "cards": [each, give(count="{{ each.count }}")]}, one)
    assert world.outputs(await world.run()) == {"count": 3}
    assert sorted(str(c.inputs["body"]) for c in world.app.sent) == ["0a", "1b", "2c"]


async def test_for_each_in_place_has_journal_paths_with_the_round() -> None:
    each = loop("{{ event.list }}", do=[send(body="{{ item }}")])
    world = World({"id": "main", "event": {"card": "manual", "outputs": {"list": "list of text"}}, "cards": [each]})
    await world.run(list=["a", "b"])
    assert world.app.paths == ["each[0]/send", "each[1]/send"]


async def test_for_each_stops_at_the_first_error() -> None:
    each = loop([1, 2, 3], do=[send(body="{{ item }}")])
    world = World({"id": "main", "cards": [each]}, script=lambda c: refused(400) if c.inputs["body"] == 2 else OK)
    assert (await world.run()).status is RunStatus.FAILED
    assert world.app.paths == ["each[0]/send", "each[1]/send"]


async def test_for_each_goes_on_where_it_was() -> None:
    each = loop([1, 2, 3], do=[send(body="{{ item }}")])
    world = World({"id": "main", "cards": [each]}, script=in_turn(OK, silent(), OK))
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert world.app.paths == ["each[0]/send", "each[1]/send"]


@pytest.mark.parametrize("empty", [[], None])
async def test_for_each_over_nothing_does_nothing(empty: JSON) -> None:
    world = World({"id": "main", "cards": [loop(empty, do=[send()]), give(count="{{ each.count }}")]})
    assert world.outputs(await world.run()) == {"count": 0}
    assert world.app.sent == []


async def test_secrets_do_not_reach_the_trace() -> None:
    compose: Values = {"id": "header", "card": "text.compose", "inputs": {"text": "Bearer {{ event.token }}"}}
    world = World(
        {
            "id": "main",
            "event": {"card": "manual", "outputs": {"token": "secret"}},
            "cards": [compose, send(body={"auth": "{{ header.output }}", "n": 1})],
        }
    )
    await world.run(token="s3cr3t-value")
    assert world.app.sent[0].inputs["body"] == {"auth": "Bearer s3cr3t-value", "n": 1}
    assert "s3cr3t-value" not in repr(world.store.trace)


@pytest.mark.parametrize(
    ("card", "inputs"),
    [
        ("text.base64_encode", {"text": "{{ event.token }}"}),
        ("url.encode_component", {"text": "{{ event.token }}"}),
        ("object.construct", {"any": "{{ event.token }}"}),
        ("list.sample", {"list": ["{{ event.token }}x"], "amount": 1}),
    ],
)
async def test_what_cards_make_of_a_secret_is_secret(card: str, inputs: Values) -> None:
    world = World(
        {
            "id": "main",
            "event": {"card": "manual", "outputs": {"token": "secret"}},
            "cards": [{"id": "made", "card": card, "inputs": inputs}, send(body={"made": "{{ made }}"})],
        }
    )
    await world.run(token="s3cr3t/value")
    shown = repr(world.store.trace)
    assert world.app.sent
    for secret in ("s3cr3t/value", "czNjcjN0L3ZhbHVl", "s3cr3t%2Fvalue"):
        assert secret not in shown


async def test_secrets_do_not_reach_what_a_root_run_is_shown_to_give() -> None:
    event: Values = {"card": "manual", "outputs": {"token": "secret"}}
    world = World({"id": "main", "event": event, "cards": [give(said="Bearer {{ event.token }}")]})
    run = await world.run(token="s3cr3t-value")
    assert "s3cr3t-value" not in repr(run.outputs)


async def test_a_flow_that_keeps_no_data_has_none_in_its_trace() -> None:
    world = World({"id": "main", "save_data": False, "cards": [send(body="private")]})
    await world.run()
    assert "private" not in repr(world.store.trace)
    assert [entry.path for entry in world.store.trace] == ["send"]


@pytest.mark.parametrize(
    ("login", "path"),
    [
        (
            "dana.wu_partner.example#EXT#@northwind.example",
            "/v1/users/dana.wu_partner.example%23EXT%23@northwind.example",
        ),
        ("mary+ops.o'neil@northwind.example", "/v1/users/mary+ops.o'neil@northwind.example"),
        ("żółć@northwind.example", "/v1/users/%C5%BC%C3%B3%C5%82%C4%87@northwind.example"),
        ("../admin?x=1", "/v1/users/..%2Fadmin%3Fx=1"),
    ],
)
async def test_names_in_addresses_are_encoded_also_by_way_of_compose(login: str, path: str) -> None:
    compose: Values = {"id": "address", "card": "text.compose", "inputs": {"text": "/v1/users/{{ event.login }}"}}
    direct = {**send("direct"), "inputs": {"url": "/v1/users/{{ event.login }}"}}
    by_compose = {**send("by_compose"), "inputs": {"url": "{{ address.output }}"}}
    event: Values = {"card": "manual", "outputs": {"login": "text"}}
    world = World({"id": "main", "event": event, "cards": [compose, direct, by_compose]})
    await world.run(login=login)
    assert [c.inputs["url"] for c in world.app.sent] == [path, path]


async def test_all_rounds_of_a_loop_have_the_same_version_of_their_helper() -> None:
    one = helper("one", send(body="{{ event.n }}"), n="number")
    each = loop([1, 2, 3], call={"flow": "one", "with": {"n": "{{ item }}"}})
    world = World({"id": "main", "cards": [each]}, one)

    def publish_meanwhile(call: ActionCall) -> Outcome:
        world.publish(helper("one", send(body="newer"), n="number"))
        return OK

    world.app._script = publish_meanwhile
    await world.run()
    assert [call.inputs["body"] for call in world.app.sent] == [1, 2, 3]

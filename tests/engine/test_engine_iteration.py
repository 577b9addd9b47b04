"""Loops that make something of what their rounds give: results survive a death, keep their order, and are masked."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import replace

import pytest
from support_engine import Dies, Outcome, World, refused, run_dying, silent

from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import Commit, JournalState, RunStatus, StoreUnavailable
from keyturn.engine.rerun import plan_rerun
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON, Values

HELPER: Values = {
    "id": "one",
    "event": {"card": "helper", "outputs": {"n": "number"}},
    "cards": [
        {"id": "send", "card": "app.ensure", "connection": "a", "inputs": {"url": "/x", "body": "{{ event.n }}"}},
        {"id": "give", "card": "flow.return", "inputs": {"value": "{{ send.body.value }}"}},
    ],
}
SEND: Values = {"id": "send", "card": "app.ensure", "connection": "a", "inputs": {"url": "/x", "body": "{{ item }}"}}
GIVE: Values = {
    "id": "give",
    "card": "flow.return",
    "options": {"leave": "branch"},
    "inputs": {"value": "{{ send.body.value }}"},
}
CALL: Values = {"call": {"flow": "one", "with": {"n": "{{ item }}"}}}
DO: Values = {"do": [SEND, GIVE]}
BODIES = pytest.mark.parametrize("body", [CALL, DO], ids=["call", "do"])


def main(card: str, body: Values, items: JSON, **inputs: JSON) -> Values:
    outputs = {"list.find_custom": "index", "list.reduce": "item"}.get(card, "list")
    loop: Values = {"id": "loop", "card": card, "inputs": {"list": items, **inputs}, **body}
    give: Values = {"id": "out", "card": "flow.return", "inputs": {"it": f"{{{{ loop.{outputs} }}}}"}}
    return {"id": "main", "cards": [loop, give]}


def answers(of: dict[int, JSON] | None = None) -> object:
    """An app that answers with ten times what it is sent, or with what it is told for it."""

    def answer(call: ActionCall) -> Outcome:
        sent = call.inputs["body"]
        assert isinstance(sent, int)
        return Done({"status": 200, "body": {"value": of[sent] if of else sent * 10}})

    return answer


EXPECTED: list[tuple[str, dict[int, JSON] | None, Values, JSON]] = [
    ("list.map", None, {}, [n * 10 for n in range(12)]),
    ("list.filter_custom", {n: n % 3 == 0 for n in range(12)}, {}, [0, 3, 6, 9]),
    ("list.find_custom", {n: n == 7 for n in range(12)}, {}, 7),
    ("list.sort_custom", {n: -n for n in range(12)}, {}, list(reversed(range(12)))),
    ("list.remove_duplicates_custom", {n: n % 4 for n in range(12)}, {}, [0, 1, 2, 3]),
    ("list.reduce", None, {"memo": 5}, 110),
]


@BODIES
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize(("card", "of", "inputs", "expected"), EXPECTED, ids=[line[0] for line in EXPECTED])
async def test_a_death_after_some_commits_loses_no_result_and_enters_no_finished_round_again(
    card: str, of: dict[int, JSON] | None, inputs: Values, expected: JSON, at_once: int, body: Values
) -> None:
    store, answer = Dies(), answers(of)

    def never_again(call: ActionCall) -> Outcome:
        done = {(line.run_id, line.path) for line in store.journal if line.state is JournalState.DONE}
        assert (call.run_id, call.path) not in done
        return answer(call)  # type: ignore[operator]

    given = inputs if card == "list.reduce" else {**inputs, "at_once": at_once}
    flow = main(card, body, list(range(12)), **given)
    world = World(flow, HELPER, store=store, script=never_again)
    run, deaths = await run_dying(world, store, 3 if at_once == 1 or card == "list.reduce" else 8)
    assert deaths >= 2
    assert world.outputs(run) == {"it": expected}


async def test_results_are_written_once_each_however_often_the_run_dies() -> None:
    store = Dies()
    world = World(main("list.map", CALL, list(range(20))), HELPER, store=store, script=answers())  # type: ignore[arg-type]
    await run_dying(world, store, 3)
    portions = [line.result for line in store.journal if line.path == "loop#"]
    rounds = Counter(number for result in portions if result for number in result["rounds"])  # type: ignore[union-attr]
    assert rounds == Counter(range(20))
    assert len(portions) > 4


async def test_what_a_resumed_map_loads_is_its_results_and_nothing_of_its_finished_rounds() -> None:
    store = Dies()
    world = World(main("list.map", CALL, list(range(40))), HELPER, store=store, script=answers())  # type: ignore[arg-type]
    run = world.queued()
    store.left = 60
    with pytest.raises(Exception, match="the process is gone"):
        await world.go_on(run)
    tree = await store.load(run.id)
    assert len(tree.runs) <= 2
    assert all(line.path == "loop#" for line in tree.journal if line.run_id == run.id)
    assert len([line for line in tree.journal if line.run_id != run.id]) <= 2


async def test_results_of_a_loop_in_a_loop_go_with_the_round_around_it() -> None:
    inner: Values = {"id": "inner", "card": "list.map", "inputs": {"list": [1, 2]}, "do": [SEND, GIVE]}
    outer_give: Values = {**GIVE, "id": "back", "inputs": {"value": "{{ inner.list }}"}}
    store = Dies()
    flow = main("list.map", {"do": [inner, outer_give]}, [0, 1, 2])
    world = World(flow, store=store, script=answers())  # type: ignore[arg-type]
    run, deaths = await run_dying(world, store, 3)
    assert deaths > 2
    assert world.outputs(run) == {"it": [[10, 20]] * 3}
    tree = await store.load(run.id)
    assert {line.path for line in tree.journal} == {"loop#"}


async def test_no_round_begins_once_something_was_found() -> None:
    for at_once, most in ((1, 4), (3, 6)):
        flow = main("list.find_custom", CALL, list(range(50)), at_once=at_once)
        world = World(flow, HELPER, script=answers({n: n >= 3 for n in range(50)}))  # type: ignore[arg-type]
        assert world.outputs(await world.run()) == {"it": 3}
        assert len(world.app.sent) <= most


@BODIES
async def test_the_first_failure_ends_a_map_and_its_error_is_that_of_the_round(body: Values) -> None:
    def script(call: ActionCall) -> Outcome:
        return refused(404, "no such person") if call.inputs["body"] == 2 else Done({"status": 200, "body": {}})

    world = World(main("list.map", body, [0, 1, 2, 3, 4]), HELPER, script=script)
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["message"], run.error["card"], run.error["status"]) == ("no such person", "send", 404)
    assert [call.inputs["body"] for call in world.app.sent] == [0, 1, 2]


@BODIES
async def test_ignored_errors_are_in_the_history_of_their_rounds(body: Values) -> None:
    def script(call: ActionCall) -> Outcome:
        return refused(404) if call.inputs["body"] in (1, 3) else Done({"status": 200, "body": {}})

    loop: Values = {
        "id": "loop",
        "card": "list.for_each_ignoring",
        "inputs": {"list": [0, 1, 2, 3], "at_once": 2},
        **body,
    }
    give: Values = {"id": "out", "card": "flow.return", "inputs": {"c": "{{ loop.count }}", "f": "{{ loop.failed }}"}}
    world = World({"id": "main", "cards": [loop, give]}, HELPER, script=script)
    run = await world.run()
    assert world.outputs(run) == {"c": 4, "f": 2}
    failed = [entry for entry in world.store.trace if entry.status == "failed"]
    assert sorted(entry.card_id for entry in failed) == ["send", "send"]


async def test_a_helper_that_cannot_be_called_is_an_ignored_error_too() -> None:
    loop: Values = {
        "id": "loop",
        "card": "list.for_each_ignoring",
        "inputs": {"list": [1, "x", 3]},
        "call": {"flow": "one", "with": {"n": "{{ item }}"}},
    }
    give: Values = {"id": "out", "card": "flow.return", "inputs": {"f": "{{ loop.failed }}"}}
    world = World({"id": "main", "cards": [loop, give]}, HELPER, script=answers())  # type: ignore[arg-type]
    assert world.outputs(await world.run()) == {"f": 1}


async def test_a_person_decides_about_one_round_and_the_results_of_the_others_stay() -> None:
    asking = {**HELPER, "cards": [{**HELPER["cards"][0], "card": "app.change"}, HELPER["cards"][1]]}  # type: ignore[index,dict-item]

    def script(call: ActionCall) -> Outcome:
        return silent() if call.inputs["body"] == 1 else answers()(call)  # type: ignore[operator,no-any-return]

    world = World(main("list.map", CALL, [0, 1, 2, 3], at_once=2), asking, script=script)
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    question = next(line for line in world.store.journal if line.state is JournalState.UNKNOWN)
    decision: Values = {"answer": "happened", "outputs": {"status": 200, "body": {"value": "told"}}}
    world.store.journal.append(replace(question, state=JournalState.DECIDED, result=decision))
    run = await world.go_on(world.store.runs[run.id])
    assert world.outputs(run) == {"it": [0, "told", 20, 30]}
    assert Counter(call.inputs["body"] for call in world.app.sent) == Counter(range(4))


@pytest.mark.parametrize(("path", "sent"), [("loop[2]/send", [2, 3]), ("out", []), ("loop", [0, 1, 2, 3])])
async def test_run_again_keeps_the_results_before_the_chosen_card(path: str, sent: list[int]) -> None:
    world = World(main("list.map", DO, [0, 1, 2, 3]), script=answers())  # type: ignore[arg-type]
    run = await world.run()
    plan = await world.plans.get("main", 1)
    assert plan is not None
    tree = await world.store.load(run.id)
    # All of the journal, as the desk reads it for a rerun.
    whole = replace(tree, journal=world.store.journal, checkpoints=list(world.store.checkpoints.values()))
    new = world.queued()
    rerun = plan_rerun(whole, run.id, path, {run.id: plan}, new_id=new.id, version=plan, now=world.clock.now())
    world.store.journal += rerun.journal
    world.store.checkpoints |= {(point.run_id, point.path): point for point in rerun.checkpoints}
    world.app.sent.clear()
    again = await world.go_on(rerun.run)
    assert world.outputs(again) == {"it": [0, 10, 20, 30]}
    assert [call.inputs["body"] for call in world.app.sent] == sent


SECRET_HELPER: Values = {
    "id": "one",
    "event": {"card": "helper", "outputs": {"n": "text"}},
    "cards": [
        {"id": "up", "card": "text.upper", "inputs": {"text": "{{ event.n }}"}},
        {"id": "give", "card": "flow.return", "inputs": {"value": "{{ up.output }}"}},
    ],
}


@pytest.mark.parametrize("dying", [False, True])
async def test_what_rounds_make_of_secrets_is_masked(dying: bool) -> None:
    loop: Values = {
        "id": "loop",
        "card": "list.map",
        "inputs": {"list": ["a", "b"]},
        "call": {"flow": "one", "with": {"n": "{{ event.pw }} {{ item }}"}},
    }
    fold: Values = {
        "id": "fold",
        "card": "list.reduce",
        "inputs": {"list": ["x"], "memo": "{{ event.pw }}"},
        "do": [
            {"id": "up", "card": "text.lower", "inputs": {"text": "{{ memo }}"}},
            {"id": "r", "card": "flow.return", "options": {"leave": "branch"}, "inputs": {"v": "{{ up.output }}"}},
        ],
    }
    check: Values = {
        "id": "check",
        "card": "branch.continue_if",
        "inputs": {"when": {"a": "{{ loop.list[0] }}{{ fold.item }}", "is": "equal to", "b": "PA SS Apa ss"}},
    }
    flow: Values = {
        "id": "main",
        "event": {"card": "helper", "outputs": {"pw": "secret"}},
        "cards": [loop, SEND_NOTHING, fold, check],
    }
    store = Dies()
    world = World(flow, SECRET_HELPER, store=store)
    run = world.queued("main", {"pw": "Pa ss"})
    store.left = 2 if dying else 100
    while not store.runs.get(run.id, run).status.ended:
        try:
            await world.go_on(run)
        except StoreUnavailable:
            store.left = 100
    assert store.runs[run.id].status is RunStatus.SUCCEEDED
    traced = [entry for entry in store.trace if entry.card_id != "check"]  # it has the text in its declaration
    assert "pa ss" not in repr(traced).lower()


SEND_NOTHING: Values = {"id": "nothing", "card": "app.change", "connection": "a", "inputs": {"url": "/x"}}


class Forgetful(MemoryRunStore):
    """A store that keeps nothing of what has ended, so that only the engine's own memory is left to grow."""

    async def commit(self, commit: Commit) -> None:
        await super().commit(commit)
        self.journal.clear()
        self.trace.clear()
        self._keys.clear()
        self.runs = {key: run for key, run in self.runs.items() if not run.settled}


ECHO: Values = {
    "id": "one",
    "event": {"card": "helper", "outputs": {"n": "number"}},
    "cards": [{"id": "r", "card": "flow.return", "inputs": {"n": "{{ event.n }}"}}],
}


async def peak(count: int) -> int:
    """Bytes of memory at most, for a Map of so many rounds whose result is summed up."""
    loop: Values = {"id": "loop", "card": "list.map", "inputs": {"list": list(range(count)), "at_once": 5}, **CALL}
    sum_up: Values = {"id": "sum", "card": "number.sum", "inputs": {"list": "{{ loop.list }}"}}
    give: Values = {"id": "out", "card": "flow.return", "inputs": {"sum": "{{ sum.output }}"}}
    world = World({"id": "main", "cards": [loop, sum_up, give]}, ECHO, store=Forgetful())
    await world.run()  # compiled, warm
    tracemalloc.start()
    run = await world.run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert world.outputs(run) == {"sum": count * (count - 1) // 2}
    return most


async def test_memory_grows_by_the_results_of_the_rounds_and_by_nothing_else() -> None:
    few, many = await peak(500), await peak(5_000)
    assert (many - few) / 4_500 < 400, f"{few} bytes for 500 rounds, {many} for 5,000"

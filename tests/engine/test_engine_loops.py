"""Loops: what a checkpoint passes is never entered again, and what has ended is not kept in memory."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from support_engine import Dies, Outcome, World, refused, run_dying, silent

from keyturn.engine import loops
from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import Commit, CommitRefused, JournalState, LeaseLost, Run, RunStatus, StoreUnavailable
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.json import JSON, Values

OK = Done({"status": 200, "body": {}})
HELPER: Values = {
    "id": "one",
    "event": {"card": "helper", "outputs": {"n": "number"}},
    "cards": [
        {"id": "send", "card": "app.ensure", "connection": "a", "inputs": {"url": "/x", "body": "{{ event.n }}"}}
    ],
}
ASKING: Values = {
    **HELPER,
    "cards": [
        {"id": "send", "card": "app.change", "connection": "a", "inputs": {"url": "/x", "body": "{{ event.n }}"}}
    ],
}
PURE: Values = {
    "id": "one",
    "event": {"card": "helper", "outputs": {"n": "number"}},
    "cards": [{"id": "text", "card": "text.compose", "inputs": {"text": "{{ event.n }}"}}],
}
SEND: Values = {"id": "send", "card": "app.ensure", "connection": "a", "inputs": {"url": "/x", "body": "{{ item }}"}}
CALL: Values = {"call": {"flow": "one", "with": {"n": "{{ item }}"}}}
COUNT: Values = {"id": "give", "card": "flow.return", "inputs": {"count": "{{ each.count }}"}}


def main(body: Values, count: int = 7, at_once: int = 1, then: str = "halt") -> Values:
    each: Values = {
        "id": "each",
        "card": "list.for_each",
        "inputs": {"list": list(range(count)), "at_once": at_once},
        "on_error": {"then": then},
        **body,
    }
    return {"id": "main", "cards": [each, COUNT]}


@pytest.mark.parametrize(("at_once", "commits"), [(1, 2), (1, 3), (3, 7), (3, 8)])
@pytest.mark.parametrize("body", [CALL, {"do": [SEND]}], ids=["call", "do"])
async def test_a_death_after_some_commits_enters_no_finished_round_again(
    body: Values, at_once: int, commits: int
) -> None:
    store = Dies()

    def never_again(call: ActionCall) -> Outcome:
        done = {(line.run_id, line.path) for line in store.journal if line.state is JournalState.DONE}
        assert (call.run_id, call.path) not in done
        return OK

    world = World(main(body, count=20, at_once=at_once), HELPER, store=store, script=never_again)
    run, deaths = await run_dying(world, store, commits)
    assert deaths > 4
    assert world.outputs(run) == {"count": 20}
    assert len([line for line in store.journal if line.state is JournalState.DONE]) == 20
    if commits == 2:  # it dies when a round has just been recorded as done
        assert sorted(call.inputs["body"] for call in world.app.sent) == list(range(20))


@pytest.mark.parametrize("body", [CALL, {"do": [SEND]}], ids=["call", "do"])
async def test_what_a_resumed_run_loads_does_not_grow_with_its_rounds(body: Values) -> None:
    store = Dies()
    world = World(main(body, count=50), HELPER, store=store)
    run = world.queued()
    store.left = 60
    with pytest.raises(StoreUnavailable):
        await world.go_on(run)
    tree = await store.load(run.id)
    assert (len(tree.runs) <= 2, len(tree.journal) <= 3, len(tree.checkpoints)) == (True, True, 1)
    assert tree.checkpoints[0].next > 20


@pytest.mark.parametrize("body", [CALL, {"do": [SEND]}], ids=["call", "do"])
async def test_a_round_that_failed_fails_again_after_a_death(body: Values) -> None:
    """Its failure decided what came after: it must not be taken for a round that is over."""
    store = Dies()
    world = World(
        main(body, then="continue"), HELPER, store=store, script=lambda c: refused(400) if c.inputs["body"] == 3 else OK
    )
    run, _ = await run_dying(world, store)
    assert world.outputs(run) == {"count": None}
    assert sorted(str(call.inputs["body"]) for call in world.app.sent) == ["0", "1", "2", "3"]


async def test_a_round_that_waits_for_a_person_is_entered_again_and_no_other() -> None:
    world = World(main(CALL, at_once=3), ASKING, script=lambda c: silent() if c.inputs["body"] == 1 else OK)
    run = await world.run()
    assert run.status is RunStatus.NEEDS_ATTENTION
    sent = len(world.app.sent)
    point = world.store.checkpoints[run.id, "each"]
    assert 1 in point.open
    assert all(world.store.runs[r.id].settled == (r.event["n"] not in point.open) for r in helpers(world, run.id))
    question = next(line for line in world.store.journal if line.state is JournalState.UNKNOWN)
    decision: Values = {"answer": "happened", "outputs": {"status": 200}}
    world.store.journal.append(replace(question, state=JournalState.DECIDED, result=decision))
    run = await world.go_on(world.store.runs[run.id])
    assert world.outputs(run) == {"count": 7}
    assert sorted(call.inputs["body"] for call in world.app.sent) == list(range(7))
    assert len(world.app.sent) > sent


def helpers(world: World, root: UUID) -> list[Run]:
    return [run for run in world.store.runs.values() if run.root_id == root and run.id != root]


async def test_loops_in_loops_start_anew_in_each_round() -> None:
    inner: Values = {"id": "inner", "card": "list.for_each", "inputs": {"list": [1, 2]}, "do": [SEND]}
    store = Dies()
    world = World(main({"do": [inner]}, count=3), store=store)
    run, _ = await run_dying(world, store)
    assert world.outputs(run) == {"count": 3}
    assert [call.path for call in world.app.sent] == [f"each[{a}]/inner[{b}]/send" for a in range(3) for b in range(2)]


async def test_helpers_called_in_a_round_are_settled_with_it() -> None:
    call: Values = {"id": "call", "card": "flow.call", "call": {"flow": "one", "with": {"n": "{{ item }}"}}}
    world = World(main({"do": [call]}), HELPER)
    run = await world.run()
    assert world.outputs(run) == {"count": 7}
    assert [helper.settled for helper in helpers(world, run.id)] == [True] * 7


class Forgetful(MemoryRunStore):
    """A store that keeps nothing of what has ended, so that only the engine's own memory is left to grow."""

    async def commit(self, commit: Commit) -> None:
        await super().commit(commit)
        self.journal.clear()
        self.trace.clear()
        self._keys.clear()
        self.runs = {key: run for key, run in self.runs.items() if not run.settled}


async def peak(count: int, body: Values) -> int:
    world = World(main(body, count=count, at_once=5), PURE, store=Forgetful())
    world.app.sent = Nothing()
    await world.run()  # compiled, warm
    tracemalloc.start()
    run = await world.run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert world.outputs(run) == {"count": count}
    return most


class Nothing(list[ActionCall]):
    def append(self, call: ActionCall) -> None:
        return


@pytest.mark.parametrize("body", [CALL, {"do": [SEND]}], ids=["call", "do"])
async def test_memory_does_not_grow_with_the_rounds(body: Values) -> None:
    few, many = await peak(200, body), await peak(2_000, body)
    assert many < few * 1.5 + 100_000, f"{few} bytes for 200 rounds, {many} for 2,000"


# Streams


def stream(then: str = "halt") -> Values:
    each: Values = {
        "id": "each",
        "card": "app.search",
        "connection": "a",
        "options": {"results": "stream"},
        "inputs": {"url": "/people"},
        "call": {"flow": "one", "with": {"n": "{{ record.id }}"}},
        "on_error": {"then": then},
    }
    give: Values = {
        "id": "give",
        "card": "flow.return",
        "inputs": {"count": "{{ each.count }}", "failed": "{{ each.failed }}"},
    }
    return {"id": "main", "cards": [each, give]}


def paged(pages: int, size: int, fails: frozenset[int] = frozenset()) -> object:
    """An app that lists people page after page; changes fail for some."""

    def answer(call: ActionCall) -> Outcome:
        if call.page is None:
            return refused(400) if call.inputs["body"] in fails else OK
        number = int(call.page.token or 0)
        records: list[JSON] = [{"id": number * size + place} for place in range(size)]
        return Done({"records": records, "next": str(number + 1) if number + 1 < pages else None})

    return answer


async def test_a_stream_calls_the_helper_once_for_each_record_of_each_page() -> None:
    world = World(stream(), HELPER, script=paged(3, 4))  # type: ignore[arg-type]
    run = await world.run()
    assert world.outputs(run) == {"count": 12, "failed": 0}
    assert [call.inputs["body"] for call in world.app.sent if call.page is None] == list(range(12))
    assert [call.page.token for call in world.app.sent if call.page] == [None, "1", "2"]
    assert [entry.path for entry in world.store.trace if entry.card == "app.search"] == [
        "each@0",
        "each@1",
        "each@2",
        "each",
    ]


async def streamed(pages: int) -> int:
    """The most memory that a stream over so many pages of wide records takes."""

    def answer(call: ActionCall) -> Outcome:
        assert call.page is not None
        number = int(call.page.token or 0)
        records: list[JSON] = [{"id": number * 25 + place, "about": f"{number}/{place}" * 400} for place in range(25)]
        return Done({"records": records, "next": str(number + 1) if number + 1 < pages else None})

    world = World(stream(), PURE, store=Forgetful(), script=answer)
    world.app.sent = Nothing()
    await world.run()  # compiled, warm
    tracemalloc.start()
    run = await world.run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert world.outputs(run) == {"count": pages * 25, "failed": 0}
    return most


async def test_memory_does_not_grow_with_the_pages_of_a_stream() -> None:
    few, many = await streamed(20), await streamed(80)
    assert many < few * 1.5 + 100_000, f"{few} bytes for 20 pages, {many} for 80"


async def test_records_that_fail_are_counted_and_do_not_stop_a_stream() -> None:
    world = World(stream(), HELPER, script=paged(2, 3, frozenset({0, 4})))  # type: ignore[arg-type]
    assert world.outputs(await world.run()) == {"count": 6, "failed": 2}


async def test_a_stream_goes_on_with_the_page_that_it_had() -> None:
    store = Dies()
    world = World(stream(), HELPER, store=store, script=paged(3, 4, frozenset({5})))  # type: ignore[arg-type]
    run, deaths = await run_dying(world, store)
    assert deaths >= 12
    assert world.outputs(run) == {"count": 12, "failed": 1}
    assert sorted(call.inputs["body"] for call in world.app.sent if call.page is None) == list(range(12))
    read = Counter(call.page.token for call in world.app.sent if call.page)
    assert set(read) == {None, "1", "2"}
    tree = await store.load(run.id)
    assert [record.path for record in tree.journal] == ["each@2"]


@pytest.mark.parametrize("dies", [False, True], ids=["", "dying"])
@pytest.mark.parametrize("fault", [refused(503, "Acme answered 503."), silent()], ids=["503", "silent"])
async def test_a_stream_that_fails_on_its_way_says_how_far_it_came(fault: Outcome, *, dies: bool) -> None:
    paging = paged(4, 3)

    def answer(call: ActionCall) -> Outcome:
        return fault if call.page is not None and call.page.token == "2" else paging(call)  # type: ignore[operator]

    store = Dies() if dies else MemoryRunStore()
    world = World(stream(), HELPER, store=store, script=answer)
    run = (await run_dying(world, store))[0] if isinstance(store, Dies) else await world.run()
    assert run.error is not None
    assert isinstance(fault, Failed | Unknown)
    assert run.error["message"] == (
        f"{fault.error.message} That was page 3; all records before it, 6, have been worked on."
    )
    assert "begins with the first record" in str(run.error["mend"])
    assert sorted(call.inputs["body"] for call in world.app.sent if call.page is None) == list(range(6))
    told = [entry.error for entry in world.store.trace if entry.path == "each@2"]
    assert told
    assert "page 3" not in str(told[-1]), "the page itself says what the app said"


async def test_a_stream_that_fails_at_its_first_page_says_what_the_app_said() -> None:
    run = await World(stream(), HELPER, script=lambda call: refused(503, "Acme answered 503.")).run()
    assert run.error is not None
    assert run.error["message"] == "Acme answered 503."


async def test_an_empty_page_ends_nothing_while_there_is_a_next_one() -> None:
    def answer(call: ActionCall) -> Outcome:
        if call.page is None:
            return OK
        return Done(
            {"records": [] if call.page.token is None else [{"id": 1}], "next": None if call.page.token else "b"}
        )

    world = World(stream(), HELPER, script=answer)
    assert world.outputs(await world.run()) == {"count": 1, "failed": 0}


@pytest.mark.parametrize("dies", [False, True], ids=["", "dying"])
@pytest.mark.parametrize(
    ("leads", "most"),
    [
        pytest.param({None: "a", "a": "b", "b": "c", "c": "a"}, 12, id="three"),
        pytest.param({None: "a", "a": "b", "b": "b"}, 6, id="itself"),
        pytest.param({None: "0", **{str(n): str(n + 1 if n < 20 else 7) for n in range(21)}}, 66, id="late"),
    ],
)
async def test_pages_that_lead_in_a_circle_end_the_stream(leads: dict[str | None, str], most: int, dies: bool) -> None:
    def answer(call: ActionCall) -> Outcome:
        return Done({"records": [{"id": 1}], "next": leads[call.page.token]}) if call.page else OK

    store = Dies() if dies else MemoryRunStore()
    world = World(stream(), HELPER, store=store, script=answer)
    run = (await run_dying(world, store))[0] if isinstance(store, Dies) else await world.run()
    assert run.error is not None
    assert (run.error["code"], run.error["card"]) == ("answer-unusable", "each")
    assert "never end" in str(run.error["message"])
    asked = [call.page.token for call in world.app.sent if call.page]
    assert set(asked) == set(leads), "each page was read before"
    assert dies or len(asked) <= most


def sparse(full: frozenset[int], last: int) -> object:
    """An app with ever new pages, of which only some have records."""

    def answer(call: ActionCall) -> Outcome:
        if call.page is None:
            return OK
        number = int(call.page.token or 0)
        records: list[JSON] = [{"id": number}] if number in full else []
        return Done({"records": records, "next": str(number + 1) if number < last else None})

    return answer


@pytest.mark.parametrize("dies", [False, True], ids=["", "dying"])
@pytest.mark.parametrize(
    ("full", "last", "asked"),
    [
        pytest.param(frozenset[int](), 999, 200, id="nothing at all"),
        pytest.param(frozenset({1}), 999, 202, id="nothing any more"),
        pytest.param(frozenset({199}), 398, 399, id="something late"),
    ],
)
async def test_a_stream_ends_when_its_pages_stay_empty(full: frozenset[int], last: int, asked: int, dies: bool) -> None:
    store = Dies() if dies else MemoryRunStore()
    world = World(stream(), HELPER, store=store, script=sparse(full, last))  # type: ignore[arg-type]
    run = (await run_dying(world, store))[0] if isinstance(store, Dies) else await world.run()
    assert {int(call.page.token or 0) for call in world.app.sent if call.page} == set(range(asked))
    if asked == last + 1:
        assert world.outputs(run) == {"count": 1, "failed": 0}
    else:
        assert run.error is not None
        assert (run.error["code"], run.error["card"]) == ("answer-unusable", "each")
        assert "200 pages in a row were empty" in str(run.error["message"])


async def test_a_list_that_goes_on_and_on_ends_at_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_MOST_PAGES", 7)
    world = World(stream(), HELPER, script=sparse(frozenset(range(1000)), 999))  # type: ignore[arg-type]
    run = await world.run()
    assert run.error is not None
    assert (run.error["code"], run.error["card"]) == ("answer-unusable", "each")
    assert "larger pages" in str(run.error["mend"])
    assert {int(call.page.token or 0) for call in world.app.sent if call.page} == set(range(7))
    ends = World(stream(), HELPER, script=sparse(frozenset(range(7)), 6))  # type: ignore[arg-type]
    assert ends.outputs(await ends.run()) == {"count": 7, "failed": 0}


async def test_a_page_that_cannot_be_read_fails_the_card() -> None:
    world = World(stream(then="continue"), HELPER, script=lambda call: refused(403))
    assert world.outputs(await world.run()) == {"count": None, "failed": None}


# Rounds side by side, when the run is lost to another worker


@pytest.mark.parametrize("trouble", [LeaseLost("gone"), StoreUnavailable("away")], ids=["lease", "store"])
async def test_no_round_goes_on_once_a_commit_did_not_get_through(trouble: Exception) -> None:
    """A round that went on would write checkpoints without the records that were lost, and send for nothing."""

    class Fails(MemoryRunStore):
        failed = 0

        async def commit(self, commit: Commit) -> None:
            await asyncio.sleep(0)
            if self.commits >= 4:
                self.failed += 1
                if self.failed == 1:
                    raise trouble
            await super().commit(commit)

    store = Fails()
    world = World(main({"do": [SEND]}, count=30, at_once=3), store=store)
    with pytest.raises(type(trouble)):
        await world.run()
    sent, written = len(world.app.sent), store.commits
    for _ in range(100):
        await asyncio.sleep(0)
    assert (len(world.app.sent), store.commits) == (sent, written)
    assert len(asyncio.all_tasks()) == 1


async def test_what_is_refused_ends_the_loop_when_its_neighbours_have_finished() -> None:
    class Refuses(MemoryRunStore):
        async def commit(self, commit: Commit) -> None:
            await asyncio.sleep(0)
            if any(record.path.startswith("each[1]/") for record in commit.journal):
                raise CommitRefused("too large")
            await super().commit(commit)

    store = Refuses()
    world = World(main({"do": [SEND]}, count=9, at_once=3), store=store)
    run = await world.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error["code"] == "not-storable"
    started = {record.path for record in store.journal if record.state is JournalState.STARTED}
    done = {record.path for record in store.journal if record.state is JournalState.DONE}
    assert started == done


async def test_a_round_that_waits_to_begin_is_not_taken_for_one_that_has_ended() -> None:
    """While one lane asks whether the run is to be cancelled, another one goes on and writes how far the loop is."""

    class Asked(MemoryRunStore):
        async def cancel_requested(self, root_id: UUID) -> bool:
            for _ in range(50):  # the database takes its time
                await asyncio.sleep(0)
            return False

        async def commit(self, commit: Commit) -> None:
            await asyncio.sleep(0)
            world.clock.seconds += 0.4  # every third look at the clock is due
            await super().commit(commit)
            done = {line.path for line in self.journal if line.state is JournalState.DONE}
            for point in self.checkpoints.values():
                passed = set(range(point.next)) - set(point.open)
                assert {f"each[{number}]/send" for number in passed} <= done

    world = World(main({"do": [SEND]}, count=30, at_once=3), store=Asked())
    assert world.outputs(await world.run()) == {"count": 30}

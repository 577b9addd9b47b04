"""Reading runs back, and what a person may do with them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from store_records import MOMENT, TTL, claimed, count, expire, helper_of, line, park, queued, seen

from keyturn.engine.history import HelperFilter, Part, RunFilter, TraceFilter, WorksFor
from keyturn.engine.pauses import Pause
from keyturn.engine.ports import TRIAL, Commit, JournalState, LeaseLost, Run, RunStatus, TraceEntry
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.library.ports import NewVersion
from keyturn.store import BadCursor, Store
from keyturn.store.sql import runs as sql

Row = TypeVar("Row")
NOTHING = RunFilter()


async def walk(store: Store, filter: RunFilter, limit: int) -> list[Run]:
    """All pages of a listing, one after the other."""
    found: list[Run] = []
    after: str | None = None
    while True:
        page: Page[Run] = await store.history.list(filter, PageRequest(limit, after))
        assert len(page.rows) <= limit
        found.extend(page.rows)
        after = page.next
        if after is None:
            return found


async def test_pages_walk_over_all_runs_once_newest_first(store: Store) -> None:
    moments = [MOMENT + timedelta(seconds=n // 3) for n in range(23)]  # several at the same moment
    for moment in moments:
        await store.starts.start(queued(created_at=moment))
    found = await walk(store, NOTHING, 4)
    assert len({run.id for run in found}) == 23
    assert [run.created_at for run in found] == sorted(moments, reverse=True)
    assert [run.id for run in await walk(store, NOTHING, 200)] == [run.id for run in found]


async def test_a_page_that_is_just_full_is_the_last(store: Store) -> None:
    for _ in range(3):
        await store.starts.start(queued())
    assert (await store.history.list(NOTHING, PageRequest(3))).next is None


async def test_runs_that_arrive_while_somebody_reads_do_not_disturb(store: Store) -> None:
    for n in range(4):
        await store.starts.start(queued(created_at=MOMENT + timedelta(seconds=n)))
    first = await store.history.list(NOTHING, PageRequest(2))
    await store.starts.start(queued(created_at=MOMENT + timedelta(hours=1)))
    second = await store.history.list(NOTHING, PageRequest(2, first.next))
    assert [run.created_at for run in second.rows] == [MOMENT + timedelta(seconds=1), MOMENT]


@pytest.mark.parametrize("after", ["", "x", "é", "bnVsbA", "WzFd", "WyJhIiwiYiJd", "e30"])
async def test_a_page_mark_of_somewhere_else_is_refused(store: Store, after: str) -> None:
    with pytest.raises(BadCursor):
        await store.history.list(NOTHING, PageRequest(2, after))


async def test_each_filter_and_all_at_once(store: Store) -> None:
    run, lease = await claimed(store, queued("alpha", about="ada", created_at=MOMENT))
    helper = helper_of(run, about="ada", created_at=MOMENT)
    await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.FAILED, about="ada"), helper]))
    other = queued("beta", about="bob", created_at=MOMENT - timedelta(days=1))
    await store.starts.start(other)

    async def ids(**values: object) -> set[object]:
        return {run.id for run in await walk(store, RunFilter(**values), 10)}  # type: ignore[arg-type]

    assert await ids() == {run.id, helper.id, other.id}
    assert await ids(flow_id="alpha") == {run.id}
    assert await ids(status=RunStatus.QUEUED) == {other.id}
    assert await ids(about="ada") == {run.id, helper.id}
    assert await ids(roots_only=True) == {run.id, other.id}
    assert await ids(since=MOMENT) == {run.id, helper.id}
    tried = queued("beta", trigger=TRIAL, created_at=MOMENT - timedelta(days=1))
    await store.starts.start(tried)
    assert await ids(flow_id="beta") == {other.id, tried.id}
    assert await ids(flow_id="beta", trials=False) == {other.id}
    assert await ids(flow_id="alpha", status=RunStatus.FAILED, about="ada", roots_only=True, since=MOMENT) == {run.id}
    assert await ids(flow_id="a\x00") == set()


async def test_unknown_runs_are_none(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run)
    await store.runs.commit(Commit(lease, [helper]))
    assert await store.history.get(uuid4()) is None
    assert await store.history.tree(uuid4()) is None
    assert await store.history.tree(helper.id) is None
    with pytest.raises(LookupError):
        await store.runs.load(uuid4())


async def test_trace_pages_cross_chunks(store: Store) -> None:
    run, lease = await claimed(store)
    for start in range(0, 50, 7):
        entries = [seen(run.id, f"c{n}") for n in range(start, min(50, start + 7))]
        await store.runs.commit(Commit(lease, trace=entries))
    for limit in (1, 6, 7, 50, 200):
        paths: list[str] = []
        after = None
        while True:
            page = await store.history.trace(run.id, PageRequest(limit, after))
            paths.extend(entry.path for entry in page.rows)
            after = page.next
            if after is None:
                break
        assert paths == [f"c{n}" for n in range(50)]


async def test_after_a_resume_later_entries_replace_and_keep_their_place(store: Store) -> None:
    run, lease = await claimed(store)
    first = [seen(run.id, "a"), seen(run.id, "round"), seen(run.id, "b", "waiting")]
    await store.runs.commit(Commit(lease, trace=first))
    await expire(store, run)
    again = await store.leases.claim(run.id, "w2", TTL)
    assert again is not None
    second = [
        seen(run.id, "a", replayed=True, warnings=("w", "v")),
        seen(run.id, "b"),
        seen(run.id, "b", attempt=2),
        seen(run.id, "c"),
    ]
    await store.runs.commit(Commit(again, trace=second))
    page = await store.history.trace(run.id, PageRequest(3))
    rest = await store.history.trace(run.id, PageRequest(3, page.next))
    assert [(e.path, e.status, e.attempt) for e in [*page.rows, *rest.rows]] == [
        ("a", "done", 1),
        ("round", "done", 1),
        ("b", "done", 1),
        ("b", "done", 2),
        ("c", "done", 1),
    ]
    assert [entry.warnings for entry in page.rows] == [("w", "v"), (), ()]


async def test_what_a_card_did_before_it_waited_stays_in_its_entry(store: Store) -> None:
    run, lease = await claimed(store)
    asked = [seen(run.id, "a", exchanges=({"n": 0},)), seen(run.id, "b", "unknown", ms=200.0, exchanges=({"n": 1},))]
    await store.runs.commit(Commit(lease, trace=asked))
    await expire(store, run)
    again = await store.leases.claim(run.id, "w2", TTL)
    assert again is not None
    later = MOMENT + timedelta(seconds=18)
    decided = [seen(run.id, "a", at=later, ms=0.2), seen(run.id, "b", at=later, ms=0.5, exchanges=({"n": 2},))]
    await store.runs.commit(Commit(again, trace=decided))
    first, second = (await store.history.trace(run.id, PageRequest(3))).rows
    assert (first.at, first.ms, first.waited, first.exchanges) == (MOMENT, 1.5, 0.0, ({"n": 0},))
    assert (second.status, second.at, second.ms, second.waited) == ("done", MOMENT, 200.5, 17_800.0)
    assert second.exchanges == ({"n": 1}, {"n": 2})


async def test_what_people_decided_is_told_with_what_was_known_and_when(store: Store) -> None:
    run, lease = await claimed(store)
    error: Values = {"message": "No answer came."}
    records = [line(run.id, "send", JournalState.UNKNOWN, {"error": error}), line(run.id, "other")]
    await store.runs.commit(Commit(lease, journal=records))
    await park(store, run, lease, RunStatus.NEEDS_ATTENTION)
    said: Values = {"answer": "happened", "outputs": {}, "by": "ada"}
    assert await store.control.decide(line(run.id, "send", JournalState.DECIDED, said), run.id)
    (decided,) = await store.history.decisions(run.id, ["other", "send"])
    assert (decided.path, decided.attempt, decided.answer, decided.by) == ("send", 1, "happened", "ada")
    assert decided.error == error
    assert decided.asked_at is not None
    assert decided.asked_at <= decided.decided_at
    assert await store.history.decisions(run.id, ["other"]) == []


async def test_what_has_begun_and_not_ended_is_at_work(store: Store) -> None:
    run, lease = await claimed(store)
    helper = helper_of(run, parent_path="each[1]")
    records = [
        line(run.id, "a", JournalState.STARTED),
        line(run.id, "a", JournalState.DONE),
        line(run.id, "b", JournalState.STARTED),
        line(run.id, "b", JournalState.FAILED),
        line(run.id, "b", JournalState.STARTED, attempt=2),
        line(run.id, "looked", JournalState.EARLIER),
        line(run.id, "looked", JournalState.STARTED),
        line(run.id, "looked", JournalState.OTHERWISE),
        line(helper.id, "c", JournalState.STARTED),
    ]
    await store.runs.commit(Commit(lease, [replace(helper, status=RunStatus.RUNNING)], records))

    async def at_work(of: UUID) -> set[tuple[str, int, str]]:
        return {(one.path, one.attempt, one.card) for one in await store.history.at_work(of)}

    assert await at_work(run.id) == {("b", 2, "okta.send"), ("looked", 1, "okta.send"), ("each[1]", 1, "")}
    assert await at_work(helper.id) == {("c", 1, "okta.send")}
    assert await at_work(uuid4()) == set()


async def test_the_trace_of_an_unknown_run_is_empty(store: Store) -> None:
    assert (await store.history.trace(uuid4(), PageRequest())).rows == []


async def test_questions_are_the_unknown_outcomes_that_nobody_decided(store: Store) -> None:
    run, lease = await claimed(store)
    error: Values = {"message": "no answer"}
    records = [
        line(run.id, "fine", JournalState.DONE),
        line(run.id, "again", JournalState.UNKNOWN),
        line(run.id, "again", JournalState.DONE, attempt=2),
        line(run.id, "open", JournalState.STARTED),
        line(run.id, "open", JournalState.UNKNOWN, {"error": error}),
    ]
    await store.runs.commit(Commit(lease, journal=records))
    assert await store.history.questions(run.id) == []
    await park(store, run, lease, RunStatus.NEEDS_ATTENTION)
    (question,) = await store.history.questions(run.id)
    assert (question.run_id, question.path, question.attempt, question.error) == (run.id, "open", 1, error)
    await store.control.decide(replace(records[-1], state=JournalState.DECIDED), run.id)
    assert await store.history.questions(run.id) == []


async def test_a_decision_queues_the_run_once(store: Store) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, RunStatus.NEEDS_ATTENTION)
    await store.database.fetch("DELETE FROM pgqueuer")
    decision = line(run.id, state=JournalState.DECIDED, result={"answer": "happened"})
    answers = await asyncio.gather(*(store.control.decide(decision, run.id) for _ in range(10)))
    assert answers.count(True) == 1
    assert await count(store, "pgqueuer WHERE dedupe_key = $1", f"{run.id}:1") == 1
    assert (await store.runs.load(run.id)).journal == [decision]
    assert await store.leases.claim(run.id, "w2", TTL) is not None


async def test_an_ended_or_foreign_run_takes_no_decision(store: Store) -> None:
    run, lease = await claimed(store)
    other, _ = await claimed(store)
    decision = line(run.id, state=JournalState.DECIDED)
    assert not await store.control.decide(decision, other.id)
    await park(store, run, lease, RunStatus.FAILED)
    assert not await store.control.decide(decision, run.id)


@pytest.mark.parametrize("status", [None, RunStatus.WAITING, RunStatus.NEEDS_ATTENTION])
async def test_what_nobody_has_in_hand_is_cancelled_at_once(store: Store, status: RunStatus | None) -> None:
    run = queued()
    if status is None:
        await store.starts.start(run)
    else:
        run, lease = await claimed(store, run)
        await store.runs.commit(Commit(lease, [replace(run, status=status), helper_of(run, status=status)]))
    cancelled = await store.control.request_cancel(run.id)
    assert cancelled is not None
    assert cancelled.status is RunStatus.CANCELLED
    assert cancelled.ended_at is not None
    assert {one.status for one in (await store.runs.load(run.id)).runs.values()} == {RunStatus.CANCELLED}
    assert await store.leases.claim(run.id, "w2", TTL) is None


async def test_a_run_in_hand_is_asked_to_end(store: Store) -> None:
    run, lease = await claimed(store)
    assert not await store.runs.cancel_requested(run.id)
    asked = await store.control.request_cancel(run.id)
    assert asked is not None
    assert asked.status is RunStatus.RUNNING
    assert await store.runs.cancel_requested(run.id)
    await store.runs.commit(Commit(lease, [run]))


async def test_that_a_run_is_asked_to_end_is_told_of_its_tree_until_it_has_ended(store: Store) -> None:
    run, lease = await claimed(store)
    helper, over = helper_of(run), helper_of(run, status=RunStatus.SUCCEEDED)
    await store.runs.commit(Commit(lease, [run, helper, over]))

    async def asked_to_end() -> set[UUID]:
        tree = await store.history.tree_page(run.id, PageRequest())
        return {one.id for one in tree.rows if one.cancelling}

    assert await asked_to_end() == set()
    asked = await store.control.request_cancel(run.id)
    assert asked is not None
    assert asked.cancelling
    assert await asked_to_end() == {run.id, helper.id}
    (listed,) = (await store.history.list(RunFilter(roots_only=True), PageRequest())).rows
    assert listed.cancelling
    ended = [replace(one, status=RunStatus.CANCELLED) for one in (run, helper)]
    await store.runs.commit(Commit(lease, ended))
    assert await asked_to_end() == set()


async def test_what_was_sent_by_a_cancelled_run_and_never_known_is_left_open(store: Store) -> None:
    run, lease = await claimed(store)
    helper, error = helper_of(run), {"message": "no answer"}
    records = [
        line(run.id, "done", JournalState.STARTED),
        line(run.id, "done", JournalState.DONE),
        line(run.id, "refused", JournalState.STARTED),
        line(run.id, "refused", JournalState.UNKNOWN),
        line(run.id, "refused", JournalState.STARTED, attempt=2),
        line(run.id, "refused", JournalState.FAILED, attempt=2),
        line(run.id, "read", JournalState.UNKNOWN, {"error": error}),
        line(run.id, "said", JournalState.STARTED),
        line(run.id, "said", JournalState.UNKNOWN),
        line(run.id, "said", JournalState.DECIDED),
        line(run.id, "out", JournalState.STARTED),
        line(helper.id, "silent", JournalState.STARTED),
        line(helper.id, "silent", JournalState.UNKNOWN, {"error": error}),
    ]
    await store.runs.commit(Commit(lease, [helper], records))
    assert await store.history.left_open(run.id) == []
    await store.runs.commit(Commit(lease, [replace(one, status=RunStatus.CANCELLED) for one in (run, helper)]))
    out, silent = await store.history.left_open(run.id)
    assert (out.run_id, out.path, out.attempt, out.error) == (run.id, "out", 1, None)
    assert (silent.run_id, silent.path, silent.digest, silent.error) == (helper.id, "silent", "d1", error)
    assert await store.history.questions(run.id) == []


async def test_a_run_whose_worker_died_is_cancelled_and_the_worker_fenced(store: Store) -> None:
    run, lease = await claimed(store)
    await expire(store, run)
    cancelled = await store.control.request_cancel(run.id)
    assert cancelled is not None
    assert cancelled.status is RunStatus.CANCELLED
    with pytest.raises(LeaseLost):
        await store.runs.commit(Commit(lease, [run]))


async def test_cancelling_an_ended_run_changes_nothing_and_an_unknown_one_is_none(store: Store) -> None:
    run, lease = await claimed(store)
    await park(store, run, lease, RunStatus.SUCCEEDED)
    ended = await store.control.request_cancel(run.id)
    assert ended is not None
    assert ended.status is RunStatus.SUCCEEDED
    assert await store.control.request_cancel(uuid4()) is None
    assert not await store.runs.cancel_requested(uuid4())


async def test_a_rerun_comes_with_its_copies_and_its_job_once(store: Store) -> None:
    old, _ = await claimed(store)
    run = queued(rerun_of=old.id, trigger="rerun")
    helper = helper_of(run, status=RunStatus.SUCCEEDED)
    copied = [line(run.id, "a"), line(helper.id, "b")]
    for _ in range(2):
        await store.control.start_rerun(run, [helper], copied, [])
    tree = await store.runs.load(run.id)
    assert (tree.root.rerun_of, tree.root.trigger) == (old.id, "rerun")
    assert set(tree.runs) == {run.id, helper.id}
    assert tree.journal == copied
    assert await count(store, "pgqueuer WHERE payload = uuid_send($1)", run.id) == 1


async def test_with_the_same_key_one_rerun_is_begun(store: Store) -> None:
    first, second, other = (queued(trigger="rerun") for _ in range(3))
    helpers = {run.id: helper_of(run, status=RunStatus.SUCCEEDED) for run in (first, second, other)}

    async def again(run: Run, key: str) -> object:
        return await store.control.start_rerun(run, [helpers[run.id]], [line(run.id, "a")], [], key)

    assert [await again(first, "k"), await again(second, "k"), await again(other, "l")] == [
        first.id,
        first.id,
        other.id,
    ]
    assert await again(first, "k") == first.id
    assert await store.history.get(second.id) is None
    assert await store.history.get(helpers[second.id].id) is None
    assert await count(store, "pgqueuer WHERE payload = uuid_send($1)", first.id) == 1


async def test_a_tree_is_read_page_by_page_its_root_first(store: Store) -> None:
    root = queued(created_at=MOMENT)
    # what was kept of an earlier run is older than the root
    helpers = [helper_of(root, created_at=MOMENT + timedelta(seconds=number)) for number in (-2, -1, 1)]
    await store.control.start_rerun(root, helpers, [], [])
    for limit in (1, 2, 10):
        found: list[object] = []
        page: PageRequest | None = PageRequest(limit)
        while page is not None:
            shown = await store.history.tree_page(root.id, page)
            found += [run.id for run in shown.rows]
            page = PageRequest(limit, shown.next) if shown.next else None
        assert found == [root.id, *(helper.id for helper in helpers)], limit


async def test_a_rerun_from_the_first_card_has_nothing_to_copy(store: Store) -> None:
    run = queued(trigger="rerun")
    await store.control.start_rerun(run, [], [], [])
    assert (await store.runs.load(run.id)).journal == []


async def test_a_run_is_found_by_a_part_of_its_person_or_flow(store: Store) -> None:
    new = NewVersion("f1", "Leavers 100%", {"id": "f1"}, "d", "manual", None, {})
    await store.flows.publish([new], [], "test")
    await store.starts.start(queued(flow_id="f1", about="Ada@example.com"))
    await store.starts.start(queued(flow_id="other", about="bob@example.com"))
    for words, found in (("ada@", 1), ("EXAMPLE", 2), ("leavers", 1), ("100%", 1), ("0%0", 0), ("oth", 1), ("_", 0)):
        assert len(await walk(store, RunFilter(text=words), 10)) == found, words
    assert await store.flows.names(["f1", "gone"]) == {"f1": "Leavers 100%"}


async def test_a_run_is_found_by_its_error_and_by_its_helper_runs(store: Store) -> None:
    new = NewVersion("revoke", "Revoke sessions", {"id": "revoke"}, "d", "helper", None, {})
    await store.flows.publish([new], [], "test")
    error: Values = {"message": "Microsoft answered 403.", "title": "Disable the account", "card": "disable", "body": 9}
    root, good = queued(flow_id="leaver"), queued(flow_id="leaver")
    await store.starts.start(good)
    caught = helper_of(root, flow_id="revoke", about="ada@example.com", status=RunStatus.FAILED, error=error)
    await store.control.start_rerun(root, [caught], [], [])
    for words in ("answered 403", "disable the ACC", "revoke sess", "ada@", "revoke"):
        assert [run.id for run in await walk(store, RunFilter(text=words, roots_only=True), 10)] == [root.id], words
        assert [run.id for run in await walk(store, RunFilter(text=words), 10)] == [caught.id], words
    assert not await walk(store, RunFilter(text="answered 404", roots_only=True), 10)
    assert (await store.history.get(caught.id)).error == error  # type: ignore[union-attr]


async def test_what_helper_runs_did_to_a_person_is_found_and_told(store: Store) -> None:
    bulk, own, other = (queued(flow_id="leavers", about=who) for who in (None, "ada@example.com", "bob@example.com"))
    rounds = [
        helper_of(bulk, flow_id="revoke", about=who, parent_path=f"each[{at}]", created_at=MOMENT + timedelta(at))
        for at, who in enumerate(("bob@example.com", "ada@example.com", "ada@example.com"))
    ]
    await store.control.start_rerun(bulk, rounds, [], [])
    await store.control.start_rerun(own, [helper_of(own, flow_id="revoke", about=own.about)], [], [])
    await store.starts.start(other)
    for wanted in (RunFilter(about="ada@example.com", roots_only=True), RunFilter(text="ADA@", roots_only=True)):
        found = [run.id for run in await walk(store, wanted, 1)]
        assert sorted(found) == sorted([bulk.id, own.id])
        part = Part(rounds[1].id, "revoke", "ada@example.com", "each[1]", 2)
        assert await store.history.parts(found, wanted) == {bulk.id: part}
    both = RunFilter(about="ada@example.com")
    assert len(await walk(store, both, 10)) == 4
    assert not await walk(store, replace(both, about="ada@example", roots_only=True), 10)
    assert await store.history.parts([bulk.id], RunFilter(roots_only=True)) == {}


async def test_the_runs_about_a_person_are_read_by_their_index(store: Store) -> None:
    await store.database.fetch(
        """
        INSERT INTO runs (id, root_id, flow_id, version, status, event, about, cards, depth, created_at, trigger)
        SELECT id, id, 'f', 1, 'succeeded', '', 'p' || n, 0, 0, now() - n * interval '1 second', 'manual'
        FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 20000) n) AS made
        """
    )
    await store.database.fetch("ANALYZE runs")
    statement = sql.list_runs(f"{sql.LIST_CONDITIONS['about_of_roots'].format(2)} AND id = root_id")
    rows = await store.database.fetch(f"EXPLAIN {statement}", 51, "p19999")
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert "runs_about" in plan
    assert "Seq Scan on runs" not in plan
    assert "runs_newest" not in plan


async def test_a_time_has_a_begin_and_an_end(store: Store) -> None:
    for hours in range(4):
        await store.starts.start(queued(created_at=MOMENT + timedelta(hours=hours)))
    span = RunFilter(since=MOMENT + timedelta(hours=1), until=MOMENT + timedelta(hours=3))
    assert len(await walk(store, span, 10)) == 2


async def test_helper_runs_of_a_run_in_the_order_in_which_they_were_made(store: Store) -> None:
    root, lease = await claimed(store)
    helpers = [
        replace(helper_of(root), parent_path=f"each[{n}]", created_at=MOMENT + timedelta(seconds=n // 2))
        for n in range(5)
    ]
    inner = replace(helper_of(root), parent_id=helpers[0].id, parent_path="inner")
    await store.runs.commit(Commit(lease, [root, *helpers, inner]))
    first = await store.history.helpers(root.id, PageRequest(2))
    rest = await store.history.helpers(root.id, PageRequest(200, first.next))
    assert {run.id for run in (*first.rows, *rest.rows)} == {run.id for run in helpers}
    moments = [run.created_at for run in (*first.rows, *rest.rows)]
    assert moments == sorted(moments)  # type: ignore[type-var]
    found = await store.history.helpers(root.id, PageRequest(9), HelperFilter(path="each[3]"))
    assert [run.parent_path for run in found.rows] == ["each[3]"]
    assert [run.id for run in (await store.history.helpers(helpers[0].id, PageRequest(9))).rows] == [inner.id]


async def test_helper_runs_of_the_rounds_of_one_loop_and_of_one_status(store: Store) -> None:
    root, lease = await claimed(store)
    paths = ["each[0]", "each[1]", "each[1]/each[0]", "each[0]/on_error", "each_2[0]", "each"]
    helpers = [
        replace(helper_of(root), parent_path=path, created_at=MOMENT + timedelta(seconds=n))
        for n, path in enumerate(paths)
    ]
    helpers[1] = replace(helpers[1], status=RunStatus.FAILED)
    await store.runs.commit(Commit(lease, [root, *helpers]))

    async def found(wanted: HelperFilter) -> list[str | None]:
        return [run.parent_path for run in (await store.history.helpers(root.id, PageRequest(9), wanted)).rows]

    assert await found(HelperFilter(loop="each")) == ["each[0]", "each[1]"]
    assert await found(HelperFilter(loop="each[1]/each")) == ["each[1]/each[0]"]
    assert await found(HelperFilter(loop="each", status=RunStatus.FAILED)) == ["each[1]"]
    assert await found(HelperFilter(status=RunStatus.FAILED)) == ["each[1]"]


async def test_statuses_are_counted_up_to_a_bound(store: Store) -> None:
    for n in range(5):
        await store.starts.start(queued(created_at=MOMENT + timedelta(seconds=n)))
    assert await store.history.counts(MOMENT, 100) == {"queued": 5}
    assert await store.history.counts(MOMENT + timedelta(seconds=3), 100) == {"queued": 2}
    assert await store.history.counts(MOMENT, 3) == {"queued": 3}
    await store.starts.start(queued(created_at=MOMENT, trigger=TRIAL))
    assert await store.history.counts(MOMENT, 100) == {"queued": 6}
    assert await store.history.counts(MOMENT, 100, trials=False) == {"queued": 5}


async def test_a_trace_is_sifted_by_round_card_and_status(store: Store) -> None:
    root, lease = await claimed(store)
    paths = ["a", *(f"each[{n}]/{card}" for n in range(1500) for card in ("x", "y")), "each", "z"]
    entries = [
        TraceEntry(root.id, path, path[-1], "text.compose", "failed" if path == "each[1400]/y" else "done", MOMENT, 1.0)
        for path in paths
    ]
    for begin in range(0, len(entries), 500):
        await store.runs.commit(Commit(lease, trace=entries[begin : begin + 500]))

    async def sifted(wanted: TraceFilter, limit: int = 200) -> list[str]:
        found: list[str] = []
        after: str | None = None
        while True:
            page = await store.history.trace(root.id, PageRequest(limit, after), wanted)
            found += [entry.path for entry in page.rows]
            after = page.next
            if after is None:
                return found

    assert await sifted(TraceFilter(inside="")) == ["a", "each", "z"]
    assert await sifted(TraceFilter(inside="", status="done"), 1) == ["a", "each", "z"]
    assert await sifted(TraceFilter(inside="each[1400]")) == ["each[1400]/x", "each[1400]/y"]
    assert await sifted(TraceFilter(path="each[3]/x")) == ["each[3]/x"]
    assert await sifted(TraceFilter(status="failed")) == ["each[1400]/y"]
    assert await sifted(TraceFilter(inside="each[9999]")) == []


async def test_all_that_waits_for_a_person_is_one_list(store: Store) -> None:
    asking: list[Run] = []
    for _ in range(3):
        run, lease = await claimed(store)
        asking.append(run)
        unknown = line(run.id, state=JournalState.UNKNOWN)
        await store.runs.commit(Commit(lease, [replace(run, status=RunStatus.NEEDS_ATTENTION)], [unknown]))
    first = await store.history.all_questions(PageRequest(2))
    rest = await store.history.all_questions(PageRequest(2, first.next))
    assert [asked.question.run_id for asked in (*first.rows, *rest.rows)] == [run.id for run in asking]
    assert rest.next is None
    question = first.rows[0].question
    decided = line(question.run_id, path=question.path, attempt=question.attempt, state=JournalState.DECIDED)
    assert await store.control.decide(decided, question.root_id)
    left = await store.history.all_questions(PageRequest(9))
    assert [asked.question.run_id for asked in left.rows] == [run.id for run in asking[1:]]


async def test_what_waits_in_a_helper_run_tells_what_it_works_for(store: Store) -> None:
    root, lease = await claimed(store, replace(queued(), about="ada"))
    helper = helper_of(root)
    runs = [replace(root, status=RunStatus.NEEDS_ATTENTION), replace(helper, status=RunStatus.NEEDS_ATTENTION)]
    unknown = [line(run.id, state=JournalState.UNKNOWN) for run in (root, helper)]
    await store.pauses.look(lease, Pause(root.id, "rest", uuid4(), MOMENT), over=False)
    await store.runs.commit(Commit(lease, runs, unknown))
    found = {
        asked.question.run_id: asked.works_for for asked in (await store.history.all_questions(PageRequest())).rows
    }
    assert found == {root.id: None, helper.id: WorksFor(root.flow_id, "ada")}
    (paused,) = (await store.history.all_pauses(PageRequest())).rows
    assert paused.works_for is None

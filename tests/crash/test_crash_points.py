"""Real processes are killed before and after each commit point; then the ledger is compared with the history."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable

import pytest
from cases_crash import SCENARIOS, Case, Scenario
from killable import Cancel, Decide, Killable, Rerun, Resume, Serve, StartByHand, Work
from support_crash import HOOK_SECRET, PERSON, Call, Place, Seeds

from keyturn.app.main import answering, working
from keyturn.engine.points import Point
from keyturn.flows.json import JSON

pytestmark = pytest.mark.timeout(300)

WORD: JSON = {"go": True}
FIRST = "offboard-and-answer-first"


def test_each_point_has_a_case() -> None:
    covered = {(scenario.point, moment) for scenario in SCENARIOS for moment in scenario.left}
    wanted = {(point, moment) for point in Point for moment in point.moments}
    assert covered == wanted, "give the new point a scenario in cases_crash.py"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.point.label)
async def test_killed_at(
    scenario: Scenario, seeds: Seeds, people: list[str], record_property: Callable[[str, object], None]
) -> None:
    cases = dict(zip(people, scenario.cases(), strict=False))
    await seeds.tenants.reset([scenario.fault.format(login=login) for login in cases if scenario.fault])
    played = [_played(seeds, case, login) for login, case in cases.items()]
    rows = await asyncio.gather(*played, return_exceptions=True)
    for row in rows:
        if isinstance(row, str):
            record_property("crash", row)
    failed = [row for row in rows if isinstance(row, Exception)]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(rows)} cases", failed)


async def _played(seeds: Seeds, case: Case, login: str) -> str:
    try:
        async with seeds.case(case.unknown, login) as place:
            return await _play(case, place)
    except Exception as error:
        error.add_note(str(case))
        raise


async def _play(case: Case, place: Place) -> str:
    """Kill, look, let others go on, look again; gives the row of the table."""
    scenario, left = case.scenario, case.left
    if scenario.way in ("decide", "rerun"):
        # by a process of its own, so that nobody works when the next one dies
        await place.suspend()
        async with place.another_app() as first, working(first):
            await place.quiet()
    if scenario.way == "resume":
        await _begun(case, place)
        async with place.another_app() as first, working(first):
            await place.paused()
    await _killed(case, place)
    await place.lease_ends()
    assert len(await place.audit()) == left.seen
    await _said_again(case, place)
    async with working(place.app):
        if scenario.way == "call":
            await _called_again(case, place)
        return await _ended(case, place)


async def _called_again(case: Case, place: Place) -> None:
    """Whoever called and got no answer calls again, twice at once, with the same key."""
    async with answering(place.app):
        call = await place.call(case.scenario.flow)
        answers = await asyncio.gather(place.answer(call), place.answer(call))
    statuses = {answer.status for answer in answers}
    if case.scenario.flow == FIRST:  # it has answered at once, and goes on
        assert statuses == {202}
        assert {answer.raw and answer.raw.body for answer in answers} == {f'{{"taken":"{place.login}"}}'}
    else:
        told_later = case.choice is not None or case.scenario.point is Point.CALLED
        assert statuses == {202 if told_later else 200}, "an answer is the run's end, or that it waits for a person"


async def _killed(case: Case, place: Place) -> None:
    """Have a process do its task until it is killed at the point."""
    match case.scenario.way:
        case "work" | "pause":
            await _begun(case, place)
            task = Work()
        case "resume":
            task = Resume(await place.resume_address(), WORD)
        case "deliver":
            task = Serve()
        case "call":
            call = await place.call(case.scenario.flow)
            task = Serve()
        case "fire":
            await place.day_comes()
            task = Work()
        case "sweep":
            await place.suspend()
            await place.worker_died()
            task = Work()
        case "start":
            task = StartByHand(case.scenario.flow or "", {"Username": place.login, **case.scenario.inputs}, "once")
        case "decide":
            (asked,) = await place.questions()
            task = Decide(asked.run_id, asked.path, asked.attempt, case.choice or "stop", PERSON)
        case "cancel":
            await place.suspend()
            task = Cancel((await place.root()).id)
        case "rerun":
            task = Rerun((await place.root()).id, "google")
    with Killable(place.patient, task, *case.orders) as process:
        if isinstance(task, Serve):
            await asyncio.to_thread(place.tenants.client.suspend, place.login)
            sent = call if case.scenario.way == "call" else place.hook()
            assert not await asyncio.to_thread(_answered, await process.told(), sent)
        await process.died()


async def _begun(case: Case, place: Place) -> None:
    if case.scenario.flow is None:
        await place.suspend()
    else:
        await place.begin(case.scenario.flow, **case.scenario.inputs)


def _answered(port: object, call: Call) -> bool:
    """Call by HTTP, as an app does; whether it was answered."""
    url = f"http://127.0.0.1:{port}{call.path}"
    request = urllib.request.Request(url, data=call.body, headers={**call.headers}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return 200 <= answer.status < 300
    except OSError:
        return False


async def _said_again(case: Case, place: Place) -> None:
    """Whoever got no answer says the same again: Okta its event, a person what she wanted."""
    services = place.app.services
    match case.scenario.way:
        case "deliver":
            await services.okta_hook.receive("okta", HOOK_SECRET, place.delivery())
        case "start":
            inputs = {"Username": place.login, **case.scenario.inputs}
            await asyncio.to_thread(place.tenants.client.suspend, place.login)
            await services.manual.start(case.scenario.flow or "", inputs, "once")
        case "decide":
            (asked,) = [r for r in await place.journal() if r.state == "unknown"]
            await services.runs.decide(asked.run_id, asked.path, asked.attempt, case.choice or "stop", None, PERSON)
        case "cancel":
            await services.runs.cancel((await place.root()).id)
        case "rerun":
            # a second run would be a second wish; a person looks first whether there is one
            roots = [run for run in await place.runs() if run.id == run.root_id]
            if len(roots) == 1:
                await services.runs.rerun(roots[0].id, "google", None)
        case "fire":
            # two other processes look at once; the due time is taken by one of them, or was before
            await asyncio.gather(place.app.watches.scheduler.once(), place.app.watches.scheduler.once())
            assert len(await place.firings()) == 1
        case "pause" | "resume":
            # for the first or the second time; the run may have come to its pause or not
            await services.resumes.call(await place.resume_address(), WORD)
        case "work" | "call" | "sweep":
            pass


async def _ended(case: Case, place: Place) -> str:
    """Wait for the end, answer what is asked, and check what came of it."""
    end = await place.quiet()
    expected = 3 + case.left.repeated
    if case.choice is not None and case.scenario.way != "decide":
        assert end == "needs attention"
        requests = await place.audit()
        assert len(requests) == case.left.seen, "something was sent without a decision"
        per_effect = Counter((row["run"], row["card"]) for row in requests)
        assert set(per_effect.values()) <= {1}, per_effect
        (asked,) = await place.questions()
        await place.decide(asked, case.choice)
        end = await place.quiet()
    if case.choice is not None:  # Google's, those of Microsoft after the open one, and that if it is to be done again
        expected = (
            case.left.seen + {"happened": case.left.follow, "again": case.left.follow + 1, "stop": 1}[case.choice]
        )
    if case.scenario.way == "cancel":
        expected = 0
    requests = await place.audit()
    assert len(requests) == expected
    assert end == {"stop": "failed"}.get(
        case.choice or "", "cancelled" if case.scenario.way == "cancel" else "succeeded"
    )
    roots = [run for run in await place.runs() if run.id == run.root_id]
    assert len(roots) == {Point.HELPER_QUEUED: 3, Point.RERUN_QUEUED: 2}.get(case.scenario.point, 1)
    if case.scenario.way == "fire":
        assert [run.id for run in roots] == await place.firings()
    if case.choice in (None, "again") and case.scenario.way != "cancel":
        assert (await place.tenants_state()).offboarded
    cells = [
        case.scenario.point.label,
        case.moment.value,
        case.unknown,
        case.left.seen,
        case.choice or "",
        len(requests),
    ]
    return "\t".join(str(cell) for cell in (*cells, end))

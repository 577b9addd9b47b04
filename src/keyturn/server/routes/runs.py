"""Runs: starting, history, and what a person may do with one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.responses import Response

from keyturn.access.permissions import Permission
from keyturn.app.runs import ValuePlace
from keyturn.engine.history import HelperFilter, RunFilter, TraceFilter
from keyturn.engine.ports import Run, RunStatus
from keyturn.flows.paging import PageRequest

from ..access import Caller, GuardedRoute, Using, needs
from ..entries import entries_shown
from ..helper_models import HelperModel, HelperPage
from ..listed_models import ListedRun, ReadRun, RunPage
from ..models import (
    CulpritModel,
    EventValues,
    RerunModel,
    RerunRequest,
    RunCounts,
    RunModel,
    RunTreeModel,
    Start,
    Started,
    TracePage,
    page_request,
)
from ..problems import ERRORS
from ..question_models import (
    Decision,
    InboxModel,
    InboxPage,
    LookModel,
    LookRequest,
    QuestionModel,
    Questions,
    flows_told,
)
from ..shortened import shortened, shortened_values, written

router = APIRouter(tags=["runs"], responses=ERRORS, route_class=GuardedRoute)

_TEXT = (
    "What the person, the flow's id or name, or the error (its words, and the card's title) contains; with "
    "`roots_only` also those of a helper run."
)
_ABOUT = "The person concerned, exactly; with `roots_only` also that of a helper run."
_MOST_COUNTED = 10_000

RunId = Annotated[UUID, Path()]
Asked = Annotated[PageRequest, Depends(page_request)]
Most = Annotated[
    int | None, Query(ge=100, le=10_000_000, description="Bytes of a field; larger ones are null and in 'cut'.")
]
Trials = Annotated[bool, Query(description="Whether runs that only try a draft, a card or an action are among them.")]
RunAgain = Annotated[bool, Query(description="Whether runs that were run again since are among them.")]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]


@router.post("/flows/{flow_id}/runs", status_code=202, dependencies=[needs(Permission.RUNS_START)])
async def start_run(
    using: Using, flow_id: Annotated[str, Path(max_length=120)], body: Start, idempotency_key: IdempotencyKey = None
) -> Started:
    """Queue a run of a flow's current version. With an Idempotency-Key sent again, nothing new is started."""
    return Started(id=str(await using.manual.start(flow_id, body.inputs, idempotency_key)))


@router.get("/runs", dependencies=[needs(Permission.RUNS_READ)])
async def list_runs(
    using: Using,
    page: Asked,
    flow: Annotated[str | None, Query(max_length=120)] = None,
    status: RunStatus | None = None,
    about: Annotated[str | None, Query(max_length=500, description=_ABOUT)] = None,
    roots_only: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    text: Annotated[str | None, Query(max_length=200, description=_TEXT)] = None,
    trials: Trials = True,
    run_again: RunAgain = True,
) -> RunPage:
    """Runs, newest first."""
    wanted = RunFilter(flow, status, about, roots_only, since, until, text, trials, run_again)
    found = await using.history.list(wanted, page)
    ids = [run.id for run in found.rows] if roots_only else []
    parts = await using.history.parts(ids, wanted)
    again = await using.history.run_again([run.id for run in found.rows if run.parent_id is None])
    told = {run.flow_id for run in found.rows} | {part.flow_id for part in parts.values()}
    names = await using.drafts.names(told)
    rows = [ListedRun.listed(run, names, again.get(run.id), parts.get(run.id)) for run in found.rows]
    return RunPage(rows=rows, next=found.next)


@router.get("/runs/counts", dependencies=[needs(Permission.RUNS_READ)])
async def count_runs(using: Using, since: datetime, trials: Trials = True) -> RunCounts:
    """How many root runs made since then are in each status; 10,000 are counted at most, the newest."""
    counts = await using.history.counts(since, _MOST_COUNTED + 1, trials=trials)
    again = await using.history.failed_and_run_again(since, _MOST_COUNTED + 1, trials=trials)
    return RunCounts(counts=dict(counts), more=sum(counts.values()) > _MOST_COUNTED, failed_and_run_again=again)


@router.get("/inbox", dependencies=[needs(Permission.RUNS_READ)])
async def list_inbox(using: Using, page: Asked) -> InboxPage:
    """All that waits for a person: effects whose outcome is unknown, of all runs, oldest first."""
    found = await using.history.all_questions(page)
    names = await using.drafts.names(flows_told(found.rows))
    return InboxPage(rows=[InboxModel.of(asked, names) for asked in found.rows], next=found.next)


@router.get("/runs/{run_id}", dependencies=[needs(Permission.RUNS_READ)])
async def read_run(using: Using, run_id: RunId) -> ReadRun:
    """One run."""
    run = await using.runs.get(run_id)
    again = await using.history.run_again([run.id])
    return ReadRun.read(run, await using.drafts.names({run.flow_id}), again.get(run.id))


@router.get("/runs/{run_id}/tree", dependencies=[needs(Permission.RUNS_READ)])
async def read_tree(using: Using, run_id: RunId, page: Asked) -> RunTreeModel:
    """The run's root, then its helper runs in the order in which they were made."""
    found = await using.runs.tree_page(run_id, page)
    return RunTreeModel(runs=await _named(using, found.rows), next=found.next)


async def _named(using: Using, runs: Sequence[Run]) -> list[RunModel]:
    """Runs as they are shown, with what their flows are called."""
    names = await using.drafts.names({run.flow_id for run in runs})
    return [RunModel.of(run, names) for run in runs]


async def _one(using: Using, run: Run) -> RunModel:
    (model,) = await _named(using, [run])
    return model


@router.get("/runs/{run_id}/helpers", dependencies=[needs(Permission.RUNS_READ)])
async def list_helpers(
    using: Using,
    run_id: RunId,
    page: Asked,
    path: Annotated[str | None, Query(max_length=2000, description="The card, with its round in a loop.")] = None,
    loop: Annotated[str | None, Query(max_length=2000, description="Only those of the rounds of this card.")] = None,
    status: RunStatus | None = None,
) -> HelperPage:
    """Helper runs that a run started itself, in the order in which they were made."""
    found = await using.runs.helpers(run_id, page, HelperFilter(path, loop, status))
    names = await using.drafts.names({run.flow_id for run in found.rows})
    given = await using.runs.given(found.rows)
    return HelperPage(rows=[HelperModel.told(run, names, given) for run in found.rows], next=found.next)


@router.get("/runs/{run_id}/trace", dependencies=[needs(Permission.RUNS_READ)])
async def read_trace(
    using: Using,
    run_id: RunId,
    page: Asked,
    inside: Annotated[
        str | None, Query(max_length=2000, description="Only what stands in this round, each[17]; empty: in no loop.")
    ] = None,
    path: Annotated[str | None, Query(max_length=2000, description="Only this card.")] = None,
    status: Annotated[str | None, Query(max_length=20, description="Only these: failed, unknown...")] = None,
    most: Most = None,
) -> TracePage:
    """What each card of a run did, in order; behind the last of a run that goes on, the cards at work (running).

    With a filter a page may be short though 'next' leads on.
    """
    run = await using.runs.get(run_id)
    wanted = TraceFilter(inside, path, status)
    found = await using.history.trace(run.id, page, wanted)
    at_work = () if found.next else await using.runs.at_work(run, wanted)
    models = await entries_shown(using.history, run, found, wanted, at_work)
    return TracePage(rows=[shortened(model, most) if most else model for model in models], next=found.next)


@router.get("/runs/{run_id}/culprit", dependencies=[needs(Permission.RUNS_READ)])
async def read_culprit(using: Using, run_id: RunId) -> CulpritModel:
    """The card at which a run ended in failure, in the round where it happened."""
    found = await using.runs.culprit(run_id)
    return CulpritModel(path=None if found is None else found.path)


@router.get("/runs/{run_id}/event", dependencies=[needs(Permission.RUNS_READ)])
async def read_event(using: Using, run_id: RunId, most: Most = None) -> EventValues:
    """What the event gave a run; secrets are masked."""
    values = await using.runs.event(run_id)
    if values is None or most is None:
        return EventValues(values=values)
    kept, cut = shortened_values(values, most)
    return EventValues(values=kept, cut=cut)


@router.get("/runs/{run_id}/value", dependencies=[needs(Permission.RUNS_READ)], response_model=None)
async def read_value(
    using: Using,
    run_id: RunId,
    path: Annotated[str, Query(max_length=2000)],
    part: Literal["inputs", "outputs"],
    field: Annotated[str, Query(max_length=500)],
    attempt: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """One value of what a card was given or gave, whole."""
    value = await using.runs.value(run_id, ValuePlace(path, attempt, part, field))
    return Response(written(value), media_type="application/json")


@router.post("/runs/{run_id}/cancel", dependencies=[needs(Permission.RUNS_MANAGE)])
async def cancel_run(using: Using, run_id: RunId) -> RunModel:
    """Ask a run and all its helpers to end; what was sent already stays."""
    return await _one(using, await using.runs.cancel(run_id))


@router.get("/runs/{run_id}/questions", dependencies=[needs(Permission.RUNS_READ)])
async def list_questions(using: Using, run_id: RunId) -> Questions:
    """Effects of the run's tree whose outcome is unknown."""
    found = await using.runs.questions(run_id)
    return Questions(rows=[QuestionModel.of(question) for question in found])


@router.get("/runs/{run_id}/left-open", dependencies=[needs(Permission.RUNS_READ)])
async def list_left_open(using: Using, run_id: RunId) -> Questions:
    """Effects that were sent before the run's tree was cancelled, and of which nobody knows whether they happened."""
    found = await using.runs.left_open(run_id)
    return Questions(rows=[QuestionModel.of(question) for question in found])


@router.post("/runs/{run_id}/decisions", dependencies=[needs(Permission.RUNS_MANAGE)])
async def decide(using: Using, caller: Caller, run_id: RunId, body: Decision) -> RunModel:
    """Say what happened to an effect: it happened, do it again, or stop. The run then goes on."""
    run = await using.runs.decide(run_id, body.path, body.attempt, body.answer, body.outputs, caller)
    return await _one(using, run)


@router.post("/runs/{run_id}/look", dependencies=[needs(Permission.RUNS_MANAGE)])
async def look(using: Using, run_id: RunId, body: LookRequest) -> LookModel:
    """Ask the app whether an effect happened of which nobody knows. Nothing is changed."""
    return LookModel.of(await using.looking.look(run_id, body.path, body.attempt))


@router.post("/runs/{run_id}/rerun", dependencies=[needs(Permission.RUNS_MANAGE)])
async def rerun(using: Using, run_id: RunId, body: RerunRequest, idempotency_key: IdempotencyKey = None) -> RerunModel:
    """Run again from a card; without ``confirm`` tells only what would be kept and sent.

    With an Idempotency-Key sent again for this run, nothing new is begun.
    """
    if body.confirm:
        found = await using.runs.rerun(run_id, body.path, body.version, idempotency_key)
    else:
        found = await using.runs.preview_rerun(run_id, body.path, body.version)
    told = {flow for line in found.preview for flow in (line.flow_id, line.calls) if flow is not None}
    names = await using.drafts.names(told)
    return RerunModel.of(found, names, queued=body.confirm)

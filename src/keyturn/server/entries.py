"""The entries of a run as they are shown: with what people decided, and with what is under way."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.engine.attempts import Begun
from keyturn.engine.history import History, Question, TraceFilter
from keyturn.engine.ports import Run, RunStatus, TraceEntry
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest

from .models import DecidedModel, TraceModel


async def entries_shown(
    history: History, run: Run, found: Page[TraceEntry], wanted: TraceFilter, at_work: Sequence[Begun]
) -> list[TraceModel]:
    """A page of a run's entries; behind the last page of a run that goes on, what has begun and not ended."""
    decided = {
        (one.path, one.attempt): one
        for one in await history.decisions(run.id, sorted({entry.path for entry in found.rows}))
    }
    models = [TraceModel.of(entry) for entry in found.rows]
    for model in models:
        said = decided.get((model.path, model.attempt))
        model.decided = DecidedModel.of(said) if said is not None else None
    models += [TraceModel.of(begun.entry, begun.ended) for begun in at_work]
    if run.status is RunStatus.CANCELLED:
        await _cut_short(history, run, found, wanted, models)
    return models


async def _cut_short(
    history: History, run: Run, found: Page[TraceEntry], wanted: TraceFilter, models: list[TraceModel]
) -> None:
    """In a cancelled run nothing waits any more, and what was sent and never known stays unknown."""
    left_open = {(one.path, one.attempt): one for one in await history.left_open(run.root_id) if one.run_id == run.id}
    for model in models:
        one = left_open.pop((model.path, model.attempt), None)
        if one is not None:
            model.status, model.error = "unknown", model.error or one.error
        elif model.status == "waiting":
            model.status = "cancelled"
    if found.next is None:
        unnoted = [_unnoted(run, one) for one in left_open.values() if not await _is_noted(history, one)]
        models += [TraceModel.of(entry) for entry in unnoted if wanted.wants(entry)]


async def _is_noted(history: History, one: Question) -> bool:
    """Whether an effect has an entry, be it on another page."""
    noted = await history.trace(one.run_id, PageRequest(MAX_PAGE), TraceFilter(path=one.path))
    return any(entry.attempt == one.attempt for entry in noted.rows)


def _unnoted(run: Run, one: Question) -> TraceEntry:
    """Of what was sent right before the program ended nothing else is known."""
    at = run.ended_at or run.created_at
    assert at is not None, "a stored run has a time of creation"
    card_id = one.path.rpartition("/")[2]
    return TraceEntry(run.id, one.path, card_id, one.card, "unknown", at, 0.0, attempt=one.attempt)

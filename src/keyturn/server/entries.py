"""The entries of a run as they are shown: with what people decided, and with what is under way."""

from __future__ import annotations

from keyturn.engine.attempts import under_way
from keyturn.engine.history import History, TraceFilter
from keyturn.engine.ports import Run, RunStatus, TraceEntry
from keyturn.flows.paging import Page

from .models import DecidedModel, TraceModel


async def entries_shown(history: History, run: Run, found: Page[TraceEntry], wanted: TraceFilter) -> list[TraceModel]:
    """A page of a run's entries; behind the last page of a run that goes on, what has begun and not ended."""
    decided = {
        (one.path, one.attempt): one
        for one in await history.decisions(run.id, sorted({entry.path for entry in found.rows}))
    }
    models = [TraceModel.of(entry) for entry in found.rows]
    for model in models:
        said = decided.get((model.path, model.attempt))
        model.decided = DecidedModel.of(said) if said is not None else None
    if found.next is None and run.status is RunStatus.RUNNING:
        models += [TraceModel.of(entry) for entry in await _under_way(history, run) if wanted.wants(entry)]
    return models


async def _under_way(history: History, run: Run) -> list[TraceEntry]:
    """An entry for each card that is at work, and for the loops around it."""
    entries: dict[str, TraceEntry] = {}
    for work in await history.at_work(run.id):
        for path, card_id in under_way(work.path):
            its_own = path == work.path
            card, attempt = (work.card, work.attempt) if its_own else ("", 1)
            entry = TraceEntry(run.id, path, card_id, card, "running", work.since, 0.0, attempt=attempt)
            if its_own or path not in entries:
                entries[path] = entry
    return list(entries.values())

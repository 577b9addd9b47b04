"""The card at which a run ended in failure, among all that failed in it and were caught."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from keyturn.engine.history import TraceFilter
from keyturn.engine.ports import Run, TraceEntry
from keyturn.flows.json import Values
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest

_FAILED = TraceFilter(status="failed")
_SAME_MESSAGE = 1_000


class Traces(Protocol):
    """What runs did, as ``History`` tells it."""

    async def trace(self, run_id: UUID, page: PageRequest, wanted: TraceFilter = ...) -> Page[TraceEntry]: ...


async def culprit_of(history: Traces, run: Run) -> TraceEntry | None:
    """The entry that a run's error speaks of: of the card that it names, or of the card that called the helper run in
    which it happened. None if the trace has none; never another card that failed too.
    """
    error = run.error
    if not error or not error.get("card"):
        return None
    found: TraceEntry | None = None
    best = 0
    page: PageRequest | None = PageRequest(MAX_PAGE)
    while page is not None:
        read = await history.trace(run.id, page, _FAILED)
        for entry in read.rows:
            rank = _rank(entry, run, error)
            # of two alike the later one: the run went on after the earlier one
            if rank and rank >= best:
                found, best = entry, rank
        page = PageRequest(MAX_PAGE, read.next) if read.next else None
    return found


def _rank(entry: TraceEntry, run: Run, error: Values) -> int:
    """How well an entry fits; 0 if it is another one. The loops and branches around a card fail with its error."""
    its = entry.error or {}
    where = error.get("run")
    if where is None or where == str(run.id):
        fits = entry.card_id == error["card"]
    else:
        fits = its.get("run") == where and its.get("card") == error["card"]
    depth = entry.path.count("/") + 1
    return depth + (_SAME_MESSAGE if its.get("message") == error.get("message") else 0) if fits else 0

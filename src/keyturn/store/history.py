"""Reading runs back (``engine.history.History``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from keyturn.engine.history import Question, RunFilter
from keyturn.engine.ports import Run, RunTree, TraceEntry
from keyturn.flows.paging import Page, PageRequest

from .cursors import BadCursor, mark, page_of, page_size, place
from .database import Database
from .payloads import clean, containing, unpack_chunk, unpack_values
from .rows import run_of, trace_of
from .runs import read_tree
from .sql import runs as sql


class PostgresHistory:
    """History on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, filter: RunFilter, page: PageRequest) -> Page[Run]:
        """Runs, newest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        conditions, values = _conditions(filter, page.after)
        rows = await self._database.read(sql.list_runs(conditions), size + 1, *values)
        return page_of([run_of(row) for row in rows], size, _mark_of)

    async def get(self, run_id: UUID) -> Run | None:
        row = await self._database.read_one(sql.GET_RUN, run_id)
        return None if row is None else run_of(row)

    async def tree(self, root_id: UUID) -> RunTree | None:
        return await self._database.repeating(lambda: read_tree(self._database, root_id))

    async def trace(self, run_id: UUID, page: PageRequest) -> Page[TraceEntry]:
        """What each card did, in the order of first appearance; a later entry of a card and attempt replaces.

        A run that one worker carried out has no such later entry: only the chunks of the page are read.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        first = _number_in(page.after)
        counted = await self._database.read_one(sql.COUNT_EPOCHS, run_id)
        if counted is not None and counted["count"] > 1:
            entries = (await self._merged(run_id))[first : first + size + 1]
        else:
            entries = await self._window(run_id, first, first + size + 1)
        more = len(entries) > size
        return Page(entries[:size], mark(first + size) if more else None)

    async def _merged(self, run_id: UUID) -> Sequence[TraceEntry]:
        rows = await self._database.read(sql.GET_TRACE, run_id)
        found: dict[tuple[str, int], TraceEntry] = {}
        for row in rows:
            for data in unpack_chunk(row["chunk"]):
                entry = trace_of(run_id, data)
                found[entry.path, entry.attempt] = entry
        return [*found.values()]

    async def _window(self, run_id: UUID, first: int, end: int) -> Sequence[TraceEntry]:
        rows = await self._database.read(sql.GET_TRACE_WINDOW, run_id, first, end)
        if not rows:
            return []
        skipped = first - rows[0]["before"]
        entries = [data for row in rows for data in unpack_chunk(row["chunk"])]
        return [trace_of(run_id, data) for data in entries[skipped : skipped + end - first]]

    async def questions(self, root_id: UUID) -> Sequence[Question]:
        """Effects of this run whose outcome a person must tell, oldest first."""
        rows = await self._database.read(sql.GET_QUESTIONS, root_id)
        questions: list[Question] = []
        for row in rows:
            error = (unpack_values(row["result"]) or {}).get("error")
            questions.append(
                Question(
                    run_id=row["run_id"],
                    root_id=row["root_id"],
                    path=row["path"],
                    attempt=row["attempt"],
                    card=row["card"],
                    error=error if isinstance(error, dict) else None,
                )
            )
        return questions


def _conditions(filter: RunFilter, after: str | None) -> tuple[str, list[object]]:
    """The WHERE of a listing and its values; the first parameter is the number of rows."""
    wanted: dict[str, list[object]] = {}
    if filter.flow_id is not None:
        wanted["flow_id"] = [clean(filter.flow_id)]
    if filter.status is not None:
        wanted["status"] = [filter.status.value]
    if filter.about is not None:
        wanted["about"] = [clean(filter.about)]
    if filter.since is not None:
        wanted["since"] = [filter.since]
    if filter.until is not None:
        wanted["until"] = [filter.until]
    if filter.text:
        wanted["text"] = [containing(filter.text)]
    if filter.roots_only:
        wanted["roots_only"] = []
    if after is not None:
        wanted["after"] = [*_key_in(after)]
    conditions: list[str] = []
    values: list[object] = []
    for name, given in wanted.items():
        numbers = range(len(values) + 2, len(values) + 2 + len(given))
        conditions.append(sql.LIST_CONDITIONS[name].format(*numbers))
        values.extend(given)
    return " AND ".join(conditions), values


def _mark_of(run: Run) -> str:
    assert run.created_at is not None, "a stored run has a time of creation"
    return mark(run.created_at.isoformat(), str(run.id))


def _key_in(after: str) -> tuple[datetime, UUID]:
    created_at, run_id = place(after, str, str)
    try:
        return datetime.fromisoformat(str(created_at)), UUID(str(run_id))
    except ValueError as error:
        raise BadCursor from error


def _number_in(after: str | None) -> int:
    if after is None:
        return 0
    (number,) = place(after, int)
    return max(0, int(number))

"""Reading runs back (``engine.history.History``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from keyturn.engine.attempts import AtWork, Decided, gone_on
from keyturn.engine.history import (
    EVERY_ENTRY,
    EVERY_HELPER,
    Again,
    Asked,
    HelperFilter,
    Part,
    PausedRun,
    Question,
    RunFilter,
    TraceFilter,
    WorksFor,
)
from keyturn.engine.ports import Run, RunStatus, RunTree, TraceEntry
from keyturn.flows.paging import Page, PageRequest

from .cursors import BadCursor, mark, page_of, page_size, place
from .database import Database
from .driver import Row
from .pauses import open_of
from .payloads import clean, clean_or_none, containing, unpack_chunk, unpack_values
from .rows import run_of, trace_of
from .runs import read_tree
from .sql import pauses
from .sql import runs as sql

_SIFTED_AT_ONCE = 1_000
_MOST_SIFTED = 20_000
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


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

    async def parts(self, root_ids: Sequence[UUID], filter: RunFilter) -> Mapping[UUID, Part]:
        """Of root runs that answer to the person or text of a filter by their helper runs only: the first of these."""
        if not root_ids or not (filter.about or filter.text):
            return {}
        statement = sql.list_parts(by_person=filter.about is not None)
        wanted = clean(filter.about) if filter.about is not None else containing(filter.text or "")
        rows = await self._database.read(statement, list(root_ids), wanted)
        return {
            row["root_id"]: Part(row["id"], row["flow_id"], row["about"], row["parent_path"], row["count"])
            for row in rows
        }

    async def run_again(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Again]:
        """Of root runs that were run again: the newest run that did so."""
        if not run_ids:
            return {}
        rows = await self._database.read(sql.LIST_RUN_AGAIN, list(run_ids))
        return {row["first"]: Again(row["id"], RunStatus(row["status"]), row["created_at"]) for row in rows}

    async def get(self, run_id: UUID) -> Run | None:
        row = await self._database.read_one(sql.GET_RUN, run_id)
        return None if row is None else run_of(row)

    async def tree(self, root_id: UUID) -> RunTree | None:
        return await self._database.repeating(lambda: read_tree(self._database, root_id))

    async def tree_page(self, root_id: UUID, page: PageRequest) -> Page[Run]:
        """The root run, then its helper runs in the order in which they were made.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = _key_in(page.after) if page.after is not None else (None, None)
        rows = await self._database.read(sql.LIST_TREE, size + 1, root_id, *after)
        return page_of([run_of(row) for row in rows], size, _mark_in_tree)

    async def helpers(self, run_id: UUID, page: PageRequest, wanted: HelperFilter = EVERY_HELPER) -> Page[Run]:
        """Helper runs that a run started itself, in the order in which they were made.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = _key_in(page.after) if page.after is not None else (None, None)
        conditions = (clean_or_none(wanted.path), clean_or_none(wanted.loop), wanted.status and wanted.status.value)
        rows = await self._database.read(sql.LIST_HELPERS, size + 1, run_id, *after, *conditions)
        return page_of([run_of(row) for row in rows], size, _mark_of)

    async def counts(self, since: datetime, most: int, *, trials: bool = True) -> Mapping[str, int]:
        """How many root runs made since then are in each status; the newest ``most`` are counted, trials if wanted."""
        rows = await self._database.read(sql.COUNT_STATUSES, since, most, trials)
        return {row["status"]: row["count"] for row in rows}

    async def failed_and_run_again(self, since: datetime, most: int, *, trials: bool = True) -> int:
        """How many of these have failed and were run again since."""
        row = await self._database.read_one(sql.COUNT_RUN_AGAIN, since, most, trials)
        return 0 if row is None else row["count"]

    async def trace(self, run_id: UUID, page: PageRequest, wanted: TraceFilter = EVERY_ENTRY) -> Page[TraceEntry]:
        """What each card did, in the order of first appearance; a later entry of a card and attempt replaces.

        A run that one worker carried out has no such later entry: only the chunks of the page are read.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        first = _number_in(page.after)
        counted = await self._database.read_one(sql.COUNT_EPOCHS, run_id)
        merged = await self._merged(run_id) if counted is not None and counted["count"] > 1 else None

        async def window(begin: int, end: int) -> Sequence[TraceEntry]:
            return merged[begin:end] if merged is not None else await self._window(run_id, begin, end)

        if wanted == EVERY_ENTRY:
            entries = await window(first, first + size + 1)
            return Page(entries[:size], mark(first + size) if len(entries) > size else None)
        return await _sifted(window, first, size, wanted)

    async def _merged(self, run_id: UUID) -> Sequence[TraceEntry]:
        rows = await self._database.read(sql.GET_TRACE, run_id)
        found: dict[tuple[str, int], TraceEntry] = {}
        for row in rows:
            for data in unpack_chunk(row["chunk"]):
                entry = trace_of(run_id, data)
                before = found.get((entry.path, entry.attempt))
                found[entry.path, entry.attempt] = entry if before is None else gone_on(before, entry)
        return [*found.values()]

    async def _window(self, run_id: UUID, first: int, end: int) -> Sequence[TraceEntry]:
        rows = await self._database.read(sql.GET_TRACE_WINDOW, run_id, first, end)
        if not rows:
            return []
        skipped = first - rows[0]["before"]
        entries = [data for row in rows for data in unpack_chunk(row["chunk"])]
        return [trace_of(run_id, data) for data in entries[skipped : skipped + end - first]]

    async def at_work(self, run_id: UUID) -> Sequence[AtWork]:
        """What was begun in a run and has not ended: effects without an outcome, cards that called a helper run."""
        rows = await self._database.read(sql.LIST_AT_WORK, run_id)
        return [AtWork(row["path"], row["attempt"], row["card"], row["since"]) for row in rows]

    async def rounds_ended(self, run_id: UUID) -> Mapping[str, int]:
        """How many rounds of the loops of a run have ended, by the path of the loop, as its last commit told."""
        rows = await self._database.read(sql.LIST_ROUNDS_ENDED, run_id)
        return {row["path"]: row["ended"] for row in rows}

    async def decisions(self, run_id: UUID, paths: Sequence[str]) -> Sequence[Decided]:
        """What people decided about effects of these paths, in order."""
        rows = await self._database.read(sql.LIST_DECISIONS, run_id, list(paths))
        return [_decided(row) for row in rows]

    async def questions(self, root_id: UUID) -> Sequence[Question]:
        """Effects of this run whose outcome a person must tell, oldest first."""
        rows = await self._database.read(sql.GET_QUESTIONS, root_id)
        return [_question(row) for row in rows]

    async def left_open(self, root_id: UUID) -> Sequence[Question]:
        """Effects that were sent before this run was cancelled, and whose outcome nobody knows, oldest first."""
        rows = await self._database.read(sql.GET_LEFT_OPEN, root_id)
        return [_question(row) for row in rows]

    async def all_questions(self, page: PageRequest) -> Page[Asked]:
        """Effects of all runs whose outcome a person must tell, oldest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        rows = await self._database.read(sql.LIST_QUESTIONS, size + 1, _number_in(page.after))
        found = [
            Asked(_question(r), r["flow_id"], r["version"], r["about"], r["since"], _works_for(r)) for r in rows[:size]
        ]
        return Page(found, mark(rows[size - 1]["seq"]) if len(rows) > size else None)

    async def all_pauses(self, page: PageRequest) -> Page[PausedRun]:
        """Where runs pause until somebody resumes them, oldest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = _pause_in(page.after) if page.after is not None else (None, None, None)
        rows = await self._database.read(pauses.LIST_ALL_OPEN, size + 1, *after)
        found = [PausedRun(open_of(r), r["flow_id"], r["version"], r["about"], _works_for(r)) for r in rows]
        return page_of(found, size, _pause_mark)


def _works_for(row: Row) -> WorksFor | None:
    return WorksFor(row["root_flow"], row["root_about"]) if row["run_id"] != row["root_id"] else None


def _pause_mark(paused: PausedRun) -> str:
    pause = paused.open.pause
    return mark(paused.open.since.isoformat(), str(pause.run_id), pause.path)


def _pause_in(after: str) -> tuple[datetime, UUID, str]:
    since, run_id, path = place(after, str, str, str)
    try:
        return datetime.fromisoformat(str(since)), UUID(str(run_id)), str(path)
    except ValueError as error:
        raise BadCursor from error


async def _sifted(
    window: Callable[[int, int], Awaitable[Sequence[TraceEntry]]], first: int, size: int, wanted: TraceFilter
) -> Page[TraceEntry]:
    """The entries that are wanted, from a place on; ends where the page is full or enough was looked through."""
    found: list[TraceEntry] = []
    begin = first
    while begin < first + _MOST_SIFTED:
        entries = await window(begin, begin + _SIFTED_AT_ONCE)
        for number, entry in enumerate(entries, begin):
            if wanted.wants(entry):
                if len(found) == size:
                    return Page(found, mark(number))
                found.append(entry)
        begin += len(entries)
        if len(entries) < _SIFTED_AT_ONCE:
            return Page(found, None)
    return Page(found, mark(begin))


def _decided(row: Row) -> Decided:
    said, error = unpack_values(row["decision"]) or {}, (unpack_values(row["result"]) or {}).get("error")
    by = said.get("by")
    return Decided(
        path=row["path"],
        attempt=row["attempt"],
        answer=str(said.get("answer", "")),
        by=by if isinstance(by, str) else None,
        asked_at=row["asked_at"],
        decided_at=row["decided_at"],
        error=error if isinstance(error, dict) else None,
    )


def _question(row: Row) -> Question:
    error = (unpack_values(row["result"]) or {}).get("error")
    return Question(
        run_id=row["run_id"],
        root_id=row["root_id"],
        path=row["path"],
        attempt=row["attempt"],
        card=row["card"],
        error=error if isinstance(error, dict) else None,
        digest=row["digest"],
    )


def _conditions(filter: RunFilter, after: str | None) -> tuple[str, list[object]]:
    """The WHERE of a listing and its values; the first parameter is the number of rows."""
    wanted: dict[str, list[object]] = {}
    if filter.flow_id is not None:
        wanted["flow_id"] = [clean(filter.flow_id)]
    if filter.status is not None:
        wanted["status"] = [filter.status.value]
    if filter.about is not None:
        wanted["about_of_roots" if filter.roots_only else "about"] = [clean(filter.about)]
    if filter.since is not None:
        wanted["since"] = [filter.since]
    if filter.until is not None:
        wanted["until"] = [filter.until]
    if filter.text:
        wanted["text_of_roots" if filter.roots_only else "text"] = [containing(filter.text)]
    if filter.roots_only:
        wanted["roots_only"] = []
    if not filter.trials:
        wanted["no_trials"] = []
    if not filter.run_again:
        wanted["not_run_again"] = []
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


def _mark_in_tree(run: Run) -> str:
    """Helper runs that a run has kept of an earlier one are older than its root, which comes first all the same."""
    return _mark_of(run) if run.parent_id is not None else mark(_BEFORE_ALL.isoformat(), str(UUID(int=0)))


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

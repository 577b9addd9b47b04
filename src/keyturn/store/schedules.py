"""Schedules and their firings (``triggers.ports.ScheduleStore``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from keyturn.engine.ports import CommitRefused
from keyturn.flows.json import Values
from keyturn.flows.json_format import from_json
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.schedules import SCHEDULE
from keyturn.triggers.ports import DueSchedule, Fired, Firing, ScheduleMends, ScheduleRecord

from . import rows
from .admission import PostgresAdmission
from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Link, Row
from .errors import Burdened
from .payloads import clean, pack, unpack_values
from .sql import schedules as sql

log = structlog.get_logger(__name__)

_Due: TypeAlias = tuple[object, ...]  # a run, and what becomes of its schedule
_FLOW = 2  # its place in a run's columns
_LATE = timedelta(minutes=1)
_MENDED_AT_ONCE = 500


class PostgresSchedules:
    """ScheduleStore on Postgres. All times are the database's."""

    def __init__(self, database: Database, admission: PostgresAdmission | None = None) -> None:
        self._database = database
        self._admission = admission or PostgresAdmission(database)

    async def plan(self, first_due: Callable[[Values, datetime], datetime | None], most: int) -> int:
        """Give schedules that are new or changed their next due time.

        Raises:
            StoreUnavailable: the database is away; what is not planned is found again.
        """

        async def work() -> int:
            async with self._database.transaction() as link:
                found = await link.fetch(sql.TAKE_UNPLANNED, most)
                planned = [(row["flow_id"], first_due(_definition(row), row["after"])) for row in found]
                if planned:
                    await link.execute(sql.PLAN, *rows.arrays(planned, 2))
                return len(planned)

        return await self._database.repeating(work)

    async def fire(self, firing: Callable[[DueSchedule], Firing | None], most: int) -> Fired:
        """Fire schedules that are due, each due time once.

        What fires is one statement, so that a process that stands still holds up nobody's schedules. Sent again after
        a lost answer it changes nothing: what was committed has moved on. A schedule whose run the database does not
        take keeps no other from firing; it stays due.

        Raises:
            StoreUnavailable: the database is away; what did not fire is still due.
        """
        found = await self._database.read(sql.FIND_DUE, most)
        due: list[_Due] = []
        ended: list[tuple[str, datetime]] = []
        for row in found:
            fires = firing(_due(row))
            if fires is None:
                ended.append((row["flow_id"], row["next_due"]))
            else:
                due.append((*rows.run_row(fires.run), row["next_due"], fires.due, fires.skipped, fires.following))
            await asyncio.sleep(0)  # one that was missed for long takes a while; others go on meanwhile
        if ended:
            await self._database.read(sql.END_SCHEDULES, *rows.arrays(ended, 2))
        fired, left = await self._fire(due)
        if any(row["waits"] for row in fired):
            self._admission.call()
        return Fired(len(found), [row["id"] for row in fired], left)

    async def _fire(self, due: Sequence[_Due]) -> tuple[list[Row], int]:
        """The rows of what fired, and how many the database did not take: parts of a batch that it refuses go alone."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._database.settings.patience.total_seconds()
        fired: list[Row] = []
        left = 0
        parts = [due] if due else []
        while parts:
            part = parts.pop()
            try:
                fired += await self._fire_together(part)
            except (Burdened, CommitRefused) as error:
                if len(part) > 1 and loop.time() < until:
                    half = len(part) // 2
                    parts += [part[half:], part[:half]]
                else:
                    left += len(part)
                    log.error("schedules cannot fire", flows=[str(one[_FLOW]) for one in part][:10], why=str(error))
        return fired, left

    async def _fire_together(self, due: Sequence[_Due]) -> Sequence[Row]:
        values = rows.arrays(due, rows.RUN_WIDTH + 4)
        return await self._database.repeating(lambda: self._database.fetch(sql.FIRE, *values), burdens=False)

    async def until_next(self) -> float | None:
        """Seconds until something is to be done; None if nothing is planned.

        Raises:
            StoreUnavailable: the database is away.
        """
        row = await self._database.read_one(sql.UNTIL_NEXT)
        return None if row is None else row["seconds"]

    async def mend(self) -> ScheduleMends:
        """Put right what does not go with the flows that there are; overdue ones are told.

        Raises:
            StoreUnavailable: the database is away.
        """
        return await self._database.repeating(self._mend)

    async def _mend(self) -> ScheduleMends:
        async with self._database.transaction() as link:
            overdue = await _ids(link, sql.FIND_OVERDUE, _LATE)
            stale = await link.fetch(sql.FIND_STALE, SCHEDULE, _MENDED_AT_ONCE)
            found = [(row["id"], row["version"], _options(row["document"])) for row in stale]
            await put_schedules(link, [(name, version, known) for name, version, known in found if known is not None])
            orphaned = await _ids(link, sql.REMOVE_ORPHANS, SCHEDULE)
            misled = await _ids(link, sql.TURN_MISLED)
            return ScheduleMends([name for name, _, _ in found], orphaned, misled, overdue)

    async def list(self, page: PageRequest) -> Page[ScheduleRecord]:
        """Schedules by the id of their flow.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        found = await self._database.read(sql.LIST_SCHEDULES, size + 1, after)
        return page_of([_record(row) for row in found], size, lambda record: mark(record.flow_id))

    async def get(self, flow_id: str) -> ScheduleRecord | None:
        """The schedule of a flow, or None."""
        row = await self._database.read_one(sql.GET_SCHEDULE, clean(flow_id))
        return None if row is None else _record(row)


async def put_schedules(link: Link, given: Sequence[tuple[str, int, Values]]) -> None:
    """Make or replace schedules of flows (id, version, options), as a part of publishing them."""
    if given:
        packed = [(flow_id, version, _packed(options)) for flow_id, version, options in given]
        await link.execute(sql.PUT_SCHEDULES, *rows.arrays(packed, 3))


async def delete_schedules(link: Link, flow_ids: Sequence[str]) -> None:
    """Flows that something else starts have no schedule."""
    if flow_ids:
        await link.execute(sql.DELETE_SCHEDULES, list(flow_ids))


async def turn_schedule(link: Link, flow_id: str) -> None:
    """A flow was switched on or off: its schedule is planned from now on, or rests; nothing if nothing changed."""
    await link.execute(sql.TURN_SCHEDULE, flow_id)


def _packed(options: Values) -> bytes:
    """Options in one form, so that those that are the same are the same bytes."""
    return pack(dict(sorted(options.items())))


def _definition(row: Row) -> Values:
    return unpack_values(row["definition"]) or {}


def _options(document: bytes) -> Values | None:
    flow = from_json(unpack_values(document) or {}).flow
    return flow.event.options if flow else None


def _due(row: Row) -> DueSchedule:
    return DueSchedule(row["flow_id"], row["version"], _definition(row), row["next_due"], row["now"])


def _record(row: Row) -> ScheduleRecord:
    return ScheduleRecord(
        flow_id=row["flow_id"],
        name=row["name"],
        active=row["active"],
        definition=_definition(row),
        plan_after=row["plan_after"],
        next_due=row["next_due"],
        last_due=row["last_due"],
        last_run=row["last_run"],
        last_skipped=row["last_skipped"],
        now=row["now"],
    )


async def _ids(link: Link, statement: str, *values: object) -> list[str]:
    return [row["flow_id"] for row in await link.fetch(statement, *values)]

"""Flows, their versions, and the manifests that they were published with (``library.ports.FlowStore``)."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from keyturn.flows.paging import Page, PageRequest
from keyturn.library.folders import NoSuchFolder
from keyturn.library.ports import (
    EVERY_FLOW,
    FlowFilter,
    FlowRecord,
    Manifest,
    NewVersion,
    RecentRun,
    StaleVersion,
    VersionRecord,
)
from keyturn.library.words import excerpt

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Link, Row
from .gathering import Gatherer
from .payloads import clean, clean_or_none, each_word, pack, unpack_values
from .rows import arrays
from .schedules import delete_schedules, put_schedules, turn_schedule
from .sql import flows as sql

_PUBLISHING = 0x6B657974_75726E05  # "keyturn", 5


class PostgresFlows:
    """FlowStore on Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscriptions = Gatherer(self._subscribed)

    async def publish(
        self, versions: Sequence[NewVersion], manifests: Sequence[Manifest], author: str
    ) -> builtins.list[VersionRecord]:
        """Publish all of them in one transaction; a flow that is the same as its current version keeps it.

        Raises:
            StaleVersion: a flow does not follow the version that it should.
            StoreUnavailable: the database is away; publishing again does no harm.
        """
        return await self._database.repeating(lambda: self._publish(versions, manifests, author))

    async def _publish(
        self, versions: Sequence[NewVersion], manifests: Sequence[Manifest], author: str
    ) -> builtins.list[VersionRecord]:
        async with self._database.transaction() as link:
            await link.fetchval(sql.LOCK_PUBLISHING, _PUBLISHING)
            await _put_manifests(link, manifests)
            await _put_flows(link, versions)
            ids = [clean(new.flow_id) for new in versions]
            current = {row["flow_id"]: _version(row) for row in await link.fetch(sql.GET_CURRENT_VERSIONS, ids)}
            published: list[VersionRecord] = []
            placed: list[tuple[str, str]] = []
            for flow_id, new in zip(ids, versions, strict=True):
                record = current.get(flow_id)
                if new.folder is not None and new.folder != (record.document.get("folder") if record else None):
                    placed.append((flow_id, clean(new.folder)))
                if record is None or not _same(record, new):
                    if new.follows is not None and new.follows != (record.version if record else 0):
                        raise StaleVersion(flow_id, record.version if record else 0, record.author if record else "")
                    record = await _put_version(link, new, author)
                    current[flow_id] = record
                published.append(record)
            await _put_schedules(link, versions, published)
            await _place(link, placed)
            await link.execute(sql.REFRESH_USES)
            return published

    async def get(self, flow_id: str) -> FlowRecord | None:
        return _flow_or_none(await self._database.read_one(sql.GET_FLOW, clean(flow_id)))

    async def list(self, page: PageRequest, wanted: FlowFilter = EVERY_FLOW) -> Page[FlowRecord]:
        """Flows by id.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        exact = [clean_or_none(text) for text in (wanted.connection, wanted.folder, wanted.event)]
        rows = await self._database.read(
            sql.LIST_FLOWS, size + 1, after, each_word(wanted.search), *exact, wanted.unfit
        )
        found = [FlowRecord(**dict(row)) for row in rows]
        flows = [replace(flow, found=excerpt(flow.found, wanted.search)) for flow in found]
        return page_of(flows, size, lambda flow: mark(flow.id))

    async def note_fit(self, problems: Mapping[str, int]) -> None:
        """Keep how many problems flows have with what they call."""
        ids = [clean(flow_id) for flow_id in problems]
        await self._database.read(sql.NOTE_FIT, ids, [*problems.values()])

    async def names(self, flow_ids: Sequence[str]) -> Mapping[str, str]:
        """Names of these flows by id; those that are not there are left out."""
        rows = await self._database.read(sql.GET_NAMES, [clean(flow_id) for flow_id in flow_ids])
        return {row["id"]: row["name"] for row in rows}

    async def version(self, flow_id: str, version: int | None) -> VersionRecord | None:
        """One version; the current one for None."""
        if version is None:
            row = await self._database.read_one(sql.GET_CURRENT_VERSION, clean(flow_id))
        else:
            row = await self._database.read_one(sql.GET_VERSION, clean(flow_id), version)
        return None if row is None else _version(row)

    async def versions(self, flow_id: str, page: PageRequest) -> Page[VersionRecord]:
        """Versions, newest first.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        below = place(page.after, int)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST_VERSIONS, clean(flow_id), size + 1, below)
        return page_of([_version(row) for row in rows], size, lambda entry: mark(entry.version))

    async def set_active(self, flow_id: str, active: bool) -> FlowRecord | None:
        """Switch a flow on or off, its schedule with it.

        Raises:
            StoreUnavailable: the database is away; doing it again does no harm.
        """

        async def work() -> FlowRecord | None:
            async with self._database.transaction() as link:
                row = await link.fetchrow(sql.SET_ACTIVE, clean(flow_id), active)
                await turn_schedule(link, clean(flow_id))
                return _flow_or_none(row)

        return await self._database.repeating(work)

    async def move(self, flow_id: str, folder: str | None) -> FlowRecord | None:
        """Put a flow into a folder, or at the top.

        Raises:
            NoSuchFolder: there is no such folder.
            StoreUnavailable: the database is away; doing it again does no harm.
        """
        moved = await self._database.read_one(sql.MOVE_FLOW, clean(flow_id), clean_or_none(folder))
        if moved is None and folder is not None and await self.get(flow_id) is not None:
            raise NoSuchFolder(folder)
        return _flow_or_none(moved)

    async def try_out(self, version: NewVersion, manifests: Sequence[Manifest], author: str) -> VersionRecord:
        """Keep a version for runs that try it; the same document and manifests keep their number.

        Raises:
            StoreUnavailable: the database is away; doing it again does no harm.
        """

        async def work() -> VersionRecord:
            async with self._database.transaction() as link:
                await link.fetchval(sql.LOCK_PUBLISHING, _PUBLISHING)
                await _put_manifests(link, manifests)
                known = await link.fetchrow(sql.GET_TRIAL, clean(version.flow_id), clean(version.digest))
                if known is not None and _same(_version(known), version):
                    return _version(known)
                return await _insert_version(link, sql.PUT_TRIAL, version, author)

        return await self._database.repeating(work)

    async def delete(self, flow_id: str) -> bool:
        """Delete a flow with its schedule, tokens and what it kept; False if it was not there.

        Raises:
            StoreUnavailable: the database is away; doing it again does no harm.
        """

        async def work() -> bool:
            async with self._database.transaction() as link:
                await link.fetchval(sql.LOCK_PUBLISHING, _PUBLISHING)
                await link.execute(sql.DELETE_SCHEDULE, clean(flow_id))
                await link.execute(sql.DELETE_ENDPOINT_TOKEN, clean(flow_id))
                await link.execute(sql.DELETE_CURSOR, clean(flow_id))
                return await link.fetchrow(sql.DELETE_FLOW, clean(flow_id)) is not None

        return await self._database.repeating(work)

    async def current(self, page: PageRequest) -> Page[VersionRecord]:
        """The current version of every flow, by flow id.

        Raises:
            BadCursor: ``after`` is not of this listing.
            StoreUnavailable: the database is away.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST_CURRENT, size + 1, after)
        return page_of([_version(row) for row in rows], size, lambda entry: mark(entry.flow_id))

    async def recent_runs(self, flow_ids: Sequence[str], each: int) -> Mapping[str, Sequence[RecentRun]]:
        """The last root runs of these flows, newest first; at most ``each`` of every flow."""
        ids = [clean(flow_id) for flow_id in flow_ids]
        found: dict[str, builtins.list[RecentRun]] = {flow_id: [] for flow_id in ids}
        for row in await self._database.read(sql.RECENT_RUNS, ids, each):
            found[row["flow_id"]].append(RecentRun(row["id"], row["status"], row["created_at"], row["took"]))
        return found

    async def subscribed(self, event_card: str, connection: str) -> builtins.list[FlowRecord]:
        """Active flows that this event of this connection starts, by id."""
        return await self._subscriptions.ask((clean(event_card), clean(connection)))

    async def _subscribed(self, asked: Sequence[tuple[str, str]]) -> builtins.list[builtins.list[FlowRecord]]:
        found: dict[tuple[str, str], builtins.list[FlowRecord]] = {key: [] for key in asked}
        for row in await self._database.read(sql.SUBSCRIBED, *arrays(found.keys(), 2)):
            found[row["event_card"], row["event_connection"]].append(FlowRecord(**dict(row)))
        return [found[key] for key in asked]

    async def manifest(self, digest: str) -> Manifest | None:
        row = await self._database.read_one(sql.GET_MANIFEST, clean(digest))
        return None if row is None else Manifest(row["digest"], row["connector"], row["content"].decode())


async def _put_manifests(link: Link, manifests: Sequence[Manifest]) -> None:
    rows = [(clean(entry.digest), clean(entry.connector), entry.content.encode()) for entry in manifests]
    await link.execute(sql.PUT_MANIFESTS, *arrays(rows, 3))


async def _put_flows(link: Link, versions: Sequence[NewVersion]) -> None:
    """Make the flows that are not there yet, and lock all, so that two publishers go one after the other."""
    rows = [
        (clean(new.flow_id), clean(new.name), clean(new.event_card), clean_or_none(new.event_connection), new.active)
        for new in versions
    ]
    await link.execute(sql.PUT_FLOWS, *arrays(rows, 5))
    await link.execute(sql.LOCK_FLOWS, [row[0] for row in rows])


async def _insert_version(link: Link, statement: str, new: NewVersion, author: str) -> VersionRecord:
    flow_id = clean(new.flow_id)
    last = cast("int", await link.fetchval(sql.GET_LAST_NUMBER, flow_id))
    row = await link.fetchrow(
        statement,
        flow_id,
        last + 1,
        pack(new.document),
        clean(new.digest),
        pack(dict(sorted(new.manifests.items()))),
        clean(author),
    )
    assert row is not None, "an inserted row is given back"
    return _version(row)


async def _put_version(link: Link, new: NewVersion, author: str) -> VersionRecord:
    record = await _insert_version(link, sql.PUT_VERSION, new, author)
    card, connection = clean(new.event_card), clean_or_none(new.event_connection)
    limits = new.at_once, list(new.connections), list(new.calls)
    shown = clean(new.name), record.version, card, connection
    await link.execute(sql.SET_CURRENT, record.flow_id, *shown, *limits, clean(new.words))
    return record


async def _place(link: Link, placed: Sequence[tuple[str, str]]) -> None:
    """Put flows into folders, which are made where they are not there."""
    if placed:
        await link.execute(sql.PUT_MISSING_FOLDERS, sorted({folder for _, folder in placed}))
        await link.execute(sql.PLACE_FLOWS, *arrays(placed, 2))


async def _put_schedules(link: Link, versions: Sequence[NewVersion], published: Sequence[VersionRecord]) -> None:
    pairs = list(zip(published, versions, strict=True))
    await put_schedules(
        link, [(record.flow_id, record.version, new.schedule) for record, new in pairs if new.schedule is not None]
    )
    await delete_schedules(link, [record.flow_id for record, new in pairs if new.schedule is None])


def _same(record: VersionRecord, new: NewVersion) -> bool:
    return record.digest == new.digest and dict(record.manifests) == dict(new.manifests)


def _version(row: Row) -> VersionRecord:
    return VersionRecord(
        flow_id=row["flow_id"],
        version=row["version"],
        document=unpack_values(row["document"]) or {},
        digest=row["digest"],
        manifests=cast("Mapping[str, str]", unpack_values(row["manifests"]) or {}),
        author=row["author"],
        created_at=row["created_at"],
    )


def _flow_or_none(row: Row | None) -> FlowRecord | None:
    return None if row is None else FlowRecord(**dict(row))

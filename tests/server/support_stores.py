"""The stores in memory: for tests of the server and of the commands. They keep the rules of their ports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from support_attempts import MemoryAttempts, is_wanted

from keyturn.connections.model import Connection
from keyturn.connectors.own import NewOwnConnector, OwnConnector
from keyturn.engine.history import (
    EVERY_ENTRY,
    EVERY_HELPER,
    Again,
    Asked,
    HelperFilter,
    Part,
    PausedRun,
    RunFilter,
    TraceFilter,
)
from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.ports import (
    TRIAL,
    Checkpoint,
    JournalRecord,
    Run,
    RunStatus,
    RunTree,
    StartKey,
    StoreUnavailable,
    TraceEntry,
)
from keyturn.flows.json import Values
from keyturn.flows.paging import BadCursor, Page, PageRequest
from keyturn.library.folders import FolderMisplaced, FolderRecord, NewFolder, NoSuchFolder
from keyturn.library.ports import (
    EVERY_FLOW,
    DraftHead,
    DraftRecord,
    FlowFilter,
    FlowRecord,
    Manifest,
    NewDraft,
    NewVersion,
    RecentRun,
    StaleVersion,
    VersionRecord,
    started_by,
)
from keyturn.triggers.endpoint.ports import EndpointRecord, StartedBefore
from keyturn.triggers.ports import Accepted, EventRecord, IncomingEvent, ScheduleRecord, StartedRun

Row = TypeVar("Row")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def page_of(rows: Sequence[Row], page: PageRequest) -> Page[Row]:
    """A page; its mark is the number of rows before the next one."""
    if page.after is not None and not (page.after.isascii() and page.after.isdigit()):
        raise BadCursor
    begin = int(page.after or 0)
    shown = rows[begin : begin + page.limit]
    end = begin + len(shown)
    return Page(shown, str(end) if end < len(rows) else None)


@dataclass
class Switch:
    """Takes the database away."""

    away: bool = False

    def check(self) -> None:
        if self.away:
            raise StoreUnavailable("no answer within 2 s")

    async def ready(self) -> None:
        self.check()


@dataclass
class MemoryFlows:
    switch: Switch
    flows: dict[str, FlowRecord] = field(default_factory=dict[str, FlowRecord])
    stored: dict[tuple[str, int], VersionRecord] = field(default_factory=dict[tuple[str, int], VersionRecord])
    manifests: dict[str, Manifest] = field(default_factory=dict[str, Manifest])
    trials: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    recent: dict[str, list[RecentRun]] = field(default_factory=dict[str, list[RecentRun]])
    folders: dict[str, NewFolder] = field(default_factory=dict[str, NewFolder])

    async def publish(
        self, versions: Sequence[NewVersion], manifests: Sequence[Manifest], author: str
    ) -> list[VersionRecord]:
        self.switch.check()
        self.manifests |= {manifest.digest: manifest for manifest in manifests}
        return [self._publish(version, author) for version in versions]

    def _publish(self, new: NewVersion, author: str) -> VersionRecord:
        known = self.flows.get(new.flow_id)
        if known and self.stored[known.id, known.version].digest == new.digest:
            return self.stored[known.id, known.version]
        current = known.version if known else 0
        if new.follows is not None and new.follows != current:
            raise StaleVersion(new.flow_id, current, author)
        number = self._next_number(new.flow_id)
        record = VersionRecord(new.flow_id, number, new.document, new.digest, new.manifests, author, START)
        self.stored[new.flow_id, number] = record
        active, folder = (known.active, known.folder) if known else (new.active, None)
        before = self.stored[known.id, known.version].document.get("folder") if known else None
        if new.folder not in (None, before):
            folder = new.folder
            self.folders.setdefault(new.folder, NewFolder(new.folder, new.folder))
        self.flows[new.flow_id] = FlowRecord(
            new.flow_id, new.name, number, active, new.event_card, new.event_connection, START, folder
        )
        return record

    def _next_number(self, flow_id: str) -> int:
        return max((number for known, number in self.stored if known == flow_id), default=0) + 1

    async def try_out(self, version: NewVersion, manifests: Sequence[Manifest], author: str) -> VersionRecord:
        for key in self.trials:
            if key[0] == version.flow_id and self.stored[key].digest == version.digest:
                return self.stored[key]
        number = self._next_number(version.flow_id)
        record = VersionRecord(
            version.flow_id, number, version.document, version.digest, version.manifests, author, START
        )
        self.stored[version.flow_id, number] = record
        self.trials.add((version.flow_id, number))
        return record

    async def delete(self, flow_id: str) -> bool:
        return self.flows.pop(flow_id, None) is not None

    async def current(self, page: PageRequest) -> Page[VersionRecord]:
        rows = [self.stored[flow.id, flow.version] for _, flow in sorted(self.flows.items())]
        return page_of(rows, page)

    async def recent_runs(self, flow_ids: Sequence[str], each: int) -> dict[str, Sequence[RecentRun]]:
        return {flow_id: self.recent.get(flow_id, [])[:each] for flow_id in flow_ids}

    async def get(self, flow_id: str) -> FlowRecord | None:
        self.switch.check()
        return self.flows.get(flow_id)

    async def list(self, page: PageRequest, wanted: FlowFilter = EVERY_FLOW) -> Page[FlowRecord]:
        self.switch.check()
        return page_of([flow for _, flow in sorted(self.flows.items()) if self._is_wanted(flow, wanted)], page)

    def _is_wanted(self, flow: FlowRecord, wanted: FlowFilter) -> bool:
        document = str(self.stored[flow.id, flow.version].document)
        return (
            all(word in f"{flow.id} {flow.name} {document}".lower() for word in wanted.search.lower().split())
            and wanted.folder in (None, flow.folder or "")
            and wanted.event in (None, flow.event_card)
            and (not wanted.unfit or (flow.active and flow.unfit > 0))
            and (wanted.connection is None or f"'connection': '{wanted.connection}'" in document)
        )

    async def note_fit(self, problems: Mapping[str, int]) -> None:
        for flow_id, count in problems.items():
            self.flows[flow_id] = replace(self.flows[flow_id], unfit=count)

    async def names(self, flow_ids: Sequence[str]) -> dict[str, str]:
        self.switch.check()
        return {flow_id: self.flows[flow_id].name for flow_id in flow_ids if flow_id in self.flows}

    async def version(self, flow_id: str, version: int | None) -> VersionRecord | None:
        self.switch.check()
        known = self.flows.get(flow_id)
        wanted = version or (known.version if known else 0)
        return self.stored.get((flow_id, wanted))

    async def versions(self, flow_id: str, page: PageRequest) -> Page[VersionRecord]:
        rows = [
            record
            for key, record in sorted(self.stored.items(), reverse=True)
            if key[0] == flow_id and key not in self.trials
        ]
        return page_of(rows, page)

    async def set_active(self, flow_id: str, active: bool) -> FlowRecord | None:
        known = self.flows.get(flow_id)
        if known is None:
            return None
        self.flows[flow_id] = replace(known, active=active)
        return self.flows[flow_id]

    async def move(self, flow_id: str, folder: str | None) -> FlowRecord | None:
        known = self.flows.get(flow_id)
        if known is None:
            return None
        if folder is not None and folder not in self.folders:
            raise NoSuchFolder(folder)
        self.flows[flow_id] = replace(known, folder=folder)
        return self.flows[flow_id]

    async def subscribed(self, event_card: str, connection: str) -> list[FlowRecord]:
        return [
            flow
            for flow in self.flows.values()
            if flow.active and flow.event_card == event_card and flow.event_connection == connection
        ]

    async def manifest(self, digest: str) -> Manifest | None:
        return self.manifests.get(digest)


@dataclass
class MemoryFolders:
    """Folders of the flows in memory."""

    flows: MemoryFlows

    async def list(self, page: PageRequest, parent: str | None = None) -> Page[FolderRecord]:
        self.flows.switch.check()
        rows = [self._record(folder) for _, folder in sorted(self.flows.folders.items())]
        return page_of([row for row in rows if parent is None or (row.parent or "") == parent], page)

    async def get(self, folder_id: str) -> FolderRecord | None:
        self.flows.switch.check()
        folder = self.flows.folders.get(folder_id)
        return self._record(folder) if folder else None

    async def put(self, folder: NewFolder) -> FolderRecord:
        known, above = self.flows.folders, folder.parent
        if above is not None and above not in known:
            raise NoSuchFolder(above)
        while above is not None:
            if above == folder.id:
                raise FolderMisplaced.in_itself(folder.id)
            above = known[above].parent
        known[folder.id] = folder
        return self._record(folder)

    async def delete(self, folder_id: str) -> bool:
        there = await self.get(folder_id)
        if there is None or there.flows or there.folders:
            return False
        return self.flows.folders.pop(folder_id, None) is not None

    async def names_in(self, folder_id: str, most: int) -> Sequence[str]:
        folders = [one.name for one in self.flows.folders.values() if one.parent == folder_id]
        return [*folders, *(flow.name for flow in self.flows.flows.values() if flow.folder == folder_id)][:most]

    def _record(self, folder: NewFolder) -> FolderRecord:
        flows = sum(flow.folder == folder.id for flow in self.flows.flows.values())
        folders = sum(one.parent == folder.id for one in self.flows.folders.values())
        return FolderRecord(folder.id, folder.name, folder.about, folder.parent, flows, folders, START)


@dataclass
class MemoryOwnConnectors:
    """Connectors that people made."""

    kept: dict[str, OwnConnector] = field(default_factory=dict[str, OwnConnector])
    contents: dict[str, str] = field(default_factory=dict[str, str])

    async def digests(self) -> dict[str, str]:
        return {name: one.digest for name, one in sorted(self.kept.items())}

    async def get(self, name: str) -> OwnConnector | None:
        return self.kept.get(name)

    async def content(self, digest: str) -> str | None:
        return self.contents.get(digest)

    async def put(self, connector: NewOwnConnector, follows: str) -> OwnConnector | None:
        known = self.kept.get(connector.name)
        if (known.digest if known else "") not in (follows, connector.digest):
            return None
        self.contents[connector.digest] = connector.content
        made = OwnConnector(connector.name, connector.digest, connector.source, connector.author, START)
        self.kept[connector.name] = made
        return made

    async def delete(self, name: str) -> bool:
        return self.kept.pop(name, None) is not None


@dataclass
class MemoryDrafts:
    switch: Switch
    drafts: dict[str, DraftRecord] = field(default_factory=dict[str, DraftRecord])
    revision: int = 0

    async def get(self, flow_id: str) -> DraftRecord | None:
        self.switch.check()
        return self.drafts.get(flow_id)

    async def list(self, page: PageRequest, search: str = "") -> Page[DraftHead]:
        words = search.lower().split()
        shown = ((row, f"{row.flow_id} {row.name} {row.document}".lower()) for _, row in sorted(self.drafts.items()))
        rows = [row for row, text in shown if not row.same and all(word in text for word in words)]
        return page_of(rows, page)

    async def whole(self, page: PageRequest) -> Page[DraftRecord]:
        return page_of([row for _, row in sorted(self.drafts.items())], page)

    async def names(self, flow_ids: Sequence[str]) -> Mapping[str, str]:
        return {flow_id: self.drafts[flow_id].name for flow_id in flow_ids if flow_id in self.drafts}

    async def put(self, draft: NewDraft, follows: int) -> DraftRecord | None:
        self.switch.check()
        known = self.drafts.get(draft.flow_id)
        if follows != (known.revision if known else 0):
            return None
        self.revision += 1
        self.drafts[draft.flow_id] = DraftRecord(
            flow_id=draft.flow_id,
            name=draft.name,
            revision=self.revision,
            base_version=draft.base_version,
            author=draft.author,
            updated_at=START,
            folder=draft.folder,
            same=draft.same,
            document=draft.document,
            event_card="" if draft.base_version else started_by(draft.document),
        )
        return self.drafts[draft.flow_id]

    async def delete(self, flow_id: str, revision: int | None = None) -> bool:
        known = self.drafts.get(flow_id)
        if known is None or revision not in (None, known.revision):
            return False
        del self.drafts[flow_id]
        return True


@dataclass
class MemoryConnections:
    known: dict[str, Connection] = field(default_factory=dict[str, Connection])

    async def get(self, connection_id: str) -> Connection | None:
        return self.known.get(connection_id)

    async def list(self, page: PageRequest) -> Page[Connection]:
        return page_of([connection for _, connection in sorted(self.known.items())], page)

    async def put(self, connection: Connection) -> Connection:
        self.known[connection.id] = connection
        return connection

    async def make(self, connection: Connection) -> bool:
        return self.known.setdefault(connection.id, connection) is connection

    async def delete(self, connection_id: str) -> bool:
        return self.known.pop(connection_id, None) is not None


@dataclass
class MemoryRuns(MemoryAttempts):
    """Runs with journal and trace: what starts, history and control share."""

    switch: Switch
    runs: dict[UUID, Run] = field(default_factory=dict[UUID, Run])
    journal: list[JournalRecord] = field(default_factory=list[JournalRecord])
    entries: list[TraceEntry] = field(default_factory=list[TraceEntry])
    ended: dict[UUID, Mapping[str, int]] = field(default_factory=dict[UUID, Mapping[str, int]])
    keys: dict[str, UUID] = field(default_factory=dict[str, UUID])
    paused: list[PausedRun] = field(default_factory=list[PausedRun])

    def add(self, *runs: Run) -> None:
        for run in runs:
            begun = run.created_at or START + timedelta(seconds=len(self.runs))
            self.runs[run.id] = replace(run, created_at=begun)

    async def start(self, run: Run, idempotency_key: str | None = None) -> UUID:
        self.switch.check()
        if idempotency_key is not None and idempotency_key in self.keys:
            return self.keys[idempotency_key]
        self.add(run)
        if idempotency_key is not None:
            self.keys[idempotency_key] = run.id
        return run.id

    async def list(self, filter: RunFilter, page: PageRequest) -> Page[Run]:
        self.switch.check()
        every = self.runs.values()
        rows = [run for run in every if _wanted(run, filter) and (_answers(run, filter) or self._parts(run, filter))]
        return page_of(sorted(rows, key=lambda run: run.created_at or START, reverse=True), page)

    async def get(self, run_id: UUID) -> Run | None:
        self.switch.check()
        return self.runs.get(run_id)

    async def parts(self, root_ids: Sequence[UUID], filter: RunFilter) -> dict[UUID, Part]:
        found: dict[UUID, Part] = {}
        for root in (self.runs[root_id] for root_id in root_ids):
            mine = self._parts(root, filter)
            if mine and not _answers(root, filter):
                first = mine[0]
                found[root.id] = Part(first.id, first.flow_id, first.about, first.parent_path, len(mine))
        return found

    async def run_again(self, run_ids: Sequence[UUID]) -> dict[UUID, Again]:
        found: dict[UUID, Again] = {}
        for run in sorted(self.runs.values(), key=lambda run: run.created_at or START):
            if run.rerun_of in run_ids:
                found[run.rerun_of] = Again(run.id, run.status, run.created_at or START)
        return found

    async def failed_and_run_again(self, since: datetime, most: int, *, trials: bool = True) -> int:
        wanted = RunFilter(status=RunStatus.FAILED, roots_only=True, since=since, trials=trials)
        failed = [run.id for run in self.runs.values() if _wanted(run, wanted)]
        return len(await self.run_again(failed[:most]))

    def _parts(self, root: Run, filter: RunFilter) -> Sequence[Run]:
        parts = [run for run in self.runs.values() if run.root_id == root.id and run.parent_id is not None]
        return [run for run in parts if filter.roots_only and _answers(run, filter)]

    async def tree(self, root_id: UUID) -> RunTree | None:
        runs = {run.id: run for run in self.runs.values() if run.root_id == root_id}
        root = runs.get(root_id)
        return RunTree(root, runs, [r for r in self.journal if r.run_id in runs]) if root else None

    async def tree_page(self, root_id: UUID, page: PageRequest) -> Page[Run]:
        rows = [run for run in self.runs.values() if run.root_id == root_id]
        return page_of(sorted(rows, key=lambda run: run.parent_id is not None), page)

    async def helpers(self, run_id: UUID, page: PageRequest, wanted: HelperFilter = EVERY_HELPER) -> Page[Run]:
        rows = [run for run in self.runs.values() if run.parent_id == run_id and is_wanted(run, wanted)]
        return page_of(rows, page)

    async def counts(self, since: datetime, most: int, *, trials: bool = True) -> dict[str, int]:
        wanted = RunFilter(roots_only=True, since=since, trials=trials)
        roots = [run for run in self.runs.values() if _wanted(run, wanted)]
        return dict(Counter(run.status.value for run in roots[:most]))

    async def trace(self, run_id: UUID, page: PageRequest, wanted: TraceFilter = EVERY_ENTRY) -> Page[TraceEntry]:
        return page_of([entry for entry in self.entries if entry.run_id == run_id and wanted.wants(entry)], page)

    async def all_questions(self, page: PageRequest) -> Page[Asked]:
        found: list[Asked] = []
        for run in self.runs.values():
            if run.parent_id is None:
                questions = await self.questions(run.id)
                found += [Asked(one, run.flow_id, run.version, run.about, run.created_at) for one in questions]
        return page_of(found, page)

    async def all_pauses(self, page: PageRequest) -> Page[PausedRun]:
        return page_of(self.paused, page)

    async def request_cancel(self, root_id: UUID) -> Run | None:
        run = self.runs.get(root_id)
        if run is not None and not run.status.ended:
            run = self.runs[root_id] = replace(run, status=RunStatus.CANCELLED)
        return run

    async def decide(self, record: JournalRecord, root_id: UUID) -> bool:
        self.journal.append(record)
        self.runs[root_id] = replace(self.runs[root_id], status=RunStatus.QUEUED)
        return True

    async def was_decided(self, record: JournalRecord, root_id: UUID) -> bool:
        key = (record.run_id, record.path, record.attempt, record.state, record.result)
        return key in [(r.run_id, r.path, r.attempt, r.state, r.result) for r in self.journal]

    async def start_rerun(
        self,
        run: Run,
        runs: Sequence[Run],
        journal: Sequence[JournalRecord],
        checkpoints: Sequence[Checkpoint],
        key: str | None = None,
    ) -> UUID:
        begun = await self.start(run, key)
        if begun == run.id:
            self.add(*runs)
            self.journal += journal
        return begun


def _answers(run: Run, wanted: RunFilter) -> bool:
    words = (wanted.text or "").lower()
    return wanted.about in (None, run.about) and words in f"{run.about} {run.flow_id}".lower()


def _wanted(run: Run, wanted: RunFilter) -> bool:
    checks: list[Callable[[], bool]] = [
        lambda: wanted.flow_id in (None, run.flow_id),
        lambda: wanted.status in (None, run.status),
        lambda: not wanted.roots_only or run.parent_id is None,
        lambda: wanted.until is None or (run.created_at or START) < wanted.until,
        lambda: wanted.since is None or (run.created_at or START) >= wanted.since,
        lambda: wanted.trials or run.trigger != TRIAL,
    ]
    return all(check() for check in checks)


@dataclass
class MemoryEvents:
    switch: Switch
    runs: MemoryRuns
    records: list[EventRecord] = field(default_factory=list[EventRecord])

    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        self.switch.check()
        known = {(record.connection_id, record.event_id) for record in self.records}
        fresh = [event for event in events if (event.connection_id, event.event_id) not in known]
        for event in fresh:
            self.runs.add(*event.runs)
            started = [StartedRun(run.id, run.flow_id, run.flow_id, run.status.value) for run in event.runs]
            number = len(self.records) + 1
            self.records.append(
                EventRecord(
                    number, event.connection_id, event.event_id, event.type, START, event.payload, started, event.note
                )
            )
        started = [run.id for event in fresh for run in event.runs]
        return Accepted(len(fresh), len(events) - len(fresh), started)

    async def list(self, page: PageRequest) -> Page[EventRecord]:
        self.switch.check()
        return page_of(self.records[::-1], page)


@dataclass
class MemoryEndpoints:
    """Endpoints of the flows in memory; their runs are in the engine's own store in memory."""

    switch: Switch
    flows: MemoryFlows
    runs: MemoryRunStore
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    async def find(self, flow_id: str) -> EndpointRecord | None:
        self.switch.check()
        flow = self.flows.flows.get(flow_id)
        if flow is None or flow.event_card != "endpoint":
            return None
        token = self.tokens.get(flow_id)
        return EndpointRecord(flow.id, flow.name, flow.version, flow.active, token, START if token else None)

    async def list(self, page: PageRequest) -> Page[EndpointRecord]:
        self.switch.check()
        found = [await self.find(flow_id) for flow_id in sorted(self.flows.flows)]
        return page_of([record for record in found if record], page)

    async def set_token(self, flow_id: str, digest: str, author: str) -> bool:
        if await self.find(flow_id) is None:
            return False
        self.tokens[flow_id] = digest
        return True

    async def started(self, flow_id: str, key: str) -> StartedBefore | None:
        self.switch.check()
        known = self.runs.keys.get((flow_id, key))
        return StartedBefore(*known) if known else None

    async def start(self, run: Run, key: StartKey | None) -> StartedBefore:
        self.switch.check()
        fresh = (run.id, key.digest if key else "")
        known = self.runs.keys.setdefault((run.flow_id, key.key), fresh) if key else fresh
        if known == fresh:
            self.runs.runs[run.id] = run
        return StartedBefore(*known)

    async def answer(self, run_id: UUID) -> Values | None:
        return self.runs.answers.get(run_id)

    async def get(self, run_id: UUID) -> Run | None:
        self.switch.check()
        return self.runs.runs.get(run_id)


@dataclass
class MemorySchedules:
    """Schedules of the flows that there are; nothing here fires."""

    flows: MemoryFlows

    async def list(self, page: PageRequest) -> Page[ScheduleRecord]:
        self.flows.switch.check()
        found = [await self.get(flow_id) for flow_id in sorted(self.flows.flows)]
        return page_of([record for record in found if record], page)

    async def get(self, flow_id: str) -> ScheduleRecord | None:
        self.flows.switch.check()
        flow = self.flows.flows.get(flow_id)
        if flow is None or flow.event_card != "schedule":
            return None
        document = self.flows.stored[flow_id, flow.version].document
        options = document["event"]["options"]  # type: ignore[index, call-overload]
        planned = START if flow.active else None
        return ScheduleRecord(flow_id, flow.name, flow.active, options, planned, None, None, None, 0, START)  # type: ignore[arg-type]

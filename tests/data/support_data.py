"""A world for table cards: the real engine and the real store, and flows that are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from support.stored_files import make_files

from keyturn.app.actions import AllActions
from keyturn.app.ids import new_id
from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.connector_builder import LARGEST_CURSOR
from keyturn.data.actions import TableActions
from keyturn.data.cursor_actions import CURSOR, CursorActions
from keyturn.data.file_actions import FileActions
from keyturn.data.file_model import FileRules
from keyturn.data.file_transfers import DOWNLOAD, UPLOAD, FileTransfers
from keyturn.data.files import Files
from keyturn.data.model import Column, Table
from keyturn.data.ports import NewTable
from keyturn.data.table_files import EXPORT, IMPORT, TableFiles
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.points import Points, Watcher
from keyturn.engine.ports import JournalRecord, PublishedFlow, Run, RunStatus
from keyturn.flows.actions import ActionCall, Actions, Done
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import Type
from keyturn.http import Request, Response, Sink, headers
from keyturn.library.actions import FlowActions
from keyturn.library.folders import Folders, NewFolder
from keyturn.library.library import Library
from keyturn.store import FolderContents, Store
from keyturn.store.runs import read_tree

PEOPLE: Mapping[str, str] = {
    "Login": "text",
    "Name": "text",
    "Age": "number",
    "Active": "boolean",
    "Since": "datetime",
    "Tags": "list of text",
}


STORED_FLOWS: Sequence[Values] = (
    {"id": "small", "name": "Small", "folder": "people"},
    {"id": "greet", "name": "Grüße", "folder": "leavers"},
    {"id": "off", "name": "Off"},
)


def people_columns() -> tuple[Column, ...]:
    """Login is unique, and the age is 18 where none is given."""
    made = [Column(name, Type.parse(text), number) for number, (name, text) in enumerate(PEOPLE.items(), 1)]
    return tuple(
        replace(
            column,
            unique=column.name == "Login",
            indexed=column.searchable,
            default=18 if column.name == "Age" else None,
        )
        for column in made
    )


class Clock:
    """Time goes on as it does; nobody sleeps for long."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return datetime.now(UTC).timestamp()

    async def sleep(self, seconds: float) -> None:
        assert seconds < 1


class NoApps:
    async def perform(self, call: ActionCall) -> Done:
        raise AssertionError(f"{call.card} would have been sent")


class NothingElse:
    """There are no connectors, and no connections."""

    def digest(self, connector: str) -> str | None:
        return None

    def content(self, connector: str) -> str | None:
        return None

    async def may_use(self, connection_id: str, who: str) -> bool:
        return True

    async def connector_of(self, connection_id: str) -> str | None:
        return None


class OneAnswer:
    """An app that answers with what it is told to, and what it was asked."""

    def __init__(self) -> None:
        self.told: Values = {}
        self.asked: list[tuple[Request, bytes]] = []

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: object = None,
        sink: Sink | None = None,
    ) -> Response:
        if before_send is not None:
            before_send()
        body = request.body
        whole = body if isinstance(body, bytes) else b"".join([p async for p in body.pieces()]) if body else b""
        assert isinstance(body, bytes | None) or body.size == len(whole)
        self.asked.append((request, whole))
        status, text = self.told.get("status", 200), str(self.told.get("body", "hello"))
        assert isinstance(status, int)
        given = self.told.get("headers", {})
        assert isinstance(given, dict)
        fields = headers({name: str(value) for name, value in given.items()})
        content = text.encode()
        if sink is None or status >= 300:
            return Response(status, "", fields, content, 1.0, request.url)
        for start in range(0, len(content), 3):
            await sink(content[start : start + 3])
        return Response(status, "", fields, b"", 1.0, request.url, streamed=len(content))


class World:
    """Flows over a store, and files in a folder."""

    def __init__(self, store: Store, watcher: Watcher | None = None, folder: Path = Path("/nonexistent")) -> None:
        self.store = store
        self.contents = FolderContents(folder, new_id)
        self.files = Files(store.files, self.contents, Clock(), FileRules(largest=100_000))
        self.app = OneAnswer()
        self.folders = Folders(store.folders)
        self.library = Library(store.flows, BuiltInCards(), NothingElse(), NothingElse())
        self.flows: dict[tuple[str, int], Flow] = {}
        self.current: dict[str, int] = {}
        self.stopping: Callable[[], bool] = lambda: False
        self.own = self._own()
        functions = BuiltInCards()
        self.engine = Engine(
            store=store.runs,
            plans=Plans(self, functions, functions),
            actions=AllActions(NoApps(), self.own),
            clock=Clock(),
            random=Random(7),
            guard=lambda lease: None,
            stopping=lambda: self.stopping(),
            points=Points(watcher),
        )

    def _own(self) -> Mapping[str, Actions]:
        transfers = FileTransfers(self.files, self.app, Clock(), 60)
        in_files = TableFiles(self.store.tables, self.store.rows, self.files)
        return {
            "table": TableActions(self.store.tables, self.store.rows, new_id),
            EXPORT: in_files,
            IMPORT: in_files,
            "file": FileActions(self.files, 1_000, 100),
            DOWNLOAD: transfers,
            UPLOAD: transfers,
            CURSOR: CursorActions(LARGEST_CURSOR),
            "flows": FlowActions(self.library, self.folders, self.files),
            "folder": FlowActions(self.library, self.folders, self.files),
        }

    async def make_flows(self) -> None:
        """Folders people and, in it, leavers; the flows small in people, greet in leavers, and off, switched off."""
        await self.folders.put(NewFolder("people", "People"))
        await self.folders.put(NewFolder("leavers", "Leavers", "Who goes", "people"))
        flows = [{**flow, "event": {"card": "manual"}} for flow in STORED_FLOWS]
        await self.library.publish([Flow.model_validate(flow) for flow in flows], "the tests")
        for name in ("small", "greet", "off"):
            await self.library.set_active(name, name != "off")

    async def make_files(self) -> None:
        """The files of the cases, as far as they are not there."""
        await make_files(self.files)

    async def content(self, value: JSON) -> bytes:
        """What is in a file."""
        file = await self.files.find(value)
        return b"".join([piece async for piece in self.files.contents(file)])

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        number = version or self.current.get(flow_id, 0)
        flow = self.flows.get((flow_id, number))
        return PublishedFlow(flow, number) if flow else None

    def publish(self, flow_id: str, cards: list[Values], outputs: Values | None = None) -> None:
        event: Values = {"card": "helper", "outputs": outputs or {}} if outputs is not None else {"card": "manual"}
        flow = Flow.model_validate({"id": flow_id, "name": flow_id, "event": event, "cards": cards})
        version = self.current[flow_id] = self.current.get(flow_id, 0) + 1
        self.flows[flow_id, version] = flow

    async def people(self) -> Table:
        """The table of the cases."""
        made = await self.store.tables.create(NewTable("people", "People", "", people_columns()))
        assert made is not None
        return made

    async def queued(self, flow_id: str = "main", **event: JSON) -> Run:
        run_id = new_id()
        run = Run(run_id, run_id, flow_id, self.current[flow_id], RunStatus.QUEUED, event)
        await self.store.starts.start(run)
        return run

    async def go_on(self, run: Run, owner: str = "w1") -> Run:
        """Claim a run and carry it as far as it goes."""
        lease = await self.store.leases.claim(run.id, owner, timedelta(seconds=30))
        assert lease is not None
        await self.engine.execute(lease)
        return await self.stored(run.id)

    async def run(self, flow_id: str = "main", **event: JSON) -> Run:
        return await self.go_on(await self.queued(flow_id, **event))

    async def stored(self, run_id: UUID) -> Run:
        tree = await read_tree(self.store.database, run_id)
        assert tree is not None
        return tree.root

    async def journal(self, run_id: UUID) -> list[JournalRecord]:
        tree = await read_tree(self.store.database, run_id)
        assert tree is not None
        return list(tree.journal)

    async def expire(self, run: Run) -> None:
        """Let the lease of a run have ended."""
        await self.store.database.fetch(
            "UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1", run.id
        )

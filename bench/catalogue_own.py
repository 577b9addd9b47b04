"""Cards of ``bench.catalogue`` that reach further: tables, flows and folders in a real Postgres, and the API Connector.

Where a database answers, what is measured is the time that passes and not this process's: its answer is most of it. The
API Connector's app is in memory, so that what is left is the card: the request, the answer and its JSON.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import orjson

from keyturn.app.clock import SystemClock
from keyturn.app.ids import new_id
from keyturn.app.tables import TableDesk
from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.connector_builder import LARGEST_CURSOR
from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.data.actions import TableActions
from keyturn.data.changes import KeepCursor
from keyturn.data.cursor_actions import CURSOR, CursorActions
from keyturn.data.definition import ColumnForm, TableForm
from keyturn.data.file_model import FileRules
from keyturn.data.file_transfers import KeptAnswers
from keyturn.data.files import Files
from keyturn.data.model import Table
from keyturn.data.ports import Chunk
from keyturn.data.search import Order
from keyturn.data.table_files import EXPORT, IMPORT, TableFiles
from keyturn.flows.actions import ActionCall, Done, Ready
from keyturn.flows.document import Flow
from keyturn.http import HttpClient, HttpSettings, Request, Response
from keyturn.http.messages import headers
from keyturn.library.actions import FlowActions
from keyturn.library.folders import Folders, NewFolder
from keyturn.library.library import Library
from keyturn.store import FolderContents, Store, open_store
from keyturn.store.flow_cursors import keep_cursor

from .calls import best_of
from .catalogue_files import FileRows, csv_rows
from .documents import JSON
from .place import Place, open_place

CALLS = 20
_PIECE = 1000
Cost = tuple[str, float, float | None]


class _Nothing:
    """There are no connectors, and no connections."""

    def digest(self, connector: str) -> str | None:
        return None

    def content(self, connector: str) -> str | None:
        return None

    async def connector_of(self, connection_id: str) -> str | None:
        return None


class _App(HttpClient):
    """An app that answers at once with what it is told, and reads the files that it is sent."""

    body = b"{}"

    async def send(self, request: Request, **_: object) -> Response:
        if request.body is not None and not isinstance(request.body, bytes):
            async for _piece in request.body.pieces():
                pass
        return Response(200, "OK", headers({"Content-Type": "application/json"}), self.body, 1.0, request.url)


def measure_own(items: int, rounds: int, only: str = "", server: str | None = None, calls: int = CALLS) -> list[Cost]:
    """Key, microseconds on small input, and with so many items (or rows of the table) where that has a meaning.

    Args:
        server: a Postgres whose user may make databases; else one comes along.
        calls: of a round.
    """
    found: list[Cost] = []
    if "api_connector.".startswith(only) or only.startswith("api_connector."):
        with tempfile.TemporaryDirectory(prefix="keyturn-bench-") as folder:
            found += asyncio.run(_api(Path(folder), items, rounds, only, calls))
    if any(name.startswith(only) or only.startswith(name) for name in ("table.", "flows.", "folder.", CURSOR)):
        with open_place(server) as place:
            found += asyncio.run(_stored(place, items, rounds, only, calls))
    return found


async def _api(folder: Path, items: int, rounds: int, only: str, calls: int) -> list[Cost]:
    app, connections, clock = _App(HttpSettings()), MemoryConnections(), SystemClock()
    authoriser = authoriser_alone(app, connections, Vault(bytes(32)), clock)
    sealed, now = authoriser.seal("own", {"token": "a-token-of-the-bench"}), clock.now()
    base = "https://app.example"
    await connections.put(Connection("own", "api_connector", "own", AuthKind.BEARER, base, {}, sealed, now, now))
    files = Files(FileRows(), FolderContents(folder, new_id), clock, FileRules())
    registry = ConnectorRegistry()
    actions = actions_alone(registry, authoriser, app, clock, files=KeptAnswers(files))
    rows: list[JSON] = [{"login": f"user{number}", "age": number} for number in range(items)]
    found: list[Cost] = []
    cards = manifest.cards if (manifest := registry.connector("api_connector")) else {}
    for key in cards:
        if not key.startswith(only):
            continue
        few, many = await _sent(key, rows, files)
        app.body = b'{"ok":true}'
        little = await best_of(actions, key, {"url": "/x", **few}, rounds, calls, connection="own")
        app.body = orjson.dumps(rows)
        much = await best_of(actions, key, {"url": "/x", **many}, rounds, 1, connection="own")
        found.append((key, little, much))
    return found


async def _sent(key: str, rows: list[JSON], files: Files) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """What a card of the API Connector sends: little, and as many items, or rows of a file, as there are."""
    match key.partition(".")[2]:
        case "post" | "put" | "patch":
            return {"body": {"a": 1}}, {"body": rows}
        case "upload":
            held = [await files.put(new_id(), "r.csv", "text/csv", csv_rows(n), "bench") for n in (2, len(rows))]
            return {"file": held[0].value.to_json()}, {"file": held[1].value.to_json()}
        case _:
            return {}, {}


async def _stored(place: Place, items: int, rounds: int, only: str, calls: int) -> list[Cost]:
    async with place.database("catalogue") as url:
        store = await open_store(url)
        try:
            folder = place.folder / "files"
            found = await _tables(store, folder, items, rounds, only, calls)
            return [
                *found,
                *await _cursor(store, rounds, only, calls),
                *await _flows(store, folder, rounds, only, calls),
            ]
        finally:
            await store.close()


async def _filled(store: Store, name: str, rows: int) -> Table:
    desk = TableDesk(store.tables, store.rows, new_id)
    table = await desk.put(name, TableForm((ColumnForm("Login", unique=True), ColumnForm("Age", "number"))))
    for first in range(0, rows, _PIECE):
        cells = [(new_id(), (f"user{one}", one)) for one in range(first, min(first + _PIECE, rows))]
        await store.rows.put(table, Chunk(table.columns, cells))  # type: ignore[arg-type]
    await store.rows.look_over(table)
    return table


async def _tables(store: Store, folder: Path, items: int, rounds: int, only: str, calls: int) -> list[Cost]:
    """Each card on a table of two rows and on one of so many: what grows with the table shows."""
    actions = TableActions(store.tables, store.rows, new_id)
    files = _files(store, folder)
    in_files = TableFiles(store.tables, store.rows, files)
    costs: dict[str, list[float]] = {}
    for name, rows in (("few", 2), ("many", items)):
        table = await _filled(store, name, rows)
        [row] = await store.rows.search(table, None, Order(), 1)
        given = {"table": name, "row_id": str(row.id)}
        inputs: dict[str, dict[str, JSON]] = {
            "table.search_rows": {**given, "where": {"column": "Login", "is": "equal to", "b": "user1"}},
            "table.read_row": given,
            "table.read_table": given,
            "table.count_rows": {**given, "where": {"column": "Age", "is": "less than", "b": 1}},
            "table.update_row": {**given, "fields": {"Age": 7}},
            "table.upsert_row": {**given, "match": "Login", "fields": {"Login": "user1", "Age": 8}},
            "table.create_row": {**given, "fields": {"Age": 9}},
            "table.delete_row": {**given, "row_id": str(uuid4())},
            EXPORT: given,
            IMPORT: {**given, "file": await _csv(files, rows), "match": "Login"},
            "table.clear_table": given,  # the last one: nothing is left after it
        }
        for key, one in inputs.items():
            if key.startswith(only):
                # Once: the table is empty then, or the measurement would take long.
                turns, often = (1, 1) if key in ("table.clear_table", EXPORT, IMPORT) else (rounds, calls)
                options: dict[str, JSON] = {"results": "one"} if key == "table.search_rows" else {}
                applied = in_files if key in (EXPORT, IMPORT) else _Applied(actions, store)
                cost = await best_of(applied, key, one, turns, often, processor=False, options=options)
                costs.setdefault(key, []).append(cost)
    return [(key, few, many) for key, (few, many) in costs.items()]


def _files(store: Store, folder: Path) -> Files:
    return Files(store.files, FolderContents(folder, new_id), SystemClock(), FileRules())


async def _csv(files: Files, rows: int) -> JSON:
    """A file with rows of the table."""

    async def lines() -> AsyncIterator[bytes]:
        yield b"Login,Age\r\n"
        for first in range(0, rows, _PIECE):
            yield "".join(f"user{one},{one}\r\n" for one in range(first, min(first + _PIECE, rows))).encode()

    return (await files.put(new_id(), "rows.csv", "text/csv", lines(), "bench")).value.to_json()


async def _cursor(store: Store, rounds: int, only: str, calls: int) -> list[Cost]:
    if not CURSOR.startswith(only):
        return []
    applied = _Applied(CursorActions(LARGEST_CURSOR), store)
    return [(CURSOR, await best_of(applied, CURSOR, {"properties": 7}, rounds, calls, processor=False), None)]


@dataclass(frozen=True)
class _Applied:
    """Carries changes out at once, each in a transaction of its own."""

    actions: TableActions | CursorActions
    store: Store

    async def perform(self, call: ActionCall) -> Done:
        outcome = await self.actions.perform(call)
        if isinstance(outcome, Ready) and isinstance(outcome.change, KeepCursor):
            async with self.store.database.transaction() as link:
                return Done(await keep_cursor(link, outcome.change))
        if isinstance(outcome, Ready):
            return Done(await self.store.rows.apply(outcome.change))  # type: ignore[arg-type]
        assert isinstance(outcome, Done), outcome
        return outcome


async def _flows(store: Store, folder: Path, rounds: int, only: str, calls: int) -> list[Cost]:
    folders = Folders(store.folders)
    library = Library(store.flows, BuiltInCards(), _Nothing(), _Nothing())
    await folders.put(NewFolder("people", "People"))
    card: JSON = {"id": "say", "card": "text.compose", "inputs": {"text": "Hello"}}
    document = {"id": "greet", "name": "Greet", "folder": "people", "event": {"card": "manual"}, "cards": [card]}
    await library.publish([Flow.model_validate(document)], "the bench")
    actions = FlowActions(library, folders, _files(store, folder))
    inputs: dict[str, dict[str, JSON]] = {
        "flows.list": {},
        "flows.export": {"flow": "greet"},
        "flows.activate": {"flow": "greet"},
        "flows.deactivate": {"flow": "greet"},
        "folder.export": {"folder": "people"},
    }
    chosen = {key: one for key, one in inputs.items() if key.startswith(only)}
    return [
        (key, await best_of(actions, key, one, rounds, calls, processor=False), None) for key, one in chosen.items()
    ]

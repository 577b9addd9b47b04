"""File cards of ``bench.catalogue``: the real cards over contents on a real disk, with their rows in memory.

What is measured is what a card costs beside the database; an fsync of the disk is in it where a file is made. Processor
time is counted, as for the other cards.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from keyturn.app.clock import SystemClock
from keyturn.app.ids import new_id
from keyturn.data.file_actions import FileActions
from keyturn.data.file_model import File, FileRules, NewFile
from keyturn.data.file_transfers import DOWNLOAD, UPLOAD, FileTransfers
from keyturn.data.files import Files
from keyturn.flows.paging import Page, PageRequest
from keyturn.http import Request, Response, Sink, headers
from keyturn.store import FolderContents

from .calls import best_of
from .documents import JSON

_LEAST_CALLS = 20
_PIECE = 65_536
Cost = tuple[str, float, float | None]


class _App:
    """An app that takes whatever it is sent, and gives the same content each time."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def send(self, request: Request, *, sink: Sink | None = None, **_: object) -> Response:
        if request.body is not None and not isinstance(request.body, bytes):
            async for _piece in request.body.pieces():
                pass
        if sink is None:
            return Response(200, "OK", headers({}), b"", 1.0, request.url)
        for start in range(0, len(self._content), _PIECE):
            await sink(self._content[start : start + _PIECE])
        return Response(200, "OK", headers({}), b"", 1.0, request.url, streamed=len(self._content))


class FileRows:
    """Rows of files, in memory."""

    def __init__(self) -> None:
        self._known: dict[UUID, File] = {}

    async def list(self, page: PageRequest) -> Page[File]:
        return Page(list(self._known.values())[: page.limit])

    async def get(self, file_id: UUID) -> File | None:
        return self._known.get(file_id)

    async def put(self, new: NewFile, kept: timedelta) -> File:
        now = datetime.now(UTC)
        made = File(
            new.id, new.name, new.type, new.size, new.sha256, new.content, new.made_by, created=now, expires=now + kept
        )
        return self._known.setdefault(new.id, made)

    async def delete(self, file_id: UUID) -> File | None:
        return self._known.pop(file_id, None)

    async def in_use(self, contents: Collection[UUID]) -> Collection[UUID]:
        return {file.content for file in self._known.values()} & set(contents)


def measure_files(items: int, rounds: int, only: str = "") -> list[tuple[str, float, float | None]]:
    """Key, microseconds on small input, and on a list (or a file of rows) of so many items where the card takes one."""
    with tempfile.TemporaryDirectory(prefix="keyturn-bench-") as folder:
        return asyncio.run(_measured(Path(folder), items, rounds, only))


async def _measured(folder: Path, items: int, rounds: int, only: str) -> list[tuple[str, float, float | None]]:
    files = Files(FileRows(), FolderContents(folder, new_id), SystemClock(), FileRules())
    actions = FileActions(files, 10_000_000, 1_000_000)
    small = (await files.put(new_id(), "people.csv", "text/csv", csv_rows(2), "bench")).value.to_json()
    large = (await files.put(new_id(), "many.csv", "text/csv", csv_rows(items), "bench")).value.to_json()
    many: list[JSON] = [{"Login": f"user{number}", "Age": number} for number in range(items)]
    inputs: dict[str, tuple[dict[str, JSON], dict[str, JSON] | None]] = {
        "file.from_text": ({"text": "Grüße", "name": "a.txt"}, None),
        "file.to_text": ({"file": small}, None),
        "file.from_base64": ({"text": "aGVsbG8=", "name": "a.txt"}, None),
        "file.to_base64": ({"file": small}, None),
        "file.info": ({"file": small}, None),
        "file.copy": ({"file": small}, None),
        "file.delete": ({"file": {"file": str(UUID(int=1))}}, None),
        "file.read_csv": ({"file": small}, {"file": large}),
        "file.write_csv": ({"rows": many[:2]}, {"rows": many}),
    }
    found: list[tuple[str, float, float | None]] = []
    for key, (little, much) in inputs.items():
        if key.startswith(only):
            costs = await best_of(actions, key, little, rounds, _LEAST_CALLS)
            found.append((key, costs, await best_of(actions, key, much, rounds, 1) if much is not None else None))
    return [*found, *await _transfers(files, {"small": small, "large": large}, rounds, only)]


async def _transfers(files: Files, held: dict[str, JSON], rounds: int, only: str) -> list[Cost]:
    """Download and Upload of a small file, and of one with many rows; the app is in memory."""
    found: list[Cost] = []
    for key in (DOWNLOAD, UPLOAD):
        if key.startswith(only):
            cost: list[float] = []
            for name, calls in (("small", _LEAST_CALLS), ("large", 1)):
                file = await files.find(held[name])
                app = _App(b"".join([piece async for piece in files.contents(file)]))
                inputs: dict[str, JSON] = {"url": "https://app.example/x.csv"}
                if key == UPLOAD:
                    inputs["file"] = held[name]
                transfers = FileTransfers(files, app, SystemClock(), 60)
                cost.append(await best_of(transfers, key, inputs, rounds, calls))
            found.append((key, cost[0], cost[1]))
    return found


async def csv_rows(number: int) -> AsyncIterator[bytes]:
    """A CSV file with so many rows."""
    yield b"Login,Age\r\n"
    for start in range(0, number, 1000):
        yield "".join(f"user{one},{one}\r\n" for one in range(start, min(start + 1000, number))).encode()

"""A flow that lists all users of the sandbox's Okta by streaming: speed and memory, as far as it has come.

``python -m bench.people 100000`` prints a line for each tenth of the users, and the whole as JSON at the end. It is no
part of ``make bench``: nothing is compared, and what it shows is whether memory stays flat.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import asyncpg
import psutil

from keyturn.cli.demo.processes import free_row

from .documents import Document
from .keyturn_server import Keyturn, keyturn_server
from .place import Place, open_place
from .processes import running

_SANDBOX_PORTS = 8  # one for each tenant
_POLL_SECONDS = 0.5
_TENTHS = 10
_LONGEST_SECONDS = 3600.0
_ENDED = "SELECT status FROM runs WHERE id = $1::uuid AND ended_at IS NOT NULL"
_DONE = "SELECT count(*) FROM runs WHERE parent_id = $1::uuid AND ended_at IS NOT NULL"
_SEEN = "SELECT count(*), count(DISTINCT event::text) FROM runs WHERE parent_id = $1::uuid"


@dataclass(frozen=True, slots=True)
class Mark:
    """How it stood at a moment: users that were worked on, seconds since the start, memory in use in MB of 2**20."""

    users: int
    seconds: float
    memory_mb: float


def flows() -> list[Document]:
    """All users page after page, and a helper flow for each."""
    one: Document = {
        "id": "one-user",
        "name": "One user",
        "event": {"card": "helper", "outputs": {"Login": "text"}},
        "cards": [{"id": "lower", "card": "text.lower", "inputs": {"text": "{{ event.Login }}"}}],
    }
    each: Document = {
        "id": "all-users",
        "name": "All users",
        "event": {"card": "manual", "outputs": {}},
        "cards": [
            {
                "id": "each",
                "card": "okta.list_users_with_search",
                "connection": "okta",
                "options": {"results": "stream"},
                "call": {"flow": "one-user", "with": {"Login": "{{ record.profile.login }}"}},
            },
            {"id": "give", "card": "flow.return", "inputs": {"count": "{{ each.count }}"}},
        ],
    }
    return [one, each]


async def stream_all(place: Place, people: int) -> Sequence[Mark]:
    """Stream so many users by fresh processes on a fresh database. Raises RuntimeError if not each came once."""
    first, where = free_row(_SANDBOX_PORTS), place.folder / "sandbox.json"
    serve = ["keyturn.cli.main", "sandbox", "serve", "--people", str(people)]
    arguments = [*serve, "--port", str(first), "--urls", str(where)]
    async with (
        running("sandbox", arguments, {}, place.folder, first),
        place.database("people") as url,
        keyturn_server(place, url, flows(), first) as keyturn,
    ):
        found = json.loads(where.read_text(encoding="utf-8"))["okta"]
        connection = {"connector": "okta", "kind": "bearer", "name": "Sandbox", "base_url": found["base_url"]}
        proof: Document = {"settings": {"prefix": "SSWS"}, "secrets": {"token": found["token"]}}
        await keyturn.call("PUT", "/connections/okta", {**connection, **proof})
        link = await asyncpg.connect(url)
        try:
            return await _watched(keyturn, link, people)
        finally:
            await link.close()


async def _watched(keyturn: Keyturn, link: asyncpg.Connection, people: int) -> Sequence[Mark]:
    process = psutil.Process(keyturn.program.process.pid)
    began = time.perf_counter()
    started = await keyturn.call("POST", "/flows/all-users/runs", {"inputs": {}})
    marks: list[Mark] = []
    while (status := await link.fetchval(_ENDED, started["id"])) is None:
        keyturn.program.check()
        if time.perf_counter() - began > _LONGEST_SECONDS:
            raise RuntimeError(f"it did not end within {_LONGEST_SECONDS:.0f} s")
        done = await link.fetchval(_DONE, started["id"])
        if done >= people * (len(marks) + 1) / _TENTHS and len(marks) < _TENTHS - 1:
            marks.append(_mark(process, done, began))
        await asyncio.sleep(_POLL_SECONDS)
    total, distinct = await link.fetchrow(_SEEN, started["id"])
    marks.append(_mark(process, total, began))
    if (status, total, distinct) != ("succeeded", people, people):
        raise RuntimeError(f"it {status}, with {total} rounds for {distinct} of {people} users")
    return marks


def _mark(process: psutil.Process, users: int, began: float) -> Mark:
    memory = process.memory_info().rss / 2**20
    made = Mark(users, round(time.perf_counter() - began, 1), round(memory, 1))
    print(f"{made.users:>9,} users  {made.seconds:>7.1f} s  {made.memory_mb:>6.1f} MB", file=sys.stderr, flush=True)
    return made


def main() -> None:
    """Measure, and print what was found."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with open_place() as place:
        marks = asyncio.run(stream_all(place, people))
    print(json.dumps([asdict(mark) for mark in marks]))


if __name__ == "__main__":
    main()

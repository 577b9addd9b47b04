"""``python -m bench.tables``: a table of a million rows: import, searches by each operator, updates, export, clear.

The real store over a Postgres that comes along (or ``--database-url``). Each search is shown with how long its first
hundred rows take, and how Postgres found them. Memory is this process's own: what an import or export of a file of any
size keeps in hand. ``--rows`` makes it smaller, ``--out`` writes the figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import cast

import asyncpg
import orjson

from keyturn.app.ids import new_id
from keyturn.app.tables import TableDesk
from keyturn.data.changes import ClearTable, UpdateRow
from keyturn.data.definition import ColumnForm, TableForm
from keyturn.data.model import Table
from keyturn.data.search import Order, read_order, read_where
from keyturn.data.transfer import CsvExport, CsvImport
from keyturn.store import Store, open_store
from keyturn.store.sql import table_rows as sql

from .documents import JSON
from .machine import machine, now
from .place import open_place

ROWS = 1_000_000
_SHOWN = 100
_TAKES = 5
_UPDATES = 1_000
_LINES_IN_A_PIECE = 500
_COLUMNS = (
    ColumnForm("Login", unique=True),
    ColumnForm("Team"),
    ColumnForm("Age", "number"),
    ColumnForm("Joined", "datetime"),
    ColumnForm("Active", "boolean"),
    ColumnForm("Left", "datetime"),
    ColumnForm("Note", indexed=False),
)


@dataclass(slots=True)
class Figures:
    """What was measured, by name."""

    found: dict[str, object] = field(default_factory=dict[str, object])

    def tell(self, name: str, **values: object) -> None:
        self.found[name] = values
        print(f"  {name:44} " + "  ".join(f"{key} {value}" for key, value in values.items()), flush=True)


def _line(number: int, chance: Random) -> str:
    joined = f"20{number % 25:02}-{number % 12 + 1:02}-{number % 28 + 1:02}T08:00:00Z"
    left = "2026-01-01T00:00:00Z" if number % 1000 == 0 else ""
    age = chance.randrange(18, 70)
    return (
        f"user{number:07}@example.com,team {number % 5000},{age},{joined},{number % 500 != 0},{left},note {number}\r\n"
    )


async def _file(rows: int) -> AsyncIterator[bytes]:
    """A CSV file of so many rows, made piece by piece."""
    chance = Random(7)
    yield b"Login,Team,Age,Joined,Active,Left,Note\r\n"
    for first in range(0, rows, _LINES_IN_A_PIECE):
        last = min(first + _LINES_IN_A_PIECE, rows)
        yield "".join(_line(number, chance) for number in range(first, last)).encode()


def _conditions(rows: int) -> dict[str, JSON]:
    """A search for each operator and kind of column, each with few rows to find but where it says otherwise."""
    middle = rows // 2
    login = f"user{middle:07}@example.com"
    return {
        "Login equal to": {"column": "Login", "is": "equal to", "b": login},
        "Login in (3 of them)": {"column": "Login", "is": "in", "b": [login, "user0000001@example.com", "nobody"]},
        "Login starts with": {"column": "Login", "is": "starts with", "b": f"user{middle // 1000:04}"},
        "Login greater than": {"column": "Login", "is": "greater than", "b": f"user{rows - 50:07}@example.com"},
        "Login less than or equal to": {"column": "Login", "is": "less than or equal to", "b": "user0000050"},
        "Team equal to": {"column": "Team", "is": "equal to", "b": "team 4711"},
        "Team is empty (none)": {"column": "Team", "is": "is empty"},
        "Age equal to (many)": {"column": "Age", "is": "equal to", "b": 42},
        "Age greater than (none)": {"column": "Age", "is": "greater than", "b": 69},
        "Age less than (none)": {"column": "Age", "is": "less than", "b": 18},
        "Joined equal to": {"column": "Joined", "is": "equal to", "b": "2024-01-25T08:00:00Z"},
        "Joined less than (none)": {"column": "Joined", "is": "less than", "b": "2000-01-01T00:00:00Z"},
        "Active equal to false": {"column": "Active", "is": "equal to", "b": False},
        "Left is not empty": {"column": "Left", "is": "is not empty"},
        "Left greater than or equal to": {
            "column": "Left",
            "is": "greater than or equal to",
            "b": "2026-01-01T00:00:00Z",
        },
        "Created less than (none)": {"column": "Created", "is": "less than", "b": "2000-01-01T00:00:00Z"},
        "Updated greater than (none)": {"column": "Updated", "is": "greater than", "b": "2100-01-01T00:00:00Z"},
        "all: Team, Age greater than": {
            "all": [
                {"column": "Team", "is": "equal to", "b": "team 4711"},
                {"column": "Age", "is": "greater than", "b": 40},
            ]
        },
        "any: Login, Team": {
            "any": [
                {"column": "Login", "is": "equal to", "b": login},
                {"column": "Team", "is": "equal to", "b": "team 4711"},
            ]
        },
        "Login not equal to (nearly all)": {"column": "Login", "is": "not equal to", "b": login},
        "Team not in (nearly all)": {"column": "Team", "is": "not in", "b": ["team 1", "team 2"]},
        # no index can tell these: the whole table is gone through
        "Login contains": {"column": "Login", "is": "contains", "b": f"{middle:07}"},
        "Login ends with": {"column": "Login", "is": "ends with", "b": f"{middle:07}@example.com"},
        "Note equal to (no index wanted)": {"column": "Note", "is": "equal to", "b": f"note {middle}"},
    }


_WITHOUT_INDEX = ("Login contains", "Login ends with", "Note equal to (no index wanted)")


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


async def _timed(work: Callable[[], Awaitable[object]], takes: int = _TAKES) -> float:
    """Milliseconds: the median of some takes."""
    taken: list[float] = []
    for _ in range(takes):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(taken), 2)


async def _plan(url: str, made: sql.Statement) -> str:
    """How Postgres finds the rows of a statement: the innermost nodes of its plan."""
    link = await asyncpg.connect(url)
    try:
        shown = await link.fetchval(f"EXPLAIN (FORMAT JSON) {made.text}", *made.values)
    finally:
        await link.close()
    nodes: list[str] = []

    def walk(node: dict[str, object]) -> None:
        inner = cast("list[dict[str, object]]", node.get("Plans") or [])
        for one in inner:
            walk(one)
        if not inner:
            name = str(node.get("Index Name") or "").partition("_c")[2]
            nodes.append(f"{node['Node Type']}{' c' + name if name else ''}")

    walk(cast("list[dict[str, dict[str, object]]]", orjson.loads(shown))[0]["Plan"])
    return " + ".join(sorted(set(nodes)))


async def _import(store: Store, table: Table, rows: int, figures: Figures) -> None:
    before, began = _peak_mb(), time.perf_counter()
    importing, pieces = CsvImport(store.rows, table, new_id), _file(rows)
    await importing.begin(pieces)
    marks: list[float] = [began]
    read = 0
    async for progress in importing.run(pieces):
        read = progress.read
        if read * 10 >= rows * len(marks):
            marks.append(time.perf_counter())
        assert not progress.refused
    assert read == rows, read
    tenths = [later - sooner for sooner, later in pairwise(marks)]
    figures.tell(
        "import CSV",
        s=round(time.perf_counter() - began, 1),
        rows_per_s=round(rows / (time.perf_counter() - began)),
        first_tenth_s=round(tenths[0], 1),
        last_tenth_s=round(tenths[-1], 1),
        memory_mb=round(_peak_mb() - before, 1),
    )


async def _searches(url: str, store: Store, table: Table, rows: int, figures: Figures) -> list[str]:
    """Each operator; gives those that went without an index and should not have."""
    wrong: list[str] = []
    for name, raw in _conditions(rows).items():
        where = read_where(table, raw)
        made = sql.search(table, where, Order(), _SHOWN, 0)
        plan = await _plan(url, made)
        ms = await _timed(lambda where=where: store.rows.search(table, where, Order(), _SHOWN))
        found = len(await store.rows.search(table, where, Order(), _SHOWN))
        figures.tell(name, ms=ms, rows=found, by=plan)
        if "Seq Scan" in plan and name not in _WITHOUT_INDEX and found < _SHOWN:
            wrong.append(name)
    for column in ("Login", "Age", "Joined", "Created"):
        for direction in ("asc", "desc"):
            order = read_order(table, column, direction)
            plan = await _plan(url, sql.search(table, None, order, _SHOWN, 0))
            ms = await _timed(lambda order=order: store.rows.search(table, None, order, _SHOWN))
            figures.tell(f"sorted by {column}, {direction}", ms=ms, by=plan)
            if "Seq Scan" in plan:
                wrong.append(f"sorted by {column}")
    return wrong


async def _pages(store: Store, table: Table, rows: int, figures: Figures) -> None:
    """The first pages and the last ones, in an order."""
    order, after, taken = read_order(table, "Age", "asc"), None, list[float]()
    count = 0
    while True:
        began = time.perf_counter()
        page = await store.rows.page(table, None, order, 1000, after)
        taken.append((time.perf_counter() - began) * 1000)
        count += len(page.rows)
        after = page.next
        if after is None:
            break
    assert count == rows, count
    part = max(1, len(taken) // 10)
    first, last = statistics.median(taken[:part]), statistics.median(taken[-part:])
    figures.tell("pages of 1000, sorted by Age", first_ms=round(first, 1), last_ms=round(last, 1), pages=len(taken))


async def _updates(store: Store, table: Table, rows: int, figures: Figures) -> None:
    chance = Random(11)
    ids = [row.id for row in await store.rows.search(table, None, Order(), _UPDATES, rows // 2)]
    chosen = [chance.choice(ids) for _ in range(_UPDATES)]
    condition: JSON = {"column": "Age", "is": "less than", "b": 100}

    async def all_of_them() -> None:
        for number, row_id in enumerate(chosen):
            await store.rows.apply(UpdateRow(table.id, str(row_id), {"Age": number % 90}, condition))

    ms = await _timed(all_of_them, 1)
    figures.tell("update with a condition", ms_each=round(ms / len(chosen), 2))


async def _export(store: Store, table: Table, rows: int, figures: Figures) -> None:
    before, began, size = _peak_mb(), time.perf_counter(), 0
    async for piece in CsvExport(store.rows, table).pieces():
        size += len(piece)
    took = time.perf_counter() - began
    figures.tell(
        "export CSV",
        s=round(took, 1),
        rows_per_s=round(rows / took),
        megabytes=round(size / 1e6, 1),
        memory_mb=round(_peak_mb() - before, 1),
    )


async def measure(url: str, rows: int, figures: Figures) -> list[str]:
    """All of it; gives the searches that should have used an index and did not."""
    store = await open_store(url)
    try:
        tables = TableDesk(store.tables, store.rows, new_id)
        table = await tables.put("people", TableForm(_COLUMNS))
        await _import(store, table, rows, figures)
        wrong = await _searches(url, store, table, rows, figures)
        figures.tell("count all", ms=await _timed(lambda: store.rows.count(table, None), 3))
        await _pages(store, table, rows, figures)
        await _updates(store, table, rows, figures)
        await _export(store, table, rows, figures)
        figures.tell("clear", ms=await _timed(lambda: store.rows.apply(ClearTable(table.id)), 1))
        assert await store.rows.count(table, None) == 0
        return wrong
    finally:
        await store.close()


async def _run(rows: int, server: str | None, out: Path | None) -> int:
    figures = Figures()
    with open_place(server) as place:
        async with place.database("tables") as url:
            print(f"A table of {rows:,} rows:", flush=True)
            wrong = await measure(url, rows, figures)
        about = machine(await place.version())
    for name in wrong:
        print(f"  NO INDEX: {name}")
    if out is not None:
        told = {"taken": now(), "rows": rows, "machine": about, "figures": figures.found}
        out.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return 1 if wrong else 0


def main(given: list[str] | None = None) -> int:
    """Measure and show; 1 if a search should have used an index and did not."""
    parser = argparse.ArgumentParser(prog="python -m bench.tables", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the table")
    parser.add_argument("--database-url", help="a Postgres whose user may make databases; else one comes along")
    parser.add_argument("--out", type=Path, help="a file for all figures, as JSON")
    chosen = parser.parse_args(given)
    return asyncio.run(_run(chosen.rows, chosen.database_url, chosen.out))


if __name__ == "__main__":
    sys.exit(main())

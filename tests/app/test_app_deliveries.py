"""Deliveries to two servers on one database: every event once, however often and in whatever order it comes."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

import aiohttp
from support_servers import Server, all_runs, server, set_up, until_all

FLOWS = ("offboard", "tell-the-team", "write-it-down")
EVENTS = [f"e{number:03}" for number in range(100)]


async def known_events(session: aiohttp.ClientSession, to: Server) -> dict[str, int]:
    """Each event that was stored, with the number of runs it started."""
    page = await to.call(session, "GET", "/events?limit=200")
    rows = page["rows"]
    assert isinstance(rows, list)
    assert page["next"] is None
    found = Counter(str(row["event_id"]) for row in rows if isinstance(row, dict))
    assert set(found.values()) <= {1}
    return {str(row["event_id"]): len(row["runs"]) for row in rows if isinstance(row, dict)}  # type: ignore[arg-type]


async def test_64_deliveries_of_100_events_to_two_servers(database_url: str, tmp_path: Path) -> None:
    """The whole batch in any order, and parts of it that overlap, all at the same time."""
    random = Random(11)

    def one(number: int) -> list[str]:
        if number % 4 == 3:
            first = random.randrange(60)
            part = EVENTS[first : first + 40]
        else:
            part = list(EVENTS)
        random.shuffle(part)
        return part

    deliveries = [one(number) for number in range(64)]
    with server(tmp_path, database_url) as first, server(tmp_path, database_url) as second:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
            await set_up(first, session, FLOWS)
            sent = ((first, second)[number % 2].deliver(session, events) for number, events in enumerate(deliveries))
            assert set(await asyncio.gather(*sent)) == {200}
            assert await known_events(session, second) == dict.fromkeys(EVENTS, len(FLOWS))
            runs = await all_runs(session, first, 300)
            assert Counter(run["flow_id"] for run in runs) == dict.fromkeys(FLOWS, 100)
            runs = await until_all(session, second, 300, "succeeded", 90)
            assert len(runs) == 300

"""The database goes away under load and comes back: nothing that was acknowledged is lost, and nobody helps.

``KEYTURN_OUTAGE_SECONDS=30`` makes it as long as the promise; the tests are content with less.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from support_servers import Okta, Server, all_runs, server, set_up, until_all

from keyturn.embedded import EmbeddedPostgres

AWAY_SECONDS = float(os.environ.get("KEYTURN_OUTAGE_SECONDS", "6"))
PATIENCE = "1.5"
MOST = 5_000


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user can enter."""
    made = Path(tempfile.mkdtemp(prefix="keyturn-outage-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def test_postgres_is_gone_for_some_seconds_under_load(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "pg", settings={"fsync": "off", "max_connections": "60"})
    url = (await asyncio.to_thread(postgres.start)).url
    try:
        patient = {"KEYTURN_DATABASE_PATIENCE_SECONDS": PATIENCE, "KEYTURN_LEASE_SECONDS": "4"}
        with server(folder, url, **patient) as to:
            async with aiohttp.ClientSession() as session:
                await set_up(to, session, ["offboard"])
                okta = Okta(session, to)
                senders = [asyncio.create_task(okta.deliver_for_ever()) for _ in range(6)]
                await okta.heard(200, 40)
                await asyncio.to_thread(postgres.stop)
                gone = asyncio.get_running_loop().time()
                await okta.heard(503, 6)
                while asyncio.get_running_loop().time() < gone + AWAY_SECONDS:
                    await okta.heard(503, 1)
                restarted = await asyncio.to_thread(postgres.start)
                assert restarted.url == url
                await okta.heard(200, 40)
                for sender in senders:
                    sender.cancel()
                await asyncio.gather(*senders, return_exceptions=True)
                assert to.process.poll() is None
                assert set(okta.answers.values()) <= {200, 503}
                await until_all(session, to, MOST, "succeeded", 60)
                acknowledged = {event for event, status in okta.answers.items() if status == 200}
                found = await stored(session, to)
                assert {event for event, runs in found.items() if runs == 1} >= acknowledged
                assert len(await all_runs(session, to, MOST)) == len(found)
    finally:
        await asyncio.to_thread(postgres.stop)


async def stored(session: aiohttp.ClientSession, to: Server) -> dict[str, int]:
    """All events that are in the database, and how many runs each started."""
    found: dict[str, int] = {}
    after = ""
    while True:
        page = await to.call(session, "GET", f"/events?limit=200{after}")
        rows = page["rows"]
        assert isinstance(rows, list)
        for row in rows:
            assert isinstance(row, dict)
            assert isinstance(row["runs"], list)
            found[str(row["event_id"])] = len(row["runs"])
        if not page["next"]:
            return found
        after = f"&after={page['next']}"

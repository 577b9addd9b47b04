"""Four processes, one connection with a limit of requests a minute, an app that holds to it: is there a 429?

``python -m bench.budget`` takes a minute and a half. The app is the sandbox's Okta, which answers 429 to whatever is
over the limit in any sixty seconds; its ledger is what is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime
from urllib.parse import urlsplit

import asyncpg

from keyturn.sandbox.client import SandboxClient
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

from .keyturn_server import Keyturn
from .place import open_place
from .processes import running

_PROCESSES = 4
_EACH = 20  # requests of one run
_LOOK_SECONDS = 0.5
_FLOW = """
{"id": "ask", "name": "Asks for people", "event": {"card": "manual"}, "cards": [
  {"id": "each", "card": "list.for_each", "inputs": {"list": %s, "at_once": 5}, "do": [
    {"id": "who", "card": "okta.read_user", "connection": "okta", "inputs": {"user": "{{ item }}"}}]}]}
"""


async def measure(per_minute: int, requests: int) -> bool:
    """Send so many requests, tell what came of it; whether none was refused."""
    async with AsyncExitStack() as stack:
        place = stack.enter_context(open_place())
        database = await stack.enter_async_context(place.database("budget"))
        sandbox = await stack.enter_async_context(Sandbox(SandboxConfig()))
        okta, company = sandbox.urls["okta"], SandboxClient(sandbox.urls)
        token = secrets.token_hex(24)
        environment = {
            "KEYTURN_DATABASE_URL": database,
            "KEYTURN_DATA": str(place.folder / "keyturn"),
            "KEYTURN_SECRET_KEY": secrets.token_hex(32),
            "KEYTURN_ADMIN_TOKEN": token,
            "KEYTURN_LOG_LEVEL": "warning",
            "KEYTURN_EGRESS_ALLOW": urlsplit(okta["base_url"]).netloc,
            "KEYTURN_RUNS_AT_ONCE": "4",
        }
        servers = [
            await stack.enter_async_context(
                running(f"server-{number}", ["keyturn.cli.main", "server"], environment, place.folder)
            )
            for number in range(_PROCESSES)
        ]
        keyturn = Keyturn(servers[0], token, database)
        form = {"connector": "okta", "kind": "bearer", "base_url": okta["base_url"], "per_minute": per_minute}
        await keyturn.call("PUT", "/connections/okta", {**form, "secrets": {"token": okta["token"]}})
        logins = [str(user["login"]) for user in await asyncio.to_thread(company.users)][:_EACH]
        await keyturn.call("POST", "/flows", {"documents": [_FLOW % json.dumps(logins)]})
        await asyncio.to_thread(company.limit, "okta", per_minute)
        begun = time.monotonic()
        for _ in range(-(-requests // _EACH)):
            await keyturn.call("POST", "/flows/ask/runs", {})
        owners = await _until_done(database, requests)
        rows = [row for row in await asyncio.to_thread(company.ledger) if row["tenant"] == "okta" and row["run"]]
    seconds = time.monotonic() - begun
    times = sorted(datetime.fromisoformat(str(row["time"])).timestamp() for row in rows)
    most = max(sum(start <= other < start + 60 for other in times) for start in times)
    statuses = Counter(row["status"] for row in rows)
    print(f"{len(rows)} requests of {len(owners)} processes in {seconds:.1f} s: statuses {dict(statuses)}")
    print(f"at most {most} in any 60 s, of {per_minute} that are allowed; {len(rows) / seconds * 60:.0f} a minute")
    return set(statuses) == {200} and len(owners) == _PROCESSES


async def _until_done(database: str, requests: int) -> set[str]:
    """Wait until all was sent; the processes that had runs in hand meanwhile."""
    owners: set[str] = set()
    link = await asyncpg.connect(database)
    try:
        while True:
            for row in await link.fetch("SELECT DISTINCT owner FROM runs WHERE owner IS NOT NULL"):
                owners.add(str(row["owner"]))
            ended = await link.fetchval("SELECT count(*) FROM runs WHERE status = 'succeeded'")
            if ended * _EACH >= requests:
                return owners
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await link.close()


def main() -> None:
    """Exit code 1 if a request was refused, or a process had nothing to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-minute", type=int, default=600)
    parser.add_argument("--requests", type=int, default=900)
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(measure(given.per_minute, given.requests)) else 1)


if __name__ == "__main__":
    main()

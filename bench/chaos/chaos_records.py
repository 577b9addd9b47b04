"""What database and ledger hold, read by a connection of the chaos run's own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from chaos_evidence import Line, RunRow, Sent

from keyturn.flows.json import JSON, Values
from keyturn.store.payloads import unpack_values

_PAUSE = 0.1
_LONGEST_OUTAGE = 60.0
# A connection that is cut at the moment when a statement begins gives an InternalClientError.
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
)

HELD = """
SELECT id, epoch FROM runs WHERE id = root_id AND status = 'running' AND owner LIKE '%:' || $1::text || ':%'
"""
PROGRESS = """
SELECT id, epoch, status,
    (SELECT count(*) FROM journal WHERE root_id = run.id)
    -- Traces are found by their run: by root there is no index, and each look would read all that there are.
    + (SELECT count(*) FROM trace WHERE run_id = run.id)
    + (SELECT count(*) FROM runs helper JOIN trace ON trace.run_id = helper.id
       WHERE helper.root_id = run.id AND helper.id <> helper.root_id)
    AS records
FROM runs run WHERE id = ANY($1::uuid[])
"""
STATES = "SELECT status, count(*) AS n FROM runs WHERE id = root_id GROUP BY status"
OF_STATUS = """
SELECT id, flow_id, about FROM runs run
WHERE id = root_id AND status = $1 AND NOT EXISTS (SELECT FROM runs again WHERE again.rerun_of = run.id)
ORDER BY created_at, id
"""
RUNS = "SELECT id, flow_id, version, status, event, parent_id, rerun_of FROM runs"
STILL_DUE = "SELECT count(*) AS n FROM schedules WHERE next_due IS NOT NULL OR plan_after IS NOT NULL"
JOURNAL = "SELECT run_id, path, attempt, state, card, result, recorded_at FROM journal"
CUT = """
SELECT pg_terminate_backend(pid) FROM (
    SELECT pid, row_number() OVER (ORDER BY pid) AS place, count(*) OVER () AS n
    FROM pg_stat_activity WHERE application_name = 'keyturn'
) AS found WHERE place <= ceil(n * $1::float8)
"""


class Records:
    """Reads the database; while it is away, waits for it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._link: asyncpg.Connection | None = None
        self._lock = asyncio.Lock()

    async def fetch(self, statement: str, *values: object) -> Sequence[asyncpg.Record]:
        """The rows of a statement that may be sent twice."""
        async with asyncio.timeout(_LONGEST_OUTAGE), self._lock:
            while True:
                try:
                    if self._link is None or self._link.is_closed():
                        self._link = await asyncpg.connect(self._url, server_settings={"application_name": "chaos"})
                    return await self._link.fetch(statement, *values)
                except _AWAY:
                    if self._link is not None:
                        self._link.terminate()
                        self._link = None
                    await asyncio.sleep(_PAUSE)
                except asyncio.CancelledError:
                    if self._link is not None:
                        self._link.terminate()  # in the middle of an answer: of no use to the next
                        self._link = None
                    raise

    async def close(self) -> None:
        """Let go of the connection."""
        if self._link is not None:
            await self._link.close()

    async def states(self) -> dict[str, int]:
        """How many root runs there are in each state."""
        return {row["status"]: row["n"] for row in await self.fetch(STATES)}

    async def runs(self) -> list[RunRow]:
        """All runs."""
        return [_run(row) for row in await self.fetch(RUNS)]

    async def journal(self) -> list[Line]:
        """All journals."""
        return [_line(row) for row in await self.fetch(JOURNAL)]


def _run(row: asyncpg.Record) -> RunRow:
    event: Values = (unpack_values(row["event"]) or {}) if row["parent_id"] is None else {}
    found, key, due = event.get("UUID"), event.get("key"), event.get("due_time")
    return RunRow(
        id=row["id"],
        flow_id=row["flow_id"],
        status=row["status"],
        event_id=UUID(found) if isinstance(found, str) else None,
        parent_id=row["parent_id"],
        rerun_of=row["rerun_of"],
        version=row["version"],
        key=key if isinstance(key, str) else "",
        due=datetime.fromisoformat(due).timestamp() if isinstance(due, str) else None,
        skipped=int(str(event.get("skipped", 0))),
    )


def _line(row: asyncpg.Record) -> Line:
    result = unpack_values(row["result"]) if row["state"] == "decided" else None
    answer = (result or {}).get("answer")
    return Line(
        run_id=row["run_id"],
        path=row["path"],
        attempt=row["attempt"],
        state=row["state"],
        card=row["card"],
        answer=answer if isinstance(answer, str) else "",
        at=row["recorded_at"].timestamp(),
    )


def sent(ledger: Sequence[dict[str, JSON]]) -> list[Sent]:
    """The requests of runs, from the sandbox's ledger."""
    return [
        Sent(
            run_id=UUID(str(row["run"])),
            path=str(row["card"]),
            attempt=int(str(row["attempt"])),
            method=str(row["method"]),
            status=row["status"] if isinstance(row["status"], int) else None,
            fault=str(row["fault"] or ""),
            at=datetime.fromisoformat(str(row["time"])).timestamp(),
            marker=query if (query := str(row["query"])).startswith("version=") else "",
        )
        for row in ledger
        if row.get("run")
    ]

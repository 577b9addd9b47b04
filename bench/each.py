"""W3: For Each over many records, with a helper flow of five cards: speed, memory, journal."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from . import audit
from .documents import EACH_FLOW, each_flows
from .effects import running_app
from .keyturn_server import keyturn_server
from .place import Place

_POLL_SECONDS = 0.1
_LONGEST_SECONDS = 1200.0
_ENDED = "SELECT status FROM runs WHERE id = $1::uuid AND ended_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Looped:
    """What a measurement gave.

    Attributes:
        per_second: records, from the start of the run to its end.
        peak_mb: the most memory of the whole server, from its start to the end of the run.
        before_mb: the same before the run began.
        cpu_us: processor time of the server for a record, in microseconds.
        journal: rows.
    """

    items: int
    per_second: float
    peak_mb: float
    before_mb: float
    cpu_us: float
    journal: int
    audited: int

    def to_json(self) -> dict[str, object]:
        return {
            "items": self.items,
            "items_per_s": round(self.per_second, 1),
            "peak_mb": round(self.peak_mb, 1),
            "peak_mb_before": round(self.before_mb, 1),
            "server_cpu_us_per_item": round(self.cpu_us, 1),
            "journal_rows": self.journal,
            "audited": self.audited,
        }


async def loop_over(place: Place, items: int) -> Looped:
    """One measurement, by a fresh process on a fresh database. Raises audit.AuditFailed."""
    async with (
        running_app(place) as app,
        place.database("each") as url,
        keyturn_server(place, url, each_flows(), app.program.port) as keyturn,
    ):
        before = keyturn.program.peak_mb()
        link = await asyncpg.connect(url)
        try:
            used, began = keyturn.program.cpu_seconds(), time.perf_counter()
            started = await keyturn.call("POST", f"/flows/{EACH_FLOW}/runs", {"inputs": {"count": items}})
            while await link.fetchval(_ENDED, started["id"]) is None:
                keyturn.program.check()
                if time.perf_counter() - began > _LONGEST_SECONDS:
                    raise audit.AuditFailed(f"the loop did not end within {_LONGEST_SECONDS:.0f} s")
                await asyncio.sleep(_POLL_SECONDS)
            seconds, cpu = time.perf_counter() - began, keyturn.program.cpu_seconds() - used
        finally:
            await link.close()
        peak = keyturn.program.peak_mb()
        audited, journal = await audit.audit_each(url, items)
        return Looped(items, items / seconds, peak, before, cpu * 1e6 / items, journal, audited)

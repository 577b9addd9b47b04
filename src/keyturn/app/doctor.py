"""The doctor: looks at everything that claims to be alive, mends what it can, and tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from keyturn.connections.authorise import Authoriser, ConnectionProblem
from keyturn.connections.ports import ConnectionStore
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.triggers.schedules import Scheduler
from keyturn.workers.reconciler import Reconciler

from .services import Finding


class Checked(Protocol):
    """Something that can be asked whether it answers."""

    async def check(self) -> None: ...


class Doctor:
    """Looks at database, runs, schedules and connections."""

    def __init__(
        self,
        database: Checked,
        connections: ConnectionStore,
        authoriser: Authoriser,
        reconciler: Reconciler,
        scheduler: Scheduler,
    ) -> None:
        self._database = database
        self._connections = connections
        self._authoriser = authoriser
        self._reconciler = reconciler
        self._scheduler = scheduler

    async def look(self) -> Sequence[Finding]:
        """What was found; without a database only that."""
        try:
            await self._database.check()
        except StoreUnavailable as error:
            return [Finding("database", False, str(error), "Start Postgres, or correct KEYTURN_DATABASE_URL.")]
        answers = Finding("database", True, "It answers.")
        return [answers, await self._runs(), await self._schedules(), *await self._secrets()]

    async def _runs(self) -> Finding:
        swept = await self._reconciler.once()
        if not swept.total:
            return Finding("runs", True, "Every run that claims to be alive is in somebody's hands.")
        parts = {
            "left by a dead worker": swept.abandoned,
            "due": swept.due,
            "without a job": swept.jobless,
            "with a job too many": swept.jobs,
        }
        said = ", ".join(f"{len(runs)} {name}" for name, runs in parts.items() if runs)
        return Finding("runs", True, f"Found and mended: {said}.")

    async def _schedules(self) -> Finding:
        mends = await self._scheduler.mend()
        await self._scheduler.once()
        parts = {
            "missing": mends.missing,
            "of a flow that something else starts": mends.orphaned,
            "not on or off as its flow": mends.misled,
            "overdue": mends.overdue,
        }
        said = ", ".join(f"{len(flows)} {name}" for name, flows in parts.items() if flows)
        what = f"Found and mended: {said}." if said else "Every schedule goes with its flow, and none is overdue."
        return Finding("schedules", True, what)

    async def _secrets(self) -> list[Finding]:
        findings: list[Finding] = []
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._connections.list(page)
            for connection in found.rows:
                try:
                    self._authoriser.secrets(connection)
                except ConnectionProblem as problem:
                    findings.append(Finding(f"connection {connection.id}", False, str(problem), problem.mend))
                else:
                    findings.append(Finding(f"connection {connection.id}", True, "Its secrets can be opened."))
            page = PageRequest(MAX_PAGE, found.next) if found.next else None
        return findings

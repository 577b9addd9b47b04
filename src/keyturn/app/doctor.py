"""The doctor: looks at everything that claims to be alive, mends what it can, and tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keyturn.connections.authorise import Authoriser
from keyturn.connections.model import EVENT_HOOK_SECRET, Connection, Health
from keyturn.connections.ports import ConnectionStore, HealthStore
from keyturn.connections.problems import CANNOT_DECRYPT, ConnectionProblem
from keyturn.connectors.registry import UNUSABLE_MEND, Unusable
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.flows.problems import Problem
from keyturn.library.ports import FlowStore
from keyturn.triggers.schedules import Scheduler
from keyturn.workers.corpses import Found
from keyturn.workers.reconciler import Reconciler
from keyturn.workers.retention import Retention

from .services import Finding

_SHOWN = 10


class Checked(Protocol):
    """Something that can be asked whether it answers."""

    async def check(self) -> None: ...


class FlowWaiting(Protocol):
    """How many runs of a flow wait for their turn, and since when."""

    @property
    def id(self) -> str: ...

    @property
    def runs(self) -> int: ...

    @property
    def since(self) -> datetime: ...


class Waiting(Protocol):
    """Which runs wait for their turn."""

    async def waiting(self, most: int) -> Sequence[FlowWaiting]: ...


@dataclass(frozen=True, slots=True)
class Watches:
    """What keeps watch all the time, and is asked to look now."""

    reconciler: Reconciler
    scheduler: Scheduler
    retention: Retention


class Doctor:
    """Looks at database, at every row that claims to be alive (``workers.corpses``), schedules, what connects."""

    def __init__(
        self,
        database: Checked,
        connections: ConnectionStore,
        authoriser: Authoriser,
        watches: Watches,
        admission: Waiting,
        reseal: Callable[[], Awaitable[int]],
        flows: FlowStore,
        health: HealthStore,
        left_out: Callable[[], Sequence[Unusable]],
    ) -> None:
        self._left_out = left_out
        self._flows = flows
        self._health = health
        self._reseal = reseal
        self._database = database
        self._connections = connections
        self._authoriser = authoriser
        self._reconciler = watches.reconciler
        self._scheduler = watches.scheduler
        self._retention = watches.retention
        self._admission = admission

    async def look(self) -> Sequence[Finding]:
        """What was found; without a database only that."""
        try:
            await self._database.check()
        except StoreUnavailable as error:
            return [Finding("database", False, str(error), "Start Postgres, or correct KEYTURN_DATABASE_URL.")]
        rows = [_finding(found) for found in await self._reconciler.thoroughly()]
        kept = Finding("history", True, await self._retention.told())
        rest = [await self._waiting(), await self._schedules(), kept, await self._former_keys()]
        return [
            Finding("database", True, "It answers."),
            *rows,
            *rest,
            *self._of_connectors(),
            *await self._of_connections(),
        ]

    async def _waiting(self) -> Finding:
        flows = await self._admission.waiting(_SHOWN)
        if not flows:
            return Finding("waiting for a turn", True, "No run.")
        said = ", ".join(f"{flow.id}: {flow.runs} since {flow.since:%Y-%m-%d %H:%M} UTC" for flow in flows)
        return Finding("waiting for a turn", True, f"Runs wait for a place of their flow or connections. {said}.")

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

    async def _former_keys(self) -> Finding:
        anew = await self._reseal()
        if not anew:
            return Finding("former keys", True, "Nothing that can be opened is sealed with a former key.")
        return Finding("former keys", True, f"{anew} secrets were sealed anew with the present key.")

    def _of_connectors(self) -> Iterator[Finding]:
        """Connectors of the folder that are left out, each with where its mistakes stand: all others work."""
        for one in self._left_out():
            told = [f"{_place(problem, one)}: {problem.what}" for problem in one.problems[:_SHOWN]]
            if (more := len(one.problems) - len(told)) > 0:
                told.append(f"and {more} more.")
            what = f"It is left out for its mistakes. {' '.join(told)}"
            yield Finding(f"connector {one.name}", True, what, UNUSABLE_MEND, warning=True)

    async def _of_connections(self) -> list[Finding]:
        """Each connection: whether it has an address of its own, can be opened, its app takes it, and its events reach
        the flows that wait."""
        listeners = await self._listeners()
        findings: list[Finding] = []
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._connections.list(page)
            health = await self._health.of([connection.id for connection in found.rows])
            for connection in found.rows:
                known, flows = health.get(connection.id), listeners.get(connection.id, [])
                finding = self._of_connection(connection, known, flows)
                if finding.good and known is not None and known.trouble is not None:
                    await self._health.answered(connection.id)  # it failed as its key was not here
                findings.append(finding)
            page = PageRequest(MAX_PAGE, found.next) if found.next else None
        return findings

    def _of_connection(self, connection: Connection, health: Health | None, listeners: Sequence[str]) -> Finding:
        name = f"connection {connection.id}"
        try:
            self._authoriser.allow(connection)
            secrets = self._authoriser.secrets(connection)
        except ConnectionProblem as problem:
            return Finding(name, False, str(problem), problem.mend)
        trouble = health.trouble if health is not None else None
        if health is not None and trouble is not None and health.failing_since and trouble.code != CANNOT_DECRYPT:
            since = f"{health.failing_since:%Y-%m-%d %H:%M} UTC"
            return Finding(name, False, f"It has failed since {since}: {trouble.what}", trouble.mend)
        if listeners and EVENT_HOOK_SECRET not in secrets:
            what = f"It has no event hook secret, so that no event reaches the flows that wait: {', '.join(listeners)}."
            return Finding(name, False, what, f"Register its event hook: keyturn connections subscribe {connection.id}")
        again = " They could not when it was used last." if trouble is not None else ""
        return Finding(name, True, f"Its secrets can be opened.{again}")

    async def _listeners(self) -> dict[str, list[str]]:
        """The flows that are on and wait for events of a connection, by connection."""
        found: dict[str, list[str]] = {}
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            rows = await self._flows.list(page)
            for flow in rows.rows:
                if flow.active and flow.event_connection is not None:
                    found.setdefault(flow.event_connection, []).append(flow.id)
            page = PageRequest(MAX_PAGE, rows.next) if rows.next else None
        return found


def _place(problem: Problem, connector: Unusable) -> str:
    return ":".join(str(part) for part in (problem.file or connector.file, problem.line) if part)


def _finding(found: Found) -> Finding:
    """What was found of a kind, as the doctor tells it."""
    kind, number = found.kind, len(found.names)
    if not number:
        return Finding(kind.name, True, "None.")
    some = ", ".join(found.names[:_SHOWN]) + (", ..." if number > _SHOWN else "")
    what = f"{number} found. {kind.what} {'' if kind.person else kind.mend} {some}".replace("  ", " ")
    return Finding(kind.name, found.good, what, kind.mend if kind.person else "")

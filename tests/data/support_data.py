"""A world for table cards: the real engine and the real store, and flows that are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from keyturn.app.actions import AllActions
from keyturn.app.ids import new_id
from keyturn.cards.catalogue import BuiltInCards
from keyturn.data.actions import TableActions
from keyturn.data.model import Column, Table
from keyturn.data.ports import NewTable
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.points import Points, Watcher
from keyturn.engine.ports import JournalRecord, PublishedFlow, Run, RunStatus
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import Type
from keyturn.store import Store
from keyturn.store.runs import read_tree

PEOPLE: Mapping[str, str] = {
    "Login": "text",
    "Name": "text",
    "Age": "number",
    "Active": "boolean",
    "Since": "datetime",
    "Tags": "list of text",
}


def people_columns() -> tuple[Column, ...]:
    """Login is unique, and the age is 18 where none is given."""
    made = [Column(name, Type.parse(text), number) for number, (name, text) in enumerate(PEOPLE.items(), 1)]
    return tuple(
        replace(
            column,
            unique=column.name == "Login",
            indexed=column.searchable,
            default=18 if column.name == "Age" else None,
        )
        for column in made
    )


class Clock:
    """Time goes on as it does; nobody sleeps for long."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return datetime.now(UTC).timestamp()

    async def sleep(self, seconds: float) -> None:
        assert seconds < 1


class NoApps:
    async def perform(self, call: ActionCall) -> Done:
        raise AssertionError(f"{call.card} would have been sent")


class World:
    """Flows over a store."""

    def __init__(self, store: Store, watcher: Watcher | None = None) -> None:
        self.store = store
        self.flows: dict[tuple[str, int], Flow] = {}
        self.current: dict[str, int] = {}
        self.stopping: Callable[[], bool] = lambda: False
        functions = BuiltInCards()
        self.engine = Engine(
            store=store.runs,
            plans=Plans(self, functions, functions),
            actions=AllActions(NoApps(), TableActions(store.tables, store.rows, new_id)),
            clock=Clock(),
            random=Random(7),
            guard=lambda lease: None,
            stopping=lambda: self.stopping(),
            points=Points(watcher),
        )

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        number = version or self.current.get(flow_id, 0)
        flow = self.flows.get((flow_id, number))
        return PublishedFlow(flow, number) if flow else None

    def publish(self, flow_id: str, cards: list[Values], outputs: Values | None = None) -> None:
        event: Values = {"card": "helper", "outputs": outputs or {}} if outputs is not None else {"card": "manual"}
        flow = Flow.model_validate({"id": flow_id, "name": flow_id, "event": event, "cards": cards})
        version = self.current[flow_id] = self.current.get(flow_id, 0) + 1
        self.flows[flow_id, version] = flow

    async def people(self) -> Table:
        """The table of the cases."""
        made = await self.store.tables.create(NewTable("people", "People", "", people_columns()))
        assert made is not None
        return made

    async def queued(self, flow_id: str = "main", **event: JSON) -> Run:
        run_id = new_id()
        run = Run(run_id, run_id, flow_id, self.current[flow_id], RunStatus.QUEUED, event)
        await self.store.starts.start(run)
        return run

    async def go_on(self, run: Run, owner: str = "w1") -> Run:
        """Claim a run and carry it as far as it goes."""
        lease = await self.store.leases.claim(run.id, owner, timedelta(seconds=30))
        assert lease is not None
        await self.engine.execute(lease)
        return await self.stored(run.id)

    async def run(self, flow_id: str = "main", **event: JSON) -> Run:
        return await self.go_on(await self.queued(flow_id, **event))

    async def stored(self, run_id: UUID) -> Run:
        tree = await read_tree(self.store.database, run_id)
        assert tree is not None
        return tree.root

    async def journal(self, run_id: UUID) -> list[JournalRecord]:
        tree = await read_tree(self.store.database, run_id)
        assert tree is not None
        return list(tree.journal)

    async def expire(self, run: Run) -> None:
        """Let the lease of a run have ended."""
        await self.store.database.fetch(
            "UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1", run.id
        )

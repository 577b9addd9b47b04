"""Which flow an address starts, and which token it takes: known here for a second at a time.

A call asks the database for nothing but its own commit. What is known of a flow is asked for again once it is a
second old, counted from before the question: a new token, a new version or a switch takes effect in every process
within a second, and while the database is away nothing is answered from memory for longer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from keyturn.engine.engine import Plans
from keyturn.engine.plan import Plan
from keyturn.flows.functions import Clock

from .ports import EndpointRecord, EndpointStore
from .shape import Shape, shape_of

_KNOWN_SECONDS = 1.0
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A flow that can be called.

    Attributes:
        plan, shape: of its current version; None while it is switched off.
    """

    record: EndpointRecord
    plan: Plan | None
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class _Known:
    endpoint: Endpoint | None
    asked_at: float


class Directory:
    """Finds endpoints by the id of their flow."""

    def __init__(self, store: EndpointStore, plans: Plans, clock: Clock) -> None:
        self._store = store
        self._plans = plans
        self._clock = clock
        self._kept: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Endpoint | None]] = {}

    async def find(self, flow_id: str) -> Endpoint | None:
        """The endpoint of a flow, or None if it has none.

        Raises:
            StoreUnavailable: what is known is too old, and the database is away.
            PlanError: the flow's version cannot be compiled by this installation.
        """
        known = self._kept.get(flow_id)
        if known is not None and self._clock.monotonic() - known.asked_at < _KNOWN_SECONDS:
            return known.endpoint
        asking = self._asking.get(flow_id)
        if asking is None:
            asking = self._asking[flow_id] = asyncio.create_task(self._ask(flow_id))
            asking.add_done_callback(lambda done: self._asked(flow_id, done))
        return await asyncio.shield(asking)

    def forget(self, flow_id: str) -> None:
        """Something about this flow was changed by this process: ask again."""
        self._kept.pop(flow_id, None)
        self._asking.pop(flow_id, None)

    def _asked(self, flow_id: str, done: asyncio.Task[Endpoint | None]) -> None:
        if self._asking.get(flow_id) is done:
            del self._asking[flow_id]

    async def _ask(self, flow_id: str) -> Endpoint | None:
        asked_at = self._clock.monotonic()
        record = await self._store.find(flow_id)
        endpoint = await self._endpoint(record) if record else None
        if self._asking.get(flow_id) is asyncio.current_task():
            self._kept[flow_id] = _Known(endpoint, asked_at)
            self._kept.move_to_end(flow_id)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return endpoint

    async def _endpoint(self, record: EndpointRecord) -> Endpoint:
        before = self._kept.get(record.flow_id)
        if before and before.endpoint and before.endpoint.record == record:
            return before.endpoint
        plan = await self._plans.get(record.flow_id, record.version) if record.active else None
        return Endpoint(record, plan, shape_of(plan) if plan else None)

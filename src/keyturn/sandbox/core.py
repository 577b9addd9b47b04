"""What the tenants of one sandbox share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.faults import Fault, FaultBoard
from keyturn.sandbox.ids import Ids
from keyturn.sandbox.ledger import Ledger
from keyturn.sandbox.limits import RateLimits
from keyturn.sandbox.state import Store, World
from keyturn.sandbox.values import Clock, Shelf, Tenant, millis


@dataclass
class Core:
    """Settings, ports and state of one sandbox. `bases` holds the tenants' base URLs once they are known;
    `pause` lets so many seconds go by."""

    config: SandboxConfig
    clock: Clock
    ids: Ids
    store: Store
    ledger: Ledger
    faults: FaultBoard
    limits: RateLimits
    bases: dict[str, str] = field(default_factory=dict[str, str])
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def world(self) -> World:
        """The state as it is now."""
        return self.store.world

    def shelf(self, name: str) -> Shelf:
        """The documents of one kind by id, as `World.shelf` has them."""
        return self.store.world.shelf(name)

    def now(self) -> str:
        """The time now as Okta and Google write it: `2026-01-31T09:30:00.000Z`."""
        return millis(self.clock())

    def changed(self) -> None:
        """Say that the world has changed: it is saved before the answer leaves."""
        self.store.touch()

    def base(self, tenant: Tenant) -> str:
        """The base URL of a tenant, without a slash at the end."""
        return self.bases[tenant]

    async def hold(self, fault: Fault, gone: Coroutine[None, None, None] | None = None) -> bool:
        """Keep somebody waiting until a fault's seconds are over, it is turned off or the sandbox stops.

        gone: ends when they go away; then this gives False.
        """
        ends = [asyncio.ensure_future(self.faults.lifted(fault)), asyncio.ensure_future(self.stopping.wait())]
        if fault.seconds is not None:
            ends.append(asyncio.ensure_future(self.pause(fault.seconds)))
        left = None if gone is None else asyncio.ensure_future(gone)
        if left is not None:
            ends.append(left)
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return left is None or not left.done()
        finally:
            for end in ends:
                end.cancel()

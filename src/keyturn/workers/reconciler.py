"""The one sweeper: looks at every row that claims to be alive (``corpses`` lists the kinds), and mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.functions import Clock

from .corpses import Corpses, Found
from .ports import LeaseStore

log = structlog.get_logger(__name__)

_HOUR = 3600.0


class Leftovers(Protocol):
    """What is kept outside of the database, and may be left there by what is gone."""

    async def sweep(self) -> None:
        """Remove what belongs to nothing any more. Raises StoreUnavailable."""
        ...


class Reconciler:
    """Sweeps at its start and then every ``every`` seconds; looks for rarer corpses and leftovers every hour."""

    def __init__(
        self,
        leases: LeaseStore,
        clock: Clock,
        corpses: Corpses | None = None,
        every: float = 1.0,
        leftovers: Leftovers | None = None,
    ) -> None:
        self._leases = leases
        self._corpses = corpses
        self._leftovers = leftovers
        self._clock = clock
        self._every = every

    async def once(self) -> Sequence[Found]:
        """Sweep once: what was found of the kinds that are looked for all the time. Raises StoreUnavailable."""
        return _told((await self._leases.sweep()).found())

    async def thoroughly(self) -> Sequence[Found]:
        """Look for every kind once; what that queues is swept at once. Raises StoreUnavailable."""
        swept = await self.once()
        rare: Sequence[Found] = _told(await self._corpses.look()) if self._corpses else ()
        if self._leftovers:
            await self._leftovers.sweep()
        if any(found.names for found in rare):
            await self.once()
        return [*swept, *rare]

    async def run(self) -> None:
        """Sweep for ever; a database that is away is waited for."""
        looked_at = self._clock.monotonic()
        while True:
            try:
                if self._clock.monotonic() - looked_at < _HOUR:
                    await self.once()
                else:
                    looked_at = self._clock.monotonic()
                    await self.thoroughly()
            except StoreUnavailable as error:
                log.warning("not swept", why=str(error))
            await self._clock.sleep(self._every)


def _told(every: Sequence[Found]) -> Sequence[Found]:
    for found in every:
        if found.names:
            log.info("needs a person" if found.kind.person else "mended", kind=found.kind.name, number=len(found.names))
    return every

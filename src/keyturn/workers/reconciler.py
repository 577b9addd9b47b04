"""The one sweeper: looks at every run that claims to be alive, and mends what nobody has in hand."""

from __future__ import annotations

import structlog

from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.functions import Clock

from .ports import LeaseStore, Swept

log = structlog.get_logger(__name__)


class Reconciler:
    """Sweeps at its start and then every ``every`` seconds."""

    def __init__(self, leases: LeaseStore, clock: Clock, every: float = 1.0) -> None:
        self._leases = leases
        self._clock = clock
        self._every = every

    async def once(self) -> Swept:
        """Look once. Raises StoreUnavailable."""
        swept = await self._leases.sweep()
        if swept.total:
            log.info(
                "mended",
                abandoned=len(swept.abandoned),
                due=len(swept.due),
                jobless=len(swept.jobless),
                jobs=len(swept.jobs),
            )
        return swept

    async def run(self) -> None:
        """Sweep for ever; a database that is away is waited for."""
        while True:
            try:
                await self.once()
            except StoreUnavailable as error:
                log.warning("not swept", why=str(error))
            await self._clock.sleep(self._every)

"""How long history is kept: removes runs that ended longer ago, and never one that waits or needs a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import structlog

from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.functions import Clock

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 3600.0
_BREATH_SECONDS = 0.1  # between pieces, so that runs which are under way are not held up
_RUNS_AT_ONCE = 200
_EVENTS_AT_ONCE = 1_000
_KNOWN_EVENTS = timedelta(days=30)  # an app that delivers an event again finds that it came already


class OldRuns(Protocol):
    """What has ended long ago. All raise StoreUnavailable where the database is away."""

    async def remove(self, kept: timedelta, most: int) -> int:
        """Remove up to ``most`` root runs that ended longer ago, with their trees; how many went."""
        ...

    async def remove_events(self, kept: timedelta, most: int) -> int:
        """Remove up to ``most`` events that came longer ago and have no run any more; how many went."""
        ...

    async def remove_keys(self) -> None:
        """Remove the keys of runs that are gone."""
        ...

    async def oldest(self) -> datetime | None:
        """When the oldest run that is kept was made."""
        ...


class Retention:
    """Removes what is older than ``days``, at its start and every hour; 0 keeps everything."""

    def __init__(self, old: OldRuns, clock: Clock, days: int) -> None:
        self._old = old
        self._clock = clock
        self._days = days

    async def once(self) -> int:
        """Remove all that is old by now; how many root runs went.

        Raises:
            StoreUnavailable: what was removed before is removed.
        """
        if self._days == 0:
            return 0
        kept, total = timedelta(days=self._days), 0
        while removed := await self._old.remove(kept, _RUNS_AT_ONCE):
            total += removed
            await self._clock.sleep(_BREATH_SECONDS)
        while await self._old.remove_events(max(kept, _KNOWN_EVENTS), _EVENTS_AT_ONCE) == _EVENTS_AT_ONCE:
            await self._clock.sleep(_BREATH_SECONDS)
        if total:
            await self._old.remove_keys()
            log.info("old runs removed", number=total, days=self._days)
        return total

    async def told(self) -> str:
        """How long history is kept, and how far back it goes. Raises StoreUnavailable."""
        oldest = await self._old.oldest()
        goes = f"The oldest is of {oldest:%Y-%m-%d}." if oldest else "There is none yet."
        if self._days == 0:
            return f"All runs are kept (KEYTURN_HISTORY_DAYS is 0). {goes}"
        return f"Runs are removed {self._days} days after their end. {goes}"

    async def run(self) -> None:
        """Remove for ever; a database that is away is waited for."""
        while True:
            try:
                await self.once()
            except StoreUnavailable as error:
                log.warning("old runs not removed", why=str(error))
            await self._clock.sleep(_EVERY_SECONDS)

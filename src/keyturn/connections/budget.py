"""Keeps a connection within the requests a minute that its app allows, for all processes together.

The generic cell rate algorithm (ITU-T I.371): requests are spread, a few may come at once after a pause, and in no span
of 60 seconds there are more than the limit. The app counts them as they arrive, and what was held up on its way comes
together with what follows: so they are spread over a little more than a minute.
"""

from __future__ import annotations

from keyturn.flows.functions import Clock

from .model import Connection
from .ports import BudgetStore, ConnectionStore

_BURST_SHARE = 20
_MINUTE = 62.0  # seconds; what leaves within them may arrive within sixty
_COUNTS = 1.0  # seconds for which a turn counts


class RateBudgets:
    """Has requests wait for their turn."""

    def __init__(self, store: BudgetStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def turn(self, connection: Connection, had_at: float | None = None) -> None:
        """Wait until this connection may send one more request. Nothing to wait for without a limit.

        Args:
            had_at: when a request had its turn (monotonic) that was not sent yet. It counts for a second: who was held
                up for longer would come together with those who follow.
        """
        if connection.per_minute is None or (had_at is not None and self._clock.monotonic() - had_at < _COUNTS):
            return
        burst = max(1, connection.per_minute // _BURST_SHARE)
        # What comes at once after a pause comes on top of the rest of the minute.
        interval = _MINUTE / max(1, connection.per_minute - burst)
        wait = await self._store.reserve(connection.id, interval, burst)
        if wait > 0:
            await self._clock.sleep(wait)


class Turns:
    """Implements ``flows.actions.Turns`` by the connections' budgets."""

    def __init__(self, connections: ConnectionStore, budgets: RateBudgets, clock: Clock) -> None:
        self._connections = connections
        self._budgets = budgets
        self._clock = clock

    async def turn(self, connection_id: str) -> float | None:
        """Wait for the turn of one request. Raises StoreUnavailable."""
        connection = await self._connections.get(connection_id)
        if connection is None or connection.per_minute is None:
            return None
        await self._budgets.turn(connection)
        return self._clock.monotonic()

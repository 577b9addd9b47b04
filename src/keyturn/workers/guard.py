"""The local side of a lease: may this process still count on it?"""

from __future__ import annotations

from keyturn.engine.ports import LeaseLost
from keyturn.flows.functions import Clock


class LeaseGuard:
    """Knows until when the leases of this process hold, by a clock that never jumps.

    A process that was stalled finds out here, before it sends anything, that its leases may have ended.

    Args:
        ttl: seconds that a renewed lease lasts.
        margin: seconds before the end at which the guard stops counting on it.
    """

    def __init__(self, clock: Clock, ttl: float, margin: float) -> None:
        self._clock = clock
        self._length = ttl - margin
        self._until = float("-inf")

    def renewed(self, asked_at: float) -> None:
        """The leases were renewed; ``asked_at`` is the monotonic time at which the renewal was asked for."""
        self._until = max(self._until, asked_at + self._length)

    def ensure(self) -> None:
        """Raise LeaseLost if the leases of this process may have ended."""
        if self._clock.monotonic() >= self._until:
            raise LeaseLost("the lease was not renewed in time")

"""The local side of a lease: may this process still count on it?"""

from __future__ import annotations

from keyturn.engine.ports import Lease, LeaseLost
from keyturn.flows.functions import Clock


class LeaseGuard:
    """Knows until when each lease of this process holds, by a clock that never jumps.

    A process that was stalled finds out here, before it sends anything, that its lease may have ended. A lease is
    counted on for longer only if the store has said that it was this very one that was renewed: after a stall the
    next renewal goes well, and has nothing to do with leases that went to others meanwhile.

    Args:
        ttl: seconds that a renewed lease lasts.
        margin: seconds before the end at which the guard stops counting on it.
    """

    def __init__(self, clock: Clock, ttl: float, margin: float) -> None:
        self._clock = clock
        self._length = ttl - margin
        self._until: dict[Lease, float] = {}

    def taken(self, lease: Lease, asked_at: float) -> None:
        """A lease was claimed; ``asked_at`` is the monotonic time at which it was asked for."""
        self._until[lease] = asked_at + self._length

    def renewed(self, lease: Lease, asked_at: float) -> None:
        """A lease was renewed; nothing if it was given up meanwhile."""
        if lease in self._until:
            self._until[lease] = max(self._until[lease], asked_at + self._length)

    def given_up(self, lease: Lease) -> None:
        """This process does not work on the run any more."""
        self._until.pop(lease, None)

    def ensure(self, lease: Lease) -> None:
        """Raise LeaseLost if this lease may have ended."""
        if self._clock.monotonic() >= self._until.get(lease, float("-inf")):
            raise LeaseLost("the lease was not renewed in time")

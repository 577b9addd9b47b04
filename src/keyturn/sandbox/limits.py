"""How many requests a minute a tenant takes, all clients together; none as long as nobody sets one.

What is over the limit is refused as the vendor refuses it, and counts for nothing: in no span of sixty seconds there
are more than the limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from keyturn.sandbox.values import Clock, Tenant

_SPAN = 60.0


class RateLimits:
    """The limits that are on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._limits: dict[Tenant, int] = {}
        self._taken: dict[Tenant, deque[float]] = {}

    def set_for(self, tenant: Tenant, per_minute: int | None) -> None:
        """Have a limit, or none; counting begins anew."""
        self._taken.pop(tenant, None)
        if per_minute is None:
            self._limits.pop(tenant, None)
        else:
            self._limits[tenant] = per_minute

    def rows(self) -> Mapping[str, int]:
        """The limits by tenant."""
        return {**self._limits}

    def take(self, tenant: Tenant) -> bool:
        """Whether the tenant takes one more request now."""
        limit = self._limits.get(tenant)
        if limit is None:
            return True
        now = self._clock().timestamp()
        taken = self._taken.setdefault(tenant, deque())
        while taken and taken[0] <= now - _SPAN:
            taken.popleft()
        if len(taken) >= limit:
            return False
        taken.append(now)
        return True

"""How a run leaves its straight line. None of these is an error of a card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from keyturn.flows.json import Values


class Signal(Exception):
    """Base of all signals."""


class Leave(Signal):
    """Return or Continue If: leave the innermost container, or the flow.

    Attributes:
        whole_flow: leave the flow, not only the container.
        outputs: the values handed on.
        stopped: it was Continue If; the run ends as stopped.
        secret: names of the values that are made from secrets.
        raw: the values are an HTTP answer (Return Raw), for the caller of an endpoint.
    """

    def __init__(
        self,
        *,
        whole_flow: bool,
        outputs: Values,
        stopped: bool = False,
        secret: frozenset[str] = frozenset(),
        raw: bool = False,
    ) -> None:
        super().__init__("leave")
        self.whole_flow = whole_flow
        self.outputs = outputs
        self.stopped = stopped
        self.secret = secret
        self.raw = raw


class Parked(Signal):
    """The run waits; it goes on at ``until`` with whoever picks it up."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"parked until {until.isoformat()}")
        self.until = until


class AttentionNeeded(Signal):
    """A person must say what happened to an effect."""

    def __init__(self, run_id: UUID, path: str, error: Values) -> None:
        super().__init__(f"attention needed at {path}")
        self.run_id = run_id
        self.path = path
        self.error = error


class CancelledRun(Signal):
    """A person asked the run to end."""


class HandBack(Signal):
    """The worker is stopping; another one continues the run."""

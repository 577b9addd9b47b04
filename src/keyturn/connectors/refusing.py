"""Notes that an app refused a connection, as far as what came of a request tells."""

from __future__ import annotations

from keyturn.connections.health import HealthNotes
from keyturn.connections.model import Trouble
from keyturn.connections.problems import CANNOT_DECRYPT, EXAMPLE_ADDRESS, REFUSED
from keyturn.flows.errors import ErrorDetail

from .failures import NOT_REACHED

# What makes a connection unusable, whatever is done with it.
_OF_CONNECTIONS = frozenset(
    {"no-token", "needs-sign-in", "bad-key", "certificate-ended", CANNOT_DECRYPT, EXAMPLE_ADDRESS, NOT_REACHED}
)


def note_refusal(notes: HealthNotes, connection_id: str, error: ErrorDetail, status: int | None) -> None:
    """Note a failure where it is certainly the connection's, and no other one."""
    ours = error.code in _OF_CONNECTIONS
    if ours or status == 401:
        notes.failed(connection_id, Trouble(error.code if ours else REFUSED, error.message, error.mend))

"""Carries out the card Cursor: one value for each flow, which the commit that records it keeps."""

from __future__ import annotations

from keyturn.flows.actions import ActionCall, Failed, Ready
from keyturn.flows.conversion import ConversionError, dump_json
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON

from .changes import KeepCursor

CURSOR = "flow.cursor"


class CursorActions:
    """Implements ``flows.actions.Actions`` for it.

    Args:
        largest: bytes of JSON that are kept at most.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest

    async def perform(self, call: ActionCall) -> Ready | Failed:
        """Have the value kept by the commit."""
        if call.card != CURSOR:
            detail = ErrorDetail(f"There is no card {call.card!r}.", code="unknown-card", mend="Publish anew.")
            return Failed(detail, not_sent=True)
        value = call.inputs.get("properties")
        try:
            self._check(call, value)
        except CardError as error:
            return Failed(error.detail, not_sent=True)
        return Ready(KeepCursor(call.flow_id, value))

    def _check(self, call: ActionCall, value: JSON) -> None:
        if isinstance(value, bool | list):
            what = f"{type(value).__name__} is nothing that a cursor keeps."
            raise CardError.bad_input("properties", what, "Give a date, a number, a text or an object.")
        try:
            text = dump_json(value)
        except ConversionError as error:
            raise CardError.bad_input(
                "properties", f"The value cannot be kept: {error}.", "Give less, or a text."
            ) from error
        if len(text.encode("utf-8", "surrogatepass")) > self._largest:
            what = f"It has over {self._largest:,} bytes, the most that a cursor keeps."
            raise CardError.bad_input("properties", what, "Keep less, or use a table.")
        if any(secret in text for secret in call.secrets if secret):
            what = "It holds a secret, and what is kept is shown in the history of the next run."
            raise CardError.bad_input("properties", what, "Leave the secret out.")

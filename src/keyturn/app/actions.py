"""Who carries out which card that touches anything: connectors, and Keyturn's own data."""

from __future__ import annotations

from keyturn.data.actions import PREFIX
from keyturn.flows.actions import ActionCall, Actions, Done, Failed, Ready, Unknown
from keyturn.flows.errors import ErrorDetail


class AllActions:
    """Implements ``flows.actions.Actions``: cards of tables by one, all others by the connectors'.

    Args:
        tables: None where there is no database, as when a file is tried out.
    """

    def __init__(self, connectors: Actions, tables: Actions | None = None) -> None:
        self._connectors = connectors
        self._tables = tables

    async def perform(self, call: ActionCall) -> Done | Failed | Unknown | Ready:
        """One attempt, by whoever it is for."""
        if not call.card.startswith(PREFIX):
            return await self._connectors.perform(call)
        if self._tables is not None:
            return await self._tables.perform(call)
        what = "Tables are in the database, and a flow that is tried out from a file has none."
        mend = "Publish the flow and run it on a server: keyturn flows push, keyturn runs start."
        return Failed(ErrorDetail(what, code="no-tables", mend=mend), not_sent=True)

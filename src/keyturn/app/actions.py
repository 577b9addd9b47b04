"""Who carries out which card that touches anything: connectors, and Keyturn's own data."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.flows.actions import ActionCall, Actions, Done, Failed, Ready, Unknown
from keyturn.flows.errors import ErrorDetail

OWN = frozenset({"table", "file", "flows", "folder", "flow.cursor"})


class AllActions:
    """Implements ``flows.actions.Actions``: cards of Keyturn's own data by those who are named, all others by the
    connectors'.

    Args:
        own: who carries out a card, or all cards of a category (``table``); none where there is no database, as when a
            file is tried out.
    """

    def __init__(self, connectors: Actions, own: Mapping[str, Actions] | None = None) -> None:
        self._connectors = connectors
        self._own = own or {}

    async def perform(self, call: ActionCall) -> Done | Failed | Unknown | Ready:
        """One attempt, by whoever it is for."""
        category = call.card.partition(".")[0]
        if category not in OWN and call.card not in OWN:
            return await self._connectors.perform(call)
        actions = self._own.get(call.card) or self._own.get(category)
        if actions is not None:
            return await actions.perform(call)
        what = "Tables, files and flows are on a server, and a flow that is tried out from a file has none."
        mend = "Publish the flow and run it on a server: keyturn flows push, keyturn runs start."
        return Failed(ErrorDetail(what, code="no-server-data", mend=mend), not_sent=True)

"""Published flows for the engine: versions never change, so they are kept once read."""

from __future__ import annotations

from collections import OrderedDict

from keyturn.engine.ports import PublishedFlow
from keyturn.flows.json_format import from_json

from .ports import FlowStore

_KEPT = 500


class PublishedFlows:
    """Reads published flows; which version is current is asked of the store each time."""

    def __init__(self, store: FlowStore) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, int], PublishedFlow] = OrderedDict()

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        """A version of a flow; the current one if ``version`` is None. None if there is none or it is off."""
        if version is None:
            record = await self._store.get(flow_id)
            if record is None or not record.active:
                return None
            version = record.version
        known = self._kept.get((flow_id, version))
        if known is not None:
            self._kept.move_to_end((flow_id, version))
            return known
        return await self._read(flow_id, version)

    async def _read(self, flow_id: str, version: int) -> PublishedFlow | None:
        stored = await self._store.version(flow_id, version)
        flow = from_json(stored.document).flow if stored else None
        if stored is None or flow is None:
            return None
        published = self._kept[flow_id, version] = PublishedFlow(flow, version, stored.manifests)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return published

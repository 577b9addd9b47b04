"""What flows keep for their next run (the card Cursor): one value for each flow."""

from __future__ import annotations

from keyturn.data.changes import KeepCursor
from keyturn.flows.json import Values

from .driver import Link
from .payloads import clean, pack, unpack
from .sql import flow_cursors as sql


async def keep_cursor(link: Link, change: KeepCursor) -> Values:
    """Carry out the change within a transaction; gives its outputs."""
    flow_id = clean(change.flow_id)
    before = await link.fetchrow(sql.GET_CURSOR, flow_id)
    if change.value is not None:
        await link.execute(sql.PUT_CURSOR, flow_id, pack(change.value))
    return {"cursor": None if before is None else unpack(before["value"])}

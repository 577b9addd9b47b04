"""What flows keep for their next run."""

from __future__ import annotations

# Under the row's lock, so that of two runs at once the later is told what the other kept.
GET_CURSOR = "SELECT value FROM flow_cursors WHERE flow_id = $1 FOR UPDATE"

PUT_CURSOR = """
INSERT INTO flow_cursors (flow_id, value) VALUES ($1, $2)
ON CONFLICT (flow_id) DO UPDATE SET value = excluded.value, kept_at = clock_timestamp()
"""

"""Events, and what they start."""

from __future__ import annotations

from . import admission, columns, jobs

# Inserted in one order, so that deliveries of the same events in different orders wait and do not deadlock.
_GIVEN = """
given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[])
        AS sent (connection_id, event_key, event_id, type, payload, note)
), fresh AS (
    INSERT INTO events (connection_id, event_key, event_id, type, payload, note)
    SELECT * FROM given ORDER BY connection_id, event_key
    ON CONFLICT DO NOTHING
    RETURNING id, connection_id, event_key
)
"""
_EVENT = {"connection_id": "text", "event_key": "text"}

_FRESH = """
ARRAY(SELECT connection_id FROM fresh ORDER BY id) AS connections,
ARRAY(SELECT event_key FROM fresh ORDER BY id) AS keys
"""

ACCEPT = f"WITH {_GIVEN} SELECT {_FRESH}, ARRAY[]::uuid[] AS runs, false AS waits"

ACCEPT_WITH_RUNS = f"""
WITH {_GIVEN}, wanted AS (
    SELECT fresh.id AS event_number, sent.*
    FROM {columns.spread(7, columns.RUN, "sent", _EVENT)} JOIN fresh USING (connection_id, event_key)
), linked AS (
    INSERT INTO event_runs (event, flow_id, run_id)
    SELECT event_number, flow_id, id FROM wanted ORDER BY ord
    ON CONFLICT DO NOTHING
    RETURNING run_id
), started AS (
    SELECT wanted.* FROM wanted JOIN linked ON linked.run_id = wanted.id
), {admission.turns("started")}, put AS (
    {admission.put_roots(conflict="")}
), job AS (
    {jobs.enqueue("put")}
)
SELECT {_FRESH}, ARRAY(SELECT id FROM put) AS runs,
    EXISTS (SELECT FROM put WHERE turn IS NULL) AS waits
"""

LIST_EVENTS = """
SELECT event.id, event.connection_id, event.event_id, event.type, event.received_at, event.payload, event.note,
    ARRAY(
        SELECT (begun.run_id, begun.flow_id, coalesce(flow.name, begun.flow_id), coalesce(run.status, ''))
        FROM event_runs begun
            LEFT JOIN flows flow ON flow.id = begun.flow_id
            LEFT JOIN runs run ON run.id = begun.run_id
        WHERE begun.event = event.id ORDER BY begun.flow_id
    ) AS started
FROM events event
WHERE $2::bigint IS NULL OR event.id < $2
ORDER BY event.id DESC
LIMIT $1
"""

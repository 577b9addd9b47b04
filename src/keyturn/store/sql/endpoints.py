"""Endpoints: their client tokens, the keys of their callers, and answers that history does not show."""

from __future__ import annotations

from . import admission, columns, jobs

_ENDPOINT = """
    SELECT flow.id AS flow_id, flow.name, flow.version, flow.active, token.digest AS token_digest, token.made_at
    FROM flows flow LEFT JOIN endpoint_tokens token ON token.flow_id = flow.id
    WHERE flow.event_card = 'endpoint'
"""

FIND_ENDPOINT = f"{_ENDPOINT} AND flow.id = $1"

LIST_ENDPOINTS = f"{_ENDPOINT} AND ($2::text IS NULL OR flow.id > $2) ORDER BY flow.id LIMIT $1"

SET_TOKEN = """
INSERT INTO endpoint_tokens (flow_id, digest, author)
SELECT id, $2::text, $3::text FROM flows WHERE id = $1 AND event_card = 'endpoint'
ON CONFLICT (flow_id) DO UPDATE SET digest = excluded.digest, author = excluded.author, made_at = now()
RETURNING flow_id
"""

FIND_KEY = "SELECT run_id, digest FROM endpoint_keys WHERE flow_id = $1 AND key = $2"

_AFTER_RUN = len(columns.RUN)

# The do-nothing update makes a key that another transaction has just inserted visible to RETURNING.
START_WITH_KEY = f"""
WITH given AS (
    SELECT * FROM {columns.spread(1, columns.RUN, "sent")}
), key AS (
    INSERT INTO endpoint_keys AS known (flow_id, key, digest, run_id)
    SELECT flow_id, ${_AFTER_RUN + 1}::text, ${_AFTER_RUN + 2}::text, id FROM given
    ON CONFLICT (flow_id, key) DO UPDATE SET key = known.key
    RETURNING run_id, digest
), first AS (
    SELECT given.* FROM given JOIN key ON key.run_id = given.id
), {admission.turns("first")}, put AS (
    {admission.put_roots()}
), job AS (
    {jobs.enqueue("put")}
)
SELECT run_id, digest, EXISTS (SELECT FROM put WHERE turn IS NULL) AS waits FROM key
"""

GET_ANSWER = "SELECT sealed FROM endpoint_answers WHERE run_id = $1"

# A bounded number at a time, so that the sweep stays short after a busy day.
EXPIRE_KEYS = """
DELETE FROM endpoint_keys WHERE ctid IN (
    SELECT ctid FROM endpoint_keys WHERE made_at < now() - interval '24 hours' LIMIT 5000
)
"""
EXPIRE_ANSWERS = """
DELETE FROM endpoint_answers WHERE run_id IN (
    SELECT run_id FROM endpoint_answers WHERE made_at < now() - interval '24 hours' LIMIT 5000
)
"""

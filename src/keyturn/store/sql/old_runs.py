"""Runs that ended longer ago than history is kept, with all that belongs to them. All times are the database's."""

from __future__ import annotations

_ENDED = "('succeeded', 'stopped', 'failed', 'cancelled')"

# Whoever began so long ago stands at one end of ``runs_newest``; of those the living are few.
FIND = f"""
SELECT id FROM runs
WHERE created_at < now() - $1::interval AND id = root_id AND status IN {_ENDED} AND ended_at < now() - $1::interval
ORDER BY created_at, id
LIMIT $2
"""

_THEIRS = """
traced AS (DELETE FROM trace USING gone WHERE trace.run_id = gone.id),
journaled AS (DELETE FROM journal USING gone WHERE journal.run_id = gone.id),
looped AS (DELETE FROM checkpoints USING gone WHERE checkpoints.run_id = gone.id)
"""

# A loop may have made a million of them, so that they go in pieces, before their root. Several programs do this at the
# same time: each passes over what another has in hand.
REMOVE_HELPERS = f"""
WITH gone AS (
    DELETE FROM runs WHERE id IN (
        SELECT id FROM runs WHERE root_id = ANY($1::uuid[]) AND id <> root_id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    RETURNING id
), {_THEIRS}
SELECT count(*) AS removed FROM gone
"""

# With what says that an event, a due time or a call started them, so that nothing points to a run that is gone.
REMOVE_ROOTS = f"""
WITH gone AS (
    DELETE FROM runs WHERE id IN (
        SELECT root.id FROM runs root
        WHERE root.id = ANY($1::uuid[]) AND root.id = root.root_id
          AND root.status IN {_ENDED} AND root.ended_at < now() - $2::interval
          AND NOT EXISTS (SELECT FROM runs helper WHERE helper.root_id = root.id AND helper.id <> helper.root_id)
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
), {_THEIRS}, answered AS (
    DELETE FROM endpoint_answers USING gone WHERE endpoint_answers.run_id = gone.id
), came AS (
    DELETE FROM event_runs USING gone WHERE event_runs.run_id = gone.id
), fired AS (
    DELETE FROM firings USING gone WHERE firings.run_id = gone.id
), planned AS (
    UPDATE schedules SET last_run = NULL FROM gone WHERE schedules.last_run = gone.id
)
SELECT count(*) AS removed FROM gone
"""

# Events come in the order of their ids: the first that is newer ends the search.
REMOVE_EVENTS = """
DELETE FROM events WHERE id IN (
    SELECT id FROM events
    WHERE id < coalesce(
        (SELECT id FROM events WHERE received_at >= now() - $1::interval ORDER BY id LIMIT 1), 9223372036854775807
    ) AND NOT EXISTS (SELECT FROM event_runs WHERE event_runs.event = events.id)
    ORDER BY id
    LIMIT $2
)
RETURNING id
"""

OLDEST = "SELECT created_at FROM runs ORDER BY created_at, id LIMIT 1"

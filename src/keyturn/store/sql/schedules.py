"""Schedules: all times are the database's.

Planning locks the schedules that it takes and passes over those that another process has in hand. What fires is worked
out before it is locked, and fires if it is due as it was: of several processes one fires it. The key of ``firings``
would refuse a due time that came twice all the same.
"""

from __future__ import annotations

from . import admission, columns, jobs

_GIVEN = "unnest($1::text[], $2::int[], $3::bytea[]) AS given (flow_id, version, definition)"

# What did not change keeps its place; what did is planned from now on, and not before what has fired already.
PUT_SCHEDULES = f"""
INSERT INTO schedules AS known (flow_id, version, definition, rests, plan_after)
SELECT given.flow_id, given.version, given.definition, NOT flow.active, CASE WHEN flow.active THEN now() END
FROM {_GIVEN} JOIN flows flow ON flow.id = given.flow_id
ORDER BY given.flow_id
ON CONFLICT (flow_id) DO UPDATE SET
    version = excluded.version,
    definition = excluded.definition,
    rests = excluded.rests,
    plan_after = CASE
        WHEN excluded.definition = known.definition AND excluded.rests = known.rests THEN known.plan_after
        ELSE excluded.plan_after
    END,
    next_due = CASE
        WHEN excluded.definition = known.definition AND excluded.rests = known.rests THEN known.next_due
    END
"""

DELETE_SCHEDULES = "DELETE FROM schedules WHERE flow_id = ANY($1::text[])"

_TURN = """
    rests = NOT flow.active,
    plan_after = CASE WHEN flow.active THEN now() END,
    next_due = NULL
"""

# Part of switching a flow on or off, which comes before it in the transaction.
TURN_SCHEDULE = f"""
UPDATE schedules SET {_TURN}
FROM flows flow WHERE flow.id = $1 AND schedules.flow_id = flow.id AND schedules.rests = flow.active
"""

TAKE_UNPLANNED = """
SELECT flow_id, definition, greatest(plan_after, last_due) AS after
FROM schedules WHERE plan_after IS NOT NULL
ORDER BY flow_id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
"""

PLAN = """
UPDATE schedules SET next_due = given.next_due, plan_after = NULL
FROM unnest($1::text[], $2::timestamptz[]) AS given (flow_id, next_due) WHERE schedules.flow_id = given.flow_id
"""

FIND_DUE = """
SELECT due.flow_id, due.definition, due.next_due, flow.version, now() AS now
FROM schedules due JOIN flows flow ON flow.id = due.flow_id AND flow.active
WHERE due.next_due <= now()
ORDER BY due.next_due, due.flow_id LIMIT $1
"""

_FIRING = {"found": "timestamptz", "due": "timestamptz", "skipped": "int", "following": "timestamptz"}

FIRE = f"""
WITH asked AS (
    SELECT * FROM {columns.spread(1, columns.RUN, "sent", _FIRING)}
), mine AS (
    SELECT plan.flow_id FROM schedules plan
    JOIN asked ON asked.flow_id = plan.flow_id AND asked.found = plan.next_due
    JOIN flows flow ON flow.id = plan.flow_id AND flow.active AND flow.version = asked.version
    ORDER BY plan.flow_id FOR NO KEY UPDATE OF plan SKIP LOCKED
), given AS (
    SELECT asked.* FROM asked JOIN mine ON mine.flow_id = asked.flow_id
), fired AS (
    INSERT INTO firings (flow_id, due, run_id, skipped)
    SELECT flow_id, due, id, skipped FROM given ORDER BY ord
    ON CONFLICT DO NOTHING
    RETURNING flow_id, due, run_id
), first AS (
    SELECT given.* FROM given JOIN fired ON fired.run_id = given.id
), {admission.turns("first")}, put AS (
    {admission.put_roots("")}
), job AS (
    {jobs.enqueue("put")}
), moved AS (
    UPDATE schedules SET
        next_due = given.following,
        last_due = coalesce(fired.due, last_due),
        last_run = coalesce(fired.run_id, last_run),
        last_skipped = CASE WHEN fired.run_id IS NULL THEN last_skipped ELSE given.skipped END
    FROM given LEFT JOIN fired ON fired.run_id = given.id
    WHERE schedules.flow_id = given.flow_id
)
SELECT id, turn IS NULL AS waits FROM put
"""

END_SCHEDULES = """
UPDATE schedules SET next_due = NULL, plan_after = NULL
FROM unnest($1::text[], $2::timestamptz[]) AS given (flow_id, found)
WHERE schedules.flow_id = given.flow_id AND schedules.next_due = given.found
"""

# Seconds until something is to be done; null if nothing is.
UNTIL_NEXT = """
SELECT extract(epoch FROM least(
    (SELECT min(next_due) FROM schedules), (SELECT now() FROM schedules WHERE plan_after IS NOT NULL LIMIT 1)
) - clock_timestamp())::float8 AS seconds
"""

# What an older program, or a hand, left behind.

FIND_STALE = """
SELECT flow.id, flow.version, entry.document
FROM flows flow JOIN flow_versions entry ON entry.flow_id = flow.id AND entry.version = flow.version
LEFT JOIN schedules known ON known.flow_id = flow.id
WHERE flow.event_card = $1 AND (known.flow_id IS NULL OR known.version <> flow.version)
ORDER BY flow.id LIMIT $2 FOR UPDATE OF flow SKIP LOCKED
"""

REMOVE_ORPHANS = """
DELETE FROM schedules USING flows flow
WHERE flow.id = schedules.flow_id AND flow.event_card <> $1 RETURNING schedules.flow_id
"""

TURN_MISLED = f"""
UPDATE schedules SET {_TURN}
FROM flows flow WHERE flow.id = schedules.flow_id AND schedules.rests = flow.active RETURNING schedules.flow_id
"""

FIND_OVERDUE = """
SELECT flow_id FROM schedules WHERE next_due < now() - $1::interval ORDER BY flow_id
"""

_SHOWN = """
SELECT plan.flow_id, flow.name, flow.active, plan.definition, plan.plan_after, plan.next_due,
    plan.last_due, plan.last_run, plan.last_skipped, now() AS now
FROM schedules plan JOIN flows flow ON flow.id = plan.flow_id
"""

LIST_SCHEDULES = f"{_SHOWN} WHERE $2::text IS NULL OR plan.flow_id > $2 ORDER BY plan.flow_id LIMIT $1"

GET_SCHEDULE = f"{_SHOWN} WHERE plan.flow_id = $1"

"""Pauses and what is said to them.

Each transaction about a place begins with the place's lock: so a run that begins to pause, somebody who resumes it, and
the end of its time come one after the other, and none misses what another has done.
"""

from __future__ import annotations

from . import admission, jobs

_ENDED = "('succeeded', 'stopped', 'failed', 'cancelled')"

LOCK_PLACE = "SELECT pg_advisory_xact_lock(hashtextextended('pause ' || $1::uuid::text, 0))"

GET_RESUME = "SELECT call, body, by, resumed_at FROM resumes WHERE place = $1"

# Only while the lease holds; what is over stays over.
STAND = """
INSERT INTO pauses AS known (run_id, path, root_id, place, until, over)
SELECT $4::uuid, $5::text, id, $6::uuid, $7::timestamptz, $8::boolean
FROM runs WHERE id = $1 AND owner = $2 AND epoch = $3 AND status = 'running'
ON CONFLICT (run_id, path) DO UPDATE SET over = known.over OR excluded.over
RETURNING over
"""

REMOVE_PAUSE = "DELETE FROM pauses WHERE run_id = $1 AND path = $2"

PUT_RESUME = """
INSERT INTO resumes (place, root_id, call, body, by) VALUES ($1, $2, $3, $4, $5) RETURNING resumed_at
"""

LIST_PAUSED_ROOTS = f"""
SELECT DISTINCT root.id FROM pauses JOIN runs root ON root.id = pauses.root_id
WHERE pauses.place = $1 AND NOT pauses.over AND root.status NOT IN {_ENDED}
"""

# A run that made the place, or runs it again, and may still come to its pause.
SOME_MAY_COME = f"""
WITH RECURSIVE line AS (
    SELECT id, status FROM runs WHERE id = $2
    UNION
    SELECT run.id, run.status FROM line JOIN runs run ON run.rerun_of = line.id
)
SELECT EXISTS (
    SELECT FROM line WHERE status NOT IN {_ENDED}
      AND NOT EXISTS (SELECT FROM pauses WHERE pauses.place = $1 AND pauses.root_id = line.id AND pauses.over)
) AS some
"""

# As runs.DECIDE: a run that a worker has in hand is queued when it is handed back.
WAKE = f"""
WITH root AS (
    SELECT run.id, run.flow_id, wanted.ord
    FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, ord) JOIN runs run ON run.id = wanted.id
    WHERE run.root_id = run.id AND run.status NOT IN {_ENDED}
    ORDER BY run.id FOR NO KEY UPDATE OF run
), {admission.turns("root")}, woken AS (
    UPDATE runs SET
        decided = (status = 'running'),
        status = CASE WHEN status IN ('waiting', 'needs attention') THEN 'queued' ELSE status END,
        turn = CASE WHEN status IN ('waiting', 'needs attention') THEN turned.turn ELSE runs.turn END,
        wake_at = NULL
    FROM turned WHERE runs.id = turned.id
    RETURNING runs.id, runs.epoch, runs.status, runs.turn
), ready AS (
    SELECT id, epoch, turn FROM woken WHERE status = 'queued'
), job AS (
    {jobs.enqueue("ready")}
)
SELECT EXISTS (SELECT FROM ready WHERE turn IS NULL) AS waits
"""

LIST_OPEN = f"""
SELECT pauses.run_id, pauses.path, pauses.root_id, pauses.place, pauses.until, pauses.since
FROM pauses JOIN runs root ON root.id = pauses.root_id
WHERE pauses.root_id = $1 AND NOT pauses.over AND root.status NOT IN {_ENDED}
  AND NOT EXISTS (SELECT FROM resumes WHERE resumes.place = pauses.place)
ORDER BY pauses.since, pauses.run_id, pauses.path LIMIT 1000
"""

LIST_ALL_OPEN = f"""
SELECT pauses.run_id, pauses.path, pauses.root_id, pauses.place, pauses.until, pauses.since,
    run.flow_id, run.version, run.about, root.flow_id AS root_flow, root.about AS root_about
FROM pauses JOIN runs root ON root.id = pauses.root_id JOIN runs run ON run.id = pauses.run_id
WHERE NOT pauses.over AND root.status NOT IN {_ENDED}
  AND NOT EXISTS (SELECT FROM resumes WHERE resumes.place = pauses.place)
  AND ($2::timestamptz IS NULL OR (pauses.since, pauses.run_id, pauses.path) > ($2, $3::uuid, $4::text))
ORDER BY pauses.since, pauses.run_id, pauses.path LIMIT $1
"""

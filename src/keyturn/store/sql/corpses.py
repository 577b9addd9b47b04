"""Rows that claim to be alive and are not (``workers.corpses``): each statement finds, mends and names them."""

from __future__ import annotations

_ENDED = "('succeeded', 'stopped', 'failed', 'cancelled')"
_MOST_NAMED = 100  # of those that only a person can mend

FORGOTTEN = """
UPDATE runs SET status = 'queued', turn = NULL
WHERE id = root_id AND status = 'waiting' AND wake_at IS NULL AND NOT decided
RETURNING id::text AS name
"""

# The same question as runs.GET_QUESTIONS asks.
UNASKED = """
UPDATE runs SET status = 'queued', turn = NULL
WHERE id = root_id AND status = 'needs attention' AND NOT decided AND NOT EXISTS (
    SELECT FROM journal line JOIN runs asking ON asking.id = line.run_id AND asking.status = 'needs attention'
    WHERE line.root_id = runs.id AND line.state = 'unknown' AND NOT EXISTS (
        SELECT FROM journal later
        WHERE later.run_id = line.run_id AND later.path = line.path
          AND (later.attempt > line.attempt OR (later.attempt = line.attempt AND later.state = 'decided'))
    )
)
RETURNING id::text AS name
"""

ORPHANS = f"""
WITH found AS (
    SELECT helper.id
    FROM runs helper LEFT JOIN runs root ON root.id = helper.root_id
    WHERE helper.id <> helper.root_id AND helper.status NOT IN {_ENDED}
      AND (root.id IS NULL OR root.status IN {_ENDED})
    FOR NO KEY UPDATE OF helper SKIP LOCKED
)
UPDATE runs SET status = 'cancelled', ended_at = now(), wake_at = NULL
FROM found WHERE runs.id = found.id
RETURNING runs.id::text AS name
"""

LEASED = """
UPDATE runs SET owner = NULL, lease_until = NULL
WHERE owner IS NOT NULL AND (status <> 'running' OR id <> root_id)
RETURNING id::text AS name
"""

DEAD_JOBS = """
WITH dead AS (
    SELECT job.id, EXISTS (
        SELECT FROM runs run WHERE run.status = 'queued' AND job.dedupe_key = run.id || ':' || run.epoch
          AND run.id = CASE WHEN octet_length(job.payload) = 16 THEN encode(job.payload, 'hex')::uuid END
    ) AS needed
    FROM pgqueuer job
    WHERE job.entrypoint = 'run' AND job.status = 'picked' AND job.heartbeat < now() - interval '1 minute'
    FOR UPDATE SKIP LOCKED
), put_back AS (
    UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL
    FROM dead WHERE pgqueuer.id = dead.id AND dead.needed
), removed AS (
    DELETE FROM pgqueuer USING dead WHERE pgqueuer.id = dead.id AND NOT dead.needed
)
SELECT id::text AS name FROM dead
"""

# The longest lease that can be set is of ten minutes (``KEYTURN_LEASE_SECONDS``).
ENDLESS_LEASES = """
UPDATE runs SET lease_until = now() + interval '10 minutes'
WHERE status = 'running' AND lease_until > now() + interval '11 minutes'
RETURNING id::text AS name
"""

# They are held for a minute.
ENDLESS_HOLDS = """
UPDATE connection_tokens SET holder = NULL, held_until = NULL
WHERE held_until > now() + interval '2 minutes'
RETURNING connection_id AS name
"""

# The key itself is somebody else's text, so that the run is named.
LOST_KEYS = """
DELETE FROM start_keys WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = start_keys.run_id)
RETURNING run_id::text AS name
"""

# They stay until they are a day old, as all do: who calls again is told that the run is lost, and starts no second one.
LOST_CALLS = f"""
SELECT run_id::text AS name FROM endpoint_keys
WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = endpoint_keys.run_id)
LIMIT {_MOST_NAMED}
"""

LOST_EVENT_RUNS = f"""
SELECT DISTINCT event.connection_id || ' ' || event.event_id AS name
FROM event_runs started JOIN events event ON event.id = started.event
WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = started.run_id)
LIMIT {_MOST_NAMED}
"""

LOST_FIRINGS = f"""
SELECT flow_id || ' ' || to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS name FROM firings
WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = firings.run_id)
ORDER BY due DESC
LIMIT {_MOST_NAMED}
"""

LOST_CHECKPOINTS = """
DELETE FROM checkpoints WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = checkpoints.run_id)
RETURNING run_id::text AS name
"""

IDLE_ENDPOINT_TOKENS = """
DELETE FROM endpoint_tokens USING flows
WHERE flows.id = endpoint_tokens.flow_id AND flows.event_card <> 'endpoint'
RETURNING flow_id AS name
"""

LOST_VERSIONS = f"""
SELECT DISTINCT wanted.flow_id || ' version ' || wanted.version AS name
FROM (
    SELECT id AS flow_id, version FROM flows
    UNION ALL
    SELECT flow_id, version FROM runs
    WHERE id = root_id AND status IN ('queued', 'running', 'waiting', 'needs attention')
) wanted
WHERE NOT EXISTS (
    SELECT FROM flow_versions entry WHERE entry.flow_id = wanted.flow_id AND entry.version = wanted.version
)
LIMIT {_MOST_NAMED}
"""

LOST_MANIFESTS = f"""
SELECT entry.flow_id || ' version ' || entry.version || ': ' || pin.connector AS name
FROM flow_versions entry, jsonb_each_text(convert_from(entry.manifests, 'UTF8')::jsonb) AS pin (connector, digest)
WHERE NOT EXISTS (SELECT FROM manifests WHERE manifests.digest = pin.digest) AND (
    EXISTS (SELECT FROM flows WHERE flows.id = entry.flow_id AND flows.version = entry.version AND flows.active)
    OR EXISTS (
        SELECT FROM runs WHERE runs.id = runs.root_id AND runs.flow_id = entry.flow_id
          AND runs.version = entry.version AND runs.status IN ('queued', 'running', 'waiting', 'needs attention')
    )
)
LIMIT {_MOST_NAMED}
"""

DEAF_FLOWS = f"""
SELECT flow.id || ': ' || wanted.connection AS name
FROM flows flow, LATERAL (
    SELECT flow.event_connection WHERE flow.event_connection IS NOT NULL UNION SELECT unnest(flow.connections)
) AS wanted (connection)
WHERE flow.active AND NOT EXISTS (SELECT FROM connections WHERE connections.id = wanted.connection)
LIMIT {_MOST_NAMED}
"""

EMPTY_TOKENS = "SELECT name FROM tokens WHERE permissions = '{}'"

UNWOKEN = """
UPDATE runs SET status = 'queued', turn = NULL, wake_at = NULL
FROM (
    SELECT DISTINCT pauses.root_id FROM pauses JOIN resumes ON resumes.place = pauses.place WHERE NOT pauses.over
) found
WHERE runs.id = found.root_id AND runs.status = 'waiting' AND NOT runs.decided
RETURNING runs.id::text AS name
"""

OLD_PAUSES = f"""
DELETE FROM pauses WHERE NOT EXISTS (
    SELECT FROM runs WHERE runs.id = pauses.root_id AND runs.status NOT IN {_ENDED}
)
RETURNING run_id || ' ' || path AS name
"""

# Kept for a month after its run, so that who says it again is told that it was said.
OLD_RESUMES = f"""
DELETE FROM resumes
WHERE resumed_at < now() - interval '31 days'
  AND NOT EXISTS (SELECT FROM runs WHERE runs.id = resumes.root_id AND runs.status NOT IN {_ENDED})
  AND NOT EXISTS (SELECT FROM pauses WHERE pauses.place = resumes.place)
RETURNING place::text AS name
"""

OLD_SESSIONS = "DELETE FROM sessions WHERE expires_at < now() RETURNING left(digest, 8) AS name"

OLD_LINKS = "DELETE FROM sign_in_links WHERE expires_at < now() RETURNING left(digest, 8) AS name"

# Their contents, which no row has any more, are removed from the disk by the sweep of files.
OLD_FILES = "DELETE FROM files WHERE expires < now() RETURNING id::text AS name"

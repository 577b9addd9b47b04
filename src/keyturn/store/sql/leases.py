"""Leases: all times are the database's."""

from __future__ import annotations

from . import columns, jobs

# A claim sent again (the same claim_id) gets the lease that it made the first time.
CLAIM = f"""
WITH claim AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::interval[], $4::uuid[]) AS c (root_id, owner, ttl, claim_id)
), free AS (
    SELECT run.id, claim.owner, claim.ttl, claim.claim_id
    FROM runs run JOIN claim ON run.id = claim.root_id
    WHERE run.root_id = run.id AND NOT run.cancel_requested AND (
        run.status = 'queued'
        OR (run.status = 'waiting' AND run.wake_at <= now())
        OR (run.status IN ('waiting', 'needs attention') AND run.decided)
        OR (
            run.status = 'running'
            AND (run.lease_until IS NULL OR run.lease_until < now() OR run.claim_id = claim.claim_id)
        )
    )
    ORDER BY run.id FOR NO KEY UPDATE OF run
)
UPDATE runs SET
    owner = free.owner,
    epoch = CASE WHEN runs.claim_id = free.claim_id THEN runs.epoch ELSE runs.epoch + 1 END,
    claim_id = free.claim_id,
    lease_until = clock_timestamp() + free.ttl,
    status = 'running',
    wake_at = NULL,
    decided = false
FROM free WHERE runs.id = free.id
RETURNING runs.epoch, {columns.names(columns.RUN, "runs.")}, runs.claim_id,
    false AS waits_for_turn, false AS cancelling
"""

# Only leases that their holder names: of one that it has let go, or never heard of, nobody may say that it is alive.
RENEW = """
WITH mine AS (
    SELECT run.id FROM runs run
    JOIN unnest($1::uuid[], $2::text[], $3::bigint[]) AS held (root_id, owner, epoch)
        ON run.id = held.root_id AND run.owner = held.owner AND run.epoch = held.epoch
    WHERE run.status = 'running'
    ORDER BY run.id FOR NO KEY UPDATE OF run
)
UPDATE runs SET lease_until = clock_timestamp() + $4::interval FROM mine WHERE runs.id = mine.id
RETURNING runs.id, runs.epoch
"""

RELEASE = f"""
WITH back AS (
    UPDATE runs SET status = 'queued', owner = NULL, lease_until = NULL
    WHERE id = $1 AND owner = $2 AND epoch = $3 AND status = 'running'
    RETURNING id, epoch, turn
)
{jobs.enqueue("back")}
"""

ONE_SWEEPER = "SELECT pg_try_advisory_xact_lock($1)"

FIND_CANCELLED = """
SELECT id FROM runs
WHERE id = root_id AND cancel_requested AND (
    status IN ('queued', 'waiting', 'needs attention')
    OR (status = 'running' AND (lease_until IS NULL OR lease_until < now()))
)
FOR NO KEY UPDATE SKIP LOCKED
"""

TAKE_ABANDONED = """
WITH found AS (
    SELECT id FROM runs
    WHERE id = root_id AND status = 'running' AND (lease_until IS NULL OR lease_until < now())
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE runs SET status = 'queued', owner = NULL, lease_until = NULL
FROM found WHERE runs.id = found.id RETURNING runs.id
"""

TAKE_DUE = """
WITH found AS (
    SELECT id FROM runs
    WHERE id = root_id AND (
        (status = 'waiting' AND wake_at <= now()) OR (status IN ('waiting', 'needs attention') AND decided)
    )
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE runs SET status = 'queued', turn = NULL, wake_at = NULL, decided = false
FROM found WHERE runs.id = found.id RETURNING runs.id
"""

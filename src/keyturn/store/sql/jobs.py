"""Jobs in PgQueuer's table.

PgQueuer's own statement for this takes a round trip of its own; these insert the same columns within ours.
At most one live job per state of a root run: its key is the run's id and epoch, so that a job in the hands of a
dead process keeps no new one out. The table's trigger tells the listeners when the transaction commits; it
does so even for no row, so a statement that may have nothing to enqueue comes in two forms.
"""

from __future__ import annotations


def enqueue(source: str) -> str:
    """An INSERT that makes jobs of the root runs (id, epoch, turn) in ``source`` that have their turn."""
    return f"""
    INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status)
    SELECT -{source}.turn, 'run', uuid_send({source}.id), {source}.id || ':' || {source}.epoch, 'queued'
    FROM {source} WHERE {source}.turn IS NOT NULL
    ORDER BY {source}.turn, {source}.id
    ON CONFLICT (dedupe_key) WHERE (
        (status = ANY (ARRAY['queued'::pgqueuer_status, 'picked'::pgqueuer_status]))
        AND (dedupe_key IS NOT NULL)
    ) DO NOTHING
    RETURNING split_part(dedupe_key, ':', 1)::uuid AS root_id
    """


ENQUEUE_QUEUED = f"""
WITH wanted AS (
    SELECT id, epoch, turn FROM runs WHERE id = ANY($1::uuid[]) AND status = 'queued'
)
{enqueue("wanted")}
"""

FIND_JOBLESS = """
SELECT run.id FROM runs run
WHERE run.id = run.root_id AND run.status = 'queued' AND run.turn IS NOT NULL AND NOT EXISTS (
    SELECT FROM pgqueuer job
    WHERE job.dedupe_key = run.id || ':' || run.epoch
      AND job.status = ANY (ARRAY['queued'::pgqueuer_status, 'picked'::pgqueuer_status])
)
"""

FIND_NEEDLESS = """
SELECT job.id FROM pgqueuer job
WHERE job.entrypoint = 'run' AND job.status = 'queued' AND NOT EXISTS (
    SELECT FROM runs run
    WHERE run.id = CASE WHEN octet_length(job.payload) = 16 THEN encode(job.payload, 'hex')::uuid END
      AND run.status = 'queued' AND job.dedupe_key = run.id || ':' || run.epoch
)
"""

REMOVE_NEEDLESS = """
DELETE FROM pgqueuer WHERE id = ANY($1::bigint[]) AND status = 'queued' RETURNING payload
"""

# PgQueuer writes three lines for each job and removes none; nothing of ours reads them after an hour.
PRUNE_QUEUE_LOG = "DELETE FROM pgqueuer_log WHERE created < now() - interval '1 hour'"

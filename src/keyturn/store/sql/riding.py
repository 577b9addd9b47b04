"""What comes before a change of data that rides with a commit."""

from __future__ import annotations

# The runs whose lease the writers have really; from here to the end of the transaction nobody takes it from them.
HOLD = """
SELECT run.id
FROM runs run JOIN unnest($1::uuid[], $2::text[], $3::bigint[]) AS asked (root_id, owner, epoch)
    ON run.id = asked.root_id AND run.owner = asked.owner AND run.epoch = asked.epoch
ORDER BY run.id
FOR NO KEY UPDATE OF run
"""

# Outcomes that the journal has already, of changes that were sent before and whose answer was lost.
KNOWN = """
SELECT record.run_id, record.path, record.attempt, record.state, record.card, record.digest, record.result
FROM journal record JOIN unnest($1::uuid[], $2::text[], $3::int[]) AS asked (run_id, path, attempt)
    USING (run_id, path, attempt)
WHERE record.state IN ('done', 'failed')
"""

"""Tokens of connections, and how connections do."""

READ = "SELECT sealed FROM connection_tokens WHERE connection_id = $1"

# The same holder may ask twice: its first answer may have been lost.
HOLD = """
INSERT INTO connection_tokens AS kept (connection_id, holder, held_until)
SELECT id, $2, now() + $3::float8 * interval '1 second' FROM connections WHERE id = $1
ON CONFLICT (connection_id) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE kept.held_until IS NULL OR kept.held_until <= now() OR kept.holder = excluded.holder
RETURNING connection_id
"""

WRITE = """
INSERT INTO connection_tokens (connection_id, sealed) SELECT id, $2 FROM connections WHERE id = $1
ON CONFLICT (connection_id) DO UPDATE SET sealed = excluded.sealed
"""

RELEASE = """
UPDATE connection_tokens SET holder = NULL, held_until = NULL WHERE connection_id = $1 AND holder = $2
"""

FORGET = "UPDATE connection_tokens SET sealed = NULL WHERE connection_id = $1"

HEALTH_OF = """
SELECT connection_id, worked_at, failing_since, code, what, mend FROM connection_health
WHERE connection_id = ANY($1::text[])
"""

WORKED = """
INSERT INTO connection_health (connection_id, worked_at) SELECT id, $2::timestamptz FROM connections WHERE id = $1
ON CONFLICT (connection_id) DO UPDATE SET
    worked_at = greatest(connection_health.worked_at, excluded.worked_at),
    failing_since = NULL, code = NULL, what = NULL, mend = NULL
"""

ANSWERED = """
UPDATE connection_health SET failing_since = NULL, code = NULL, what = NULL, mend = NULL WHERE connection_id = $1
"""

FAILED = """
INSERT INTO connection_health (connection_id, failing_since, code, what, mend)
SELECT id, $2::timestamptz, $3, $4, $5 FROM connections WHERE id = $1
ON CONFLICT (connection_id) DO UPDATE SET
    failing_since = coalesce(connection_health.failing_since, excluded.failing_since),
    code = excluded.code, what = excluded.what, mend = excluded.mend
"""

FORGET_HEALTH = "DELETE FROM connection_health WHERE connection_id = $1"

SEALED_CONNECTIONS = "SELECT id, sealed FROM connections"

SEALED_TOKENS = "SELECT connection_id AS id, sealed FROM connection_tokens WHERE sealed IS NOT NULL"

RESEAL_CONNECTION = "UPDATE connections SET sealed = $3 WHERE id = $1 AND sealed = $2 RETURNING id"

RESEAL_TOKEN = """
UPDATE connection_tokens SET sealed = $3 WHERE connection_id = $1 AND sealed = $2 RETURNING connection_id
"""

# One row for each connection that has a limit: when the next request would be due if they came evenly. If the clock was
# set back since a place was last taken, what is waited for comes with it: nobody waits for an hour that passed already.
RESERVE = """
INSERT INTO connection_budgets AS spent (connection_id, next_at, taken_at)
SELECT id, clock_timestamp() + $4::integer * $2::float8 * interval '1 second', clock_timestamp()
FROM connections WHERE id = $1
ON CONFLICT (connection_id) DO UPDATE
SET taken_at = clock_timestamp(),
    next_at = greatest(
        spent.next_at - greatest(spent.taken_at - clock_timestamp(), interval '0'), clock_timestamp()
    ) + $4::integer * $2::float8 * interval '1 second'
RETURNING extract(epoch FROM next_at - clock_timestamp())::float8 - $3::float8 * $2::float8 AS wait
"""

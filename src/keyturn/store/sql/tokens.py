"""API tokens; only their hashes are here."""

_TOKEN = "name, digest, permissions, created_at"

# Two programs that start at once would both find no token: the second waits here until the first is done.
LOCK_TOKENS = "LOCK TABLE tokens IN SHARE ROW EXCLUSIVE MODE"

PUT_FIRST_TOKEN = f"""
INSERT INTO tokens ({_TOKEN}) SELECT $1::text, $2::text, $3::text[], $4::timestamptz
WHERE NOT EXISTS (SELECT FROM tokens)
RETURNING name
"""

PUT_TOKEN = f"""
INSERT INTO tokens ({_TOKEN}) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET
    digest = excluded.digest, permissions = excluded.permissions, created_at = excluded.created_at
RETURNING name
"""

GET_TOKEN = f"SELECT {_TOKEN} FROM tokens WHERE digest = $1"

LIST_TOKENS = f"SELECT {_TOKEN} FROM tokens WHERE $2::text IS NULL OR name > $2 ORDER BY name LIMIT $1"

UNKNOWN_NAMES = """
SELECT wanted.name FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, number)
WHERE NOT EXISTS (SELECT FROM tokens WHERE tokens.name = wanted.name)
ORDER BY wanted.number
"""

# Links and sessions bear the name of the token that they were made with, and its permissions.
DELETE_TOKEN = """
WITH links AS (DELETE FROM sign_in_links WHERE name = $1), opened AS (DELETE FROM sessions WHERE name = $1)
DELETE FROM tokens WHERE name = $1 RETURNING name
"""

"""Sign-in links and sessions; only their hashes are here."""

_SESSION = "digest, name, permissions, created_at, seen_at, expires_at"

PUT_LINK = """
INSERT INTO sign_in_links (digest, name, permissions, expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (digest) DO NOTHING
"""

OPEN = f"""
WITH used AS (
    DELETE FROM sign_in_links WHERE digest = $1::text RETURNING name, permissions, expires_at
)
INSERT INTO sessions ({_SESSION})
SELECT $2::text, name, permissions, $3::timestamptz, $3::timestamptz, $4::timestamptz
FROM used WHERE expires_at > $3::timestamptz
RETURNING {_SESSION}
"""

GET = f"SELECT {_SESSION} FROM sessions WHERE digest = $1"

TOUCH = "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE digest = $1 AND seen_at < $2"

CLOSE = "DELETE FROM sessions WHERE digest = $1"

"""Files: their rows. What is in them is not in the database."""

_FILE = "id, name, type, size, sha256, content, made_by, created, expires"

LIST = f"""
SELECT {_FILE} FROM files
WHERE expires > now() AND ($2::timestamptz IS NULL OR (created, id) < ($2, $3::uuid))
ORDER BY created DESC, id DESC
LIMIT $1
"""

GET = f"SELECT {_FILE} FROM files WHERE id = $1 AND expires > now()"

PUT = f"""
INSERT INTO files (id, name, type, size, sha256, content, made_by, expires)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
ON CONFLICT (id) DO NOTHING
RETURNING {_FILE}
"""

DELETE = f"DELETE FROM files WHERE id = $1 RETURNING {_FILE}"

IN_USE = "SELECT content FROM files WHERE content = ANY($1::uuid[])"

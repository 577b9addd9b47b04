"""Connectors that people made; their manifests are among those that flows pin."""

DIGESTS = "SELECT name, digest FROM own_connectors ORDER BY name"

_CONNECTOR = "name, digest, source, author, updated_at"

GET = f"SELECT {_CONNECTOR} FROM own_connectors WHERE name = $1"

CONTENT = "SELECT content FROM manifests WHERE digest = $1"

PUT_MANIFEST = "INSERT INTO manifests (digest, connector, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"

# An empty digest stands for "there is none yet". The same again, whatever it follows, is no change.
PUT = f"""
INSERT INTO own_connectors AS known (name, digest, source, author)
SELECT $1, $2, $3, $4 WHERE $5 = '' OR EXISTS (SELECT FROM own_connectors WHERE name = $1)
ON CONFLICT (name) DO UPDATE SET
    digest = excluded.digest, source = excluded.source, author = excluded.author, updated_at = now()
WHERE known.digest = $5 OR (known.digest, known.source) = (excluded.digest, excluded.source)
RETURNING {_CONNECTOR}
"""

DELETE = "DELETE FROM own_connectors WHERE name = $1 RETURNING name"

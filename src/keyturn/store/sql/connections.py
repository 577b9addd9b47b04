"""Connections; their secrets are sealed bytes."""

_CONNECTION = (
    "id, connector, name, kind, base_url, settings, sealed, created_at, updated_at, at_once, per_minute, users, reaches"
)

GET_CONNECTION = f"SELECT {_CONNECTION} FROM connections WHERE id = $1"

LIST_CONNECTIONS = f"""
SELECT {_CONNECTION} FROM connections WHERE $2::text IS NULL OR id > $2 ORDER BY id LIMIT $1
"""

_INSERT = f"""
INSERT INTO connections ({_CONNECTION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[], $13::text[])
"""

MAKE_CONNECTION = f"{_INSERT} ON CONFLICT (id) DO NOTHING RETURNING id"

PUT_CONNECTION = f"""
{_INSERT}
ON CONFLICT (id) DO UPDATE SET
    connector = excluded.connector, name = excluded.name, kind = excluded.kind, base_url = excluded.base_url,
    settings = excluded.settings, sealed = excluded.sealed, updated_at = excluded.updated_at,
    at_once = excluded.at_once, per_minute = excluded.per_minute, users = excluded.users, reaches = excluded.reaches
RETURNING {_CONNECTION}
"""

DELETE_CONNECTION = "DELETE FROM connections WHERE id = $1 RETURNING id"

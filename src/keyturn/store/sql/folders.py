"""Folders of flows."""

# What was never published is where its draft wants it.
_DRAFTED = "drafts.folder = {folder} AND NOT EXISTS (SELECT FROM flows WHERE flows.id = drafts.flow_id)"

_FOLDER = f"""
folder.id, folder.name, folder.about, folder.parent, folder.updated_at,
(SELECT count(*) FROM flows WHERE flows.folder = folder.id)
    + (SELECT count(*) FROM drafts WHERE {_DRAFTED.format(folder="folder.id")}) AS flows,
(SELECT count(*) FROM folders below WHERE below.parent = folder.id) AS folders
"""

GET = f"SELECT {_FOLDER} FROM folders folder WHERE id = $1"

LIST = f"""
SELECT {_FOLDER} FROM folders folder
WHERE ($2::text IS NULL OR id > $2) AND ($3::text IS NULL OR parent IS NOT DISTINCT FROM nullif($3, ''))
ORDER BY id
LIMIT $1
"""

# The tree is changed by one after the other: whether a folder would be in itself depends on all above it.
LOCK_TREE = "SELECT pg_advisory_xact_lock($1)"

# A folder and those that it is in, itself first.
ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent, 1 AS level FROM folders WHERE id = $1
    UNION ALL
    SELECT folder.id, folder.parent, above.level + 1 FROM above JOIN folders folder ON folder.id = above.parent
)
SELECT id FROM above ORDER BY level
"""

# How many levels a folder has, its own included; 0 where it is not there yet.
LEVELS = """
WITH RECURSIVE below AS (
    SELECT id, 1 AS level FROM folders WHERE id = $1
    UNION ALL
    SELECT folder.id, below.level + 1 FROM below JOIN folders folder ON folder.parent = below.id
)
SELECT coalesce(max(level), 0) FROM below
"""

PUT = """
INSERT INTO folders AS known (id, name, about, parent) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, about = excluded.about, parent = excluded.parent,
    updated_at = CASE WHEN (known.name, known.about) = (excluded.name, excluded.about)
        AND known.parent IS NOT DISTINCT FROM excluded.parent THEN known.updated_at ELSE now() END
"""

DELETE = f"""
DELETE FROM folders
WHERE id = $1 AND NOT EXISTS (SELECT FROM flows WHERE folder = $1)
  AND NOT EXISTS (SELECT FROM drafts WHERE {_DRAFTED.format(folder="$1")})
  AND NOT EXISTS (SELECT FROM folders inner_one WHERE inner_one.parent = $1)
RETURNING id
"""

NAMES_IN = f"""
SELECT name FROM (
    SELECT name, 1 AS kind, id FROM folders WHERE parent = $1
    UNION ALL
    SELECT name, 2, id FROM flows WHERE folder = $1
    UNION ALL
    SELECT name, 2, flow_id FROM drafts WHERE {_DRAFTED.format(folder="$1")}
) inside
ORDER BY kind, id
LIMIT $2
"""

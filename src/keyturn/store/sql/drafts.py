"""Drafts of flows: each write names the revision that it follows."""

from .flows import found, wanted

_HEAD = "flow_id, name, revision, base_version, author, updated_at, folder, same"
_DRAFT = f"{_HEAD}, document"

GET = f"SELECT {_DRAFT} FROM drafts WHERE flow_id = $1"

# Of a flow that is published the version tells what starts it.
# One that says the same as its version is listed nowhere: nothing of it is to be published.
LIST = f"""
SELECT {_HEAD}, {found("flow_id")}, CASE WHEN base_version = 0 THEN document END AS document FROM drafts
WHERE NOT same AND ($2::text IS NULL OR flow_id > $2) AND {wanted("flow_id")}
ORDER BY flow_id
LIMIT $1
"""

LIST_WHOLE = f"""
SELECT {_DRAFT} FROM drafts
WHERE $2::text IS NULL OR flow_id > $2
ORDER BY flow_id
LIMIT $1
"""

GET_NAMES = "SELECT flow_id, name FROM drafts WHERE flow_id = ANY($1::text[])"

# Revision 0 stands for "there is none yet".
PUT = f"""
INSERT INTO drafts ({_HEAD}, document, words)
SELECT $1, $2, nextval('draft_revisions'), $5, $6, now(), $7, $9, $3, $8
WHERE $4::bigint = 0 OR EXISTS (SELECT FROM drafts WHERE flow_id = $1)
ON CONFLICT (flow_id) DO UPDATE SET
    name = excluded.name, revision = excluded.revision, base_version = excluded.base_version,
    author = excluded.author, updated_at = excluded.updated_at, folder = excluded.folder, document = excluded.document,
    words = excluded.words, same = excluded.same
WHERE drafts.revision = $4
RETURNING {_DRAFT}
"""

DELETE = "DELETE FROM drafts WHERE flow_id = $1 AND ($2::bigint IS NULL OR revision = $2) RETURNING flow_id"

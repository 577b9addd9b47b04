"""Flows, versions and the manifests that versions were published with."""

_FLOW = "id, name, version, active, event_card, event_connection, updated_at, folder, unfit"
_VERSION = "flow_id, version, document, digest, manifests, author, created_at"


def wanted(key: str) -> str:
    """Whether each pattern of $3 stands somewhere in a flow, or draft, whose id is in the column ``key``."""
    return f"(cardinality($3::text[]) = 0 OR concat_ws(E'\\n', {key}, name, words) ILIKE ALL ($3::text[]))"


def found(key: str) -> str:
    """The line of its words in which most patterns stand at the beginning of a word, or the first in which one stands
    at all; empty if id and name have all of them."""
    lines = "regexp_split_to_table(words, E'\\n') WITH ORDINALITY AS told (line, number)"
    begun = "SELECT count(*) FROM unnest($3::text[]) AS word WHERE ' ' || line ILIKE '% ' || substr(word, 2)"
    line = f"SELECT line FROM {lines} WHERE line ILIKE ANY ($3::text[]) ORDER BY ({begun}) DESC, number LIMIT 1"
    told = f"cardinality($3::text[]) = 0 OR concat_ws(E'\\n', {key}, name) ILIKE ALL ($3::text[])"
    return f"CASE WHEN {told} THEN '' ELSE coalesce(({line}), '') END AS found"


PUT_MANIFESTS = """
INSERT INTO manifests (digest, connector, content)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) ORDER BY 1
ON CONFLICT DO NOTHING
"""

GET_MANIFEST = "SELECT digest, connector, content FROM manifests WHERE digest = $1"

# Version 0 stands for a moment only: the same transaction publishes version 1.
PUT_FLOWS = """
INSERT INTO flows (id, name, version, event_card, event_connection, active)
SELECT id, name, 0, event_card, event_connection, active
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[])
    AS sent (id, name, event_card, event_connection, active)
ORDER BY id
ON CONFLICT DO NOTHING
"""

GET_NAMES = "SELECT id, name FROM flows WHERE id = ANY($1::text[])"

LOCK_FLOWS = "SELECT id FROM flows WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"

GET_CURRENT_VERSIONS = f"""
SELECT {", ".join("entry." + name for name in _VERSION.split(", "))}
FROM flows flow JOIN flow_versions entry ON entry.flow_id = flow.id AND entry.version = flow.version
WHERE flow.id = ANY($1::text[])
"""

PUT_VERSION = f"""
INSERT INTO flow_versions (flow_id, version, document, digest, manifests, author)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING {_VERSION}
"""

SET_CURRENT = """
UPDATE flows SET
    name = $2, version = $3, event_card = $4, event_connection = $5, updated_at = now(),
    at_once = $6, connections = $7, calls = $8, words = $9
WHERE id = $1
"""

# Publishers go one after the other, since what a flow uses depends on the flows that it can reach.
LOCK_PUBLISHING = "SELECT pg_advisory_xact_lock($1)"

REFRESH_USES = """
WITH RECURSIVE reach AS (
    SELECT id, id AS reached FROM flows
    UNION
    SELECT reach.id, call.id FROM reach JOIN flows known ON known.id = reach.reached, unnest(known.calls) AS call (id)
), used AS (
    SELECT reach.id, array_agg(DISTINCT used.name ORDER BY used.name) AS names
    FROM reach JOIN flows known ON known.id = reach.reached, unnest(known.connections) AS used (name)
    GROUP BY reach.id
), wanted AS (
    SELECT flows.id, coalesce(used.names, '{}') AS names FROM flows LEFT JOIN used ON used.id = flows.id
)
UPDATE flows SET uses = wanted.names FROM wanted WHERE wanted.id = flows.id AND flows.uses <> wanted.names
"""

GET_FLOW = f"SELECT {_FLOW} FROM flows WHERE id = $1"

NOTE_FIT = """
UPDATE flows SET unfit = told.unfit FROM unnest($1::text[], $2::int[]) AS told (id, unfit)
WHERE flows.id = told.id AND flows.unfit <> told.unfit
"""

LIST_FLOWS = f"""
SELECT {_FLOW}, {found("id")} FROM flows
WHERE ($2::text IS NULL OR id > $2) AND {wanted("id")}
  AND ($4::text IS NULL OR $4 = ANY(connections) OR event_connection = $4)
  AND ($5::text IS NULL OR folder IS NOT DISTINCT FROM nullif($5, '')) AND ($6::text IS NULL OR event_card = $6)
  AND (NOT $7::boolean OR (active AND unfit > 0))
ORDER BY id
LIMIT $1
"""

GET_VERSION = f"SELECT {_VERSION} FROM flow_versions WHERE flow_id = $1 AND version = $2"

GET_CURRENT_VERSION = f"""
SELECT {_VERSION} FROM flow_versions
WHERE flow_id = $1 AND version = (SELECT version FROM flows WHERE id = $1)
"""

LIST_CURRENT = f"""
SELECT {", ".join("entry." + name for name in _VERSION.split(", "))}
FROM flows flow JOIN flow_versions entry ON entry.flow_id = flow.id AND entry.version = flow.version
WHERE $2::text IS NULL OR flow.id > $2
ORDER BY flow.id
LIMIT $1
"""

# Numbers are used once, also by versions that were only tried and by those of a flow that was deleted.
GET_LAST_NUMBER = "SELECT coalesce(max(version), 0) FROM flow_versions WHERE flow_id = $1"

GET_TRIAL = f"""
SELECT {_VERSION} FROM flow_versions WHERE flow_id = $1 AND trial AND digest = $2 ORDER BY version DESC LIMIT 1
"""

PUT_TRIAL = f"""
INSERT INTO flow_versions (flow_id, version, document, digest, manifests, author, trial)
VALUES ($1, $2, $3, $4, $5, $6, true)
RETURNING {_VERSION}
"""

DELETE_SCHEDULE = "DELETE FROM schedules WHERE flow_id = $1"

DELETE_ENDPOINT_TOKEN = "DELETE FROM endpoint_tokens WHERE flow_id = $1"

DELETE_CURSOR = "DELETE FROM flow_cursors WHERE flow_id = $1"

DELETE_FLOW = "DELETE FROM flows WHERE id = $1 RETURNING id"

RECENT_RUNS = """
SELECT wanted.flow_id, run.id, run.status, run.created_at, run.ended_at - run.started_at AS took
FROM unnest($1::text[]) AS wanted (flow_id), LATERAL (
    SELECT id, status, created_at, started_at, ended_at FROM runs
    WHERE runs.flow_id = wanted.flow_id
    ORDER BY created_at DESC, id DESC
    LIMIT $2
) run
ORDER BY wanted.flow_id, run.created_at DESC, run.id DESC
"""

LIST_VERSIONS = f"""
SELECT {_VERSION} FROM flow_versions
WHERE flow_id = $1 AND NOT trial AND ($3::int IS NULL OR version < $3)
ORDER BY version DESC
LIMIT $2
"""

SET_ACTIVE = f"UPDATE flows SET active = $2 WHERE id = $1 RETURNING {_FLOW}"

# No row, too, where there is no such folder.
MOVE_FLOW = f"""
UPDATE flows SET folder = $2
WHERE id = $1 AND ($2::text IS NULL OR EXISTS (SELECT FROM folders WHERE id = $2))
RETURNING {_FLOW}
"""

PUT_MISSING_FOLDERS = """
INSERT INTO folders (id, name) SELECT id, id FROM unnest($1::text[]) AS wanted (id) ORDER BY id ON CONFLICT DO NOTHING
"""

PLACE_FLOWS = """
UPDATE flows SET folder = placed.folder FROM unnest($1::text[], $2::text[]) AS placed (id, folder)
WHERE flows.id = placed.id
"""

SUBSCRIBED = f"""
SELECT {_FLOW} FROM flows
WHERE active AND (event_card, event_connection) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY id
"""

"""Admission: whose turn it is, and what flows and connections allow at once.

A queued root run with a ``turn`` is admitted and has a job, whose priority is the turn's opposite. The next turn
of a flow is one behind its last one that waits, and not before the turn at the head of the queue: so flows are
handed out in turns, however many runs each of them has (start-time fair queueing: Goyal, Vin, Cheng, 1996). The
database's function ``flow_place`` (migration 0004) says where a flow stands.
"""

from __future__ import annotations

from . import columns, jobs

_WAITS = "status = 'queued' AND turn IS NULL AND id = root_id"
_HAS_TURN = "status = 'queued' AND turn IS NOT NULL AND id = root_id"
_LAST_TURN = 2_147_483_647  # of PgQueuer's priority; from there on flows are handed out as they come


def _flows_with(condition: str) -> str:
    """A recursive CTE of the flows (id) that have runs of a condition, found by hopping along its index and not by
    reading all of them; its last row is null."""
    return f"""
    flow AS (
        (SELECT flow_id AS id FROM runs WHERE {condition} ORDER BY flow_id LIMIT 1)
        UNION ALL
        SELECT (SELECT flow_id FROM runs WHERE {condition} AND flow_id > flow.id ORDER BY flow_id LIMIT 1)
        FROM flow WHERE flow.id IS NOT NULL
    )
    """


def waits() -> str:
    """The condition that a run waits for its turn."""
    return _WAITS


def some_wait() -> str:
    """The condition that some run does; it costs a look at an index that is mostly empty."""
    return f"EXISTS (SELECT FROM runs WHERE {_WAITS})"


def turns(source: str) -> str:
    """CTEs that give the root runs in ``source`` (flow_id, ord) their ``turn``: the last one is ``turned``.

    Only where no limit has to be looked at; where one has, or others of the flow wait, or the flow has as many
    jobs in the queue as it may, the turn is null: the run waits.
    """
    return f"""
    place AS MATERIALIZED (
        SELECT flow.id, found.next_turn, found.before_turn, found.waits
        FROM (SELECT DISTINCT flow_id AS id FROM {source}) flow, flow_place(flow.id) found
    ), numbered AS (
        SELECT {source}.*, row_number() OVER (PARTITION BY flow_id ORDER BY ord) - 1 AS nth FROM {source}
    ), turned AS (
        SELECT numbered.*, CASE
            WHEN NOT place.waits AND place.next_turn + numbered.nth < place.before_turn
            THEN least({_LAST_TURN}, place.next_turn + numbered.nth)::int
        END AS turn
        FROM numbered JOIN place ON place.id = numbered.flow_id
    )
    """


def put_roots(conflict: str = "ON CONFLICT DO NOTHING") -> str:
    """Inserts the root runs of ``turned`` (see ``turns``); gives what ``jobs.enqueue`` needs."""
    return f"""
    INSERT INTO runs ({columns.names(columns.RUN)}, turn)
    SELECT {columns.run_values("turned")}, turned.turn FROM turned
    ORDER BY turned.ord
    {conflict}
    RETURNING id, epoch, turn
    """


SET_RULES = """
UPDATE admission SET flow_at_once = $1, ahead = $2
WHERE flow_at_once IS DISTINCT FROM $1 OR ahead <> $2
"""

LOCK = "SELECT pg_advisory_xact_lock($1)"

SOMEBODY_WAITS = f"SELECT {some_wait()} AS waits"

# Runs that have their turn, of flows of which none is in hand anywhere, or fewer than of the one with the most: first
# those of flows with the fewest, counting those that come before them here.
OVERTAKING = f"""
WITH RECURSIVE {_flows_with(_HAS_TURN)}, busy AS MATERIALIZED (
    SELECT flow_id AS id, count(*) AS runs FROM runs WHERE status = 'running' AND id = root_id GROUP BY flow_id
), next AS (
    SELECT run.id, run.turn,
        coalesce((SELECT busy.runs FROM busy WHERE busy.id = flow.id), 0)
        + row_number() OVER (PARTITION BY flow.id ORDER BY run.turn, run.id) AS place
    FROM flow, LATERAL (
        SELECT id, turn FROM runs WHERE {_HAS_TURN} AND flow_id = flow.id ORDER BY turn, id LIMIT $1
    ) run
    WHERE flow.id IS NOT NULL
)
SELECT id FROM next WHERE place = 1 OR place < (SELECT max(busy.runs) FROM busy)
ORDER BY place, turn, id LIMIT $1
"""

# What a flow may have ahead in the queue bounds its candidates; what it and its connections allow is for the caller.
WAITING = f"""
WITH RECURSIVE {_flows_with(_WAITS)}, place AS MATERIALIZED (
    SELECT flow.id, found.next_turn, found.before_turn
    FROM flow, flow_place(flow.id) found WHERE flow.id IS NOT NULL
)
SELECT place.id, place.next_turn AS next, coalesce(served.served, 0) AS served,
    coalesce(known.at_once, admission.flow_at_once) AS at_once,
    ARRAY(
        SELECT connections.id FROM connections
        WHERE connections.id = ANY(known.uses) AND connections.at_once IS NOT NULL
    ) AS limited,
    ARRAY(
        SELECT id FROM runs WHERE flow_id = place.id AND {_WAITS} ORDER BY created_at, id
        LIMIT greatest(0, least($1::bigint, place.before_turn - place.next_turn))
    ) AS runs
FROM place CROSS JOIN admission
LEFT JOIN flows known ON known.id = place.id
LEFT JOIN flow_turns served ON served.flow_id = place.id
"""

# Runs that take a place: those in somebody's hands and those that have their turn in the queue.
TAKEN_BY_FLOW = f"""
SELECT taking.flow_id AS id, count(*)::int AS taken, coalesce(known.uses, '{{}}') AS uses
FROM (
    SELECT flow_id FROM runs WHERE status = 'running' AND id = root_id
    UNION ALL
    SELECT flow_id FROM runs WHERE {_HAS_TURN}
) taking LEFT JOIN flows known ON known.id = taking.flow_id
GROUP BY taking.flow_id, known.uses
"""

CONNECTION_LIMITS = "SELECT id, at_once FROM connections WHERE at_once IS NOT NULL"

ADMIT = f"""
WITH chosen AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[]) AS c (id, turn)
), waiting AS (
    SELECT runs.id, least({_LAST_TURN}, chosen.turn)::int AS turn FROM runs JOIN chosen ON chosen.id = runs.id
    WHERE runs.status = 'queued' AND runs.turn IS NULL
    ORDER BY runs.id FOR NO KEY UPDATE OF runs SKIP LOCKED
), admitted AS (
    UPDATE runs SET turn = waiting.turn FROM waiting WHERE runs.id = waiting.id
    RETURNING runs.id, runs.epoch, runs.turn
), job AS (
    {jobs.enqueue("admitted")}
)
SELECT id FROM admitted
"""

# In the order given, so that the flow that had the last turn comes last.
NOTE_SERVED = """
INSERT INTO flow_turns (flow_id, served)
SELECT id, nextval('flow_turns_served') FROM unnest($1::text[]) WITH ORDINALITY AS f (id, ord) ORDER BY ord
ON CONFLICT (flow_id) DO UPDATE SET served = excluded.served
"""

COUNT_WAITING = f"""
SELECT flow_id AS id, count(*)::int AS runs, min(created_at) AS since
FROM runs WHERE {_WAITS} GROUP BY flow_id ORDER BY count(*) DESC, flow_id LIMIT $1
"""

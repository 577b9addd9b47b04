"""Runs, their journals and traces: reading, starting, deciding, cancelling."""

from __future__ import annotations

from . import admission, columns, jobs

_RUN = columns.names(columns.RUN)
_ENDED = "('succeeded', 'stopped', 'failed', 'cancelled')"


def _read(run: str = "runs") -> str:
    """What is read of the runs that a statement calls so. To end is asked of a root run, for its whole tree."""
    asked = f"SELECT top.cancel_requested FROM runs top WHERE top.id = {run}.root_id"
    cancelling = f"CASE WHEN status IN {_ENDED} THEN false ELSE ({asked}) END"
    return f"{_RUN}, ({admission.waits()}) AS waits_for_turn, {cancelling} AS cancelling"


_READ = _read()

GET_RUN = f"SELECT {_READ} FROM runs WHERE id = $1"

GET_TREE = f"SELECT {_READ} FROM runs WHERE id = $1 OR (root_id = $1 AND id <> root_id)"

GET_JOURNAL = """
SELECT run_id, path, attempt, state, card, digest, result FROM journal WHERE root_id = $1 ORDER BY seq
"""

GET_CHECKPOINTS = f"SELECT {columns.names(columns.CHECKPOINT)} FROM checkpoints WHERE root_id = $1"

# What a run needs to go on: helper runs that nothing has settled, and what no checkpoint of their loops has passed.
_UNSETTLED = "(run.id = $1 OR (run.root_id = $1 AND run.id <> run.root_id AND NOT run.settled))"
GET_UNSETTLED_TREE = f"SELECT {_read('run')} FROM runs run WHERE {_UNSETTLED}"


def _not_passed(line: str) -> str:
    """Whether no checkpoint has passed the path of a row: ``loop[17]/...`` lies in round 17, ``loop@3`` is page 3."""
    rest = f"substr({line}.path, length(point.path) + 2)"
    return f"""NOT EXISTS (
        SELECT FROM checkpoints point
        WHERE point.run_id = {line}.run_id AND (
            (starts_with({line}.path, point.path || '@') AND {rest}::int < point.page)
            OR (
                starts_with({line}.path, point.path || '[')
                AND split_part({rest}, ']', 1)::int < point.next
                AND split_part({rest}, ']', 1) <> ALL(string_to_array(point.open, ','))
            )
        )
    )"""


GET_UNPASSED_JOURNAL = f"""
SELECT line.run_id, line.path, line.attempt, line.state, line.card, line.digest, line.result
FROM runs run JOIN journal line ON line.run_id = run.id
WHERE {_UNSETTLED} AND {_not_passed("line")}
ORDER BY line.seq
"""

GET_UNPASSED_CHECKPOINTS = f"""
SELECT {columns.names(columns.CHECKPOINT, "line.")}
FROM runs run JOIN checkpoints line ON line.run_id = run.id
WHERE {_UNSETTLED} AND {_not_passed("line")}
"""

CANCEL_REQUESTED = "SELECT id FROM runs WHERE id = ANY($1::uuid[]) AND cancel_requested"


def _tells(run: str) -> str:
    """Whether the person, flow or error of a run contains a text."""
    flows = "SELECT id FROM flows WHERE name ILIKE ${0}"
    parts = (f"{run}.{name} ILIKE ${{0}}" for name in ("about", "flow_id", "failure"))
    return " OR ".join([*parts, f"{run}.flow_id IN ({flows})"])


def _later(run: str, earlier: str) -> str:
    """Whether a run came after an earlier one, to do what that was to do: it runs that again, or the same as that."""
    return f"""{run}.rerun_of IS NOT NULL AND {run}.rerun_of = ANY(ARRAY[{earlier}.id, {earlier}.rerun_of])
        AND {run}.created_at > {earlier}.created_at"""


# What was cancelled has done nothing in the place of the earlier one; what ran that again may have.
_RUN_AGAIN = f"""EXISTS (
    WITH RECURSIVE line AS (
        SELECT later.id, later.rerun_of, later.created_at, later.status FROM runs later WHERE {_later("later", "runs")}
        UNION
        SELECT run.id, run.rerun_of, run.created_at, run.status FROM line JOIN runs run ON {_later("run", "line")}
    )
    SELECT FROM line WHERE line.status <> 'cancelled'
)"""

LIST_RUN_AGAIN = f"""
WITH RECURSIVE line AS (
    SELECT id AS first, id, rerun_of, created_at FROM runs WHERE id = ANY($1::uuid[])
    UNION
    SELECT line.first, run.id, run.rerun_of, run.created_at FROM line JOIN runs run ON {_later("run", "line")}
)
SELECT DISTINCT ON (line.first) line.first, run.id, run.status, run.created_at
FROM line JOIN runs run ON run.id = line.id WHERE line.id <> line.first
ORDER BY line.first, run.status = 'cancelled', run.created_at DESC, run.id DESC
"""

# The listing is put together from these; each condition carries the number of its parameter.
LIST_CONDITIONS = {
    "flow_id": "flow_id = ${}",
    "status": "status = ${}",
    "about": "about = ${}",
    # the runs about somebody first, by their index: the list of all, newest first, may be gone through in vain
    "about_of_roots": "id = ANY(ARRAY(SELECT DISTINCT part.root_id FROM runs part WHERE part.about = ${}))",
    "since": "created_at >= ${}",
    "until": "created_at < ${}",
    "text": f"({_tells('runs')})",
    "text_of_roots": f"""({_tells("runs")} OR EXISTS (
        SELECT FROM runs part WHERE part.root_id = runs.id AND part.id <> part.root_id AND ({_tells("part")})
    ))""",
    "after": "(created_at, id) < (${}::timestamptz, ${}::uuid)",
    "roots_only": "id = root_id",
    "no_trials": "trigger <> 'trial'",
    "not_run_again": f"NOT {_RUN_AGAIN}",
}


def list_runs(conditions: str) -> str:
    """Runs, newest first, as many as the first parameter says."""
    where = f"WHERE {conditions}" if conditions else ""
    return f"SELECT {_READ} FROM runs {where} ORDER BY created_at DESC, id DESC LIMIT $1"


def list_parts(*, by_person: bool) -> str:
    """Of roots that answer to a person or a text by their helper runs only: the first of these, and how many."""

    def answers(run: str) -> str:
        return f"{run}.about = $2" if by_person else _tells(run).format(2)

    return f"""
SELECT DISTINCT ON (part.root_id) part.root_id, part.id, part.flow_id, part.about, part.parent_path,
    count(*) OVER (PARTITION BY part.root_id) AS count
FROM runs part JOIN runs top ON top.id = part.root_id
WHERE part.root_id = ANY($1::uuid[]) AND part.id <> part.root_id AND ({answers("part")})
  AND ({answers("top")}) IS NOT TRUE
ORDER BY part.root_id, part.created_at, part.id
"""


COUNT_EPOCHS = "SELECT count(DISTINCT epoch) FROM trace WHERE run_id = $1"

GET_TRACE = "SELECT chunk FROM trace WHERE run_id = $1 ORDER BY epoch, seq"

GET_TRACE_WINDOW = """
SELECT chunk, upto - entries AS before
FROM (
    SELECT chunk, entries, sum(entries) OVER (ORDER BY epoch, seq)::bigint AS upto FROM trace WHERE run_id = $1
) AS counted
WHERE upto > $2::bigint AND upto - entries < $3::bigint
ORDER BY upto
"""

LIST_TREE = f"""
SELECT {_READ} FROM runs
WHERE root_id = $2 AND ($3::timestamptz IS NULL OR (id <> root_id AND (created_at, id) > ($3, $4::uuid)))
ORDER BY id <> root_id, created_at, id LIMIT $1
"""

_OF_LOOP = "starts_with(parent_path, $6 || '[') AND strpos(substr(parent_path, length($6) + 1), '/') = 0"
LIST_HELPERS = f"""
SELECT {_READ} FROM runs
WHERE root_id = (SELECT root_id FROM runs WHERE id = $2) AND id <> root_id AND parent_id = $2
  AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4::uuid)) AND ($5::text IS NULL OR parent_path = $5)
  AND ($6::text IS NULL OR ({_OF_LOOP}))
  AND ($7::text IS NULL OR status = $7)
ORDER BY created_at, id LIMIT $1
"""

COUNT_STATUSES = """
SELECT status, count(*) AS count
FROM (
    SELECT status FROM runs WHERE id = root_id AND created_at >= $1 AND ($3::boolean OR trigger <> 'trial')
    ORDER BY created_at DESC LIMIT $2
) AS newest
GROUP BY status
"""

COUNT_RUN_AGAIN = f"""
SELECT count(*) AS count
FROM (
    SELECT id, rerun_of, created_at, status FROM runs
    WHERE id = root_id AND created_at >= $1 AND ($3::boolean OR trigger <> 'trial')
    ORDER BY created_at DESC LIMIT $2
) AS runs
WHERE status = 'failed' AND {_RUN_AGAIN}
"""

LIST_QUESTIONS = """
SELECT line.seq, line.run_id, line.root_id, line.path, line.attempt, line.card, line.digest, line.result,
    run.flow_id, run.version, run.about, line.recorded_at AS since, root.flow_id AS root_flow, root.about AS root_about
FROM runs run JOIN journal line ON line.run_id = run.id JOIN runs root ON root.id = run.root_id
WHERE run.status = 'needs attention' AND line.state = 'unknown' AND line.seq > $2 AND NOT EXISTS (
    SELECT FROM journal later
    WHERE later.run_id = line.run_id AND later.path = line.path
      AND (later.attempt > line.attempt OR (later.attempt = line.attempt AND later.state = 'decided'))
)
ORDER BY line.seq LIMIT $1
"""

GET_QUESTIONS = """
SELECT line.run_id, line.root_id, line.path, line.attempt, line.card, line.digest, line.result
FROM journal line JOIN runs run ON run.id = line.run_id
WHERE line.root_id = $1 AND line.state = 'unknown' AND run.status = 'needs attention' AND NOT EXISTS (
    SELECT FROM journal later
    WHERE later.run_id = line.run_id AND later.path = line.path
      AND (later.attempt > line.attempt OR (later.attempt = line.attempt AND later.state = 'decided'))
)
ORDER BY line.seq
"""

# A read writes no start, and what it did not learn leaves nothing open.
GET_LEFT_OPEN = """
SELECT line.run_id, line.root_id, line.path, line.attempt, line.card, line.digest, unknown.result
FROM journal line JOIN runs run ON run.id = line.run_id
LEFT JOIN journal unknown ON unknown.run_id = line.run_id AND unknown.path = line.path
    AND unknown.attempt = line.attempt AND unknown.state = 'unknown'
WHERE line.root_id = $1 AND line.state = 'started' AND run.status = 'cancelled' AND NOT EXISTS (
    SELECT FROM journal later
    WHERE later.run_id = line.run_id AND later.path = line.path AND (
        later.attempt > line.attempt
        OR (later.attempt = line.attempt AND later.state IN ('done', 'failed', 'decided'))
    )
)
ORDER BY line.seq
"""

LIST_DECISIONS = """
SELECT said.path, said.attempt, said.result AS decision, said.recorded_at AS decided_at,
    asked.result, asked.recorded_at AS asked_at
FROM journal said LEFT JOIN journal asked
    ON asked.run_id = said.run_id AND asked.path = said.path AND asked.attempt = said.attempt
    AND asked.state = 'unknown'
WHERE said.run_id = $1 AND said.path = ANY($2::text[]) AND said.state = 'decided'
ORDER BY said.seq
"""

# More than one worker has in hand of one run at a time; what was begun earlier has ended.
LIST_AT_WORK = """
WITH last AS (
    SELECT run_id, path, attempt, state, card, recorded_at FROM journal
    WHERE root_id = (SELECT root_id FROM runs WHERE id = $1) ORDER BY seq DESC LIMIT 500
)
SELECT path, attempt, card, recorded_at AS since FROM last
WHERE run_id = $1 AND state = 'started' AND NOT EXISTS (
    SELECT FROM journal later
    WHERE later.run_id = last.run_id AND later.path = last.path
      AND (later.attempt > last.attempt OR (later.attempt = last.attempt
          AND later.state NOT IN ('started', 'otherwise', 'earlier')))
)
UNION ALL
SELECT parent_path, 1, '', coalesce(started_at, created_at) FROM runs
WHERE root_id = (SELECT root_id FROM runs WHERE id = $1) AND id <> root_id AND parent_id = $1
  AND status = 'running' AND parent_path IS NOT NULL
ORDER BY since
"""

LIST_ROUNDS_ENDED = """
SELECT path, next - coalesce(cardinality(string_to_array(nullif(open, ''), ',')), 0) AS ended
FROM checkpoints WHERE run_id = $1
"""

WAS_DECIDED = """
SELECT root_id FROM journal
WHERE root_id = $1 AND run_id = $2 AND path = $3::text AND attempt = $4::int
  AND state = 'decided' AND result = $5::bytea
"""

DECIDE = f"""
WITH root AS (
    SELECT id, flow_id, 1 AS ord FROM runs
    WHERE id = $1 AND root_id = $1 AND status NOT IN {_ENDED} FOR NO KEY UPDATE
), {admission.turns("root")}, put AS (
    INSERT INTO journal (root_id, run_id, path, attempt, state, card, digest, result)
    SELECT root.id, run.id, $3::text, $4::int, 'decided', $6::text, $7::text, $5::bytea
    FROM root, runs run WHERE run.id = $2 AND run.root_id = $1
    ON CONFLICT DO NOTHING
    RETURNING root_id
), woken AS (
    UPDATE runs SET
        decided = (status = 'running'),
        status = CASE WHEN status IN ('waiting', 'needs attention') THEN 'queued' ELSE status END,
        turn = CASE WHEN status IN ('waiting', 'needs attention') THEN turned.turn ELSE runs.turn END,
        wake_at = NULL
    FROM put JOIN turned ON turned.id = put.root_id WHERE runs.id = put.root_id
    RETURNING runs.id, runs.epoch, runs.status, runs.turn
), ready AS (
    SELECT id, epoch, turn FROM woken WHERE status = 'queued'
), job AS (
    {jobs.enqueue("ready")}
)
SELECT root_id, EXISTS (SELECT FROM ready WHERE turn IS NULL) AS waits FROM put
"""

START = f"""
WITH given AS (
    SELECT * FROM {columns.spread(1, columns.RUN, "sent")}
), {admission.turns("given")}, put AS (
    {admission.put_roots()}
), job AS (
    {jobs.enqueue("put")}
)
SELECT id, EXISTS (SELECT FROM put WHERE turn IS NULL) AS waits FROM given
"""

# The do-nothing update makes a key that another transaction has just inserted visible to RETURNING.
START_WITH_KEY = f"""
WITH given AS (
    SELECT * FROM {columns.spread(1, columns.RUN, "sent")}
), key AS (
    INSERT INTO start_keys AS known (key, run_id)
    SELECT ${len(columns.RUN) + 1}::text, id FROM given
    ON CONFLICT (key) DO UPDATE SET key = known.key
    RETURNING run_id
), first AS (
    SELECT given.* FROM given JOIN key ON key.run_id = given.id
), {admission.turns("first")}, put AS (
    {admission.put_roots()}
), job AS (
    {jobs.enqueue("put")}
)
SELECT run_id AS id, EXISTS (SELECT FROM put WHERE turn IS NULL) AS waits FROM key
"""

_RERUN_AT = len(columns.RUN) + 1
_RERUN_JOURNAL_AT = _RERUN_AT + len(columns.RUN)
_RERUN_CHECKPOINTS_AT = _RERUN_JOURNAL_AT + len(columns.JOURNAL)
_RERUN_KEY_AT = _RERUN_CHECKPOINTS_AT + len(columns.CHECKPOINT)

START_RERUN = f"""
WITH given AS (
    SELECT * FROM {columns.spread(1, columns.RUN, "sent")}
), key AS (
    INSERT INTO start_keys AS known (key, run_id)
    SELECT ${_RERUN_KEY_AT}::text, id FROM given WHERE ${_RERUN_KEY_AT}::text IS NOT NULL
    ON CONFLICT (key) DO UPDATE SET key = known.key
    RETURNING run_id
), first AS (
    SELECT given.* FROM given
    WHERE ${_RERUN_KEY_AT}::text IS NULL OR EXISTS (SELECT FROM key WHERE key.run_id = given.id)
), {admission.turns("first")}, root AS (
    {admission.put_roots()}
), helpers AS (
    INSERT INTO runs ({_RUN})
    SELECT {columns.run_values("given")}
    FROM {columns.spread(_RERUN_AT, columns.RUN, "given")} JOIN root ON root.id = given.root_id
), copied AS (
    INSERT INTO journal ({columns.names(columns.JOURNAL)})
    SELECT {columns.names(columns.JOURNAL, "given.")}
    FROM {columns.spread(_RERUN_JOURNAL_AT, columns.JOURNAL, "given")} JOIN root ON root.id = given.root_id
    ORDER BY given.ord
), passed AS (
    INSERT INTO checkpoints ({columns.names(columns.CHECKPOINT)})
    SELECT {columns.names(columns.CHECKPOINT, "given.")}
    FROM {columns.spread(_RERUN_CHECKPOINTS_AT, columns.CHECKPOINT, "given")} JOIN root ON root.id = given.root_id
), job AS (
    {jobs.enqueue("root")}
)
SELECT COALESCE((SELECT run_id FROM key), given.id) AS id, EXISTS (SELECT FROM root WHERE turn IS NULL) AS waits
FROM given
"""

LOCK_ROOT = f"""
SELECT status IN {_ENDED} AS ended, status = 'running' AND lease_until > now() AS in_hand
FROM runs WHERE id = $1 AND root_id = $1 FOR NO KEY UPDATE
"""

ASK_TO_CANCEL = "UPDATE runs SET cancel_requested = true WHERE id = $1"

# The epoch rises, so that a worker whose lease had ended can write nothing any more.
END_TREES = f"""
UPDATE runs SET
    status = 'cancelled', ended_at = now(), wake_at = NULL, owner = NULL, lease_until = NULL,
    cancel_requested = true, decided = false,
    epoch = CASE WHEN id = root_id THEN epoch + 1 ELSE epoch END
WHERE (id = ANY($1::uuid[]) OR (root_id = ANY($1::uuid[]) AND id <> root_id)) AND status NOT IN {_ENDED}
"""

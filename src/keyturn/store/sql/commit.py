"""The group commit: everything of many root runs, in one statement.

``held`` locks the roots whose lease the writer really has, in one order for all statements that lock several;
all else joins it, so that a commit without its lease writes nothing. ``landed`` are roots whose lease this very
commit gave up already: the answer was lost and it is sent again.
"""

from __future__ import annotations

from . import admission, columns, jobs

_LEASES = 4  # parameters: root_id, owner, epoch, commit_id
_RUNS_AT = _LEASES + 1
_JOURNAL_AT = _RUNS_AT + len(columns.RUN)
_TRACE_AT = _JOURNAL_AT + len(columns.JOURNAL)
_FURTHER_AT = _TRACE_AT + len(columns.TRACE)

_HELD = """
asked AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) AS a (root_id, owner, epoch, commit_id)
), held AS (
    SELECT run.id, asked.commit_id
    FROM runs run JOIN asked ON run.id = asked.root_id AND run.owner = asked.owner AND run.epoch = asked.epoch
    ORDER BY run.id
    FOR NO KEY UPDATE OF run
), landed AS (
    SELECT run.id FROM runs run JOIN asked ON run.id = asked.root_id AND run.closed_by = asked.commit_id
)
"""

_PUT_RUNS = f"""
put_runs AS (
    INSERT INTO runs AS run ({columns.names(columns.RUN)}, closed_by)
    SELECT {columns.run_values("given")},
        CASE WHEN given.id = given.root_id AND given.status <> 'running' THEN held.commit_id END
    FROM {columns.spread(_RUNS_AT, columns.RUN, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status,
        outputs = excluded.outputs,
        error = excluded.error,
        about = excluded.about,
        cards = excluded.cards,
        settled = excluded.settled,
        started_at = excluded.started_at,
        ended_at = excluded.ended_at,
        wake_at = excluded.wake_at,
        closed_by = excluded.closed_by,
        owner = CASE WHEN excluded.closed_by IS NULL THEN run.owner END,
        lease_until = CASE WHEN excluded.closed_by IS NULL THEN run.lease_until END
    WHERE run.root_id = excluded.root_id
)
"""

_PUT_JOURNAL = f"""
put_journal AS (
    INSERT INTO journal ({columns.names(columns.JOURNAL)})
    SELECT {columns.names(columns.JOURNAL, "given.")}
    FROM {columns.spread(_JOURNAL_AT, columns.JOURNAL, "given")} JOIN held ON held.id = given.root_id
    ORDER BY given.ord
    ON CONFLICT DO NOTHING
)
"""

_PUT_TRACE = f"""
put_trace AS (
    INSERT INTO trace ({columns.names(columns.TRACE)})
    SELECT {columns.names(columns.TRACE, "given.")}
    FROM {columns.spread(_TRACE_AT, columns.TRACE, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT DO NOTHING
)
"""


def _put_checkpoints(first: int) -> str:
    replaced = ", ".join(f"{name} = excluded.{name}" for name in columns.CHECKPOINT if name not in _CHECKPOINT_KEY)
    return f"""
put_checkpoints AS (
    INSERT INTO checkpoints ({columns.names(columns.CHECKPOINT)})
    SELECT {columns.names(columns.CHECKPOINT, "given.")}
    FROM {columns.spread(first, columns.CHECKPOINT, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (run_id, path) DO UPDATE SET {replaced}
)
"""


_CHECKPOINT_KEY = ("run_id", "path", "root_id")


def _put_starts(first: int) -> str:
    return f"""
started AS (
    SELECT given.*
    FROM {columns.spread(first, columns.RUN, "given", {"started_by": "uuid"})}
    JOIN held ON held.id = given.started_by
), {admission.turns("started")}, put_starts AS (
    {admission.put_roots()}
), put_jobs AS (
    {jobs.enqueue("put_starts")}
)
"""


def _answer(waits: str) -> str:
    """The roots for which the commit holds, and whether runs wait for a place that it may have given back."""
    return f"SELECT id, {waits} AS waits FROM (SELECT id FROM held UNION SELECT id FROM landed) roots"


def _commit(*, checkpoints: bool, starts: bool) -> str:
    """The statement for a batch: what hardly any batch has costs the others nothing, and without starts the
    listeners of the queue are not woken."""
    parts = [_HELD, _PUT_RUNS, _PUT_JOURNAL, _PUT_TRACE]
    if checkpoints:
        parts.append(_put_checkpoints(_FURTHER_AT))
    if starts:
        parts.append(_put_starts(_FURTHER_AT + (len(columns.CHECKPOINT) if checkpoints else 0)))
    left = "EXISTS (SELECT FROM put_starts WHERE turn IS NULL)" if starts else "false"
    return f"WITH {', '.join(parts)} {_answer(f'({admission.some_wait()} OR {left})')}"


COMMITS = {
    (checkpoints, starts): _commit(checkpoints=checkpoints, starts=starts)
    for checkpoints in (False, True)
    for starts in (False, True)
}

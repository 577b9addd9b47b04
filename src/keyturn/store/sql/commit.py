"""The group commit: everything of many root runs, in one statement.

``held`` locks the roots whose lease the writer really has, in one order for all statements that lock several;
all else joins it, so that a commit without its lease writes nothing. ``landed`` are roots whose lease this very
commit gave up already: the answer was lost and it is sent again. ``born`` are roots that begin with this commit.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import admission, columns, jobs

_LEASES = 4  # parameters: root_id, owner, epoch, commit_id
_RUNS_AT = _LEASES + 1
_JOURNAL_AT = _RUNS_AT + len(columns.RUN)
_TRACE_AT = _JOURNAL_AT + len(columns.JOURNAL)
_FURTHER_AT = _TRACE_AT + len(columns.TRACE)

STARTED: Mapping[str, str] = {"started_by": "uuid"}
BORN: Mapping[str, str] = {"ttl": "interval", "key": "text", "digest": "text"}
ANSWER: Mapping[str, str] = {"run_id": "uuid", "root_id": "uuid", "sealed": "bytea"}

_ASKED = """
asked AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) AS a (root_id, owner, epoch, commit_id)
)
"""

_LOCKED = """
    SELECT run.id, asked.commit_id
    FROM runs run JOIN asked ON run.id = asked.root_id AND run.owner = asked.owner AND run.epoch = asked.epoch
    ORDER BY run.id
    FOR NO KEY UPDATE OF run
"""

_HELD = f"held AS ({_LOCKED})"

_LANDED = """
landed AS (
    SELECT run.id FROM runs run JOIN asked ON run.id = asked.root_id AND run.closed_by = asked.commit_id
)
"""


def _held_and_born(first: int) -> str:
    """Roots that are held already, and those that begin now. Keys are reserved in one order in all batches."""
    return f"""
newborn AS (
    SELECT * FROM {columns.spread(first, columns.RUN, "sent", BORN)}
), reserved AS (
    INSERT INTO endpoint_keys (flow_id, key, digest, run_id)
    SELECT flow_id, key, digest, id FROM newborn WHERE key IS NOT NULL ORDER BY flow_id, key
    ON CONFLICT DO NOTHING
    RETURNING run_id
), born AS (
    INSERT INTO runs ({columns.names(columns.RUN)}, epoch, owner, lease_until, closed_by)
    SELECT {columns.run_values("newborn")}, asked.epoch,
        CASE WHEN newborn.status = 'running' THEN asked.owner END,
        CASE WHEN newborn.status = 'running' THEN clock_timestamp() + newborn.ttl END,
        CASE WHEN newborn.status <> 'running' THEN asked.commit_id END
    FROM newborn JOIN asked ON asked.root_id = newborn.id
    WHERE newborn.key IS NULL OR newborn.id IN (SELECT run_id FROM reserved)
    ORDER BY newborn.id
    ON CONFLICT DO NOTHING
    RETURNING id
), locked AS ({_LOCKED}
), held AS (
    SELECT id, commit_id FROM locked
    UNION ALL SELECT born.id, asked.commit_id FROM born JOIN asked ON asked.root_id = born.id
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
        shown = excluded.shown,
        secrets = excluded.secrets,
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
    FROM {columns.spread(first, columns.RUN, "given", STARTED)}
    JOIN held ON held.id = given.started_by
), {admission.turns("started")}, put_starts AS (
    {admission.put_roots()}
), put_jobs AS (
    {jobs.enqueue("put_starts")}
)
"""


def _put_answers(first: int) -> str:
    return f"""
put_answers AS (
    INSERT INTO endpoint_answers (run_id, sealed)
    SELECT given.run_id, given.sealed
    FROM {columns.spread(first, ANSWER, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (run_id) DO UPDATE SET sealed = excluded.sealed
)
"""


def _answer(waits: str) -> str:
    """The roots for which the commit holds, and whether runs wait for a place that it may have given back."""
    return f"SELECT id, {waits} AS waits FROM (SELECT id FROM held UNION SELECT id FROM landed) roots"


def _commit(*, checkpoints: bool, starts: bool, births: bool, answers: bool) -> str:
    """The statement for a batch, whose further arrays come in this order: what hardly any batch has costs the
    others nothing, and without starts the listeners of the queue are not woken."""
    at = _FURTHER_AT
    parts = [_ASKED, _HELD, _LANDED, _PUT_RUNS, _PUT_JOURNAL, _PUT_TRACE]
    if checkpoints:
        parts.append(_put_checkpoints(at))
        at += len(columns.CHECKPOINT)
    if starts:
        parts.append(_put_starts(at))
        at += len(columns.RUN) + len(STARTED)
    if births:
        parts[1] = _held_and_born(at)
        at += len(columns.RUN) + len(BORN)
    if answers:
        parts.append(_put_answers(at))
    left = "EXISTS (SELECT FROM put_starts WHERE turn IS NULL)" if starts else "false"
    return f"WITH {', '.join(parts)} {_answer(f'({admission.some_wait()} OR {left})')}"


COMMITS = {
    (checkpoints, starts, births, answers): _commit(
        checkpoints=checkpoints, starts=starts, births=births, answers=answers
    )
    for checkpoints in (False, True)
    for starts in (False, True)
    for births in (False, True)
    for answers in (False, True)
}

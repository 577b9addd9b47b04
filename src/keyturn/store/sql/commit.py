"""The group commit: everything of many root runs, in one statement.

``held`` locks the roots whose lease the writer really has, in one order for all statements that lock several;
all else joins it, so that a commit without its lease writes nothing. ``landed`` are roots whose lease this very
commit gave up already: the answer was lost and it is sent again. ``born`` are roots that begin with this commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

from . import admission, columns, jobs

_LEASES = 4  # parameters: root_id, owner, epoch, commit_id


class Part(Enum):
    """What a batch may have. A value is its name and the columns of its rows, which are arrays in this order."""

    RUNS = "runs", columns.RUN
    JOURNAL = "journal", columns.JOURNAL
    TRACE = "trace", columns.TRACE
    CHECKPOINTS = "checkpoints", columns.CHECKPOINT
    STARTS = "starts", {**columns.RUN, "started_by": "uuid"}
    BIRTHS = "births", {**columns.RUN, "ttl": "interval", "key": "text", "digest": "text"}
    ANSWERS = "answers", {"run_id": "uuid", "root_id": "uuid", "sealed": "bytea"}

    def __init__(self, label: str, columns: Mapping[str, str]) -> None:
        self.label = label
        self.columns = columns
        self.width = len(columns)
        self._payloads = [place for place, kind in enumerate(columns.values()) if kind == "bytea"]

    def weigh(self, rows: Iterable[Sequence[Any]]) -> int:
        """The bytes of the payloads in its rows."""
        return sum([len(row[place] or b"") for row in rows for place in self._payloads])

    def spread(self, first: int, alias: str) -> str:
        """Its arrays, from parameter ``first`` on, as rows."""
        return columns.spread(first, self.columns, alias)


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
    SELECT * FROM {Part.BIRTHS.spread(first, "sent")}
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


def _put_runs(first: int) -> str:
    return f"""
put_runs AS (
    INSERT INTO runs AS run ({columns.names(columns.RUN)}, closed_by)
    SELECT {columns.run_values("given")},
        CASE WHEN given.id = given.root_id AND given.status <> 'running' THEN held.commit_id END
    FROM {Part.RUNS.spread(first, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status,
        outputs = excluded.outputs,
        error = excluded.error,
        about = excluded.about,
        cards = excluded.cards,
        settled = excluded.settled,
        shown = excluded.shown,
        secrets = excluded.secrets,
        failure = excluded.failure,
        started_at = excluded.started_at,
        ended_at = excluded.ended_at,
        wake_at = excluded.wake_at,
        closed_by = excluded.closed_by,
        owner = CASE WHEN excluded.closed_by IS NULL THEN run.owner END,
        lease_until = CASE WHEN excluded.closed_by IS NULL THEN run.lease_until END
    WHERE run.root_id = excluded.root_id
)
"""


def _put_journal(first: int) -> str:
    return f"""
put_journal AS (
    INSERT INTO journal ({columns.names(columns.JOURNAL)})
    SELECT {columns.names(columns.JOURNAL, "given.")}
    FROM {Part.JOURNAL.spread(first, "given")} JOIN held ON held.id = given.root_id
    ORDER BY given.ord
    ON CONFLICT DO NOTHING
)
"""


def _put_trace(first: int) -> str:
    return f"""
put_trace AS (
    INSERT INTO trace ({columns.names(columns.TRACE)})
    SELECT {columns.names(columns.TRACE, "given.")}
    FROM {Part.TRACE.spread(first, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT DO NOTHING
)
"""


def _put_checkpoints(first: int) -> str:
    replaced = ", ".join(f"{name} = excluded.{name}" for name in columns.CHECKPOINT if name not in _CHECKPOINT_KEY)
    return f"""
put_checkpoints AS (
    INSERT INTO checkpoints ({columns.names(columns.CHECKPOINT)})
    SELECT {columns.names(columns.CHECKPOINT, "given.")}
    FROM {Part.CHECKPOINTS.spread(first, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (run_id, path) DO UPDATE SET {replaced}
)
"""


_CHECKPOINT_KEY = ("run_id", "path", "root_id")


def _put_starts(first: int) -> str:
    return f"""
started AS (
    SELECT given.*
    FROM {Part.STARTS.spread(first, "given")}
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
    FROM {Part.ANSWERS.spread(first, "given")} JOIN held ON held.id = given.root_id
    ON CONFLICT (run_id) DO UPDATE SET sealed = excluded.sealed
)
"""


def _answer(waits: str) -> str:
    """The roots for which the commit holds, and whether runs wait for a place that it may have given back."""
    return f"SELECT id, {waits} AS waits FROM (SELECT id FROM held UNION SELECT id FROM landed) roots"


_PUT = {
    Part.RUNS: _put_runs,
    Part.JOURNAL: _put_journal,
    Part.TRACE: _put_trace,
    Part.CHECKPOINTS: _put_checkpoints,
    Part.STARTS: _put_starts,
    Part.ANSWERS: _put_answers,
}


@cache
def commit(parts: tuple[Part, ...]) -> str:
    """The statement for a batch with these parts, in the order of ``Part``: their arrays follow those of the leases.

    What a batch does not have costs it nothing, and without starts the listeners of the queue are not woken.
    """
    held, put, first = _HELD, list[str](), _LEASES + 1
    for part in parts:
        if part is Part.BIRTHS:
            held = _held_and_born(first)
        else:
            put.append(_PUT[part](first))
        first += part.width
    left = "EXISTS (SELECT FROM put_starts WHERE turn IS NULL)" if Part.STARTS in parts else "false"
    return f"WITH {', '.join((_ASKED, held, _LANDED, *put))} {_answer(f'({admission.some_wait()} OR {left})')}"

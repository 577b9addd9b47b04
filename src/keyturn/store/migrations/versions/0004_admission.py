"""Admission: whose turn a queued run has, what flows and connections allow at once, what flows use.

A queued root run with a ``turn`` is admitted: it has a job. One without waits for its turn. Runs that an older
program makes have none: they are admitted by the sweep, which finds the jobs that they have already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
SAFE = "before"

_TABLES = (
    "ALTER TABLE runs ADD COLUMN turn integer",
    "CREATE INDEX runs_in_turn ON runs (flow_id, turn) WHERE status = 'queued' AND turn IS NOT NULL AND id = root_id",
    """
    CREATE INDEX runs_without_turn ON runs (flow_id, created_at, id)
    WHERE status = 'queued' AND turn IS NULL AND id = root_id
    """,
    # Of the current version; ``uses`` are its connections and those of the helper flows that it can reach.
    "ALTER TABLE flows ADD COLUMN at_once integer CHECK (at_once > 0)",
    "ALTER TABLE flows ADD COLUMN connections text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE flows ADD COLUMN calls text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE flows ADD COLUMN uses text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE connections ADD COLUMN at_once integer CHECK (at_once > 0)",
    # One row: what holds for the whole installation.
    """
    CREATE TABLE admission (
        id integer PRIMARY KEY CHECK (id = 1),
        flow_at_once integer CHECK (flow_at_once > 0),
        ahead integer NOT NULL CHECK (ahead > 0)
    )
    """,
    "INSERT INTO admission (id, flow_at_once, ahead) VALUES (1, NULL, 256)",
    # Who was served when, counted up: places that are scarce go to the flow that was served longest ago.
    """
    CREATE TABLE flow_turns (
        flow_id text COLLATE "C" PRIMARY KEY,
        served bigint NOT NULL
    )
    """,
    "CREATE SEQUENCE flow_turns_served",
    # Where a flow's next run stands: its turn, the turn from which on it has to wait, and whether it has to anyhow.
    # A function, since within statements with arrays Postgres would plan all this anew each time (1 to 5 ms).
    """
    CREATE FUNCTION flow_place(of_flow text, OUT next_turn bigint, OUT before_turn bigint, OUT waits boolean)
    LANGUAGE plpgsql STABLE COST 1 AS $$
    DECLARE
        head bigint;
    BEGIN
        SELECT -job.priority INTO head FROM pgqueuer job
        WHERE job.entrypoint = 'run' AND job.status = 'queued' ORDER BY job.priority DESC LIMIT 1;
        SELECT least(2147483647, greatest(coalesce(head, 0), coalesce(max(run.turn)::bigint, -1) + 1)) INTO next_turn
        FROM runs run
        WHERE run.flow_id = of_flow AND run.status = 'queued' AND run.turn IS NOT NULL AND run.id = run.root_id;
        SELECT coalesce(head, next_turn) + rules.ahead,
            rules.flow_at_once IS NOT NULL
            OR EXISTS (
                SELECT FROM runs run
                WHERE run.flow_id = of_flow AND run.status = 'queued' AND run.turn IS NULL AND run.id = run.root_id
            )
            OR EXISTS (
                SELECT FROM flows known
                WHERE known.id = of_flow AND (known.at_once IS NOT NULL OR EXISTS (
                    SELECT FROM connections
                    WHERE connections.id = ANY(known.uses) AND connections.at_once IS NOT NULL
                ))
            )
        INTO before_turn, waits FROM admission rules;
    END $$
    """,
)

_DOCUMENTS = """
SELECT flow.id, entry.document
FROM flows flow JOIN flow_versions entry ON entry.flow_id = flow.id AND entry.version = flow.version
"""
_SET_PARTS = "UPDATE flows SET connections = :connections, calls = :calls, uses = :uses WHERE id = :id"


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    _fill_flows()


def downgrade() -> None:
    op.execute("DROP FUNCTION flow_place")
    op.execute("DROP SEQUENCE flow_turns_served")
    op.execute("DROP TABLE flow_turns")
    op.execute("DROP TABLE admission")
    op.execute("ALTER TABLE connections DROP COLUMN at_once")
    for column in ("uses", "calls", "connections", "at_once"):
        op.execute(f"ALTER TABLE flows DROP COLUMN {column}")
    op.execute("DROP INDEX runs_without_turn")
    op.execute("DROP INDEX runs_in_turn")
    op.execute("ALTER TABLE runs DROP COLUMN turn")


def _fill_flows() -> None:
    """What the flows that are published already use and call."""
    link = op.get_bind()
    connections: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for flow_id, document in link.execute(text(_DOCUMENTS)):
        parts = list(_cards(json.loads(bytes(document))))
        connections[flow_id] = {str(part["connection"]) for part in parts if part.get("connection")}
        calls[flow_id] = {str(flow) for part in parts for flow in _called(part)}
    for flow_id in connections:
        reached, new = {flow_id}, {flow_id}
        while new:
            new = {call for flow in new for call in calls.get(flow, set())} - reached
            reached |= new
        uses = {name for flow in reached for name in connections.get(flow, set())}
        own, called = sorted(connections[flow_id]), sorted(calls[flow_id])
        values = {"id": flow_id, "connections": own, "calls": called, "uses": sorted(uses)}
        link.execute(text(_SET_PARTS), values)


def _cards(part: dict[str, object]) -> Iterator[dict[str, object]]:
    """Every card of a document or a part of one."""
    for name in ("cards", "branches", "do"):
        below = part.get(name)
        for child in cast("list[dict[str, object]]", below) if isinstance(below, list) else []:
            if "card" in child:
                yield child
            yield from _cards(child)


def _called(card: dict[str, object]) -> Iterator[object]:
    """The helper flows that a card waits for."""
    handler = card.get("on_error")
    holders = [{} if card.get("card") == "flow.call_async" else card]
    holders.append(cast("dict[str, object]", handler) if isinstance(handler, dict) else {})
    for holder in holders:
        call = holder.get("call")
        if isinstance(call, dict):
            yield cast("dict[str, object]", call).get("flow")

"""Schedules, and the due times that they fired at."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
SAFE = "before"

# A schedule rests (off), or has a next due time, or is to be planned from ``plan_after``, or has ended.
# ``version`` is the flow's version that the definition was taken from, so that one that an older program left behind
# is seen.
_STATEMENTS = (
    """
    CREATE TABLE schedules (
        flow_id text COLLATE "C" PRIMARY KEY REFERENCES flows (id),
        version integer NOT NULL,
        definition bytea NOT NULL,
        rests boolean NOT NULL DEFAULT false,
        plan_after timestamptz,
        next_due timestamptz,
        last_due timestamptz,
        last_run uuid,
        last_skipped integer NOT NULL DEFAULT 0,
        CHECK (NOT (rests AND (plan_after IS NOT NULL OR next_due IS NOT NULL)))
    )
    """,
    "CREATE INDEX schedules_due ON schedules (next_due, flow_id) WHERE next_due IS NOT NULL",
    "CREATE INDEX schedules_unplanned ON schedules (flow_id) WHERE plan_after IS NOT NULL",
    """
    CREATE TABLE firings (
        flow_id text COLLATE "C" NOT NULL,
        due timestamptz NOT NULL,
        run_id uuid NOT NULL,
        skipped integer NOT NULL,
        fired_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (flow_id, due)
    )
    """,
    # Schedules of flows that are there already are made by the first sweep: it finds that they have none.
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("firings", "schedules"):
        op.execute(f"DROP TABLE {table}")

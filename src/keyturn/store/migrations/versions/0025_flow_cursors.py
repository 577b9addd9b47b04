"""What a flow keeps for its next run (the card Cursor)."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
SAFE = "before"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE flow_cursors (
        flow_id text COLLATE "C" PRIMARY KEY,
        value bytea NOT NULL,
        kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE flow_cursors")

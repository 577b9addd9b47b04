"""When a place of a connection's budget was taken last: so that a clock that is set back is noticed."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE connection_budgets ADD COLUMN taken_at timestamptz NOT NULL DEFAULT clock_timestamp()")


def downgrade() -> None:
    op.execute("ALTER TABLE connection_budgets DROP COLUMN taken_at")

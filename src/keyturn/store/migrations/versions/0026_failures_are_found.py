"""What a run failed with as text, for the search in history."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE runs ADD COLUMN failure text")


def downgrade() -> None:
    op.execute("ALTER TABLE runs DROP COLUMN failure")

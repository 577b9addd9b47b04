"""Who may build with a connection."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0019"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE connections ADD COLUMN users text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE connections DROP COLUMN users")

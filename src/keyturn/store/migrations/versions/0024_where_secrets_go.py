"""Where the secrets of a connection may go beside its base."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE connections ADD COLUMN reaches text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE connections DROP COLUMN reaches")

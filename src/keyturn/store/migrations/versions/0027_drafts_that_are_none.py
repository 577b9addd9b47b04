"""Whether a draft says the same as the version that it began with."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE drafts ADD COLUMN same boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE drafts DROP COLUMN same")

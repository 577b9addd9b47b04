"""How many problems a published flow has with what it calls, since that was published anew."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
SAFE = "before"


def upgrade() -> None:
    op.execute("ALTER TABLE flows ADD COLUMN unfit integer NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE flows DROP COLUMN unfit")

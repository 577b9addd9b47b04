"""Which values of a run are secret, and what of its outputs people may see."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
SAFE = "before"

_STATEMENTS = (
    "ALTER TABLE runs ADD COLUMN shown bytea",
    "ALTER TABLE runs ADD COLUMN secrets bytea",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE runs DROP COLUMN secrets")
    op.execute("ALTER TABLE runs DROP COLUMN shown")

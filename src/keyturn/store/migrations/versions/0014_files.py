"""Files. What is in them is on a disk; a row tells what each is and until when it is kept."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
SAFE = "before"

_STATEMENTS = (
    """
    CREATE TABLE files (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        type text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        content uuid NOT NULL UNIQUE,
        made_by text NOT NULL,
        created timestamptz NOT NULL DEFAULT now(),
        expires timestamptz NOT NULL
    )
    """,
    "CREATE INDEX files_expires ON files (expires)",
    "CREATE INDEX files_created ON files (created, id)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE files")

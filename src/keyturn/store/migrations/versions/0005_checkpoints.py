"""How far loops have come, and which helper runs nothing asks for again."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
SAFE = "before"

_STATEMENTS = (
    "ALTER TABLE runs ADD COLUMN settled boolean NOT NULL DEFAULT false",
    "CREATE INDEX runs_unsettled ON runs (root_id) WHERE id <> root_id AND NOT settled",
    # One row for a loop, replaced as its rounds end: the row stays on its page (HOT), so nothing grows.
    """
    CREATE TABLE checkpoints (
        run_id uuid NOT NULL,
        path text COLLATE "C" NOT NULL,
        root_id uuid NOT NULL,
        next integer NOT NULL,
        open text NOT NULL,
        failed integer NOT NULL,
        page integer NOT NULL,
        state bytea,
        PRIMARY KEY (run_id, path)
    ) WITH (fillfactor = 50)
    """,
    "CREATE INDEX checkpoints_of_root ON checkpoints (root_id)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE checkpoints")
    op.execute("DROP INDEX runs_unsettled")
    op.execute("ALTER TABLE runs DROP COLUMN settled")

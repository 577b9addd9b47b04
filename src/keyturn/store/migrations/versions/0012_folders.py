"""Folders of flows. A flow is in one of them or at the top, whatever its versions say."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
SAFE = "before"

_STATEMENTS = (
    """
    CREATE TABLE folders (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        about text NOT NULL DEFAULT '',
        parent text COLLATE "C" REFERENCES folders (id),
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX folders_parent ON folders (parent)",
    'ALTER TABLE flows ADD COLUMN folder text COLLATE "C" REFERENCES folders (id)',
    "CREATE INDEX flows_folder ON flows (folder)",
    'ALTER TABLE drafts ADD COLUMN folder text COLLATE "C"',
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE drafts DROP COLUMN folder")
    op.execute("ALTER TABLE flows DROP COLUMN folder")
    op.execute("DROP TABLE folders")

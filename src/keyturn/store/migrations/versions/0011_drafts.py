"""Drafts of flows; versions that were only tried; versions that outlive a deleted flow."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
SAFE = "before"

# Revisions come from one sequence: a draft that was thrown away and begun anew never has a number that was seen.
_STATEMENTS = (
    "CREATE SEQUENCE draft_revisions",
    """
    CREATE TABLE drafts (
        flow_id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        document bytea NOT NULL,
        revision bigint NOT NULL,
        base_version integer NOT NULL,
        author text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "ALTER TABLE flow_versions DROP CONSTRAINT flow_versions_flow_id_fkey",
    "ALTER TABLE flow_versions ADD COLUMN trial boolean NOT NULL DEFAULT false",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM flow_versions WHERE trial OR NOT EXISTS (SELECT FROM flows WHERE flows.id = flow_id)")
    op.execute("ALTER TABLE flow_versions DROP COLUMN trial")
    op.execute("ALTER TABLE flow_versions ADD FOREIGN KEY (flow_id) REFERENCES flows (id)")
    op.execute("DROP TABLE drafts")
    op.execute("DROP SEQUENCE draft_revisions")

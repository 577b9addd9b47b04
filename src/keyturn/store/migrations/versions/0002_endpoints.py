"""Endpoints: client tokens, keys by which callers start a flow once, and answers that history does not show."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
SAFE = "before"

_TABLES = (
    """
    CREATE TABLE endpoint_tokens (
        flow_id text COLLATE "C" PRIMARY KEY REFERENCES flows (id),
        digest text NOT NULL,
        author text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE endpoint_keys (
        flow_id text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        digest text NOT NULL,
        run_id uuid NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (flow_id, key)
    )
    """,
    "CREATE INDEX endpoint_keys_made ON endpoint_keys (made_at)",
    """
    CREATE TABLE endpoint_answers (
        run_id uuid PRIMARY KEY,
        sealed bytea NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "ALTER TABLE endpoint_answers ALTER COLUMN sealed SET STORAGE EXTERNAL",  # sealed bytes do not compress
    "CREATE INDEX endpoint_answers_made ON endpoint_answers (made_at)",
    "CREATE INDEX flows_of_endpoints ON flows (id) WHERE event_card = 'endpoint'",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX flows_of_endpoints")
    for table in ("endpoint_answers", "endpoint_keys", "endpoint_tokens"):
        op.execute(f"DROP TABLE {table}")

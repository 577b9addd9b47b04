"""Tokens and budgets of connections, shared by all processes; and how connections do."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
SAFE = "before"

_STATEMENTS = (
    """
    CREATE TABLE connection_tokens (
        connection_id text COLLATE "C" PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
        sealed bytea,
        holder text,
        held_until timestamptz
    )
    """,
    """
    CREATE TABLE connection_health (
        connection_id text COLLATE "C" PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
        worked_at timestamptz,
        failing_since timestamptz,
        code text,
        what text,
        mend text
    )
    """,
    "ALTER TABLE connections ADD COLUMN per_minute integer",
    # The place is lost with a crash of the database, and that is all: the next request begins a new minute.
    """
    CREATE UNLOGGED TABLE connection_budgets (
        connection_id text COLLATE "C" PRIMARY KEY,
        next_at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE connection_budgets")
    op.execute("ALTER TABLE connections DROP COLUMN per_minute")
    op.execute("DROP TABLE connection_health")
    op.execute("DROP TABLE connection_tokens")

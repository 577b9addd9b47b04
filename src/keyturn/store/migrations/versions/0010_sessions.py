"""Sign-in links and sessions of browsers."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0007"
SAFE = "before"

_STATEMENTS = (
    """
    CREATE TABLE sign_in_links (
        digest text PRIMARY KEY,
        name text NOT NULL,
        permissions text[] NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE sessions (
        digest text PRIMARY KEY,
        name text NOT NULL,
        permissions text[] NOT NULL,
        created_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE sessions")
    op.execute("DROP TABLE sign_in_links")

"""Tables that people make. The rows of each are in a database table of its own, which the program makes and changes."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
SAFE = "before"

_STATEMENTS = (
    """
    CREATE TABLE tables (
        id text COLLATE "C" PRIMARY KEY,
        number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        name text NOT NULL,
        about text NOT NULL,
        columns bytea NOT NULL,
        next_column integer NOT NULL,
        revision integer NOT NULL DEFAULT 1,
        created timestamptz NOT NULL DEFAULT now(),
        updated timestamptz NOT NULL DEFAULT now()
    )
    """,
)

_DROP_ROWS = """
DO $$
DECLARE made bigint;
BEGIN
    FOR made IN SELECT number FROM tables LOOP
        EXECUTE 'DROP TABLE table_rows_' || made;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute(_DROP_ROWS)
    op.execute("DROP TABLE tables")

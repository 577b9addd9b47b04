"""Runs that pause until somebody resumes them, and what was said to them. Rows of tables by when they were made."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
SAFE = "before"

_STATEMENTS = (
    # A run that pauses. The row goes when the run has heard what was said, or has ended.
    """
    CREATE TABLE pauses (
        run_id uuid NOT NULL,
        path text COLLATE "C" NOT NULL,
        root_id uuid NOT NULL,
        place uuid NOT NULL,
        until timestamptz NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        over boolean NOT NULL DEFAULT false,
        PRIMARY KEY (run_id, path)
    )
    """,
    "CREATE INDEX pauses_of_place ON pauses (place)",
    "CREATE INDEX pauses_of_root ON pauses (root_id)",
    # What was said at a place, by whom; the first word counts. ``root_id`` is the run that made the place.
    """
    CREATE TABLE resumes (
        place uuid PRIMARY KEY,
        root_id uuid NOT NULL,
        call uuid NOT NULL,
        body bytea NOT NULL,
        by text NOT NULL,
        resumed_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX resumes_by_time ON resumes (resumed_at)",
    # Searches by Created and Updated went through whole tables.
    """
    DO $$
    DECLARE made bigint; at text;
    BEGIN
        FOR made IN SELECT number FROM tables LOOP
            FOREACH at IN ARRAY ARRAY['created', 'updated'] LOOP
                EXECUTE format(
                    'CREATE INDEX IF NOT EXISTS %I ON %I (%I NULLS FIRST, id)',
                    'table_rows_' || made || '_' || at, 'table_rows_' || made, at
                );
            END LOOP;
        END LOOP;
    END $$
    """,
    "CREATE INDEX runs_run_again ON runs (rerun_of) WHERE rerun_of IS NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


_DROP_INDEXES = """
DO $$
DECLARE made bigint; at text;
BEGIN
    FOR made IN SELECT number FROM tables LOOP
        FOREACH at IN ARRAY ARRAY['created', 'updated'] LOOP
            EXECUTE format('DROP INDEX IF EXISTS %I', 'table_rows_' || made || '_' || at);
        END LOOP;
    END LOOP;
END $$
"""


def downgrade() -> None:
    op.execute(_DROP_INDEXES)
    op.execute("DROP INDEX runs_run_again")
    op.execute("DROP TABLE resumes")
    op.execute("DROP TABLE pauses")

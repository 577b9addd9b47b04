"""Statements about the database itself."""

SIGN_OF_LIFE = "SELECT 1"

LOCK_MIGRATIONS = "SELECT pg_advisory_lock($1)"
UNLOCK_MIGRATIONS = "SELECT pg_advisory_unlock($1)"

READ_REVISION = "SELECT version_num FROM alembic_version"
HAS_REVISION_TABLE = "SELECT to_regclass('alembic_version') IS NOT NULL"

READ_QUEUE_NOTE = "SELECT obj_description(to_regclass('pgqueuer'), 'pg_class')"
# A comment takes no parameter: the note is a constant of ours and a version number, checked by the caller.
NOTE_QUEUE = "COMMENT ON TABLE pgqueuer IS '{note}'"

NOTIFY = "SELECT pg_notify($1, $2)"

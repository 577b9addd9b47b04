"""Which event or due time started a run: asked when old runs are removed."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
SAFE = "before"

_INDEXES = {"event_runs_of_run": "event_runs (run_id)", "firings_of_run": "firings (run_id)"}


def upgrade() -> None:
    for name, where in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {where}")


def downgrade() -> None:
    for name in _INDEXES:
        op.execute(f"DROP INDEX {name}")

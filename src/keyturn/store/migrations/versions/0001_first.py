"""Flows, runs with journal and trace, events, start keys, connections, tokens."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
SAFE = "before"

_FLOWS = (
    """
    CREATE TABLE flows (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        version integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        event_card text NOT NULL,
        event_connection text,
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX flows_subscribed ON flows (event_connection, event_card) WHERE active",
    """
    CREATE TABLE flow_versions (
        flow_id text COLLATE "C" NOT NULL REFERENCES flows (id),
        version integer NOT NULL CHECK (version > 0),
        document bytea NOT NULL,
        digest text NOT NULL,
        manifests bytea NOT NULL,
        author text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (flow_id, version)
    )
    """,
    """
    CREATE TABLE manifests (
        digest text PRIMARY KEY,
        connector text NOT NULL,
        content bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

# Lease columns are used on root runs alone. ``closed_by`` is the commit that gave the lease up, so that the
# same commit sent again is recognised; ``claim_id`` does the same for a claim. ``decided`` is a person's
# decision that came while a worker had the run in hand. ``flow_id`` has no foreign key: checking it on each
# insert costs more than it tells, and runs outlive nothing that they need (versions are never deleted).
_RUNS = (
    """
    CREATE TABLE runs (
        id uuid PRIMARY KEY,
        root_id uuid NOT NULL,
        flow_id text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        status text NOT NULL CHECK (status IN (
            'queued', 'running', 'waiting', 'succeeded', 'stopped', 'failed', 'cancelled', 'needs attention')),
        event bytea NOT NULL,
        parent_id uuid,
        parent_path text,
        outputs bytea,
        error bytea,
        about text,
        cards integer NOT NULL DEFAULT 0,
        depth integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz,
        wake_at timestamptz,
        trigger text NOT NULL,
        rerun_of uuid,
        owner text,
        epoch bigint NOT NULL DEFAULT 0,
        lease_until timestamptz,
        claim_id uuid,
        closed_by uuid,
        cancel_requested boolean NOT NULL DEFAULT false,
        decided boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX runs_helpers ON runs (root_id) WHERE id <> root_id",
    "CREATE INDEX runs_newest ON runs (created_at DESC, id DESC)",
    "CREATE INDEX runs_of_flow ON runs (flow_id, created_at DESC, id DESC)",
    "CREATE INDEX runs_about ON runs (about, created_at DESC, id DESC) WHERE about IS NOT NULL",
    """
    CREATE INDEX runs_live ON runs (status, id)
    WHERE id = root_id AND status IN ('queued', 'running', 'waiting', 'needs attention')
    """,
    "CREATE INDEX runs_owned ON runs (owner) WHERE owner IS NOT NULL",
    """
    CREATE INDEX runs_unhappy ON runs (status, created_at DESC, id DESC)
    WHERE status NOT IN ('queued', 'running', 'succeeded')
    """,
    """
    CREATE TABLE journal (
        run_id uuid NOT NULL,
        path text COLLATE "C" NOT NULL,
        attempt integer NOT NULL CHECK (attempt > 0),
        state text COLLATE "C" NOT NULL,
        root_id uuid NOT NULL,
        card text NOT NULL,
        digest text NOT NULL,
        result bytea,
        seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (run_id, path, attempt, state)
    )
    """,
    "CREATE INDEX journal_of_root ON journal (root_id, seq)",
    """
    CREATE TABLE trace (
        run_id uuid NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        root_id uuid NOT NULL,
        entries integer NOT NULL,
        chunk bytea NOT NULL,
        PRIMARY KEY (run_id, epoch, seq)
    )
    """,
    "ALTER TABLE trace ALTER COLUMN chunk SET STORAGE EXTERNAL",  # compressed by us already
)

_EVENTS = (
    """
    CREATE TABLE events (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        connection_id text NOT NULL,
        event_key text NOT NULL,
        event_id text NOT NULL,
        type text NOT NULL,
        payload bytea NOT NULL,
        note text NOT NULL DEFAULT '',
        received_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (connection_id, event_key)
    )
    """,
    """
    CREATE TABLE event_runs (
        event bigint NOT NULL,
        flow_id text COLLATE "C" NOT NULL,
        run_id uuid NOT NULL,
        PRIMARY KEY (event, flow_id)
    )
    """,
    """
    CREATE TABLE start_keys (
        key text PRIMARY KEY,
        run_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

_ACCESS = (
    """
    CREATE TABLE connections (
        id text COLLATE "C" PRIMARY KEY,
        connector text NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        base_url text NOT NULL,
        settings bytea NOT NULL,
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE tokens (
        name text PRIMARY KEY,
        digest text NOT NULL UNIQUE,
        permissions text[] NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in (*_FLOWS, *_RUNS, *_EVENTS, *_ACCESS):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "tokens",
        "connections",
        "start_keys",
        "event_runs",
        "events",
        "trace",
        "journal",
        "runs",
        "manifests",
        "flow_versions",
        "flows",
    ):
        op.execute(f"DROP TABLE {table}")

"""What flows are found by beside id and name, and connectors of the installation's own."""

from __future__ import annotations

import json
from collections.abc import Iterator

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0015"
SAFE = "before"

_STATEMENTS = (
    "ALTER TABLE flows ADD COLUMN words text NOT NULL DEFAULT ''",
    "ALTER TABLE drafts ADD COLUMN words text NOT NULL DEFAULT ''",
    """
    CREATE TABLE own_connectors (
        name text COLLATE "C" PRIMARY KEY,
        digest text NOT NULL REFERENCES manifests (digest),
        source text NOT NULL,
        author text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

_PUBLISHED = """
SELECT flow.id, entry.document FROM flows flow
JOIN flow_versions entry ON entry.flow_id = flow.id AND entry.version = flow.version
"""


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
    link = op.get_bind()
    for select, table, key in (
        (_PUBLISHED, "flows", "id"),
        ("SELECT flow_id, document FROM drafts", "drafts", "flow_id"),
    ):
        filled = text(f"UPDATE {table} SET words = :words WHERE {key} = :id")
        for row_id, document in link.execute(text(select)).all():
            link.execute(filled, {"id": row_id, "words": "\n".join(dict.fromkeys(_texts(json.loads(document))))})


def _texts(value: object) -> Iterator[str]:
    """Each text in a document; titles of cards come when the flow is published the next time."""
    if isinstance(value, str):
        yield " ".join(value.replace("\0", " ").split()).encode("utf-8", "replace").decode()
    elif isinstance(value, dict):
        for inner in value.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(inner)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for inner in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(inner)  # pyright: ignore[reportUnknownArgumentType]


def downgrade() -> None:
    op.execute("DROP TABLE own_connectors")
    op.execute("ALTER TABLE drafts DROP COLUMN words")
    op.execute("ALTER TABLE flows DROP COLUMN words")

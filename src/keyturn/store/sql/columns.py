"""Lists of columns that several statements share, and how arrays of them are spread into rows."""

from __future__ import annotations

from collections.abc import Mapping

RUN: Mapping[str, str] = {
    "id": "uuid",
    "root_id": "uuid",
    "flow_id": "text",
    "version": "int",
    "status": "text",
    "event": "bytea",
    "parent_id": "uuid",
    "parent_path": "text",
    "outputs": "bytea",
    "error": "bytea",
    "about": "text",
    "cards": "int",
    "depth": "int",
    "created_at": "timestamptz",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "wake_at": "timestamptz",
    "trigger": "text",
    "rerun_of": "uuid",
    "settled": "boolean",
    "shown": "bytea",
    "secrets": "bytea",
    "failure": "text",
}
JOURNAL: Mapping[str, str] = {
    "run_id": "uuid",
    "path": "text",
    "attempt": "int",
    "state": "text",
    "root_id": "uuid",
    "card": "text",
    "digest": "text",
    "result": "bytea",
}
CHECKPOINT: Mapping[str, str] = {
    "run_id": "uuid",
    "path": "text",
    "root_id": "uuid",
    "next": "int",
    "open": "text",
    "failed": "int",
    "page": "int",
    "state": "bytea",
}
TRACE: Mapping[str, str] = {
    "run_id": "uuid",
    "epoch": "bigint",
    "seq": "bigint",
    "root_id": "uuid",
    "entries": "int",
    "chunk": "bytea",
}


def names(columns: Mapping[str, str], prefix: str = "") -> str:
    """The columns' names, separated by commas."""
    return ", ".join(prefix + name for name in columns)


def run_values(alias: str) -> str:
    """The values of a run's columns from a spread row; a run without a time of creation is created now."""
    return names(RUN, f"{alias}.").replace(f"{alias}.created_at", f"coalesce({alias}.created_at, now())")


def spread(first: int, columns: Mapping[str, str], alias: str, extra: Mapping[str, str] | None = None) -> str:
    """Arrays, one for each column from parameter ``first`` on, as rows with their place in ``ord``."""
    every = {**columns, **(extra or {})}
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(every.values(), first))
    return f"unnest({arrays}) WITH ORDINALITY AS {alias} ({names(every)}, ord)"

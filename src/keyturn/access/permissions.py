"""The permissions that routes declare and tokens hold."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

ALL = "*"


class Permission(StrEnum):
    """What a caller may do."""

    FLOWS_READ = "flows.read"
    FLOWS_WRITE = "flows.write"
    RUNS_READ = "runs.read"
    RUNS_START = "runs.start"
    RUNS_MANAGE = "runs.manage"
    DELEGATED_READ = "delegated.read"
    DELEGATED_RUN = "delegated.run"
    CONNECTIONS_READ = "connections.read"
    CONNECTIONS_WRITE = "connections.write"
    CARDS_READ = "cards.read"
    EVENTS_READ = "events.read"
    TABLES_READ = "tables.read"
    TABLES_WRITE = "tables.write"
    FILES_READ = "files.read"
    FILES_WRITE = "files.write"
    SANDBOX_READ = "sandbox.read"
    SANDBOX_USE = "sandbox.use"
    TOKENS_READ = "tokens.read"
    ADMIN = "admin"


def allows(held: Set[str], needed: Permission) -> bool:
    """Whether permissions held include the one needed; ``*`` includes all."""
    return ALL in held or needed.value in held

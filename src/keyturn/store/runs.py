"""Root runs while they are carried out (``engine.ports.RunStore``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from keyturn.engine.ports import Commit, JournalRecord, RunTree

from .database import Database
from .driver import Link
from .gathering import Gatherer
from .in_order import InOrder
from .rows import checkpoint_of, journal_of, run_of
from .sql import runs as sql


class PostgresRuns:
    """RunStore on Postgres; commits go through the group commit.

    Args:
        commits: where commits go, those with a ride and those without.
    """

    def __init__(self, database: Database, commits: InOrder) -> None:
        self._database = database
        self._commits = commits
        self._cancels = Gatherer(self._cancel_requested)

    async def load(self, root_id: UUID) -> RunTree:
        """A root run with what it needs to go on.

        Raises:
            LookupError: there is no such root run.
            StoreUnavailable: the database is away.
        """
        tree = await self._database.repeating(lambda: read_tree(self._database, root_id, needed_only=True))
        if tree is None:
            raise LookupError(f"There is no root run {root_id}.")
        return tree

    async def commit(self, commit: Commit) -> JournalRecord | None:
        """As ``RunStore.commit``."""
        return await self._commits.commit(commit)

    async def cancel_requested(self, root_id: UUID) -> bool:
        """Whether a person asked to cancel this run."""
        return await self._cancels.ask(root_id)

    async def _cancel_requested(self, root_ids: Sequence[UUID]) -> list[bool]:
        found = {row["id"] for row in await self._database.read(sql.CANCEL_REQUESTED, [*root_ids])}
        return [root_id in found for root_id in root_ids]


async def read_tree(database: Database, root_id: UUID, *, needed_only: bool = False) -> RunTree | None:
    """A root run with helper runs, journal and checkpoints, as of one moment; None if there is no such root.

    Args:
        needed_only: leave out what the run does not need to go on.
    """
    statements = _NEEDED if needed_only else _WHOLE
    async with database.link() as link, link.transaction(isolation="repeatable_read", readonly=True):
        return await _tree(link, root_id, *statements)


_WHOLE = (sql.GET_TREE, sql.GET_JOURNAL, sql.GET_CHECKPOINTS)
_NEEDED = (sql.GET_UNSETTLED_TREE, sql.GET_UNPASSED_JOURNAL, sql.GET_UNPASSED_CHECKPOINTS)


async def _tree(link: Link, root_id: UUID, tree: str, journal: str, checkpoints: str) -> RunTree | None:
    runs = {run.id: run for run in map(run_of, await link.fetch(tree, root_id))}
    root = runs.get(root_id)
    if root is None or root.root_id != root_id:
        return None
    records = [journal_of(row) for row in await link.fetch(journal, root_id)]
    points = [checkpoint_of(row) for row in await link.fetch(checkpoints, root_id)]
    return RunTree(root, runs, records, points)

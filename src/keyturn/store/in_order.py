"""Two ways to the database, and one order for the commits of a run.

Commits that carry a change of data go another way than all others, so that runs that change no data never wait for a
table. A run whose cards do both has its commits land in the order in which they were given all the same: what goes
the other way waits until those before it have landed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from uuid import UUID

from keyturn.engine.ports import Commit, JournalRecord

from .group_commit import GroupCommitter
from .riding import RideCommitter


@dataclass(slots=True, eq=False)
class _Turn:
    """Commits of one run that may be on their way together.

    Attributes:
        left: how many have not landed.
        begins: set when those before have landed; None where there were none, as nearly always.
    """

    rides: bool
    left: int = 0
    begins: asyncio.Event | None = None


class InOrder:
    """Sends each commit its way, those of a run in their order."""

    def __init__(self, plain: GroupCommitter, riding: RideCommitter) -> None:
        self._plain = plain
        self._riding = riding
        self._turns: dict[UUID, deque[_Turn]] = {}

    async def commit(self, commit: Commit) -> JournalRecord | None:
        """As ``RunStore.commit``."""
        root_id = commit.lease.root_id
        turn = self._join(root_id, rides=commit.ride is not None)
        try:
            if turn.begins is not None:
                await turn.begins.wait()
            if commit.ride is not None:
                return await self._riding.carry(commit, commit.ride)
            await self._plain.commit(commit)
            return None
        finally:
            self._landed(root_id, turn)

    def _join(self, root_id: UUID, *, rides: bool) -> _Turn:
        turns = self._turns.get(root_id)
        if turns is None:
            turns = self._turns[root_id] = deque((_Turn(rides),))
        elif turns[-1].rides is not rides:
            turns.append(_Turn(rides, begins=asyncio.Event()))
        turns[-1].left += 1
        return turns[-1]

    def _landed(self, root_id: UUID, turn: _Turn) -> None:
        turn.left -= 1
        turns = self._turns[root_id]
        while turns and not turns[0].left:
            turns.popleft()
            if turns and turns[0].begins is not None:
                turns[0].begins.set()
        if not turns:
            del self._turns[root_id]

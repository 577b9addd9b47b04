"""How far the loops of a run have come. The session writes what has changed with each of its commits."""

from __future__ import annotations

from uuid import UUID

from keyturn.flows.json import Values

from .ports import Checkpoint


class Progress:
    """One loop of one run.

    A round is entered before anything of it is recorded, so that no journal record of a round is ever committed
    without a checkpoint that knows the round.

    Args:
        known: the last checkpoint that was committed, or None.
    """

    def __init__(self, run_id: UUID, path: str, known: Checkpoint | None) -> None:
        self.run_id = run_id
        self.path = path
        self.next = known.next if known else 0
        self.open = set(known.open) if known else set[int]()
        self.page = known.page if known else 0
        self.failed = known.failed if known else 0
        self.state: Values = dict(known.state or {}) if known else {}
        self.changed = False

    def enter(self, number: int) -> None:
        """A round begins, or begins again."""
        if number >= self.next:
            self.next = number + 1
            self.open.add(number)
            self.changed = True

    def finish(self, number: int, *, failed: bool = False) -> None:
        """A round has ended, and is never entered again."""
        self.open.discard(number)
        self.failed += failed
        self.changed = True

    def turn(self, state: Values) -> None:
        """All rounds of a page have ended: the next page begins."""
        self.page += 1
        self.state = state
        self.changed = True

    def checkpoint(self) -> Checkpoint:
        """Where the loop stands, to be written."""
        self.changed = False
        return Checkpoint(
            run_id=self.run_id,
            path=self.path,
            next=self.next,
            open=tuple(sorted(self.open)),
            failed=self.failed,
            page=self.page,
            state=dict(self.state) or None,
        )

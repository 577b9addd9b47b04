"""What the rounds of a loop have given. The session writes what is new with each of its commits, in the same commit as
the checkpoint that passes those rounds, so that neither is ever there without the other.

Results are appended to the journal in portions, never rewritten: a loop of a hundred thousand rounds writes each result
once. The path of the portions is that of the loop with ``#`` behind it, their numbers are those of attempts.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from keyturn.flows.json import JSON

from .ports import JournalRecord, JournalState

MARK = "#"


class Results:
    """The results of one loop of one run, by the numbers of the rounds.

    Args:
        path: of the loop's card.
        card: the card's key.
        known: the portions that are in the journal.
    """

    def __init__(self, run_id: UUID, path: str, card: str, known: Iterable[JournalRecord]) -> None:
        self._run_id = run_id
        self._path = path
        self._card = card
        self._portions = 0
        self._new: dict[int, JSON] = {}
        self.values: dict[int, JSON] = {}
        for record in known:
            self._portions = max(self._portions, record.attempt)
            self.values.update(_read(record))

    def __len__(self) -> int:
        """How many are still to be written."""
        return len(self._new)

    def put(self, number: int, value: JSON) -> None:
        """What a round has given."""
        self.values[number] = self._new[number] = value

    def portion(self) -> JournalRecord | None:
        """What is new, to be written; None if nothing is."""
        if not self._new:
            return None
        self._portions += 1
        new, self._new = self._new, {}
        result: dict[str, JSON] = {"rounds": [*new], "values": [*new.values()]}
        return JournalRecord(
            self._run_id, results_path(self._path), self._portions, JournalState.DONE, self._card, "", result
        )

    def close(self) -> dict[int, JSON]:
        """The loop has ended: its results, which are not kept here any longer."""
        values, self.values = self.values, {}
        return values


def results_path(path: str) -> str:
    """The path of the results of a loop."""
    return path + MARK


def loop_of(path: str) -> str | None:
    """The path of the loop whose results a record with this path holds; None for other records."""
    return path[: -len(MARK)] if path.endswith(MARK) else None


def _read(record: JournalRecord) -> dict[int, JSON]:
    result = record.result or {}
    rounds, values = result.get("rounds"), result.get("values")
    if not isinstance(rounds, list) or not isinstance(values, list):
        return {}
    return {number: value for number, value in zip(rounds, values, strict=True) if isinstance(number, int)}

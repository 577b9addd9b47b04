"""Which card is told as the one at which a run failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from keyturn.app.culprit import culprit_of
from keyturn.engine.history import EVERY_ENTRY, TraceFilter
from keyturn.engine.ports import Run, RunStatus, TraceEntry
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

OWN, HELPER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def said(card: str, run: UUID, message: str) -> Values:
    return {"card": card, "run": str(run), "message": message}


def failed(path: str, error: Values | None = None, status: str = "failed") -> TraceEntry:
    card_id = path.rpartition("/")[2].partition("[")[0]
    return TraceEntry(OWN, path, card_id, "text.compose", status, NOW, 1.0, error=error)


class Entries:
    """A trace of which a page has two entries at most, and may have none though more follow."""

    def __init__(self, entries: Sequence[TraceEntry]) -> None:
        self._entries = entries

    async def trace(self, run_id: UUID, page: PageRequest, wanted: TraceFilter = EVERY_ENTRY) -> Page[TraceEntry]:
        begin = int(page.after or 0)
        rows = [entry for entry in self._entries[begin : begin + 2] if entry.run_id == run_id and wanted.wants(entry)]
        return Page(rows, str(begin + 2) if begin + 2 < len(self._entries) else None)


LAST = said("last", OWN, "culprit 7")
DEEP = said("bad", HELPER, "number 25 is bad")
CAUGHT = [failed(f"each[{number}]/bad", said("bad", OWN, "caught")) for number in range(5)]


@pytest.mark.parametrize(
    ("error", "entries", "path"),
    [
        (LAST, [*CAUGHT, failed("each[7]/last", LAST), failed("each", LAST)], "each[7]/last"),
        (LAST, [failed("a", status="done"), failed("b", status="done"), failed("last", LAST)], "last"),
        (LAST, [failed("each[1]/last", said("last", OWN, "caught")), failed("each[7]/last", LAST)], "each[7]/last"),
        (LAST, [failed("each[1]/last", LAST), failed("each[2]/last", LAST)], "each[2]/last"),
        ({"card": "last", "message": "without a run"}, [failed("last")], "last"),
        (LAST, CAUGHT, None),
        ({"message": "no card is named"}, CAUGHT, None),
        (None, CAUGHT, None),
        # the card that called the helper run in which it happened, in its round
        (
            DEEP,
            [
                failed("each[3]", said("bad", OTHER, "number 3 is bad")),
                failed("each[25]/call", DEEP),
                failed("each", DEEP),
            ],
            "each[25]/call",
        ),
    ],
)
async def test_the_card_that_the_error_speaks_of_is_told(
    error: Values | None, entries: Sequence[TraceEntry], path: str | None
) -> None:
    run = Run(OWN, OWN, "f", 1, RunStatus.FAILED, {}, error=error)
    found = await culprit_of(Entries(entries), run)
    assert (found.path if found else None) == path

"""The tables of cases of the cards (``tests/cards/cases``), each read when a case of it is wanted.

Reading all of them takes seconds, and each process of a test run looks at every test module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from keyturn.cards.cases import Case, read_table

FOLDER = Path(__file__).parents[1] / "cards" / "cases"
_CARD = re.compile(r"^([a-z0-9_.]+):", re.MULTILINE)


def keys() -> list[str]:
    """The cards that have cases, sorted."""
    return sorted(_tables())


def cases_of(key: str) -> Sequence[Case]:
    """The cases of a card."""
    return [case for text in _tables().get(key, ()) for case in read_table(text) if case.key == key]


def all_cases() -> Sequence[Case]:
    """The cases of all cards."""
    return [case for key in keys() for case in cases_of(key)]


@cache
def _tables() -> dict[str, list[str]]:
    """The texts of the tables in which each card has cases."""
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        for key in dict.fromkeys(_CARD.findall(text)):
            found.setdefault(key, []).append(text)
    return found

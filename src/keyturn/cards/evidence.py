"""Writes what is known of the cards' behaviour: counts of cases, and the page of assumptions.

``python -m keyturn.cards.evidence tests/cards/cases docs/cards`` (a part of ``make docs``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import orjson

from keyturn.flows.json import JSON
from keyturn.flows.spec import CardSpec

from .cases import COUNTS_FILE, Basis, Case, Expected, read_tables, written_counts
from .catalogue import BuiltInCards

ASSUMED_FILE = "assumed.md"
_HEAD = "<!-- Generated from the tables in tests/cards/cases: make docs -->"
_INTRODUCTION = """# What is assumed

Function cards shall do what the cards of Okta Workflows do. Where neither its documentation nor a real export tells
what a card does, a choice was made; this page lists all of them, each with its reason. If you know better from use,
tell us the card, the inputs and what came out: the table of cases is the place to mend it.

A line has the inputs of a case; what else there was (*with*): options of the card, cards around and inside it, what an
app answers, the rows of a table; and what the card gives, and did. The first lines of a table in `tests/cards/cases`
tell what is there where a case does not say it. `ANY` stands for a value that is another each time.
"""

# Cards of a room above this one; their titles are made of their keys.
_ELSEWHERE = {"api_connector": "API Connector"}
ELSEWHERE_BEYOND = frozenset({"api_connector.upload"})  # those of them that Okta Workflows has not
# Ports that tell what a card did, besides its outputs; all others are what it was given besides its inputs.
_DONE = ("sent", "content", "after", "keeps")
_WIDEST = 1_000  # characters of a value


def assumed_page(cases: Iterable[Case], specs: dict[str, CardSpec]) -> str:
    """The page of assumptions: by category and card, each reason with its cases."""

    def category_of(case: Case) -> str:
        spec = specs.get(case.key)
        return spec.category if spec else _ELSEWHERE[case.key.partition(".")[0]]

    assumed = sorted(
        (case for case in cases if case.basis is Basis.ASSUMED), key=lambda case: (category_of(case), case.key)
    )
    lines = [_HEAD, _INTRODUCTION]
    for category, of_category in groupby(assumed, category_of):
        lines += [f"## {category}", ""]
        for key, of_card in groupby(of_category, lambda case: case.key):
            spec = specs.get(key)
            beyond = " (not in Okta Workflows)" if key in ELSEWHERE_BEYOND or (spec and spec.beyond) else ""
            lines += [f"### {spec.title if spec else key.partition('.')[2].title()}{beyond}", "", f"`{key}`", ""]
            for why, alike in groupby(of_card, lambda case: case.why):
                lines += [f"- {why}", *(f"  - {_line(case, spec)}" for case in alike)]
            lines.append("")
    return "\n".join(lines)


def _line(case: Case, spec: CardSpec | None) -> str:
    expected = case.expected
    there = {name: value for name, value in case.ports.items() if name not in _DONE}
    done = {name: value for name, value in case.ports.items() if name in _DONE}
    if spec and spec.free_outputs and isinstance(expected, dict):
        there.setdefault("outputs", list[JSON](expected))
    before = _code(case.given) + (f" with {_code(there)}" if there else "")
    said = f"an error at `{expected.field}`" if isinstance(expected, Expected) else _code(expected)
    return f"{before} gives {said}" + (f" and {_code(done)}" if done else "")


def _code(value: JSON) -> str:
    text = orjson.dumps(value).decode()
    text = text if len(text) <= _WIDEST else f"{text[:_WIDEST]}..."
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def main(tables: str, docs: str) -> None:
    """Write the counts beside this module, and the page into the docs."""
    cases = read_tables(Path(tables))
    Path(__file__).with_name(COUNTS_FILE).write_bytes(written_counts(cases))
    specs = {spec.key: spec for spec in BuiltInCards().all()}
    (Path(docs) / ASSUMED_FILE).write_text(assumed_page(cases, specs), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])

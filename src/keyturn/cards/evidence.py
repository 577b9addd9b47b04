"""Writes what is known of the cards' behaviour: counts of cases, and the page of assumptions.

``python -m keyturn.cards.evidence tests/cards/cases docs/cards`` (a part of ``make docs``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import orjson

from keyturn.flows.spec import CardSpec

from .cases import COUNTS_FILE, Basis, Case, Expected, read_tables, written_counts
from .catalogue import BuiltInCards

ASSUMED_FILE = "assumed.md"
_HEAD = "<!-- Generated from the tables in tests/cards/cases: make docs -->"
_INTRODUCTION = """# What is assumed

Function cards shall do what the cards of Okta Workflows do. Where neither its documentation nor a real export tells
what a card does, a choice was made; this page lists all of them, each with its reason. If you know better from use,
tell us the card, the inputs and what came out: the table of cases is the place to mend it.
"""

# Cards of a room above this one; their titles are made of their keys.
_ELSEWHERE = {"api_connector": "API Connector"}
_BODIES = ("do", "branches", "outputs")  # what a control card is made of besides its inputs


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
            beyond = " (not in Okta Workflows)" if spec and spec.beyond else ""
            lines += [f"### {spec.title if spec else key.partition('.')[2].title()}{beyond}", "", f"`{key}`", ""]
            for why, alike in groupby(of_card, lambda case: case.why):
                lines += [f"- {why}", *(f"  - {_line(case)}" for case in alike)]
            lines.append("")
    return "\n".join(lines)


def _line(case: Case) -> str:
    expected = case.expected
    said = f"an error at `{expected.field}`" if isinstance(expected, Expected) else _code(expected)
    body = {name: value for name, value in case.ports.items() if name in _BODIES}
    return f"{_code(case.given)}{f' with {_code(body)}' if body else ''} gives {said}"


def _code(value: object) -> str:
    text = orjson.dumps(value).decode()
    text = text if len(text) <= 200 else f"{text[:200]}..."
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def main(tables: str, docs: str) -> None:
    """Write the counts beside this module, and the page into the docs."""
    cases = read_tables(Path(tables))
    Path(__file__).with_name(COUNTS_FILE).write_bytes(written_counts(cases))
    specs = {spec.key: spec for spec in BuiltInCards().all()}
    (Path(docs) / ASSUMED_FILE).write_text(assumed_page(cases, specs), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])

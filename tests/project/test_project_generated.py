"""What is generated is as its source says."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from keyturn.cards.cases import COUNTS_FILE, read_tables, written_counts
from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.cards.docs import pages
from keyturn.cards.evidence import ASSUMED_FILE, assumed_page
from keyturn.connectors.build import built
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.schema import manifest_schema
from keyturn.flows.schema import flow_schema, written

CONNECTORS = files("keyturn.connectors")
DOCS = Path(__file__).parents[2] / "docs"
TABLES = Path(__file__).parents[1] / "cards" / "cases"
MEND = "To mend: make docs"


@pytest.mark.parametrize(
    ("file", "content"),
    [("flow.schema.json", written(flow_schema())), ("connector.schema.json", written(manifest_schema()))],
)
def test_schemas_are_current(file: str, content: bytes) -> None:
    assert (DOCS / file).read_bytes() == content, MEND


def test_the_json_of_the_connectors_is_current() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in CONNECTORS.joinpath("built").iterdir()}
    assert there == built(), MEND


def test_pages_of_cards_are_current() -> None:
    made = pages(CombinedCatalogue(BuiltInCards(), ConnectorRegistry()))
    there = {file.name: file.read_text(encoding="utf-8") for file in (DOCS / "cards").glob("*.md")}
    there.pop(ASSUMED_FILE)
    assert there == made, MEND


def test_what_is_known_of_the_cards_is_as_the_tables_say() -> None:
    cases = read_tables(TABLES)
    specs = {spec.key: spec for spec in BuiltInCards().all()}
    assert (DOCS / "cards" / ASSUMED_FILE).read_text(encoding="utf-8") == assumed_page(cases, specs), MEND
    assert files("keyturn.cards").joinpath(COUNTS_FILE).read_bytes() == written_counts(cases), MEND


def test_no_two_assumptions_contradict_each_other() -> None:
    """What a reader sees before *gives* is all that makes the case: the same stands twice for no card."""
    seen: Counter[tuple[str, str]] = Counter()
    card = ""
    for line in (DOCS / "cards" / ASSUMED_FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith("`"):
            card = line
        elif line.startswith("  - "):
            before, gives, _ = line.partition("` gives ")
            assert gives, line
            seen[card, before] += 1
    assert len(seen) > 1_000
    assert not [twice for twice, times in seen.items() if times > 1]

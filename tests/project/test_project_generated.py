"""What is generated is as its source says."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.cards.docs import pages
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.schema import manifest_schema
from keyturn.flows.schema import flow_schema, written

DOCS = Path(__file__).parents[2] / "docs"
MEND = "To mend: make docs"


@pytest.mark.parametrize(
    ("file", "content"),
    [("flow.schema.json", written(flow_schema())), ("connector.schema.json", written(manifest_schema()))],
)
def test_schemas_are_current(file: str, content: bytes) -> None:
    assert (DOCS / file).read_bytes() == content, MEND


def test_pages_of_cards_are_current() -> None:
    made = pages(CombinedCatalogue(BuiltInCards(), ConnectorRegistry()))
    there = {file.name: file.read_text(encoding="utf-8") for file in (DOCS / "cards").glob("*.md")}
    assert there == made, MEND

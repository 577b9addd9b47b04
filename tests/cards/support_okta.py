"""What exports of Okta Workflows show of its kernel cards, and of the cards of tables, files and the API Connector.

``okta-kernel-cards.json`` beside this module holds it, facts only. It is made of the
catalogue of exported cards, which is no part of the repository::

    python tests/cards/support_okta.py ../shared/reference/flopack-catalog.json

Each card has its title, how often it is there (``n``), and its fields that have a key of their own: ``key``, ``group``
and ``title`` where they have one, ``choices`` as value and label that the editor offered, ``literals`` that stood in
inputs which nothing was mapped to, as JSON and how often. ``free`` are the kinds of fields whose keys people make.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import orjson

FILE = Path(__file__).with_name("okta-kernel-cards.json")
SHARED = Path(os.environ.get("KEYTURN_VENDOR_SPECS", Path(__file__).parents[3] / "shared" / "specs")).parent
CATALOGUE = SHARED / "reference" / "flopack-catalog.json"
_OWN = {"stash", "httpfunctions", "filefunctions"}
# What stands there is the customers': names of their columns.
_THEIRS = {"Column", "Columns"}
Card = dict[str, Any]


def cards() -> dict[str, Card]:
    """The facts, by address without version."""
    return orjson.loads(FILE.read_bytes())


def address_of(card: Card) -> str | None:
    """The address of a card of the catalogue as declarations tell it; None for cards of apps."""
    address: str = card["address"].removeprefix("root:")
    if address.startswith("kernel:"):
        return address.removeprefix("kernel:")
    return address if card.get("connector") in _OWN else None


def facts(catalogue: Card) -> dict[str, Card]:
    """The facts of the catalogue of exported cards."""
    found = {address: _card(card) for card in catalogue["cards"] if (address := address_of(card))}
    return dict(sorted(found.items()))


def _card(card: Card) -> Card:
    said: Card = {"title": card["name"], "n": card["n"]}
    for side in ("inputs", "outputs"):
        said[side] = [_field(field) for field in card[side] if "kind" not in field]
    free = sorted({field["kind"] for side in ("inputs", "outputs") for field in card[side] if "kind" in field})
    return {**said, "free": free} if free else said


def _field(field: Card) -> Card:
    said: Card = {"key": field["key"]}
    if field.get("group"):
        said["group"] = field["group"]
    if field.get("name"):
        said["title"] = field["name"].strip()
    if field["key"] in _THEIRS:
        return said
    if field.get("choices"):
        said["choices"] = [[one, one] if isinstance(one, str) else one for one in field["choices"]]
    literals = {text: often for text, often in field.get("unmapped", {}).items() if not text.startswith("<")}
    if literals:
        said["literals"] = literals
    return said


def written(found: dict[str, Card]) -> bytes:
    """The facts as a file, a line for each card."""
    lines = [orjson.dumps(address) + b": " + orjson.dumps(card) for address, card in found.items()]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


if __name__ == "__main__":
    FILE.write_bytes(written(facts(orjson.loads(Path(sys.argv[1]).read_bytes()))))

"""What the pages show can be copied: flows and parts of flows in YAML, held to the cards that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.problems import Problem, Severity
from keyturn.library.checking import check_files

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_HEAD = "id: part\nname: Part\n"
# What stands beside an example: other flows, tables, and of a part the cards before it and what its event gives.
_ELSEWHERE = {"unknown-flow", "unknown-table", "unknown-connection"}
_BEFORE = {"unknown-reference", "unknown-output"}


def blocks(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [re.sub(r"cards: \[\.\.\.\]", "cards: []", block) for block in _BLOCK.findall(text)]


def whole(block: str) -> str:
    """A flow with it; empty for what is no part of the cards or the event of one."""
    if block.startswith("id: "):
        return block if "event:" in block else f"{block}event: {{card: manual}}\n"
    if block.startswith("event:"):
        return f"{_HEAD}{block}"
    if block.startswith("- "):
        return f"{_HEAD}event: {{card: manual, outputs: {{name: text, due_time: datetime}}}}\ncards:\n" + re.sub(
            r"^(?=.)", "  ", block, flags=re.MULTILINE
        )
    return f"{_HEAD}event: {{card: manual}}\n{block}" if block.startswith("cards:") else ""


def acme() -> str:
    """The connector that its page makes, one piece after the other."""
    head, reads, changes, choices = (
        next(block for block in blocks("connectors.md") if block.startswith(begin))
        for begin in ("connector: acme", "actions:", "  - key: suspend_person", "choices:")
    )
    return head + choices + reads + changes


def shown() -> list[object]:
    pages = sorted(path.name for path in DOCS.glob("*.md"))
    flows = [(page, number, whole(block)) for page in pages for number, block in enumerate(blocks(page))]
    return [pytest.param(text, id=f"{page}-{number}") for page, number, text in flows if text]


def problems_in(text: str, folder: Path) -> list[Problem]:
    file = folder / "page.yaml"
    file.write_text(text, encoding="utf-8")
    registry = ConnectorRegistry({**built_in(), "acme": read_own(acme()).content})
    cards = CombinedCatalogue(BuiltInCards(), registry)
    passed = _ELSEWHERE | (_BEFORE if text.startswith(_HEAD) else set())
    found = check_files([file], cards)
    return [one for one in found if one.severity is Severity.ERROR and one.code not in passed]


@pytest.mark.parametrize("text", shown())
def test_what_a_page_shows_can_be_copied(text: str, tmp_path: Path) -> None:
    assert problems_in(text, tmp_path) == []


def test_what_cannot_be_copied_is_found(tmp_path: Path) -> None:
    card = "cards:\n  - {id: a, card: %s, connection: c, inputs: {%s}}\n"
    for written, code in (
        (card % ("office365.send_email", ""), "unknown-card"),
        (card % ("smtp.send_email", "to: [a@b.example]"), "missing-input"),
        (card % ("okta.read_user", "person: a"), "unknown-input"),
    ):
        assert code in {one.code for one in problems_in(whole(written), tmp_path)}
    assert len(shown()) >= 20


def test_the_connector_that_its_page_makes_is_right() -> None:
    assert read_own(acme()).model.connector == "acme"

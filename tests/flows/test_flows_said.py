"""What problems carry for who says them in other words: which sentence it is, and what that names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from checked_flows import found

from keyturn.flows.json import JSON
from keyturn.flows.json_format import from_json
from keyturn.flows.problem_codes import PROBLEM_CODES
from keyturn.flows.said import SAID, code_of, written

ROOT = Path(__file__).parents[2]
ROOMS = (ROOT / "src" / "keyturn" / "flows", ROOT / "src" / "keyturn" / "library")
# Said of the text of a file, or of the inputs of a run: the designer sends documents.
OF_TEXTS = {
    "bad-input",
    "bad-key",
    "bad-yaml",
    "duplicate-key",
    "no-anchors",
    "no-tags",
    "too-large",
    "unreadable-file",
}


def test_the_web_app_has_the_list_as_it_is() -> None:
    """Its own formatter decides how it stands there."""
    mend = "To mend: python -m keyturn.flows.said web/src/flow/said.json"
    assert json.loads((ROOT / "web" / "src" / "flow" / "said.json").read_bytes()) == json.loads(written()), mend


def test_every_code_that_a_document_can_have_is_said_in_sentences() -> None:
    assert {code_of(said) for said in SAID} == set(PROBLEM_CODES) - OF_TEXTS


def test_every_sentence_is_said_somewhere_and_no_other() -> None:
    """The code of a problem, where it is given alone, is a sentence as well."""
    sources = [path for room in ROOMS for path in room.glob("*.py") if path.name not in ("said.py", "problem_codes.py")]
    texts = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    conditions = {f"bad-condition/{text}" for text in texts}
    assert {said for said in SAID if said not in texts | conditions} == set()
    like = re.compile("(?:" + "|".join(map(re.escape, PROBLEM_CODES)) + ")/[a-z-]+")
    assert {text for text in texts if like.fullmatch(text)} - set(SAID) == set()


@pytest.mark.parametrize(
    ("cards", "said", "parts"),
    [
        ("- {id: a, card: list.for_each}", "missing-call/or-cards", {"title": "For Each"}),
        (
            "- {id: a, card: text.compose, inputs: {text: '{{ get.output }}'}}",
            "unknown-reference",
            {"reference": "{{ get.output }}"},
        ),
        (
            "- {id: a, card: branch.if, branches: [{when: {a: x, is: like, b: y}}]}",
            "bad-condition/no-operator",
            {"value": "like"},
        ),
    ],
)
def test_a_problem_carries_what_its_sentence_names(cards: str, said: str, parts: dict[str, str]) -> None:
    assert (said, parts) in [(problem.said, problem.parts) for problem in found(cards)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cards": [{"id": "a", "card": "text.compose", "on_error": {"retry": {"times": -1}}}]}, "bad-value/shape"),
        (
            {"cards": [{"id": "a", "card": "text.compose", "on_error": {"retry": {"times": 1, "wait": "x"}}}]},
            "bad-wait",
        ),
        (
            {"cards": [{"id": "a", "card": "text.compose", "on_error": {"retry": {"times": 1, "on": [429, "5oo"]}}}]},
            "bad-value/status",
        ),
        ({"name": None}, "bad-value/shape"),
        ({"no_such": 1}, "unknown-key"),
        ({"cards": [{"id": "a"}]}, "missing-key"),
        ({"about": "\ud800"}, "bad-text"),
        ({"limits": {"at_once": 2**70}}, "bad-number/long"),
    ],
)
def test_what_is_wrong_with_the_shape_of_a_document_too(change: dict[str, JSON], said: str) -> None:
    (problem,) = from_json({"id": "f", "name": "F", "event": {"card": "manual"}, **change}).problems
    assert problem.said == said
    assert set(problem.parts) == set(SAID[said])
    assert problem.code == code_of(said)


def test_an_item_of_a_list_is_told_by_the_name_of_the_list() -> None:
    card: JSON = {"id": "a", "card": "text.compose", "on_error": {"retry": {"times": 1, "on": [429, "5oo", "never"]}}}
    found = from_json({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [card]}).problems
    assert [(one.card, one.field, one.parts["value"]) for one in found] == [("a", "on", "5oo"), ("a", "on", "never")]

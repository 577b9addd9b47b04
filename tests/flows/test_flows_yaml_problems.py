"""What is wrong with a text is a problem with its line, never a stack trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.flows.json import JSON
from keyturn.flows.json_format import from_json
from keyturn.flows.problems import Problem
from keyturn.flows.yaml_format import load, locate_all

HEAD = "id: f\nname: F\nevent: {card: manual}\n"
CARD = HEAD + "cards:\n  - id: one\n    card: x.y\n"


def problems(text: str) -> list[tuple[str, int | None]]:
    result = load(text, "f.yaml")
    assert result.flow is None
    for problem in result.problems:
        assert problem.file == "f.yaml"
        assert problem.what
        assert problem.mend
        assert "Traceback" not in str(problem)
        assert len(str(problem)) < 600
    return [(problem.code, problem.line) for problem in result.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("not-a-flow", 1)]),
        ("# only a comment\n", [("not-a-flow", 1)]),
        ("hello", [("not-a-flow", 1)]),
        ("- a\n", [("not-a-flow", 1)]),
        ("id: f\n\tname: F\n", [("bad-yaml", 2)]),
        ("id: f\n name: F\n", [("bad-yaml", 2)]),
        ('id: "f\nname: F\n', [("bad-yaml", 3)]),
        ("id: f\nname: F\x00\n", [("bad-yaml", 2)]),
        ('id: f\nname: "\\q"\n', [("bad-yaml", 2)]),
        (HEAD + "---\n" + HEAD, [("bad-yaml", 4)]),
        (HEAD + "name: G\n", [("duplicate-key", 4)]),
        (HEAD + "save_data: true\nid: g\nname: H\n", [("duplicate-key", 5), ("duplicate-key", 6)]),
        ("id: &a f\nname: *a\n", [("no-anchors", 1)]),
        ("a: &a [x, x]\nb: &b [*a, *a]\n", [("no-anchors", 1), ("no-anchors", 2)]),
        ("id: !!str f\nname: !x F\nevent: !y {card: manual}\n", [("no-tags", 1), ("no-tags", 2), ("no-tags", 3)]),
        ("id: !!python/object/apply:os.system [ls]\n", [("no-tags", 1)]),
        ("%YAML 1.1\n---\n" + HEAD, [("no-tags", 1)]),
        (HEAD + "<<: {save_data: false}\n", [("bad-key", 4)]),
        (HEAD + "1: x\ntrue: y\n? [a]\n: z\n", [("bad-key", 4), ("bad-key", 5), ("bad-key", 6)]),
        (CARD + "    inputs: {a: .inf}\n", [("bad-number", 7)]),
        (CARD + "    inputs: {a: 1e999}\n", [("bad-number", 7)]),
        (CARD + "    inputs:\n      a: 1\n      b: 123456789012345678901234567890\n", [("bad-number", 9)]),
        (CARD + "    inputs: {a: " + "9" * 5000 + "}\n", [("bad-number", 7)]),
        (CARD + '    inputs: {a: "\\ud800"}\n', [("bad-text", 7)]),
        (HEAD + "note: " + "[" * 101 + "]" * 101, [("too-deep", 4)]),
        (HEAD + "note: " + "[" * 50_000, [("too-deep", 4)]),
        ("- " * 500 + "x", [("too-deep", 1)]),
        ("# " + "x" * 5_000_000, [("too-large", None)]),
    ],
)
def test_bad_text(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: f\n", [("missing-key", 1), ("missing-key", 1)]),
        ("id: F!\nname: ''\nevent: x\ncards: {}\n", [("bad-id", 1), *[("bad-value", line) for line in (2, 3, 4)]]),
        (HEAD + "save_data: yes\n", [("bad-value", 4)]),
        (HEAD + "crads: []\n", [("unknown-key", 4)]),
        (CARD + "  - id: two\n    crad: x\n", [("missing-key", 7), ("unknown-key", 8)]),
        (CARD + "    branches:\n      - when: true\n        try_: true\n", [("bad-value", 8), ("unknown-key", 9)]),
        (CARD + "    on_error:\n      then: give_up\n      retry: {times: 99, wait: long}\n", None),
        (CARD + "    call: {flow: a b, with_: {}}\n", [("bad-id", 7), ("unknown-key", 7)]),
    ],
)
def test_bad_flow(text: str, expected: list[tuple[str, int | None]] | None) -> None:
    on_error = [("bad-value", 9), ("bad-value", 8), ("bad-wait", 9)]
    assert sorted(map(str, problems(text))) == sorted(map(str, on_error if expected is None else expected))


def test_a_problem_says_where_and_how_to_mend_it() -> None:
    result = load(CARD + "    inptus: {}\n", "f.yaml")
    assert [str(problem) for problem in result.problems] == [
        "f.yaml:7 [flow f, card one, field inptus]: There is no 'inptus' here. Did you mean 'inputs'? Here may stand: "
        "id, title, card, connection, options, inputs, outputs, branches, call, do, on_error, note."
    ]


def test_a_card_in_a_branch_is_named() -> None:
    text = CARD + "    branches:\n      - otherwise: true\n        cards: [{id: inner, card: 5}]\n"
    (problem,) = load(text).problems
    assert (problem.card, problem.field, problem.line) == ("inner", "card", 9)


def test_problems_of_the_checker_get_their_lines() -> None:
    text = CARD + "    inputs:\n      # why\n      a:\n        - 1\n        - {b: 2}\n"
    paths = [(), ("name",), ("cards", 0), ("cards", 0, "inputs", "a", 1, "b"), ("cards", 0, "call"), ("cards", 5)]
    found = locate_all(text, [Problem("c", "w", "m", path=path) for path in paths], "f.yaml")
    assert [problem.line for problem in found] == [1, 2, 5, 11, 5, 4]
    assert {problem.file for problem in found} == {"f.yaml"}
    assert [problem.line for problem in locate_all("\x00", found[:1], "f.yaml")] == [1]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "not-a-flow"),
        ([], "not-a-flow"),
        ({}, "missing-key"),
        ({"id": "f", "name": "F", "event": {"card": "x"}, "note": float("nan")}, "bad-number"),
        ({"id": "f", "name": "F", "event": {"card": "x"}, "note": 2**64}, "bad-number"),
        ({"id": "f", "name": "F", "event": {"card": "x", "options": {"\ud800": 1}}}, "bad-text"),
        ({"id": "f", "name": "F", "event": {"card": "x"}, "save_data": 1}, "bad-value"),
    ],
)
def test_bad_json(raw: JSON, code: str) -> None:
    result = from_json(raw)
    assert result.flow is None
    assert {problem.code for problem in result.problems} == {code}


def test_json_that_is_nested_deep_is_a_problem_and_no_crash() -> None:
    deep: JSON = {}
    for _ in range(100_000):
        deep = {"cards": [deep]}
    assert [problem.code for problem in from_json(deep).problems] == ["too-deep"]


@given(st.text(st.sampled_from("ab:-?!&*#|>'\"%@`{}[], \n\t\\0x.~<="), max_size=40) | st.text(max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_flow_or_has_problems(text: str) -> None:
    for whole in (text, HEAD + text, CARD + "    inputs:\n      x: " + text):
        result = load(whole)
        assert (result.flow is None) == bool(result.problems)

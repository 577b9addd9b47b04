"""Conditions: each operator, groups, and what the checker says of wrong ones."""

from __future__ import annotations

import pytest
from catalogue_flows import Around
from hypothesis import given
from hypothesis import strategies as st
from strategies_flows import NUMBERS, TEXTS, VALUES

from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.check_conditions import mixed_inputs, mixed_warnings
from keyturn.flows.checker import check
from keyturn.flows.conditions import (
    MOST_LEVELS,
    OKTA_SYMBOLS,
    Operator,
    compare,
    condition_problems,
    evaluate,
    is_empty,
    is_mixed,
)
from keyturn.flows.document import Flow
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON

TRUE: JSON = {"a": 1, "is": "equal to", "b": 1}
FALSE: JSON = {"a": 1, "is": "equal to", "b": 2}


@pytest.mark.parametrize(
    ("a", "operator", "b", "holds"),
    [
        (1, "equal to", 1.0, True),
        (1, "equal to", True, False),
        ("1", "equal to", 1, True),
        ("1.0", "equal to", 1, False),
        ("true", "equal to", True, True),
        ("a", "equal to", "A", False),
        (None, "equal to", None, True),
        (None, "equal to", "", False),
        ("", "equal to", None, False),
        (None, "equal to", 0, False),
        ({"a": [1, {"b": 2.0}]}, "equal to", {"a": [1.0, {"b": 2}]}, True),
        ({"a": 1}, "equal to", {"a": True}, False),
        ([1], "equal to", [True], False),
        ([1, 2], "equal to", [1], False),
        ({"a": 1}, "equal to", [1], False),
        ({"a": 1}, "not equal to", {"a": 2}, True),
        ('{"a":1}', "equal to", {"a": 1}, True),
        (80, "greater than", 9, True),
        ("80", "greater than", "9", False),
        ("6", "less than", 30, False),
        (6, "less than", 30, True),
        ("a", "less than", "b", True),
        ("2026-01-01T00:00:00.000Z", "less than", "2026-02-01T00:00:00.000Z", True),
        (2, "greater than or equal to", 2, True),
        (2, "less than or equal to", 1.5, False),
        (None, "less than", 1, False),
        (None, "less than or equal to", None, False),
        (None, "greater than", "", False),
        (True, "greater than", False, False),
        (True, "greater than", 0, False),
        (True, "less than", "zzz", False),
        ([1], "less than", [2], False),
        (12, "a multiple of", 4, True),
        (0, "a multiple of", 4, True),
        (-4, "a multiple of", 4, True),
        (2, "a multiple of", 4, False),
        (0.3, "a multiple of", 0.1, True),
        (1e300, "a multiple of", 3, False),
        (4, "a multiple of", 0, False),
        ("12", "a multiple of", 4, False),
        (True, "a multiple of", 1, False),
        ("test", "in", "this is a test", True),
        ("Test", "in", "this is a test", False),
        ("x", "not in", "this is a test", True),
        (1, "in", [3, 1.0], True),
        (True, "in", [1], False),
        ("6", "in", [6], True),
        (None, "in", [None], True),
        (None, "in", "null", False),
        ("a", "in", None, False),
        ("a", "in", {"a": 1}, False),
        ({"a": 1}, "has key", "a", True),
        ({"a": None}, "has key", "a", True),
        ({"a": 1}, "has key", "b", False),
        ([], "has key", "a", False),
        (None, "does not have key", "a", True),
        (None, "is empty", None, True),
        ("", "is empty", None, True),
        ({}, "is empty", None, True),
        ([], "is empty", "ignored", True),
        (0, "is empty", None, False),
        (False, "is empty", None, False),
        (" ", "is not empty", None, True),
    ],
)
def test_comparison(a: JSON, operator: str, b: JSON, holds: bool) -> None:
    assert compare(a, operator, b) is holds
    assert evaluate({"a": a, "is": operator, "b": b}) is holds


@given(VALUES, VALUES)
def test_each_operator_has_its_opposite(a: JSON, b: JSON) -> None:
    assert compare(a, "equal to", b) is not compare(a, "not equal to", b)
    assert compare(a, "in", b) is not compare(a, "not in", b)
    assert compare(a, "has key", b) is not compare(a, "does not have key", b)
    assert compare(a, "is empty") is not compare(a, "is not empty") is not is_empty(a)
    assert compare(a, "equal to", b) is compare(b, "equal to", a)
    assert compare(a, "less than", b) is compare(b, "greater than", a)
    assert compare(a, "equal to", a)


@given(NUMBERS | TEXTS, NUMBERS | TEXTS)
def test_numbers_and_texts_have_one_order(a: JSON, b: JSON) -> None:
    found = [compare(a, operator, b) for operator in ("less than", "equal to", "greater than")]
    assert found.count(True) == 1
    assert compare(a, "less than or equal to", b) is not compare(a, "greater than", b)


@pytest.mark.parametrize(
    ("a", "b", "mixed"),
    [("6", 30, True), (6, "30", True), (6, 30, False), ("6", "30", False), (True, "true", False), (None, "", False)],
)
def test_mixed(a: JSON, b: JSON, mixed: bool) -> None:
    assert is_mixed(a, b) is mixed


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        ({"a": "6", "is": "less than", "b": 30}, ["when"]),
        ({"a": 6, "is": "equal to", "b": "6"}, ["when"]),
        ({"any": [TRUE, {"none": [FALSE, {"a": "x", "is": "equal to", "b": 0.5}]}]}, ["when.any.1.none.1"]),
        ({"a": 6, "is": "in", "b": "56"}, []),
        ({"a": "6", "is": "is empty", "b": 1}, []),
        ({"a": {"any": [{"a": "1", "is": "equal to", "b": 1}]}, "is": "equal to", "b": {}}, []),
        ({"a": True, "is": "equal to", "b": "true"}, []),
        (TRUE, []),
    ],
)
def test_the_history_tells_where_a_text_met_a_number(condition: JSON, places: list[str]) -> None:
    warnings = mixed_warnings(condition, "when")
    assert [warning.split()[1] for warning in warnings] == places


def test_cards_that_compare_take_equal_where_nothing_is_said() -> None:
    assert len(mixed_inputs({"a": 1, "b": "1"})) == 1
    assert mixed_inputs({"a": 1, "is": "in", "b": "1"}) == mixed_inputs({"a": 1, "b": 1}) == ()


def test_every_operator_has_its_symbol() -> None:
    assert set(OKTA_SYMBOLS) == set(Operator)
    assert len(set(OKTA_SYMBOLS.values())) == len(Operator)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, FALSE]}, False),
        ({"any": [FALSE, TRUE]}, True),
        ({"any": [FALSE]}, False),
        ({"none": [FALSE, FALSE]}, True),
        ({"none": [TRUE, FALSE]}, False),
        ({"all": [{"any": [FALSE, {"none": [FALSE]}]}, TRUE]}, True),
    ],
)
def test_groups(condition: JSON, holds: bool) -> None:
    assert evaluate(condition) is holds


def nested(levels: int) -> JSON:
    condition: JSON = TRUE
    for _ in range(levels):
        group: list[JSON] = [condition]
        condition = {"all": group}
    return condition


def test_groups_go_64_levels_deep_and_no_deeper() -> None:
    assert evaluate(nested(MOST_LEVELS))
    assert condition_problems(nested(MOST_LEVELS)) == []
    with pytest.raises(CardError):
        evaluate(nested(MOST_LEVELS + 1))
    assert len(condition_problems(nested(MOST_LEVELS + 1))) == 1
    with pytest.raises(CardError):
        evaluate(nested(20_000))
    assert len(condition_problems(nested(20_000))) == 1


@pytest.mark.parametrize("condition", [None, "x", [], {}, {"a": 1}, {"all": 5}, {"a": 1, "is": "like", "b": 2}])
def test_what_is_no_condition_is_an_error_of_the_card(condition: JSON) -> None:
    with pytest.raises(CardError) as caught:
        evaluate(condition)
    assert caught.value.detail.mend


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        (5, (), "no condition"),
        ({}, (), "a, is and b"),
        ({"is": "equal to", "b": 1}, (), "no value a"),
        ({"A": 1, "is": "is empty", "a": 2}, ("A",), "has no 'A'"),
        ({"a": 1, "is": "equal to"}, (), "no value b"),
        ({"a": 1, "b": 1}, (), "no 'is'"),
        ({"a": 1, "is": "equals to", "b": 1}, ("is",), "Did you mean 'equal to'?"),
        ({"a": 1, "is": ">", "b": 1}, ("is",), "Did you mean 'greater than'?"),
        ({"a": 1, "is": "is empty", "c": 1}, ("c",), "has no 'c'"),
        ({"all": TRUE}, ("all",), "list"),
        ({"any": []}, ("any",), "list"),
        ({"all": [TRUE], "any": [TRUE]}, (), "A group holds only"),
        ({"all": [TRUE, {"none": [{"is": "in", "b": 1}]}]}, ("all", 1, "none", 0), "no value a"),
    ],
)
def test_problems_of_a_condition(raw: JSON, path: tuple[str | int, ...], words: str) -> None:
    problems = condition_problems(raw)
    assert [problem.path for problem in problems] == [path]
    assert words in f"{problems[0].what} {problems[0].mend}"


def test_all_problems_at_once() -> None:
    assert len(condition_problems({"all": [{"is": "x"}, {"b": 1, "q": 2}, 7]})) >= 5


@given(st.recursive(VALUES, lambda inner: st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}), max_leaves=5))
def test_what_has_no_problem_can_be_evaluated(raw: JSON) -> None:
    if not condition_problems(raw):
        assert evaluate(raw) in (True, False)


@pytest.mark.parametrize(
    ("condition", "paths"),
    [
        ({"a": "", "is": "equal to", "b": ""}, [("a",)]),
        ({"a": "x", "is": "equal to", "b": ""}, []),
        ({"any": [{"a": None, "is": "is empty"}, {"all": [{"a": "", "is": "in", "b": "x"}]}]}, [(0,), (1, "all", 0)]),
    ],
)
def test_a_comparison_without_a_first_value_is_warned_of(condition: JSON, paths: list[tuple[str | int, ...]]) -> None:
    lanes: JSON = [{"when": condition}, {"otherwise": True}]
    card: JSON = {"id": "ask", "card": "branch.if", "branches": lanes}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [card]})
    found = check(flow, BuiltInCards(), Around())
    assert {problem.code for problem in found} <= {"empty-comparison"}
    assert [problem.severity.value for problem in found] == ["warning"] * len(paths)
    steps = [problem.path[problem.path.index("when") + 1 :] for problem in found]
    assert steps == [("a",) if path == ("a",) else ("any", *path, "a") for path in paths]

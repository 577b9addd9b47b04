"""Function cards do what the tables of cases and the examples of their declarations say."""

from __future__ import annotations

import copy

import pytest
from support.card_tables import all_cases, cases_of, keys
from support_cards import CARDS, FUNCTIONS, OWN_DATA, expected, outcome, run, same

from keyturn.cards.cases import CaseTableError, Expected, read_tables
from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.flows.errors import CardError
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec

# Control cards are carried out by the engine (tests/engine/test_engine_cases.py), table cards by the store, those of
# the API Connector against an app (tests/connectors/test_connectors_own_cases.py), events by what starts flows
# (tests/triggers/test_triggers_event_cases.py).
_OTHERS = (CardKind.CONTROL, CardKind.EVENT)
_ELSEWHERE = {spec.key for spec in CARDS.all() if spec.kind in _OTHERS} | {spec.key for spec in OWN_DATA}
KEYS = sorted({key for key in keys() if not key.startswith("api_connector.")} - _ELSEWHERE)


@pytest.mark.parametrize("key", KEYS)
def test_cases(key: str) -> None:
    spec = CARDS.get(key)
    assert spec is not None, f"there are cases for {key!r}, which is no card"
    wrong: list[str] = []
    for case in cases_of(key):
        wanted = expected(spec, case)
        names = tuple(wanted) if spec.free_outputs and isinstance(wanted, dict) else ()
        before = copy.deepcopy(case.given)
        got = outcome(spec, case.given, names, case.ports)
        if not same(got, wanted):
            wrong.append(f"{case.given} gives {got}, not {wanted}")
        if case.given != before:
            wrong.append(f"{before} became {case.given}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
def test_the_examples_of_a_declaration_hold(spec: CardSpec) -> None:
    for example in spec.examples:
        assert same(run(spec, copy.deepcopy(example.inputs), tuple(example.free_outputs)), example.outputs)


def test_all_cases_are_tried_somewhere() -> None:
    assert {case.key for case in all_cases()} == set(keys())


def small(key: str, inputs: Values, limits: Limits) -> Values:
    spec = CARDS.get(key)
    assert spec is not None
    return run(spec, inputs, cards=BuiltInCards(limits))


def test_limits_are_kept() -> None:
    limits = Limits(text=5, items=2, depth=2)
    assert small("text.compose", {"text": "12345"}, limits) == {"output": "12345"}
    for key, inputs in (
        ("text.compose", {"text": "123456"}),
        ("text.concatenate", {"text1": "123", "text2": "456"}),
        ("text.replace", {"text": "aaaa", "look_for": "A", "replace_with": "bb", "all": True}),
        ("text.replace_patterns", {"text": "aaaa", "replacement": "bb", "p": "a"}),
    ):
        with pytest.raises(CardError, match="characters; 5 is the most"):
            small(key, inputs, limits)
    for key, inputs in (
        ("list.construct", {"a": 1, "b": 2, "c": 3}),
        ("list.length", {"list": [1, 2, 3]}),
        ("text.split", {"text": "1,2,3", "separator": ","}),
        ("text.extract_all", {"text": "1,2,3", "pattern": "[0-9]"}),
    ):
        with pytest.raises(CardError, match="3 items; 2 is the most"):
            small(key, inputs, limits)
    with pytest.raises(CardError, match="over 2 levels"):
        small("object.construct", {"a": [[1]]}, limits)


def test_limits_are_kept_by_control_cards_too() -> None:
    limits = Limits(text=5, items=2, depth=2)
    cards = BuiltInCards(limits)
    for key, inputs, field in (
        ("list.for_each", {"list": [1, 2, 3]}, "list"),
        ("list.reduce", {"list": [1, 2, 3]}, "list"),
        ("error.return_error", {"message": "123456"}, "message"),
        ("flow.return_raw", {"headers": {}, "body": "123456"}, "body"),
    ):
        rules = cards.control(key)
        assert rules is not None
        with pytest.raises(CardError, match="is the most") as failed:
            rules.read(inputs)
        assert failed.value.detail.field == field
    paginate = cards.control("flow.paginate")
    assert paginate is not None
    with pytest.raises(CardError, match="3 items; 2 is the most"):
        paginate.check({"list": [1, 2, 3], "count": 2})


@pytest.mark.parametrize(
    "table",
    [
        "text.trim: {}",
        "text.trim: [{basis: assumed, cases: []}]",
        "text.trim: [{basis: documented, why: because, cases: []}]",
        "text.trim: [{basis: documented, cases: [[1, 2]]}]",
        "text.trim: [{basis: documented, cases: [[{}]]}]",
    ],
)
def test_tables_of_another_form_are_refused(table: str, tmp_path) -> None:
    (tmp_path / "text.yaml").write_text(table)
    with pytest.raises(CaseTableError):
        read_tables(tmp_path)


def test_a_card_stands_in_one_table(tmp_path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("text.trim: [{basis: export, cases: [[{text: a}, a]]}]")
    with pytest.raises(CaseTableError, match=r"text\.trim stands in two tables"):
        read_tables(tmp_path)


def test_tables_keep_dates_as_texts_and_know_errors(tmp_path) -> None:
    (tmp_path / "t.yaml").write_text("a.b: [{basis: export, cases: [[{x: 2026-01-01}, !error x]]}]")
    [case] = read_tables(tmp_path)
    assert (case.given, case.expected) == ({"x": "2026-01-01"}, Expected("x"))

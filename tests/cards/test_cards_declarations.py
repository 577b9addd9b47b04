"""The declarations are whole, and each card has its cases."""

from __future__ import annotations

from collections import Counter

import pytest
from support.card_tables import all_cases, cases_of
from support.every_card import EXCEPTIONS, cards_of, every_card, room_of
from support_cards import CARDS, FUNCTIONS, OWN_DATA

from keyturn.cards.cases import Basis
from keyturn.cards.describe import describe
from keyturn.engine.control import CONTROL
from keyturn.flows.spec import CardKind, CardSpec


@pytest.mark.parametrize(
    "spec", [spec for spec in CARDS.all() if spec.kind is not CardKind.EVENT], ids=lambda spec: spec.key
)
def test_each_input_says_what_becomes_of_bad_values(spec: CardSpec) -> None:
    fields = [*spec.inputs, *(field for variant in spec.variants for field in variant.inputs)]
    assert [field.name for field in fields if field.bad is None] == []


@pytest.mark.parametrize("spec", list(CARDS.all()), ids=lambda spec: spec.key)
def test_declarations_are_whole(spec: CardSpec) -> None:
    assert spec.summary.endswith(".")
    names = [field.name for field in (*spec.inputs, *spec.options)]
    assert len(names) == len(set(names))
    assert not (spec.okta and spec.beyond), "a card is Okta's or beyond it"
    for field in (*spec.inputs, *spec.outputs, *spec.options):
        assert field.about, field.name
        assert field.title, field.name
    if spec.kind is CardKind.PURE:
        assert CARDS.compute(spec.key) is not None
        assert len(spec.examples) >= 2
    assert spec.examples
    if spec.kind is CardKind.EFFECT and spec not in OWN_DATA:
        assert CARDS.effect(spec.key) is not None
    if spec.kind is not CardKind.EVENT:
        assert spec.synonyms


@pytest.mark.parametrize("spec", [*FUNCTIONS, *OWN_DATA], ids=lambda spec: spec.key)
def test_every_function_card_has_its_cases(spec: CardSpec) -> None:
    counts = Counter(case.basis for case in cases_of(spec.key))
    assert sum(counts.values()) >= 8
    assert describe(spec)["cases"] == {basis.value: counts[basis] for basis in Basis}, "To mend: make docs"


def test_there_are_eight_cases_for_a_card_on_average() -> None:
    assert len(all_cases()) >= 8 * len([*FUNCTIONS, *OWN_DATA])


def test_every_control_card_is_carried_out_by_the_engine_and_nothing_else() -> None:
    assert {spec.key for spec in CARDS.all() if spec.kind is CardKind.CONTROL} == set(CONTROL)


def test_every_card_is_given_arbitrary_values_by_a_room() -> None:
    """Those that are not have no inputs, and each exception says why."""
    rooms = Counter(room_of(spec) for spec in every_card())
    assert set(rooms) == {"functions", "control", "own data", "apps", ""}
    assert all(spec.inputs == () and not spec.free_inputs for spec in every_card() if not room_of(spec))
    assert {spec.key for spec in FUNCTIONS} == {spec.key for spec in cards_of("functions")}
    assert {spec.key for spec in OWN_DATA} == {spec.key for spec in cards_of("own data")}
    assert all(EXCEPTIONS.values())

"""The declarations are whole, and every card of Okta Workflows that exports show has one here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import pytest
from support.card_tables import all_cases, cases_of
from support_cards import CARDS, FUNCTIONS, OWN_DATA

from keyturn.cards.cases import Basis
from keyturn.cards.describe import describe
from keyturn.engine.control import CONTROL
from keyturn.flows.spec import CardKind, CardSpec

# Each kernel card that the packs of exports hold, with its fields outside groups and how often it is there; of the
# table cards all fields but the columns.
OKTA = orjson.loads((Path(__file__).parent / "okta-kernel-cards.json").read_bytes())
# Cards that people never see: the editor's own joints, which an import turns into branches, references and notes.
JOINTS = {"control:comment", "control:join", "control:noop", "object:expand"}
BY_ADDRESS = {spec.okta: spec for spec in CARDS.all() if spec.okta}


def test_every_kernel_card_of_the_exports_has_a_card() -> None:
    missing = set(OKTA) - set(BY_ADDRESS) - JOINTS
    assert missing == set(), "these cards are in exports and have no card here"


@pytest.mark.parametrize("address", sorted(set(OKTA) & {spec.okta for spec in (*FUNCTIONS, *OWN_DATA)}))
def test_the_fields_of_exports_are_known(address: str) -> None:
    spec, seen = BY_ADDRESS[address], OKTA[address]
    chosen = [field for variant in spec.variants for field in (*variant.inputs, *variant.outputs)]
    inputs = {field.okta or field.name for field in (*spec.inputs, *spec.options, *chosen)}
    outputs = {field.okta or field.name for field in (*spec.outputs, *chosen)}
    assert set(seen["inputs"]) - inputs == set()
    assert spec.free_outputs or set(seen["outputs"]) - outputs == set()


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
    if spec.kind is CardKind.EFFECT and spec not in OWN_DATA:
        assert CARDS.effect(spec.key) is not None
    if spec.kind is not CardKind.EVENT:
        assert spec.synonyms


@pytest.mark.parametrize("spec", [*FUNCTIONS, *OWN_DATA], ids=lambda spec: spec.key)
def test_every_function_card_has_its_cases(spec: CardSpec) -> None:
    counts = Counter(case.basis for case in cases_of(spec.key))
    assert sum(counts.values()) >= (8 if spec.inputs else 3)
    assert describe(spec)["cases"] == {basis.value: counts[basis] for basis in Basis}, "To mend: make docs"


def test_there_are_eight_cases_for_a_card_on_average() -> None:
    assert len(all_cases()) >= 8 * len([*FUNCTIONS, *OWN_DATA])


def test_every_control_card_is_carried_out_by_the_engine_and_nothing_else() -> None:
    assert {spec.key for spec in CARDS.all() if spec.kind is CardKind.CONTROL} == set(CONTROL)

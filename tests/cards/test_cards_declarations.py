"""The declarations are whole, and every card of Okta Workflows that exports show has one here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import pytest
from support.card_tables import all_cases, cases_of
from support.every_card import EXCEPTIONS, cards_of, every_card, room_of
from support_cards import CARDS, FUNCTIONS, OWN_DATA

from keyturn.cards.cases import Basis
from keyturn.cards.describe import describe
from keyturn.cards.item_conditions import OKTA_SYMBOLS as ITEM_SYMBOLS
from keyturn.cards.options import bad_option
from keyturn.engine.control import CONTROL
from keyturn.flows.check_card import CardCheck
from keyturn.flows.conditions import OKTA_SYMBOLS as CONDITION_SYMBOLS
from keyturn.flows.json import JSON
from keyturn.flows.spec import CardKind, CardSpec, FieldFormat, FieldSpec, OnNull

# Each kernel card that the packs of exports hold, with its fields outside groups and how often it is there; of the
# table cards all fields but the columns. ``choices`` are those that the editor offered, ``literals`` what stood in
# inputs that nothing was mapped to, as JSON and how often; ``context`` are fields that an event is given by the engine.
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


def fields_of(spec: CardSpec) -> dict[str, FieldSpec]:
    """Inputs and options by their keys in exports."""
    inputs = [*spec.inputs, *spec.options, *(field for variant in spec.variants for field in variant.inputs)]
    return {field.okta or field.name: field for field in inputs}


# What the editor offered and we do not: names of OpenSSL that are no hash functions, or none that anybody should use.
NOT_OFFERED = {("crypto:hmac", "algorithm")}
WORDS = {str(symbol): str(operator) for operator, symbol in CONDITION_SYMBOLS.items()} | {
    symbol: words for words, symbol in ITEM_SYMBOLS.items()
}
# A helper flow that reads its rows one by one, and Yes and No, are ours to name.
CHOICE_WORDS: dict[str, JSON] = {**WORDS, "all-new": "all", "Yes": True, "No": False}


@pytest.mark.parametrize(
    "address", sorted(address for address in set(OKTA) & set(BY_ADDRESS) if "choices" in OKTA[address])
)
def test_the_choices_of_exports_are_ours(address: str) -> None:
    spec = BY_ADDRESS[address]
    for key, offered in OKTA[address]["choices"].items():
        if spec.lanes or (key == "operator" and key not in fields_of(spec)):
            continue  # a condition is a structure of its own: test_every_operator_of_exports_is_a_comparison
        ours = {choice.value for choice in fields_of(spec)[key].choices}
        missing = {CHOICE_WORDS.get(value, value) for value in offered} - ours
        assert not missing or (address, key) in NOT_OFFERED, (key, missing)


def test_every_operator_of_exports_is_a_comparison() -> None:
    offered = {value for seen in OKTA.values() for value in seen.get("choices", {}).get("operator", ())}
    assert offered - set(WORDS) == set()


# Where an input that is not mapped holds the same in all exports, or nearly so, that is what the editor puts there.
OTHER_DEFAULTS = {
    ("channels:http:stash:searchRows2", "Direction"): "desc stands there also without a column; then rows come as made",
    ("channels:http:stash:exportToCSV", "Limit"): "both are of one author; ten rows of many would be cut in silence",
    ("math:add", "b"): "authors add one",
    ("math:subtract", "b"): "authors take one away",
    ("control:branch", "inputs"): "a joint of the editor",
}


def evident(literals: dict[str, int]) -> JSON:
    """What nearly all of at least two hold; None where there is no such thing."""
    literal, often = max(literals.items(), key=lambda pair: pair[1])
    return orjson.loads(literal) if often >= 2 and often >= 0.9 * sum(literals.values()) else None


@pytest.mark.parametrize(
    "address", sorted(address for address in set(OKTA) & set(BY_ADDRESS) if "literals" in OKTA[address])
)
def test_the_defaults_of_exports_are_ours(address: str) -> None:
    spec = BY_ADDRESS[address]
    for key, literals in OKTA[address]["literals"].items():
        wanted = evident(literals)
        if wanted in (None, "", {}, []) or spec.kind is CardKind.EVENT or (address, key) in OTHER_DEFAULTS:
            continue
        assert fields_of(spec)[key].default == wanted, key


@pytest.mark.parametrize("key", ["helper", "endpoint", "delegated", "schedule"])
def test_events_have_the_context_of_exports(key: str) -> None:
    spec = CARDS.get(key)
    assert spec is not None
    seen = set(OKTA[spec.okta]["context"])
    # One card stands for helper flows and scheduled ones in exports.
    seen -= {"helper": {"execution_time"}, "schedule": {"index", "parent", "error"}}.get(key, set())
    assert seen - {field.okta or field.name for field in spec.outputs} == set()


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
    if spec.kind is not CardKind.EVENT:
        assert spec.examples
    if spec.kind is CardKind.EFFECT and spec not in OWN_DATA:
        assert CARDS.effect(spec.key) is not None
    if spec.kind is not CardKind.EVENT:
        assert spec.synonyms


@pytest.mark.parametrize("spec", [*FUNCTIONS, *OWN_DATA], ids=lambda spec: spec.key)
def test_every_function_card_has_its_cases(spec: CardSpec) -> None:
    counts = Counter(case.basis for case in cases_of(spec.key))
    assert sum(counts.values()) >= (8 if spec.inputs else 4)
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


def test_options_treat_bad_values_as_declared() -> None:
    """By the checker, for all of them."""
    for spec in every_card():
        for option in spec.options:
            told: list[str] = []

            def say(code: str, what: str, mend: str, path: object, *rest: object, told: list[str] = told) -> None:
                assert what
                assert mend
                told.append(code)

            def refused(value: JSON, spec: CardSpec = spec, name: str = option.name, told: list[str] = told) -> bool:
                told.clear()
                CardCheck(say, None).options(spec, {name: value}, (), "a")
                return bool(set(told) & {"unknown-choice", "bad-value", "missing-option"})

            bad = bad_option(option)
            assert refused(None) == (bad.null is OnNull.ERROR), (spec.key, option.name)
            if option.choices and option.format is not FieldFormat.OUTPUT_SOURCES:
                wrong: list[JSON] = ["none of them", 7, 1, 1.5, [], {}, [None]]
                assert all(map(refused, wrong)), (spec.key, option.name)
                assert not any(refused(choice.value) for choice in option.choices)
            elif str(option.type) in ("number", "boolean", "object"):
                assert refused("neither")

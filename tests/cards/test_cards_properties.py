"""What holds for all function cards, whatever they are given."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from time import process_time
from typing import cast

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.card_tables import cases_of
from support_cards import ANYTHING, FUNCTIONS, Expected, names_for, run

from keyturn.cards.item_conditions import item_test
from keyturn.flows.conditions import compare
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, FieldSpec
from keyturn.flows.types import Kind


def drawn(spec: CardSpec, data: st.DataObject) -> Values:
    """Anything in each input, and something of the right kind often enough."""
    inputs: Values = {}
    for field in spec.inputs:
        likely = [choice.value for choice in field.choices] or [field.default]
        likely += [case.given[field.name] for case in cases_of(spec.key) if field.name in case.given]
        inputs[field.name] = data.draw(ANYTHING | st.sampled_from(likely), label=field.name)
    if spec.free_inputs:
        inputs |= data.draw(st.dictionaries(st.text(min_size=1), ANYTHING, max_size=3), label="free inputs")
    return inputs


def converted(spec: CardSpec, inputs: Values) -> Values | None:
    """What the engine would hand over; None where it would refuse."""
    ready = dict(inputs)
    for field in spec.inputs:
        convert = converter(field.type)
        if convert is not None:
            try:
                ready[field.name] = convert(inputs[field.name])
            except ConversionError:
                return None
    return ready


def result(spec: CardSpec, inputs: Values, outputs: tuple[str, ...]) -> JSON:
    """The outputs, or the message of the only error that there may be."""
    try:
        return run(spec, inputs, outputs)
    except CardError as error:
        return error.detail.message


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_input_breaks_or_changes_anything(spec: CardSpec, data: st.DataObject) -> None:
    inputs = drawn(spec, data)
    outputs = tuple(data.draw(st.lists(st.text(), max_size=3), label="outputs")) if spec.free_outputs else ()
    before = copy.deepcopy(inputs)
    given_directly = result(spec, inputs, outputs)
    assert inputs == before, "the card changed its inputs"
    assert result(spec, inputs, outputs) == given_directly, "the card is not a function"
    ready = converted(spec, inputs)
    assert ready is None or result(spec, ready, outputs) == given_directly, (
        "conversion by the engine makes a difference"
    )
    orjson.dumps(given_directly)


FEW, MANY = 1_000, 16_000


def large(field: FieldSpec, count: int) -> JSON:
    """A large value for a field; None for fields that take none."""
    if field.type.depth == 2:
        return [[number] for number in range(count)]
    if field.type.depth:
        return [{"id": f"u{number}", "key": f"k{number}", "n": number % 7, "o": {}} for number in range(count)]
    match field.type.kind:
        case Kind.TEXT if not field.choices:
            return "{a=b}, &amp; http://x.y A1 " * (count // 10)
        case Kind.OBJECT:
            return {f"k{number}": {"id": number, "e": ""} for number in range(count)}
        case _:
            return None


def seconds(spec: CardSpec, inputs: Values, rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = process_time()
        with contextlib.suppress(CardError):
            run(spec, inputs, names_for(spec))
        best = min(best, process_time() - begun)
    return best


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
def test_large_inputs_cost_in_proportion(spec: CardSpec) -> None:
    """16 times the input may cost some 16 times, by far not 256 times."""
    case = next(case for case in cases_of(spec.key) if not isinstance(case.expected, Expected))
    for number, field in enumerate(spec.inputs):
        if large(field, 1) is None or (number and not field.type.depth):
            continue
        few, many = (seconds(spec, {**case.given, field.name: large(field, count)}) for count in (FEW, MANY))
        assert many < max(few, 0.0005) * 90, f"{field.name}: {few:.4f} s for {FEW}, {many:.4f} s for {MANY}"


def test_a_pattern_that_looks_far_costs_in_proportion() -> None:
    """RE2 looks through all that is left after each match of this one: the card refuses it in time."""
    spec = next(spec for spec in FUNCTIONS if spec.key == "text.extract_all")
    few, many = (
        seconds(spec, {"text": "a" * count, "pattern": "a.*b|a"}, rounds) for count, rounds in ((5_000, 3), (80_000, 1))
    )
    assert many < max(few, 0.0005) * 120, f"{few:.4f} s for 5,000, {many:.4f} s for 80,000"


@pytest.mark.parametrize("operator", ["in", "not in"])
@pytest.mark.parametrize("key", ["list.filter", "list.find"])
@pytest.mark.parametrize("other", [str, float, lambda number: {"n": number}], ids=["text", "number", "object"])
def test_a_list_in_a_list_costs_in_proportion(key: str, operator: str, other: Callable[[int], JSON]) -> None:
    """Ten times the items among ten times the values may cost some ten times, by far not a hundred times."""
    spec = next(spec for spec in FUNCTIONS if spec.key == key)

    def given(count: int) -> Values:
        items: list[JSON] = [{"id": number + (count if operator == "in" else 0)} for number in range(count)]
        return {"list": items, "path": "id", "is": operator, "value": [other(number) for number in range(count)]}

    few, many = seconds(spec, given(2_000)), seconds(spec, given(20_000))
    assert many < max(few, 0.0005) * 40, f"{few:.4f} s for 2,000, {many:.4f} s for 20,000"


@pytest.mark.parametrize("operator", ["equal to", "greater than", "has key"])
def test_items_against_a_list_cost_in_proportion(operator: str) -> None:
    """Ten times the items against ten times the value: it is written as text once, and not for each of them."""
    spec = next(spec for spec in FUNCTIONS if spec.key == "list.filter")
    inner: JSON = {} if operator == "has key" else "x"

    def given(count: int) -> Values:
        items: list[JSON] = [{"id": inner} for _ in range(count)]
        return {"list": items, "path": "id", "is": operator, "value": list(range(count))}

    few, many = seconds(spec, given(1_000)), seconds(spec, given(10_000))
    assert many < max(few, 0.0005) * 40, f"{few:.4f} s for 1,000, {many:.4f} s for 10,000"


@pytest.mark.parametrize("record", [7, {"n": 7}, {"n": {}}], ids=str)
def test_one_item_out_of_many_costs_the_same(record: JSON) -> None:
    """In a loop over a list or a table of things by name, taking one each time must not go through all of them."""
    at, get = (next(spec for spec in FUNCTIONS if spec.key == key) for key in ("list.at", "object.get"))
    for spec, few, many in (
        (at, {"list": [record] * 1_000, "index": 5}, {"list": [record] * 200_000, "index": 5}),
        (
            get,
            {"object": {f"k{n}": record for n in range(1_000)}, "path": "k5"},
            {"object": {f"k{n}": record for n in range(200_000)}, "path": "k5"},
        ),
    ):
        assert seconds(spec, cast("Values", many)) < max(seconds(spec, cast("Values", few)), 0.0002) * 8, spec.key


ALIKE = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 1.5, 2**63, "", "1", "1.0", "1.5", "true", "null", "{}", '{"a":1}']),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(value=st.lists(ALIKE, max_size=5) | ALIKE, items=st.lists(ALIKE, max_size=5))
def test_items_are_in_a_list_as_compare_says(value: JSON, items: list[JSON]) -> None:
    for operator in ("in", "not in"):
        test = item_test("", operator, value, None)
        assert [test(item) for item in items] == [compare(item, operator, value) for item in items]

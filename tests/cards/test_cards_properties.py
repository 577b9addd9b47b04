"""What holds for all function cards, whatever they are given."""

from __future__ import annotations

import contextlib
import copy
import gc
from time import process_time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_cards import ANYTHING, CASES, FUNCTIONS, PURE, Expected, names_for, run

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
        likely += [case.given[field.name] for case in CASES if case.key == spec.key and field.name in case.given]
        inputs[field.name] = data.draw(ANYTHING | st.sampled_from(likely), label=field.name)
    if spec.free_inputs:
        inputs |= data.draw(st.dictionaries(st.text(min_size=1), ANYTHING, max_size=3), label="free inputs")
    return inputs


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_input_breaks_or_changes_anything(spec: CardSpec, data: st.DataObject) -> None:
    inputs = drawn(spec, data)
    outputs = tuple(data.draw(st.lists(st.text(), max_size=3), label="outputs")) if spec.free_outputs else ()
    before, results = copy.deepcopy(inputs), list[JSON]()
    for _ in range(2):
        try:
            results.append(run(spec, inputs, outputs))
        except CardError as error:
            results.append(error.detail.message)
    assert inputs == before, "the card changed its inputs"
    assert results[0] == results[1], "the card is not a function"
    orjson.dumps(results[0])


@pytest.mark.parametrize("spec", PURE, ids=lambda spec: spec.key)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_the_engine_converts_gives_the_same(spec: CardSpec, data: st.DataObject) -> None:
    inputs = drawn(spec, data)
    try:
        converted = dict(inputs)
        for field in spec.inputs:
            convert = converter(field.type)
            if convert is not None:
                converted[field.name] = convert(inputs[field.name])
    except ConversionError:
        return
    results: list[JSON] = []
    for given_inputs in (inputs, converted):
        try:
            results.append(run(spec, given_inputs, names_for(spec)))
        except CardError as error:
            results.append(error.detail.message)
    assert results[0] == results[1]


FEW, MANY = 3_000, 48_000


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


def seconds(spec: CardSpec, inputs: Values) -> float:
    best = float("inf")
    for _ in range(3):
        gc.collect()
        begun = process_time()
        with contextlib.suppress(CardError):
            run(spec, inputs, names_for(spec))
        best = min(best, process_time() - begun)
    return best


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
def test_large_inputs_cost_in_proportion(spec: CardSpec) -> None:
    """16 times the input may cost some 16 times, by far not 256 times."""
    case = next(case for case in CASES if case.key == spec.key and not isinstance(case.expected, Expected))
    for number, field in enumerate(spec.inputs):
        if large(field, 1) is None or (number and not field.type.depth):
            continue
        few, many = (seconds(spec, {**case.given, field.name: large(field, count)}) for count in (FEW, MANY))
        assert many < max(few, 0.0005) * 90, f"{field.name}: {few:.4f} s for {FEW}, {many:.4f} s for {MANY}"

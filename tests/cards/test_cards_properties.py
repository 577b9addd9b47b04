"""What holds for all function cards, whatever they are given."""

from __future__ import annotations

import contextlib
import copy
from time import process_time

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.card_tables import cases_of
from support_cards import ANYTHING, FUNCTIONS, Expected, names_for, run

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


def seconds(spec: CardSpec, inputs: Values) -> float:
    best = float("inf")
    for _ in range(3):
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

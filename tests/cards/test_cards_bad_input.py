"""What a declaration says about bad input is what the card does.

Control cards are carried out by the engine, and those that touch the world by other rooms: what is tested here is how
their inputs are read before.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.every_card import own_cards, room_of
from support_cards import CARDS, Expected, names_for
from support_cards import outcome as outcome_of_function
from support_cards import run as run_function

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.cards.reading import empty_of
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, FieldFormat, FieldSpec, OnNull, Outside
from keyturn.flows.types import FILE, Kind

CONDITIONS = (FieldFormat.CONDITION, FieldFormat.ITEM_CONDITION, FieldFormat.ROW_CONDITION)
LIMITS = Limits(text=2_000, items=300, depth=20)
SMALL = BuiltInCards(LIMITS)
WRONG: tuple[JSON, ...] = ("neither", "12", "true", "{}", "[]", True, 0, 7, 1.5, {}, {"a": 1}, [], [1, "x"], [[None]])


def sound(spec: CardSpec) -> Values:
    """Inputs that the card takes, all of them given."""
    given = {field.name: field.default for field in fields_of(spec)}
    given |= spec.examples[0].inputs if spec.examples else {"sender": "a@x.example", "to": ["b@x.example"]}
    files = [field.name for field in fields_of(spec) if field.type == FILE]  # examples name them
    return given | {name: {"file": str(given[name])} for name in files}


def run(spec: CardSpec, inputs: Values, outputs: tuple[str, ...] = (), cards: BuiltInCards = CARDS) -> Values:
    """What a card gives, or what a control card makes of its inputs."""
    rules = cards.control(spec.key)
    if rules is None and room_of(spec) in ("own data", "apps"):
        cards.action(spec, fields_of(spec)).read(inputs)
        return {}  # it is let in; what it does then is tested in tests/data and tests/connectors
    return rules.read(inputs) if rules else run_function(spec, inputs, outputs, cards=cards)


def outcome(spec: CardSpec, inputs: Values, outputs: tuple[str, ...] = ()) -> JSON | Expected:
    if room_of(spec) == "functions":
        return outcome_of_function(spec, inputs, outputs)
    try:
        return run(spec, inputs)
    except CardError as error:
        return Expected(error.detail.field or "") if error.detail.mend else "an error that says not how to mend it"


def fields_of(spec: CardSpec) -> tuple[FieldSpec, ...]:
    """Its inputs, those that come by an option included."""
    brought = [field for variant in spec.variants for field in variant.inputs]
    return tuple({field.name: field for field in (*spec.inputs, *brought)}.values())


FIELDS = [
    (spec, field)
    for spec in own_cards()
    for field in (*fields_of(spec), *([spec.free_input] if spec.free_input else []))
    if room_of(spec) and field.bad is not None
]
PAIRS = [pytest.param(spec, field, id=f"{spec.key}-{field.name}") for spec, field in FIELDS]


@pytest.mark.parametrize(("spec", "field"), PAIRS)
def test_null_is_treated_as_declared(spec: CardSpec, field: FieldSpec) -> None:
    assert field.bad is not None, "every input of a function card declares what it does with bad values"
    names = names_for(spec)

    def given(value: JSON) -> JSON | Expected:
        return outcome(spec, {**sound(spec), field.name: value}, names)

    got = given(None)
    match field.bad.null:
        case OnNull.ERROR:
            assert got == Expected(field.name)
        case OnNull.NULL:
            assert spec.kind is not CardKind.CONTROL, "it decides where the flow goes on, and cannot give nothing"
            assert got == {output.name: None for output in spec.outputs}
        case OnNull.DEFAULT:
            assert field.default is not None
            assert got == given(field.default)
        case OnNull.EMPTY:
            assert got == given(empty_of(field))
        case OnNull.VALUE:
            assert field.type.kind is Kind.ANY or field.default is None
    if field.bad.empty is OnNull.ERROR:
        assert given(empty_of(field)) == Expected(field.name)


@pytest.mark.parametrize(("spec", "field"), PAIRS)
def test_wrong_types_are_converted_or_an_error(spec: CardSpec, field: FieldSpec) -> None:
    convert, names = converter(field.type), names_for(spec)
    for value in WRONG:
        got = outcome(spec, {**sound(spec), field.name: value}, names)
        if convert is None:
            continue
        try:
            converted = convert(value)
        except ConversionError:
            assert got == Expected(field.name), value
        else:
            assert got == outcome(spec, {**sound(spec), field.name: converted}, names), value


def out_of_range(field: FieldSpec) -> Iterator[tuple[JSON, float]]:
    """Values beyond the range of a number, with the nearest one that is allowed."""
    assert field.bad is not None
    if field.bad.least is not None:
        yield field.bad.least - 1, field.bad.least
    if field.bad.most is not None:
        yield field.bad.most + 1, field.bad.most


@pytest.mark.parametrize(("spec", "field"), PAIRS)
def test_what_is_out_of_range_is_treated_as_declared(spec: CardSpec, field: FieldSpec) -> None:
    assert field.bad is not None
    for value, nearest in out_of_range(field):
        got = outcome(spec, {**sound(spec), field.name: value})
        match field.bad.outside:
            case Outside.ERROR:
                assert got == Expected(field.name)
            case Outside.NULL:
                assert got == {output.name: None for output in spec.outputs}
            case Outside.CLAMP:
                assert got == outcome(spec, {**sound(spec), field.name: nearest})
    if field.bad.whole:
        assert outcome(spec, {**sound(spec), field.name: 0.5}) == Expected(field.name)
    if field.choices:
        assert outcome(spec, {**sound(spec), field.name: "none of them"}) == Expected(field.name)


@pytest.mark.parametrize(("spec", "field"), PAIRS)
def test_what_is_too_large_is_an_error(spec: CardSpec, field: FieldSpec) -> None:
    item: JSON = {} if field.type.kind is Kind.OBJECT else None
    for _ in range(field.type.depth - 1):
        item = [item]
    large: JSON = [item] * (LIMITS.items + 1) if field.type.depth else "x" * (LIMITS.text + 1)
    if not field.type.depth and field.type.kind not in (Kind.TEXT, Kind.SECRET):
        return
    with pytest.raises(CardError) as failed:
        run(spec, {**sound(spec), field.name: large}, names_for(spec), cards=SMALL)
    assert failed.value.detail.field == field.name


NESTED = [
    pytest.param(spec, field, id=f"{spec.key}-{field.name}")
    for spec, field in FIELDS
    if field.type.kind in (Kind.ANY, Kind.OBJECT, Kind.FILE)
    and field.format not in CONDITIONS  # these count their own levels
]


def nested(levels: int) -> JSON:
    value: JSON = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(("spec", "field"), NESTED)
def test_what_is_nested_too_deep_is_an_error_that_says_so(spec: CardSpec, field: FieldSpec) -> None:
    """At the limit and not at what the writer of JSON can bear."""
    names = names_for(spec)
    for levels in (101, 300, 2_000):
        with pytest.raises(CardError, match="The value is nested over 100 levels deep") as told:
            run(spec, {**sound(spec), field.name: nested(levels)}, names)
        assert told.value.detail.field == field.name


@pytest.mark.parametrize("key", ["object.keys", "json.stringify", "boolean.compare"])
def test_what_is_nested_as_deep_as_may_be_is_taken(key: str) -> None:
    spec = CARDS.get(key)
    assert spec is not None
    name = spec.inputs[0].name
    run(spec, {**sound(spec), name: nested(100)})


def test_what_is_written_is_looked_at_to_its_end() -> None:
    spec = CARDS.get("json.stringify")
    assert spec is not None
    with pytest.raises(CardError, match="nested over 100 levels deep"):
        run(spec, {"value": [*([1] * 1_000), nested(300)], "pretty": False})

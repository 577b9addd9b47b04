"""No function card takes or gives what is beyond the limits, wherever in a value it is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.card_tables import cases_of
from support_cards import ANYTHING, CARDS, FUNCTIONS, Expected, names_for, run

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.cards.looking import looker
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, FieldSpec
from keyturn.flows.types import Kind

LIMITS = Limits(text=2_000, items=300, depth=20)
SMALL = BuiltInCards(LIMITS)
CONTROL = [spec for spec in CARDS.all() if spec.kind is CardKind.CONTROL]


def deep(levels: int, inner: JSON = 1) -> JSON:
    value = inner
    for _ in range(levels):
        value = {"a": value}
    return value


BEYOND: dict[str, tuple[JSON, str]] = {
    "text": ("x" * 2_001, "2001 characters; 2000 is the most"),
    "list": ([1] * 301, "301 items; 300 is the most"),
    "levels": (deep(20), "nested over 20 levels deep"),
}


def with_inside(field: FieldSpec, value: JSON) -> JSON:
    """A sound value of a field's type that holds another one at its end; None where it can hold none."""
    far: JSON = [*range(290), value]
    if field.type.depth:
        inner: JSON = {"a": value} if field.type.kind is Kind.OBJECT else value
        if field.type.kind not in (Kind.ANY, Kind.OBJECT):
            return None
        return [*({} if field.type.kind is Kind.OBJECT else 0 for _ in range(290)), inner]
    return {"a": far} if field.type.kind in (Kind.ANY, Kind.OBJECT, Kind.FILE) else None


NESTING = [
    (spec, field)
    for spec in (*FUNCTIONS, *CONTROL)
    for field in (*spec.inputs, *([spec.free_input] if spec.free_input else []))
    if with_inside(field, 1) is not None
]


def called(spec: CardSpec, inputs: Values, cards: BuiltInCards = SMALL) -> Values:
    rules = cards.control(spec.key)
    given = {field.name: field.default for field in spec.inputs} | spec.examples[0].inputs | inputs
    return rules.read(given) if rules else run(spec, given, names_for(spec), cards=cards)


@pytest.mark.parametrize("beyond", BEYOND)
@pytest.mark.parametrize(
    ("spec", "field"), [pytest.param(*pair, id=f"{pair[0].key}-{pair[1].name}") for pair in NESTING]
)
def test_what_is_inside_is_looked_at_to_its_end(spec: CardSpec, field: FieldSpec, beyond: str) -> None:
    inside, message = BEYOND[beyond]
    for value in (with_inside(field, inside), [0, with_inside(field, inside)] if field.type.kind is Kind.ANY else None):
        if value is not None:
            if beyond == "levels" and str(field.format).endswith("condition"):
                value = {"a": deep(400)}
            with pytest.raises(CardError, match=message) as told:
                called(spec, {field.name: value})
            assert told.value.detail.field == field.name
            assert told.value.detail.mend


@pytest.mark.parametrize("beyond", BEYOND)
@pytest.mark.parametrize(
    "spec", [spec for spec in (*FUNCTIONS, *CONTROL) if spec.free_inputs and not spec.free_input], ids=lambda s: s.key
)
def test_further_inputs_are_looked_at_too(spec: CardSpec, beyond: str) -> None:
    inside, message = BEYOND[beyond]
    for value in (inside, [0, inside]) if beyond != "levels" else ([0, inside],):
        with pytest.raises(CardError, match=message) as told:
            called(spec, {"one": 1, "other": value})
        assert told.value.detail.field == "other"


@pytest.mark.parametrize("field_type", [Kind.TEXT, Kind.SECRET])
def test_what_is_written_as_text_is_looked_at_before(field_type: Kind) -> None:
    """At the limit, and not at what the writer of JSON can bear."""
    pairs = [(spec, field) for spec in (*FUNCTIONS, *CONTROL) for field in spec.inputs if field.type.kind is field_type]
    assert pairs
    for spec, field in pairs:
        for value in (deep(101), deep(300), deep(5_000), [0, deep(300)]):
            with pytest.raises(CardError, match="The value is nested over 100 levels deep") as told:
                called(spec, {field.name: value}, CARDS)
            assert told.value.detail.field == field.name


@pytest.mark.parametrize(
    ("card", "inputs", "length"),
    [
        ("replace", {"text": "a" * 1_000, "look_for": "A", "replace_with": "bb", "all": True}, 2_000),
        ("replace", {"text": "a" * 1_001, "look_for": "A", "replace_with": "bb", "all": True}, None),
        ("replace", {"text": "a" * 1_999, "look_for": "A", "replace_with": "bb", "all": False}, 2_000),
        ("replace", {"text": "a" * 2_000, "look_for": "A", "replace_with": "b", "all": True}, 2_000),
        ("replace", {"text": "a" * 2_000, "look_for": "b", "replace_with": "bb", "case_sensitive": True}, 2_000),
        ("replace", {"text": "a" * 2_000, "look_for": "a", "replace_with": "bb", "case_sensitive": True}, None),
        ("replace_patterns", {"text": "a" * 1_000, "p1": "a", "replacement": "bb", "all": True}, 2_000),
        ("replace_patterns", {"text": "a" * 1_001, "p1": "a", "replacement": "bb", "all": True}, None),
        ("replace_patterns", {"text": "a" * 1_999, "p1": "a", "replacement": "bb", "all": False}, 2_000),
        ("replace_patterns", {"text": "a" * 2_000, "p1": "a+", "replacement": "b" * 2_000, "all": True}, 2_000),
    ],
)
def test_a_text_may_be_made_as_long_as_the_limit(card: str, inputs: Values, length: int | None) -> None:
    spec = CARDS.get(f"text.{card}")
    assert spec is not None
    if length is None:
        with pytest.raises(CardError, match="2000 is the most"):
            called(spec, inputs)
    else:
        made = called(spec, inputs)["output"]
        assert isinstance(made, str)
        assert len(made) == length


def part(text: str) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def nested_text(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def test_a_token_that_no_reader_of_json_can_bear_is_an_error() -> None:
    spec = CARDS.get("jwt.decode")
    assert spec is not None
    with pytest.raises(CardError, match="no signed JWT"):
        run(spec, {"token": f"{part('{}')}.{part(nested_text(5_000))}."})


def test_what_a_card_puts_together_is_looked_at() -> None:
    most = deep(20)
    for key, inputs in (
        ("object.construct", {"a": most}),
        ("object.set", {"object": {}, "path": "a.b", "value": deep(19)}),
        ("object.set", {"object": most, "path": "a.a.a", "value": deep(18)}),
        ("object.move", {"object": most | {"b": deep(19)}, "source": "b", "destination": "c.d"}),
        ("object.split", {"object": most}),
        ("list.construct", {"a": most}),
        ("list.add_to_end", {"item": most, "list": []}),
        ("list.add_to_front", {"item": most, "list": []}),
        ("list.zip", {"list1": [deep(19)], "list2": []}),
        ("list.chunk", {"list": [deep(19)], "size": 1}),
        ("list.group_by", {"list": [deep(19)], "path": "x"}),
        ("json.parse", {"text": nested_text(21)}),
        ("json.parse", {"text": "[" * 1_000 + "]" * 1_000}),
        ("xml.parse", {"text": "<a>" * 21 + "</a>" * 21}),
        ("jwt.decode", {"token": f"{part('{}')}.{part(nested_text(21))}."}),
    ):
        spec = CARDS.get(key)
        assert spec is not None
        with pytest.raises(CardError, match=r"nested over 20 levels deep|deeper than 20|20 levels") as told:
            run(spec, inputs, cards=SMALL)
        assert told.value.detail.field
        assert told.value.detail.mend
    for key, inputs in (
        ("list.add_to_end", {"item": 1, "list": [0] * 300}),
        ("list.union", {"list1": [*range(200)], "list2": [*range(200, 400)]}),
        ("list.combine_all", {"list1": [0] * 200, "list2": [0] * 200}),
        ("json.parse", {"text": "[" + "1," * 300 + "1]"}),
        ("json.parse", {"text": '{"a": [' + "1," * 300 + "1]}"}),
        ("url.parse_query", {"query": "&".join(["a=1"] * 301)}),
    ):
        spec = CARDS.get(key)
        assert spec is not None
        with pytest.raises(CardError, match="300 is the most"):
            run(spec, inputs, cards=SMALL)


@pytest.mark.parametrize("key", ["list.map", "list.reduce", "object.map", "object.map_to_list", "flow.paginate"])
def test_what_rounds_gave_is_looked_at(key: str) -> None:
    rules = SMALL.control(key)
    assert rules is not None
    rules.check({"list": [deep(19)]})
    for value in ([deep(20)], ["x" * 2_001], {"a": [0] * 301}):
        with pytest.raises(CardError):
            rules.check({"list": value})


TIGHT = Limits(text=30, items=4, depth=4)
TIGHT_CARDS = BuiltInCards(TIGHT)


def is_within(value: JSON, levels: int = TIGHT.depth) -> bool:
    match value:
        case str():
            return len(value) <= TIGHT.text
        case list():
            return levels > 0 and len(value) <= TIGHT.items and all(is_within(item, levels - 1) for item in value)
        case dict():
            return levels > 0 and all(is_within(item, levels - 1) for item in value.values())
        case _:
            return True


@pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.key)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_a_card_gives_is_beyond_the_limits(spec: CardSpec, data: st.DataObject) -> None:
    sound = [case.given for case in cases_of(spec.key) if not isinstance(case.expected, Expected)]
    inputs = {**data.draw(st.sampled_from(sound), label="a case")}
    names = [field.name for field in spec.inputs]
    for name in data.draw(st.sets(st.sampled_from(names)), label="others") if names else ():
        inputs[name] = data.draw(ANYTHING, label=name)
    if spec.free_inputs:
        inputs |= data.draw(st.dictionaries(st.text(min_size=1, max_size=3), ANYTHING, max_size=3), label="free inputs")
    outputs = tuple(data.draw(st.lists(st.sampled_from("abc"), max_size=2), label="outputs"))
    try:
        got = run(spec, inputs, outputs if spec.free_outputs else (), cards=TIGHT_CARDS)
    except CardError:
        return
    assert all(is_within(value) for value in got.values()), got


def test_the_same_value_is_looked_at_once() -> None:
    """And for each field anew, at each place: what is remembered are the levels, not that it was good somewhere."""
    look = looker(Limits(depth=3))
    large: JSON = [[0]] * 200
    for _ in range(3):
        look("a", large)
        look("a", {"b": large})
        with pytest.raises(CardError):
            look("a", [{"b": large}])
    look("a", [{"b": large}], 1)
    for count in range(300):  # others take the place of what is remembered
        look("a", [count] * 200)
        look("a", [count] * 20_000)
    look("a", large)
    look("a", [0] * 1_000_000)
    with pytest.raises(CardError):
        look("a", [0] * 1_000_001)
